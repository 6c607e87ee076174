/* preparation_read.c: a preparation from its JSON, trusting nothing. */
#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "table/one_hot_targets.h"
#include "table/preparation.h"

#include <math.h>
#include <string.h>

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

static bool read_finite(const bp_json_value *value, const char *key, double *number)
{
    return bp_json_as_number(bp_json_get(value, key), number) && isfinite(*number);
}

static bool read_numbers(const bp_json_value *list, double *numbers, size_t count)
{
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || bp_json_count(list) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!bp_json_as_number(bp_json_at(list, i), &numbers[i]) || !isfinite(numbers[i]))
            return false;
    return true;
}

static bp_status read_knots(const bp_preparation *p, bp_scaler *scaler, const bp_json_value *value,
                            bp_error *error)
{
    const bp_json_value *list = bp_json_get(value, "knots");
    size_t count = bp_json_count(list);
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || count > BP_KNOT_LIMIT)
        return fail_key(error, "knots");
    scaler->knots = bp_allocate(&p->allocator, count, sizeof *scaler->knots, error);
    if (scaler->knots == NULL)
        return BP_E_MEMORY;
    scaler->knot_count = count;
    for (size_t i = 0; i < count; i++)
        if (!bp_json_as_number(bp_json_at(list, i), &scaler->knots[i]))
            return fail_key(error, "knots");
    return bp_scaler_is_sound(scaler) ? BP_OK : fail_key(error, "knots");
}

static bp_status read_scaler(const bp_preparation *p, bp_scaler *scaler, bp_scaling scaling,
                             const bp_json_value *value, bp_error *error)
{
    scaler->scaling = scaling;
    if (!read_finite(value, "min", &scaler->low))
        return fail_key(error, "min");
    if (!read_finite(value, "max", &scaler->high) || !bp_scaler_is_sound(scaler))
        return fail_key(error, "max");
    if (bp_scaling_has_center(scaling) && !read_finite(value, "center", &scaler->center))
        return fail_key(error, "center");
    if (bp_scaling_has_center(scaling)
        && (!read_finite(value, "spread", &scaler->spread) || !bp_scaler_is_sound(scaler)))
        return fail_key(error, "spread");
    return scaling == BP_SCALING_QUANTILE ? read_knots(p, scaler, value, error) : BP_OK;
}

/* The one part of a column of numbers or booleans. */
static bp_status read_whole(const bp_preparation *p, prepared_column *column, bp_scaling scaling,
                            const bp_json_value *value, bp_error *error)
{
    bp_status status = bp_prepared_open_parts(p, column, 1, error);
    if (status != BP_OK || column->kind == PREPARED_BOOLEAN)
        return status;
    return read_scaler(p, &column->parts[0].scaler, scaling, value, error);
}

/* The pieces of a column of numbers, where there are some. */
static bp_status read_pieces(const bp_preparation *p, prepared_column *column,
                             const bp_json_value *value, bp_error *error)
{
    const bp_json_value *pieces = bp_json_get(value, "pieces");
    const bp_json_value *knots = bp_json_get(pieces, "knots");
    if (pieces == NULL)
        return BP_OK;
    if (bp_json_count(knots) > BP_PIECES_LIMIT + 1)
        return fail_key(error, "pieces");
    bp_status status = bp_pieces_open(&column->pieces, bp_json_count(knots), &p->allocator, error);
    if (status != BP_OK)
        return status;
    bool read = read_numbers(knots, column->pieces.knots, column->pieces.knot_count)
                && read_finite(pieces, "origin", &column->pieces.origin)
                && bp_pieces_are_sound(&column->pieces);
    return read ? BP_OK : fail_key(error, "pieces");
}

/* The parts of a date: its value first, each part at most once and in their order. */
static bp_status read_parts(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *value, bp_error *error)
{
    const bp_json_value *list = bp_json_get(value, "parts");
    size_t count = bp_json_count(list);
    int next = BP_PART_VALUE;
    if (bp_json_kind_of(list) != BP_JSON_ARRAY || count == 0 || count > BP_PART_COUNT)
        return fail_key(error, "parts");
    bp_status status = bp_prepared_open_parts(p, column, count, error);
    for (size_t i = 0; i < count && status == BP_OK; i++) {
        const char *name = NULL;
        const bp_json_value *one = bp_json_at(list, i);
        if (!bp_json_as_string(bp_json_get(one, "part"), &name))
            return fail_key(error, "part");
        while (next < BP_PART_COUNT && strcmp(bp_date_part_name((bp_date_part)next), name) != 0)
            next++;
        if (next == BP_PART_COUNT || (i == 0 && next != BP_PART_VALUE))
            return fail_key(error, "part");
        column->parts[i].part = (bp_date_part)next++;
        if (!bp_date_part_turns(column->parts[i].part))
            status = read_scaler(p, &column->parts[i].scaler, p->scaling, one, error);
    }
    return status;
}

