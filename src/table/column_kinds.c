/* column_kinds.c: what a column is: as it was asked for, or found out from its cells. */
#include "table/column_kinds.h"

#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/sort.h"
#include "table/boolean_text.h"

#include <math.h>
#include <string.h>

#define LIST_LIMIT 1024      /* bytes of one entry of a list */
#define IDENTIFIER_SHARE 95u /* of 100 cells, those that differ from all others */
#define DIFFERING_ROWS 4096u /* of numbers, the first by which that is told */

static const char *const NAMES[BP_COLUMN_KIND_COUNT] = {
    [BP_COLUMN_NUMBER] = "number",         [BP_COLUMN_CATEGORY] = "category",
    [BP_COLUMN_BOOLEAN] = "boolean",       [BP_COLUMN_DATE] = "date",
    [BP_COLUMN_IDENTIFIER] = "identifier", [BP_COLUMN_CONSTANT] = "constant"};

const char *bp_column_kind_name(bp_column_kind kind)
{
    return (unsigned)kind < BP_COLUMN_KIND_COUNT ? NAMES[kind] : NULL;
}

bp_status bp_column_kind_find(const char *name, bp_column_kind *kind, bp_error *error)
{
    for (size_t i = 0; i < BP_COLUMN_KIND_COUNT; i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *kind = (bp_column_kind)i;
            return BP_OK;
        }
    }
    const char *nearest = bp_nearest(name, NAMES, BP_COLUMN_KIND_COUNT);
    return bp_fail(error, BP_E_OPTION,
                   "\"%s\" is no kind of column; %s%s%snumber, category, boolean, date, identifier "
                   "or constant",
                   name, nearest != NULL ? "did you mean " : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "? there are " : "use ");
}

/* ---- As asked for --------------------------------------------------------------- */

/* Dates and numbers are read as such; all else is kept as it was written. */
static bp_fill_mode mode_for(bp_column_kind kind)
{
    return kind == BP_COLUMN_NUMBER ? BP_FILL_NUMBER
           : kind == BP_COLUMN_DATE ? BP_FILL_DATE
                                    : BP_FILL_TEXT;
}

/* One "columns=kind" of a list. */
static bp_status ask_one(const bp_table *table, const char *entry, size_t length, bool *marks,
                         bp_column_kind *kinds, bp_fill_mode *modes, bp_error *error)
{
    char text[LIST_LIMIT];
    bp_column_kind kind = BP_COLUMN_NUMBER;
    if (length >= sizeof text)
        return bp_fail(error, BP_E_OPTION, "a column name of %zu bytes is too long", length);
    memcpy(text, entry, length);
    text[length] = '\0';
    char *equals = strrchr(text, '=');
    if (equals == NULL || equals == text)
        return bp_fail(error, BP_E_OPTION, "\"%s\" is not COLUMN=KIND, as in zip=category", text);
    *equals = '\0';
    memset(marks, 0, table->columns * sizeof *marks);
    bp_status status = bp_column_kind_find(equals + 1, &kind, error);
    if (status == BP_OK)
        status = bp_table_select_columns(table, text, marks, error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        if (marks[i]) {
            kinds[i] = kind;
            modes[i] = mode_for(kind);
        }
    }
    return status;
}

bp_status bp_kinds_ask(const bp_table *table, const char *list, bp_column_kind *kinds,
                       bp_fill_mode *modes, bp_error *error)
{
    if (list == NULL || list[0] == '\0')
        return BP_OK;
    bool *marks = bp_allocate(&table->allocator, table->columns, sizeof *marks, error);
    bp_status status = marks != NULL ? BP_OK : BP_E_MEMORY;
    while (list[0] != '\0' && status == BP_OK) {
        size_t length = strcspn(list, ",");
        status = ask_one(table, list, length, marks, kinds, modes, error);
        list += length + (list[length] == ',');
    }
    bp_release(&table->allocator, marks, table->columns, sizeof *marks);
    return status;
}

/* ---- Found out ---------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bp_same_letters(name, names[i]))
            return true;
    return false;
}

/* Whether a column is called as those are that tell rows apart. "#1" is the first one where a
 * header leaves its name empty. */
static bool is_called_identifier(const char *name)
{
    static const char *const names[] = {"id",        "index",   "rowid",      "row_id",
                                        "uuid",      "guid",    "#1",         "idx",
                                        "rownumber", "unnamed", "unnamed: 0", "row_number"};
    if (is_one_of(name, names, sizeof names / sizeof names[0]))
        return true;
    size_t length = strlen(name);
    if (length < 3)
        return false;
    const char *end = name + length - 2;
    bool parted = end[-1] == '_' || end[-1] == ' ' || end[-1] == '-' || end[-1] == '.';
    bool camel =
        end[-1] >= 'a' && end[-1] <= 'z' && (strcmp(end, "Id") == 0 || strcmp(end, "ID") == 0);
    return camel || (parted && bp_same_letters(end, "id"));
}

