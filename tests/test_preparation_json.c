/* test_preparation_json.c: a preparation as JSON: exact bytes, round trips, hostile text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/preparation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSES                                                                                    \
    "{\"task\":\"classification\",\"scaling\":\"minmax\",\"header\":true,\"columns\":4,"           \
    "\"inputs\":[{\"name\":\"a\",\"position\":0,\"kind\":\"number\",\"min\":-0.1,\"max\":2.5},"    \
    "{\"name\":\"color\",\"position\":2,\"kind\":\"category\",\"categories\":[\"red\",\"blue\"]}]" \
    ",\"targets\":[{\"name\":\"kind\",\"position\":3}],\"classes\":[\"x\",\"y\"]}"

#define NUMBERS                                                                                    \
    "{\"task\":\"regression\",\"scaling\":\"none\",\"header\":false,\"columns\":3,"                \
    "\"inputs\":[{\"name\":\"#2\",\"position\":1,\"kind\":\"number\",\"min\":1,\"max\":1}],"       \
    "\"targets\":[{\"name\":\"#1\",\"position\":0,\"min\":1e-300,\"max\":7},"                      \
    "{\"name\":\"#3\",\"position\":2,\"min\":-3,\"max\":0.3333333333333333}],\"classes\":[]}"

/* Everything that a fit may hold. */
#define RICH                                                                                       \
    "{\"task\":\"regression\",\"scaling\":\"robust\",\"target_scaling\":\"log\","                  \
    "\"missing\":\"median\",\"categories\":\"ordinal\",\"dates\":\"day-first\",\"header\":true,"   \
    "\"columns\":6,\"inputs\":["                                                                   \
    "{\"name\":\"a\",\"position\":0,\"kind\":\"number\",\"min\":-3,\"max\":5,\"center\":1.5,"      \
    "\"spread\":2,\"fill\":0.25,\"indicator\":true},"                                              \
    "{\"name\":\"b\",\"position\":1,\"kind\":\"boolean\",\"fill\":0.75},"                          \
    "{\"name\":\"c\",\"position\":2,\"kind\":\"category\",\"categories\":[\"p\",\"q\"],"           \
    "\"rare\":9,\"indicator\":true},"                                                              \
    "{\"name\":\"d\",\"position\":4,\"kind\":\"date\",\"parts\":[{\"part\":\"value\",\"min\":0,"   \
    "\"max\":86400,\"center\":7,\"spread\":0.5},{\"part\":\"month\"},{\"part\":\"hour\"}],"        \
    "\"fill\":3600}],\"targets\":[{\"name\":\"y\",\"position\":5,\"min\":0,\"max\":9,"             \
    "\"center\":1,\"spread\":2}],\"classes\":[]}"

#define PIECES                                                                                     \
    "{\"task\":\"classification\",\"scaling\":\"minmax\",\"missing\":\"zero\",\"header\":true,"    \
    "\"columns\":2,\"inputs\":[{\"name\":\"a\",\"position\":0,\"kind\":\"number\",\"min\":0,"      \
    "\"max\":4,\"pieces\":{\"knots\":[0,0.25,1],\"origin\":0.5},\"fill\":0}],"                     \
    "\"targets\":[{\"name\":\"k\",\"position\":1}],\"classes\":[\"x\",\"y\"]}"

#define RANKS                                                                                      \
    "{\"task\":\"classification\",\"scaling\":\"quantile\",\"missing\":\"zero\",\"header\":true,"  \
    "\"columns\":2,\"inputs\":[{\"name\":\"a\",\"position\":0,\"kind\":\"number\",\"min\":0,"      \
    "\"max\":4,\"knots\":[0,1,1,4],\"fill\":0,\"indicator\":true}],"                               \
    "\"components\":{\"mean\":[0.5,-1],\"axes\":[[0.6,0.8]]},"                                     \
    "\"targets\":[{\"name\":\"k\",\"position\":1}],\"classes\":[\"x\",\"y\"]}"

