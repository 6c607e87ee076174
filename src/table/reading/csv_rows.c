/* csv_rows.c: where the rows of a delimited text start. */
#include "table/reading/csv_rows.h"

#include "base/error.h"
#include "base/pool.h"
#include "table/reading/filling.h"

#include <string.h>

void bp_csv_skip_row(csv_cursor *cursor, csv_dialect dialect)
{
    const char *here = cursor->text + cursor->place;
    size_t left = cursor->size - cursor->place;
    const char *end = memchr(here, '\n', left);
    size_t length = end != NULL ? (size_t)(end - here) + 1 : left;
    if (memchr(here, dialect.quote, length) == NULL) {
        cursor->place += length;
        return;
    }
    while (!cursor->row_ended) /* a quoted cell may hold line ends */
        bp_csv_next(cursor, dialect);
}

/* ---- Counting and marking ---------------------------------------------------------- */

/* One worker's part of the text, from the start of a line. */
typedef struct rows_part {
    size_t begin, end; /* bytes */
    size_t rows;
    bp_row_marks marks;
    bool quoted; /* a quote was met: the parts may not begin where rows do */
    bp_status status;
    bp_error error;
} rows_part;

typedef struct rows_task {
    const bp_table *table;
    rows_part *parts;
    bool alone; /* quotes are no matter */
} rows_task;

#define AHEAD 65536u /* bytes searched for quotes at once */

/* Whether there is no quote before byte `end`; `clear` is where the search has come to. */
static bool is_clear(const csv_cursor *cursor, char quote, size_t end, size_t *clear)
{
    while (*clear < end) {
        size_t left = cursor->size - *clear, length = left < AHEAD ? left : AHEAD;
        if (memchr(cursor->text + *clear, quote, length) != NULL)
            return false;
        *clear += length;
    }
    return true;
}

/* Over a row without quotes, which ends with its line; false where there is one. */
static bool skip_plain_row(csv_cursor *cursor, char quote, size_t *clear)
{
    const char *here = cursor->text + cursor->place;
    size_t left = cursor->size - cursor->place;
    const char *end = memchr(here, '\n', left);
    size_t next = end != NULL ? (size_t)(end - cursor->text) + 1 : cursor->size;
    if (next > *clear && !is_clear(cursor, quote, next, clear))
        return false;
    cursor->place = next;
    return true;
}

static void find_part(const rows_task *task, rows_part *part)
{
    const bp_table *table = task->table;
    csv_cursor cursor = {table->source.data, part->end, part->begin, false};
    size_t clear = part->begin;
    if (table->source.mapped)
        bp_memory_expect((char *)table->source.block + part->begin, part->end - part->begin, false);
    while (bp_csv_row_begin(&cursor, table->dialect) && part->status == BP_OK) {
        if (part->rows % BP_MARK_STRIDE == 0)
            part->status = bp_row_marks_add(&part->marks, part->rows, cursor.place,
                                            &table->allocator, &part->error);
        part->rows++;
        part->quoted = part->quoted || !skip_plain_row(&cursor, table->dialect.quote, &clear);
        if (part->quoted && !task->alone)
            return;
        if (part->quoted)
            bp_csv_skip_row(&cursor, table->dialect);
    }
}

static void find_share(void *context, size_t worker, size_t workers)
{
    (void)workers;
    const rows_task *task = context;
    find_part(task, &task->parts[worker]);
}

/* Parts of about the same size, each from the start of a line to that of another. */
static void share_out(const bp_table *table, rows_part *parts, size_t workers)
{
    size_t begin = table->text_start, size = table->source.size;
    memset(parts, 0, workers * sizeof *parts);
    for (size_t w = 0; w < workers; w++) {
        size_t end = w + 1 == workers ? size : size / workers * (w + 1);
        end = end < begin ? begin : end;
        const char *line = end < size ? memchr(table->source.data + end, '\n', size - end) : NULL;
        end = line != NULL ? (size_t)(line - table->source.data) + 1 : size;
        parts[w].begin = begin;
        parts[w].end = begin = end;
    }
}

/* The parts' rows in a row. */
static bp_status join(bp_table *table, const rows_part *parts, size_t workers, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t w = 0; w < workers && status == BP_OK; w++) {
        const rows_part *part = &parts[w];
        status = part->status;
        if (status != BP_OK && error != NULL)
            *error = part->error;
        for (size_t i = 0; i < part->marks.count && status == BP_OK; i++)
            status = bp_row_marks_add(&table->marks, table->rows + part->marks.marks[i].row,
                                      part->marks.marks[i].place, &table->allocator, error);
        table->rows += part->rows;
    }
    return status;
}

/* `done` is false where quotes stand in the way of several workers. */
static bp_status find_by(bp_table *table, size_t workers, bool *done, bp_error *error)
{
    rows_part parts[BP_FILL_THREADS_MAX];
    bp_pool *pool = NULL;
    share_out(table, parts, workers);
    rows_task task = {table, parts, workers == 1};
    bp_status status = bp_pool_new(&pool, workers, &table->allocator, error);
    if (status == BP_OK)
        bp_pool_run(pool, find_share, &task);
    bp_pool_free(pool);
    *done = true;
    for (size_t w = 0; w < workers && workers > 1; w++)
        *done = *done && !parts[w].quoted;
    if (status == BP_OK && *done)
        status = join(table, parts, workers, error);
    for (size_t w = 0; w < workers; w++)
        bp_row_marks_release(&parts[w].marks, &table->allocator);
    return status;
}

bp_status bp_csv_find_rows(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bool done = false;
    table->rows = 0;
    bp_row_marks_release(&table->marks, &table->allocator);
    bp_status status = find_by(table, bp_fill_workers(table, options), &done, error);
    if (status == BP_OK && !done)
        status = find_by(table, 1, &done, error);
    return status;
}

csv_cursor bp_csv_at_line(const bp_table *table, size_t line)
{
    bp_row_mark mark = bp_row_marks_find(&table->marks, line);
    csv_cursor cursor = {table->source.data, table->source.size, mark.place, false};
    for (size_t row = mark.row; row < line; row++) {
        bp_csv_skip_row(&cursor, table->dialect);
        bp_csv_row_begin(&cursor, table->dialect);
    }
    return cursor;
}
