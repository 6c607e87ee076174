/* preparation_json.c: a preparation as JSON, in the model file. */
#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "table/preparation.h"
#include "table/prepared_columns.h"

#include <math.h>
#include <string.h>

/* ---- Writing ------------------------------------------------------------- */

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

static void write_range(const prepared_column *column, bp_json *json)
{
    bp_json_key(json, "min");
    bp_json_number(json, column->low);
    bp_json_key(json, "max");
    bp_json_number(json, column->high);
}

static void write_inputs(const bp_preparation *p, bp_json *json)
{
    bp_json_key(json, "inputs");
    bp_json_array_begin(json);
    for (size_t i = 0; i < p->input_count; i++) {
        const prepared_column *input = &p->inputs[i];
        bp_json_object_begin(json);
        write_place(input, json);
        bp_json_key(json, "kind");
        bp_json_string(json, input->category ? "category" : "number");
        if (input->category)
            write_texts("categories", input->categories, input->category_count, json);
        else
            write_range(input, json);
        bp_json_object_end(json);
    }
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
            write_range(&p->targets[i], json);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
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
    write_inputs(p, json);
    write_targets(p, json);
    write_texts("classes", p->targets[0].categories, bp_preparation_class_count(p), json);
    bp_json_object_end(json);
}

/* ---- Reading ------------------------------------------------------------- */

static bp_status fail_key(bp_error *error, const char *key)
{
    return bp_fail(error, BP_E_MODEL,
                   "not a model that can be read: its preparation is damaged at \"%s\"", key);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether no two of the texts are alike. */
static bp_status check_distinct(const bp_preparation *p, const prepared_column *column,
                                const char *key, bp_error *error)
{
    size_t count = column->category_count;
    char **sorted = bp_allocate(&p->allocator, count, sizeof *sorted, error);
    if (sorted == NULL)
        return BP_E_MEMORY;
    memcpy(sorted, column->categories, count * sizeof *sorted);
    bp_sort(sorted, count, sizeof *sorted, compare_texts);
    bool distinct = true;
    for (size_t i = 1; i < count && distinct; i++)
        distinct = strcmp(sorted[i - 1], sorted[i]) != 0;
    bp_release(&p->allocator, sorted, count, sizeof *sorted);
    return distinct ? BP_OK : fail_key(error, key);
}

static bp_status read_texts(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *list, size_t least, const char *key,
                            bp_error *error)
{
    size_t count = bp_json_count(list);
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || count < least || count >= BP_MISSING)
        return fail_key(error, key);
    column->categories = bp_allocate(&p->allocator, count, sizeof(char *), error);
    if (column->categories == NULL)
        return BP_E_MEMORY;
    column->category_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *text = NULL;
        if (!bp_json_as_string(bp_json_at(list, i), &text))
            return fail_key(error, key);
        column->categories[i] = bp_copy_text(&p->allocator, text, strlen(text), error);
        if (column->categories[i] == NULL)
            return BP_E_MEMORY;
    }
    return check_distinct(p, column, key, error);
}

static bp_status read_place(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *value, bp_error *error)
{
    const char *name = NULL;
    if (!bp_json_as_string(bp_json_get(value, "name"), &name) || name[0] == '\0')
        return fail_key(error, "name");
    if (!bp_json_as_size(bp_json_get(value, "position"), &column->position)
        || column->position >= p->table_columns)
        return fail_key(error, "position");
    column->name = bp_copy_text(&p->allocator, name, strlen(name), error);
    return column->name != NULL ? BP_OK : BP_E_MEMORY;
}

static bp_status read_range(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *value, bp_error *error)
{
    if (!bp_json_as_number(bp_json_get(value, "min"), &column->low) || !isfinite(column->low))
        return fail_key(error, "min");
    if (!bp_json_as_number(bp_json_get(value, "max"), &column->high) || !isfinite(column->high)
        || column->high < column->low
        || (p->scaling == BP_SCALING_MINMAX && !isfinite(column->high - column->low)))
        return fail_key(error, "max");
    return BP_OK;
}

static bp_status read_input(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *value, bp_error *error)
{
    const char *kind = NULL;
    bp_status status = read_place(p, column, value, error);
    if (status != BP_OK)
        return status;
    if (!bp_json_as_string(bp_json_get(value, "kind"), &kind)
        || (strcmp(kind, "number") != 0 && strcmp(kind, "category") != 0))
        return fail_key(error, "kind");
    column->category = strcmp(kind, "category") == 0;
    return column->category
               ? read_texts(p, column, bp_json_get(value, "categories"), 1, "categories", error)
               : read_range(p, column, value, error);
}

