/* preparation_json.c: a preparation as JSON, in the model file. */
#include "base/error.h"
#include "base/memory.h"
#include "table/preparation.h"
#include "table/prepared_columns.h"

#include <math.h>
#include <string.h>

#define COLUMN_LIMIT 10000000u

static void write_column(const prepared_column *column, bool range, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json, column->name);
    bp_json_key(json, "position");
    bp_json_integer(json, (int64_t)column->position);
    if (range) {
        bp_json_key(json, "min");
        bp_json_number(json, column->low);
        bp_json_key(json, "max");
        bp_json_number(json, column->high);
    } else {
        bp_json_key(json, "categories");
        bp_json_array_begin(json);
        for (size_t i = 0; i < column->category_count; i++)
            bp_json_string(json, column->categories[i]);
        bp_json_array_end(json);
    }
    bp_json_object_end(json);
}

void bp_preparation_write(const bp_preparation *p, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "task");
    bp_json_string(json, bp_task_name(p->task));
    bp_json_key(json, "scaling");
    bp_json_string(json, p->scaling == BP_SCALING_NONE ? "none" : "minmax");
    bp_json_key(json, "header");
    bp_json_boolean(json, p->header);
    bp_json_key(json, "columns");
    bp_json_integer(json, (int64_t)p->table_columns);
    bp_json_key(json, "inputs");
    bp_json_array_begin(json);
    for (size_t i = 0; i < p->input_count; i++)
        write_column(&p->inputs[i], !p->inputs[i].category, json);
    bp_json_array_end(json);
    bp_json_key(json, "targets");
    bp_json_array_begin(json);
    for (size_t i = 0; i < p->target_count; i++)
        write_column(&p->targets[i], p->task == BP_TASK_REGRESSION, json);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

static bp_status fail_preparation(bp_error *error)
{
    return bp_fail(error, BP_E_MODEL, "not a model that can be read: its preparation is damaged");
}

static bp_status read_categories(bp_preparation *p, prepared_column *column,
                                 const bp_json_value *list, bp_error *error)
{
    size_t count = bp_json_count(list);
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || count == 0)
        return fail_preparation(error);
    column->categories = bp_allocate(&p->allocator, count, sizeof(char *), error);
    if (column->categories == NULL)
        return BP_E_MEMORY;
    column->category_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *text = NULL;
        if (!bp_json_as_string(bp_json_at(list, i), &text))
            return fail_preparation(error);
        column->categories[i] = bp_copy_text(&p->allocator, text, strlen(text), error);
        if (column->categories[i] == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}

static bp_status read_column(bp_preparation *p, prepared_column *column, const bp_json_value *value,
                             bp_error *error)
{
    const char *name = NULL;
    if (!bp_json_as_string(bp_json_get(value, "name"), &name)
        || !bp_json_as_size(bp_json_get(value, "position"), &column->position)
        || column->position >= p->table_columns)
        return fail_preparation(error);
    column->name = bp_copy_text(&p->allocator, name, strlen(name), error);
    if (column->name == NULL)
        return BP_E_MEMORY;
    const bp_json_value *categories = bp_json_get(value, "categories");
    column->category = categories != NULL;
    if (column->category)
        return read_categories(p, column, categories, error);
    bool fits = bp_json_as_number(bp_json_get(value, "min"), &column->low)
                && bp_json_as_number(bp_json_get(value, "max"), &column->high)
                && isfinite(column->low) && isfinite(column->high) && column->low <= column->high;
    return fits ? BP_OK : fail_preparation(error);
}

static bp_status read_columns(bp_preparation *p, prepared_column *columns, size_t *count,
                              const bp_json_value *list, bp_error *error)
{
    size_t all = bp_json_count(list);
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || all == 0 || all > p->table_columns)
        return fail_preparation(error);
    bp_status status = BP_OK;
    for (*count = 0; *count < all && status == BP_OK; ++*count)
        status = read_column(p, &columns[*count], bp_json_at(list, *count), error);
    return status;
}

/* Task and targets must agree: one target with classes, or numbers alone. */
static bool targets_agree(const bp_preparation *p)
{
    if (p->task == BP_TASK_CLASSIFICATION)
        return p->target_count == 1 && p->targets[0].category_count >= 2;
    for (size_t i = 0; i < p->target_count; i++)
        if (p->targets[i].category)
            return false;
    return true;
}

bp_status bp_preparation_read(bp_preparation **out, const bp_json_value *value,
                              const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    const char *task = NULL, *scaling = NULL;
    size_t columns = 0;
    bool header = false;
    if (!bp_json_as_string(bp_json_get(value, "task"), &task)
        || !bp_json_as_string(bp_json_get(value, "scaling"), &scaling)
        || !bp_json_as_boolean(bp_json_get(value, "header"), &header)
        || !bp_json_as_size(bp_json_get(value, "columns"), &columns) || columns == 0
        || columns > COLUMN_LIMIT
        || (strcmp(task, "classification") != 0 && strcmp(task, "regression") != 0)
        || (strcmp(scaling, "none") != 0 && strcmp(scaling, "minmax") != 0))
        return fail_preparation(error);
    bp_preparation *p = NULL;
    bp_status status = bp_preparation_make(&p, columns, allocator, error);
    if (status != BP_OK)
        return status;
    p->task = strcmp(task, "regression") == 0 ? BP_TASK_REGRESSION : BP_TASK_CLASSIFICATION;
    p->scaling = strcmp(scaling, "none") == 0 ? BP_SCALING_NONE : BP_SCALING_MINMAX;
    p->header = header;
    status = read_columns(p, p->inputs, &p->input_count, bp_json_get(value, "inputs"), error);
    if (status == BP_OK)
        status =
            read_columns(p, p->targets, &p->target_count, bp_json_get(value, "targets"), error);
    if (status == BP_OK && !targets_agree(p))
        status = fail_preparation(error);
    for (size_t i = 0; i < p->input_count && status == BP_OK; i++)
        p->width += p->inputs[i].category ? p->inputs[i].category_count : 1;
    if (status != BP_OK) {
        bp_preparation_free(p);
        return status;
    }
    *out = p;
    return BP_OK;
}