static bp_status read_text(bp_preparation **preparation, const char *text,
                           const bp_allocator *allocator, bp_error *error)
{
    bp_json_document *document = NULL;
    *preparation = NULL;
    bp_status status = bp_json_read(&document, text, strlen(text), BP_E_MODEL, allocator, error);
    if (status != BP_OK)
        return status;
    *preparation = (bp_preparation *)&document;
    status = bp_preparation_read(preparation, bp_json_root(document), allocator, error);
    assert_true((*preparation != NULL) == (status == BP_OK));
    bp_json_document_free(document);
    return status;
}

/* ---- What is written ----------------------------------------------------- */

static void test_written(void **state)
{
    (void)state;
    bp_table *table = table_of("a,more,color,kind\n-0.1,1,red,x\n2.5,1,blue,y\n", 1);
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.drop = "more";
    options.gaps = BP_GAPS_ERROR; /* as in the first release */
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 2, NULL), BP_OK);
    char *json = json_of(p);
    assert_string_equal(json, CLASSES);
    free(json);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void check_round_trip(const char *text)
{
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    if (read_text(&p, text, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    char *json = json_of(p);
    assert_string_equal(json, text);
    free(json);
    bp_preparation_free(p);
}

static void test_round_trip(void **state)
{
    (void)state;
    check_round_trip(CLASSES);
    check_round_trip(NUMBERS);
    check_round_trip(RICH);
    check_round_trip(RANKS);
    check_round_trip(PIECES);
}

/* What was read answers as what was written did. */
static void test_read_is_whole(void **state)
{
    (void)state;
    bp_preparation *p = NULL;
    assert_int_equal(read_text(&p, CLASSES, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_task(p), BP_TASK_CLASSIFICATION);
    assert_int_equal(bp_preparation_input_count(p), 2);
    assert_int_equal(bp_preparation_width(p), 3);
    assert_int_equal(bp_preparation_output_count(p), 2);
    assert_string_equal(bp_preparation_input_name(p, 1), "color");
    assert_string_equal(bp_preparation_target_name(p, 0), "kind");
    assert_string_equal(bp_preparation_class_name(p, 1), "y");
    bp_preparation_free(p);
    double values[2] = {5, 6};
    assert_int_equal(read_text(&p, NUMBERS, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_class_count(p), 0);
    assert_int_equal(bp_preparation_output_count(p), 2);
    bp_preparation_restore(p, values);
    assert_true(values[0] == 5 && values[1] == 6);
    bp_preparation_free(p);
}

/* Ranges of random bits come back bit for bit: the same rows, the same numbers. */
static void check_same_answers(bp_table *table)
{
    bp_preparation *p = fitted_on(table, NULL, NULL, BP_TASK_REGRESSION), *again = NULL;
    size_t rows = bp_table_row_count(table);
    char *json = json_of(p);
    assert_int_equal(read_text(&again, json, NULL, NULL), BP_OK);
    bp_prepared *one = NULL, *two = NULL;
    assert_int_equal(bp_preparation_apply(p, table, NULL, rows, BP_F64, true, &one, NULL), BP_OK);
    assert_int_equal(bp_preparation_apply(again, table, NULL, rows, BP_F64, true, &two, NULL),
                     BP_OK);
    bp_samples a = bp_prepared_samples(one), b = bp_prepared_samples(two);
    assert_int_equal(a.inputs.columns, b.inputs.columns);
    assert_memory_equal(a.inputs.data, b.inputs.data, rows * a.inputs.columns * sizeof(double));
    assert_memory_equal(a.targets.data, b.targets.data, rows * sizeof(double));
    bp_prepared_free(one);
    bp_prepared_free(two);
    bp_preparation_free(p);
    bp_preparation_free(again);
    free(json);
}

static void test_numbers_are_exact(void **state)
{
    (void)state;
    bp_mersenne random;
    bp_mersenne_seed(&random, 3);
    for (int round = 0; round < 200; round++) {
        char text[1000] = "a,\"color, \"\"of\"\"\ncar\",y\n";
        for (int row = 0; row < 5; row++) {
            char first[BP_NUMBER_SIZE], second[BP_NUMBER_SIZE];
            bp_number_write((bp_mersenne_random(&random) - 0.5) * 1e-10, first);
            bp_number_write((bp_mersenne_random(&random) - 0.5) * 1e200, second);
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s,\"%c\",%s\n", first,
                     "ab\n\\\xc3"[bp_mersenne_below(&random, 4)], second);
        }
        bp_table *table = table_of(text, 1);
        check_same_answers(table);
        bp_table_free(table);
    }
}

/* ---- Hostile text -------------------------------------------------------- */

/* `text` with the first `from` replaced by `to`, to be freed. */
static char *replace(const char *text, const char *from, const char *to)
{
    const char *place = strstr(text, from);
    assert_non_null(place);
    size_t before = (size_t)(place - text), size = strlen(text) + strlen(to) + 1;
    char *result = malloc(size);
    assert_non_null(result);
    snprintf(result, size, "%.*s%s%s", (int)before, text, to, place + strlen(from));
    return result;
}

static void check_damaged(const char *text, const char *from, const char *to, const char *key)
{
    char *damaged = replace(text, from, to), message[200];
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    bp_status status = read_text(&p, damaged, NULL, &error);
    if (status != BP_E_MODEL)
        fail_msg("status %d for %s", (int)status, damaged);
    snprintf(message, sizeof message,
             "not a model that can be read: its preparation is damaged at \"%s\"", key);
    assert_string_equal(error.message, message);
    free(damaged);
}

static void test_settings_damaged(void **state)
{
    (void)state;
    check_damaged(CLASSES, "\"task\"", "\"tusk\"", "task");
    check_damaged(CLASSES, "\"classification\"", "\"auto\"", "task");
    check_damaged(CLASSES, "\"classification\"", "1", "task");
    check_damaged(CLASSES, "\"minmax\"", "\"maxmin\"", "scaling");
    check_damaged(CLASSES, "\"minmax\"", "null", "scaling");
    check_damaged(CLASSES, "true", "1", "header");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":2", "columns");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":-4", "columns");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":4.5", "columns");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":1e300", "columns");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":\"4\"", "columns");
    check_damaged(CLASSES, "\"columns\":4", "\"columns\":3", "position");
    check_damaged("[]", "[]", "[]", "inputs");
    check_damaged("{}", "{}", "{}", "inputs");
    check_damaged("7", "7", "\"inputs\"", "inputs");
}