/* Inputs and their width. */
static bp_status read_inputs(bp_preparation *p, const bp_json_value *list, bp_error *error)
{
    bp_status status = BP_OK;
    size_t width = 0;
    for (; p->input_count < p->input_room && status == BP_OK; p->input_count++) {
        prepared_column *input = &p->inputs[p->input_count];
        status = read_input(p, input, bp_json_at(list, p->input_count), error);
        width += input->category ? input->category_count : 1;
    }
    p->width = width;
    return status;
}

static bp_status read_targets(bp_preparation *p, const bp_json_value *value, bp_error *error)
{
    const bp_json_value *list = bp_json_get(value, "targets");
    const bp_json_value *classes = bp_json_get(value, "classes");
    bp_status status = BP_OK;
    for (; p->target_count < p->target_room && status == BP_OK; p->target_count++) {
        const bp_json_value *target = bp_json_at(list, p->target_count);
        status = read_place(p, &p->targets[p->target_count], target, error);
        if (status == BP_OK && p->task == BP_TASK_REGRESSION)
            status = read_range(p, &p->targets[p->target_count], target, error);
    }
    if (status != BP_OK)
        return status;
    if (p->task == BP_TASK_CLASSIFICATION)
        return read_texts(p, &p->targets[0], classes, 2, "classes", error);
    if (bp_json_kind_of(classes) != BP_JSON_ARRAY || bp_json_count(classes) != 0)
        return fail_key(error, "classes");
    return BP_OK;
}

/* Whether the columns come in the order of the table and none comes twice. */
static bool in_order(const bp_preparation *p)
{
    size_t i = 0, t = 0, next = 0;
    while (i < p->input_count || t < p->target_count) {
        size_t input = i < p->input_count ? p->inputs[i].position : SIZE_MAX;
        size_t target = t < p->target_count ? p->targets[t].position : SIZE_MAX;
        size_t position = input < target ? input : target;
        if (position < next)
            return false;
        next = position + 1;
        i += input < target;
        t += !(input < target);
    }
    return true;
}

/* Which of two words stands at a key: 0, 1, or 2 where it is neither. */
static int read_word(const bp_json_value *value, const char *key, const char *first,
                     const char *second)
{
    const char *word = NULL;
    if (!bp_json_as_string(bp_json_get(value, key), &word))
        return 2;
    return strcmp(word, first) == 0 ? 0 : strcmp(word, second) == 0 ? 1 : 2;
}

static bp_status read_settings(bp_preparation *p, const bp_json_value *value, bp_error *error)
{
    int task = read_word(value, "task", "classification", "regression");
    int scaling = read_word(value, "scaling", "none", "minmax");
    if (task > 1 || (task == 0 && p->target_room != 1))
        return fail_key(error, task > 1 ? "task" : "targets");
    if (scaling > 1)
        return fail_key(error, "scaling");
    if (!bp_json_as_boolean(bp_json_get(value, "header"), &p->header))
        return fail_key(error, "header");
    if (!bp_json_as_size(bp_json_get(value, "columns"), &p->table_columns)
        || p->table_columns < p->input_room + p->target_room)
        return fail_key(error, "columns");
    p->task = task == 0 ? BP_TASK_CLASSIFICATION : BP_TASK_REGRESSION;
    p->scaling = scaling == 0 ? BP_SCALING_NONE : BP_SCALING_MINMAX;
    return BP_OK;
}

bp_status bp_preparation_read(bp_preparation **out, const bp_json_value *value,
                              const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    const bp_json_value *inputs = bp_json_get(value, "inputs");
    const bp_json_value *targets = bp_json_get(value, "targets");
    if (bp_json_kind_of(inputs) != BP_JSON_ARRAY || bp_json_count(inputs) == 0)
        return fail_key(error, "inputs");
    if (bp_json_kind_of(targets) != BP_JSON_ARRAY || bp_json_count(targets) == 0)
        return fail_key(error, "targets");
    bp_preparation *p = NULL;
    bp_status status =
        bp_preparation_make(&p, bp_json_count(inputs), bp_json_count(targets), allocator, error);
    if (status != BP_OK)
        return status;
    status = read_settings(p, value, error);
    if (status == BP_OK)
        status = read_inputs(p, inputs, error);
    if (status == BP_OK)
        status = read_targets(p, value, error);
    if (status == BP_OK && !in_order(p))
        status = fail_key(error, "position");
    if (status != BP_OK) {
        bp_preparation_free(p);
        return status;
    }
    *out = p;
    return BP_OK;
}
