/* show_text.c: a model for people: the same labels as train's, then a line for each column. */
#include "calibrated.h"
#include "decisions.h"
#include "show.h"
#include "terminal.h"
#include "tried.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 20 /* columns, targets and layers, and no more */
#define LABEL_WIDTH 14
#define CLASSES_AT (LABEL_WIDTH + 28)
#define NAME_WIDTH 16 /* of the table of columns, in characters */
#define KIND_WIDTH 8
#define VALUES_WIDTH 24
#define GAP_WIDTH 16
#define TEXT_SIZE 128

static size_t shown_of(size_t count)
{
    return count <= SHOWN ? count : SHOWN - 2;
}

static void print_rest(struct output *out, size_t count, const char *what)
{
    if (count > shown_of(count))
        output_print(out, "  ... and %zu more %s (--json has them all)\n", count - shown_of(count),
                     what);
}

/* ---- What it answers ---------------------------------------------------------- */

static void print_task(struct output *out, const struct shown *shown)
{
    const bp_preparation *p = shown->preparation;
    size_t classes = bp_preparation_class_count(p);
    print_label(out, "target");
    print_names(out, p, bp_preparation_target_name, bp_preparation_target_count(p), LABEL_WIDTH, 0);
    output_text(out, "\n");
    print_label(out, "task");
    output_text(out, bp_task_name(bp_preparation_task(p)));
    if (classes > 0) {
        output_print(out, ", %zu classes: ", classes);
        print_names(out, p, class_name_at, classes, CLASSES_AT, 0);
    }
    output_text(out, "\n");
}

/* ---- Columns ------------------------------------------------------------------ */

/* Four digits are enough to get a picture; --json has them all. */
static void write_figure(double value, char text[32])
{
    double size = fabs(value);
    snprintf(text, 32, size >= 1000 && size < 1e9 ? "%.0f" : "%.4g", value);
}

/* A text in a column of the table; what is too long is cut. */
static void put_cell(struct output *out, const char *text, size_t width)
{
    size_t used = output_name_cut(out, text, width);
    output_print(out, "%*s", (int)(width - used + 1), "");
}

static void write_range(const bp_prepared_column *column, char text[TEXT_SIZE])
{
    char low[32], high[32];
    if (column->kind == BP_COLUMN_DATE) {
        write_day(column->low, low);
        write_day(column->high, high);
    } else {
        write_figure(column->low, low);
        write_figure(column->high, high);
    }
    snprintf(text, TEXT_SIZE, "%s to %s", low, high);
}

/* The first categories, as many as have room, and how many there are. */
static void write_categories(const struct shown *shown, size_t input,
                             const bp_prepared_column *column, char text[TEXT_SIZE])
{
    size_t used = (size_t)snprintf(text, TEXT_SIZE, "%zu: ", column->category_count);
    if (column->category_count == 0 || column->rare > 0)
        used = (size_t)snprintf(text, TEXT_SIZE, "%zu+%zu rare: ", column->category_count,
                                column->rare);
    for (size_t i = 0; i < column->category_count && used <= VALUES_WIDTH; i++) {
        const char *name = bp_preparation_category_name(shown->preparation, input, i);
        snprintf(text + used, TEXT_SIZE - used, "%s%.90s", i > 0 ? ", " : "", name);
        used = strlen(text);
    }
}

static void write_values(const struct shown *shown, size_t input, const bp_prepared_column *column,
                         char text[TEXT_SIZE])
{
    if (column->kind == BP_COLUMN_CATEGORY)
        write_categories(shown, input, column, text);
    else if (column->kind == BP_COLUMN_BOOLEAN)
        snprintf(text, TEXT_SIZE, "no 0, yes 1");
    else
        write_range(column, text);
}

