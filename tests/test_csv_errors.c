/* test_csv_errors.c: every mistake in a table is one error with its exact place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop/table.h>

#include "support/failing_allocator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal) (literal), sizeof(literal) - 1

/* A table that must not be read, and what is said about it. */
typedef struct mistake {
    const char *text;
    size_t size;
    int header;
    size_t line, column;
    const char *message;
} mistake;

static void check_with(const mistake *m, const bp_table_options *options, bp_status status)
{
    bp_error error = {.status = BP_OK};
    bp_table *table = (bp_table *)&error; /* must become NULL */
    assert_int_equal(bp_table_read_memory(&table, m->text, m->size, options, &error), status);
    assert_null(table);
    assert_string_equal(error.message, m->message);
    assert_int_equal(error.status, status);
    assert_int_equal(error.line, m->line);
    assert_int_equal(error.column, m->column);
    assert_string_equal(error.file, m->line > 0 ? "t.csv" : "");
    assert_int_equal(bp_table_read_memory(&table, m->text, m->size, options, NULL), status);
    assert_null(table);
}

static void check(const mistake *m)
{
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t.csv";
    options.header = m->header;
    options.allocator = &counting.allocator;
    check_with(m, &options, BP_E_DATA);
    assert_true(failing_allocator_is_clean(&counting));
}

static void check_all(const mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&mistakes[i]);
}

#define CHECK_ALL(mistakes) check_all(mistakes, sizeof mistakes / sizeof mistakes[0])

static void test_there_must_be_rows(void **state)
{
    (void)state;
    static const mistake mistakes[] = {
        {TEXT(""), -1, 1, 1, "the file is empty"},
        {TEXT("\n\r\n  \n\t\n"), -1, 1, 1, "the file is empty"},
        {TEXT("\xEF\xBB\xBF"), -1, 1, 1, "the file is empty"},
        {TEXT("\xEF\xBB\xBF\n\n"), 0, 1, 1, "the file is empty"},
        {TEXT("a,b\n"), -1, 1, 1, "there are no rows below the header"},
        {TEXT("\n\na,b\n\n"), -1, 3, 1, "there are no rows below the header"},
        {TEXT("1,2\n"), 1, 1, 1, "there are no rows below the header"},
        {TEXT("\xEF\xBB\xBF"
              "a,b"),
         -1, 1, 1, "there are no rows below the header"},
    };
    CHECK_ALL(mistakes);
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, NULL, 0, NULL, NULL), BP_E_DATA);
}

static void test_rows_have_equal_fields(void **state)
{
    (void)state;
#define MORE                                                                                       \
    "3 fields where the first line has 2; lines above the table are skipped by --skip-lines"
    static const mistake mistakes[] = {
        {TEXT("a,b,c\n1,2,3\n4,5\n6,7,8\n"), -1, 3, 1, "2 fields where the first line has 3"},
        {TEXT("a,b,c\n1,2,3\n4\n6,7,8\n"), -1, 3, 1, "1 field where the first line has 3"},
        {TEXT("1,2,3\n4,5,6\n7,8,9,\n"), -1, 3, 1, "4 fields where the first line has 3"},
        {TEXT("1;2;3\r\n4;5;6\r\n7;8\r\n"), -1, 3, 1, "2 fields where the first line has 3"},
        {TEXT("1 2 3\n4 5 6\n 4 5 6\n 4  5\t6\n4 5 6\n4 5 6\n4 5 6\n4 5 6\n4 5 6\n  7 8\n"), -1, 10,
         3, "2 fields where the first line has 3"},
        {TEXT("a,\"b\n\n\",c\n1,2,3\n4,5\n1,2,3\n"), -1, 5, 1,
         "2 fields where the first line has 3"},
        {TEXT("1\t2\t3\n1\t2\t3\n1\t\t2\n1\t2\n"), -1, 4, 1, "2 fields where the first line has 3"},
        /* what is no row's name */
        {TEXT("a,b\n1,2,3\n4,5,6\n"), -1, 2, 1, MORE},
        {TEXT("a,b\n1.5,2,3\n2.5,5,6\n"), -1, 2, 1, MORE},
        {TEXT("a,b\nx,2,3\nx,5,6\n"), -1, 2, 1, MORE},
        {TEXT("a,b\nx,2,3\n,5,6\n"), -1, 2, 1, MORE},
        {TEXT("a,b\nx,2,3\n"), -1, 2, 1, MORE},
        {TEXT("1,b\nx,2,3\ny,5,6\n"), -1, 2, 1, MORE},
        {TEXT("a,b\nx,2,3\ny,5,6\n"), 0, 2, 1, MORE},
        {TEXT("a\nx,2\ny,5\n"), -1, 2, 1,
         "2 fields where the first line has 1; lines above the table are skipped by --skip-lines"},
    };
    CHECK_ALL(mistakes);
#undef MORE
    char text[4000] = "a,b\n";
    for (int row = 1; row <= 120; row++)
        sprintf(text + strlen(text), "\"r%d\",1%s\n", row, row < 120 ? ",2" : "");
    check(&(mistake){text, strlen(text), -1, 121, 1, "2 fields where the second line has 3"});
}

