/* filling.c: from cells to columns; see filling.h. */
#include "table/reading/filling.h"

#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/column_kinds.h"
#include "table/prepared_match.h"
#include "table/reading/amount_text.h"
#include "table/reading/date_text.h"

#include <math.h>
#include <string.h>

#define SAMPLE_ROWS 1000u
#define BLOCK_ROWS 256u                  /* of a worker's block, at most */
#define BLOCK_NUMBERS 8192u              /* of it, where columns are many */
#define WORTH_A_THREAD ((size_t)4 << 20) /* bytes of source */
/* A column of which at least 95 of 100 cells that are not missing are numbers is one of
 * numbers; dates likewise. */
#define SHARE 95u

/* ---- One cell ------------------------------------------------------------------- */

static void put_number(const bp_filler *f, size_t column, size_t row, double number)
{
    void *place = bp_fill_place(f, row, column);
    if (bp_table_number_type(f->table, column) == BP_F64)
        *(double *)place = number;
    else
        *(float *)place = (float)number;
}

/* Eight bytes a number in the block, whatever the type. */
static void flush_column(const bp_filler *f, size_t index, size_t rows)
{
    void *numbers = f->table->column[index].numbers;
    const double *from = f->block + index * f->block_rows;
    if (bp_table_number_type(f->table, index) == BP_F64) {
        memcpy((double *)numbers + f->block_first, from, rows * sizeof(double));
        return;
    }
    float *to = (float *)numbers + f->block_first;
    for (size_t i = 0; i < rows; i++)
        memcpy(to + i, from + i, sizeof(float));
}

/* The numbers of the block go to their columns; the next one begins with row `next`. */
void bp_fill_flush(bp_filler *f, size_t next)
{
    for (size_t i = 0; i < f->table->columns; i++)
        if (f->modes[i] == BP_FILL_NUMBER || f->modes[i] == BP_FILL_DATE)
            flush_column(f, i, next - f->block_first);
    f->block_first = next;
    f->block_end = next + f->block_rows;
}

void bp_fill_missing(bp_filler *f, size_t row, size_t column)
{
    f->tallies[column].missing++;
    if (f->modes[column] == BP_FILL_NUMBER || f->modes[column] == BP_FILL_DATE)
        put_number(f, column, row, NAN);
    else if (f->modes[column] == BP_FILL_TEXT)
        f->table->column[column].codes[row] = BP_MISSING;
}

/* A whole number that float64 does not tell from its neighbors. */
static bool is_wide(const bp_cell *cell, double number)
{
    if (fabs(number) < 9007199254740992.0)
        return false;
    for (size_t i = 0; i < cell->length; i++)
        if ((cell->text[i] < '0' || cell->text[i] > '9') && (i > 0 || cell->text[i] != '-'))
            return false;
    return true;
}

/* Counts the cell as what it is; true with its number where the mode has use for that. */
static bool tally_cell(bp_filler *f, size_t row, size_t column, const bp_cell *cell, double *number)
{
    bp_fill_tally *tally = &f->tallies[column];
    bp_reading reading = bp_read_cell(f->table, cell->text, cell->length, number);
    if (reading == BP_READ_TEXT)
        reading = bp_amount_read(f->table, cell->text, cell->length, number);
    switch (reading) {
    case BP_READ_NUMBER:
        tally->numbers++;
        tally->wide += is_wide(cell, *number);
        return f->modes[column] != BP_FILL_DATE;
    case BP_READ_TOO_LARGE:
        if (tally->too_large++ == 0)
            tally->first_large = row;
        return false;
    case BP_READ_TEXT: break;
    }
    if (bp_date_read(cell->text, cell->length, f->table->date_order, number)) {
        tally->dates++;
        return f->modes[column] != BP_FILL_NUMBER;
    }
    tally->texts++;
    return false;
}

static void note_stray(bp_filler *f, size_t row, size_t column)
{
    bp_fill_tally *tally = &f->tallies[column];
    if (tally->first_stray == SIZE_MAX)
        tally->first_stray = row;
    if (f->strays != NULL && f->stray_count < BP_STRAYS_KEPT)
        f->strays[f->stray_count] = (bp_stray){row, column};
    f->stray_count++;
}

