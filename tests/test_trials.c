/* test_trials.c: --try: the model that is kept is the one that rows held out like best, and is what
 * it would be if its options had been said. */
#include "support/thirty_rows.h"

#include <backprop/assess.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE "recipe=auto hidden=8 epochs=12 members=4 "

/* A step that a straight line does not follow, and noise. */
static bp_table *steps(void)
{
    bp_table *table = NULL;
    char *text = malloc(20000);
    assert_non_null(text);
    size_t length = (size_t)sprintf(text, "x,z,y\n");
    uint64_t seed = 99;
    for (int i = 0; i < 160; i++) {
        double numbers[3];
        for (int k = 0; k < 3; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            numbers[k] = (double)(seed >> 11) / 9007199254740992.0;
        }
        length += (size_t)sprintf(text + length, "%.6f,%.6f,%.6f\n", numbers[0], numbers[1],
                                  (numbers[0] > 0.6) + (numbers[1] > 0.3) + 0.1 * numbers[2]);
    }
    assert_int_equal(bp_table_read_memory(&table, text, length, NULL, NULL), BP_OK);
    free(text);
    return table;
}

static bp_status fit(bp_model **model, bp_table *table, const char *words,
                     const bp_observer *observer, bp_error *error)
{
    bp_config *config = NULL;
    *model = NULL;
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    bp_status status = config_set_words(config, words, error);
    if (status == BP_OK)
        status = bp_fit_table(model, table, NULL, 0, config, observer, error);
    bp_config_free(config);
    return status;
}

static void assert_same_weights(const bp_model *a, const bp_model *b)
{
    size_t count = bp_net_parameter_count(bp_model_net(a));
    assert_int_equal(count, bp_net_parameter_count(bp_model_net(b)));
    for (size_t m = 0; m < bp_model_members(a); m++)
        assert_memory_equal(bp_model_parameters(a, m), bp_model_parameters(b, m),
                            count * bp_type_size(bp_model_type(a)));
}

static double off_of(const bp_json_document *note, size_t trial)
{
    double off = (double)NAN;
    assert_true(bp_json_as_number(
        bp_json_get(bp_json_at(bp_json_get(bp_json_root(note), "models"), trial), "held_out"),
        &off));
    return off;
}

static const char *option_of(const bp_json_document *note, size_t trial, const char *name)
{
    const char *value = NULL;
    const bp_json_value *options =
        bp_json_get(bp_json_at(bp_json_get(bp_json_root(note), "models"), trial), "options");
    assert_true(bp_json_as_string(bp_json_get(options, name), &value));
    return value;
}

/* One option after another, each beside the best of those before. */
static void test_best(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_model *tried = NULL, *said = NULL;
    bp_json_document *note = NULL;
    char words[200];
    assert_int_equal(fit(&tried, table, BASE "try=pieces=0|3|6,batch=16|64", NULL, NULL), BP_OK);
    const char *text = bp_model_note(tried, "trials");
    assert_non_null(text);
    assert_int_equal(bp_json_read(&note, text, strlen(text), BP_E_MODEL, NULL, NULL), BP_OK);
    assert_int_equal(bp_json_count(bp_json_get(bp_json_root(note), "models")), 4);
    size_t best = 0;
    for (size_t i = 1; i < 4; i++)
        best = off_of(note, i) < off_of(note, best) ? i : best;
    assert_int_not_equal(best, 0); /* of a table of steps pieces know more */
    size_t of_pieces = off_of(note, 1) < off_of(note, 2) ? 1 : 2;
    assert_string_equal(option_of(note, 3, "pieces"), option_of(note, of_pieces, "pieces"));
    assert_string_equal(option_of(note, 2, "batch"), "16");
    assert_string_equal(option_of(note, 3, "batch"), "64");
    snprintf(words, sizeof words, BASE "pieces=%s batch=%s", option_of(note, best, "pieces"),
             option_of(note, best, "batch"));
    assert_int_equal(fit(&said, table, words, NULL, NULL), BP_OK);
    assert_same_weights(tried, said);
    assert_null(bp_model_note(said, "trials"));
    bp_json_document_free(note);
    bp_model_free(said);
    bp_model_free(tried);
    bp_table_free(table);
}

/* What is told is the score of the rows held out: in the targets' own units, so that targets may be
 * scaled by different rules; and no matter how many threads there are. */
static void test_off(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_model *models[2];
    static const char *const words[] = {
        BASE "try=target-scaling=standard|none|log-standard threads=1",
        BASE "try=target-scaling=standard|none|log-standard threads=3"};
    for (int i = 0; i < 2; i++)
        assert_int_equal(fit(&models[i], table, words[i], NULL, NULL), BP_OK);
    assert_same_weights(models[0], models[1]);
    assert_string_equal(bp_model_note(models[0], "trials"), bp_model_note(models[1], "trials"));
    bp_json_document *note = NULL;
    const char *text = bp_model_note(models[0], "trials");
    assert_int_equal(bp_json_read(&note, text, strlen(text), BP_E_MODEL, NULL, NULL), BP_OK);
    for (size_t i = 0; i < 3; i++)
        assert_true(off_of(note, i) > 0.02 && off_of(note, i) < 0.6); /* deviation 0.7 */
    bp_json_document_free(note);
    bp_model_free(models[0]);
    bp_model_free(models[1]);
    bp_table_free(table);
}

