/* csv_rows.c: where the rows of a delimited text start. */
#include "table/reading/csv_rows.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/reading/csv_ahead.h"
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

/* Over a row without quotes, which ends with its line; false where there is one. */
static bool skip_plain_row(csv_cursor *cursor, char quote, csv_ahead *ahead)
{
    if (!csv_look_ahead(ahead, cursor, '\n', quote)) {
        cursor->place = cursor->size;
        return true;
    }
    size_t place = ahead->base + ahead->list[ahead->next];
    if (cursor->text[place] == quote)
        return false;
    cursor->place = place + 1;
    return true;
}

static void note_row(const bp_table *table, rows_part *part, size_t place)
{
    if (part->rows % BP_MARK_STRIDE == 0)
        part->status =
            bp_row_marks_add(&part->marks, part->rows, place, &table->allocator, &part->error);
    part->rows++;
}

/* Moves over the rows of whole lines, up to the first one with a quote. */
static void find_in_lines(const bp_table *table, rows_part *part, csv_cursor *lines)
{
    csv_ahead ahead;
    csv_start_ahead(&ahead, bp_plain_kernels_choose(), true);
    while (part->status == BP_OK && bp_csv_row_begin_here(lines, table->dialect)) {
        size_t start = lines->place;
        part->quoted = !skip_plain_row(lines, table->dialect.quote, &ahead);
        if (part->quoted)
            return;
        note_row(table, part, start);
    }
}

static void find_part(const rows_task *task, rows_part *part)
{
    const bp_table *table = task->table;
    csv_cursor rest = {table->source.data, part->end, part->begin, false};
    find_in_lines(table, part, &rest);
    while (task->alone && part->status == BP_OK && bp_csv_row_begin(&rest, table->dialect)) {
        note_row(table, part, rest.place);
        bp_csv_skip_row(&rest, table->dialect);
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
static bp_status find_by(bp_table *table, bp_pool *pool, bool *done, bp_error *error)
{
    rows_part parts[BP_FILL_THREADS_MAX];
    size_t workers = bp_pool_workers(pool);
    share_out(table, parts, workers);
    rows_task task = {table, parts, workers == 1};
    bp_status status = BP_OK;
    bp_pool_run(pool, find_share, &task);
    *done = true;
    for (size_t w = 0; w < workers && workers > 1; w++)
        *done = *done && !parts[w].quoted;
    if (*done)
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
    bp_pool *pool = NULL;
    bp_status status = bp_fill_pool(&pool, table, options, error);
    if (status == BP_OK)
        status = find_by(table, pool, &done, error);
    bp_pool_free(pool);
    if (status == BP_OK && !done)
        status = find_by(table, NULL, &done, error);
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