char *bp_fill_scratch(bp_filler *f, size_t length, bp_error *error)
{
    if (f->scratch_room >= length && f->scratch != NULL)
        return f->scratch;
    char *room = bp_resize(&f->table->allocator, f->scratch, f->scratch_room, length, 1, error);
    if (room != NULL) {
        f->scratch = room;
        f->scratch_room = length;
    }
    return room;
}

/* The text without doubled quotes. */
static bp_status plain_text(bp_filler *f, const bp_cell *cell, const char **text, size_t *length,
                            bp_error *error)
{
    *text = cell->text;
    *length = cell->length;
    if (!cell->doubled)
        return BP_OK;
    char *room = bp_fill_scratch(f, cell->length, error);
    if (room == NULL)
        return BP_E_MEMORY;
    *text = room;
    *length = bp_csv_unquote(cell->text, cell->length, f->table->dialect.quote, room);
    return BP_OK;
}

static bp_status put_text(bp_filler *f, size_t row, size_t column, const bp_cell *cell)
{
    const char *text = NULL;
    size_t length = 0;
    if (!bp_utf8_is_valid(cell->text, cell->length))
        return bp_table_at(
            f->table, cell->place, &f->error,
            bp_fail(&f->error, BP_E_DATA, "this text is not UTF-8; save the file as UTF-8"));
    bp_status status = plain_text(f, cell, &text, &length, &f->error);
    if (status != BP_OK)
        return status;
    return bp_text_index_add(&f->texts[column], &f->table->allocator, text, length,
                             &f->table->column[column].codes[row], &f->error);
}

bp_status bp_fill_cell(bp_filler *f, size_t row, size_t column, const bp_cell *cell)
{
    double number = NAN;
    bp_fill_mode mode = f->modes[column];
    if (mode == BP_FILL_SKIP)
        return BP_OK;
    if (bp_table_is_missing(f->table, cell->text, cell->length)) {
        bp_fill_missing(f, row, column);
        return BP_OK;
    }
    if (mode == BP_FILL_TEXT && f->known)
        return put_text(f, row, column, cell);
    bool useful = tally_cell(f, row, column, cell, &number);
    if (mode == BP_FILL_TEXT)
        return put_text(f, row, column, cell);
    if (mode == BP_FILL_SAMPLE)
        return BP_OK;
    if (!useful)
        note_stray(f, row, column);
    put_number(f, column, row, useful ? number : (double)NAN);
    return BP_OK;
}

/* ---- Workers ---------------------------------------------------------------------- */

static void release_filler(bp_filler *f)
{
    if (f->table == NULL)
        return;
    const bp_allocator *memory = &f->table->allocator;
    size_t columns = f->table->columns;
    for (size_t i = 0; i < columns && f->texts != NULL; i++)
        bp_text_index_release(&f->texts[i], memory);
    bp_release(memory, f->texts, columns, sizeof *f->texts);
    bp_release(memory, f->tallies, columns, sizeof *f->tallies);
    bp_release(memory, f->strays, BP_STRAYS_KEPT, sizeof *f->strays);
    bp_release(memory, f->scratch, f->scratch_room, 1);
    bp_release(memory, f->block, f->block_rows * columns, sizeof *f->block);
}

static bp_status open_filler(bp_filler *f, const bp_filling *filling, bp_error *error)
{
    bp_table *table = filling->table;
    const bp_allocator *memory = &table->allocator;
    *f = (bp_filler){
        .table = table, .modes = filling->modes, .known = filling->options->expected != NULL};
    f->tallies = bp_allocate(memory, table->columns, sizeof *f->tallies, error);
    f->texts = bp_allocate(memory, table->columns, sizeof *f->texts, error);
    f->strays = bp_allocate(memory, BP_STRAYS_KEPT, sizeof *f->strays, error);
    size_t rows = BLOCK_NUMBERS / table->columns;
    f->block_rows = rows == 0 ? 1 : rows < BLOCK_ROWS ? rows : BLOCK_ROWS;
    f->block = bp_allocate(memory, f->block_rows * table->columns, sizeof *f->block, error);
    if (f->tallies == NULL || f->texts == NULL || f->strays == NULL || f->block == NULL) {
        release_filler(f);
        *f = (bp_filler){.table = NULL};
        return BP_E_MEMORY;
    }
    for (size_t i = 0; i < table->columns; i++)
        f->tallies[i].first_stray = f->tallies[i].first_large = SIZE_MAX;
    return BP_OK;
}

