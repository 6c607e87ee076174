/* step_text.c: a step as a person would write it out; wide layers are folded. */
#include "step.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 12 /* neurons of a layer, terms of a sum, weights of a neuron */
#define LINE_WIDTH 79
#define INDENT 12

static size_t shown(size_t count)
{
    return count <= SHOWN ? count : SHOWN - 2;
}

/* "and 52 more" below what is shown. */
static void print_rest(struct output *out, size_t count, const char *what)
{
    if (count > shown(count))
        output_print(out, "  ... and %zu more %s (--json has them all)\n", count - shown(count),
                     what);
}

/* A word onto the line, or onto the next where it would not fit; `at` is the column. */
static void put_word(struct output *out, size_t *at, const char *word)
{
    size_t length = strlen(word);
    if (*at + length > LINE_WIDTH) {
        output_print(out, "\n%*s", INDENT + 4, "");
        *at = INDENT + 4;
    }
    output_text(out, word);
    *at += length;
}

static void print_inputs(struct output *out, const struct step *step)
{
    size_t count = bp_net_input_count(step->net), at = 0;
    output_text(out, "Inputs, as prepared\n\n");
    output_text(out, "  x = ");
    at = 6;
    for (size_t i = 0; i < shown(count); i++) {
        char word[64];
        snprintf(word, sizeof word, "%s%.6g", i > 0 ? ", " : "", step->inputs[i]);
        put_word(out, &at, word);
    }
    output_text(out, "\n");
    print_rest(out, count, "inputs");
}

static void print_sum(struct output *out, const struct step *step, size_t l, size_t j,
                      const double *x)
{
    const bp_layer *layer = bp_net_layer(step->net, l);
    const double *weights = step->before + layer->weights + j * layer->inputs;
    char word[96];
    size_t at = INDENT + 4, terms = shown(layer->inputs);
    snprintf(word, sizeof word, "%.6g", step->before[layer->biases + j]);
    output_text(out, "z = ");
    put_word(out, &at, word);
    for (size_t i = 0; i < terms; i++) {
        snprintf(word, sizeof word, " %c %.6g * %.6g", weights[i] < 0 ? '-' : '+', fabs(weights[i]),
                 x[i]);
        put_word(out, &at, word);
    }
    if (terms < layer->inputs) {
        snprintf(word, sizeof word, " + ... (%zu more terms)", layer->inputs - terms);
        put_word(out, &at, word);
    }
}

static void print_forward(struct output *out, const struct step *step)
{
    const double *x = step->inputs;
    output_text(out, "\nForward    z = b + w_1 x_1 + w_2 x_2 + ...    (1)\n"
                     "           y = the activation of z            (2), (3)\n");
    for (size_t l = 0; l < bp_net_layer_count(step->net); l++) {
        const bp_layer *layer = bp_net_layer(step->net, l);
        size_t at = bp_textbook_offset(step->net, l);
        output_print(out, "\n  Layer %zu, %s: y = %s\n", l + 1,
                     bp_activation_name(layer->activation), bp_activation_help(layer->activation));
        for (size_t j = 0; j < shown(layer->outputs); j++) {
            output_print(out, "  neuron %-2zu ", j + 1);
            print_sum(out, step, l, j, x);
            output_print(out, "\n%*s  = %.6g,  y = %.6g\n", INDENT, "", step->sums[at + j],
                         step->outputs[at + j]);
        }
        print_rest(out, layer->outputs, "neurons");
        x = step->outputs + at;
    }
}

static void print_answer(struct output *out, const struct step *step)
{
    output_text(out, "\nThe network answers ");
    output_name(out, step->answer);
    output_text(out, "; the table says ");
    output_name(out, step->truth);
    output_print(out, ".\nThe loss (%s) is %.6g: %s.\n", bp_loss_name(bp_net_loss(step->net)),
                 step->loss, bp_loss_help(bp_net_loss(step->net)));
}

