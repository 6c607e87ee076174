/* test_cell_texts.c: cells as they were written, in any order and by a walk; which columns of a
 * table a preparation means. */
#include <backprop/table.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bp_table *read_text(const char *text, int header)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.header = header;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, NULL), BP_OK);
    return table;
}

static void check_cell(const bp_table *table, size_t row, size_t column, const char *expected)
{
    char text[64];
    assert_int_equal(bp_table_cell_text(table, row, column, text, sizeof text), strlen(expected));
    assert_string_equal(text, expected);
}

static void test_as_written(void **state)
{
    (void)state;
    bp_table *table = read_text("a,b,day\n1.50,x,2024-02-29\nNA,\"y, z\",2024-03-01\n"
                                "+3,x,\n 4e0 ,x,2024-03-02\n",
                                1);
    char cut[4];
    check_cell(table, 0, 0, "1.50");
    check_cell(table, 1, 0, "NA");
    check_cell(table, 1, 1, "y, z");
    check_cell(table, 2, 0, "+3");
    check_cell(table, 2, 2, "");
    check_cell(table, 3, 0, "4e0");
    check_cell(table, 3, 2, "2024-03-02");
    assert_int_equal(bp_table_cell_text(table, 3, 2, cut, sizeof cut), 10);
    assert_string_equal(cut, "202");
    assert_int_equal(bp_table_cell_text(table, 3, 2, NULL, 0), 10);
    bp_table_free(table);
}

/* A form without texts: what is held, as it would be written. */
static void test_as_held(void **state)
{
    (void)state;
    bp_table *table = read_text("a,b,day\n1.50,x,2024-02-29\nNA,y,2024-03-01\n3,,\n", 1);
    const char *path = "cell-texts.safetensors";
    assert_int_equal(bp_table_write(table, path, NULL, NULL), BP_OK);
    bp_table_free(table);
    assert_int_equal(bp_table_read(&table, path, NULL, NULL), BP_OK);
    check_cell(table, 0, 0, "1.5");
    check_cell(table, 0, 1, "x");
    check_cell(table, 0, 2, "2024-02-29");
    check_cell(table, 1, 0, "");
    check_cell(table, 2, 1, "");
    check_cell(table, 2, 2, "");
    bp_table_free(table);
    unlink(path);
}

/* Whatever a walk passed before, the cell is the one asked for. */
static void check_walk(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column)
{
    char expected[32], text[32];
    snprintf(expected, sizeof expected, "%zu.%zu", row, column + 1);
    bp_table_walk_text(table, walk, row, column, text, sizeof text);
    assert_string_equal(text, expected);
}

static void check_walks(int header, const char *end)
{
    static char text[40000];
    const size_t rows = 500, columns = 5;
    size_t used = 0;
    if (header > 0)
        used = (size_t)sprintf(text, "a,b,c,d,e%s", end);
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++)
            used +=
                (size_t)sprintf(text + used, row % 7 == 3 && i == 2 ? "%s\"%zu.%zu\"" : "%s%zu.%zu",
                                i > 0 ? "," : "", row, i + 1);
        used += (size_t)sprintf(text + used, "%s%s", end, row % 50 == 0 ? end : "");
    }
    bp_table *table = read_text(text, header);
    assert_int_equal(bp_table_row_count(table), rows);
    bp_cell_walk walk = {0};
    for (size_t row = 0; row < rows; row++) /* in order */
        for (size_t i = 0; i < columns; i++)
            check_walk(table, &walk, row, i);
    for (size_t row = 0; row < rows; row++) /* some columns passed over */
        for (size_t i = row % 3; i < columns; i += 2)
            check_walk(table, &walk, row, i);
    for (size_t step = 0; step < 3000; step++) /* any order */
        check_walk(table, &walk, step * step * 31 % rows, step * 7 % columns);
    bp_table_free(table);
}

static void test_walks(void **state)
{
    (void)state;
    check_walks(1, "\n");
    check_walks(0, "\r\n");
}

static void check_marks(const bp_preparation *preparation, const char *text, int header,
                        const char *expected)
{
    bool marks[8] = {false};
    bp_table *table = read_text(text, header);
    assert_int_equal(bp_preparation_mark_columns(preparation, table, marks, NULL), BP_OK);
    for (size_t i = 0; i < strlen(expected); i++)
        assert_int_equal(marks[i], expected[i] == 'x');
    bp_table_free(table);
}

static void test_marks(void **state)
{
    (void)state;
    bp_table *table = read_text("a,b,kind\n1.5,2,x\n2.5,3,y\n3.5,2,x\n4.5,5,y\n", 1);
    bp_preparation *preparation = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.drop = "b";
    assert_int_equal(bp_preparation_new(&preparation, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(preparation, table, (const size_t[]){0, 1, 2, 3}, 4, NULL),
                     BP_OK);
    check_marks(preparation, "a,b,kind\n1,2,x\n", 1, "x-x");
    check_marks(preparation, "c,kind,a,d\n1,x,3,4\n", 1, "-xx-");
    check_marks(preparation, "c,a\n1,2\n", 1, "-x");
    check_marks(preparation, "1,2,x\n", 0, "x-x");
    check_marks(preparation, "1,2,x,4,5\n", 0, "x-x--");
    check_marks(preparation, "1\n", 0, "x");
    bool marks[3] = {false};
    bp_error error;
    bp_table *other = read_text("b,c\n1,2\n", 1);
    assert_int_equal(bp_preparation_mark_columns(preparation, other, marks, &error), BP_E_DATA);
    assert_string_equal(error.message, "the table has no column \"a\", which the model needs");
    bp_table_free(other);
    bp_preparation_free(preparation);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_written),
        cmocka_unit_test(test_as_held),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
