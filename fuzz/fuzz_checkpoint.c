/* fuzz_checkpoint.c: any bytes as a checkpoint, the first choosing how the training goes on:
 * refused, or taken up, and then training ends, and what is saved is what was taken. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/train.h>

#include <unistd.h>

#define EPOCHS 4
#define FILE_MAX 65536

typedef struct training {
    bp_net *net;
    bp_plan *plan;
    bp_trainer *trainer;
    bp_samples samples;
    bp_trainer_member member;
} training;

static const double inputs[] = {0, 0, 0, 1, 1, 0, 1, 1}, targets[] = {0, 1, 1, 0};

static void set_up(training *t, unsigned how, const bp_allocator *allocator)
{
    static const bp_rule_kind rules[] = {BP_SGD, BP_MOMENTUM, BP_ADAM, BP_RPROP};
    bp_plan_options plan;
    bp_trainer_options options;
    *t = (training){.samples = {.inputs = bp_matrix_f64(inputs, 4, 2),
                                .targets = bp_matrix_f64(targets, 4, 1)}};
    FUZZ_CHECK(bp_net_new(&t->net, "2-2-1", BP_SQUARED_ERROR, allocator, NULL) == BP_OK);
    bp_plan_options_init(&plan);
    plan.engine = "textbook";
    plan.type = BP_F64;
    plan.rule.kind = rules[how % 4];
    plan.allocator = allocator;
    bp_trainer_options_init(&options);
    options.epochs = EPOCHS;
    options.method = how & 4 ? BP_LBFGS : BP_BY_RULE;
    options.patience = how & 8 ? 2 : 0;
    options.keep_best = (how & 8) != 0;
    options.averaging = how & 16 ? BP_MOVING_AVERAGE : BP_NO_AVERAGE;
    options.rate.kind = how & 32 ? BP_PLATEAU : BP_CONSTANT;
    options.rate.factor = 1; /* which any number of drops would leave as it is */
    options.note = "fuzz";
    options.allocator = allocator;
    if (options.method != BP_BY_RULE) {
        plan.rule.kind = BP_SGD;
        plan.batch = options.batch = 4;
        options.averaging = BP_NO_AVERAGE;
        options.rate.kind = BP_CONSTANT;
    }
    t->member = (bp_trainer_member){.samples = &t->samples, .count = 4, .learning_rate = 0.1};
    bp_error error = {.message = ""};
    if (bp_plan_new(&t->plan, t->net, &plan, &error) != BP_OK
        || bp_trainer_new(&t->trainer, t->plan, &t->member, &options, &error) != BP_OK) {
        fprintf(stderr, "%s\n", error.message);
        FUZZ_CHECK(false);
    }
}

static void tear_down(training *t)
{
    bp_trainer_free(t->trainer);
    bp_plan_free(t->plan);
    bp_net_free(t->net);
}

/* A file without a name, so that none is left behind. */
static void write_file(char path[32], int *file, const uint8_t *data, size_t size)
{
    char name[] = "/tmp/backprop-fuzz-XXXXXX";
    *file = mkstemp(name);
    FUZZ_CHECK(*file >= 0 && unlink(name) == 0);
    FUZZ_CHECK(write(*file, data, size) == (ssize_t)size);
    snprintf(path, 32, "/dev/fd/%d", *file);
}

static void check_end(training *t)
{
    bp_trainer_record record;
    FUZZ_CHECK(bp_trainer_epochs_done(t->trainer) <= EPOCHS);
    bp_status status = bp_trainer_run(t->trainer, NULL, NULL);
    FUZZ_CHECK(status == BP_OK || status == BP_E_DIVERGED);
    bp_trainer_record_of(t->trainer, 0, &record);
    FUZZ_CHECK(bp_stop_name(record.stop) != NULL && record.stop != BP_TRAINS_ON);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    unsigned how = fuzz_choose(&input, 64);
    char path[32];
    int file = -1;
    if (input.size > FILE_MAX)
        return 0;
    write_file(path, &file, input.data, input.size);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    training t;
    set_up(&t, how, &counting.allocator);
    double before[9] = {0}, after[9] = {0};
    FUZZ_CHECK(bp_net_parameter_count(t.net) == 9);
    bp_plan_get_parameters(t.plan, 0, before);
    bp_error error = {.status = BP_OK};
    bp_status status = bp_trainer_load(t.trainer, path, &error);
    bp_plan_get_parameters(t.plan, 0, after);
    if (status != BP_OK) {
        FUZZ_CHECK(status == BP_E_MODEL || status == BP_E_OPTION);
        fuzz_check_message(&error, false);
        FUZZ_CHECK(memcmp(before, after, sizeof before) == 0);
    }
    check_end(&t);
    tear_down(&t);
    close(file);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