static void print_outputs_back(struct output *out, const struct step *step)
{
    size_t last = bp_net_layer_count(step->net) - 1, at = bp_textbook_offset(step->net, last);
    const bp_layer *layer = bp_net_layer(step->net, last);
    bool cancels =
        bp_net_loss(step->net) == BP_CROSS_ENTROPY || bp_net_loss(step->net) == BP_POISSON;
    output_print(out, "\n  Layer %zu: %s\n", last + 1,
                 cancels ? "d = t - y, as the derivatives of loss and activation cancel   (7)"
                         : "e = -dL/dy, for squared errors t - y;  d = e y'            (5), (7)");
    for (size_t k = 0; k < shown(layer->outputs); k++) {
        output_print(out, "  neuron %-2zu t = %.6g, y = %.6g", k + 1, step->expected[k],
                     step->outputs[at + k]);
        if (!cancels && isfinite(step->errors[at + k]))
            output_print(out, ",  e = %.6g", step->errors[at + k]);
        output_print(out, ",  d = %.6g\n", step->deltas[at + k]);
    }
    print_rest(out, layer->outputs, "neurons");
}

static void print_backward(struct output *out, const struct step *step)
{
    output_text(
        out, "\nBackward   each neuron's delta d = -dL/dz: how fast the loss falls as z grows\n");
    print_outputs_back(out, step);
    for (size_t l = bp_net_layer_count(step->net) - 1; l-- > 0;) {
        const bp_layer *layer = bp_net_layer(step->net, l);
        size_t at = bp_textbook_offset(step->net, l);
        output_print(out,
                     "\n  Layer %zu: e = sum of w d over the neurons it feeds;  d = e y'    "
                     "(6), (7)\n",
                     l + 1);
        for (size_t j = 0; j < shown(layer->outputs); j++)
            output_print(out, "  neuron %-2zu e = %.6g,  y = %.6g,  d = %.6g\n", j + 1,
                         step->errors[at + j], step->outputs[at + j], step->deltas[at + j]);
        print_rest(out, layer->outputs, "neurons");
    }
}

static void print_change(struct output *out, size_t *at, const char *name, double before,
                         double after)
{
    char word[96];
    snprintf(word, sizeof word, "%s%s %.6g -> %.6g", *at > INDENT ? ",  " : "", name, before,
             after);
    put_word(out, at, word);
}

static void print_update(struct output *out, const struct step *step)
{
    output_print(out, "\nUpdate     w = w + r d x,  b = b + r d,  r = %.6g    (8), (9)\n",
                 step->rate);
    for (size_t l = 0; l < bp_net_layer_count(step->net); l++) {
        const bp_layer *layer = bp_net_layer(step->net, l);
        output_print(out, "\n  Layer %zu\n", l + 1);
        for (size_t j = 0; j < shown(layer->outputs); j++) {
            size_t at = INDENT, weights = layer->weights + j * layer->inputs;
            output_print(out, "  neuron %-2zu ", j + 1);
            print_change(out, &at, "b", step->before[layer->biases + j],
                         step->after[layer->biases + j]);
            for (size_t i = 0; i < shown(layer->inputs); i++) {
                char name[32];
                snprintf(name, sizeof name, "w%zu", i + 1);
                print_change(out, &at, name, step->before[weights + i], step->after[weights + i]);
            }
            output_text(out, "\n");
        }
        print_rest(out, layer->outputs, "neurons");
    }
}

void step_print(struct output *out, const struct step *step)
{
    output_print(out, "Row %zu of ", step->row);
    output_name(out, step->table);
    output_print(out, " through a network of %zu", bp_net_input_count(step->net));
    for (size_t l = 0; l < bp_net_layer_count(step->net); l++)
        output_print(out, "-%zu", bp_net_layer(step->net, l)->outputs);
    output_text(out, "\nThe numbers in brackets are those of docs/equations.md.\n\n");
    print_inputs(out, step);
    print_forward(out, step);
    print_answer(out, step);
    print_backward(out, step);
    print_update(out, step);
}
