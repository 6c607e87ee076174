/* test_one_hot_targets.c: classes told by several columns, of which each row has a 1 in one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/preparation.h"

#include <stdlib.h>
#include <string.h>

#define TARGETS "red,green,blue"
#define TABLE "in,red,green,blue\n1.5,0,1,0\n2.5,1,0,0\n3,0,0,1\n4,0,1,0\n"

static bp_status make(bp_preparation **p, bp_table *table, bp_task task,
                      const bp_allocator *allocator, bp_error *error)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = TARGETS;
    options.task = task;
    options.allocator = allocator;
    return bp_preparation_new(p, table, &options, error);
}

static void check_classes(const bp_preparation *p, const char *text, const uint32_t *expected,
                          size_t count)
{
    bp_table *table = table_of(text, 1);
    assert_true(bp_preparation_has_targets(p, table));
    bp_prepared *prepared = apply_all(p, table, true);
    bp_samples samples = bp_prepared_samples(prepared);
    assert_int_equal(bp_prepared_row_count(prepared), count);
    assert_memory_equal(samples.classes, expected, count * sizeof *expected);
    assert_null(samples.targets.data);
    bp_prepared_free(prepared);
    uint32_t classes[10];
    assert_int_equal(bp_preparation_truth(p, table, NULL, count, classes, NULL, NULL), BP_OK);
    assert_memory_equal(classes, expected, count * sizeof *expected);
    bp_table_free(table);
}

/* Found out or asked for, they are the columns' names, in the order of the columns. */
static void test_classes(void **state)
{
    (void)state;
    static const uint32_t first[] = {1, 0, 2, 1}, second[] = {2, 0};
    for (bp_task task = BP_TASK_AUTO; task <= BP_TASK_CLASSIFICATION; task++) {
        bp_table *table = table_of(TABLE, 1);
        bp_preparation *p = NULL;
        bp_error error = {.message = ""};
        assert_int_equal(make(&p, table, task, NULL, &error), BP_OK);
        assert_int_equal(bp_preparation_fit(p, table, NULL, 4, NULL), BP_OK);
        assert_int_equal(bp_preparation_task(p), BP_TASK_CLASSIFICATION);
        assert_int_equal(bp_preparation_class_count(p), 3);
        assert_int_equal(bp_preparation_output_count(p), 3);
        assert_int_equal(bp_preparation_target_count(p), 3);
        assert_int_equal(bp_preparation_input_count(p), 1);
        assert_string_equal(bp_preparation_class_name(p, 2), "blue");
        assert_null(bp_preparation_class_name(p, 3));
        assert_string_equal(error.message, "");
        check_classes(p, TABLE, first, 4);
        /* elsewhere in other places, and as truths */
        check_classes(p, "blue,in,green,red\ntrue,1,no,n\nFALSE,2,no,y\n", second, 2);
        bp_preparation_free(p);
        bp_table_free(table);
    }
}

/* Truths are classes as zeros and ones are. */
static void test_truths(void **state)
{
    (void)state;
    static const uint32_t expected[] = {1, 0, 2};
    const char *text = "in,red,green,blue\n1,no,yes,f\n2,yes,no,f\n3,no,no,t\n";
    bp_table *table = table_of(text, 1);
    bp_preparation *p = NULL;
    assert_int_equal(make(&p, table, BP_TASK_AUTO, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 3, NULL), BP_OK);
    check_classes(p, text, expected, 3);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* What is not of one class each is numbers, unless classes were asked for. */
static void check_none(const char *text, size_t line, size_t column, const char *message)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(make(&p, table, BP_TASK_AUTO, NULL, &error), BP_OK);
    assert_int_equal(bp_preparation_task(p), BP_TASK_REGRESSION);
    assert_string_equal(error.message, "");
    bp_preparation_free(p);
    assert_int_equal(make(&p, table, BP_TASK_CLASSIFICATION, NULL, &error), BP_E_DATA);
    assert_null(p);
    assert_error(&error, BP_E_DATA, line, column, message);
    bp_table_free(table);
}

static void test_none(void **state)
{
    (void)state;
    check_none("in,red,green,blue\n1,0,1,0\n2,1,0,1\n", 3, 3,
               "2 of the row's targets are 1; of several targets that are classes each row has "
               "exactly one");
    check_none("in,red,green,blue\n1,0,1,0\n2,0,0,0\n3,1,0,0\n", 3, 3,
               "none of the row's targets is 1; of several targets that are classes each row has "
               "exactly one");
    check_none("in,red,green,blue\n1,0,1,0\n2,1,0.5,0\n", 3, 5,
               "the cell is neither 0 nor 1, as several targets that are classes have to be "
               "(column green)");
}

