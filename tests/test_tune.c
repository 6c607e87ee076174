/* test_tune.c: the search space, what a search spends, that it is the same however it is computed
 * and wherever it was interrupted, and what it finds. */
#include "assess/tune_space.h"
#include "recipe/config.h"
#include "support/tables.h"
#include "support/thirty_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char few[] = "recipe=auto epochs=9 hidden=4 members=1 drop=share";

static bp_config *config_with(const char *words)
{
    bp_config *config = NULL;
    bp_error error = {.message = ""};
    if (config_of_words(&config, words, NULL, &error) != BP_OK)
        fail_msg("%s: %s", words, error.message);
    return config;
}

static bp_table *thirty(void)
{
    bp_table *table = NULL;
    assert_int_equal(thirty_rows_table(&table, NULL, NULL), BP_OK);
    return table;
}

static bp_status try_tune(bp_tuning **tuning, bp_table *table, const char *words, double steps,
                          const char *metric, const bp_observer *observer, bp_error *error)
{
    bp_config *config = config_with(words);
    const bp_tune_options options = {.steps = steps, .metric = metric};
    bp_status status = bp_tune(tuning, table, config, &options, observer, error);
    assert_true((status == BP_OK) == (*tuning != NULL));
    bp_config_free(config);
    return status;
}

static bp_tuning *tune(bp_table *table, const char *words, double steps, const char *metric)
{
    bp_tuning *tuning = NULL;
    bp_error error = {.message = ""};
    if (try_tune(&tuning, table, words, steps, metric, NULL, &error) != BP_OK)
        fail_msg("%s: %s", words, error.message);
    return tuning;
}

/* ---- The space ------------------------------------------------------------------------------- */

static void test_rows(void **state)
{
    (void)state;
    assert_null(bp_tune_row_at(BP_TUNE_ROWS));
    for (size_t i = 0; i < BP_TUNE_ROWS; i++) {
        const bp_tune_row *row = bp_tune_row_at(i);
        const bp_option *option = bp_option_find(row->option);
        assert_non_null(option);
        if (row->kind != BP_TUNE_CHOICE) {
            assert_true(row->low > 0 && row->high > row->low);
            continue;
        }
        for (const char *choice = row->choices; *choice != '\0'; choice += *choice == '|') {
            char value[64];
            size_t length = strcspn(choice, "|");
            snprintf(value, sizeof value, "%.*s", (int)length, choice);
            assert_int_equal(bp_option_check(option, value, NULL), BP_OK);
            choice += length;
        }
    }
}

/* How many of 2,000 draws set an option, and to what number at least and at most. */
struct seen {
    size_t set;
    double low, high;
};

static void look_at_draws(struct seen seen[BP_TUNE_ROWS], const bp_config *config, bool classes)
{
    bool open[BP_TUNE_ROWS];
    size_t count = 0;
    assert_int_equal(bp_tune_open_rows(open, &count, config, classes, NULL), BP_OK);
    for (size_t i = 0; i < BP_TUNE_ROWS; i++)
        seen[i] = (struct seen){0, INFINITY, -INFINITY};
    for (uint32_t draw = 0; draw < 2000; draw++) {
        bp_config *one = NULL;
        assert_int_equal(bp_config_copy(&one, config, NULL), BP_OK);
        assert_int_equal(bp_tune_draw(one, config, open, classes, draw, NULL), BP_OK);
        assert_int_equal(bp_config_check(one, NULL), BP_OK);
        for (size_t i = 0; i < BP_TUNE_ROWS; i++) {
            const char *name = bp_tune_row_at(i)->option, *value = bp_config_get(one, name);
            if (bp_config_origin(one, name) != BP_FROM_CALLER
                || bp_config_origin(config, name) == BP_FROM_CALLER)
                continue;
            assert_true(open[i]);
            assert_true(strlen(value) < 20 && bp_tune_row_at(i)->kind == BP_TUNE_CHOICE
                            ? true
                            : strlen(value) <= 8); /* three digits */
            seen[i].set++;
            seen[i].low = fmin(seen[i].low, atof(value));
            seen[i].high = fmax(seen[i].high, atof(value));
        }
        bp_config_free(one);
    }
}