static void test_columns_damaged(void **state)
{
    (void)state;
    check_damaged(CLASSES, "\"inputs\"", "\"imputs\"", "inputs");
    check_damaged(CLASSES, "\"inputs\":[", "\"inputs\":[],\"x\":[", "inputs");
    check_damaged(CLASSES, "\"inputs\":[", "\"inputs\":{},\"x\":[", "inputs");
    check_damaged(CLASSES, "\"inputs\":[", "\"inputs\":[7,", "name");
    check_damaged(CLASSES, "\"a\"", "\"\"", "name");
    check_damaged(CLASSES, "\"a\"", "false", "name");
    check_damaged(CLASSES, "\"position\":0", "\"position\":4", "position");
    check_damaged(CLASSES, "\"position\":0", "\"position\":-1", "position");
    check_damaged(CLASSES, "\"position\":0", "\"position\":2", "position");
    check_damaged(CLASSES, "\"position\":0", "\"position\":3", "position");
    check_damaged(CLASSES, "\"position\":2", "\"position\":3", "position");
    check_damaged(CLASSES, "\"position\":2", "\"place\":2", "position");
    check_damaged(CLASSES, "\"number\"", "\"text\"", "kind");
    check_damaged(CLASSES, "\"number\"", "\"category\"", "categories");
    check_damaged(CLASSES, "\"category\"", "\"number\"", "min");
    check_damaged(CLASSES, "\"min\"", "\"mim\"", "min");
    check_damaged(CLASSES, "-0.1", "null", "min");
    check_damaged(CLASSES, "-0.1", "2.6", "max");
    check_damaged(CLASSES, "2.5", "\"2.5\"", "max");
    check_damaged(CLASSES, "-0.1,\"max\":2.5", "-1e308,\"max\":1e308", "max");
    check_damaged(CLASSES, "[\"red\",\"blue\"]", "[]", "categories");
    check_damaged(CLASSES, "[\"red\",\"blue\"]", "\"red\"", "categories");
    check_damaged(CLASSES, "\"blue\"", "7", "categories");
    check_damaged(CLASSES, "\"blue\"", "\"red\"", "categories");
}

