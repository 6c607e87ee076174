/* test_csv_dialects.c: how delimiters and headers are found out, and that whatever is
 * written as CSV is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

#include <backprop/table.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bp_table *read_as(const char *text, size_t size, char delimiter, int header)
{
    bp_error error;
    bp_table_options options;
    bp_table_options_init(&options);
    options.delimiter = delimiter;
    options.header = header;
    bp_table *table = NULL;
    if (bp_table_read_memory(&table, text, size, &options, &error) != BP_OK)
        fail_msg("%s:%zu:%zu: %s\n%s", error.file, error.line, error.column, error.message, text);
    return table;
}

/* Cells by "|", rows by "/", numbers in their shortest form, missing cells as "~". */
static void write_cells(const bp_table *table, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t row = 0; row < bp_table_row_count(table); row++) {
        for (size_t i = 0; i < bp_table_column_count(table); i++) {
            char number[BP_NUMBER_SIZE];
            const uint32_t *codes = bp_table_codes(table, i);
            const char *text = number;
            if (codes != NULL)
                text = codes[row] == BP_MISSING ? "~" : bp_table_category(table, i, codes[row]);
            else
                bp_number_write(((const double *)bp_table_numbers(table, i).data)[row], number);
            text = strcmp(text, "nan") == 0 ? "~" : text;
            used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "|" : "", text);
        }
        used += (size_t)snprintf(out + used, size - used, "/");
    }
}

typedef struct example {
    const char *text;
    const char *names; /* by "|", NULL where there is no header */
    const char *cells;
} example;

static void check_names(const bp_table *table, const char *expected)
{
    char names[256] = "";
    assert_int_equal(bp_table_has_header(table), expected != NULL);
    for (size_t i = 0; i < bp_table_column_count(table) && expected != NULL; i++) {
        strcat(names, i > 0 ? "|" : "");
        strcat(names, bp_table_column_name(table, i));
    }
    if (expected != NULL)
        assert_string_equal(names, expected);
}

static void check_example(const example *e, char delimiter, int header)
{
    char cells[512];
    bp_table *table = read_as(e->text, strlen(e->text), delimiter, header);
    write_cells(table, cells, sizeof cells);
    assert_string_equal(cells, e->cells);
    check_names(table, e->names);
    bp_table_free(table);
}

static void check_examples(const example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_example(&examples[i], 0, -1);
}

#define CHECK_EXAMPLES(examples) check_examples(examples, sizeof examples / sizeof examples[0])

