/* test_table_stream.c: a table that is read by blocks is, row for row, the table that is read
 * whole: prepared numbers, cells, places, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS 9000
#define LONG_ROW 5000 /* with something special in it */
#define CELL 256

/* ---- Texts --------------------------------------------------------------------- */

/* A text that grows; to be freed. */
typedef struct text {
    char *bytes;
    size_t size, room;
} text;

static void add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(text *t, const char *format, ...)
{
    va_list arguments;
    if (t->room - t->size < 4096) {
        t->room = t->room * 2 + 8192;
        t->bytes = realloc(t->bytes, t->room);
        assert_non_null(t->bytes);
    }
    va_start(arguments, format);
    t->size += (size_t)vsnprintf(t->bytes + t->size, t->room - t->size, format, arguments);
    va_end(arguments);
}

/* What a delimited text is like. */
typedef struct style {
    const char *before; /* the table */
    const char *delimiter;
    const char *end;       /* of a line */
    const char *note;      /* of most rows: a text that no model reads */
    const char *long_note; /* of one row */
    const char *between;   /* lines, now and then */
    char point;
    bool no_header, no_last_end, trailing, no_date;
} style;

static const char *const COLORS[] = {"red", "green", "dark blue"};

static void add_row(text *t, const style *s, size_t row)
{
    const char *d = s->delimiter;
    char area[32] = "NA";
    if (row % 13 != 5)
        snprintf(area, sizeof area, "%zu%c%zu", row % 97, s->point, row % 9 + 1);
    add(t, "%s%s", area, d);
    if (!s->no_date)
        add(t, "%s%s%s%s2024-%02zu-%02zu%s", COLORS[row % 3], d, row % 4 > 1 ? "yes" : "no", d,
            row % 12 + 1, row % 28 + 1, d);
    add(t, "%s%s%zu%c5", row == LONG_ROW ? s->long_note : s->note, d, row % 31, s->point);
    if (s->trailing)
        add(t, "%s", d);
    if (row + 1 < ROWS || !s->no_last_end)
        add(t, "%s", s->end);
    if (row % 500 == 499)
        add(t, "%s", s->between);
}

static text make_csv(const style *s, size_t rows)
{
    text t = {0};
    const char *d = s->delimiter;
    add(&t, "%s", s->before);
    if (!s->no_header && s->no_date)
        add(&t, "area%snote%sweight%s", d, d, s->end);
    else if (!s->no_header)
        add(&t, "area%scolor%sopen%sday%snote%sweight%s", d, d, d, d, d, s->end);
    for (size_t row = 0; row < rows; row++)
        add_row(&t, s, row);
    return t;
}

static const style PLAIN = {.before = "",
                            .delimiter = ",",
                            .end = "\n",
                            .note = "plain",
                            .long_note = "plain",
                            .between = "",
                            .point = '.'};

/* ---- What is expected ------------------------------------------------------------- */

/* A preparation fitted to the first rows. */
static bp_preparation *prepare(const bp_table_options *options, const text *t)
{
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_preparation_options how;
    bp_preparation_options_init(&how);
    how.target = "weight";
    how.drop = "note";
    how.task = BP_TASK_REGRESSION;
    bp_table_options plain = *options;
    plain.expected = NULL;
    assert_int_equal(bp_table_read_memory(&table, t->bytes, t->size, &plain, NULL), BP_OK);
    if (!bp_table_has_header(table)) {
        how.target = "#6";
        how.drop = "#5";
    }
    if (bp_table_find_column(table, "note", &(size_t){0}, NULL) != BP_OK
        && bp_table_has_header(table))
        how.drop = NULL;
    bp_error error = {0};
    bp_status status = bp_preparation_new(&preparation, table, &how, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    assert_int_equal(bp_preparation_fit(preparation, table, NULL, bp_table_row_count(table), NULL),
                     BP_OK);
    bp_table_free(table);
    return preparation;
}

static const char *path_of(const char *ending)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/backprop-stream-%ld%s", (long)getpid(), ending);
    return path;
}

