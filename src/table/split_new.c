/* split_new.c: from what a split is to be to the way of dealing it. */
#include "base/error.h"
#include "base/memory.h"
#include "table/split.h"

#define REPEAT_LIMIT UINT32_MAX /* a coordinate of the random numbers */

void bp_split_options_init(bp_split_options *options)
{
    *options = (bp_split_options){.unit = BP_SPLIT_ROWS, .folds = 5, .repeats = 1};
}

static bp_status check(const bp_split_options *o, bp_error *error)
{
    bool once = o->test_fraction != 0;
    if ((size_t)o->unit >= BP_SPLIT_UNIT_COUNT)
        return bp_fail(error, BP_E_ARGUMENT, "there is no such unit of splitting");
    if (once && !(o->test_fraction > 0 && o->test_fraction < 1))
        return bp_fail(error, BP_E_OPTION, "the share held out is above 0 and below 1");
    if (o->repeats < 1 || o->repeats > REPEAT_LIMIT)
        return bp_fail(error, BP_E_OPTION, "a split is repeated once at least");
    bool chance = o->unit == BP_SPLIT_ROWS ? once || o->folds != BP_LEAVE_ONE_OUT
                                           : o->unit == BP_SPLIT_GROUPS && once;
    if (o->repeats > 1 && !chance)
        return bp_fail(error, BP_E_OPTION,
                       "nothing is left to chance in this split: repeats would be all the same");
    if (o->classes != NULL && (o->unit != BP_SPLIT_ROWS || !chance))
        return bp_fail(error, BP_E_OPTION, "classes are dealt evenly among shuffled rows alone");
    if (o->column == NULL && (o->unit == BP_SPLIT_GROUPS || o->unit == BP_SPLIT_NAMES))
        return bp_fail(error, BP_E_OPTION, "the column to split by is not said");
    return BP_OK;
}

static bp_status deal(bp_split **split, const bp_dealing *d, const bp_split_options *o,
                      bp_error *error)
{
    bool once = o->test_fraction != 0, one_each = o->folds == BP_LEAVE_ONE_OUT;
    switch (o->unit) {
    case BP_SPLIT_GROUPS:
        return once ? bp_split_groups_once(split, d, o->test_fraction, error)
                    : bp_split_groups(split, d, one_each ? d->group_count : o->folds, error);
    case BP_SPLIT_TIME:
        return once ? bp_split_times_once(split, d, o->test_fraction, error)
                    : bp_split_times(split, d, o->folds, error);
    default:
        return once       ? bp_split_rows_once(split, d, o->test_fraction, error)
               : one_each ? bp_split_leave_one_out(split, d, error)
                          : bp_split_rows(split, d, o->folds, error);
    }
}

/* The classes of the rows, numbered without gaps; a missing one counts as one more. */
static bp_status read_classes(bp_dealing *d, const uint32_t *classes, const size_t *rows,
                              double *numbers, uint32_t *codes, bp_error *error)
{
    for (size_t i = 0; i < d->count; i++)
        numbers[i] = classes[rows != NULL ? rows[i] : i];
    d->classes = codes;
    return bp_split_number(numbers, d->count, d->allocator, codes, &d->class_count, error);
}

/* What the dealing goes by, into numbers[count] and codes[count]. */
static bp_status read_table(bp_dealing *d, const bp_table *table, const size_t *rows,
                            const bp_split_options *o, double *numbers, uint32_t *codes,
                            bp_error *error)
{
    size_t column = 0;
    bp_status status = BP_OK;
    if (o->unit == BP_SPLIT_ROWS)
        return o->classes == NULL ? BP_OK
                                  : read_classes(d, o->classes, rows, numbers, codes, error);
    if (o->column == NULL)
        return BP_OK;
    status = bp_table_find_column(table, o->column, &column, error);
    if (status != BP_OK)
        return status;
    if (o->unit == BP_SPLIT_TIME) {
        d->times = numbers;
        return bp_split_read_times(table, column, rows, d->count, numbers, error);
    }
    d->groups = codes;
    return bp_split_codes(table, column, rows, d->count, d->allocator, codes, &d->group_count,
                          error);
}

static bp_status split_by_names(bp_split **out, const bp_table *table, const size_t *rows,
                                size_t count, const bp_split_options *o, bp_error *error)
{
    size_t column = 0;
    bp_status status = bp_table_find_column(table, o->column, &column, error);
    return status == BP_OK ? bp_split_names(out, table, column, rows, count, o->allocator, error)
                           : status;
}

static bp_status split_by_dealing(bp_split **out, const bp_table *table, const size_t *rows,
                                  size_t count, const bp_split_options *o, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(o->allocator);
    bp_dealing d = {.count = count, .repeats = o->repeats, .seed = o->seed, .allocator = &memory};
    bp_status status = BP_E_MEMORY;
    uint32_t *codes = NULL;
    double *numbers = bp_allocate(&memory, count, sizeof *numbers, error);
    if (numbers != NULL)
        codes = bp_allocate(&memory, count, sizeof *codes, error);
    if (codes != NULL)
        status = read_table(&d, table, rows, o, numbers, codes, error);
    if (status == BP_OK)
        status = deal(out, &d, o, error);
    bp_release(&memory, codes, count, sizeof *codes);
    bp_release(&memory, numbers, count, sizeof *numbers);
    return status;
}

/* From places among the rows to the rows themselves. */
static void name_rows(bp_split *split, const size_t *rows)
{
    for (size_t i = 0; i < split->repeats * split->row_count; i++)
        split->rows[i] = rows[split->rows[i]];
}

bp_status bp_split_new(bp_split **out, const bp_table *table, const size_t *rows, size_t count,
                       const bp_split_options *options, bp_error *error)
{
    bp_split_options defaults;
    bp_split_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    *out = NULL;
    bp_status status = check(options, error);
    if (status == BP_OK)
        status = options->unit == BP_SPLIT_NAMES
                     ? split_by_names(out, table, rows, count, options, error)
                     : split_by_dealing(out, table, rows, count, options, error);
    if (status != BP_OK)
        return status;
    (*out)->stratified = options->classes != NULL;
    if (rows != NULL)
        name_rows(*out, rows);
    return BP_OK;
}
