/* preparation_apply.c: rows of a table as the numbers that a network reads. */
#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_columns.h"

#include <math.h>
#include <string.h>

struct bp_prepared {
    bp_allocator allocator;
    bp_type type;
    size_t rows, width, target_count;
    void *inputs;      /* [rows][width] */
    uint32_t *classes; /* [rows]; NULL but for classification with targets */
    void *targets;     /* [rows][target_count]; NULL but for regression with targets */
};

/* What is asked of one call. */
typedef struct application {
    const bp_preparation *preparation;
    bp_table *table;
    const size_t *rows;
    size_t count;
    bp_error *error;
} application;

static size_t row_of(const application *a, size_t i)
{
    return a->rows != NULL ? a->rows[i] : i;
}

/* ---- Columns ------------------------------------------------------------- */

static bool is_called(const bp_table *table, size_t column, const char *name)
{
    return strcmp(bp_table_column_name(table, column), name) == 0;
}

static bool locate_name(const bp_table *table, const prepared_column *column, size_t *found)
{
    size_t columns = bp_table_column_count(table);
    *found = column->position; /* where it mostly is: no search among many columns */
    if (*found < columns && is_called(table, *found, column->name))
        return true;
    for (*found = 0; *found < columns; ++*found)
        if (is_called(table, *found, column->name))
            return true;
    return false;
}

static bool by_name(const bp_preparation *p, const bp_table *table)
{
    return p->header && bp_table_has_header(table);
}

/* Where a column stands in the other table: by name, or by position where either has no
 * header. `index` counts the inputs, for a table of inputs alone. With any other number
 * of columns nobody could say which is which. */
static bool locate(const bp_preparation *p, const bp_table *table, const prepared_column *column,
                   bool target, size_t index, size_t *found)
{
    if (by_name(p, table))
        return locate_name(table, column, found);
    size_t columns = bp_table_column_count(table);
    bool whole = columns >= p->table_columns;
    *found = whole ? column->position : index;
    return whole || (!target && columns == p->input_count);
}

bool bp_preparation_has_targets(const bp_preparation *p, const bp_table *table)
{
    size_t found = 0;
    for (size_t i = 0; i < p->target_count; i++)
        if (!locate(p, table, &p->targets[i], true, i, &found))
            return false;
    return true;
}

static bp_status find(const application *a, const prepared_column *column, bool target,
                      size_t index, size_t *found)
{
    const bp_preparation *p = a->preparation;
    const char *name = bp_table_name(a->table);
    if (locate(p, a->table, column, target, index, found))
        return BP_OK;
    if (target || by_name(p, a->table))
        return bp_fail_at(a->error, BP_E_DATA, name, 0, 0,
                          "the table has no column \"%s\", which the model needs", column->name);
    return bp_fail_at(a->error, BP_E_DATA, name, 0, 0,
                      "the table has no column \"%s\", which the model needs: without column "
                      "names there must be %zu columns, or the %zu inputs alone, not %zu",
                      column->name, p->table_columns, p->input_count,
                      bp_table_column_count(a->table));
}

#define SHOWN_LIMIT 60 /* bytes of a cell in a message, so that its end is seen too */