static bp_status read_categories(const bp_preparation *p, prepared_column *column,
                                 const bp_json_value *value, bp_error *error)
{
    const bp_json_value *rare = bp_json_get(value, "rare");
    size_t least = p->gaps == BP_GAPS_ERROR ? 1 : 0;
    if (rare != NULL && (!bp_json_as_size(rare, &column->rare) || column->rare == 0))
        return fail_key(error, "rare");
    return read_texts(p, column, bp_json_get(value, "categories"), column->rare > 0 ? 0 : least,
                      "categories", error);
}

/* What stands for a missing cell. */
static bp_status read_gaps(const bp_preparation *p, prepared_column *column,
                           const bp_json_value *value, bp_error *error)
{
    const bp_json_value *indicator = bp_json_get(value, "indicator");
    if (p->gaps != BP_GAPS_ERROR && column->kind != PREPARED_CATEGORY
        && !read_finite(value, "fill", &column->fill))
        return fail_key(error, "fill");
    if (indicator != NULL && !bp_json_as_boolean(indicator, &column->indicator))
        return fail_key(error, "indicator");
    return BP_OK;
}

static bp_status read_input(const bp_preparation *p, prepared_column *column,
                            const bp_json_value *value, bp_error *error)
{
    const char *kind = NULL;
    int found = 0;
    bp_status status = read_place(p, column, value, error);
    if (status != BP_OK)
        return status;
    if (!bp_json_as_string(bp_json_get(value, "kind"), &kind))
        return fail_key(error, "kind");
    while (found < PREPARED_KIND_COUNT
           && strcmp(bp_column_kind_name(bp_prepared_column_kind((prepared_kind)found)), kind) != 0)
        found++;
    if (found == PREPARED_KIND_COUNT)
        return fail_key(error, "kind");
    column->kind = (prepared_kind)found;
    if (column->kind == PREPARED_CATEGORY)
        status = read_categories(p, column, value, error);
    else if (column->kind == PREPARED_DATE)
        status = read_parts(p, column, value, error);
    else
        status = read_whole(p, column, p->scaling, value, error);
    if (status == BP_OK && column->kind == PREPARED_NUMBER)
        status = read_pieces(p, column, value, error);
    return status == BP_OK ? read_gaps(p, column, value, error) : status;
}

/* Whether it is an array of 1 to `width` arrays of `width` entries each. */
static bool is_axes(const bp_json_value *axes, size_t width)
{
    size_t count = bp_json_count(axes);
    if (bp_json_kind_of(axes) != BP_JSON_ARRAY || count == 0 || count > width)
        return false;
    for (size_t i = 0; i < count; i++)
        if (bp_json_count(bp_json_at(axes, i)) != width)
            return false;
    return true;
}

/* The principal components of `width` inputs, where there are some. */
static bp_status read_principal(bp_preparation *p, const bp_json_value *value, size_t *width,
                                bp_error *error)
{
    const bp_json_value *components = bp_json_get(value, "components");
    const bp_json_value *axes = bp_json_get(components, "axes");
    size_t count = bp_json_count(axes);
    if (components == NULL)
        return BP_OK;
    if (!is_axes(axes, *width))
        return fail_key(error, "axes");
    bp_status status = bp_principal_open(&p->principal, *width, count, &p->allocator, error);
    if (status != BP_OK)
        return status;
    if (!read_numbers(bp_json_get(components, "mean"), p->principal.mean, *width))
        return fail_key(error, "mean");
    for (size_t i = 0; i < count; i++)
        if (!read_numbers(bp_json_at(axes, i), p->principal.axes + i * *width, *width))
            return fail_key(error, "axes");
    *width = count;
    return BP_OK;
}

