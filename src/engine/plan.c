/* plan.c: a group of networks on an engine: options checked, calls passed on. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/distortion.h"
#include "engine/engine_methods.h"
#include "engine/noise.h"

#include <float.h>
#include <math.h>

struct bp_plan {
    const bp_engine_methods *engine;
    void *state;
    const bp_net *net;
    bp_allocator allocator;
    bp_type type;
    size_t members;
    bp_rule_kind rule;
    bool learns_scales;
    size_t few, few_inputs; /* members that read a subset of the inputs, and how many */
    bp_noise_maker *noise;  /* NULL: none */
    bp_run *noisy;          /* [members] */
    char description[BP_DESCRIPTION_SIZE];
};

void bp_plan_options_init(bp_plan_options *options)
{
    *options = (bp_plan_options){
        .engine = "textbook", .type = BP_F64, .members = 1, .batch = 1, .reduction = BP_MEAN};
    bp_rule_init(&options->rule);
}

static bool in_unit_interval(double x)
{
    return x >= 0 && x < 1;
}

static bp_status check_rule(const bp_rule *rule, size_t layers, bp_error *error)
{
    if ((size_t)rule->kind >= BP_RULE_COUNT)
        return bp_fail(error, BP_E_OPTION, "no update rule has the number %d", (int)rule->kind);
    if (!in_unit_interval(rule->momentum))
        return bp_fail(error, BP_E_OPTION, "momentum must be at least 0 and below 1");
    if (!(in_unit_interval(rule->beta1) && in_unit_interval(rule->beta2)))
        return bp_fail(error, BP_E_OPTION, "beta1 and beta2 must be at least 0 and below 1");
    if (!in_unit_interval(rule->rho))
        return bp_fail(error, BP_E_OPTION, "rho must be at least 0 and below 1");
    if (!(rule->epsilon > 0))
        return bp_fail(error, BP_E_OPTION, "epsilon must be above 0");
    const double beside[] = {rule->l1,        rule->l2,       rule->weight_decay, rule->clip_value,
                             rule->clip_norm, rule->max_norm, rule->input_scale};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (!(beside[i] >= 0 && beside[i] <= DBL_MAX))
            return bp_fail(error, BP_E_OPTION,
                           "penalties, weight decay, clipping, norms and the rate of scales must "
                           "be at least 0");
    if (rule->input_scale > 0 && rule->kind != BP_ADAM && rule->kind != BP_ADAMW)
        return bp_fail(error, BP_E_OPTION, "scales of inputs are learned by adam and adamw alone");
    if (rule->input_scale > 0 && rule->max_norm > 0)
        return bp_fail(error, BP_E_OPTION,
                       "scales of inputs and a largest norm do not go together: both change the "
                       "weights of the first layer");
    for (size_t i = 0; i < 2 * layers; i++) {
        const double *rates = i < layers ? rule->layer_rates : rule->bias_rates;
        if (rates != NULL && !(rates[i % layers] >= 0 && rates[i % layers] <= DBL_MAX))
            return bp_fail(error, BP_E_OPTION, "a layer's rate must be at least 0");
    }
    return BP_OK;
}

