/* test_trainer.c: what a trainer does around the steps: validation and early stopping,
 * averages, divergence, checkpoints. */
#include "support/failing_allocator.h"
#include "support/network_case.h"

#include <backprop/train.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMBERS 3
#define NUMBERS_MAX 256

static const network_shape shape = {.depth = 2,
                                    .widths = {4, 9, 3},
                                    .hidden = BP_TANH,
                                    .output = BP_SOFTMAX,
                                    .loss = BP_CROSS_ENTROPY,
                                    .classes = true,
                                    .rows = 23};

/* A training of a few members, the last rows held out of each. */
typedef struct training {
    network_case made;
    bp_samples valid;
    size_t order[32], learned;
    bp_plan *plan;
    bp_trainer *trainer;
    bp_trainer_member members[MEMBERS];
    bp_trainer_options options;
} training;

static void set_up(training *t, const char *engine, size_t members, size_t threads,
                   const bp_trainer_options *options)
{
    bp_plan_options plan;
    network_case_init(&t->made, &shape, 42);
    bp_plan_options_init(&plan);
    plan.engine = engine;
    plan.members = members;
    plan.threads = threads;
    plan.batch = options->batch;
    plan.rule.kind = BP_ADAM;
    plan.allocator = options->allocator;
    t->learned = 17;
    for (size_t i = 0; i < t->learned; i++)
        t->order[i] = i;
    t->valid = t->made.samples_f64;
    t->valid.inputs.data = (const double *)t->valid.inputs.data + t->learned * 4;
    t->valid.inputs.rows = shape.rows - t->learned;
    t->valid.classes += t->learned;
    t->options = *options;
    t->options.note = "test";
    assert_int_equal(bp_plan_new(&t->plan, t->made.net, &plan, NULL), BP_OK);
    for (size_t m = 0; m < members; m++) {
        bp_plan_set_parameters(t->plan, m, t->made.parameters_f64);
        t->members[m] = (bp_trainer_member){.samples = &t->made.samples_f64,
                                            .rows = t->order,
                                            .count = t->learned - m,
                                            .validation = &t->valid,
                                            .learning_rate = 0.02,
                                            .number = (uint32_t)m};
    }
    assert_int_equal(bp_trainer_new(&t->trainer, t->plan, t->members, &t->options, NULL), BP_OK);
}

static void tear_down(training *t)
{
    bp_trainer_free(t->trainer);
    bp_plan_free(t->plan);
    network_case_free(&t->made);
}

static bp_trainer_options usual(size_t epochs)
{
    bp_trainer_options options;
    bp_trainer_options_init(&options);
    options.epochs = epochs;
    options.batch = 4;
    return options;
}

static double mean_loss(const training *t, size_t member, const void *parameters)
{
    bp_run runs[MEMBERS] = {{.count = 0}};
    double kept[NUMBERS_MAX];
    runs[member] = (bp_run){.samples = &t->valid, .count = t->valid.inputs.rows};
    memcpy(kept, parameters, t->made.parameter_count * sizeof *kept);
    bp_plan_swap_parameters(t->plan, member, kept);
    bp_plan_evaluate(t->plan, runs);
    bp_plan_swap_parameters(t->plan, member, kept);
    return runs[member].loss / (double)t->valid.inputs.rows;
}

