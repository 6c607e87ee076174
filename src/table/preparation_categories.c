/* preparation_categories.c: which categories a column has: those that its rows hold, but for
 * the rare, in an order that no other row can change. */
#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "table/prepared_columns.h"

#include <string.h>

/* A category as the chosen rows know it. */
typedef struct counted {
    const char *text;
    size_t first; /* the row where it first stands */
    size_t count;
} counted;

static int by_frequency(const void *a, const void *b)
{
    const counted *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static int by_first(const void *a, const void *b)
{
    const counted *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const counted *)a)->text, ((const counted *)b)->text);
}

/* Counts the categories of a column, in room for all of the table's; how many stand in chosen
 * rows (NULL: in all), which then come first. */
static size_t count_categories(const bp_table *table, size_t column, const bool *chosen,
                               counted *all)
{
    const uint32_t *codes = bp_table_codes(table, column);
    size_t rows = bp_table_row_count(table), total = bp_table_category_count(table, column);
    size_t used = 0;
    for (size_t row = 0; row < rows; row++) {
        if ((chosen != NULL && !chosen[row]) || codes[row] == BP_MISSING)
            continue;
        counted *one = &all[codes[row]];
        if (one->count++ == 0)
            *one = (counted){bp_table_category(table, column, codes[row]), row, 1};
    }
    for (size_t i = 0; i < total; i++)
        if (all[i].count > 0)
            all[used++] = all[i];
    return used;
}

/* How many of the most frequent categories keep a place of their own. */
static size_t frequent_count(const bp_preparation *p, const counted *all, size_t count)
{
    size_t kept = 0, limit = p->category_limit;
    while (kept < count && all[kept].count >= p->rare)
        kept++;
    if (limit > 0 && kept + (kept < count) > limit) /* the rare ones' place is one of them */
        kept = limit - 1;
    return kept;
}

static bp_status copy_categories(const bp_preparation *p, prepared_column *into, const counted *all,
                                 size_t count, bp_error *error)
{
    into->categories = bp_allocate(&p->allocator, count, sizeof(char *), error);
    if (into->categories == NULL)
        return BP_E_MEMORY;
    into->category_count = count;
    for (size_t i = 0; i < count; i++) {
        into->categories[i] = bp_copy_text(&p->allocator, all[i].text, strlen(all[i].text), error);
        if (into->categories[i] == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}

bp_status bp_prepared_classes(const bp_preparation *p, prepared_column *into, const bp_table *table,
                              bp_error *error)
{
    size_t total = bp_table_category_count(table, into->position);
    counted *all = bp_allocate(&p->allocator, total, sizeof *all, error);
    if (all == NULL)
        return BP_E_MEMORY;
    size_t count = count_categories(table, into->position, NULL, all);
    bp_sort(all, count, sizeof *all, by_first);
    bp_status status = copy_categories(p, into, all, count, error);
    bp_release(&p->allocator, all, total, sizeof *all);
    return status;
}

bp_status bp_prepared_categories(const bp_preparation *p, prepared_column *into,
                                 const prepared_rows *rows, bp_error *error)
{
    size_t total = bp_table_category_count(rows->table, into->position);
    counted *all = bp_allocate(&p->allocator, total, sizeof *all, error);
    if (all == NULL)
        return BP_E_MEMORY;
    size_t count = count_categories(rows->table, into->position, rows->chosen, all);
    bp_sort(all, count, sizeof *all, by_frequency);
    size_t kept = frequent_count(p, all, count);
    bp_sort(all, kept, sizeof *all, p->ordinal ? by_text : by_first);
    into->rare = count - kept;
    bp_status status = copy_categories(p, into, all, kept, error);
    bp_release(&p->allocator, all, total, sizeof *all);
    return status;
}