/* Inputs and their width. */
static bp_status read_inputs(bp_preparation *p, const bp_json_value *value, bp_error *error)
{
    const bp_json_value *list = bp_json_get(value, "inputs");
    bp_status status = BP_OK;
    size_t width = 0;
    for (; p->input_count < p->input_room && status == BP_OK; p->input_count++) {
        prepared_column *input = &p->inputs[p->input_count];
        status = read_input(p, input, bp_json_at(list, p->input_count), error);
        input->first = width;
        width += bp_prepared_width(p, input);
    }
    if (status == BP_OK && width == 0)
        return fail_key(error, "categories");
    if (status == BP_OK)
        status = read_principal(p, value, &width, error);
    p->width = width;
    return status;
}

/* Several targets are the classes themselves. */
static bp_status read_one_hot(bp_preparation *p, const bp_json_value *classes, bp_error *error)
{
    bool same = bp_json_count(classes) == p->target_count;
    for (size_t i = 0; i < p->target_count && same; i++) {
        const char *name = NULL;
        same = bp_json_as_string(bp_json_at(classes, i), &name)
               && strcmp(name, p->targets[i].name) == 0;
    }
    if (!same)
        return fail_key(error, "targets");
    bp_status status = bp_one_hot_open(p, error);
    return status == BP_OK ? check_distinct(p, &p->targets[0], "targets", error) : status;
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
            status = read_whole(p, &p->targets[p->target_count], p->target_scaling, target, error);
    }
    if (status != BP_OK)
        return status;
    if (bp_one_hot(p))
        return read_one_hot(p, classes, error);
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

static bp_status read_choices(bp_preparation *p, const bp_json_value *value, bp_error *error)
{
    const bp_json_value *target = bp_json_get(value, "target_scaling");
    const bp_json_value *gaps = bp_json_get(value, "missing");
    const bp_json_value *categories = bp_json_get(value, "categories");
    const char *word = NULL;
    if (!bp_json_as_string(bp_json_get(value, "scaling"), &word)
        || bp_scaling_find(word, &p->scaling, NULL) != BP_OK)
        return fail_key(error, "scaling");
    p->target_scaling = p->scaling;
    p->gaps = BP_GAPS_ERROR;
    if (target != NULL
        && (!bp_json_as_string(target, &word)
            || bp_scaling_find(word, &p->target_scaling, NULL) != BP_OK))
        return fail_key(error, "target_scaling");
    if (p->task == BP_TASK_REGRESSION && !bp_scaling_inverts(p->target_scaling))
        return fail_key(error, "target_scaling");
    if (gaps != NULL
        && (!bp_json_as_string(gaps, &word) || bp_gaps_find(word, &p->gaps, NULL) != BP_OK))
        return fail_key(error, "missing");
    if (categories != NULL && read_word(value, "categories", "ordinal", "one-hot") > 1)
        return fail_key(error, "categories");
    p->ordinal = categories != NULL && read_word(value, "categories", "ordinal", "one-hot") == 0;
    p->date_order = BP_DATES_ISO;
    if (bp_json_get(value, "dates") == NULL)
        return BP_OK;
    int order = read_word(value, "dates", "day-first", "month-first");
    if (order > 1)
        return fail_key(error, "dates");
    p->date_order = order == 0 ? BP_DATES_DAY_FIRST : BP_DATES_MONTH_FIRST;
    return BP_OK;
}

static bp_status read_settings(bp_preparation *p, const bp_json_value *value, bp_error *error)
{
    int task = read_word(value, "task", "classification", "regression");
    if (task > 1)
        return fail_key(error, "task");
    if (!bp_json_as_boolean(bp_json_get(value, "header"), &p->header))
        return fail_key(error, "header");
    if (!bp_json_as_size(bp_json_get(value, "columns"), &p->table_columns)
        || p->table_columns < p->input_room + p->target_room)
        return fail_key(error, "columns");
    p->task = task == 0 ? BP_TASK_CLASSIFICATION : BP_TASK_REGRESSION;
    return read_choices(p, value, error);
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
        bp_preparation_make(&p, bp_json_count(inputs), bp_json_count(targets), 0, allocator, error);
    if (status != BP_OK)
        return status;
    status = read_settings(p, value, error);
    if (status == BP_OK)
        status = read_inputs(p, value, error);
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