#define WILD "activation=relu optimizer=sgd schedule=constant "

/* One that diverges loses, whether it comes first or last; where all do, that is the error. */
static void check_diverging(const char *words, const char *value)
{
    bp_table *table = steps();
    bp_model *tried = NULL, *said = NULL;
    char single[200];
    snprintf(single, sizeof single, BASE WILD "learning-rate=%s", value);
    assert_int_equal(fit(&tried, table, words, NULL, NULL), BP_OK);
    assert_int_equal(fit(&said, table, single, NULL, NULL), BP_OK);
    assert_same_weights(tried, said);
    bp_model_free(said);
    bp_model_free(tried);
    bp_table_free(table);
}

static void test_diverged(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_model *model = NULL;
    bp_error error = {.message = ""};
    check_diverging(BASE WILD "try=learning-rate=1e5|0.01", "0.01");
    check_diverging(BASE WILD "try=learning-rate=0.01|1e5", "0.01");
    assert_int_equal(fit(&model, table, BASE WILD "try=learning-rate=1e5|1e6", NULL, &error),
                     BP_E_DIVERGED);
    assert_null(model);
    assert_int_equal(error.status, BP_E_DIVERGED);
    bp_table_free(table);
}

/* All trials are one work to who looks on, and end where he wants it. */
typedef struct watching {
    size_t last, total, calls, limit;
} watching;

static bool look(void *context, const bp_progress *progress)
{
    watching *w = context;
    assert_true(progress->done > w->last && progress->done <= progress->total);
    w->last = progress->done;
    w->total = progress->total;
    return ++w->calls != w->limit;
}

static void test_progress(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_model *model = NULL;
    watching w = {.limit = 0};
    bp_observer observer = {.notify = look, .context = &w};
    assert_int_equal(fit(&model, table, BASE "try=pieces=0|3", &observer, NULL), BP_OK);
    assert_int_equal(w.total, 24);
    assert_int_equal(w.last, 24);
    bp_model_free(model);
    w = (watching){.limit = 17}; /* amid the second */
    assert_int_equal(fit(&model, table, BASE "try=pieces=0|3", &observer, NULL), BP_E_STOPPED);
    assert_null(model);
    bp_table_free(table);
}

/* In cross-validation each fold chooses by its own rows. */
static void test_folds(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_config *config = NULL;
    bp_validation *tried = NULL;
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    assert_int_equal(config_set_words(config, BASE "folds=2 try=pieces=0|4", NULL), BP_OK);
    assert_int_equal(bp_cross_validate(&tried, table, config, NULL, NULL), BP_OK);
    assert_int_equal(bp_validation_folds(tried), 2);
    bp_validation_free(tried);
    bp_config_free(config);
    bp_table_free(table);
}

static void check_refused(const char *words, const char *message)
{
    bp_table *table = steps();
    bp_model *model = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(fit(&model, table, words, NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message, message);
    assert_null(model);
    bp_table_free(table);
}

static void test_refused(void **state)
{
    (void)state;
#define FORM(text)                                                                                 \
    "--try takes at most 8 options, each with 2 to 8 values: pieces=0|8,activation=selu|relu, "    \
    "not \"" text "\""
    check_refused("try=pieces", FORM("pieces"));
    check_refused("try=pieces=3", FORM("pieces=3"));
    check_refused("try=pieces=0|", FORM("pieces=0|"));
    check_refused("try=pieces=0|3,", FORM("pieces=0|3,"));
    check_refused("try==0|3", FORM("=0|3"));
    check_refused("try=pieces=0|1|2|3|4|5|6|7|8", FORM("pieces=0|1|2|3|4|5|6|7|8"));
    check_refused("try=members=1|2",
                  "--try cannot choose \"members\": it takes options of the preparation, the "
                  "network and its training");
    check_refused("try=target=x|y", "--try cannot choose \"target\": it takes options of the "
                                    "preparation, the network and its training");
    check_refused("try=piecez=0|2", "--try cannot choose \"piecez\": it takes options of the "
                                    "preparation, the network and its training");
    check_refused("try=activation=relu|salu",
                  "unknown activation \"salu\"; did you mean \"selu\"?");
    check_refused("pieces=3 try=pieces=0|8",
                  "--pieces is given, and --try shall choose it; leave out one");
    check_refused("recipe=plain try=batch=1|8",
                  "--try looks at held-out rows; add --valid 0.2 --temper, or let it be");
    check_refused("try=pieces=0|8 checkpoint=none.ckpt",
                  "--checkpoint keeps one training, and --try makes several; leave out one");
}

/* What the caller says himself is no more tried by the recipe. */
static void test_said(void **state)
{
    (void)state;
    bp_table *table = steps();
    bp_model *model = NULL;
    assert_int_equal(fit(&model, table,
                         "recipe=auto-plus hidden=8 epochs=3 pieces=2 pieces-share=1 "
                         "target-scaling=none",
                         NULL, NULL),
                     BP_OK);
    assert_null(bp_model_note(model, "trials"));
    assert_int_equal(bp_preparation_width(bp_model_preparation(model)), 6);
    bp_model_free(model);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best),     cmocka_unit_test(test_off),
        cmocka_unit_test(test_diverged), cmocka_unit_test(test_progress),
        cmocka_unit_test(test_folds),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