static void test_quotes_are_closed_and_alone(void **state)
{
    (void)state;
    static const char *const stray =
        "text after a closing quote; write a quote inside a quoted field as two";
    static const char *const open = "the quote that opens here is never closed";
    const mistake mistakes[] = {
        {TEXT("a,b\n1,\"2\n3,4\n"), -1, 2, 3, open},
        {TEXT("a,b\n1,2\n3,  \"4"), -1, 3, 5, open},
        {TEXT("a,b\n1,\"2\"\"\n"), -1, 2, 3, open},
        {TEXT("\""), -1, 1, 1, open},
        {TEXT("\xEF\xBB\xBF\"a,b\n1,2\n"), -1, 1, 1, open},
        {TEXT("a,b\n\"1\"x,2\n"), -1, 2, 4, stray},
        {TEXT("a,b\nx,\"say \"hello\" to all\"\n"), -1, 2, 9, stray},
        {TEXT("a,b\nx,\"y\"  \"z\"\n"), -1, 2, 8, stray},
        {TEXT("\"a\nb\"c,d\n1,2\n"), -1, 2, 3, stray},
    };
    CHECK_ALL(mistakes);
}

/* What is said of the first bytes of a compressed file: with the library that unpacks it and
 * without. */
static const char *packed(const char *library, const char *name)
{
    if (strstr(bp_build_info(), library) != NULL)
        return "the compressed file is cut short";
    return strcmp(name, "gzip") == 0
               ? "the file is compressed by gzip, which this build cannot read; decompress it first"
               : "the file is compressed by zstd, which this build cannot read; decompress it "
                 "first";
}

static void test_it_is_text(void **state)
{
    (void)state;
    static const char *const utf16 = "the file is UTF-16; save it as UTF-8";
    static const char *const nul =
        "a NUL byte: this is no UTF-8 text; save the table as CSV in UTF-8";
    static const char *const name = "the name of column 2 is not UTF-8; save the file as UTF-8";
    static const char *const cell = "this text is not UTF-8; save the file as UTF-8";
    static const char *const bare =
        "a carriage return without a line feed; save the file with line ends of LF or CRLF";
    const mistake mistakes[] = {
        {TEXT("\xFF\xFE"
              "a\0,\0b\0"),
         -1, 1, 1, utf16},
        {TEXT("\xFE\xFF\0a\0,\0b"), -1, 1, 1, utf16},
        {TEXT("a,b\n1,2\n3\0,4\n"), -1, 3, 2, nul},
        {TEXT("\0"), -1, 1, 1, nul},
        {TEXT("\x1F\x8B\x08\0"), -1, 1, 1, packed("zlib", "gzip")},
        {TEXT("\x28\xB5\x2F\xFD\x04"), -1, 1, 1, packed("zstd", "zstd")},
        {TEXT("PK\x03\x04\x14"), -1, 1, 1,
         "the file is a ZIP archive or a spreadsheet; save the table as CSV"},
        {TEXT("a,gr\xF6\xDF"
              "e\n1,2\n"),
         -1, 1, 3, name},
        {TEXT("a,b\n1,gr\xFC"
              "n\n2,blau\n"),
         -1, 2, 3, cell},
        {TEXT("a,b\nx,\"\xC0\xAF\"\n"), -1, 2, 3, cell},
        {TEXT("a,b\nx,\xED\xA0\x80\n"), -1, 2, 3, cell},
        {TEXT("a,b\r1,2\r3,4\r"), -1, 1, 4, bare},
        {TEXT("a,b\r\r\n1,2\r\r\n"), -1, 1, 4, bare},
    };
    CHECK_ALL(mistakes);
}

static void test_names_differ(void **state)
{
    (void)state;
    static const mistake mistakes[] = {
        {TEXT("a,b,a\n1,2,3\n"), -1, 1, 5, "columns 1 and 3 are both called \"a\"; rename one"},
        {TEXT("a,b,\"a\"\n1,2,3\n"), 1, 1, 5, "columns 1 and 3 are both called \"a\"; rename one"},
        {TEXT("#2,,c\n1,2,3\n"), -1, 1, 4, "columns 1 and 2 are both called \"#2\"; rename one"},
        {TEXT("x,x\ny,y\n"), 1, 1, 3, "columns 1 and 2 are both called \"x\"; rename one"},
    };
    CHECK_ALL(mistakes);
}