static int shown_length(const char *text)
{
    size_t length = strlen(text);
    if (length <= SHOWN_LIMIT)
        return (int)length;
    for (length = SHOWN_LIMIT; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
        length--; /* not amid a character */
    return (int)length;
}

static bp_status fail_cell(const application *a, size_t row, size_t column, const char *before,
                           const char *text, const char *after)
{
    bp_status status =
        bp_fail(a->error, BP_E_DATA, "%s\"%.*s\"%s (column %s)", before, shown_length(text), text,
                after, bp_table_column_name(a->table, column));
    if (a->error != NULL)
        bp_table_place(a->table, row, column, a->error);
    return status;
}

/* ---- Cells --------------------------------------------------------------- */

/* Rounds once to the type; false where the type cannot hold the number. */
static bool store(bp_type type, void *numbers, size_t place, double value)
{
    float narrow = (float)value;
    if (type == BP_F32)
        ((float *)numbers)[place] = narrow;
    else
        ((double *)numbers)[place] = value;
    return type == BP_F32 ? isfinite(narrow) : isfinite(value);
}

/* Equation (16). */
static double scaled(const bp_preparation *p, const prepared_column *column, double value)
{
    if (p->scaling == BP_SCALING_NONE)
        return value;
    if (!(column->high > column->low))
        return 0;
    return (value - column->low) / (column->high - column->low);
}

/* A text as the cell of a number column of that type would be read. */
static bool read_text(const char *text, bp_type type, double *value)
{
    float narrow = 0;
    if (type == BP_F64)
        return bp_number_read(text, strlen(text), value) && isfinite(*value);
    if (!bp_number_read_f32(text, strlen(text), &narrow))
        return false;
    *value = (double)narrow;
    return isfinite(narrow);
}

/* The cell as a number, whatever kind of column it stands in: a column of numbers is one
 * of texts in a table where more than a few of its cells are none. */
static bp_status read_number(const application *a, size_t row, size_t column, double *value)
{
    const uint32_t *codes = bp_table_codes(a->table, column);
    bp_matrix cells = bp_table_numbers(a->table, column);
    *value = NAN;
    if (codes == NULL) {
        *value = bp_matrix_at(&cells, row, 0);
    } else if (codes[row] != BP_MISSING) {
        const char *text = bp_table_category(a->table, column, codes[row]);
        if (!read_text(text, cells.type, value))
            return fail_cell(a, row, column, "", text, " is not a number");
    }
    return isnan(*value) ? bp_prepared_missing(a->table, row, column, a->error) : BP_OK;
}

static bp_status fail_size(const application *a, size_t row, size_t column, double value,
                           bp_type type)
{
    char number[BP_NUMBER_SIZE];
    bp_number_write(value, number);
    bp_status status = bp_fail(a->error, BP_E_DATA, "%s is too large as %s once scaled (column %s)",
                               number, bp_type_name(type), bp_table_column_name(a->table, column));
    if (a->error != NULL)
        bp_table_place(a->table, row, column, a->error);
    return status;
}

/* One number column into column `into` of a matrix `width` wide. */
static bp_status apply_number(const application *a, const prepared_column *column, size_t found,
                              bp_type type, void *numbers, size_t into, size_t width)
{
    for (size_t i = 0; i < a->count; i++) {
        double value = 0;
        bp_status status = read_number(a, row_of(a, i), found, &value);
        if (status != BP_OK)
            return status;
        if (!store(type, numbers, i * width + into, scaled(a->preparation, column, value)))
            return fail_size(a, row_of(a, i), found, value, type);
    }
    return BP_OK;
}

/* For each category of the table's column, its index in `column`, or BP_MISSING. */
static uint32_t *map_codes(const application *a, const prepared_column *column, size_t found)
{
    size_t all = bp_table_category_count(a->table, found);
    uint32_t *map = bp_allocate(&a->preparation->allocator, all, sizeof *map, a->error);
    for (size_t i = 0; i < all && map != NULL; i++) {
        const char *text = bp_table_category(a->table, found, (uint32_t)i);
        map[i] = BP_MISSING;
        for (size_t k = 0; k < column->category_count && map[i] == BP_MISSING; k++)
            if (strcmp(text, column->categories[k]) == 0)
                map[i] = (uint32_t)k;
    }
    return map;
}

/* One category column as one-hot columns from `into`; an unseen one is all zeros. */
static bp_status apply_category(const application *a, const prepared_column *column, size_t found,
                                bp_type type, void *numbers, size_t into, size_t width)
{
    uint32_t *map = map_codes(a, column, found);
    if (map == NULL)
        return BP_E_MEMORY;
    const uint32_t *codes = bp_table_codes(a->table, found);
    bp_status status = BP_OK;
    for (size_t i = 0; i < a->count && status == BP_OK; i++) {
        uint32_t code = codes[row_of(a, i)];
        if (code == BP_MISSING)
            status = bp_prepared_missing(a->table, row_of(a, i), found, a->error);
        else if (map[code] != BP_MISSING)
            store(type, numbers, i * width + into + map[code], 1);
    }
    bp_release(&a->preparation->allocator, map, bp_table_category_count(a->table, found),
               sizeof *map);
    return status;
}

static bp_status apply_classes(const application *a, size_t found, uint32_t *classes)
{
    uint32_t *map = map_codes(a, &a->preparation->targets[0], found);
    if (map == NULL)
        return BP_E_MEMORY;
    const uint32_t *codes = bp_table_codes(a->table, found);
    bp_status status = BP_OK;
    for (size_t i = 0; i < a->count && status == BP_OK; i++) {
        size_t row = row_of(a, i);
        if (codes[row] == BP_MISSING)
            status = bp_prepared_missing(a->table, row, found, a->error);
        else if (map[codes[row]] == BP_MISSING)
            status = fail_cell(a, row, found, "the class ",
                               bp_table_category(a->table, found, codes[row]),
                               " was not seen in training");
        else
            classes[i] = map[codes[row]];
    }
    bp_release(&a->preparation->allocator, map, bp_table_category_count(a->table, found),
               sizeof *map);
    return status;
}

/* ---- The whole ----------------------------------------------------------- */

static bp_status apply_inputs(const application *a, bp_prepared *prepared)
{
    size_t into = 0;
    bp_status status = BP_OK;
    for (size_t i = 0; i < a->preparation->input_count && status == BP_OK; i++) {
        const prepared_column *column = &a->preparation->inputs[i];
        size_t found = 0;
        status = find(a, column, false, i, &found);
        if (status == BP_OK && column->category)
            status = bp_table_categorize(a->table, found, a->error);
        if (status != BP_OK)
            return status;
        status = column->category ? apply_category(a, column, found, prepared->type,
                                                   prepared->inputs, into, prepared->width)
                                  : apply_number(a, column, found, prepared->type, prepared->inputs,
                                                 into, prepared->width);
        into += column->category ? column->category_count : 1;
    }
    return status;
}

static bp_status apply_targets(const application *a, bp_prepared *prepared)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < a->preparation->target_count && status == BP_OK; i++) {
        const prepared_column *column = &a->preparation->targets[i];
        size_t found = 0;
        status = find(a, column, true, i, &found);
        if (status == BP_OK && prepared->classes != NULL)
            status = bp_table_categorize(a->table, found, a->error);
        if (status != BP_OK)
            return status;
        status = prepared->classes != NULL
                     ? apply_classes(a, found, prepared->classes)
                     : apply_number(a, column, found, prepared->type, prepared->targets, i,
                                    prepared->target_count);
    }
    return status;
}

