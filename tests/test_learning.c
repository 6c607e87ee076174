/* test_learning.c: small problems that must be learned, and how training ends. */
#include <backprop/train.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PARAMETERS_MAX 512

/* One training run; fields left 0 are the defaults of `learn`. */
typedef struct lesson {
    const char *shape;
    bp_loss loss;
    bp_initializer initializer;
    bp_rule_kind rule;
    size_t batch;
    bp_reduction reduction;
    double rate;
    size_t epochs;
} lesson;

static const double xor_inputs[] = {0, 0, 0, 1, 1, 0, 1, 1};
static const uint32_t xor_classes[] = {0, 1, 1, 0};

/* Trains and writes the outputs for all rows; returns the last epoch's mean loss. */
static double learn(const lesson *l, const bp_samples *samples, double *outputs)
{
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_trainer *trainer = NULL;
    double parameters[PARAMETERS_MAX];
    assert_int_equal(bp_net_new(&net, l->shape, l->loss, NULL, NULL), BP_OK);
    assert_true(bp_net_parameter_count(net) <= PARAMETERS_MAX);
    bp_initialization start;
    bp_initialization_init(&start);
    start.initializer = l->initializer;
    start.low = -1;
    bp_net_initialize(net, &start, BP_F64, parameters);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.rule.kind = l->rule;
    options.batch = l->batch;
    options.reduction = l->reduction;
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    bp_plan_set_parameters(plan, 0, parameters);
    bp_trainer_options training;
    bp_trainer_options_init(&training);
    training.epochs = l->epochs;
    bp_trainer_member member = {
        .samples = samples, .count = samples->inputs.rows, .learning_rate = l->rate};
    assert_int_equal(bp_trainer_new(&trainer, plan, &member, &training, NULL), BP_OK);
    assert_int_equal(bp_trainer_run(trainer, NULL, NULL), BP_OK);
    bp_trainer_record record;
    bp_trainer_record_of(trainer, 0, &record);
    double loss = record.loss;
    bp_matrix_out answers =
        bp_matrix_out_f64(outputs, samples->inputs.rows, bp_net_output_count(net));
    bp_plan_forward(plan, 0, &samples->inputs, NULL, samples->inputs.rows, &answers);
    bp_trainer_free(trainer);
    bp_plan_free(plan);
    bp_net_free(net);
    return loss;
}

static void exclusive_or(void **state)
{
    (void)state;
    static const lesson lessons[] = {
        {"2-3-1", BP_SQUARED_ERROR, BP_UNIFORM, BP_SGD, 1, BP_MEAN, 0.5, 8000},
        {"2-3-1", BP_SQUARED_ERROR, BP_UNIFORM, BP_SGD, 4, BP_SUM, 0.5, 8000},
        {"2, 4 tanh, 1 sigmoid", BP_CROSS_ENTROPY, BP_GLOROT_UNIFORM, BP_MOMENTUM, 4, BP_MEAN, 0.1,
         3000},
        {"2, 8 relu, 2 softmax", BP_CROSS_ENTROPY, BP_HE_NORMAL, BP_ADAM, 4, BP_MEAN, 0.05, 500},
    };
    const bp_samples samples = {.inputs = bp_matrix_f64(xor_inputs, 4, 2), .classes = xor_classes};
    for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++) {
        double outputs[8];
        double loss = learn(&lessons[i], &samples, outputs);
        bool two = lessons[i].shape[strlen(lessons[i].shape) - 1] == 'x';
        for (size_t row = 0; row < 4; row++) {
            double yes = two ? outputs[2 * row + 1] : outputs[row];
            assert_int_equal(yes > 0.5, xor_classes[row]);
        }
        if (!(loss < 0.02))
            print_error("lesson %zu: loss %g\n", i, loss);
        assert_true(loss < 0.02);
    }
}

static void sine(void **state)
{
    (void)state;
    static const lesson one = {
        "1, 12 tanh, 2 linear", BP_SQUARED_ERROR, BP_LECUN_NORMAL, BP_ADAM, 8, BP_MEAN, 0.02, 800};
    double inputs[64], targets[128], outputs[128], sum = 0;
    for (size_t i = 0; i < 64; i++) {
        inputs[i] = ((double)i - 31.5) / 16;
        targets[2 * i] = sin(2 * inputs[i]);
        targets[2 * i + 1] = 0.5 * inputs[i];
    }
    const bp_samples samples = {.inputs = bp_matrix_f64(inputs, 64, 1),
                                .targets = bp_matrix_f64(targets, 64, 2)};
    learn(&one, &samples, outputs);
    for (size_t i = 0; i < 128; i++)
        sum += (outputs[i] - targets[i]) * (outputs[i] - targets[i]);
    assert_true(sqrt(sum / 128) < 0.05);
}