/* Random labels cannot be learned: the held-out loss turns soon, the best weights return. */
static void stops_early_and_keeps_the_best(void **state)
{
    (void)state;
    training t;
    bp_trainer_options options = usual(400);
    options.patience = 7;
    options.keep_best = true;
    set_up(&t, "textbook", 2, 1, &options);
    double best[2] = {INFINITY, INFINITY}, after[NUMBERS_MAX], kept[2][NUMBERS_MAX] = {{0}};
    size_t best_epoch[2] = {0, 0};
    bp_trainer_record record;
    for (size_t e = 1; e <= 400; e++) {
        bp_trainer_epoch(t.trainer);
        for (size_t m = 0; m < 2; m++) {
            bp_trainer_record_of(t.trainer, m, &record);
            bp_plan_get_parameters(t.plan, m, after);
            if (record.epochs == e && mean_loss(&t, m, after) < best[m]) {
                best[m] = mean_loss(&t, m, after);
                best_epoch[m] = e;
                memcpy(kept[m], after, sizeof after);
            }
        }
    }
    bp_trainer_finish(t.trainer);
    for (size_t m = 0; m < 2; m++) {
        bp_trainer_record_of(t.trainer, m, &record);
        assert_int_equal(record.stop, BP_STOP_PATIENCE);
        assert_string_equal(bp_stop_name(record.stop), "patience");
        assert_int_equal(record.best_epoch, best_epoch[m]);
        assert_int_equal(record.epochs, best_epoch[m] + 7);
        assert_true(record.best == best[m]);
        bp_plan_get_parameters(t.plan, m, after);
        assert_memory_equal(after, kept[m], t.made.parameter_count * sizeof(double));
    }
    tear_down(&t);
}

static double judge_by_count(void *context, bp_plan *plan, size_t member)
{
    (void)plan;
    (void)member;
    return -(double)++*(size_t *)context;
}

static void other_ends(void **state)
{
    (void)state;
    training t;
    size_t calls = 0;
    bp_trainer_record record;
    bp_trainer_options options = usual(50);
    options.judge = judge_by_count;
    options.judge_context = &calls;
    options.target = -5; /* reached at the fifth call */
    set_up(&t, "fast", 1, 1, &options);
    assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
    bp_trainer_record_of(t.trainer, 0, &record);
    assert_int_equal(record.stop, BP_STOP_TARGET);
    assert_int_equal(record.epochs, 5);
    tear_down(&t);
    options = usual(50);
    options.least_move = 1e3;
    set_up(&t, "fast", 1, 1, &options);
    assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
    bp_trainer_record_of(t.trainer, 0, &record);
    assert_int_equal(record.stop, BP_STOP_STILL);
    assert_int_equal(record.epochs, 2);
    tear_down(&t);
    options = usual(3);
    set_up(&t, "fast", 1, 1, &options);
    assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
    bp_trainer_record_of(t.trainer, 0, &record);
    assert_int_equal(record.stop, BP_STOP_EPOCHS);
    assert_true(isfinite(record.validation_loss));
    tear_down(&t);
}

/* Averages written once more from equations (32) and (32a). */
static void averages(void **state)
{
    (void)state;
    for (int averaging = BP_MOVING_AVERAGE; averaging <= BP_EVEN_AVERAGE; averaging++) {
        training t, plain;
        bp_trainer_options options = usual(8);
        options.averaging = (bp_averaging)averaging;
        options.average_decay = 0.8;
        options.average_from = 0.5;
        set_up(&t, "fast", 1, 1, &options);
        assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
        options = usual(8);
        options.rate.kind = BP_LINEAR_DECAY; /* goes batch by batch, at an even rate */
        options.rate.final_share = 1;
        set_up(&plain, "fast", 1, 1, &options);
        size_t count = plain.made.parameter_count, steps = 0, batches = (plain.learned - 1) / 4 + 1;
        double mean[NUMBERS_MAX] = {0}, now[NUMBERS_MAX], got[NUMBERS_MAX];
        for (size_t e = 1; e <= 8; e++) {
            bp_trainer_epoch(plain.trainer);
            bp_plan_get_parameters(plain.plan, 0, now);
            if (averaging == BP_EVEN_AVERAGE && e > 4) {
                steps++;
                for (size_t i = 0; i < count; i++)
                    mean[i] += (now[i] - mean[i]) / (double)steps;
            }
        }
        bp_plan_get_parameters(t.plan, 0, got);
        for (size_t i = 0; i < count && averaging == BP_EVEN_AVERAGE; i++)
            assert_true(fabs(got[i] - mean[i]) <= 1e-14);
        if (averaging == BP_MOVING_AVERAGE) { /* lags behind, near the last weights */
            double apart = 0, moved = 0;
            for (size_t i = 0; i < count; i++) {
                apart = fmax(apart, fabs(got[i] - now[i]));
                moved = fmax(moved, fabs(got[i] - plain.made.parameters_f64[i]));
            }
            assert_true(apart > 0 && apart < moved);
        }
        assert_true(batches == 5);
        tear_down(&plain);
        tear_down(&t);
    }
}