/* What stands for a missing cell. */
static void write_gap(const struct shown *shown, const bp_prepared_column *column,
                      char text[TEXT_SIZE])
{
    char fill[32];
    if (bp_preparation_gaps(shown->preparation) == BP_GAPS_ERROR) {
        snprintf(text, TEXT_SIZE, "refused");
        return;
    }
    if (column->kind == BP_COLUMN_CATEGORY) {
        snprintf(text, TEXT_SIZE, column->indicator ? "its own category" : "no category");
        return;
    }
    if (column->kind == BP_COLUMN_DATE)
        write_day(column->fill, fill);
    else
        write_figure(column->fill, fill);
    snprintf(text, TEXT_SIZE, "%s%s", fill, column->indicator ? ", told" : "");
}

/* Which numbers of a row are the column's, counted from 1. */
static void print_place(struct output *out, size_t first, size_t width)
{
    if (width == 0)
        output_text(out, "none\n");
    else if (width == 1)
        output_print(out, "%zu\n", first + 1);
    else
        output_print(out, "%zu-%zu\n", first + 1, first + width);
}

static void print_input(struct output *out, const struct shown *shown, size_t input)
{
    bp_prepared_column column;
    char text[TEXT_SIZE];
    if (!bp_preparation_input_column(shown->preparation, input, &column))
        return;
    output_text(out, "  ");
    put_cell(out, column.name, NAME_WIDTH);
    put_cell(out, bp_column_kind_name(column.kind), KIND_WIDTH);
    write_values(shown, input, &column, text);
    put_cell(out, text, VALUES_WIDTH);
    write_gap(shown, &column, text);
    put_cell(out, text, GAP_WIDTH);
    print_place(out, column.first, column.width);
}

static void print_target(struct output *out, const struct shown *shown, size_t target)
{
    bp_prepared_column column;
    char text[TEXT_SIZE];
    if (!bp_preparation_target_column(shown->preparation, target, &column))
        return;
    output_text(out, "  ");
    put_cell(out, column.name, NAME_WIDTH);
    put_cell(out, bp_column_kind_name(column.kind), KIND_WIDTH);
    write_range(&column, text);
    put_cell(out, text, VALUES_WIDTH);
    put_cell(out, "refused", GAP_WIDTH);
    output_text(out, "target\n");
}

static void print_scaling(struct output *out, const struct shown *shown)
{
    bp_prepared_column column;
    const char *inputs = NULL, *targets = NULL;
    size_t count = bp_preparation_input_count(shown->preparation);
    for (size_t i = 0; i < count && inputs == NULL; i++)
        if (bp_preparation_input_column(shown->preparation, i, &column)
            && (column.kind == BP_COLUMN_NUMBER || column.kind == BP_COLUMN_DATE))
            inputs = bp_scaling_name(column.scaling);
    if (bp_preparation_task(shown->preparation) == BP_TASK_REGRESSION
        && bp_preparation_target_column(shown->preparation, 0, &column))
        targets = bp_scaling_name(column.scaling);
    if (inputs == NULL && targets == NULL)
        return;
    print_label(out, "scaling");
    output_text(out, inputs != NULL ? inputs : "");
    if (targets != NULL)
        output_print(out, "%s%s of targets", inputs != NULL ? ", " : "", targets);
    output_text(out, "\n");
}

static void print_gaps(struct output *out, const struct shown *shown)
{
    bp_gaps gaps = bp_preparation_gaps(shown->preparation);
    print_label(out, "missing cells");
    if (gaps == BP_GAPS_ERROR)
        output_text(out, "refused\n");
    else if (gaps == BP_GAPS_ZERO)
        output_text(out, "count as 0\n");
    else
        output_print(out, "count as the %s of the training rows\n", bp_gaps_name(gaps));
}

static bool tells_of_gaps(const struct shown *shown)
{
    bp_prepared_column column;
    for (size_t i = 0; bp_preparation_input_column(shown->preparation, i, &column); i++)
        if (column.indicator && column.kind != BP_COLUMN_CATEGORY)
            return true;
    return false;
}

