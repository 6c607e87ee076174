/* test_split_table.c: splits of a table: by its columns, of some of its rows, and what is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "support/tables.h"

#include <string.h>

static const char visits[] = "patient,day,part,fold,y\n"
                             "ann,4,train,2,1\n"
                             "bob,1,TEST,1,2\n"
                             "ann,3,train,2,3\n"
                             "cid,1,valid,7,4\n"
                             "bob,9,Training,1,5\n"
                             "cid,2,test,7,6\n";

static bp_split_options by(bp_split_unit unit, const char *column, size_t folds)
{
    bp_split_options options;
    bp_split_options_init(&options);
    options.unit = unit;
    options.column = column;
    options.folds = folds;
    return options;
}

static bp_split *split_of(const bp_table *table, const size_t *rows, size_t count,
                          const bp_split_options *options)
{
    bp_split *split = NULL;
    bp_error error = {.message = ""};
    if (bp_split_new(&split, table, rows, count, options, &error) != BP_OK)
        fail_msg("%s", error.message);
    return split;
}

/* A part as "2 3|1": the rows learned from, a bar, the rows held out. */
static void assert_part(const bp_split *split, size_t part, const char *expected)
{
    char text[64] = "";
    size_t training[8], count = 0, learned = bp_split_training(split, part, training);
    const size_t *tests = bp_split_tests(split, part, &count);
    for (size_t i = 0; i < learned + count; i++) {
        char digit[] = {i == 0 ? '\0' : i == learned ? '|' : ' ', '\0', '\0'};
        digit[i == 0 ? 0 : 1] = (char)('0' + (i < learned ? training[i] : tests[i - learned]));
        strcat(text, digit);
    }
    assert_string_equal(text, expected);
}

/* ---- Columns ------------------------------------------------------------------ */

static void test_groups(void **state)
{
    (void)state;
    bp_table *table = table_of(visits, 1);
    bp_split_options options = by(BP_SPLIT_GROUPS, "patient", 3);
    bp_split *split = split_of(table, NULL, 6, &options);
    assert_int_equal(bp_split_unit_of(split), BP_SPLIT_GROUPS);
    assert_int_equal(bp_split_count(split), 3);
    assert_part(split, 0, "1 4 3 5|0 2");
    assert_part(split, 1, "0 2 3 5|1 4");
    assert_part(split, 2, "0 2 1 4|3 5");
    bp_split_free(split);
    options = by(BP_SPLIT_GROUPS, "#4", BP_LEAVE_ONE_OUT); /* numbers, the smallest first */
    split = split_of(table, NULL, 6, &options);
    assert_int_equal(bp_split_count(split), 3);
    assert_part(split, 0, "0 2 3 5|1 4");
    bp_split_free(split);
    bp_table_free(table);
}

static void test_time(void **state)
{
    (void)state;
    bp_table *table = table_of(visits, 1);
    bp_split_options options = by(BP_SPLIT_TIME, "day", 2);
    bp_split *split = split_of(table, NULL, 6, &options); /* 1 1 | 2 3 | 4 9 */
    assert_part(split, 0, "1 3|5 2");
    assert_part(split, 1, "1 3 5 2|0 4");
    bp_split_free(split);
    options = by(BP_SPLIT_TIME, NULL, 2);
    split = split_of(table, NULL, 6, &options);
    assert_part(split, 0, "0 1|2 3");
    assert_part(split, 1, "0 1 2 3|4 5");
    bp_split_free(split);
    options.test_fraction = 0.3;
    split = split_of(table, NULL, 6, &options);
    assert_int_equal(bp_split_count(split), 1);
    assert_part(split, 0, "0 1 2 3|4 5");
    bp_split_free(split);
    bp_table_free(table);
}

