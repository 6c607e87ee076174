/* preparation_apply.c: rows of a table as the numbers that a network reads. */
#include "base/error.h"
#include "base/memory.h"
#include "table/boolean_text.h"
#include "table/one_hot_targets.h"
#include "table/plain_rows.h"
#include "table/preparation.h"
#include "table/prepared_match.h"
#include "table/prepared_value.h"
#include "table/reading/date_text.h"
#include "table/text_index.h"

#include <math.h>
#include <string.h>

struct bp_prepared {
    bp_allocator allocator;
    bp_type type;
    bool raw; /* inputs are what stands before principal components */
    size_t rows, width, target_count;
    void *inputs;      /* [rows][width] */
    uint32_t *classes; /* [rows]; NULL but for classification with targets */
    void *targets;     /* [rows][target_count]; NULL but for regression with targets */
};

/* What is asked of one call. */
typedef struct application {
    const bp_preparation *preparation;
    const bp_table *table;
    bp_table *changes; /* the same, whose columns may become categories; NULL: they are */
    const size_t *rows;
    size_t count;
    bp_error *error;
} application;

static size_t row_of(const application *a, size_t i)
{
    return a->rows != NULL ? a->rows[i] : i;
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

/* The text of a cell as what the column holds: a number, a date, or yes or no. */
static bool read_text_as(const application *a, prepared_kind kind, const char *text, bp_type type,
                         double *value)
{
    if (kind == PREPARED_DATE)
        return bp_date_read(text, strlen(text), a->preparation->date_order, value);
    if (kind == PREPARED_BOOLEAN)
        return bp_boolean_read(text, value)
               || (read_text(text, type, value) && (*value == 0 || *value == 1));
    return read_text(text, type, value);
}

/* A cell among numbers that should be a date among dates, or the other way. A column of one
 * date alone is a constant of seconds. */
static bool suits(const application *a, prepared_kind kind, size_t column, double value)
{
    bp_column_kind found = bp_table_column_kind(a->table, column);
    if (kind == PREPARED_BOOLEAN)
        return value == 0 || value == 1;
    return found == BP_COLUMN_CONSTANT || (found == BP_COLUMN_DATE) == (kind == PREPARED_DATE);
}

/* The cell as a number, NaN where it is missing, whatever kind of column it stands in: a
 * column of numbers is one of texts in a table where more than a few of its cells are none. */
static bp_status read_value(const application *a, const prepared_column *column, size_t found,
                            size_t row, double *value)
{
    const uint32_t *codes = bp_table_codes(a->table, found);
    bp_matrix cells = bp_table_numbers(a->table, found);
    char number[BP_NUMBER_SIZE];
    const char *text = number;
    *value = NAN;
    if (codes == NULL) {
        *value = bp_matrix_at(&cells, row, 0);
        if (isnan(*value) || suits(a, column->kind, found, *value))
            return BP_OK;
        bp_number_write(*value, number);
    } else if (codes[row] != BP_MISSING) {
        text = bp_table_category(a->table, found, codes[row]);
        if (read_text_as(a, column->kind, text, cells.type, value))
            return BP_OK;
    } else {
        return BP_OK;
    }
    return fail_cell(a, row, found, "", text, bp_prepared_refusal(column->kind));
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

/* Where numbers go: into columns from `into` of a matrix `width` wide. */
typedef struct destination {
    bp_type type;
    void *numbers;
    size_t into, width;
} destination;

static void gather(const application *a, const bp_matrix *cells, size_t start, size_t count,
                   double values[BP_PLAIN_LANES])
{
    const float *narrow = cells->data;
    const double *wide = cells->data;
    for (size_t i = 0; i < count; i++) {
        size_t row = row_of(a, start + i);
        values[i] = cells->type == BP_F32 ? (double)narrow[row] : wide[row];
    }
}

static void scatter(destination d, const bp_plain_numbers *numbers, size_t start, size_t count)
{
    float *narrow = (float *)d.numbers + start * d.width + d.into;
    double *wide = (double *)d.numbers + start * d.width + d.into;
    for (size_t i = 0; i < count && d.type == BP_F32; i++)
        narrow[i * d.width] = numbers->f32[i];
    for (size_t i = 0; i < count && d.type == BP_F64; i++)
        wide[i * d.width] = numbers->f64[i];
}

/* The rows of a column of inputs as long as they are plain, many at a time; how many they are. */
static size_t apply_plain(const application *a, const prepared_column *column, size_t found,
                          destination d)
{
    double values[BP_PLAIN_LANES] = {0};
    bp_plain_numbers numbers;
    bp_matrix cells = bp_table_numbers(a->table, found);
    bp_plain_lanes lanes;
    size_t done = 0;
    if (cells.data == NULL || bp_table_column_kind(a->table, found) == BP_COLUMN_DATE
        || !bp_plain_lane(&lanes, 0, a->preparation, column))
        return 0;
    bp_plain_spread(&lanes, 0);
    while (done < a->count) {
        size_t left = a->count - done, count = left < BP_PLAIN_LANES ? left : BP_PLAIN_LANES;
        gather(a, &cells, done, count, values);
        if (!bp_plain_apply(&lanes, values, count, d.type, &numbers))
            break;
        scatter(d, &numbers, done, count);
        done += count;
    }
    return done;
}

/* One column of values. A target's missing cell is refused, an input's where nothing stands
 * for it. */
static bp_status apply_parts(const application *a, const prepared_column *column, size_t found,
                             bool target, destination d)
{
    bool refused = target || a->preparation->gaps == BP_GAPS_ERROR;
    for (size_t i = target ? 0 : apply_plain(a, column, found, d); i < a->count; i++) {
        size_t row = row_of(a, i), place = i * d.width + d.into;
        double value = 0;
        bp_status status = read_value(a, column, found, row, &value);
        if (status != BP_OK)
            return status;
        bool missing = isnan(value);
        if (missing && refused)
            return bp_prepared_missing(a->table, row, found, target ? ADVICE_TARGET : ADVICE_INPUT,
                                       a->error);
        value = missing ? column->fill : value;
        size_t stored = bp_prepared_parts(column, value, d.type, d.numbers, place);
        if (stored == 0)
            return fail_size(a, row, found, value, d.type);
        if (column->indicator)
            bp_prepared_store(d.type, d.numbers, place + stored, missing);
    }
    return BP_OK;
}

static bp_status index_categories(const application *a, const prepared_column *column,
                                  bp_text_index *index)
{
    bp_status status = BP_OK;
    for (size_t k = 0; k < column->category_count && status == BP_OK; k++) {
        const char *text = column->categories[k];
        uint32_t number = 0;
        status = bp_text_index_add(index, &a->preparation->allocator, text, strlen(text), &number,
                                   a->error);
    }
    return status;
}

/* For each category of the table's column, its index in `column`, or BP_MISSING; NULL where
 * memory is out. */
static uint32_t *map_codes(const application *a, const prepared_column *column, size_t found)
{
    const bp_allocator *memory = &a->preparation->allocator;
    size_t all = bp_table_category_count(a->table, found);
    bp_text_index index = {0};
    uint32_t *map = bp_allocate(memory, all, sizeof *map, a->error);
    if (map != NULL && index_categories(a, column, &index) != BP_OK) {
        bp_release(memory, map, all, sizeof *map);
        map = NULL;
    }
    for (size_t i = 0; i < all && map != NULL; i++) {
        const char *text = bp_table_category(a->table, found, (uint32_t)i);
        uint32_t number = bp_text_index_find(&index, text, strlen(text));
        map[i] = number == BP_NO_TEXT ? BP_MISSING : number;
    }
    bp_text_index_release(&index, memory);
    return map;
}

/* The place of a cell: its category's, that of the rare, that of the missing, or BP_MISSING. */
static uint32_t place_of(const prepared_column *column, const uint32_t *map, uint32_t code)
{
    uint32_t rare = (uint32_t)column->category_count, missing = rare + (column->rare > 0);
    if (code == BP_MISSING)
        return column->indicator ? missing : BP_MISSING;
    if (map[code] == BP_MISSING)
        return column->rare > 0 ? rare : BP_MISSING;
    return map[code];
}

/* Equations (18) and (18a): one number a place, or one number for all. */
static void store_place(const bp_preparation *p, const prepared_column *column, uint32_t place,
                        size_t row, destination d)
{
    size_t at = row * d.width + d.into;
    if (place != BP_MISSING && p->ordinal)
        bp_prepared_store(d.type, d.numbers, at,
                          (double)(place + 1) / (double)bp_prepared_places(column));
    else if (place != BP_MISSING)
        bp_prepared_store(d.type, d.numbers, at + place, 1);
}

static bp_status apply_category(const application *a, const prepared_column *column, size_t found,
                                destination d)
{
    uint32_t *map = map_codes(a, column, found);
    if (map == NULL)
        return BP_E_MEMORY;
    const uint32_t *codes = bp_table_codes(a->table, found);
    bp_status status = BP_OK;
    for (size_t i = 0; i < a->count && status == BP_OK; i++) {
        uint32_t code = codes[row_of(a, i)];
        if (code == BP_MISSING && a->preparation->gaps == BP_GAPS_ERROR)
            status = bp_prepared_missing(a->table, row_of(a, i), found, ADVICE_INPUT, a->error);
        else
            store_place(a->preparation, column, place_of(column, map, code), i, d);
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
            status = bp_prepared_missing(a->table, row, found, ADVICE_TARGET, a->error);
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

static bp_status categorize(const application *a, size_t column)
{
    return a->changes != NULL ? bp_table_categorize(a->changes, column, a->error) : BP_OK;
}

static bp_status apply_columns(const application *a, destination d)
{
    const bp_preparation *p = a->preparation;
    bp_status status = BP_OK;
    for (size_t i = 0; i < p->input_count && status == BP_OK; i++) {
        const prepared_column *column = &p->inputs[i];
        bool category = column->kind == PREPARED_CATEGORY;
        size_t found = 0;
        status = bp_prepared_find(p, a->table, column, false, i, &found, a->error);
        if (status == BP_OK && category)
            status = categorize(a, found);
        if (status != BP_OK)
            return status;
        status = category ? apply_category(a, column, found, d)
                          : apply_parts(a, column, found, false, d);
        d.into += bp_prepared_width(p, column);
    }
    return status;
}

bp_status bp_prepared_raw(const bp_preparation *p, const bp_table *table, const size_t *rows,
                          size_t count, size_t width, double *numbers, bp_error *error)
{
    application a = {p, table, NULL, rows, count, error};
    return apply_columns(&a, (destination){BP_F64, numbers, 0, width});
}

/* Takes the components of raw[rows][from]. */
static bp_status store_components(const application *a, const double *raw, bp_prepared *prepared)
{
    const bp_principal *principal = &a->preparation->principal;
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < principal->count; k++)
            if (!bp_prepared_store(prepared->type, prepared->inputs, i * prepared->width + k,
                                   bp_principal_at(principal, raw + i * principal->from, k)))
                return bp_fail_at(a->error, BP_E_DATA, bp_table_name(a->table), 0, 0,
                                  "the principal components of row %zu are too large as %s",
                                  row_of(a, i) + 1, bp_type_name(prepared->type));
    return BP_OK;
}

static bp_status apply_inputs(const application *a, bp_prepared *prepared)
{
    const bp_allocator *memory = &a->preparation->allocator;
    size_t from = a->preparation->principal.from;
    if (from == 0 || prepared->raw)
        return apply_columns(a,
                             (destination){prepared->type, prepared->inputs, 0, prepared->width});
    double *raw = bp_allocate(memory, a->count, from * sizeof *raw, a->error);
    if (raw == NULL)
        return BP_E_MEMORY;
    bp_status status = apply_columns(a, (destination){BP_F64, raw, 0, from});
    if (status == BP_OK)
        status = store_components(a, raw, prepared);
    bp_release(memory, raw, a->count, from * sizeof *raw);
    return status;
}

/* A number of a target as the table has it. */
static bp_status read_target(const application *a, size_t target, size_t found, size_t row,
                             double *value)
{
    bp_status status = read_value(a, &a->preparation->targets[target], found, row, value);
    if (status == BP_OK && isnan(*value))
        status = bp_prepared_missing(a->table, row, found, ADVICE_TARGET, a->error);
    return status;
}

static bp_status read_one_hot(const application *a, const size_t *found, size_t row, double *values,
                              uint32_t *one)
{
    const bp_preparation *p = a->preparation;
    for (size_t i = 0; i < p->target_count; i++) {
        bp_status status = read_target(a, i, found[i], row, &values[i]);
        if (status != BP_OK)
            return status;
    }
    return bp_one_hot_class(a->table, row, found, values, p->target_count, one, a->error);
}

/* Classes that several columns tell. */
static bp_status apply_one_hot(const application *a, uint32_t *classes)
{
    const bp_preparation *p = a->preparation;
    size_t *found = bp_allocate(&p->allocator, p->target_count, sizeof *found, a->error);
    double *values = bp_allocate(&p->allocator, p->target_count, sizeof *values, a->error);
    bp_status status = found != NULL && values != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < p->target_count && status == BP_OK; i++)
        status = bp_prepared_find(p, a->table, &p->targets[i], true, i, &found[i], a->error);
    for (size_t i = 0; i < a->count && status == BP_OK; i++)
        status = read_one_hot(a, found, row_of(a, i), values, &classes[i]);
    bp_release(&p->allocator, found, p->target_count, sizeof *found);
    bp_release(&p->allocator, values, p->target_count, sizeof *values);
    return status;
}

static bp_status apply_targets(const application *a, bp_prepared *prepared)
{
    const bp_preparation *p = a->preparation;
    if (bp_one_hot(p))
        return apply_one_hot(a, prepared->classes);
    destination d = {prepared->type, prepared->targets, 0, prepared->target_count};
    bp_status status = BP_OK;
    for (; d.into < p->target_count && status == BP_OK; d.into++) {
        const prepared_column *column = &p->targets[d.into];
        size_t found = 0;
        status = bp_prepared_find(p, a->table, column, true, d.into, &found, a->error);
        if (status == BP_OK && prepared->classes != NULL)
            status = categorize(a, found);
        if (status != BP_OK)
            return status;
        status = prepared->classes != NULL ? apply_classes(a, found, prepared->classes)
                                           : apply_parts(a, column, found, true, d);
    }
    return status;
}

static bp_status make_prepared(bp_prepared **out, const bp_preparation *p, size_t count,
                               bp_type type, bool raw, bool with_targets, bp_error *error)
{
    const bp_allocator *memory = &p->allocator;
    size_t size = bp_type_size(type);
    bp_prepared *prepared = bp_allocate(memory, 1, sizeof *prepared, error);
    if (prepared == NULL)
        return BP_E_MEMORY;
    *prepared = (bp_prepared){.allocator = *memory,
                              .type = type,
                              .rows = count,
                              .raw = raw,
                              .width = raw ? p->principal.from : p->width,
                              .target_count = p->target_count};
    *out = prepared;
    bool classes = p->task == BP_TASK_CLASSIFICATION;
    prepared->inputs = bp_allocate(memory, count, prepared->width * size, error);
    bool whole = prepared->inputs != NULL;
    if (whole && with_targets && classes)
        whole = (prepared->classes = bp_allocate(memory, count, sizeof(uint32_t), error)) != NULL;
    if (whole && with_targets && !classes)
        whole =
            (prepared->targets = bp_allocate(memory, count, p->target_count * size, error)) != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

static bp_status apply(const bp_preparation *p, bp_table *table, const size_t *rows, size_t count,
                       bp_type type, bool raw, bool with_targets, bp_prepared **out,
                       bp_error *error)
{
    *out = NULL;
    application a = {p, table, table, rows, count, error};
    bp_prepared *prepared = NULL;
    if (p->width == 0)
        return bp_fail(error, BP_E_ARGUMENT, "the preparation is not fitted yet");
    bp_status status = bp_prepared_rows_check(table, rows, count, error);
    if (status == BP_OK)
        status = make_prepared(&prepared, p, count, type, raw, with_targets, error);
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

bp_status bp_preparation_apply(const bp_preparation *p, bp_table *table, const size_t *rows,
                               size_t count, bp_type type, bool with_targets, bp_prepared **out,
                               bp_error *error)
{
    return apply(p, table, rows, count, type, false, with_targets, out, error);
}

bp_status bp_preparation_apply_columns(const bp_preparation *p, bp_table *table, const size_t *rows,
                                       size_t count, bp_type type, bp_prepared **out,
                                       bp_error *error)
{
    bool raw = p->principal.count > 0;
    return apply(p, table, rows, count, raw ? BP_F64 : type, raw, false, out, error);
}

bp_status bp_preparation_missing_row(const bp_preparation *p, bp_type type, void *numbers,
                                     bp_error *error)
{
    if (p->gaps == BP_GAPS_ERROR)
        return bp_fail(error, BP_E_UNSUPPORTED,
                       "the model refuses missing cells (--missing error), so that there is no row "
                       "of them to compare with");
    for (size_t i = 0; i < p->input_count; i++) {
        const prepared_column *column = &p->inputs[i];
        if (column->kind == PREPARED_CATEGORY) {
            store_place(p, column, place_of(column, NULL, BP_MISSING), 0,
                        (destination){type, numbers, column->first, 0});
            continue;
        }
        size_t stored = bp_prepared_parts(column, column->fill, type, numbers, column->first);
        if (stored == 0)
            return bp_fail(error, BP_E_DATA, "what missing cells count as is too large (column %s)",
                           column->name);
        if (column->indicator)
            bp_prepared_store(type, numbers, column->first + stored, 1);
    }
    return BP_OK;
}

/* ---- The truth ------------------------------------------------------------ */

static bp_status read_numbers(const application *a, double *numbers)
{
    const bp_preparation *p = a->preparation;
    bp_status status = BP_OK;
    for (size_t t = 0; t < p->target_count && status == BP_OK; t++) {
        size_t found = 0;
        status = bp_prepared_find(p, a->table, &p->targets[t], true, t, &found, a->error);
        for (size_t i = 0; i < a->count && status == BP_OK; i++)
            status = read_target(a, t, found, row_of(a, i), &numbers[t * a->count + i]);
    }
    return status;
}

bp_status bp_preparation_truth(const bp_preparation *p, bp_table *table, const size_t *rows,
                               size_t count, uint32_t *classes, double *numbers, bp_error *error)
{
    application a = {p, table, table, rows, count, error};
    bp_prepared prepared = {.classes = classes, .target_count = p->target_count};
    return p->task == BP_TASK_CLASSIFICATION ? apply_targets(&a, &prepared)
                                             : read_numbers(&a, numbers);
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
