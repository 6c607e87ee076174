/* grid.c: quantiles of a column's own cells, or all that a category can be. */
#include "explain/grid.h"

#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

const void *explain_grid_cell(const explain_grid *grid, size_t point)
{
    return grid->cells + point * grid->row_size;
}

void explain_grid_release(explain_grid *grid)
{
    bp_release(&grid->allocator, grid->cells, grid->room, grid->row_size);
    bp_release(&grid->allocator, grid->texts, grid->room, sizeof(char *));
    bp_release(&grid->allocator, grid->values, grid->room, sizeof(double));
}

static bp_status open_grid(explain_grid *grid, size_t room, bp_error *error)
{
    grid->room = room;
    grid->values = bp_allocate(&grid->allocator, room, sizeof(double), error);
    grid->texts = bp_allocate(&grid->allocator, room, sizeof(char *), error);
    grid->cells = bp_allocate(&grid->allocator, room, grid->row_size, error);
    bool whole = grid->values != NULL && grid->texts != NULL && grid->cells != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

/* ---- Categories and booleans ---------------------------------------------------------- */

/* A point whose numbers are 0 but for one. */
static void add_place(explain_grid *grid, const bp_explainer *e, const char *text, double value,
                      size_t place, double number)
{
    bp_matrix_out row = {grid->cells + grid->count * grid->row_size, e->numbers.type, 1,
                         e->numbers.columns, e->numbers.columns};
    if (place < e->numbers.columns)
        bp_matrix_set(&row, 0, place, number);
    grid->texts[grid->count] = text;
    grid->values[grid->count++] = value;
}

/* Equations (18) and (18a): a place for each category, for the rare and for the missing. */
static bp_status make_categories(explain_grid *grid, const bp_explainer *e, size_t input,
                                 const bp_prepared_column *column, bp_error *error)
{
    size_t rare = column->rare > 0, all = column->category_count + rare + column->indicator;
    bp_status status = open_grid(grid, all, error);
    for (size_t i = 0; i < all && status == BP_OK; i++) {
        const char *text = bp_preparation_category_name(e->preparation, input, i);
        if (text == NULL)
            text = rare && i == column->category_count ? "any other" : "missing";
        size_t place = column->ordinal ? column->first : column->first + i;
        add_place(grid, e, text, NAN, place, column->ordinal ? (double)(i + 1) / (double)all : 1);
    }
    return status;
}

static bp_status make_booleans(explain_grid *grid, const bp_explainer *e,
                               const bp_prepared_column *column, bp_error *error)
{
    bp_status status = open_grid(grid, 2, error);
    for (size_t i = 0; i < 2 && status == BP_OK; i++)
        add_place(grid, e, i == 0 ? "no" : "yes", (double)i, column->first, (double)i);
    return status;
}

/* ---- Numbers and dates ------------------------------------------------------------------ */

/* A cell and the row that has it: its numbers are taken from there. */
typedef struct owned_cell {
    double value;
    size_t row;
} owned_cell;

static int by_value(const void *a, const void *b)
{
    const owned_cell *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* NaN where it is missing, or is no number in a column of texts. */
static double cell_value(const bp_explainer *e, size_t found, size_t row)
{
    const uint32_t *codes = bp_table_codes(e->table, found);
    double value = NAN;
    if (codes == NULL) {
        bp_matrix cells = bp_table_numbers(e->table, found);
        return bp_matrix_at(&cells, row, 0);
    }
    if (codes[row] != BP_MISSING) {
        const char *text = bp_table_category(e->table, found, codes[row]);
        bp_number_read(text, strlen(text), &value);
    }
    return value;
}

static size_t gather(const bp_explainer *e, size_t found, owned_cell *cells)
{
    size_t count = 0;
    for (size_t i = 0; i < e->count; i++) {
        double value = cell_value(e, found, e->rows[i]);
        if (isfinite(value))
            cells[count++] = (owned_cell){value, i};
    }
    bp_sort(cells, count, sizeof *cells, by_value);
    return count;
}

static void add_cell(explain_grid *grid, const bp_explainer *e, const owned_cell *cell)
{
    if (grid->count > 0 && grid->values[grid->count - 1] == cell->value)
        return;
    memcpy(grid->cells + grid->count * grid->row_size, explain_row(e, cell->row), grid->row_size);
    grid->values[grid->count++] = cell->value;
}

static size_t distinct_count(const owned_cell *cells, size_t count)
{
    size_t distinct = count > 0;
    for (size_t i = 1; i < count; i++)
        distinct += cells[i].value != cells[i - 1].value;
    return distinct;
}

/* All values where they are few enough, else those at even shares of the rows. */
static void choose_cells(explain_grid *grid, const bp_explainer *e, const owned_cell *cells,
                         size_t count, size_t points)
{
    if (distinct_count(cells, count) <= points) {
        for (size_t i = 0; i < count; i++)
            add_cell(grid, e, &cells[i]);
        return;
    }
    for (size_t i = 0; i < points; i++) {
        double share = points > 1 ? (double)i / (double)(points - 1) : 0.5;
        add_cell(grid, e, &cells[(size_t)(share * (double)(count - 1) + 0.5)]);
    }
}

static bp_status make_numbers(explain_grid *grid, const bp_explainer *e, size_t input,
                              size_t points, bp_error *error)
{
    size_t found = 0;
    bp_status status = bp_preparation_find_input(e->preparation, e->table, input, &found, error);
    if (status == BP_OK)
        status = open_grid(grid, points < e->count ? points : e->count, error);
    if (status != BP_OK)
        return status;
    owned_cell *cells = bp_allocate(&e->allocator, e->count, sizeof *cells, error);
    if (cells == NULL)
        return BP_E_MEMORY;
    choose_cells(grid, e, cells, gather(e, found, cells), points);
    bp_release(&e->allocator, cells, e->count, sizeof *cells);
    return BP_OK;
}

bp_status explain_grid_make(explain_grid *grid, bp_explainer *e, size_t input, size_t points,
                            bp_error *error)
{
    bp_prepared_column column;
    *grid = (explain_grid){.allocator = e->allocator,
                           .row_size = e->numbers.columns * bp_type_size(e->numbers.type)};
    if (!bp_preparation_input_column(e->preparation, input, &column))
        return bp_fail(error, BP_E_ARGUMENT, "there is no input %zu among %zu", input, e->inputs);
    if (points == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a grid has one point at least");
    bp_status status = BP_OK;
    if (column.kind == BP_COLUMN_CATEGORY)
        status = make_categories(grid, e, input, &column, error);
    else if (column.kind == BP_COLUMN_BOOLEAN)
        status = make_booleans(grid, e, &column, error);
    else
        status = make_numbers(grid, e, input, points, error);
    if (status == BP_OK && grid->count == 0)
        return bp_fail(error, BP_E_DATA, "no row has a cell in column %s", column.name);
    return status;
}