static size_t row_of(const char *option)
{
    size_t i = 0;
    while (strcmp(bp_tune_row_at(i)->option, option) != 0)
        i++;
    return i;
}

static void test_draws(void **state)
{
    (void)state;
    struct seen seen[BP_TUNE_ROWS];
    bp_config *config = NULL;
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    look_at_draws(seen, config, true);
    for (size_t i = 0; i < BP_TUNE_ROWS; i++) { /* half of them, less those that draw the same */
        const bp_tune_row *row = bp_tune_row_at(i);
        assert_in_range(seen[i].set, 600, 1100);
        if (row->kind == BP_TUNE_RANGE)
            assert_true(seen[i].low >= row->low * 0.99 && seen[i].low < row->low * 1.1
                        && seen[i].high <= row->high * 1.01 && seen[i].high > row->high * 0.9);
    }
    look_at_draws(seen, config, false);
    assert_int_equal(seen[row_of("label-smoothing")].set, 0);
    /* What is set is fixed; what says nothing beside it is not drawn. */
    assert_int_equal(
        config_set_words(config, "optimizer=sgd scaling=robust learning-rate=0.5", NULL), BP_OK);
    look_at_draws(seen, config, true);
    assert_int_equal(seen[row_of("scaling")].set, 0);
    assert_int_equal(seen[row_of("learning-rate")].set, 0);
    assert_int_equal(seen[row_of("beta2")].set, 0);
    assert_true(seen[row_of("batch")].set > 0);
    bp_config_free(config);
    assert_int_equal(bp_config_new(&config, "linear", NULL, NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "hidden", "", NULL), BP_OK);
    look_at_draws(seen, config, true);
    for (size_t i = 0; i < BP_TUNE_ROWS; i++)
        assert_true(seen[i].set == 0 || i == row_of("scaling") || i == row_of("pieces")
                    || i == row_of("label-smoothing"));
    bp_config_free(config);
}

/* ---- What it spends -------------------------------------------------------------------------- */

static void check_rungs(const bp_tuning *t, size_t rungs, const size_t *epochs)
{
    size_t counts[4] = {0}, zeros[4] = {0};
    double steps = 0;
    assert_int_equal(bp_tuning_rungs(t), rungs);
    for (size_t i = 0; i < bp_tuning_trials(t); i++) {
        bp_tune_trial trial = bp_tuning_trial(t, i);
        double sum = 0;
        counts[trial.rung]++;
        zeros[trial.rung] += trial.candidate == 0;
        assert_int_equal(trial.epochs, epochs[trial.rung < rungs ? trial.rung : rungs - 1]);
        for (size_t fold = 0; fold < trial.folds; fold++)
            sum += trial.scores[fold];
        assert_true(sum / (double)trial.folds == trial.mean);
        steps += trial.steps;
    }
    assert_int_equal(counts[0], bp_tuning_candidates(t));
    for (size_t rung = 0; rung < rungs; rung++) {
        assert_int_equal(zeros[rung], 1);
        if (rung > 0)
            assert_in_range(counts[rung], 2, (counts[rung - 1] + 2) / 3 + 2);
    }
    assert_true(steps < bp_tuning_steps(t) && bp_tuning_steps(t) <= bp_tuning_budget(t));
}