static void test_targets_damaged(void **state)
{
    (void)state;
    check_damaged(CLASSES, "\"targets\":[", "\"targets\":[],\"x\":[", "targets");
    check_damaged(CLASSES, "\"targets\"", "\"target\"", "targets");
    check_damaged(CLASSES, "[{\"name\":\"kind\",\"position\":3}]",
                  "[{\"name\":\"m\",\"position\":1},{\"name\":\"kind\",\"position\":3}]",
                  "targets");
    check_damaged(CLASSES, "\"position\":3", "\"position\":0", "position");
    check_damaged(CLASSES, "\"x\",\"y\"", "\"x\"", "classes");
    check_damaged(CLASSES, "\"x\",\"y\"", "\"x\",\"x\"", "classes");
    check_damaged(CLASSES, "\"x\",\"y\"", "\"x\",{}", "classes");
    check_damaged(CLASSES, "\"classes\"", "\"glasses\"", "classes");
    check_damaged(CLASSES, "classification", "regression", "min");
    check_damaged(NUMBERS, "regression", "classification", "targets");
    check_damaged(NUMBERS, "\"classes\":[]", "\"classes\":[\"x\",\"y\"]", "classes");
    check_damaged(NUMBERS, "\"classes\":[]", "\"classes\":{}", "classes");
    check_damaged(NUMBERS, "\"min\":1e-300", "\"min\":8", "max");
    check_damaged(NUMBERS, "\"position\":0", "\"position\":2", "position");
}

static void test_choices_damaged(void **state)
{
    (void)state;
    check_damaged(RICH, "\"log\"", "\"robust\"", "target_scaling");
    check_damaged(RICH, "\"log\"", "7", "target_scaling");
    check_damaged(RICH, ",\"target_scaling\":\"log\"", "", "target_scaling");
    check_damaged(RICH, "\"median\"", "\"guess\"", "missing");
    check_damaged(RICH, "\"median\"", "null", "missing");
    check_damaged(RICH, "\"ordinal\"", "\"cardinal\"", "categories");
    check_damaged(RICH, "\"ordinal\"", "[]", "categories");
    check_damaged(RICH, "\"day-first\"", "\"iso\"", "dates");
    check_damaged(RICH, "\"day-first\"", "7", "dates");
    check_damaged(RICH, "\"robust\"", "\"quantile\"", "knots");
}