/* A member that diverges has the weights of its last good epoch; the other goes on. */
static void divergence_keeps_good_weights(void **state)
{
    (void)state;
    training t;
    bp_error error;
    double good[NUMBERS_MAX];
    bp_trainer_record record;
    bp_trainer_options options = usual(30);
    options.rate.kind = BP_STEPS; /* from epoch 3 on far too much */
    options.rate.factor = 1e200;
    options.rate.step_epochs = 3;
    set_up(&t, "textbook", 1, 1, &options);
    for (int e = 0; e < 3; e++)
        bp_trainer_epoch(t.trainer);
    bp_plan_get_parameters(t.plan, 0, good);
    bp_status status = bp_trainer_run(t.trainer, NULL, &error);
    bp_trainer_record_of(t.trainer, 0, &record);
    if (status == BP_E_DIVERGED) {
        double after[NUMBERS_MAX];
        assert_int_equal(record.stop, BP_STOP_DIVERGED);
        assert_true(strstr(error.message, "epoch") != NULL);
        bp_plan_get_parameters(t.plan, 0, after);
        for (size_t i = 0; i < t.made.parameter_count; i++)
            assert_true(isfinite(after[i]));
    }
    assert_int_equal(status, BP_E_DIVERGED);
    tear_down(&t);
}

/* ---- Checkpoints --------------------------------------------------------------------------- */

static char checkpoint[] = "/tmp/backprop-checkpoint-XXXXXX";

/* Everything that a checkpoint has to carry. */
static bp_trainer_options busy(void)
{
    bp_trainer_options options = usual(20);
    options.patience = 12;
    options.keep_best = true;
    options.averaging = BP_MOVING_AVERAGE;
    options.average_decay = 0.7;
    options.rate.kind = BP_PLATEAU;
    options.rate.step_epochs = 1;
    options.rate.factor = 0.7;
    options.rate.warm_up = 2;
    return options;
}

static void outcome(const training *t, size_t members, double *weights, bp_trainer_record *records)
{
    for (size_t m = 0; m < members; m++) {
        bp_plan_get_parameters(t->plan, m, weights + m * NUMBERS_MAX);
        bp_trainer_record_of(t->trainer, m, &records[m]);
    }
}

/* Interrupted after any epoch, on any engine of the same arithmetic and with other threads,
 * the bits are those of a run that was not. */
static void resumed_is_uninterrupted(void **state)
{
    (void)state;
    static const struct {
        const char *engine;
        size_t members, threads, again;
    } runs[] = {{"textbook", 1, 1, 1}, {"fast", 1, 1, 2}, {"fast", MEMBERS, 2, 1}};
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        double whole[MEMBERS * NUMBERS_MAX] = {0}, again[MEMBERS * NUMBERS_MAX] = {0};
        bp_trainer_record records[MEMBERS], others[MEMBERS];
        bp_trainer_options options = busy();
        training t;
        set_up(&t, runs[r].engine, runs[r].members, runs[r].threads, &options);
        assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
        outcome(&t, runs[r].members, whole, records);
        tear_down(&t);
        for (size_t stop = 0; stop <= 20; stop += 4) {
            set_up(&t, runs[r].engine, runs[r].members, runs[r].threads, &options);
            for (size_t e = 0; e < stop; e++)
                bp_trainer_epoch(t.trainer);
            assert_int_equal(bp_trainer_save(t.trainer, checkpoint, NULL), BP_OK);
            tear_down(&t);
            set_up(&t, runs[r].engine, runs[r].members, runs[r].again, &options);
            assert_int_equal(bp_trainer_load(t.trainer, checkpoint, NULL), BP_OK);
            assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
            outcome(&t, runs[r].members, again, others);
            assert_memory_equal(whole, again, sizeof whole);
            for (size_t m = 0; m < runs[r].members; m++) {
                assert_int_equal(records[m].epochs, others[m].epochs);
                assert_int_equal(records[m].stop, others[m].stop);
                assert_int_equal(records[m].best_epoch, others[m].best_epoch);
                assert_true(records[m].best == others[m].best);
            }
            tear_down(&t);
        }
    }
}