static bp_status make_prepared(bp_prepared **out, const bp_preparation *p, size_t count,
                               bp_type type, bool with_targets, bp_error *error)
{
    const bp_allocator *memory = &p->allocator;
    size_t size = bp_type_size(type);
    bp_prepared *prepared = bp_allocate(memory, 1, sizeof *prepared, error);
    if (prepared == NULL)
        return BP_E_MEMORY;
    *prepared = (bp_prepared){.allocator = *memory,
                              .type = type,
                              .rows = count,
                              .width = p->width,
                              .target_count = p->target_count};
    *out = prepared;
    bool classes = p->task == BP_TASK_CLASSIFICATION;
    prepared->inputs = bp_allocate(memory, count, p->width * size, error);
    bool whole = prepared->inputs != NULL;
    if (whole && with_targets && classes)
        whole = (prepared->classes = bp_allocate(memory, count, sizeof(uint32_t), error)) != NULL;
    if (whole && with_targets && !classes)
        whole =
            (prepared->targets = bp_allocate(memory, count, p->target_count * size, error)) != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

bp_status bp_preparation_apply(const bp_preparation *p, bp_table *table, const size_t *rows,
                               size_t count, bp_type type, bool with_targets, bp_prepared **out,
                               bp_error *error)
{
    *out = NULL;
    application a = {p, table, rows, count, error};
    bp_prepared *prepared = NULL;
    if (p->width == 0)
        return bp_fail(error, BP_E_ARGUMENT, "the preparation is not fitted yet");
    bp_status status = bp_prepared_rows_check(table, rows, count, error);
    if (status == BP_OK)
        status = make_prepared(&prepared, p, count, type, with_targets, error);
    if (status == BP_OK)
        status = apply_inputs(&a, prepared);
    if (status == BP_OK && with_targets)
        status = apply_targets(&a, prepared);
    if (status != BP_OK) {
        bp_prepared_free(prepared);
        return status;
    }
    *out = prepared;
    return BP_OK;
}

void bp_prepared_free(bp_prepared *prepared)
{
    if (prepared == NULL)
        return;
    bp_allocator memory = prepared->allocator;
    size_t size = bp_type_size(prepared->type);
    bp_release(&memory, prepared->inputs, prepared->rows, prepared->width * size);
    bp_release(&memory, prepared->classes, prepared->rows, sizeof(uint32_t));
    bp_release(&memory, prepared->targets, prepared->rows, prepared->target_count * size);
    bp_release(&memory, prepared, 1, sizeof *prepared);
}

size_t bp_prepared_row_count(const bp_prepared *prepared)
{
    return prepared->rows;
}

bp_samples bp_prepared_samples(const bp_prepared *prepared)
{
    return (bp_samples){.inputs = {prepared->inputs, prepared->type, prepared->rows,
                                   prepared->width, prepared->width},
                        .classes = prepared->classes,
                        .targets = {prepared->targets, prepared->type,
                                    prepared->targets != NULL ? prepared->rows : 0,
                                    prepared->target_count, prepared->target_count}};
}