static void test_scalers_damaged(void **state)
{
    (void)state;
    check_damaged(RICH, "\"center\":1.5", "\"center\":\"1.5\"", "center");
    check_damaged(RICH, "\"spread\":2,\"fill\"", "\"spread\":-2,\"fill\"", "spread");
    check_damaged(RICH, "\"spread\":2,\"fill\"", "\"fill\"", "spread");
    check_damaged(RICH, "\"spread\":2}", "\"spread\":null}", "spread");
    check_damaged(RICH, "\"fill\":0.25", "\"fill\":null", "fill");
    check_damaged(RICH, ",\"fill\":0.75", "", "fill");
    check_damaged(RICH, ",\"fill\":3600", "", "fill");
    check_damaged(RICH, "\"indicator\":true}", "\"indicator\":1}", "indicator");
    check_damaged(RANKS, "[0,1,1,4]", "[0,1,0.5,4]", "knots");
    check_damaged(RANKS, "[0,1,1,4]", "[0,null]", "knots");
    check_damaged(RANKS, "[0,1,1,4]", "{}", "knots");
}

static void test_parts_damaged(void **state)
{
    (void)state;
    check_damaged(RICH, "\"boolean\"", "\"number\"", "min");
    check_damaged(RICH, "\"rare\":9", "\"rare\":0", "rare");
    check_damaged(RICH, "\"rare\":9", "\"rare\":-1", "rare");
    check_damaged(RICH, "\"parts\"", "\"party\"", "parts");
    check_damaged(RICH, "\"parts\":[", "\"parts\":[],\"x\":[", "parts");
    check_damaged(RICH, "\"part\":\"value\"", "\"part\":\"year\"", "part");
    check_damaged(RICH, "\"part\":\"month\"", "\"part\":\"value\"", "part");
    check_damaged(RICH, "\"part\":\"hour\"", "\"part\":\"month\"", "part");
    check_damaged(RICH, "\"part\":\"hour\"", "\"part\":\"minute\"", "part");
    check_damaged(RICH, "{\"part\":\"hour\"}", "7", "part");
    check_damaged(RICH, "\"part\":\"month\"", "\"part\":\"year\"", "min");
    /* inputs without a number */
    check_damaged(
        RANKS, "\"number\",\"min\":0,\"max\":4,\"knots\":[0,1,1,4],\"fill\":0,\"indicator\":true",
        "\"category\",\"categories\":[]", "categories");
}

static void test_pieces_damaged(void **state)
{
    (void)state;
    check_damaged(PIECES, "[0,0.25,1]", "[0,1]", "pieces");
    check_damaged(PIECES, "[0,0.25,1]", "[]", "pieces");
    check_damaged(PIECES, "[0,0.25,1]", "[0,0,1]", "pieces");
    check_damaged(PIECES, "[0,0.25,1]", "[0,null,1]", "pieces");
    check_damaged(PIECES, "[0,0.25,1]", "{\"a\":0,\"b\":1,\"c\":2}", "pieces");
    check_damaged(PIECES, "[0,0.25,1]", "[-1e308,0.25,1e308]", "pieces");
    check_damaged(PIECES, "\"knots\"", "\"knobs\"", "pieces");
    check_damaged(PIECES, "\"origin\":0.5", "\"origin\":1.5", "pieces");
    check_damaged(PIECES, "\"origin\":0.5", "\"origin\":null", "pieces");
    check_damaged(PIECES, "{\"knots\":[0,0.25,1],\"origin\":0.5}", "7", "pieces");
}

static void test_components_damaged(void **state)
{
    (void)state;
    check_damaged(RANKS, "[0.5,-1]", "[0.5]", "mean");
    check_damaged(RANKS, "[0.5,-1]", "[0.5,\"-1\"]", "mean");
    check_damaged(RANKS, "\"mean\":", "\"mine\":", "mean");
    check_damaged(RANKS, "[[0.6,0.8]]", "[]", "axes");
    check_damaged(RANKS, "[[0.6,0.8]]", "[0.6,0.8]", "axes");
    check_damaged(RANKS, "[[0.6,0.8]]", "[[0.6,0.8],[0.6]]", "axes");
    check_damaged(RANKS, "[[0.6,0.8]]", "[[0.6,0.8],[1,0],[0,1]]", "axes");
    check_damaged(RANKS, "[[0.6,0.8]]", "[{\"a\":1,\"b\":2}]", "axes");
    check_damaged(RANKS, "{\"mean\":[0.5,-1],\"axes\":[[0.6,0.8]]}", "7", "axes");
}