static void add_tally(bp_fill_tally *sum, const bp_fill_tally *more)
{
    sum->missing += more->missing;
    sum->numbers += more->numbers;
    sum->dates += more->dates;
    sum->texts += more->texts;
    sum->too_large += more->too_large;
    sum->wide += more->wide;
    if (more->first_stray < sum->first_stray)
        sum->first_stray = more->first_stray;
    if (more->first_large < sum->first_large)
        sum->first_large = more->first_large;
}

/* One worker's numbers of texts become those of the table. */
static bp_status merge_texts(bp_filler *f, size_t index, bp_error *error)
{
    bp_table_column *column = &f->table->column[index];
    bp_text_index *own = &f->texts[index];
    const bp_allocator *memory = &f->table->allocator;
    if (column->categories.count == 0) {
        bp_text_index_release(&column->categories, memory);
        column->categories = *own;
        *own = (bp_text_index){0};
        return BP_OK;
    }
    uint32_t *map = bp_allocate(memory, own->count, sizeof *map, error);
    bp_status status = map != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < own->count && status == BP_OK; i++)
        status = bp_text_index_add(&column->categories, memory, own->texts[i],
                                   strlen(own->texts[i]), &map[i], error);
    for (size_t row = f->first; row < f->end && status == BP_OK; row++)
        if (column->codes[row] != BP_MISSING)
            column->codes[row] = map[column->codes[row]];
    bp_release(memory, map, own->count, sizeof *map);
    return status;
}

static void keep_strays(const bp_filler *f)
{
    bp_table *table = f->table;
    for (size_t i = 0; i < f->stray_count && table->strays != NULL; i++)
        if (i < BP_STRAYS_KEPT && table->stray_count + i < BP_STRAYS_KEPT)
            table->strays[table->stray_count + i] = f->strays[i];
    table->stray_count += f->stray_count;
}

/* In the order of the rows, so that nothing depends on how they were shared out. */
static bp_status merge(bp_filling *filling, bp_filler *fillers, size_t workers, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t w = 0; w < workers && status == BP_OK; w++) {
        bp_filler *f = &fillers[w];
        if (f->status != BP_OK && error != NULL)
            *error = f->error;
        status = f->status;
        for (size_t i = 0; i < filling->table->columns && status == BP_OK; i++) {
            add_tally(&filling->tallies[i], &f->tallies[i]);
            if (filling->modes[i] == BP_FILL_TEXT)
                status = merge_texts(f, i, error);
        }
        if (status == BP_OK)
            keep_strays(f);
    }
    return status;
}

typedef struct fill_task {
    bp_filler *fillers;
} fill_task;

static void expect_column(const bp_filler *f, size_t index)
{
    const bp_table_column *column = &f->table->column[index];
    size_t size = bp_type_size(bp_table_number_type(f->table, index)), rows = f->end - f->first;
    if (f->modes[index] == BP_FILL_NUMBER || f->modes[index] == BP_FILL_DATE)
        bp_memory_expect((char *)column->numbers + f->first * size, rows * size, true);
}

static void fill_share(void *context, size_t worker, size_t workers)
{
    (void)workers;
    bp_filler *f = &((fill_task *)context)->fillers[worker];
    for (size_t i = 0; i < f->table->columns; i++)
        expect_column(f, i);
    f->block_first = f->first;
    f->block_end = f->first + f->block_rows;
    if (f->first < f->end)
        f->status = f->table->format->fill(f, f->first, f->end, &f->error);
    if (f->status == BP_OK)
        bp_fill_flush(f, f->end);
}

bp_status bp_fill_pool(bp_pool **pool, const bp_table *table, const bp_table_options *options,
                       bp_error *error)
{
    *pool = NULL;
    size_t asked = options->threads, most = bp_processors();
    if (!table->format->concurrent || options->allocator != NULL)
        return BP_OK;
    size_t worth = table->source.size / WORTH_A_THREAD + 1;
    most = most < worth ? most : worth;
    if (asked == 1 || (asked == 0 && most == 1))
        return BP_OK;
    return bp_pool_new_for(pool, asked < BP_FILL_THREADS_MAX ? asked : BP_FILL_THREADS_MAX,
                           most < BP_FILL_THREADS_MAX ? most : BP_FILL_THREADS_MAX,
                           &table->allocator, error);
}