/* Cut short, of another training, of other options: refused, and the trainer as it was. */
static void foreign_checkpoints(void **state)
{
    (void)state;
    training t;
    bp_error error;
    char bytes[20000];
    bp_trainer_options options = busy();
    set_up(&t, "fast", 1, 1, &options);
    bp_trainer_epoch(t.trainer);
    assert_int_equal(bp_trainer_save(t.trainer, checkpoint, NULL), BP_OK);
    tear_down(&t);
    FILE *file = fopen(checkpoint, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    set_up(&t, "fast", 1, 1, &options);
    for (size_t cut = 0; cut < size; cut += cut < 64 ? 1 : 97) {
        file = fopen(checkpoint, "wb");
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        assert_int_equal(bp_trainer_load(t.trainer, checkpoint, &error), BP_E_MODEL);
        assert_string_equal(error.file, checkpoint);
        assert_int_equal(bp_trainer_epochs_done(t.trainer), 0);
    }
    file = fopen(checkpoint, "wb");
    fwrite(bytes, 1, size, file);
    fclose(file);
    tear_down(&t);
    options.keep_best = false; /* has no block for the best weights */
    set_up(&t, "fast", 1, 1, &options);
    assert_int_equal(bp_trainer_load(t.trainer, checkpoint, &error), BP_E_MODEL);
    tear_down(&t);
    options = busy();
    set_up(&t, "fast", 1, 1, &options);
    bp_trainer *other = NULL;
    t.options.note = "another";
    assert_int_equal(bp_trainer_new(&other, t.plan, t.members, &t.options, NULL), BP_OK);
    assert_int_equal(bp_trainer_load(other, checkpoint, &error), BP_E_OPTION);
    assert_true(strstr(error.message, "another training") != NULL);
    bp_trainer_free(other);
    assert_int_equal(bp_trainer_load(t.trainer, "/nowhere/at/all", &error), BP_E_MODEL);
    tear_down(&t);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

/* Made cleanly or not at all; an epoch takes nothing. */
static void memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        training t;
        bp_trainer_options options = busy();
        bp_trainer *trainer = NULL;
        set_up(&t, "fast", 2, 1, &options);
        failing_allocator_init(&failing, n);
        t.options.allocator = &failing.allocator;
        bp_status status = bp_trainer_new(&trainer, t.plan, t.members, &t.options, NULL);
        if (status == BP_OK) {
            size_t requests = failing.requests;
            bp_trainer_epoch(trainer);
            bp_trainer_finish(trainer);
            assert_int_equal(failing.requests, requests);
            status = bp_trainer_save(trainer, checkpoint, NULL);
        }
        bp_trainer_free(trainer);
        tear_down(&t);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
}

static int take_name(void **state)
{
    (void)state;
    int file = mkstemp(checkpoint);
    return file < 0 ? -1 : close(file);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(checkpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_early_and_keeps_the_best),
        cmocka_unit_test(other_ends),
        cmocka_unit_test(averages),
        cmocka_unit_test(divergence_keeps_good_weights),
        cmocka_unit_test(resumed_is_uninterrupted),
        cmocka_unit_test(foreign_checkpoints),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests(tests, take_name, drop_file);
}