/* Two clouds, by every initializer that breaks the symmetry and every activation. */
static void clouds(void **state)
{
    (void)state;
    static const char *const shapes[] = {"2, 6 sigmoid, 5 sigmoid, 2 sigmoid",
                                         "2, 6 tanh, 5 tanh, 2 sigmoid",
                                         "2, 6 relu, 5 tanh, 2 sigmoid"};
    double inputs[128], outputs[128];
    uint32_t classes[64];
    for (size_t i = 0; i < 64; i++) {
        classes[i] = i % 2;
        inputs[2 * i] = (i % 2 != 0 ? 1 : -1) + 0.8 * sin((double)i);
        inputs[2 * i + 1] = (i % 2 != 0 ? -1 : 1) + 0.8 * cos((double)i * 1.7);
    }
    const bp_samples samples = {.inputs = bp_matrix_f64(inputs, 64, 2), .classes = classes};
    for (size_t s = 0; s < 3; s++) {
        for (bp_initializer i = BP_UNIFORM; i < BP_INITIALIZER_COUNT; i++) {
            lesson one = {shapes[s], BP_CROSS_ENTROPY, i, BP_ADAM, 8, BP_MEAN, 0.02, 150};
            size_t right = 0;
            learn(&one, &samples, outputs);
            for (size_t row = 0; row < 64; row++)
                right += (outputs[2 * row + 1] > outputs[2 * row]) == (classes[row] == 1);
            assert_true(right >= 63);
        }
    }
}

static bool stop_at_third(void *context, const bp_progress *progress)
{
    size_t *calls = context;
    ++*calls;
    assert_int_equal(progress->done, *calls);
    return progress->done < 3;
}

static void endings(void **state)
{
    (void)state;
    const bp_samples samples = {.inputs = bp_matrix_f64(xor_inputs, 4, 2), .classes = xor_classes};
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_trainer *trainer = NULL;
    bp_error error;
    double good[9] = {0}, start[9] = {0.1, -0.2, 0.3, 0.4, 0.1, 0.2, 0.5, -0.5, 0.1};
    bp_plan_options options;
    bp_trainer_options training;
    bp_plan_options_init(&options);
    bp_trainer_options_init(&training);
    options.members = 2;
    training.epochs = 50;
    assert_int_equal(bp_net_new(&net, "2, 2 linear, 1 linear", BP_SQUARED_ERROR, NULL, NULL), 0);
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    bp_plan_set_parameters(plan, 0, start);
    bp_plan_set_parameters(plan, 1, start);
    const bp_trainer_member members[2] = {{.samples = &samples, .count = 4, .learning_rate = 1e6},
                                          {.samples = &samples, .count = 4, .learning_rate = 0.01}};
    assert_int_equal(bp_trainer_new(&trainer, plan, members, &training, NULL), BP_OK);
    assert_int_equal(bp_trainer_run(trainer, NULL, &error), BP_E_DIVERGED);
    assert_non_null(strstr(error.message, "after epoch "));
    assert_non_null(strstr(error.message, "learning rate 1000000"));
    assert_int_equal(bp_trainer_epochs_done(trainer), 50); /* the other went on to its end */
    bp_trainer_record record;
    bp_trainer_record_of(trainer, 1, &record);
    assert_true(isfinite(record.loss));
    bp_plan_get_parameters(plan, 1, good);
    for (size_t i = 0; i < 9; i++)
        assert_true(isfinite(good[i]));
    bp_trainer_free(trainer);

    size_t calls = 0;
    const bp_observer observer = {stop_at_third, &calls};
    const bp_trainer_member calm[2] = {members[1], members[1]};
    bp_plan_set_parameters(plan, 0, start);
    assert_int_equal(bp_trainer_new(&trainer, plan, calm, &training, NULL), BP_OK);
    assert_int_equal(bp_trainer_run(trainer, &observer, &error), BP_E_STOPPED);
    assert_string_equal(error.message, "stopped after epoch 3 of 50");
    assert_int_equal(calls, 3);
    bp_trainer_free(trainer);

    bp_trainer_member none[2] = {members[1], members[1]};
    none[1].count = 0;
    assert_int_equal(bp_trainer_new(&trainer, plan, none, &training, &error), BP_E_DATA);
    assert_null(trainer);
    bp_plan_free(plan);
    bp_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exclusive_or), cmocka_unit_test(sine),
                                       cmocka_unit_test(clouds), cmocka_unit_test(endings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
