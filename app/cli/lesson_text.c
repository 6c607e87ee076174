/* lesson_text.c: each section with its equations, the numbers put in and what comes out.
 * The equations are those of docs/equations.md. */
#include "cv_scores.h"
#include "lesson_show.h"

#define LABEL "  %-16s "
#define BELOW "                   " /* as wide as a label */

/* ---- Parts ------------------------------------------------------------------ */

static void print_equation(struct output *out, int number, const char *name, const char *equation)
{
    output_print(out, "  (%d) %-13s %s\n", number, name, equation);
}

static void print_neuron_label(struct output *out, const bp_net *net, size_t layer, size_t neuron)
{
    output_print(out, "  %s neuron %zu  ",
                 layer + 1 < bp_net_layer_count(net) ? "hidden" : "output", neuron + 1);
}

/* The weights of every neuron, its bias last. */
static void print_weights(struct output *out, const bp_net *net, const double *parameters)
{
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        for (size_t j = 0; j < layer->outputs; j++) {
            print_neuron_label(out, net, l, j);
            output_text(out, "weights ");
            output_numbers(out, parameters + layer->weights + j * layer->inputs, layer->inputs,
                           ", ");
            output_text(out, "  bias ");
            output_number(out, parameters[layer->biases + j]);
            output_text(out, "\n");
        }
    }
}

/* "name = value" with a newline, below a label. */
static void print_result(struct output *out, const char *name, double value)
{
    output_print(out, BELOW "%s = ", name);
    output_number(out, value);
    output_text(out, "\n");
}

/* ---- 1 Initialize ----------------------------------------------------------- */

static void print_initialize(struct output *out, const struct lesson *lesson)
{
    output_text(out, "1. Initialize a network\n\n"
                     "A network of 2 inputs, 1 hidden neuron and 2 outputs. Each neuron has one\n"
                     "weight for each of its inputs and a bias, all drawn uniformly from 0 to 1\n"
                     "(MT19937, seed 1), neuron by neuron, the bias last.\n\n");
    print_weights(out, lesson->small, lesson->weights);
}

/* ---- 2 Forward -------------------------------------------------------------- */

static void print_forward_neuron(struct output *out, const struct lesson *lesson, size_t l,
                                 size_t j)
{
    const bp_layer *layer = bp_net_layer(lesson->small, l);
    size_t unit = bp_textbook_offset(lesson->small, l) + j;
    const double *inputs = l == 0 ? lesson->forward_row : lesson->outputs;
    print_neuron_label(out, lesson->small, l, j);
    output_text(out, "z = ");
    output_number(out, lesson->weights[layer->biases + j]);
    for (size_t i = 0; i < layer->inputs; i++) {
        output_text(out, " + ");
        output_number(out, lesson->weights[layer->weights + j * layer->inputs + i]);
        output_text(out, " * ");
        output_number(out, inputs[i]);
    }
    output_text(out, "\n");
    print_result(out, "z", lesson->sums[unit]);
    output_text(out, BELOW "y = 1 / (1 + exp(-z)) = ");
    output_number(out, lesson->outputs[unit]);
    output_text(out, "\n");
}

static void print_forward(struct output *out, const struct lesson *lesson)
{
    output_text(out, "2. Propagate a row forward\n\n");
    print_equation(out, 1, "weighted sum", "z_j = b_j + sum over i of w_ji x_i");
    print_equation(out, 2, "transfer", "y_j = 1 / (1 + exp(-z_j))");
    print_equation(out, 3, "layers", "the outputs of a layer are the inputs x of the next");
    output_text(out, "\nThe row ");
    output_numbers(out, lesson->forward_row, LESSON_INPUTS, ", ");
    output_text(out, " through the network of section 1:\n\n");
    print_forward_neuron(out, lesson, 0, 0);
    for (size_t j = 0; j < LESSON_OUTPUTS; j++)
        print_forward_neuron(out, lesson, 1, j);
    output_text(out, "\nThe network answers ");
    output_numbers(out, lesson->outputs + bp_textbook_offset(lesson->small, 1), LESSON_OUTPUTS,
                   ", ");
    output_text(out, "\n");
}

/* ---- 3 Backward ------------------------------------------------------------- */

