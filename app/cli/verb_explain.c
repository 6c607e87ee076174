/* verb_explain.c: `backprop explain MODEL FILE`: what a model looks at. */
#include "decisions.h"
#include "explain.h"
#include "picture.h"
#include "progress.h"
#include "report.h"
#include "show/explained_picture.h"
#include "terminal.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_REPEATS 10
#define DEFAULT_SAMPLES 1000
#define GRID_POINTS 20

/* ---- What is asked for ---------------------------------------------------------- */

/* Options that belong to another one. */
static bp_status check_pairs(const struct command *command, bp_error *error)
{
    static const struct {
        enum own_option option;
        const char *name;
        enum own_option needs;
        const char *why;
    } rows[] = {
        {OWN_SHAPLEY, "shapley", OWN_ROW, "is a way to explain a row: give --row N too"},
        {OWN_SAMPLES, "samples", OWN_SHAPLEY, "is of --shapley alone"},
        {OWN_ICE, "ice", OWN_COLUMN, "draws curves of one column: give --column NAME too"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (command_has(command, rows[i].option) && !command_has(command, rows[i].needs))
            return fail(error, BP_E_OPTION, "--%s %s", rows[i].name, rows[i].why);
    if (command_has(command, OWN_ROW) && command_has(command, OWN_COLUMN))
        return fail(error, BP_E_OPTION,
                    "--row explains one answer, --column one column; give one of them");
    bool one = command_has(command, OWN_ROW) || command_has(command, OWN_COLUMN);
    if (one && command_has(command, OWN_METRIC))
        return fail(error, BP_E_OPTION, "--metric is for all columns, not for --row or --column");
    if (one && bp_config_origin(command->config, "repeats") == BP_FROM_CALLER)
        return fail(error, BP_E_OPTION, "--repeats is for all columns, not for --row or --column");
    return BP_OK;
}

static bp_status check(const struct command *command, bp_error *error)
{
    if (strcmp(command->operands[0], "-") == 0 && strcmp(command->operands[1], "-") == 0)
        return fail(error, BP_E_ARGUMENT, "MODEL and FILE cannot both be standard input");
    bp_status status = check_pairs(command, error);
    return status == BP_OK ? picture_check(command, error) : status;
}

/* The number of an option of the program's own that was checked already. */
static double number_of(const struct command *command, enum own_option option, double otherwise)
{
    double value = otherwise;
    if (command_has(command, option))
        bp_number_read(command->own[option], strlen(command->own[option]), &value);
    return value;
}

static double config_number(const bp_config *config, const char *name)
{
    double value = 0;
    const char *text = bp_config_get(config, name);
    bp_number_read(text, strlen(text), &value);
    return value;
}

/* ---- Names ------------------------------------------------------------------------ */

const char *explained_name(const struct explained *x, size_t answer)
{
    if (bp_preparation_class_count(x->preparation) > 0)
        return bp_preparation_class_name(x->preparation, (uint32_t)answer);
    return bp_preparation_target_name(x->preparation, answer);
}

static void write_value(const struct explained *x, size_t input, double value, char *text,
                        size_t size)
{
    bp_prepared_column column;
    char number[BP_NUMBER_SIZE];
    bool known = bp_preparation_input_column(x->preparation, input, &column);
    if (known && column.kind == BP_COLUMN_DATE)
        write_day(value, number);
    else if (bp_model_type(x->model) == BP_F32)
        bp_number_write_f32((float)value, number);
    else
        bp_number_write(value, number);
    snprintf(text, size, "%s", number);
}

void explained_cell(const struct explained *x, size_t input, char *text, size_t size)
{
    size_t column = 0;
    text[0] = '\0';
    if (bp_preparation_find_input(x->preparation, x->table, input, &column, NULL) != BP_OK)
        return;
    bp_table_cell_text(x->table, x->row, column, text, size);
    bp_matrix cells = bp_table_numbers(x->table, column);
    if (text[0] != '\0' || cells.data == NULL)
        return;
    size_t place = x->row * cells.row_stride;
    double value = cells.type == BP_F32 ? (double)((const float *)cells.data)[place]
                                        : ((const double *)cells.data)[place];
    if (!isnan(value))
        write_value(x, input, value, text, size);
}

void explained_point(const struct explained *x, size_t point, char *text, size_t size)
{
    const char *word = bp_dependence_text(x->dependence, point);
    if (word != NULL)
        snprintf(text, size, "%s", word);
    else
        write_value(x, x->input, bp_dependence_value(x->dependence, point), text, size);
}

/* ---- Computing --------------------------------------------------------------------- */

/* Input indices, those of the largest sizes first, equal ones in the table's order. */
static void sort_inputs(struct explained *x, const double *sizes)
{
    for (size_t i = 0; i < x->inputs; i++) {
        size_t at = i;
        for (; at > 0 && sizes[x->order[at - 1]] < sizes[i]; at--)
            x->order[at] = x->order[at - 1];
        x->order[at] = i;
    }
}

static bp_status explain_columns(struct explained *x, const struct command *command,
                                 const bp_metric *metric, bp_error *error)
{
    struct progress progress;
    bool given = bp_config_origin(command->config, "repeats") == BP_FROM_CALLER;
    x->metric = metric;
    if (metric == NULL)
        x->metric =
            bp_metric_find(bp_preparation_class_count(x->preparation) > 0 ? "accuracy" : "r2");
    x->repeats = given ? (size_t)config_number(command->config, "repeats") : DEFAULT_REPEATS;
    x->importances = calloc(x->inputs, sizeof *x->importances);
    double *sizes = calloc(x->inputs, sizeof *sizes);
    bp_status status = BP_OK;
    if (x->importances == NULL || sizes == NULL)
        status = fail(error, BP_E_MEMORY, "out of memory for the explanation");
    if (status == BP_OK) {
        progress_begin(&progress, command);
        status = bp_explain_importance(x->explainer, x->metric, x->repeats, &progress.observer,
                                       &x->score, x->importances, error);
        progress_end(&progress);
    }
    for (size_t i = 0; i < x->inputs && status == BP_OK; i++)
        /* There, or the status says so. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        sizes[i] = x->importances[i].mean;
    if (status == BP_OK)
        sort_inputs(x, sizes);
    free(sizes);
    return status;
}

static bp_status attribute(struct explained *x, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < x->count && status == BP_OK; i++) {
        double *values = x->values + i * x->inputs;
        if (x->shapley)
            status = bp_explain_shapley(x->explainer, x->row, x->first + i, x->samples, values,
                                        x->errors + i * x->inputs, &x->told[i], error);
        else
            status = bp_explain_gradients(x->explainer, x->row, x->first + i, values, &x->told[i],
                                          error);
    }
    return status;
}

static bp_status explain_row(struct explained *x, const struct command *command, bp_error *error)
{
    double row = number_of(command, OWN_ROW, 1);
    if (row > (double)x->rows)
        return fail(error, BP_E_DATA, "there is no row %.0f: the table has %zu", row, x->rows);
    x->row = (size_t)row - 1;
    x->shapley = command_has(command, OWN_SHAPLEY);
    x->samples = (size_t)number_of(command, OWN_SAMPLES, DEFAULT_SAMPLES);
    bool classes = bp_preparation_class_count(x->preparation) > 0;
    double *room = calloc(x->answers + x->inputs, sizeof *room);
    x->count = classes ? 1 : x->answers;
    x->values = calloc(x->count * x->inputs, sizeof *x->values);
    x->errors = calloc(x->count * x->inputs, sizeof *x->errors);
    x->told = calloc(x->count, sizeof *x->told);
    bp_status status = BP_OK;
    if (room == NULL || x->values == NULL || x->errors == NULL || x->told == NULL)
        status = fail(error, BP_E_MEMORY, "out of memory for the explanation");
    if (status == BP_OK) {
        x->first = bp_explainer_answer(x->explainer, x->row, room);
        status = attribute(x, error);
    }
    for (size_t i = 0; i < x->inputs && status == BP_OK; i++)
        /* There, or the status says so. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        room[i] = fabs(x->values[i]);
    if (status == BP_OK)
        sort_inputs(x, room);
    free(room);
    return status;
}

/* The input that --column means. */
static bp_status find_input(struct explained *x, const char *reference, bp_error *error)
{
    size_t wanted = 0, column = 0;
    bp_status status = bp_table_find_column(x->table, reference, &wanted, error);
    if (status != BP_OK)
        return status;
    for (x->input = 0; x->input < x->inputs; x->input++)
        if (bp_preparation_find_input(x->preparation, x->table, x->input, &column, NULL) == BP_OK
            && column == wanted)
            return BP_OK;
    return fail(error, BP_E_OPTION,
                "the column \"%s\" is no input of the model; backprop show "
                "lists them",
                bp_table_column_name(x->table, wanted));
}

static bp_status explain_dependence(struct explained *x, const struct command *command,
                                    bp_error *error)
{
    bp_status status = find_input(x, command->own[OWN_COLUMN], error);
    if (status != BP_OK)
        return status;
    x->curves = (size_t)number_of(command, OWN_ICE, 0);
    status = bp_explain_dependence(&x->dependence, x->explainer, x->input, GRID_POINTS, x->curves,
                                   error);
    if (status == BP_OK)
        x->curves = bp_dependence_curves(x->dependence);
    return status;
}

bp_status explained_compute(struct explained *x, const struct command *command,
                            const bp_metric *metric, bp_error *error)
{
    x->preparation = bp_model_preparation(x->model);
    x->inputs = bp_preparation_input_count(x->preparation);
    x->answers = bp_preparation_output_count(x->preparation);
    x->rows = bp_table_row_count(x->table);
    bp_explainer_options options;
    bp_explainer_options_init(&options);
    x->seed = config_number(command->config, "seed");
    options.seed = (uint64_t)x->seed;
    if (bp_config_origin(command->config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(command->config, "engine");
    options.threads = bp_config_threads(command->config);
    bp_status status =
        bp_explainer_new(&x->explainer, x->model, x->table, NULL, x->rows, &options, error);
    if (status != BP_OK)
        return status;
    x->order = calloc(x->inputs, sizeof *x->order);
    if (x->order == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the explanation");
    if (x->kind == EXPLAINED_ROW)
        return explain_row(x, command, error);
    if (x->kind == EXPLAINED_DEPENDENCE)
        return explain_dependence(x, command, error);
    return explain_columns(x, command, metric, error);
}

/* ---- Answering --------------------------------------------------------------------- */

static void draw(struct output *out, const void *explained)
{
    explained_draw(out, explained);
}

static bp_status answer(struct command *command, const struct explained *x, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = picture_write(command, draw, x, error);
    if (status != BP_OK || picture_is_answer(command))
        return status;
    if (!command_has(command, OWN_JSON)) {
        explain_print(command->out, x);
        return BP_OK;
    }
    status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    explain_write(json, x);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}

void explained_close(struct explained *x)
{
    bp_dependence_free(x->dependence);
    free(x->told);
    free(x->errors);
    free(x->values);
    free(x->importances);
    free(x->order);
    bp_explainer_free(x->explainer);
}

static bp_status find_metric(const struct command *command, const bp_metric **metric,
                             bp_error *error)
{
    const char *name = command->own[OWN_METRIC], *names[64];
    size_t count = 0;
    *metric = name != NULL ? bp_metric_find(name) : NULL;
    if (name == NULL || *metric != NULL)
        return BP_OK;
    for (; bp_metric_at(count) != NULL && count < 64; count++)
        names[count] = bp_metric_at(count)->name;
    const char *nearest = bp_nearest(name, names, count);
    if (nearest != NULL)
        return fail(error, BP_E_OPTION, "unknown metric \"%s\"; did you mean \"%s\"?", name,
                    nearest);
    return fail(error, BP_E_OPTION, "unknown metric \"%s\"; backprop cv prints their names", name);
}

bp_status verb_explain(struct command *command, bp_error *error)
{
    const bp_metric *metric = NULL;
    bp_model *model = NULL;
    bp_table *table = NULL;
    struct explained x = {.path = command->operands[0],
                          .kind = command_has(command, OWN_ROW)      ? EXPLAINED_ROW
                                  : command_has(command, OWN_COLUMN) ? EXPLAINED_DEPENDENCE
                                                                     : EXPLAINED_COLUMNS};
    bp_status status = check(command, error);
    if (status == BP_OK)
        status = find_metric(command, &metric, error);
    if (status == BP_OK)
        status = bp_model_load(&model, x.path, NULL, error);
    if (status == BP_OK)
        status =
            bp_config_set(command->config, "precision", bp_type_name(bp_model_type(model)), error);
    if (status == BP_OK)
        status = bp_table_open(&table, command->operands[1], command->config, error);
    if (status == BP_OK && x.kind == EXPLAINED_COLUMNS)
        status = drop_unlabeled(command, model, table, error);
    if (status == BP_OK) {
        x.model = model;
        x.table = table;
        status = explained_compute(&x, command, metric, error);
    }
    if (status == BP_OK)
        status = answer(command, &x, error);
    explained_close(&x);
    bp_table_free(table);
    bp_model_free(model);
    return status;
}