static void test_line_ends(void **state)
{
    (void)state;
    static const example examples[] = {
        {"a,b\n1,2\n3,4\n", "a|b", "1|2/3|4/"},
        {"a,b\n1,2\n3,4", "a|b", "1|2/3|4/"},
        {"a,b\r\n1,2\r\n3,4\r\n", "a|b", "1|2/3|4/"},
        {"a,b\r\n1,2\r\n3,4\r", "a|b", "1|2/3|4/"},
        {"a,b\r\n1,2\n3,4", "a|b", "1|2/3|4/"},
        {"\n\n  \na,b\n\n1,2\n\t\n3,4\n\n\n", "a|b", "1|2/3|4/"},
        {"\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "a|b", "1|2/"},
        {"\xEF\xBB\xBF\"a\",b\n1,2\n", "a|b", "1|2/"},
        {"1,2\n3,\n", NULL, "1|2/3|~/"},
        {"1,2\n3,", NULL, "1|2/3|~/"},
        {"a\n1\n2\n", "a", "1/2/"},
        {"  a , b \n  1 ,\t2\n 3,4  \n", "a|b", "1|2/3|4/"},
    };
    CHECK_EXAMPLES(examples);
}

static void test_delimiters(void **state)
{
    (void)state;
    static const example examples[] = {
        {"a;b;c\n1;2;3\n4;5;6\n", "a|b|c", "1|2|3/4|5|6/"},
        {"a\tb\tc\n1\t2\t3\n4\t\t6\n", "a|b|c", "1|2|3/4|~|6/"},
        {"a|b|c\n1|2|3\n4||6\n", "a|b|c", "1|2|3/4|~|6/"},
        {"a b c\n1 2 3\n4 5 6\n", "a|b|c", "1|2|3/4|5|6/"},
        {"  1.5   2  x \n 10.5  30  y\n", NULL, "1.5|2|x/10.5|30|y/"},
        {"1\t\t2\t3\n4\t5\t6\n7\t8\t\t9\n", NULL, "1|2|3/4|5|6/7|8|9/"},
        /* a decimal comma in every row is no delimiter */
        {"a;b\n1,5;2,5\n3,5;4,5\n", "a|b", "1.5|2.5/3.5|4.5/"},
        {"x,5;y,5\nz,5;w,5\n", "x,5|y,5", "z,5|w,5/"},
        /* delimiters inside quotes do not count */
        {"\"a;b\",\"c;d\"\n1,2\n", "a;b|c;d", "1|2/"},
        {"name,n\n\"Braund, Mr. Owen\",1\n\"Heikkinen, Miss. Laina\",2\n", "name|n",
         "Braund, Mr. Owen|1/Heikkinen, Miss. Laina|2/"},
        /* words are not columns where something else delimits */
        {"city name,n\nNew York,1\nLos Angeles,2\n", "city name|n", "New York|1/Los Angeles|2/"},
        {"when,v\n2020-01-01 10:00 UTC,5\n2020-01-02 11:00 UTC,6\n", "when|v",
         "2020-01-01 10:00 UTC|5/2020-01-02 11:00 UTC|6/"},
        {"first name\tn\nAnn Lee\t1\nBob Ray\t2\n", "first name|n", "Ann Lee|1/Bob Ray|2/"},
        /* columns of fixed width and a tab before the text */
        {"18.0 8 307.0\t\"chevrolet malibu\"\n15.0 8 350.0\t\"buick skylark\"\n", NULL,
         "18|8|307|chevrolet malibu/15|8|350|buick skylark/"},
        /* numbers with decimal commas parted by blanks */
        {"a b k\n1,5 2,5 x\n3 4,25 y\n5,5 6 x\n", "a|b|k", "1.5|2.5|x/3|4.25|y/5.5|6|x/"},
        {"1,5 2,5\n3,5 4,5\n", NULL, "1.5|2.5/3.5|4.5/"},
        {"1.5, 2.5\n3.5, 4.5\n", NULL, "1.5|2.5/3.5|4.5/"},
        {"n, words\n1, two words\n2, words two\n", "n|words", "1|two words/2|words two/"},
        /* commas inside quotes, blanks between them */
        {"\"name\" \"n\"\n\"Braund, Mr.\" 1\n\"Lee, Miss\" 2\n", "name|n",
         "Braund, Mr.|1/Lee, Miss|2/"},
        /* one row */
        {"1,a;b,3\n", NULL, "1|a;b|3/"},
        {"1,a;b\n", NULL, "1|a;b/"},
        {"1.5;2.5;x\n", NULL, "1.5|2.5|x/"},
        {"1 2 3\n", NULL, "1|2|3/"},
    };
    CHECK_EXAMPLES(examples);
}

static void test_delimiters_asked_for(void **state)
{
    (void)state;
    check_example(&(example){"a;b,c\n1;2,3\n", "a;b|c", "1;2|3/"}, ',', -1);
    check_example(&(example){"a:b\n1:2\n", "a|b", "1|2/"}, ':', -1);
    check_example(&(example){"a b,c\n1   2\n", "a|b,c", "1|2/"}, ' ', -1);
    check_example(&(example){"a\tb\n1\t2\n", "a|b", "1|2/"}, ' ', -1);
    check_example(&(example){"a\tb\n1\t\t2\n", "a|b", "1|2/"}, '\t', -1);
    check_example(&(example){"a\tb\tc\n1\t\t2\n", "a|b|c", "1|~|2/"}, '\t', -1);
    check_example(&(example){"a,b\n", NULL, "a|b/"}, ',', 0);
    check_example(&(example){"1,2\n3,4\n", "1|2", "3|4/"}, ',', 1);
}

static void test_headers(void **state)
{
    (void)state;
    static const example examples[] = {
        {"a,b\n1,x\n2,y\n", "a|b", "1|x/2|y/"},
        {"a,b\n1,b\n2,y\n", "a|b", "1|b/2|y/"}, /* numbers below: may stand again */
        {"1,b\n2,x\n", NULL, "1|b/2|x/"},
        {"x,NA\ny,5\n", NULL, "x|~/y|5/"},
        {"x,?\ny,5\n", NULL, "x|~/y|5/"},
        {",a\n0,1\n1,2\n", "#1|a", "0|1/1|2/"},
        {"a,b,\n1,2,\n3,4,\n", "a|b", "1|2/3|4/"}, /* nothing stands behind the last comma */
        {"a,b\n1,2,\n3,4,\n", "a|b", "1|2/3|4/"},
        {"'a','b,c'\n'x','1'\n'it''s','2'\n", "a|b,c", "x|1/it's|2/"}, /* single quotes */
        {"a,b\n'x,1\n'y,2\n", "a|b", "'x|1/'y|2/"},
        {"1,2,\n3,,\n", NULL, "1|2/3|~/"},
        {"1,2,\n3,,4\n", NULL, "1|2|~/3|~|4/"},
        {"a,\"\"\n1,2\n", "a|#2", "1|2/"},
        /* rows that are named, in a column that is not */
        {"\"a\" \"b\"\n\"x\" 1 2\n\"y\" 3 4\n", "#1|a|b", "x|1|2/y|3|4/"},
        {"\"a\",\"b\"\n\"7\",1,p\n\"3\",3,q\n", "#1|a|b", "7|1|p/3|3|q/"},
        {"a\tb\n1\t1.5\tp\n2\t3\tq\n", "#1|a|b", "1|1.5|p/2|3|q/"},
        {"\"a\" \"b\"\n\"x\" 1,5 2\n\"y\" 3 4,5\n\"z\" 3 4\n", "#1|a|b", "x|1.5|2/y|3|4.5/z|3|4/"},
        {"a b\n1 \"p q\" 2\n2 r 4\n", "#1|a|b", "1|p q|2/2|r|4/"},
        /* texts alone */
        {"shape,color\nround,red\nflat,green\n", "shape|color", "round|red/flat|green/"},
        {"round,red\nflat,green\nround,green\n", NULL, "round|red/flat|green/round|green/"},
        {"red,red\nflat,green\n", NULL, "red|red/flat|green/"},
        {"red,green\ngreen,red\n", "red|green", "green|red/"},
    };
    CHECK_EXAMPLES(examples);
}

/* ---- Whatever is written is read back ------------------------------------------- */

typedef struct writing {
    bp_stream stream;
    uint32_t place;
    char text[65536];
    size_t size;
} writing;

static uint32_t below(writing *w, uint32_t n)
{
    return (uint32_t)bp_stream_below(w->stream, w->place++, n);
}

/* A text that begins with a letter, so that it is neither a number nor missing. */
static void make_text(writing *w, char *text)
{
    static const char *const parts[] = {"a",    "Z", " ",        "\"",          ",",    ";",
                                        "\t",   "|", "\n",       "\r",          "\"\"", "7",
                                        "\r\n", "-", "\xC3\xA9", "\xE2\x82\xAC"};
    strcpy(text, "t");
    for (uint32_t left = below(w, 6); left > 0; left--)
        strcat(text, parts[below(w, 16)]);
}

static void put(writing *w, const char *text)
{
    size_t length = strlen(text);
    memcpy(w->text + w->size, text, length);
    w->size += length;
}

static void put_quoted(writing *w, const char *text)
{
    put(w, "\"");
    for (const char *at = text; *at != '\0'; at++) {
        const char one[] = {*at, '\0'};
        put(w, *at == '"' ? "\"\"" : one);
    }
    put(w, "\"");
}

enum { ROWS = 30, COLUMNS = 4 };

static void check_round_trip(writing *w, uint64_t seed, char delimiter, const char *line_end)
{
    static char texts[ROWS][COLUMNS][64];
    const char between[] = {delimiter, '\0'};
    w->stream = bp_stream_new(seed, BP_PURPOSE_SHUFFLE, 0, 0, 0);
    w->place = 0;
    w->size = 0;
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t i = 0; i < COLUMNS; i++) {
            make_text(w, texts[row][i]);
            bool plain = strpbrk(texts[row][i], "\",;|\t\r\n ") == NULL && below(w, 2) == 0;
            put(w, i > 0 ? between : "");
            if (plain)
                put(w, texts[row][i]);
            else
                put_quoted(w, texts[row][i]);
        }
        if (row < ROWS - 1 || below(w, 2) == 0)
            put(w, line_end);
    }
    bp_table *table = read_as(w->text, w->size, 0, 0);
    assert_int_equal(bp_table_row_count(table), ROWS);
    assert_int_equal(bp_table_column_count(table), COLUMNS);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < COLUMNS; i++)
            assert_string_equal(bp_table_category(table, i, bp_table_codes(table, i)[row]),
                                texts[row][i]);
    bp_table_free(table);
}

static void test_round_trips(void **state)
{
    (void)state;
    static writing w;
    for (uint64_t seed = 1; seed <= 100; seed++)
        for (size_t i = 0; i < 5; i++)
            check_round_trip(&w, seed, ",;\t| "[i], seed % 2 == 0 ? "\n" : "\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_delimiters_asked_for),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_round_trips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