/* What reads in spite of damage is whole: it can be written, read again, and applied. */
static void check_survivor(const bp_preparation *p)
{
    static const char *const texts[] = {
        "1,2,red,x\n2,3,blue,y\n3,4,green,x\n",
        "a,b,c,k,d,y\n1,t,p,x,2020-01-01,1\n,f,,y,,2\n1e300,,zz,x,9999-01-01,3\n"};
    bp_preparation *again = NULL;
    char *json = json_of(p);
    assert_int_equal(read_text(&again, json, NULL, NULL), BP_OK);
    for (int i = 0; i < 2; i++) {
        bp_prepared *prepared = NULL;
        bp_table *table = table_of(texts[i], i);
        bool targets = bp_preparation_has_targets(p, table);
        if (bp_preparation_apply(again, table, NULL, 3, BP_F32, targets, &prepared, NULL) == BP_OK)
            assert_int_equal(bp_prepared_row_count(prepared), 3);
        bp_prepared_free(prepared);
        bp_table_free(table);
    }
    bp_preparation_free(again);
    free(json);
}

/* A byte changed, removed or doubled, a few times over. */
static void damage(char *text, bp_mersenne *random)
{
    static const char bytes[] = "\"{}[],:0123456789.e-xtrue";
    for (uint32_t times = 1 + bp_mersenne_below(random, 3); times > 0; times--) {
        size_t length = strlen(text), at = bp_mersenne_below(random, (uint32_t)length);
        switch (bp_mersenne_below(random, 3)) {
        case 0: text[at] = bytes[bp_mersenne_below(random, sizeof bytes - 1)]; break;
        case 1: memmove(text + at, text + at + 1, length - at); break;
        default: memmove(text + at + 1, text + at, length - at + 1); break;
        }
    }
}

static void check_random_damage(const char *whole, uint64_t seed)
{
    size_t survivors = 0;
    bp_mersenne random;
    bp_mersenne_seed(&random, seed);
    for (int i = 0; i < 20000; i++) {
        char text[2000];
        failing_allocator failing;
        bp_preparation *p = NULL;
        snprintf(text, sizeof text, "%s", whole);
        damage(text, &random);
        failing_allocator_init(&failing, 0);
        bp_status status = read_text(&p, text, &failing.allocator, NULL);
        assert_true(status == BP_OK || status == BP_E_MODEL);
        assert_true(failing.peak_bytes < 100 * strlen(text)); /* nothing is taken on its word */
        if (status == BP_OK) {
            check_survivor(p);
            survivors++;
        }
        bp_preparation_free(p);
        assert_true(failing_allocator_is_clean(&failing));
    }
    assert_in_range(survivors, 100, 19900);
}

static void test_random_damage(void **state)
{
    (void)state;
    check_random_damage(CLASSES, 1);
    check_random_damage(NUMBERS, 2);
    check_random_damage(RICH, 3);
    check_random_damage(RANKS, 4);
}

/* ---- Memory -------------------------------------------------------------- */

static void check_memory(const char *text)
{
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_preparation *p = NULL;
        bp_status status = read_text(&p, text, &failing.allocator, NULL);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        bp_preparation_free(p);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    check_memory(CLASSES);
    check_memory(NUMBERS);
    check_memory(RICH);
    check_memory(RANKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),          cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_read_is_whole),    cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_settings_damaged), cmocka_unit_test(test_columns_damaged),
        cmocka_unit_test(test_targets_damaged),  cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_out_of_memory),    cmocka_unit_test(test_choices_damaged),
        cmocka_unit_test(test_scalers_damaged),  cmocka_unit_test(test_parts_damaged),
        cmocka_unit_test(test_pieces_damaged),   cmocka_unit_test(test_components_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