static void print_delta(struct output *out, double output_value, double delta)
{
    output_text(out, BELOW "delta = error * (y * (1 - y)), y = ");
    output_number(out, output_value);
    output_text(out, "\n");
    print_result(out, "delta", delta);
}

static void print_output_delta(struct output *out, const struct lesson *lesson, size_t k)
{
    size_t unit = bp_textbook_offset(lesson->small, 1) + k;
    double value = lesson->given_outputs[unit];
    print_neuron_label(out, lesson->small, 1, k);
    output_text(out, "error = ");
    output_number(out, lesson->expected[k]);
    output_text(out, " - ");
    output_number(out, value);
    output_text(out, " = ");
    output_number(out, lesson->expected[k] - value);
    output_text(out, "\n");
    print_delta(out, value, lesson->deltas[unit]);
}

static void print_hidden_delta(struct output *out, const struct lesson *lesson, size_t j)
{
    const bp_layer *next = bp_net_layer(lesson->small, 1);
    size_t offset = bp_textbook_offset(lesson->small, 1);
    double error = 0;
    print_neuron_label(out, lesson->small, 0, j);
    output_text(out, "error = ");
    for (size_t k = 0; k < next->outputs; k++) {
        double weight = lesson->weights[next->weights + k * next->inputs + j];
        error += weight * lesson->deltas[offset + k];
        output_text(out, k > 0 ? " + " : "");
        output_number(out, weight);
        output_text(out, " * ");
        output_number(out, lesson->deltas[offset + k]);
    }
    output_text(out, "\n");
    print_result(out, "error", error);
    print_delta(out, lesson->given_outputs[j], lesson->deltas[j]);
}

static void print_backward(struct output *out, const struct lesson *lesson)
{
    output_text(out, "3. Propagate the error back\n\n");
    print_equation(out, 5, "output error", "error_k = expected_k - y_k");
    print_equation(out, 6, "hidden error", "error_j = sum over k of w_kj delta_k");
    print_equation(out, 7, "delta", "delta_j = error_j (y_j (1 - y_j))");
    output_text(out,
                "\nThe network of section 1, with these outputs of its neurons given:\nhidden ");
    output_number(out, lesson->given_outputs[0]);
    output_text(out, ", output ");
    output_numbers(out, lesson->given_outputs + bp_textbook_offset(lesson->small, 1),
                   LESSON_OUTPUTS, ", ");
    output_text(out, ".\nExpected are ");
    output_numbers(out, lesson->expected, LESSON_OUTPUTS, ", ");
    output_text(out, ". The last layer comes first:\n\n");
    for (size_t k = 0; k < LESSON_OUTPUTS; k++)
        print_output_delta(out, lesson, k);
    print_hidden_delta(out, lesson, 0);
}

/* ---- 4 Train ---------------------------------------------------------------- */

/* One weight's update with its numbers put in. `input` is NULL for a bias. */
static void print_update(struct output *out, const char *name, double before, double delta,
                         const double *input, double after)
{
    output_print(out, LABEL, name);
    output_number(out, before);
    output_text(out, " + (");
    output_number(out, TRAINED_RATE);
    output_text(out, " * ");
    output_number(out, delta);
    output_text(out, ")");
    if (input != NULL) {
        output_text(out, " * ");
        output_number(out, *input);
    }
    output_text(out, "\n" BELOW "= ");
    output_number(out, after);
    output_text(out, "\n");
}

/* What equations (1) to (7) give for the first row, for every neuron. */
static void print_first_row(struct output *out, const struct lesson *lesson)
{
    output_text(out, "\nThe first row, ");
    output_numbers(out, lesson_rows[0], LESSON_INPUTS, ", ");
    output_text(out, ", is of class 0: expected 1, 0. By (1) to (7):\n\n");
    for (size_t l = 0; l < bp_net_layer_count(lesson->net); l++) {
        for (size_t j = 0; j < bp_net_layer(lesson->net, l)->outputs; j++) {
            size_t unit = bp_textbook_offset(lesson->net, l) + j;
            print_neuron_label(out, lesson->net, l, j);
            output_text(out, "y = ");
            output_number(out, lesson->first_outputs[unit]);
            output_text(out, "  delta = ");
            output_number(out, lesson->first_deltas[unit]);
            output_text(out, "\n");
        }
    }
}

