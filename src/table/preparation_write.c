/* preparation_write.c: a preparation as JSON, for the model file. */
#include "table/one_hot_targets.h"
#include "table/preparation.h"

static void write_texts(const char *key, char *const *texts, size_t count, bp_json *json)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        bp_json_string(json, texts[i]);
    bp_json_array_end(json);
}

static void write_place(const prepared_column *column, bp_json *json)
{
    bp_json_key(json, "name");
    bp_json_string(json, column->name);
    bp_json_key(json, "position");
    bp_json_integer(json, (int64_t)column->position);
}

static void write_number(const char *key, double value, bp_json *json)
{
    bp_json_key(json, key);
    bp_json_number(json, value);
}

static void write_numbers(const double *numbers, size_t count, bp_json *json)
{
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        bp_json_number(json, numbers[i]);
    bp_json_array_end(json);
}

static void write_scaler(const bp_scaler *scaler, bp_json *json)
{
    write_number("min", scaler->low, json);
    write_number("max", scaler->high, json);
    if (bp_scaling_has_center(scaler->scaling)) {
        write_number("center", scaler->center, json);
        write_number("spread", scaler->spread, json);
    }
    if (scaler->scaling != BP_SCALING_QUANTILE)
        return;
    bp_json_key(json, "knots");
    write_numbers(scaler->knots, scaler->knot_count, json);
}

static void write_pieces(const bp_pieces *pieces, bp_json *json)
{
    if (pieces->knot_count == 0)
        return;
    bp_json_key(json, "pieces");
    bp_json_object_begin(json);
    bp_json_key(json, "knots");
    write_numbers(pieces->knots, pieces->knot_count, json);
    write_number("origin", pieces->origin, json);
    bp_json_object_end(json);
}

static void write_parts(const prepared_column *input, bp_json *json)
{
    bp_json_key(json, "parts");
    bp_json_array_begin(json);
    for (size_t i = 0; i < input->part_count; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "part");
        bp_json_string(json, bp_date_part_name(input->parts[i].part));
        if (!bp_date_part_turns(input->parts[i].part))
            write_scaler(&input->parts[i].scaler, json);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_categories(const prepared_column *input, bp_json *json)
{
    write_texts("categories", input->categories, input->category_count, json);
    if (input->rare > 0) {
        bp_json_key(json, "rare");
        bp_json_integer(json, (int64_t)input->rare);
    }
}

static void write_input(const bp_preparation *p, const prepared_column *input, bp_json *json)
{
    bp_json_object_begin(json);
    write_place(input, json);
    bp_json_key(json, "kind");
    bp_json_string(json, bp_column_kind_name(bp_prepared_column_kind(input->kind)));
    if (input->kind == PREPARED_CATEGORY)
        write_categories(input, json);
    else if (input->kind == PREPARED_DATE)
        write_parts(input, json);
    else if (input->kind == PREPARED_NUMBER)
        write_scaler(&input->parts[0].scaler, json);
    write_pieces(&input->pieces, json);
    if (p->gaps != BP_GAPS_ERROR && input->kind != PREPARED_CATEGORY)
        write_number("fill", input->fill, json);
    if (input->indicator) {
        bp_json_key(json, "indicator");
        bp_json_boolean(json, true);
    }
    bp_json_object_end(json);
}

static void write_inputs(const bp_preparation *p, bp_json *json)
{
    bp_json_key(json, "inputs");
    bp_json_array_begin(json);
    for (size_t i = 0; i < p->input_count; i++)
        write_input(p, &p->inputs[i], json);
    bp_json_array_end(json);
}

static void write_targets(const bp_preparation *p, bp_json *json)
{
    bp_json_key(json, "targets");
    bp_json_array_begin(json);
    for (size_t i = 0; i < p->target_count; i++) {
        bp_json_object_begin(json);
        write_place(&p->targets[i], json);
        if (p->task == BP_TASK_REGRESSION)
            write_scaler(&p->targets[i].parts[0].scaler, json);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_principal(const bp_principal *principal, bp_json *json)
{
    if (principal->count == 0)
        return;
    bp_json_key(json, "components");
    bp_json_object_begin(json);
    bp_json_key(json, "mean");
    write_numbers(principal->mean, principal->from, json);
    bp_json_key(json, "axes");
    bp_json_array_begin(json);
    for (size_t i = 0; i < principal->count; i++)
        write_numbers(principal->axes + i * principal->from, principal->from, json);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

static bool has_dates(const bp_preparation *p)
{
    bool any = false;
    for (size_t i = 0; i < p->input_count; i++)
        any = any || p->inputs[i].kind == PREPARED_DATE;
    return any;
}

/* What a model of the first release does not have is written where it is not as it was. */
static void write_settings(const bp_preparation *p, bp_json *json)
{
    bp_json_key(json, "scaling");
    bp_json_string(json, bp_scaling_name(p->scaling));
    if (p->task == BP_TASK_REGRESSION && p->target_scaling != p->scaling) {
        bp_json_key(json, "target_scaling");
        bp_json_string(json, bp_scaling_name(p->target_scaling));
    }
    if (p->gaps != BP_GAPS_ERROR) {
        bp_json_key(json, "missing");
        bp_json_string(json, bp_gaps_name(p->gaps));
    }
    if (p->ordinal) {
        bp_json_key(json, "categories");
        bp_json_string(json, "ordinal");
    }
    if (p->date_order != BP_DATES_ISO && has_dates(p)) {
        bp_json_key(json, "dates");
        bp_json_string(json, bp_date_order_name(p->date_order));
    }
}

void bp_preparation_write(const bp_preparation *p, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "task");
    bp_json_string(json, bp_task_name(p->task));
    write_settings(p, json);
    bp_json_key(json, "header");
    bp_json_boolean(json, p->header);
    bp_json_key(json, "columns");
    bp_json_integer(json, (int64_t)p->table_columns);
    write_inputs(p, json);
    write_principal(&p->principal, json);
    write_targets(p, json);
    write_texts("classes", p->targets[0].categories, bp_preparation_class_count(p), json);
    bp_json_object_end(json);
}