/* Beyond the few columns that could be compared in pairs. */
static void test_names_differ_among_many(void **state)
{
    (void)state;
    enum { COLUMNS = 20000 };
    char *text = malloc(COLUMNS * 16);
    size_t size = 0, place = 0;
    assert_non_null(text);
    for (int i = 0; i < COLUMNS; i++) {
        place = size + 1;
        size += (size_t)sprintf(text + size, "c%d,", i == COLUMNS - 1 ? 777 : i);
    }
    text[size - 1] = '\n';
    for (int i = 0; i < COLUMNS; i++)
        size += (size_t)sprintf(text + size, "1%s", i < COLUMNS - 1 ? "," : "\n");
    check(&(mistake){text, size, -1, 1, place,
                     "columns 778 and 20000 are both called \"c777\"; rename one"});
    free(text);
}

/* "v" rows of the number 7, with `odd` in row `place` (from 0) of them. */
static char *numbers_but_one(size_t rows, size_t place, const char *odd)
{
    char *text = malloc(rows * 8 + strlen(odd) + 16);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, "a,v\n");
    for (size_t i = 0; i < rows; i++)
        size += (size_t)sprintf(text + size, "7,%s\n", i == place ? odd : "7");
    return text;
}

static void check_odd(const char *odd, size_t column, const char *message)
{
    char *text = numbers_but_one(40, 28, odd);
    check(&(mistake){text, strlen(text), -1, 30, column, message});
    free(text);
}

static void test_a_column_of_numbers_holds_numbers(void **state)
{
    (void)state;
    check_odd("abc", 3,
              "\"abc\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("  abc ", 5,
              "\"abc\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("\"1,5\"", 3,
              "\"1,5\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("\" 7\"", 3,
              "\" 7\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("inf", 3,
              "\"inf\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("-Infinity", 3,
              "\"-Infinity\" is not a number (column v); correct it, write NA where it is missing, "
              "or use --categorical v");
    check_odd("0x10", 3,
              "\"0x10\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("7 7", 3,
              "\"7 7\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("n/a", 3,
              "\"n/a\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("1e400", 3,
              "\"1e400\" is too large a number (column v); correct it, write NA where it is "
              "missing, or use --categorical v");
    check_odd("-1e999999999999", 3,
              "\"-1e999999999999\" is too large a number (column v); correct it, write NA where it "
              "is missing, or use --categorical v");
    check_odd("\xFF\xC3\xA9\xC3", 3,
              "\"?\xC3\xA9?\" is not a number (column v); correct it, write NA where it is "
              "missing, or use --categorical v");
    check_odd("a\tb", 3,
              "\"a b\" is not a number (column v); correct it, write NA where it is missing, or "
              "use --categorical v");
    check_odd("01234567890123456789012345678901234567890123x5", 3,
              "\"01234567890123456789012345678901234567890123...\" is not a number (column v); "
              "correct it, write NA where it is missing, or use --categorical v");
    check_odd("0123456789012345678901234567890123456789012\xE2\x82\xAD", 3,
              "\"0123456789012345678901234567890123456789012...\" is not a number (column v); "
              "correct it, write NA where it is missing, or use --categorical v");
}

static void test_a_number_fits_its_type(void **state)
{
    (void)state;
    static const char text[] = "a,v\n1,2\n3,-1e39\n5,6\n";
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t.csv";
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, TEXT(text), &options, NULL), BP_OK);
    bp_table_free(table);
    options.type = BP_F32;
    const mistake m = {TEXT(text), -1, 3, 3,
                       "\"-1e39\" is too large a number for float32 (column v); correct it, write "
                       "NA where it is missing, or use --categorical v"};
    check_with(&m, &options, BP_E_DATA);
}

static void test_options_are_checked(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    mistake m = {TEXT("a,b\n1,2\n"), -1, 0, 0,
                 "a quote, LF or CR cannot be the delimiter; use one of , ; | tab space"};
    for (size_t i = 0; i < 3; i++) {
        options.delimiter = "\"\n\r"[i];
        check_with(&m, &options, BP_E_OPTION);
    }
    options.delimiter = 0;
    options.type = (bp_type)7;
    m.message = "a table has cells of float32 or float64";
    check_with(&m, &options, BP_E_ARGUMENT);
}

static void test_files_that_are_not_there(void **state)
{
    (void)state;
    bp_error error;
    bp_table *table = (bp_table *)&error;
    assert_int_equal(bp_table_read(&table, "no/such.csv", NULL, &error), BP_E_DATA);
    assert_null(table);
    assert_string_equal(error.file, "no/such.csv");
    assert_string_equal(error.message, "cannot open: No such file or directory");
    table = (bp_table *)&error;
    assert_int_equal(bp_table_read(&table, "tests", NULL, &error), BP_E_DATA);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_must_be_rows),
        cmocka_unit_test(test_rows_have_equal_fields),
        cmocka_unit_test(test_quotes_are_closed_and_alone),
        cmocka_unit_test(test_it_is_text),
        cmocka_unit_test(test_names_differ),
        cmocka_unit_test(test_names_differ_among_many),
        cmocka_unit_test(test_a_column_of_numbers_holds_numbers),
        cmocka_unit_test(test_a_number_fits_its_type),
        cmocka_unit_test(test_options_are_checked),
        cmocka_unit_test(test_files_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