static void print_first_update(struct output *out, const struct lesson *lesson)
{
    const bp_layer *hidden = bp_net_layer(lesson->net, 0);
    size_t bias = hidden->biases, weight = hidden->weights;
    output_text(out, "\nSo (8) and (9) change hidden neuron 1:\n\n");
    for (size_t i = 0; i < LESSON_INPUTS; i++)
        print_update(out, i == 0 ? "weight 1" : "weight 2", lesson->initial[weight + i],
                     lesson->first_deltas[0], &lesson_rows[0][i], lesson->first_update[weight + i]);
    print_update(out, "bias", lesson->initial[bias], lesson->first_deltas[0], NULL,
                 lesson->first_update[bias]);
}

static void print_train(struct output *out, const struct lesson *lesson)
{
    output_text(out, "4. Train\n\n");
    print_equation(out, 4, "loss", "E = 1/2 sum over k of (expected_k - y_k)^2");
    print_equation(out, 8, "update", "w_ji = w_ji + (rate delta_j) x_i");
    print_equation(out, 9, "update", "b_j = b_j + rate delta_j");
    output_text(out,
                "\nTen rows of two inputs and a class, a network of 2 inputs, 2 hidden neurons\n"
                "and 2 outputs, learning rate 0.5, 20 epochs; the weights change after\n"
                "every row. The first weights (seed 1):\n\n");
    print_weights(out, lesson->net, lesson->initial);
    print_first_row(out, lesson);
    print_first_update(out, lesson);
    output_text(out, "\nThe error of an epoch is its sum of (expected - y)^2, 2 E:\n\n");
    for (size_t epoch = 0; epoch < TRAINED_EPOCHS; epoch++)
        output_print(out, ">epoch=%zu, lrate=%.3f, error=%.3f\n", epoch, TRAINED_RATE,
                     lesson->errors[epoch]);
    output_text(out, "\nThe weights after 20 epochs:\n\n");
    print_weights(out, lesson->net, lesson->trained);
}

/* ---- 5 Predict -------------------------------------------------------------- */

static void print_predict(struct output *out, const struct lesson *lesson)
{
    output_text(out, "5. Predict\n\n"
                     "The class of a row is the output that is largest, counted from 0.\n"
                     "The ten rows through the network that section 4 trained:\n\n");
    for (size_t row = 0; row < TRAINED_ROWS; row++) {
        output_print(out, "  row %-2zu  x = ", row + 1);
        output_numbers(out, lesson_rows[row], LESSON_INPUTS, ", ");
        output_text(out, "  y = ");
        output_numbers(out, lesson->answers[row], LESSON_OUTPUTS, ", ");
        output_text(out, "\n");
    }
    output_text(out, "\n");
    for (size_t row = 0; row < TRAINED_ROWS; row++)
        output_print(out, "Expected=%u, Got=%u\n", (unsigned)lesson_classes[row],
                     (unsigned)lesson->predicted[row]);
}

/* ---- 6 Wheat seeds ---------------------------------------------------------- */

static void print_wheat(struct output *out, const struct lesson *lesson)
{
    const bp_validation *validation = lesson->validation;
    output_text(out, "6. The wheat seeds\n\n");
    output_print(
        out,
        "%zu rows of %s: %zu measurements, %zu classes.\n"
        "Every input is scaled to 0..1 over the whole table, as the tutorial did (this\n"
        "leaks: see --scale-on). %zu folds: for each, a network %zu-5-%zu is trained on the\n"
        "other folds, 500 epochs at learning rate 0.3, seed 1, and scored on the fold it\n"
        "has not seen: the percentage of right answers. The zero rule answers the most\n"
        "common class of the other folds.\n\n",
        bp_table_row_count(lesson->table), bp_table_name(lesson->table),
        bp_preparation_input_count(lesson->preparation),
        bp_preparation_class_count(lesson->preparation), bp_validation_folds(validation),
        bp_preparation_input_count(lesson->preparation),
        bp_preparation_class_count(lesson->preparation));
    cv_print_scores(out, validation, true);
}

void lesson_print(struct output *out, const struct lesson *lesson, size_t section)
{
    static void (*const sections[LESSON_SECTIONS])(struct output *, const struct lesson *) = {
        print_initialize, print_forward, print_backward, print_train, print_predict, print_wheat,
    };
    if (section == WHEAT_SECTION && lesson->validation == NULL)
        return;
    sections[section - 1](out, lesson);
}