static bp_status open_storage(bp_table *table, size_t index, bp_fill_mode mode, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    const bp_allocator *memory = &table->allocator;
    bp_table_release_cells(table, index);
    column->kind = mode == BP_FILL_TEXT   ? BP_COLUMN_CATEGORY
                   : mode == BP_FILL_DATE ? BP_COLUMN_DATE
                                          : BP_COLUMN_NUMBER;
    column->dates = mode == BP_FILL_DATE;
    if (mode == BP_FILL_TEXT) { /* all cells will be written: nothing is wiped */
        column->codes = bp_resize(memory, NULL, 0, table->rows, sizeof(uint32_t), error);
        return column->codes != NULL ? BP_OK : BP_E_MEMORY;
    }
    size_t size = bp_type_size(bp_table_number_type(table, index));
    column->numbers = bp_resize(memory, NULL, 0, table->rows, size, error);
    return column->numbers != NULL ? BP_OK : BP_E_MEMORY;
}

/* Fills rows 0 .. rows - 1 in the modes as they are. */
static bp_status fill_rows(bp_filling *filling, size_t rows, bp_pool *pool, bp_error *error)
{
    bp_filler fillers[BP_FILL_THREADS_MAX];
    size_t workers = bp_pool_workers(pool);
    bp_status status = BP_OK;
    memset(fillers, 0, sizeof fillers);
    for (size_t i = 0; i < filling->table->columns; i++)
        if (filling->modes[i] != BP_FILL_SKIP)
            filling->tallies[i] = (bp_fill_tally){.first_stray = SIZE_MAX, .first_large = SIZE_MAX};
    for (size_t w = 0; w < workers && status == BP_OK; w++) {
        status = open_filler(&fillers[w], filling, error);
        fillers[w].first = rows / workers * w;
        fillers[w].end = w + 1 == workers ? rows : rows / workers * (w + 1);
    }
    if (status == BP_OK) {
        bp_pool_run(pool, fill_share, &(fill_task){fillers});
        status = merge(filling, fillers, workers, error);
    }
    for (size_t w = 0; w < workers; w++)
        release_filler(&fillers[w]);
    return status;
}