static void test_rungs(void **state)
{
    (void)state;
    bp_table *table = thirty();
    bp_tuning *t = tune(table, few, 40, NULL);
    check_rungs(t, 3, (const size_t[]){1, 3, 9});
    size_t fewer = bp_tuning_candidates(t);
    assert_string_equal(bp_tuning_metric(t)->name, "log-loss");
    assert_null(bp_tuning_setting(t, 0, 0));
    for (size_t c = 1; c < fewer; c++)
        assert_non_null(bp_tuning_setting(t, c, 0));
    bp_tuning_free(t);
    t = tune(table, few, 80, NULL);
    assert_true(bp_tuning_candidates(t) > fewer + fewer / 2);
    check_rungs(t, 3, (const size_t[]){1, 3, 9});
    bp_tuning_free(t);
    t = tune(table, "recipe=auto epochs=2 hidden=4 drop=share", 20, "accuracy");
    check_rungs(t, 1, (const size_t[]){2});
    bp_tuning_free(t);
    t = tune(table, "recipe=auto epochs=4 hidden=4 members=2 target=share drop=kind folds=3", 60,
             NULL);
    check_rungs(t, 2, (const size_t[]){1, 4});
    assert_string_equal(bp_tuning_metric(t)->name, "rmse");
    assert_int_equal(bp_tuning_trial(t, 0).folds, 3);
    assert_int_equal(bp_tuning_trial(t, 0).networks, 2);
    bp_tuning_free(t);
    bp_table_free(table);
}

/* A probe tells what a trial of so many epochs counts as, at most that of the first rung's, of the
 * candidates that a search draws. */
static void test_probe(void **state)
{
    (void)state;
    bp_table *table = thirty();
    bp_config *config = config_with(few);
    double one = 0, three = 0, many = 0, none = 1;
    bp_tuning *t = tune(table, few, 40, NULL);
    size_t rung = bp_tuning_trial(t, 0).epochs;
    assert_int_equal(bp_config_set(config, "epochs", "36", NULL), BP_OK); /* the first rung: 4 */
    assert_int_equal(bp_tune_probe(&one, table, config, 0, 1, NULL, NULL), BP_OK);
    assert_int_equal(bp_tune_probe(&three, table, config, 0, 3, NULL, NULL), BP_OK);
    assert_int_equal(bp_tune_probe(&many, table, config, 0, 99, NULL, NULL), BP_OK);
    assert_true(one > 0 && fabs(three - 3 * one) < 1e-9 && fabs(many - 4 * one) < 1e-9);
    for (size_t c = 0; c < bp_tuning_candidates(t); c++) {
        assert_int_equal(bp_tune_probe(&one, table, config, c, rung, NULL, NULL), BP_OK);
        assert_true(bp_tuning_trial(t, c).candidate == c && bp_tuning_trial(t, c).steps == one);
    }
    assert_int_equal(bp_tune_probe(&none, table, config, SIZE_MAX, 1, NULL, NULL), BP_OK);
    assert_true(none == 0);
    bp_tuning_free(t);
    bp_config_free(config);
    bp_table_free(table);
}

/* ---- The same, however it is computed -------------------------------------------------------- */

static void assert_same(const bp_tuning *a, const bp_tuning *b)
{
    assert_int_equal(bp_tuning_trials(a), bp_tuning_trials(b));
    assert_int_equal(bp_tuning_best(a), bp_tuning_best(b));
    assert_int_equal(bp_tuning_choice(a), bp_tuning_choice(b));
    for (size_t i = 0; i < bp_tuning_trials(a); i++) {
        bp_tune_trial one = bp_tuning_trial(a, i), two = bp_tuning_trial(b, i);
        assert_int_equal(one.candidate, two.candidate);
        assert_int_equal(one.rung, two.rung);
        assert_memory_equal(one.scores, two.scores, one.folds * sizeof(double));
    }
    assert_true((bp_tuning_comparison(a) == NULL) == (bp_tuning_comparison(b) == NULL));
    if (bp_tuning_comparison(a) != NULL)
        assert_true(bp_tuning_comparison(a)->p == bp_tuning_comparison(b)->p);
}

static void test_threads(void **state)
{
    (void)state;
    bp_table *table = thirty();
    char words[128];
    bp_tuning *t = tune(table, few, 40, NULL), *other;
    snprintf(words, sizeof words, "%s threads=2", few);
    other = tune(table, words, 40, NULL);
    assert_same(t, other);
    bp_tuning_free(other);
    snprintf(words, sizeof words, "%s seed=2", few);
    other = tune(table, words, 40, NULL);
    size_t last = bp_tuning_trials(t) - 1;
    assert_true(bp_tuning_trial(t, last).mean != bp_tuning_trial(other, last).mean);
    bp_tuning_free(other);
    bp_tuning_free(t);
    bp_table_free(table);
}