static void test_names(void **state)
{
    (void)state;
    bp_table *table = table_of(visits, 1);
    bp_split_options options = by(BP_SPLIT_NAMES, "part", 0);
    bp_split *split = split_of(table, NULL, 6, &options);
    assert_int_equal(bp_split_count(split), 1);
    assert_part(split, 0, "0 2 4|1 5");
    bp_split_free(split);
    static const size_t no_test[] = {0, 2, 3, 4}; /* then valid is what is held out */
    split = split_of(table, no_test, 4, &options);
    assert_part(split, 0, "0 2 4|3");
    bp_split_free(split);
    options.column = "fold";
    split = split_of(table, NULL, 6, &options);
    assert_int_equal(bp_split_count(split), 3);
    assert_part(split, 0, "0 2 3 5|1 4");
    assert_part(split, 1, "1 4 3 5|0 2");
    assert_part(split, 2, "1 4 0 2|3 5");
    bp_split_free(split);
    options.column = "patient"; /* as they first come */
    split = split_of(table, NULL, 6, &options);
    assert_part(split, 0, "1 4 3 5|0 2");
    bp_split_free(split);
    bp_table_free(table);
}

static void test_some_rows(void **state)
{
    (void)state;
    static const size_t rows[] = {5, 2, 0, 3};
    static const uint32_t classes[] = {9, 9, 0, 0, 9, BP_MISSING}; /* any codes will do */
    bp_table *table = table_of(visits, 1);
    bp_split_options options = by(BP_SPLIT_TIME, NULL, 3);
    bp_split *split = split_of(table, rows, 4, &options);
    assert_part(split, 0, "5|2");
    assert_part(split, 2, "5 2 0|3");
    bp_split_free(split);
    options = by(BP_SPLIT_GROUPS, "patient", 2);
    split = split_of(table, rows, 4, &options);
    assert_part(split, 0, "2 0|5 3");
    bp_split_free(split);
    options = by(BP_SPLIT_ROWS, NULL, 2);
    options.classes = classes;
    split = split_of(table, rows, 4, &options);
    assert_true(bp_split_is_stratified(split));
    size_t seen = 0, count = 0;
    for (size_t part = 0; part < 2; part++) {
        const size_t *tests = bp_split_tests(split, part, &count);
        assert_int_equal(count, 2);
        for (size_t i = 0; i < count; i++)
            seen |= (size_t)1 << tests[i];
        assert_true((tests[0] == 2 || tests[0] == 3) != (tests[1] == 2 || tests[1] == 3));
    }
    assert_int_equal(seen, 1 << 5 | 1 << 2 | 1 << 0 | 1 << 3);
    bp_split_free(split);
    bp_table_free(table);
}

/* ---- Refused ------------------------------------------------------------------- */

static void refused(const bp_table *table, const bp_split_options *options, const char *message)
{
    bp_split *split = (bp_split *)&split;
    bp_error error = {0};
    assert_int_equal(bp_split_new(&split, table, NULL, bp_table_row_count(table), options, &error),
                     BP_E_OPTION);
    assert_null(split);
    assert_error(&error, BP_E_OPTION, 0, 0, message);
}

static void test_refused(void **state)
{
    (void)state;
    bp_table *table = table_of("g,t,s,one\na,1,train,x\na,1,test,x\nb,1,3,x\n", 1);
    static const uint32_t classes[3] = {0};
    bp_split_options options = by(BP_SPLIT_GROUPS, "g", 3);
    refused(table, &options, "3 folds cannot be made of 2 groups");
    options = by(BP_SPLIT_GROUPS, "one", BP_LEAVE_ONE_OUT);
    refused(table, &options, "cross-validation needs at least 2 folds");
    options.test_fraction = 0.5;
    refused(table, &options, "of 1 groups none can be held out: it takes 2 at least");
    options = by(BP_SPLIT_GROUPS, "h", 2);
    refused(table, &options, "unknown column \"h\"; there are 4 columns, \"g\" to \"one\"");
    options.column = NULL;
    refused(table, &options, "the column to split by is not said");
    options = by(BP_SPLIT_TIME, "t", 1);
    refused(table, &options, "1 fold in the order of time takes 2 different times; there is 1");
    options = by(BP_SPLIT_TIME, NULL, 3);
    refused(table, &options, "3 folds in the order of time take 4 different times; there are 3");
    options = by(BP_SPLIT_TIME, NULL, 0);
    refused(table, &options, "there must be 1 fold at least");
    options = by(BP_SPLIT_TIME, "g", 2);
    refused(table, &options,
            "the column g is text, which has no order of time: it takes numbers or dates");
    options = by(BP_SPLIT_NAMES, "one", 0);
    refused(table, &options, "the column one names fewer than 2 folds");
    options = by(BP_SPLIT_NAMES, "s", 0);
    refused(table, &options,
            "the column s has both the words train, test or valid and other cells: it takes those "
            "words alone, or names of folds alone");
    options = by(BP_SPLIT_TIME, NULL, 2);
    options.repeats = 2;
    refused(table, &options,
            "nothing is left to chance in this split: repeats would be all the same");
    options.repeats = 0;
    refused(table, &options, "a split is repeated once at least");
    options.repeats = 1;
    options.classes = classes;
    refused(table, &options, "classes are dealt evenly among shuffled rows alone");
    options = by(BP_SPLIT_ROWS, NULL, 2);
    options.test_fraction = 1;
    refused(table, &options, "the share held out is above 0 and below 1");
    bp_table_free(table);
}

