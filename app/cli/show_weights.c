/* show_weights.c: the weights as tables, a line a unit; wide layers are folded, and what does
 * not fit beside one another comes in blocks. */
#include "show.h"

#include <stdio.h>
#include <string.h>

#define SHOWN 20 /* units of a layer, inputs of a unit */
#define MEMBERS_SHOWN 4
#define LINE_WIDTH 79
#define INDENT 2
#define UNIT_WIDTH 16   /* of a unit's name, in characters */
#define NUMBER_WIDTH 10 /* of a number to four digits */
#define SOURCE_WIDTH 24 /* of an input's name */

static size_t shown_of(size_t count)
{
    return count <= SHOWN ? count : SHOWN - 2;
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* A column of a table: the bias, or the weights of an input. */
struct column {
    char name[SHOWN_NAME_SIZE];
    size_t width; /* in characters */
};

/* Column 0 is the bias, column i + 1 is input i. */
static struct column column_at(const struct shown *shown, size_t layer, size_t index)
{
    struct column column = {.name = "bias"};
    if (index > 0)
        shown_source_name(shown, layer, index - 1, column.name);
    size_t width = characters(column.name);
    width = width < SOURCE_WIDTH ? width : SOURCE_WIDTH;
    column.width = width > NUMBER_WIDTH ? width : NUMBER_WIDTH;
    return column;
}

/* The first column that is not in the block that begins with `first`. */
static size_t end_of_block(const struct shown *shown, size_t layer, size_t first, size_t count)
{
    size_t at = INDENT + UNIT_WIDTH, end = first;
    for (; end < count; end++) {
        size_t width = column_at(shown, layer, end).width + 2;
        if (end > first && at + width > LINE_WIDTH)
            break;
        at += width;
    }
    return end;
}

static void print_head(struct output *out, const struct shown *shown, size_t layer, size_t first,
                       size_t end)
{
    output_print(out, "%*s", INDENT + UNIT_WIDTH, "");
    for (size_t i = first; i < end; i++) {
        struct column column = column_at(shown, layer, i);
        size_t length = characters(column.name);
        length = length < SOURCE_WIDTH ? length : SOURCE_WIDTH;
        output_print(out, "%*s", (int)(column.width - length + 2), "");
        output_name_cut(out, column.name, SOURCE_WIDTH);
    }
    output_text(out, "\n");
}

static void print_unit(struct output *out, const struct shown *shown, size_t member, size_t l,
                       size_t unit, size_t first, size_t end)
{
    const bp_layer *layer = bp_net_layer(shown->net, l);
    char name[SHOWN_NAME_SIZE], number[32];
    shown_unit_name(shown, l, unit, name);
    output_print(out, "%*s", INDENT, "");
    size_t used = output_name_cut(out, name, UNIT_WIDTH);
    output_print(out, "%*s", (int)(UNIT_WIDTH - used), "");
    for (size_t i = first; i < end; i++) {
        size_t place =
            i == 0 ? layer->biases + unit : layer->weights + unit * layer->inputs + i - 1;
        snprintf(number, sizeof number, "%.4g", shown_parameter(shown, member, place));
        output_print(out, "%*s", (int)column_at(shown, l, i).width + 2, number);
    }
    output_text(out, "\n");
}

static void print_rest(struct output *out, size_t count, const char *what)
{
    if (count > shown_of(count))
        output_print(out, "  ... and %zu more %s (--json --weights has them all)\n",
                     count - shown_of(count), what);
}

static void print_layer(struct output *out, const struct shown *shown, size_t member, size_t l)
{
    const bp_layer *layer = bp_net_layer(shown->net, l);
    size_t columns = shown_of(layer->inputs) + 1, units = shown_of(layer->outputs);
    output_print(out, "\nLayer %zu, %s: y = %s\n", l + 1, bp_activation_name(layer->activation),
                 bp_activation_help(layer->activation));
    for (size_t first = 0, end; first < columns; first = end) {
        end = end_of_block(shown, l, first, columns);
        output_text(out, "\n");
        print_head(out, shown, l, first, end);
        for (size_t unit = 0; unit < units; unit++)
            print_unit(out, shown, member, l, unit, first, end);
    }
    print_rest(out, layer->outputs, "units");
    print_rest(out, layer->inputs, "inputs of each");
}

static void print_networks(struct output *out, const struct shown *shown)
{
    size_t members = bp_model_members(shown->model);
    for (size_t m = 0; m < members && m < MEMBERS_SHOWN; m++) {
        if (members > 1)
            output_print(out, "\nNetwork %zu of %zu\n", m + 1, members);
        for (size_t l = 0; l < bp_net_layer_count(shown->net); l++)
            print_layer(out, shown, m, l);
    }
    if (members > MEMBERS_SHOWN)
        output_print(out, "\n... and %zu more networks (--json --weights has them all)\n",
                     members - MEMBERS_SHOWN);
}

void show_print_weights(struct output *out, const struct shown *shown)
{
    output_text(out, "\nThe sum of a unit is its bias and each input times its weight; its output\n"
                     "is the activation of the sum.\n");
    if (shown->initial != NULL) {
        output_text(out, "\nBefore training, as drawn from the seed\n");
        print_networks(out, shown->initial);
        output_text(out, "\nAfter training\n");
    }
    print_networks(out, shown);
}