/* Scores are those of cross-validating what a candidate is; the comparison is bp_compare's. */
static void test_scores(void **state)
{
    (void)state;
    bp_table *table = thirty();
    bp_tuning *t =
        tune(table, "recipe=auto epochs=9 hidden=4 members=2 target=share drop=kind", 60, NULL);
    const bp_comparison *c = bp_tuning_comparison(t);
    size_t best = bp_tuning_best(t), last = bp_tuning_trials(t) - 1;
    assert_non_null(c);
    for (size_t i = 0; i <= last; i += last) {
        bp_tune_trial trial = bp_tuning_trial(t, i);
        bp_config *config = NULL;
        bp_validation *v = NULL;
        char number[32];
        assert_int_equal(bp_config_copy(&config, bp_tuning_config(t, trial.candidate), NULL),
                         BP_OK);
        snprintf(number, sizeof number, "%zu", trial.epochs);
        assert_int_equal(bp_config_set(config, "epochs", number, NULL), BP_OK);
        snprintf(number, sizeof number, "%zu", i == 0 ? 1 : 2 + trial.repeat);
        assert_int_equal(bp_config_set(config, "seed", number, NULL), BP_OK);
        assert_int_equal(bp_cross_validate(&v, table, config, NULL, NULL), BP_OK);
        for (size_t fold = 0; fold < trial.folds; fold++)
            assert_true(bp_validation_score(v, 0, fold, false) == trial.scores[fold]);
        assert_string_equal(bp_validation_metric(v, 0)->name, "rmse");
        bp_validation_free(v);
        bp_config_free(config);
    }
    assert_int_equal(bp_tuning_trial(t, last).rung, 3);
    assert_int_equal(bp_tuning_trial(t, last).candidate, best);
    assert_int_equal(c->freedom, (bp_tuning_trial(t, last).repeat + 1) * 5 - 1);
    double sums[2] = {0, 0};
    for (size_t i = 0; i <= last; i++)
        if (bp_tuning_trial(t, i).rung == 3)
            sums[bp_tuning_trial(t, i).candidate == best] += bp_tuning_trial(t, i).mean;
    assert_true(fabs(c->first - sums[0] / (double)(c->freedom + 1) * 5) < 1e-12);
    assert_true(fabs(c->second - sums[1] / (double)(c->freedom + 1) * 5) < 1e-12);
    bp_tuning_free(t);
    bp_table_free(table);
}

/* ---- Checkpoints ----------------------------------------------------------------------------- */

struct stopper {
    size_t left;
};

