/* test_torch.c: trainings beside those that PyTorch made (tests/oracle/torch.json): both
 * engines in float64 to 1e-10 of the weights' largest, the fast one in float32 to 1e-4. */
#include "base/files.h"

#include <backprop/train.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LAYERS 2
#define NUMBERS_MAX 64

static bp_file_bytes bytes;
static bp_json_document *document;

/* The rows and first weights of all cases, in both number types. */
static struct {
    size_t widths[LAYERS + 1], rows;
    double start[NUMBERS_MAX], inputs[NUMBERS_MAX], targets[NUMBERS_MAX], weights[NUMBERS_MAX];
    float start_f32[NUMBERS_MAX], inputs_f32[NUMBERS_MAX], targets_f32[NUMBERS_MAX];
    uint32_t classes[NUMBERS_MAX];
} shared;

static double number(const bp_json_value *value)
{
    double result = NAN;
    assert_true(bp_json_as_number(value, &result));
    return result;
}

static double field(const bp_json_value *of, const char *key, double otherwise)
{
    const bp_json_value *value = bp_json_get(of, key);
    return value != NULL ? number(value) : otherwise;
}

static const char *text(const bp_json_value *of, const char *key, const char *otherwise)
{
    const char *result = otherwise;
    bp_json_as_string(bp_json_get(of, key), &result);
    return result;
}

static bool truth(const bp_json_value *of, const char *key)
{
    bool result = false;
    bp_json_as_boolean(bp_json_get(of, key), &result);
    return result;
}

static size_t numbers(const bp_json_value *list, double *into, float *into_f32)
{
    size_t count = bp_json_count(list);
    assert_true(count > 0 && count <= NUMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        into[i] = number(bp_json_at(list, i));
        if (into_f32 != NULL)
            into_f32[i] = (float)into[i];
    }
    return count;
}

static int open_oracle(void **state)
{
    (void)state;
    char path[1024];
    const char *source = getenv("SOURCE_DIR");
    double classes[NUMBERS_MAX], widths[NUMBERS_MAX];
    snprintf(path, sizeof path, "%s/tests/oracle/torch.json", source != NULL ? source : ".");
    if (bp_file_read(&bytes, path, BP_E_DATA, NULL, NULL) != BP_OK
        || bp_json_read(&document, bytes.data, bytes.size, BP_E_DATA, NULL, NULL) != BP_OK)
        return -1;
    const bp_json_value *root = bp_json_root(document);
    shared.rows = (size_t)field(root, "rows", 0);
    numbers(bp_json_get(root, "widths"), widths, NULL);
    for (size_t i = 0; i <= LAYERS; i++)
        shared.widths[i] = (size_t)widths[i];
    numbers(bp_json_get(root, "start"), shared.start, shared.start_f32);
    numbers(bp_json_get(root, "inputs"), shared.inputs, shared.inputs_f32);
    numbers(bp_json_get(root, "targets"), shared.targets, shared.targets_f32);
    numbers(bp_json_get(root, "weights"), shared.weights, NULL);
    numbers(bp_json_get(root, "classes"), classes, NULL);
    for (size_t i = 0; i < shared.rows; i++)
        shared.classes[i] = (uint32_t)classes[i];
    return 0;
}

static int close_oracle(void **state)
{
    (void)state;
    bp_json_document_free(document);
    bp_file_release(&bytes);
    return 0;
}

static bp_net *make_net(const bp_json_value *c)
{
    bp_activation activations[LAYERS];
    bp_loss loss = BP_SQUARED_ERROR;
    bp_loss_settings settings;
    bp_net *net = NULL;
    assert_int_equal(bp_activation_find(text(c, "hidden", ""), &activations[0], NULL), BP_OK);
    assert_int_equal(bp_activation_find(text(c, "output", ""), &activations[1], NULL), BP_OK);
    assert_int_equal(bp_loss_find(text(c, "loss", ""), &loss, NULL), BP_OK);
    assert_int_equal(bp_net_new_layers(&net, LAYERS, shared.widths, activations, loss, NULL, NULL),
                     BP_OK);
    bp_loss_settings_init(&settings);
    settings.huber_delta = field(c, "huber_delta", settings.huber_delta);
    settings.quantile = field(c, "quantile", settings.quantile);
    settings.smoothing = field(c, "smoothing", 0);
    settings.focal = field(c, "focal", 0);
    assert_int_equal(bp_net_set_loss_settings(net, &settings, NULL), BP_OK);
    return net;
}

