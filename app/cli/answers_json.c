/* answers_json.c: answers as one JSON object a line. */
#include "answers.h"

/* What an output is called: its class, or its target. */
static const char *output_label(const bp_preparation *preparation, size_t index)
{
    if (bp_preparation_class_count(preparation) > 0)
        return bp_preparation_class_name(preparation, (uint32_t)index);
    return bp_preparation_target_name(preparation, index);
}

/* The key and an object of a number for each class or target. */
static void write_numbers(bp_json *json, const char *key, const bp_preparation *preparation,
                          const double *numbers, size_t count)
{
    bp_json_key(json, key);
    bp_json_object_begin(json);
    for (size_t i = 0; i < count; i++) {
        bp_json_key(json, output_label(preparation, i));
        bp_json_number(json, numbers[i]);
    }
    bp_json_object_end(json);
}

static bp_status write_columns(bp_json *json, struct answers *answers, size_t row, bp_error *error)
{
    bp_json_key(json, "columns");
    bp_json_object_begin(json);
    for (size_t i = 0; i < bp_table_column_count(answers->table); i++) {
        const char *text = answers_cell(answers, row, i, error);
        if (text == NULL)
            return BP_E_MEMORY;
        bp_json_key(json, bp_table_column_name(answers->table, i));
        bp_json_string(json, text);
    }
    bp_json_object_end(json);
    return BP_OK;
}

static void write_top(bp_json *json, const struct answers *answers)
{
    bp_json_key(json, "top");
    bp_json_array_begin(json);
    for (size_t i = 0; i < answers->top; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "class");
        bp_json_string(json,
                       bp_preparation_class_name(answers->preparation, answers->ranking[i].code));
        bp_json_key(json, "probability");
        bp_json_number(json, answers->ranking[i].probability);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_set(bp_json *json, const struct answers *answers)
{
    bp_json_key(json, "set");
    bp_json_array_begin(json);
    for (size_t i = 0; i < answers->set_size; i++)
        bp_json_string(json, bp_preparation_class_name(answers->preparation, answers->set[i]));
    bp_json_array_end(json);
}

/* One end of the interval of each target. */
static void write_ends(bp_json *json, const struct answers *answers, size_t row, bool upper)
{
    bp_json_key(json, upper ? "high" : "low");
    bp_json_object_begin(json);
    for (size_t i = 0; i < bp_preparation_target_count(answers->preparation); i++) {
        double low, high;
        bp_predictions_interval(answers->predictions, row, i, &low, &high);
        bp_json_key(json, bp_preparation_target_name(answers->preparation, i));
        bp_json_number(json, upper ? high : low);
    }
    bp_json_object_end(json);
}

/* Of each answer that is explained, what it is compared with and the columns that moved it most. */
static bp_status write_why(bp_json *json, struct answers *answers, size_t row, bp_error *error)
{
    size_t first = 0, count = answers_explained(answers, row, &first);
    bp_status status = BP_OK;
    bp_json_key(json, "why");
    bp_json_object_begin(json);
    for (size_t k = first; k < first + count && status == BP_OK; k++) {
        double baseline = 0;
        status = answers_explain(answers, row, k, &baseline, error);
        bp_json_key(json, output_label(answers->preparation, k));
        bp_json_object_begin(json);
        bp_json_key(json, "baseline");
        bp_json_number(json, baseline);
        bp_json_key(json, "columns");
        bp_json_array_begin(json);
        for (size_t i = 0; i < answers->why && status == BP_OK; i++) {
            size_t input = answers->order[i];
            bp_json_object_begin(json);
            bp_json_key(json, "column");
            bp_json_string(json, bp_preparation_input_name(answers->preparation, input));
            bp_json_key(json, "share");
            bp_json_number(json, answers->shares[input]);
            bp_json_object_end(json);
        }
        bp_json_array_end(json);
        bp_json_object_end(json);
    }
    bp_json_object_end(json);
    return status;
}

static bp_status write_row(bp_json *json, struct answers *answers, size_t row, bp_error *error)
{
    bp_matrix outputs = bp_predictions_outputs(answers->predictions);
    const double *values = (const double *)outputs.data + row * outputs.row_stride;
    const char *name = bp_predictions_class_name(answers->predictions, row);
    bp_json_object_begin(json);
    bp_json_key(json, "row");
    bp_json_integer(json, (int64_t)(answers->rows_before + row) + 1);
    if (answers->append && write_columns(json, answers, row, error) != BP_OK)
        return BP_E_MEMORY;
    if (name != NULL) {
        bp_json_key(json, "class");
        bp_json_string(json, name);
    }
    write_numbers(json, "outputs", answers->preparation, values, outputs.columns);
    if (answers->intervals) {
        write_ends(json, answers, row, false);
        write_ends(json, answers, row, true);
    }
    answers_weigh(answers, row);
    if (answers->proba)
        write_numbers(json, "probabilities", answers->preparation, answers->probabilities,
                      bp_preparation_class_count(answers->preparation));
    if (answers->top > 0)
        write_top(json, answers);
    if (answers->sets)
        write_set(json, answers);
    bp_status status = answers->why > 0 ? write_why(json, answers, row, error) : BP_OK;
    bp_json_object_end(json);
    return status;
}

bp_status answers_print_json(struct answers *answers, struct output *out, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t row = 0; row < bp_predictions_count(answers->predictions) && status == BP_OK;
         row++) {
        bp_json *json = NULL;
        status = bp_json_new(&json, NULL, error);
        if (status == BP_OK)
            status = write_row(json, answers, row, error);
        if (status == BP_OK)
            output_json(out, json);
        bp_json_free(json);
    }
    return status;
}