static void print_columns(struct output *out, const struct shown *shown)
{
    const bp_preparation *p = shown->preparation;
    bool numbers = bp_preparation_task(p) == BP_TASK_REGRESSION;
    size_t inputs = bp_preparation_input_count(p), components = bp_preparation_component_count(p);
    size_t targets = numbers ? bp_preparation_target_count(p) : 0;
    output_text(out, "\n  ");
    put_cell(out, "column", NAME_WIDTH);
    put_cell(out, "kind", KIND_WIDTH);
    put_cell(out, "training rows", VALUES_WIDTH);
    put_cell(out, "a missing cell", GAP_WIDTH);
    output_text(out, components > 0 ? "numbers\n" : "inputs\n");
    for (size_t i = 0; i < shown_of(inputs); i++)
        print_input(out, shown, i);
    print_rest(out, inputs, "columns");
    for (size_t i = 0; i < shown_of(targets); i++)
        print_target(out, shown, i);
    print_rest(out, targets, "targets");
    if (tells_of_gaps(shown))
        output_text(out, "  told: one number more tells whether the cell is missing\n");
    output_text(out, "\n");
}

static void print_inputs(struct output *out, const struct shown *shown)
{
    size_t columns = bp_preparation_input_count(shown->preparation);
    size_t components = bp_preparation_component_count(shown->preparation);
    size_t width = bp_preparation_width(shown->preparation);
    print_label(out, "inputs");
    output_print(out, "%zu column%s, ", columns, columns == 1 ? "" : "s");
    if (components > 0)
        output_print(out, "%zu principal component%s that the network reads\n", components,
                     components == 1 ? "" : "s");
    else
        output_print(out, "%zu number%s that the network reads\n", width, width == 1 ? "" : "s");
}

/* ---- The network -------------------------------------------------------------- */

static void print_layer(struct output *out, const struct shown *shown, size_t l)
{
    const bp_layer *layer = bp_net_layer(shown->net, l);
    size_t weights = layer->inputs * layer->outputs;
    char label[32];
    snprintf(label, sizeof label, "  layer %zu", l + 1);
    print_label(out, label);
    output_print(out, "%zu %s of %zu input%s: %zu weight%s, %zu bias%s\n", layer->outputs,
                 bp_activation_name(layer->activation), layer->inputs,
                 layer->inputs == 1 ? "" : "s", weights, weights == 1 ? "" : "s", layer->outputs,
                 layer->outputs == 1 ? "" : "es");
}

static void print_network(struct output *out, const struct shown *shown)
{
    size_t layers = bp_net_layer_count(shown->net), members = bp_model_members(shown->model);
    print_label(out, "network");
    output_print(out, "%zu", bp_net_input_count(shown->net));
    for (size_t l = 0; l < layers; l++)
        output_print(out, "-%zu", bp_net_layer(shown->net, l)->outputs);
    output_print(out, ", %zu parameters\n", bp_net_parameter_count(shown->net));
    for (size_t l = 0; l < shown_of(layers); l++)
        print_layer(out, shown, l);
    print_rest(out, layers, "layers");
    print_label(out, "loss");
    output_print(out, "%s\n", bp_loss_name(bp_net_loss(shown->net)));
    print_label(out, "members");
    output_print(out, "%zu network%s of type %s\n", members, members == 1 ? "" : "s",
                 bp_type_name(bp_model_type(shown->model)));
}

/* ---- The records -------------------------------------------------------------- */

static const char *text_of(const bp_json_value *object, const char *key)
{
    const char *text = "";
    bp_json_as_string(bp_json_get(object, key), &text);
    return text;
}

/* What its caller or its recipe asked for; the rest is as the option table has it. */
static void print_options(struct output *out, const struct shown *shown)
{
    const bp_json_value *options = shown_recipe(shown);
    size_t printed = 0;
    if (options == NULL)
        return;
    print_label(out, "recipe");
    output_name(out, text_of(bp_json_get(options, "recipe"), "value"));
    output_text(out, "\n");
    for (size_t i = 0; i < bp_json_count(options); i++) {
        const bp_json_value *option = bp_json_at(options, i);
        const char *from = text_of(option, "from"), *value = text_of(option, "value");
        const char *name = bp_json_key_at(options, i);
        if (name == NULL || strcmp(from, "default") == 0 || strcmp(name, "recipe") == 0)
            continue;
        print_label(out, printed++ == 0 ? "options" : "");
        output_name(out, name);
        output_text(out, " ");
        output_name(out, value[0] != '\0' ? value : "\"\"");
        output_text(out, strcmp(from, "recipe") == 0 ? "  (the recipe's)\n" : "\n");
    }
}