static void test_words_that_lack(void **state)
{
    (void)state;
    bp_table *table = table_of("a,b,y\ntrain,test,1\ntrain,valid,2\n", 1);
    bp_split_options options = by(BP_SPLIT_NAMES, "a", 0);
    refused(table, &options, "no row is held out: the column a says train everywhere");
    options.column = "b";
    refused(table, &options, "no row is for training: the column b says train nowhere");
    bp_table_free(table);
}

static void test_missing_cells(void **state)
{
    (void)state;
    static const struct {
        bp_split_unit unit;
        const char *column;
        size_t line, place;
    } cases[] = {{BP_SPLIT_GROUPS, "g", 4, 1},
                 {BP_SPLIT_GROUPS, "t", 3, 3},
                 {BP_SPLIT_TIME, "t", 3, 3},
                 {BP_SPLIT_NAMES, "t", 3, 3},
                 {BP_SPLIT_NAMES, "g", 4, 1}};
    bp_table *table = table_of("g,t,y\na,1,1\nb,,2\n,3,3\nb,4,4\n", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_split_options options = by(cases[i].unit, cases[i].column, 2);
        bp_split *split = (bp_split *)&split;
        bp_error error = {0};
        char message[96] = "the cell is missing, and the rows are split by its column ";
        assert_int_equal(bp_split_new(&split, table, NULL, 4, &options, &error), BP_E_DATA);
        assert_null(split);
        assert_error(&error, BP_E_DATA, cases[i].line, cases[i].place,
                     strcat(message, cases[i].column));
        assert_int_equal(bp_split_new(&split, table, NULL, 4, &options, NULL), BP_E_DATA);
    }
    bp_table_free(table);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    static const uint32_t classes[6] = {0, 1, 0, 1, 0, 1};
    bp_table *table = table_of(visits, 1);
    bp_split_options ways[] = {by(BP_SPLIT_ROWS, NULL, 2), by(BP_SPLIT_GROUPS, "patient", 2),
                               by(BP_SPLIT_GROUPS, "fold", 2), by(BP_SPLIT_TIME, "day", 2),
                               by(BP_SPLIT_NAMES, "part", 2)};
    ways[0].classes = classes;
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
        for (size_t n = 1;; n++) {
            failing_allocator failing;
            failing_allocator_init(&failing, n);
            ways[way].allocator = &failing.allocator;
            bp_split *split = (bp_split *)&split;
            bp_status status = bp_split_new(&split, table, NULL, 6, &ways[way], NULL);
            assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
            assert_true((split == NULL) == failing.refused);
            bp_split_free(split);
            assert_true(failing_allocator_is_clean(&failing));
            if (!failing.refused)
                break;
        }
    bp_table_free(table);
}

static void test_unit_names(void **state)
{
    (void)state;
    assert_string_equal(bp_split_unit_name(BP_SPLIT_ROWS), "rows");
    assert_string_equal(bp_split_unit_name(BP_SPLIT_NAMES), "names");
    assert_string_equal(bp_split_unit_name(BP_SPLIT_UNIT_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),        cmocka_unit_test(test_time),
        cmocka_unit_test(test_names),         cmocka_unit_test(test_some_rows),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_words_that_lack),
        cmocka_unit_test(test_missing_cells), cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_unit_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