bp_status bp_fill_column(bp_table *table, size_t column, bp_error *error)
{
    const bp_table_options options = {.threads = 1};
    bp_filling filling;
    size_t strays = table->stray_count;
    bp_status status = bp_filling_open(&filling, table, &options, error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        filling.modes[i] = i == column ? BP_FILL_TEXT : BP_FILL_SKIP;
    if (status == BP_OK)
        status = open_storage(table, column, BP_FILL_TEXT, error);
    if (status == BP_OK)
        status = fill_rows(&filling, table->rows, NULL, error);
    table->stray_count = strays;
    bp_filling_close(&filling);
    return status;
}

/* ---- What a column is ---------------------------------------------------------------- */

bp_status bp_filling_open(bp_filling *filling, bp_table *table, const bp_table_options *options,
                          bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    *filling = (bp_filling){.table = table, .options = options};
    filling->modes = bp_allocate(memory, table->columns, sizeof *filling->modes, error);
    filling->asked = bp_allocate(memory, table->columns, sizeof *filling->asked, error);
    filling->kinds = bp_allocate(memory, table->columns, sizeof *filling->kinds, error);
    filling->tallies = bp_allocate(memory, table->columns, sizeof *filling->tallies, error);
    if (filling->modes == NULL || filling->asked == NULL || filling->kinds == NULL
        || filling->tallies == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < table->columns; i++)
        filling->asked[i] = BP_FILL_SAMPLE;
    return BP_OK;
}

void bp_filling_close(bp_filling *filling)
{
    const bp_allocator *memory = &filling->table->allocator;
    size_t columns = filling->table->columns;
    bp_release(memory, filling->modes, columns, sizeof *filling->modes);
    bp_release(memory, filling->asked, columns, sizeof *filling->asked);
    bp_release(memory, filling->kinds, columns, sizeof *filling->kinds);
    bp_release(memory, filling->tallies, columns, sizeof *filling->tallies);
}

bp_status bp_filling_sample(bp_filling *filling, bp_error *error)
{
    size_t rows = filling->table->rows;
    for (size_t i = 0; i < filling->table->columns; i++)
        filling->modes[i] = BP_FILL_SAMPLE;
    return fill_rows(filling, rows < SAMPLE_ROWS ? rows : SAMPLE_ROWS, NULL, error);
}

bool bp_filling_has_numbers(const bp_filling *filling)
{
    for (size_t i = 0; i < filling->table->columns; i++)
        if (filling->tallies[i].numbers + filling->tallies[i].too_large > 0)
            return true;
    return false;
}

/* What the cells counted so far ask for. */
static bp_fill_mode mode_of(const bp_filling *filling, size_t column)
{
    const bp_fill_tally *t = &filling->tallies[column];
    uint64_t numbers = t->numbers + t->too_large, all = numbers + t->dates + t->texts;
    if (filling->asked[column] != BP_FILL_SAMPLE)
        return filling->asked[column];
    if (t->wide * 2 > all)
        return BP_FILL_TEXT;
    if (t->dates > 0 && (uint64_t)t->dates * 100 >= all * SHARE)
        return BP_FILL_DATE;
    return numbers * 100 >= all * SHARE ? BP_FILL_NUMBER : BP_FILL_TEXT;
}

/* Plain numbers are not counted one by one by all forms: what is left over is numbers. */
static void complete_tallies(bp_filling *filling)
{
    for (size_t i = 0; i < filling->table->columns; i++) {
        bp_fill_tally *t = &filling->tallies[i];
        if (filling->modes[i] == BP_FILL_NUMBER)
            t->numbers = filling->table->rows - t->missing - t->dates - t->texts - t->too_large;
    }
}

/* Once as the sample has it, and again for columns that are not so. */
static bp_status fill_until_right(bp_filling *filling, bp_error *error)
{
    bp_table *table = filling->table;
    bp_pool *pool = NULL;
    bp_status status = bp_fill_pool(&pool, table, filling->options, error);
    size_t wrong = table->columns;
    for (size_t i = 0; i < table->columns; i++)
        filling->modes[i] = mode_of(filling, i);
    for (int pass = 0; pass < 2 && wrong > 0 && status == BP_OK; pass++) {
        for (size_t i = 0; i < table->columns && status == BP_OK; i++)
            if (filling->modes[i] != BP_FILL_SKIP)
                status = open_storage(table, i, filling->modes[i], error);
        if (status == BP_OK)
            status = fill_rows(filling, table->rows, pool, error);
        complete_tallies(filling);
        wrong = 0;
        for (size_t i = 0; i < table->columns && pass == 0 && status == BP_OK; i++) {
            bp_fill_mode mode = mode_of(filling, i);
            wrong += mode != filling->modes[i];
            bool right = mode == filling->modes[i] && filling->tallies[i].first_stray == SIZE_MAX;
            filling->modes[i] = right ? BP_FILL_SKIP : mode;
        }
        if (wrong > 0) /* their strays are none; those of others are found again */
            table->stray_count = 0;
    }
    bp_pool_free(pool);
    return status;
}

/* ---- Cells that do not fit --------------------------------------------------------------- */

/* 3,14 in a text of numbers with points, whose cells no comma parts. */
static bool has_decimal_comma(const bp_table *table, const char *text)
{
    char parting = table->dialect.delimiter; /* '\0' of other forms */
    char literal[BP_LITERAL_LIMIT];
    double number = 0;
    size_t length = bp_literal_with_point(text, strlen(text), literal);
    return !table->decimal_comma && parting != '\0' && parting != ',' && strchr(text, ',') != NULL
           && bp_number_read(literal, length, &number);
}

static bp_status fail_cell(const bp_filling *filling, size_t row, size_t column, const char *what,
                           bp_error *error)
{
    const bp_table *table = filling->table;
    char whole[BP_EXCERPT_SIZE * 4], text[BP_EXCERPT_SIZE];
    bp_table_cell_text(table, row, column, whole, sizeof whole);
    bp_excerpt(whole, strlen(whole), text);
    const char *name = table->names.texts[column];
    if (has_decimal_comma(table, whole))
        return bp_table_at_cell(table, row, column, error,
                                bp_fail(error, BP_E_DATA,
                                        "\"%s\" is %s (column %s); numbers with decimal commas are "
                                        "read by --decimal comma",
                                        text, what, name));
    if (filling->options->expected != NULL)
        return bp_table_at_cell(
            table, row, column, error,
            bp_fail(error, BP_E_DATA,
                    "\"%s\" is %s, as the model takes column %s; correct it, or "
                    "write NA where it is missing",
                    text, what, name));
    return bp_table_at_cell(
        table, row, column, error,
        bp_fail(error, BP_E_DATA,
                "\"%s\" is %s (column %s); correct it, write NA where it is missing, or use "
                "--categorical %s",
                text, what, name, name));
}

/* The first cell, by columns, that its column has no place for. */
static bp_status check_strays(const bp_filling *filling, bp_error *error)
{
    const bp_table *table = filling->table;
    for (size_t i = 0; i < table->columns; i++) {
        const bp_fill_tally *t = &filling->tallies[i];
        bool numbers = table->column[i].kind == BP_COLUMN_NUMBER;
        if (table->column[i].numbers == NULL || t->first_stray == SIZE_MAX)
            continue;
        if (t->first_large == t->first_stray && numbers)
            return fail_cell(filling, t->first_large, i,
                             table->type == BP_F64 ? "too large a number"
                                                   : "too large a number for float32",
                             error);
        return fail_cell(filling, t->first_stray, i, numbers ? "not a number" : "not a date",
                         error);
    }
    return BP_OK;
}

/* ---- The whole ------------------------------------------------------------------------- */

#define AS_FILLED BP_COLUMN_KIND_COUNT /* a kind that nobody asked for, and none is found out */

/* Columns are what a preparation takes them for. */
static void expect_columns(bp_filling *filling)
{
    const bp_table_options *options = filling->options;
    for (size_t i = 0; i < filling->table->columns; i++) {
        filling->asked[i] = options->expected_only ? BP_FILL_SKIP : BP_FILL_TEXT;
        filling->kinds[i] = AS_FILLED;
    }
    bp_prepared_expect(options->expected, filling->table, filling->asked);
}

/* Targets need not be told: one whose cells are not what is expected becomes one of texts. */
static bp_status give_in(bp_filling *filling, bp_error *error)
{
    const bp_preparation *expected = filling->options->expected;
    bp_table *table = filling->table;
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        if (table->column[i].numbers != NULL && filling->tallies[i].first_stray != SIZE_MAX
            && filling->kinds[i] == AS_FILLED && !bp_prepared_is_input(expected, table, i))
            status = bp_table_categorize(table, i, error);
    return status;
}

bp_status bp_filling_run(bp_filling *filling, bp_error *error)
{
    bp_table *table = filling->table;
    if (filling->options->expected != NULL)
        expect_columns(filling);
    bp_status status =
        bp_kinds_ask(table, filling->options->kinds, filling->kinds, filling->asked, error);
    if (status == BP_OK && filling->options->keep_strays) {
        table->strays = bp_allocate(&table->allocator, BP_STRAYS_KEPT, sizeof(bp_stray), error);
        status = table->strays != NULL ? BP_OK : BP_E_MEMORY;
    }
    if (status == BP_OK)
        status = fill_until_right(filling, error);
    if (status == BP_OK && filling->options->expected != NULL)
        status = give_in(filling, error);
    if (status == BP_OK && !filling->options->keep_strays)
        status = check_strays(filling, error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        if (filling->asked[i] == BP_FILL_SAMPLE)
            bp_kinds_find(table, i, filling->tallies[i].wide > 0);
        else if (filling->kinds[i] != AS_FILLED)
            status = bp_kinds_check(table, i, filling->kinds[i], error);
    }
    return status;
}

bp_status bp_fill_table(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_filling filling;
    bp_status status = bp_filling_open(&filling, table, options, error);
    if (status == BP_OK && options->expected == NULL)
        status = bp_filling_sample(&filling, error);
    if (status == BP_OK)
        status = bp_filling_run(&filling, error);
    bp_filling_close(&filling);
    return status;
}