/* Whether it is called as those are that number rows, and others too. */
static bool is_called_number(const char *name)
{
    static const char *const names[] = {"row", "key", "no", "nr", "number"};
    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

/* Whether nearly all of the first cells differ. */
static bool nearly_all_differ(const bp_matrix *cells)
{
    double values[DIFFERING_ROWS];
    size_t count = cells->rows < DIFFERING_ROWS ? cells->rows : DIFFERING_ROWS, distinct = 1;
    for (size_t row = 0; row < count; row++)
        values[row] = bp_matrix_at(cells, row, 0);
    bp_sort_numbers(values, count);
    for (size_t i = 1; i < count; i++)
        distinct += values[i] != values[i - 1];
    return distinct * 100 >= count * IDENTIFIER_SHARE;
}

/* Whole numbers under such a name: rows numbered one by one, or keys; in any order under a name
 * that says so, as rows have them that were drawn from others. */
static bool is_numbering(const bp_table *table, size_t column)
{
    bp_matrix cells = bp_table_numbers(table, column);
    const char *name = table->names.texts[column];
    bool called = is_called_identifier(name);
    if (cells.rows < BP_IDENTIFIER_ROWS || !(called || is_called_number(name)))
        return false;
    if (!table->header && column > 0) /* "#1" is no name of its own */
        return false;
    double before = -INFINITY;
    bool ascending = true, steps = true;
    for (size_t row = 0; row < cells.rows; row++) {
        double value = bp_matrix_at(&cells, row, 0);
        if (value != floor(value)) /* or missing */
            return false;
        ascending = ascending && value > before;
        steps = steps && (row == 0 ? value == 0 || value == 1 : value == before + 1);
        before = value;
    }
    if (!table->header)
        return steps;
    return ascending || (called && nearly_all_differ(&cells));
}

static bool is_constant_number(const bp_matrix *cells)
{
    double first = bp_matrix_at(cells, 0, 0);
    for (size_t row = 1; row < cells->rows; row++) {
        double value = bp_matrix_at(cells, row, 0);
        if (!(value == first || (isnan(value) && isnan(first))))
            return false;
    }
    return true;
}

static bp_column_kind kind_of_texts(const bp_table *table, size_t column)
{
    const bp_table_column *c = &table->column[column];
    size_t missing = 0, distinct = c->categories.count;
    for (size_t row = 0; row < table->rows; row++)
        missing += c->codes[row] == BP_MISSING;
    size_t filled = table->rows - missing;
    if (distinct == 0 || (distinct == 1 && missing == 0))
        return BP_COLUMN_CONSTANT;
    if (distinct == 2 && bp_boolean_pair(c->categories.texts[0], c->categories.texts[1]))
        return BP_COLUMN_BOOLEAN;
    if (filled >= BP_IDENTIFIER_ROWS
        && (uint64_t)distinct * 100 >= (uint64_t)filled * IDENTIFIER_SHARE)
        return BP_COLUMN_IDENTIFIER;
    return BP_COLUMN_CATEGORY;
}

void bp_kinds_find(bp_table *table, size_t column, bool wide)
{
    bp_table_column *c = &table->column[column];
    if (table->rows < 2) /* of one row everything is the same */
        return;
    if (c->codes == NULL && c->numbers == NULL) /* it is not read */
        return;
    if (c->codes != NULL) {
        c->kind = wide ? BP_COLUMN_IDENTIFIER : kind_of_texts(table, column);
        return;
    }
    bp_matrix cells = bp_table_numbers(table, column);
    if (is_constant_number(&cells))
        c->kind = BP_COLUMN_CONSTANT;
    else if (c->kind == BP_COLUMN_NUMBER && is_numbering(table, column))
        c->kind = BP_COLUMN_IDENTIFIER;
}

bp_status bp_kinds_check(bp_table *table, size_t column, bp_column_kind kind, bp_error *error)
{
    bp_table_column *c = &table->column[column];
    if (kind == BP_COLUMN_BOOLEAN && c->categories.count > 2)
        return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                          "the column %s is no boolean: it has %zu different texts",
                          table->names.texts[column], c->categories.count);
    if (kind == BP_COLUMN_DATE && c->kind != BP_COLUMN_DATE)
        return bp_fail_at(error, BP_E_DATA, table->name, 0, 0, "the column %s holds no dates",
                          table->names.texts[column]);
    c->kind = kind;
    return BP_OK;
}