static bool stop(void *context, const bp_progress *progress)
{
    struct stopper *stopper = context;
    assert_string_equal(progress->phase, "tune");
    assert_true(progress->done <= progress->total);
    return stopper->left-- > 1;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* Stopped at ever later moments, and taken up each time, it ends as one that was left alone. */
static void test_resuming(void **state)
{
    (void)state;
    char path[] = "/tmp/tune_XXXXXX", words[256];
    int file = mkstemp(path);
    assert_true(file >= 0 && close(file) == 0 && remove(path) == 0);
    bp_table *table = thirty();
    bp_tuning *whole = tune(table, few, 40, NULL), *t = NULL;
    bp_error error = {.message = ""};
    snprintf(words, sizeof words, "%s checkpoint=%s resume=yes", few, path);
    size_t stops = 0;
    bp_status status = BP_E_STOPPED;
    for (; status == BP_E_STOPPED; stops++) {
        struct stopper stopper = {100}; /* a trial is at most 45: 9 epochs of 5 folds */
        const bp_observer observer = {stop, &stopper};
        status = try_tune(&t, table, words, stops == 0 ? 40 : 0, NULL, &observer, &error);
        assert_in_range(stops, 0, 99);
    }
    assert_int_equal(status, BP_OK);
    assert_true(stops > 2);
    assert_true(bp_tuning_budget(t) == 40);
    assert_same(whole, t);
    bp_tuning_free(t);
    bp_tuning_free(whole);

    static const char other[] = "this checkpoint is of another search: its options, budget or data "
                                "differ; give the same again, or another checkpoint file";
    assert_int_equal(try_tune(&t, table, words, 41, NULL, NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message, other);
    assert_string_equal(error.file, path);
    assert_int_equal(try_tune(&t, table, words, 40, "accuracy", NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message, other);
    strcat(words, " seed=3");
    assert_int_equal(try_tune(&t, table, words, 40, NULL, NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message, other);
    static const char *const damaged[] = {
        "",
        "{}",
        "[]",
        "{\"format\":\"backprop.tuning/1\",\"note\":\"x\",\"steps\":0,\"trials\":[]}",
        "{\"format\":\"backprop.tuning/1\",\"note\":\"x\",\"steps\":1e300,\"trials\":[]}",
        "{\"format\":\"backprop.tuning/1\",\"note\":\"x\",\"steps\":9}",
        "{\"format\":\"backprop.tuning/2\",\"note\":\"x\",\"steps\":9,\"trials\":[]}"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        write_file(path, damaged[i]);
        assert_int_equal(try_tune(&t, table, words, 40, NULL, NULL, &error), BP_E_MODEL);
        assert_string_equal(error.file, path);
    }
    remove(path);
    bp_table_free(table);
}

/* Files that options name are part of what a search depends on. */
static void test_files(void **state)
{
    (void)state;
    char path[] = "/tmp/tune_XXXXXX", rows[] = "/tmp/tune_rows_XXXXXX", words[256];
    char *text = thirty_rows_text();
    int file = mkstemp(path), other = mkstemp(rows);
    assert_true(file >= 0 && close(file) == 0 && remove(path) == 0);
    assert_true(other >= 0 && close(other) == 0);
    bp_table *table = thirty();
    bp_tuning *t = NULL;
    bp_error error = {.message = ""};
    snprintf(words, sizeof words,
             "epochs=1 hidden=1 drop=share valid-file=%s checkpoint=%s resume=yes", rows, path);
    write_file(rows, text);
    bp_tuning_free(tune(table, words, 4, NULL));
    bp_tuning_free(tune(table, words, 4, NULL));
    text[strlen(text) - strlen("even one\n")] = '\0'; /* a row fewer */
    *(strrchr(text, '\n') + 1) = '\0';
    write_file(rows, text);
    assert_int_equal(try_tune(&t, table, words, 4, NULL, NULL, &error), BP_E_OPTION);
    assert_string_equal(error.file, path);
    remove(rows);
    assert_int_not_equal(try_tune(&t, table, words, 4, NULL, NULL, &error), BP_OK);
    remove(path);
    bp_table_free(table);
    free(text);
}

/* Scores of another number of folds, or that are none, are no checkpoint's. */
static void test_wrong_scores(void **state)
{
    (void)state;
    char path[] = "/tmp/tune_XXXXXX", words[256], text[4096];
    int file = mkstemp(path);
    assert_true(file >= 0 && close(file) == 0);
    bp_table *table = thirty();
    bp_error error = {.message = ""};
    bp_tuning *t = NULL;
    snprintf(words, sizeof words, "%s checkpoint=%s", few, path);
    bp_tuning_free(tune(table, words, 40, NULL));
    FILE *kept = fopen(path, "r");
    assert_non_null(kept);
    text[fread(text, 1, sizeof text - 1, kept)] = '\0';
    fclose(kept);
    char *trials = strstr(text, "\"trials\":[");
    assert_non_null(trials);
    strcat(words, " resume=yes");
    static const char *const wrong[] = {"[1,2,3]]}", "[1,2,3,4,\"5\"]]}", "5]}",
                                        "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        strcpy(trials + strlen("\"trials\":["), wrong[i]);
        write_file(path, text);
        assert_int_equal(try_tune(&t, table, words, 40, NULL, NULL, &error), BP_E_MODEL);
        assert_string_equal(error.message, "this is no checkpoint of a search");
    }
    remove(path);
    bp_table_free(table);
}

/* ---- What it finds --------------------------------------------------------------------------- */

/* Two inputs; y is 1 where both have one sign, or, without sense, at random. */
static bp_table *signs(bool sense)
{
    char *text = calloc(1, 20000);
    assert_non_null(text);
    uint64_t seed = 99;
    size_t length = (size_t)sprintf(text, "x,z,y\n");
    for (int i = 0; i < 200; i++) {
        double numbers[3];
        for (int k = 0; k < 3; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            numbers[k] = (double)(seed >> 11) / 9007199254740992.0 - 0.5;
        }
        bool one = sense ? (numbers[0] < 0) == (numbers[1] < 0) : numbers[2] < 0;
        length += (size_t)sprintf(text + length, "%.4f,%.4f,%s\n", numbers[0], numbers[1],
                                  one ? "same" : "other");
    }
    bp_table *table = table_of(text, 1);
    free(text);
    return table;
}

/* A recipe whose rate is far too small for its epochs is beaten; where there is nothing to learn,
 * what was there is as good. */
static void test_findings(void **state)
{
    (void)state;
    bp_table *table = signs(true);
    bp_tuning *t =
        tune(table, "recipe=plain optimizer=adam epochs=27 batch=16 dropout=0 seed=6", 6000, NULL);
    size_t choice = bp_tuning_choice(t);
    const bp_comparison *c = bp_tuning_comparison(t);
    assert_int_equal(choice, bp_tuning_best(t));
    assert_true(choice > 0);
    assert_true(c->p < 0.01 && c->second < 0.7 * c->first);
    assert_int_equal(bp_config_origin(bp_tuning_config(t, choice), "epochs"), BP_FROM_CALLER);
    assert_string_equal(bp_config_get(bp_tuning_config(t, choice), "dropout"), "0");
    bp_tuning_free(t);
    bp_table_free(table);
    table = signs(false);
    t = tune(table, "recipe=auto epochs=9 hidden=8 members=1", 400, "accuracy");
    assert_int_equal(bp_tuning_choice(t), 0);
    assert_true(bp_tuning_best(t) == 0 || bp_tuning_comparison(t)->p > 0.05);
    bp_tuning_free(t);
    bp_table_free(table);
}

/* What diverges is the worst, and no error. */
static void test_divergence(void **state)
{
    (void)state;
    bp_table *table = thirty();
    bp_tuning *t = tune(table,
                        "recipe=plain optimizer=sgd learning-rate=1e6 activation=relu epochs=3 "
                        "hidden=4 target=share drop=kind",
                        20, NULL);
    assert_true(isnan(bp_tuning_trial(t, 0).mean));
    assert_int_equal(
        bp_tuning_choice(t),
        bp_tuning_best(t) == 0 || isnan(bp_tuning_comparison(t)->second) ? 0 : bp_tuning_best(t));
    bp_tuning_free(t);
    bp_table_free(table);
}

/* Ways of dealing rows hold in the search; the model is made as train would. */
static void test_deals(void **state)
{
    (void)state;
    bp_table *table = thirty();
    bp_tuning *t = tune(
        table, "recipe=auto epochs=3 hidden=4 members=1 drop=share group=place folds=3", 30, NULL);
    const bp_config *config = bp_tuning_config(t, 0);
    assert_int_equal(bp_tuning_trial(t, 0).folds, 3);
    assert_string_equal(bp_config_get(config, "group"), "");
    assert_string_equal(bp_config_get(config, "drop"), "share,#3");
    if (bp_tuning_best(t) != 0) /* another seed deals groups alike */
        assert_int_equal(bp_tuning_comparison(t)->freedom, 2);
    bp_tuning_free(t);
    t = tune(table, "recipe=auto epochs=3 hidden=4 members=1 drop=share test-fraction=0.3", 30,
             NULL);
    assert_int_equal(bp_tuning_trial(t, 0).folds, 1);
    if (bp_tuning_best(t) != 0)
        assert_true(bp_tuning_comparison(t)->freedom >= 4);
    bp_tuning_free(t);
    bp_table_free(table);
}

/* Of many rows a fifth is held out once; what is found is compared by folds all the same. */
static void test_many_rows(void **state)
{
    (void)state;
    static char text[100000];
    size_t length = (size_t)sprintf(text, "x,y\n");
    for (int i = 0; i < 5001; i++)
        length += (size_t)sprintf(text + length, "%d.5,%d.25\n", i * 37 % 101, i * 53 % 211);
    bp_table *table = table_of(text, 1);
    bp_tuning *t = tune(table, "hidden=1 epochs=1", 120, NULL);
    assert_int_equal(bp_tuning_trial(t, 0).folds, 1);
    if (bp_tuning_best(t) != 0)
        assert_int_equal(bp_tuning_trial(t, bp_tuning_trials(t) - 1).folds, 5);
    bp_tuning_free(t);
    t = tune(table, "hidden=1 epochs=1 folds=2", 120, NULL);
    assert_int_equal(bp_tuning_trial(t, 0).folds, 2);
    bp_tuning_free(t);
    bp_table_free(table);
}

static void refuse(bp_table *table, const char *words, double steps, const char *metric,
                   bp_status status, const char *message)
{
    bp_tuning *t = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(try_tune(&t, table, words, steps, metric, NULL, &error), status);
    if (strncmp(error.message, message, strlen(message)) != 0)
        fail_msg("\"%s\" is not \"%s\"", error.message, message);
}

static void test_refusals(void **state)
{
    (void)state;
    bp_table *table = thirty();
    refuse(table, few, 0, NULL, BP_E_ARGUMENT, "the steps of a search must be a number above 0");
    refuse(table, few, 1e17, NULL, BP_E_ARGUMENT, "the steps of a search must be a number above 0");
    refuse(table, few, 1e-300, NULL, BP_E_OPTION, "the budget is too small for this table");
    refuse(table, few, NAN, NULL, BP_E_ARGUMENT, "the steps of a search must be a number above 0");
    refuse(table, few, 1, NULL, BP_E_OPTION,
           "the budget is too small for this table: it takes --budget-steps ");
    refuse(table, few, 40, "acuracy", BP_E_OPTION,
           "unknown metric \"acuracy\"; did you mean \"accuracy\"?");
    refuse(table, few, 40, "rmse", BP_E_OPTION,
           "the metric rmse is for regression, and these are classes");
    refuse(table, "epochs=3 target=share drop=kind", 40, "f1", BP_E_OPTION,
           "the metric f1 is for classes, and this is a regression");
    refuse(table, "epochs=0", 40, NULL, BP_E_OPTION,
           "--epochs 0 trains nothing: there is nothing to search");
    refuse(table, "recipe=tutorial", 40, NULL, BP_E_OPTION, "the generator mersenne");
    refuse(table,
           "recipe=auto epochs=3 hidden=3 activation=relu learning-rate=0.1 beta2=0.9 dropout=0 "
           "weight-decay=0 label-smoothing=0 batch=4 scaling=robust pieces=0",
           40, NULL, BP_E_OPTION,
           "there is nothing to search: every option of the search space is set");
    refuse(table, "recipe=auto epochs=3 hidden=3 try=pieces=0|4", 40, NULL, BP_E_OPTION,
           "--try chooses options by held-out rows, and so does the search; leave it out");
    refuse(table, "resume=yes", 40, NULL, BP_E_OPTION,
           "--resume says nothing without --checkpoint");
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),     cmocka_unit_test(test_draws),
        cmocka_unit_test(test_rungs),    cmocka_unit_test(test_probe),
        cmocka_unit_test(test_threads),  cmocka_unit_test(test_scores),
        cmocka_unit_test(test_resuming), cmocka_unit_test(test_wrong_scores),
        cmocka_unit_test(test_findings), cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_deals),    cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_files),    cmocka_unit_test(test_many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