static bp_plan *make_plan(const bp_json_value *c, const bp_net *net, const char *engine,
                          bp_type type)
{
    bp_plan_options options;
    bp_plan *plan = NULL;
    double rates[NUMBERS_MAX];
    bp_plan_options_init(&options);
    options.engine = engine;
    options.type = type;
    options.batch = (size_t)field(c, "batch", 1);
    assert_int_equal(bp_rule_find(text(c, "optimizer", ""), &options.rule.kind, NULL), BP_OK);
    options.rule.l2 = field(c, "l2", 0);
    options.rule.weight_decay = field(c, "weight_decay", 0);
    options.rule.clip_value = field(c, "clip_value", 0);
    options.rule.clip_norm = field(c, "clip_norm", 0);
    if (bp_json_get(c, "layer_rates") != NULL) {
        numbers(bp_json_get(c, "layer_rates"), rates, NULL);
        options.rule.layer_rates = rates;
    }
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    bp_plan_set_parameters(plan, 0, type == BP_F32 ? (const void *)shared.start_f32 : shared.start);
    return plan;
}

static bp_samples make_samples(const bp_json_value *c, bp_type type)
{
    size_t rows = shared.rows, in = shared.widths[0], out = shared.widths[LAYERS];
    bp_samples samples = {.inputs = type == BP_F32 ? bp_matrix_f32(shared.inputs_f32, rows, in)
                                                   : bp_matrix_f64(shared.inputs, rows, in)};
    if (truth(c, "classes"))
        samples.classes = shared.classes;
    else
        samples.targets = type == BP_F32 ? bp_matrix_f32(shared.targets_f32, rows, out)
                                         : bp_matrix_f64(shared.targets, rows, out);
    samples.weights = truth(c, "weighted") ? shared.weights : NULL;
    return samples;
}

static void set_schedule(const bp_json_value *c, bp_schedule *schedule)
{
    const char *name = text(c, "schedule", "constant");
    assert_int_equal(bp_schedule_find(name, &schedule->kind, NULL), BP_OK);
    schedule->factor = strcmp(name, "exponential") == 0 ? 0.9 : 0.5;
    schedule->step_epochs = strcmp(name, "plateau") == 0 ? 1 : 2;
    schedule->final_share = 0.1;
    schedule->warm_up = field(c, "warm_up", 0);
}

static void train(const bp_json_value *c, bp_plan *plan, bp_type type)
{
    bp_trainer_options options;
    bp_trainer *trainer = NULL;
    bp_samples samples = make_samples(c, type);
    const bp_trainer_member member = {
        .samples = &samples, .count = shared.rows, .learning_rate = field(c, "rate", 0)};
    bp_trainer_options_init(&options);
    options.epochs = (size_t)field(c, "epochs", 0);
    options.shuffle = false;
    options.batch = (size_t)field(c, "batch", 1);
    set_schedule(c, &options.rate);
    assert_int_equal(bp_trainer_new(&trainer, plan, &member, &options, NULL), BP_OK);
    assert_int_equal(bp_trainer_run(trainer, NULL, NULL), BP_OK);
    bp_trainer_free(trainer);
}

/* How far the weights are from PyTorch's, by their largest. */
static double distance(const bp_json_value *c, const char *engine, bp_type type)
{
    double wanted[NUMBERS_MAX], got[NUMBERS_MAX], largest = 0, apart = 0;
    float got_f32[NUMBERS_MAX];
    bp_net *net = make_net(c);
    bp_plan *plan = make_plan(c, net, engine, type);
    train(c, plan, type);
    bp_plan_get_parameters(plan, 0, type == BP_F32 ? (void *)got_f32 : got);
    size_t count = numbers(bp_json_get(c, "parameters"), wanted, NULL);
    assert_int_equal(count, bp_net_parameter_count(net));
    for (size_t i = 0; i < count; i++) {
        double w = type == BP_F32 ? (double)got_f32[i] : got[i];
        largest = fmax(largest, fabs(wanted[i]));
        apart = isnan(w) ? INFINITY : fmax(apart, fabs(w - wanted[i]));
    }
    bp_plan_free(plan);
    bp_net_free(net);
    return apart / largest;
}

static void hold(const bp_json_value *c, const char *engine, bp_type type, double allowed)
{
    double apart = distance(c, engine, type);
    if (!(apart <= allowed))
        print_error("%s, %s %s: off by %g\n", text(c, "name", "?"), engine, bp_type_name(type),
                    apart);
    assert_true(apart <= allowed);
}

static void trainings(void **state)
{
    (void)state;
    const bp_json_value *cases = bp_json_get(bp_json_root(document), "cases");
    assert_true(bp_json_count(cases) > 60);
    for (size_t i = 0; i < bp_json_count(cases); i++) {
        const bp_json_value *c = bp_json_at(cases, i);
        hold(c, "textbook", BP_F64, 1e-10);
        hold(c, "fast", BP_F64, 1e-10);
        if (strcmp(text(c, "optimizer", ""), "rprop") != 0) /* goes by signs alone */
            hold(c, "fast", BP_F32, 1e-4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(trainings)};
    return cmocka_run_group_tests(tests, open_oracle, close_oracle);
}