static void write_file(const char *path, const text *t)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(t->bytes, 1, t->size, file), t->size);
    assert_int_equal(fclose(file), 0);
}

/* ---- Comparing ----------------------------------------------------------------------- */

static size_t column_called(const bp_table *table, const char *name)
{
    for (size_t i = 0; i < bp_table_column_count(table); i++)
        if (strcmp(bp_table_column_name(table, i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* Every cell of the block as the whole table has it, and now and then its place. */
static void check_cells(const bp_table *whole, const bp_table *block, size_t start)
{
    for (size_t i = 0; i < bp_table_column_count(block); i++) {
        size_t other = column_called(whole, bp_table_column_name(block, i));
        assert_true(other != SIZE_MAX);
        for (size_t row = 0; row < bp_table_row_count(block); row += 1 + (row % 3) * 7) {
            char one[CELL], two[CELL];
            bp_error here = {0}, there = {0};
            bp_table_cell_text(block, row, i, one, sizeof one);
            bp_table_cell_text(whole, start + row, other, two, sizeof two);
            assert_string_equal(one, two);
            if (row % 50 != 0)
                continue;
            bp_table_place(block, row, i, &here);
            bp_table_place(whole, start + row, other, &there);
            assert_int_equal(here.line, there.line);
            assert_int_equal(here.column, there.column);
        }
    }
}

static void check_block(const bp_preparation *preparation, const bp_table *whole,
                        const bp_samples *wanted, bp_table *block, size_t start)
{
    bp_prepared *prepared = NULL;
    bp_error error = {0};
    size_t rows = bp_table_row_count(block);
    bp_status status =
        bp_preparation_apply(preparation, block, NULL, rows, BP_F64, true, &prepared, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    bp_samples samples = bp_prepared_samples(prepared);
    size_t width = wanted->inputs.columns;
    assert_memory_equal(samples.inputs.data, (const double *)wanted->inputs.data + start * width,
                        rows * width * sizeof(double));
    assert_memory_equal(samples.targets.data, (const double *)wanted->targets.data + start,
                        rows * sizeof(double));
    bp_prepared_free(prepared);
    check_cells(whole, block, start);
}

static size_t count_blocks(const char *path, const bp_table_options *options, const bp_table *whole,
                           const bp_samples *wanted)
{
    bp_table_stream *stream = NULL;
    bp_table *block = NULL;
    bp_error error = {0};
    size_t start = 0, blocks = 0;
    bp_status status = bp_table_stream_open(&stream, path, options, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    for (;; blocks++) {
        status = bp_table_stream_next(stream, &block, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(status, BP_OK);
        if (block == NULL)
            break;
        check_block(options->expected, whole, wanted, block, start);
        start += bp_table_row_count(block);
    }
    assert_int_equal(start, bp_table_row_count(whole));
    assert_true(bp_table_stream_is_last(stream));
    assert_int_equal(bp_table_stream_next(stream, &block, &error), BP_OK);
    assert_null(block);
    bp_table_stream_free(stream);
    return blocks;
}

/* Reads the text both ways; how many blocks it came in. */
static size_t check_same(const text *t, const char *ending, const bp_preparation *preparation,
                         bp_table_options options)
{
    const char *path = path_of(ending);
    bp_table *whole = NULL;
    bp_prepared *prepared = NULL;
    bp_error error = {0};
    write_file(path, t);
    bp_status status = bp_table_read(&whole, path, &options, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    status = bp_preparation_apply(preparation, whole, NULL, bp_table_row_count(whole), BP_F64, true,
                                  &prepared, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    bp_samples samples = bp_prepared_samples(prepared);
    options.expected = preparation;
    size_t blocks = count_blocks(path, &options, whole, &samples);
    options.expected_only = true;
    assert_int_equal(count_blocks(path, &options, whole, &samples), blocks);
    bp_prepared_free(prepared);
    bp_table_free(whole);
    remove(path);
    return blocks;
}

static void check_csv(const style *s, const bp_table_options *options)
{
    text few = make_csv(s, 400), all = make_csv(s, ROWS);
    bp_preparation *preparation = prepare(options, &few);
    assert_true(check_same(&all, ".csv", preparation, *options) > 1);
    assert_int_equal(check_same(&few, ".csv", preparation, *options), 1);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(all.bytes);
}

/* ---- Delimited text -------------------------------------------------------------------- */

static void test_csv(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    style s = PLAIN;
    check_csv(&s, &options);
    s.no_last_end = true;
    check_csv(&s, &options);
    s = PLAIN;
    s.end = "\r\n";
    s.no_last_end = true;
    check_csv(&s, &options);
    s.before = "\xEF\xBB\xBF";
    s.between = "\r\n \r\n";
    check_csv(&s, &options);
    s = PLAIN;
    s.trailing = true;
    check_csv(&s, &options);
    s = PLAIN;
    s.no_header = true;
    check_csv(&s, &options);
}

static void test_delimiters(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    style s = PLAIN;
    s.delimiter = "\t";
    check_csv(&s, &options);
    s.delimiter = "|";
    check_csv(&s, &options);
    s.delimiter = "   ";
    s.no_date = true;
    check_csv(&s, &options);
    s = PLAIN;
    s.delimiter = ";";
    s.point = ',';
    options.decimal = ',';
    check_csv(&s, &options);
}

/* Notes with line ends, doubled quotes and delimiters, most of which stand across blocks. */
static void test_quotes(void **state)
{
    (void)state;
    char note[1600] = "\"two\nlines, \"\"and\"\" more\"", other[1700] = "\"";
    bp_table_options options;
    bp_table_options_init(&options);
    style s = PLAIN;
    s.note = s.long_note = note;
    check_csv(&s, &options);
    for (size_t i = 0; i < 700; i++)
        strcat(other, i % 10 == 0 ? "\n\"\"" : ",");
    strcat(other, "\"");
    s.long_note = other;
    check_csv(&s, &options);
    s.end = "\r\n";
    s.no_last_end = true;
    check_csv(&s, &options);
    s = PLAIN;
    s.note = "'it''s'";
    s.long_note = "'a\nb'";
    options.quote = '\'';
    check_csv(&s, &options);
    options.quote = '\0';
    s = PLAIN;
    s.long_note = "an \"inner\" quote";
    check_csv(&s, &options);
}

static void test_lines_that_are_no_rows(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    style s = PLAIN;
    s.before = "made by nobody, \"for nothing\n1,2\n";
    options.skip_lines = 2;
    check_csv(&s, &options);
    s = PLAIN;
    s.before = "# it's \"a comment\n#\n\n";
    s.between = "# \"another, one's\n\n#\n";
    options.skip_lines = 0;
    options.comment = '#';
    check_csv(&s, &options);
    s.long_note = "\"# no\n# comments\"";
    check_csv(&s, &options);
}

/* More lines above the rows than are looked at first. */
static void test_much_above_the_rows(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_csv(&PLAIN, 400), rows = make_csv(&PLAIN, ROWS);
    bp_preparation *preparation = prepare(&options, &few);
    static const size_t lines[] = {1500, 200000};
    for (size_t i = 0; i < 2; i++) {
        text all = {0};
        for (size_t line = 0; line < lines[i]; line++)
            add(&all, "# line %zu\n", line);
        all.bytes = realloc(all.bytes, all.size + rows.size);
        assert_non_null(all.bytes);
        memcpy(all.bytes + all.size, rows.bytes, rows.size);
        all.size += rows.size;
        options.comment = '#';
        options.skip_lines = 0;
        assert_true(check_same(&all, ".csv", preparation, options) >= 1);
        options.comment = '\0';
        options.skip_lines = lines[i];
        assert_true(check_same(&all, ".csv", preparation, options) >= (i == 0 ? 2 : 1));
        free(all.bytes);
    }
    bp_preparation_free(preparation);
    free(few.bytes);
    free(rows.bytes);
}

/* One row is longer than a block. */
static void test_a_long_row(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_csv(&PLAIN, 400), all = make_csv(&PLAIN, 3000);
    bp_preparation *preparation = prepare(&options, &few);
    add(&all, "1,red,yes,2024-01-01,\"");
    for (size_t i = 0; i < 200000; i++)
        add(&all, "%zu\n", i);
    add(&all, "\",2\n3,red,yes,2024-01-01,,4\n");
    const char *path = path_of(".csv");
    write_file(path, &all);
    options.expected = preparation;
    bp_table_stream *stream = NULL;
    bp_table *block = NULL;
    size_t rows = 0;
    assert_int_equal(bp_table_stream_open(&stream, path, &options, NULL), BP_OK);
    while (bp_table_stream_next(stream, &block, NULL) == BP_OK && block != NULL)
        rows += bp_table_row_count(block);
    assert_int_equal(rows, 3002);
    bp_table_stream_free(stream);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(all.bytes);
    remove(path);
}

/* ---- Other forms -------------------------------------------------------------------------- */

static text make_json(size_t rows)
{
    text t = {0};
    for (size_t row = 0; row < rows; row++) {
        add(&t, "{\"color\": \"%s\", \"note\": \"say \\\"hi\\\"\", ", COLORS[row % 3]);
        if (row % 13 != 5)
            add(&t, "\"area\": %zu.5, ", row % 97);
        if (row > 6000)
            add(&t, "\"later\": %zu, ", row);
        add(&t, "\"open\": %s, \"weight\": %zu}\n", row % 4 > 1 ? "true" : "false", row % 31);
        if (row % 700 == 3)
            add(&t, "\n");
    }
    return t;
}

/* A column that stands in no row of the first block takes the whole text. */
static void test_json_lines(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_json(400), all = make_json(ROWS), late = {0};
    bp_preparation *preparation = prepare(&options, &few);
    assert_true(check_same(&all, ".jsonl", preparation, options) > 1);
    for (size_t row = 0; row < ROWS; row++)
        add(&late, "{\"area\": 1, %s\"open\": true, \"weight\": 2}\n",
            row < 4000 ? "" : "\"color\": \"red\", ");
    assert_int_equal(check_same(&late, ".jsonl", preparation, options), 1);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(all.bytes);
    free(late.bytes);
}

static void test_arff(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text parts[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++) {
        add(&parts[i], "%% a comment\n@relation r\n@attribute area numeric\n@attribute color {red, "
                       "green, 'dark blue'}\n@attribute note string\n@attribute weight real\n"
                       "@data\n");
        for (size_t row = 0; row < (i == 0 ? 400 : ROWS); row++) {
            const char *color = row % 3 == 2 ? "'dark blue'" : COLORS[row % 3];
            if (row % 50 == 7)
                add(&parts[i], "{0 %zu, 1 %s, 2 x, 3 4}\n%% between\n", row % 5 + 1, color);
            else
                add(&parts[i], "%zu.25,%s,'it\\'s',%zu\n", row % 97, color, row % 31);
        }
    }
    bp_preparation *preparation = prepare(&options, &parts[0]);
    assert_true(check_same(&parts[1], ".arff", preparation, options) > 1);
    bp_preparation_free(preparation);
    free(parts[0].bytes);
    free(parts[1].bytes);
}

/* Later rows have higher indices, and the index 0. */
static void test_libsvm(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text all = {0}, few = {0};
    for (size_t row = 0; row < ROWS; row++) {
        text *into = row < 400 ? &few : &all;
        add(into, "%zu %s1:%zu.5 3:%zu", row % 5, row > 6000 ? "0:7 " : "", row % 97, row % 13);
        add(into, row > 4000 ? " 9:1\n" : " # end\n");
    }
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_preparation_options how;
    bp_preparation_options_init(&how);
    how.target = "label";
    how.task = BP_TASK_REGRESSION;
    how.keep = "f2";
    assert_int_equal(bp_table_read_memory(&table, few.bytes, few.size, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_new(&preparation, table, &how, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(preparation, table, NULL, 400, NULL), BP_OK);
    bp_table_free(table);
    const char *path = path_of(".svm");
    write_file(path, &all);
    bp_prepared *prepared = NULL;
    assert_int_equal(bp_table_read(&table, path, &options, NULL), BP_OK);
    size_t rows = bp_table_row_count(table), start = 0, blocks = 0;
    assert_int_equal(
        bp_preparation_apply(preparation, table, NULL, rows, BP_F64, true, &prepared, NULL), BP_OK);
    bp_samples samples = bp_prepared_samples(prepared);
    options.expected = preparation;
    bp_table_stream *stream = NULL;
    bp_table *block = NULL;
    assert_int_equal(bp_table_stream_open(&stream, path, &options, NULL), BP_OK);
    while (bp_table_stream_next(stream, &block, NULL) == BP_OK && block != NULL) {
        check_block(preparation, table, &samples, block, start);
        start += bp_table_row_count(block);
        blocks++;
    }
    assert_int_equal(start, rows);
    assert_true(blocks > 1);
    bp_table_stream_free(stream);
    bp_prepared_free(prepared);
    bp_table_free(table);
    bp_preparation_free(preparation);
    remove(path);
    free(all.bytes);
    free(few.bytes);
}

/* ---- Errors ------------------------------------------------------------------------------------
 */

/* Reads on to the end or to an error, which is then in `error`. */
static bp_status read_all(const char *path, const bp_table_options *options, size_t *rows,
                          bp_error *error)
{
    bp_table_stream *stream = NULL;
    bp_table *block = NULL;
    *rows = 0;
    bp_status status = bp_table_stream_open(&stream, path, options, error);
    while (status == BP_OK) {
        status = bp_table_stream_next(stream, &block, error);
        if (status != BP_OK || block == NULL)
            break;
        *rows += bp_table_row_count(block);
    }
    if (status != BP_OK && stream != NULL) {
        assert_int_equal(bp_table_stream_next(stream, &block, NULL), BP_OK);
        assert_null(block);
    }
    bp_table_stream_free(stream);
    return status;
}

/* The text is refused as it is where it is read whole. */
static void check_error(const text *t, const char *ending, bp_table_options options, bool late)
{
    const char *path = path_of(ending);
    bp_error here = {0}, there = {0};
    bp_table *table = NULL;
    size_t rows = 0;
    write_file(path, t);
    bp_status status = read_all(path, &options, &rows, &here);
    assert_int_equal(rows > 0, late);
    assert_int_equal(bp_table_read(&table, path, &options, &there), status);
    assert_int_equal(status, BP_E_DATA);
    assert_string_equal(here.message, there.message);
    assert_string_equal(here.file, there.file);
    assert_int_equal(here.line, there.line);
    assert_int_equal(here.column, there.column);
    remove(path);
}

static void test_errors_in_a_later_block(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "1,red,yes,2024-01-01,x\n",        "1,red,yes,2024-01-01,x,3,4\n",
        "abc,red,yes,2024-01-01,x,3\n",    "1e999,red,yes,2024-01-01,x,3\n",
        "1,red,yes,tomorrow,x,3\n",        "1,red,yes,2024-01-01,\"x,3\n",
        "1,red,yes,2024-01-01,\"x\"y,3\n", "1,r\xFF\x64,yes,2024-01-01,x,3\n",
        "1,red\r,yes,2024-01-01,x,3\n"};
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_csv(&PLAIN, 400);
    bp_preparation *preparation = prepare(&options, &few);
    style s = PLAIN;
    s.between = "\n# it's\n";
    s.before = "above\n";
    options.comment = '#';
    options.skip_lines = 1;
    options.expected = preparation;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        text all = make_csv(&s, ROWS);
        add(&all, "%s", bad[i]);
        for (size_t row = 0; row < 10; row++)
            add_row(&all, &s, row);
        check_error(&all, ".csv", options, true);
        free(all.bytes);
    }
    bp_preparation_free(preparation);
    free(few.bytes);
}

static void test_errors_in_other_forms(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_json(400), all = make_json(ROWS);
    bp_preparation *preparation = prepare(&options, &few);
    options.expected = preparation;
    size_t good = all.size;
    add(&all, "{\"area\": \"wide\", \"color\": \"red\", \"open\": true, \"weight\": 1}\n");
    check_error(&all, ".jsonl", options, true);
    all.size = good;
    add(&all, "{\"area\": 1, \"color\": \"red\", \"open\" true, \"weight\": 1}\n");
    check_error(&all, ".jsonl", options, true);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(all.bytes);
}

static void test_no_rows(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_csv(&PLAIN, 400), empty = {0}, top = make_csv(&PLAIN, 0);
    bp_preparation *preparation = prepare(&options, &few);
    options.expected = preparation;
    options.header = 1;
    add(&empty, "%s", "");
    check_error(&empty, ".csv", options, false);
    check_error(&top, ".csv", options, false);
    options.comment = '#';
    for (size_t i = 0; i < 5000; i++)
        add(&empty, "# %zu\n", i);
    check_error(&empty, ".csv", options, false);
    bp_error error;
    bp_table_stream *stream = NULL;
    assert_int_equal(bp_table_stream_open(&stream, "no such file", &options, &error), BP_E_DATA);
    assert_null(stream);
    options.expected = NULL;
    assert_int_equal(bp_table_stream_open(&stream, "-", &options, &error), BP_E_ARGUMENT);
    assert_string_equal(error.message, "a table is read by blocks for what is expected");
    bp_preparation_free(preparation);
    free(few.bytes);
    free(empty.bytes);
    free(top.bytes);
}

/* Text where the model has a number that need not be there: the column is one of texts. */
static void test_a_target_of_texts(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    text few = make_csv(&PLAIN, 400);
    bp_preparation *preparation = prepare(&options, &few);
    options.expected = preparation;
    const char *path = path_of(".csv");
    text t = {0};
    add(&t, "area,color,open,day,weight\n");
    for (size_t row = 0; row < ROWS; row++)
        add(&t, "1,red,yes,2024-01-01,%s\n", row < 8000 ? "2" : "to be told");
    write_file(path, &t);
    size_t rows = 0;
    bp_error error = {0};
    assert_int_equal(read_all(path, &options, &rows, &error), BP_OK);
    assert_int_equal(rows, ROWS);
    remove(path);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(t.bytes);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    style s = PLAIN;
    s.note = "\"a\nb\"";
    text few = make_csv(&PLAIN, 400), all = make_csv(&s, 1500);
    bp_preparation *preparation = prepare(&options, &few);
    const char *path = path_of(".csv");
    write_file(path, &all);
    options.expected = preparation;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_error error = {0};
        size_t rows = 0;
        failing_allocator_init(&failing, n);
        options.allocator = &failing.allocator;
        bp_status status = read_all(path, &options, &rows, &error);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused) {
            assert_int_equal(status, BP_OK);
            assert_int_equal(rows, 1500);
            break;
        }
        assert_int_equal(status, BP_E_MEMORY);
    }
    remove(path);
    bp_preparation_free(preparation);
    free(few.bytes);
    free(all.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_lines_that_are_no_rows),
        cmocka_unit_test(test_much_above_the_rows),
        cmocka_unit_test(test_a_long_row),
        cmocka_unit_test(test_json_lines),
        cmocka_unit_test(test_arff),
        cmocka_unit_test(test_libsvm),
        cmocka_unit_test(test_errors_in_a_later_block),
        cmocka_unit_test(test_errors_in_other_forms),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_a_target_of_texts),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