static bp_status check_options(const bp_net *net, const bp_plan_options *options, bp_error *error)
{
    if (options->members == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a plan needs at least one member");
    if (options->batch == 0)
        return bp_fail(error, BP_E_OPTION, "the batch size must be at least 1");
    if (options->type != BP_F32 && options->type != BP_F64)
        return bp_fail(error, BP_E_ARGUMENT, "no number type has the number %d",
                       (int)options->type);
    if (!(options->input_noise >= 0 && options->input_noise <= DBL_MAX))
        return bp_fail(error, BP_E_OPTION, "the noise of inputs must be at least 0");
    for (size_t l = 0; l < bp_net_layer_count(net) && options->dropout != NULL; l++)
        if (!in_unit_interval(options->dropout[l]))
            return bp_fail(error, BP_E_OPTION, "dropout must be at least 0 and below 1");
    bp_status status = bp_distortion_check(&options->distortion, bp_net_input_count(net), error);
    return status == BP_OK ? check_rule(&options->rule, bp_net_layer_count(net), error) : status;
}

static void release(bp_plan *plan)
{
    bp_allocator allocator = plan->allocator;
    bp_noise_maker_free(plan->noise);
    bp_release(&allocator, plan->noisy, plan->members, sizeof(bp_run));
    bp_release(&allocator, plan, 1, sizeof *plan);
}

/* rates[2][layers]: what the rates of weights and of biases are multiplied by. */
static void set_rates(double *rates, const bp_rule *rule, const bp_net *net)
{
    size_t layers = bp_net_layer_count(net);
    for (size_t l = 0; l < layers; l++) {
        double share = rule->layer_rates != NULL ? rule->layer_rates[l] : 1;
        rates[l] = share / sqrt((double)bp_net_layer(net, l)->inputs);
        rates[layers + l] = rule->bias_rates != NULL ? rule->bias_rates[l] : share;
    }
}

/* Opens the engine, rates by fan-in being those of each layer. */
static bp_status open_engine(bp_plan *plan, const bp_plan_options *options, bp_error *error)
{
    const bp_engine_methods *engine = plan->engine;
    size_t layers = bp_net_layer_count(plan->net);
    if (!options->rule.fan_in_rates || plan->few > 0)
        return engine->open(&plan->state, plan->net, options, plan->description, error);
    double *rates = bp_allocate(&plan->allocator, 2 * layers, sizeof(double), error);
    if (rates == NULL)
        return BP_E_MEMORY;
    bp_plan_options with_rates = *options;
    set_rates(rates, &options->rule, plan->net);
    with_rates.rule.layer_rates = rates;
    with_rates.rule.bias_rates = rates + layers;
    bp_status status = engine->open(&plan->state, plan->net, &with_rates, plan->description, error);
    bp_release(&plan->allocator, rates, 2 * layers, sizeof(double));
    return status;
}

bp_status bp_plan_new(bp_plan **out, const bp_net *net, const bp_plan_options *options,
                      bp_error *error)
{
    *out = NULL;
    bp_status status = check_options(net, options, error);
    if (status != BP_OK)
        return status;
    const bp_engine_methods *engine = bp_engine_find(options->engine, error);
    if (engine == NULL)
        return BP_E_OPTION;
    if (options->subset_members > 0)
        engine = &bp_parted_engine;
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    bp_plan *plan = bp_allocate(&allocator, 1, sizeof *plan, error);
    if (plan == NULL)
        return BP_E_MEMORY;
    plan->engine = engine;
    plan->net = net;
    plan->allocator = allocator;
    plan->type = options->type;
    plan->members = options->members;
    plan->rule = options->rule.kind;
    plan->learns_scales = bp_rule_learns_scales(&options->rule, bp_net_layer_count(net));
    plan->few = options->subset_members;
    plan->few_inputs = options->subset.count;
    if (plan->few == 0) /* or each part has its own */
        status = bp_noise_maker_new(&plan->noise, net, options, error);
    if (status == BP_OK && plan->noise != NULL) {
        plan->noisy = bp_allocate(&allocator, plan->members, sizeof(bp_run), error);
        status = plan->noisy != NULL ? BP_OK : BP_E_MEMORY;
    }
    if (status == BP_OK)
        status = open_engine(plan, options, error);
    if (status != BP_OK) {
        release(plan);
        return status;
    }
    *out = plan;
    return BP_OK;
}

void bp_plan_free(bp_plan *plan)
{
    if (plan == NULL)
        return;
    plan->engine->close(plan->state);
    release(plan);
}

const bp_net *bp_plan_net(const bp_plan *plan)
{
    return plan->net;
}

bp_type bp_plan_type(const bp_plan *plan)
{
    return plan->type;
}

bool bp_plan_learns_scales(const bp_plan *plan)
{
    return plan->learns_scales;
}

size_t bp_plan_members(const bp_plan *plan)
{
    return plan->members;
}

size_t bp_plan_input_count(const bp_plan *plan, size_t member)
{
    return member < plan->few ? plan->few_inputs : bp_net_input_count(plan->net);
}

bp_rule_kind bp_plan_rule(const bp_plan *plan)
{
    return plan->rule;
}

const char *bp_plan_description(const bp_plan *plan)
{
    return plan->description;
}

void bp_plan_set_parameters(bp_plan *plan, size_t member, const void *parameters)
{
    plan->engine->set_parameters(plan->state, member, parameters);
}

void bp_plan_get_parameters(const bp_plan *plan, size_t member, void *parameters)
{
    plan->engine->get_parameters(plan->state, member, parameters);
}

void bp_plan_forward(bp_plan *plan, size_t member, const bp_matrix *inputs, const size_t *rows,
                     size_t count, const bp_matrix_out *outputs)
{
    plan->engine->forward(plan->state, member, inputs, rows, count, outputs);
}

void bp_plan_swap_parameters(bp_plan *plan, size_t member, void *parameters)
{
    plan->engine->swap_parameters(plan->state, member, parameters);
}

void bp_plan_get_state(const bp_plan *plan, size_t member, bp_plan_state *state)
{
    plan->engine->get_state(plan->state, member, state);
}

void bp_plan_set_state(bp_plan *plan, size_t member, const bp_plan_state *state)
{
    plan->engine->set_state(plan->state, member, state);
}

void bp_plan_evaluate(bp_plan *plan, bp_run *runs)
{
    plan->engine->evaluate(plan->state, runs);
}

/* A few batches at a time, with masks and noisy rows made for them. */
static void step_noisily(bp_plan *plan, bp_run *runs)
{
    size_t most = 0, rows = bp_noise_rows(plan->noise);
    for (size_t m = 0; m < plan->members; m++) {
        runs[m].loss = 0;
        most = runs[m].count > most ? runs[m].count : most;
    }
    for (size_t start = 0; start < most; start += rows) {
        for (size_t m = 0; m < plan->members; m++) {
            size_t left = runs[m].count > start ? runs[m].count - start : 0;
            plan->noisy[m] = (bp_run){.samples = runs[m].samples};
            if (left > 0)
                bp_noise_make(plan->noise, m, &runs[m], start, left < rows ? left : rows,
                              &plan->noisy[m]);
        }
        plan->engine->step(plan->state, plan->noisy);
        for (size_t m = 0; m < plan->members; m++)
            if (plan->noisy[m].count > 0)
                runs[m].loss += plan->noisy[m].loss;
        if (most - start <= rows)
            break; /* or the next start might overflow */
    }
}

void bp_plan_step(bp_plan *plan, bp_run *runs)
{
    if (plan->noise != NULL)
        step_noisily(plan, runs);
    else
        plan->engine->step(plan->state, runs);
}

void bp_plan_gradient(bp_plan *plan, size_t member, const bp_samples *samples, const size_t *rows,
                      size_t count, void *gradient, double *loss)
{
    double ignored = 0;
    plan->engine->gradient(plan->state, member, samples, rows, count, gradient,
                           loss != NULL ? loss : &ignored);
}

void bp_plan_apply(bp_plan *plan, size_t member, const void *gradient, size_t count, double rate)
{
    plan->engine->apply(plan->state, member, gradient, count, rate);
}