/* Regression is what it is told to be. */
static void test_regression(void **state)
{
    (void)state;
    bp_table *table = table_of(TABLE, 1);
    bp_preparation *p = NULL;
    assert_int_equal(make(&p, table, BP_TASK_REGRESSION, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_class_count(p), 0);
    assert_int_equal(bp_preparation_output_count(p), 3);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* A missing cell among the rows that are learned from, or scored, is an error. */
static void test_missing(void **state)
{
    (void)state;
    bp_table *table = table_of("in,red,green,blue\n1.5,0,1,0\n2.5,1,0,0\n3,0,NA,1\n", 1);
    bp_preparation *p = NULL;
    bp_prepared *prepared = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(make(&p, table, BP_TASK_AUTO, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 3, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 4, 5, UNKNOWN("green"));
    assert_int_equal(bp_preparation_fit(p, table, NULL, 2, NULL), BP_OK);
    assert_int_equal(bp_preparation_apply(p, table, NULL, 3, BP_F64, true, &prepared, &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, 4, 5, UNKNOWN("green"));
    bp_prepared_free(apply_all(p, table, false));
    bp_table_free(table);
    table = table_of("in,red,green,blue\n1.5,0,1,0\n2.5,1,1,0\n", 1);
    assert_int_equal(bp_preparation_apply(p, table, NULL, 2, BP_F64, true, &prepared, &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, 3, 5,
                 "2 of the row's targets are 1; of several targets that are classes each row has "
                 "exactly one");
    bp_table_free(table);
    bp_preparation_free(p);
}

/* ---- In the model file ------------------------------------------------------- */

static bp_status read_text(bp_preparation **p, const char *text, const bp_allocator *allocator,
                           bp_error *error)
{
    bp_json_document *document = NULL;
    *p = NULL;
    bp_status status = bp_json_read(&document, text, strlen(text), BP_E_MODEL, allocator, error);
    if (status == BP_OK)
        status = bp_preparation_read(p, bp_json_root(document), allocator, error);
    bp_json_document_free(document);
    return status;
}

#define BEGIN                                                                                      \
    "{\"task\":\"classification\",\"scaling\":\"none\",\"header\":true,\"columns\":3,\"inputs\":[" \
    "{\"name\":\"a\",\"position\":0,\"kind\":\"number\",\"min\":1,\"max\":2}],\"targets\":["       \
    "{\"name\":\"x\",\"position\":1},{\"name\":\"y\",\"position\":2}],\"classes\":"

static void test_model_file(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "[]", "[\"x\"]", "[\"y\",\"x\"]", "[\"x\",7]", "[\"x\",\"y\",\"z\"]", "null"};
    static const uint32_t expected[] = {1, 0};
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    const char *whole = BEGIN "[\"x\",\"y\"]}";
    assert_int_equal(read_text(&p, whole, NULL, NULL), BP_OK);
    check_classes(p, "a,x,y\n1,0,1\n2,1,0\n", expected, 2);
    char *json = json_of(p);
    assert_string_equal(json, whole);
    free(json);
    bp_preparation_free(p);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[600];
        strcpy(text, BEGIN);
        strcat(text, wrong[i]);
        strcat(text, "}");
        assert_int_equal(read_text(&p, text, NULL, &error), BP_E_MODEL);
        assert_string_equal(error.message, "not a model that can be read: its preparation is "
                                           "damaged at \"targets\"");
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table *table = table_of(TABLE, 1);
        bp_preparation *p = NULL;
        bp_prepared *prepared = NULL;
        bp_error error = {.message = ""};
        bp_status status = make(&p, table, BP_TASK_AUTO, &failing.allocator, &error);
        if (status == BP_OK)
            status = bp_preparation_fit(p, table, NULL, 4, &error);
        if (status == BP_OK)
            status = bp_preparation_apply(p, table, NULL, 4, BP_F32, true, &prepared, &error);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        assert_int_equal(error.status, status);
        bp_prepared_free(prepared);
        bp_preparation_free(p);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),       cmocka_unit_test(test_truths),
        cmocka_unit_test(test_none),          cmocka_unit_test(test_regression),
        cmocka_unit_test(test_missing),       cmocka_unit_test(test_model_file),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