/* ", loss 0.123" where the record has such a number. */
static void print_record(struct output *out, const bp_json_value *record, const char *key,
                         const char *before, const char *after)
{
    double value = 0;
    if (!bp_json_as_number(bp_json_get(record, key), &value))
        return;
    output_print(out, "%s", before);
    output_print(out, fabs(value) < 1e15 && floor(value) == value ? "%.0f" : "%.6g", value);
    output_print(out, "%s", after);
}

static const struct {
    const char *key, *title;
    int width;
} member_columns[] = {
    {"epochs", "epochs", 8},
    {"rows", "rows", 9},
    {"loss", "loss", 11},
    {"validation_rows", "held out", 10},
    {"validation_loss", "loss", 11},
    {"best_epoch", "best epoch", 12},
};

#define MEMBER_COLUMNS (sizeof member_columns / sizeof *member_columns)

static void print_ending(struct output *out, const bp_json_value *record)
{
    const char *stopped = text_of(record, "stopped");
    if (stopped[0] == '\0' || strcmp(stopped, "epochs") == 0)
        return;
    output_text(out, ", ended by ");
    output_name(out, stopped);
}

/* A line for each network of a model that has several. */
static void print_members(struct output *out, const bp_json_value *members)
{
    size_t count = bp_json_count(members);
    if (count == 0)
        return;
    output_print(out, "  %-12s", "network");
    for (size_t c = 0; c < MEMBER_COLUMNS; c++)
        output_print(out, "%*s", member_columns[c].width, member_columns[c].title);
    output_text(out, "\n");
    for (size_t i = 0; i < shown_of(count); i++) {
        output_print(out, "  %-12zu", i + 1);
        for (size_t c = 0; c < MEMBER_COLUMNS; c++) {
            char figure[32] = "-";
            double value = 0;
            if (bp_json_as_number(bp_json_get(bp_json_at(members, i), member_columns[c].key),
                                  &value))
                write_figure(value, figure);
            output_print(out, "%*s", member_columns[c].width, figure);
        }
        print_ending(out, bp_json_at(members, i));
        output_text(out, "\n");
    }
    print_rest(out, count, "networks");
}

static void print_training(struct output *out, const struct shown *shown)
{
    const bp_json_value *record = shown_training(shown), *members = bp_json_get(record, "members");
    const char *digest = text_of(record, "table_sha256");
    bool single = bp_json_count(members) == 0;
    if (record == NULL)
        return;
    print_label(out, "training");
    print_record(out, record, "epochs", "", " epochs ");
    print_record(out, record, "rows", "on ", " rows");
    print_ending(out, record);
    if (single) {
        output_text(out, "\n");
        print_label(out, "");
        print_record(out, record, "loss", "loss ", "");
    }
    print_record(out, record, "learning_rate", ", learning rate ", "");
    output_text(out, "\n");
    print_members(out, members);
    if (bp_json_get(record, "validation_rows") != NULL) {
        print_label(out, "held out");
        print_record(out, record, "validation_rows", "", " rows");
        print_record(out, record, "validation_loss", ", loss ", "");
        print_record(out, record, "best_epoch", ", best after epoch ", "");
        output_text(out, "\n");
    }
    print_label(out, "data");
    print_record(out, record, "table_rows", "", " rows, ");
    output_text(out, "the SHA-256 of the file's bytes is\n");
    print_label(out, "");
    output_name(out, digest);
    output_text(out, "\n");
}

void show_print(struct output *out, const struct shown *shown)
{
    print_label(out, "model");
    output_name(out, shown->path);
    output_text(out, "\n");
    print_task(out, shown);
    print_inputs(out, shown);
    print_scaling(out, shown);
    print_gaps(out, shown);
    print_columns(out, shown);
    print_network(out, shown);
    print_options(out, shown);
    print_training(out, shown);
    tried_print(out, shown->model);
    calibrated_print(out, shown->model);
}
