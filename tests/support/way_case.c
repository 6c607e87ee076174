/* way_case.c: one way of computing against the textbook engine and against itself. */
#include "support/way_case.h"
#include "support/failing_allocator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const network_ending network_endings[NETWORK_ENDINGS] = {
    {BP_SIGMOID, BP_SQUARED_ERROR}, {BP_LINEAR, BP_SQUARED_ERROR},  {BP_TANH, BP_SQUARED_ERROR},
    {BP_RELU, BP_SQUARED_ERROR},    {BP_SIGMOID, BP_CROSS_ENTROPY}, {BP_SOFTMAX, BP_CROSS_ENTROPY}};

bp_plan_options way_options(bp_type type, bp_rule_kind kind, size_t members, size_t batch)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.type = type;
    options.members = members;
    options.batch = batch;
    options.rule.kind = kind;
    return options;
}

void *way_open_on(const bp_way *way, const bp_net *net, const bp_plan_options *options, bp_isa isa,
                  bp_pool *pool)
{
    void *state = NULL;
    assert_int_equal(way->open(&state, net, options, isa, pool, NULL), BP_OK);
    return state;
}

void *way_open(const bp_way *way, const bp_net *net, const bp_plan_options *options, bp_isa isa)
{
    return way_open_on(way, net, options, isa, NULL);
}

static bp_isa isa_in_use(void)
{
    bp_isa isa = BP_ISA_SCALAR;
    assert_int_equal(bp_isa_choose(&isa, NULL), BP_OK);
    return isa;
}

void way_tidy(void *numbers, size_t count, bp_type type)
{
    for (size_t i = 0; i < count; i++) {
        if (type == BP_F32 && isnan(((float *)numbers)[i]))
            ((float *)numbers)[i] = NAN;
        if (type == BP_F64 && isnan(((double *)numbers)[i]))
            ((double *)numbers)[i] = NAN;
    }
}

/* ---- The textbook ------------------------------------------------------------------------ */

/* The same network on the textbook engine and by a way, both of it having stepped once. */
typedef struct way_pair {
    network_case made;
    bp_type type;
    double allowed;
    bp_plan *plan;
    const bp_way *way;
    void *state;
    size_t last; /* the member that is looked at */
} way_pair;

static void step_both(way_pair *pair, size_t members, double rate)
{
    network_case *made = &pair->made;
    bp_run run = {.samples = &made->samples_f64,
                  .rows = made->order,
                  .count = made->shape.rows,
                  .rate = rate};
    bp_run *runs = calloc(members, sizeof *runs);
    bp_plan_set_parameters(pair->plan, 0, made->parameters_f64);
    for (size_t m = 0; m < members; m++) {
        pair->way->methods->set_parameters(pair->state, m,
                                           network_case_parameters(made, pair->type));
        runs[m] = run;
        runs[m].samples = network_case_samples(made, pair->type);
    }
    bp_plan_step(pair->plan, &run);
    pair->way->methods->step(pair->state, runs);
    assert_true(fabs(run.loss - runs[pair->last].loss) <= pair->allowed * (1 + fabs(run.loss)));
    free(runs);
}

static void compare_weights(way_pair *pair)
{
    double *expected = calloc(pair->made.parameter_count, sizeof(double)), losses[2];
    void *computed = calloc(pair->made.parameter_count, sizeof(double));
    bp_plan_get_parameters(pair->plan, 0, expected);
    pair->way->methods->get_parameters(pair->state, pair->last, computed);
    assert_true(network_case_distance(&pair->made, expected, computed, pair->type)
                <= pair->allowed);
    bp_plan_gradient(pair->plan, 0, &pair->made.samples_f64, NULL, pair->made.shape.rows, expected,
                     &losses[0]);
    pair->way->methods->gradient(pair->state, pair->last,
                                 network_case_samples(&pair->made, pair->type), NULL,
                                 pair->made.shape.rows, computed, &losses[1]);
    assert_true(network_case_distance(&pair->made, expected, computed, pair->type)
                <= 10 * pair->allowed);
    free(expected);
    free(computed);
}

/* Losses of rows beside the textbook's; weights and state exchanged, taken out and put back
 * lead on to the same bits. */
static void compare_keeping(way_pair *pair, size_t members)
{
    network_case *made = &pair->made;
    const bp_engine_methods *methods = pair->way->methods;
    size_t bytes = made->parameter_count * bp_type_size(pair->type);
    void *other = malloc(bytes), *weights = malloc(bytes), *after = malloc(bytes);
    bp_plan_state kept = {.first = calloc(1, bytes), .second = calloc(1, bytes)};
    bp_run run = {.samples = &made->samples_f64, .count = made->shape.rows, .rate = 0.001};
    bp_run *runs = calloc(members, sizeof *runs);
    bp_plan_evaluate(pair->plan, &run);
    runs[pair->last] = run;
    runs[pair->last].samples = network_case_samples(made, pair->type);
    methods->evaluate(pair->state, runs);
    assert_true(fabs(run.loss - runs[pair->last].loss)
                <= 10 * pair->allowed * (1 + fabs(run.loss)));
    methods->get_parameters(pair->state, pair->last, weights);
    methods->get_state(pair->state, pair->last, &kept);
    methods->step(pair->state, runs);
    methods->get_parameters(pair->state, pair->last, after);
    memcpy(other, network_case_parameters(made, pair->type), bytes);
    methods->swap_parameters(pair->state, pair->last, other);
    assert_memory_equal(other, after, bytes);
    methods->set_parameters(pair->state, pair->last, weights);
    methods->set_state(pair->state, pair->last, &kept);
    methods->step(pair->state, runs);
    methods->get_parameters(pair->state, pair->last, other);
    assert_memory_equal(other, after, bytes);
    free(other);
    free(weights);
    free(after);
    free(kept.first);
    free(kept.second);
    free(runs);
}

static void compare_outputs(way_pair *pair)
{
    network_case *made = &pair->made;
    size_t outputs = bp_net_output_count(made->net), rows = made->shape.rows;
    double *first = calloc(rows * outputs, sizeof(double));
    double *second = calloc(rows * outputs, sizeof(double));
    bp_matrix_out to = bp_matrix_out_f64(first, rows, outputs);
    bp_plan_forward(pair->plan, 0, &made->samples_f64.inputs, made->order, rows, &to);
    to.data = second;
    pair->way->methods->forward(pair->state, pair->last, &made->samples_f64.inputs, made->order,
                                rows, &to);
    for (size_t i = 0; i < rows * outputs; i++)
        assert_true(fabs(first[i] - second[i]) <= 10 * pair->allowed * (1 + fabs(first[i])));
    free(first);
    free(second);
}

/* As way_agrees with all that a rule may have. */
static void agrees_by(const bp_way *way, const network_shape *shape, bp_type type,
                      const bp_rule *rule, size_t members, size_t batch, bp_reduction reduction,
                      double rate)
{
    way_pair pair = {.type = type,
                     .allowed = type == BP_F64 ? 1e-12 : 1e-5 * (double)shape->depth,
                     .way = way,
                     .last = members - 1};
    network_case_init(&pair.made, shape, 5);
    bp_plan_options options = way_options(BP_F64, rule->kind, 1, batch);
    options.rule = *rule;
    options.reduction = reduction;
    assert_int_equal(bp_plan_new(&pair.plan, pair.made.net, &options, NULL), BP_OK);
    options.type = type;
    options.members = members;
    pair.state = way_open(way, pair.made.net, &options, isa_in_use());
    step_both(&pair, members, rate);
    compare_weights(&pair);
    compare_outputs(&pair);
    compare_keeping(&pair, members);
    way->methods->close(pair.state);
    bp_plan_free(pair.plan);
    network_case_free(&pair.made);
}

void way_agrees(const bp_way *way, const network_shape *shape, bp_type type, bp_rule_kind kind,
                size_t members, size_t batch, bp_reduction reduction)
{
    bp_plan_options options = way_options(type, kind, members, batch);
    bool plain = kind == BP_SGD || kind == BP_MOMENTUM;
    agrees_by(way, shape, type, &options.rule, members, batch, reduction, plain ? 0.01 : 0.0001);
}

/* What stands beside the rules: nothing, then each in turn, then much at once. */
static bp_rule rule_beside(bp_rule_kind kind, size_t turn)
{
    static const double layer_rates[] = {0.5, 2}, bias_rates[] = {3, 0.25};
    bp_rule rule;
    bp_rule_init(&rule);
    rule.kind = kind;
    rule.l1 = turn == 1 || turn == 8 ? 0.01 : 0;
    rule.l2 = turn == 2 || turn == 8 ? 0.02 : 0;
    rule.weight_decay = turn == 3 || turn == 8 ? 0.1 : 0;
    rule.clip_value = turn == 4 || turn == 8 ? 0.03 : 0;
    rule.clip_norm = turn == 5 || turn == 8 ? 0.1 : 0;
    rule.max_norm = turn == 6 || turn == 8 ? 0.7 : 0;
    rule.layer_rates = turn == 7 || turn == 8 ? layer_rates : NULL;
    rule.bias_rates = turn == 8 || turn == 9 ? bias_rates : NULL;
    return rule;
}

void way_agrees_on_rules(const bp_way *way, size_t members, size_t batch)
{
    static const size_t widths[][3] = {{7, 5, 3}, {5, 18, 19}};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t turn = 0; turn <= 9; turn++)
            for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
                network_shape shape = {.depth = 2,
                                       .hidden = BP_TANH,
                                       .output = BP_SOFTMAX,
                                       .loss = BP_CROSS_ENTROPY,
                                       .classes = true,
                                       .rows = 11};
                memcpy(shape.widths, widths[w], sizeof widths[w]);
                bp_rule rule = rule_beside((bp_rule_kind)kind, turn);
                agrees_by(way, &shape, BP_F64, &rule, members, batch, (bp_reduction)(turn % 2),
                          0.003);
                agrees_by(way, &shape, BP_F32, &rule, members, batch, BP_MEAN, 0.0001);
            }
}

static const network_shape objectives[] = {
    {.output = BP_LINEAR, .loss = BP_ABSOLUTE_ERROR, .weighted = true},
    {.output = BP_GELU, .loss = BP_HUBER, .huber_delta = 0.2},
    {.output = BP_SOFTSIGN, .loss = BP_LOG_COSH},
    {.output = BP_LINEAR, .loss = BP_QUANTILE, .quantile = 0.8},
    {.output = BP_EXPONENTIAL, .loss = BP_POISSON, .weighted = true},
    {.output = BP_EXPONENTIAL, .loss = BP_SQUARED_ERROR},
    {.output = BP_SOFTMAX, .loss = BP_CROSS_ENTROPY, .classes = true, .smoothing = 0.1},
    {.output = BP_SOFTMAX, .loss = BP_CROSS_ENTROPY, .classes = true, .focal = 2},
    {.output = BP_SOFTMAX, .loss = BP_CROSS_ENTROPY, .classes = true, .weighted = true},
    {.output = BP_SIGMOID, .loss = BP_CROSS_ENTROPY, .classes = true, .smoothing = 0.2},
    {.output = BP_SIGMOID, .loss = BP_CROSS_ENTROPY, .focal = 0.5, .weighted = true},
};

void way_agrees_on_functions(const bp_way *way, size_t members, size_t batch)
{
    static const size_t widths[][3] = {{7, 5, 3}, {6, 18, 1}, {5, 7, 19}};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; i < sizeof objectives / sizeof *objectives + BP_SOFTMAX; i++) {
            bool hidden = i < BP_SOFTMAX;
            network_shape shape = {.output = BP_SOFTMAX, .loss = BP_CROSS_ENTROPY};
            if (!hidden)
                shape = objectives[i - BP_SOFTMAX];
            shape.hidden = hidden ? (bp_activation)i : BP_TANH;
            shape.depth = 2;
            memcpy(shape.widths, widths[w], sizeof widths[w]);
            shape.rows = 11;
            for (int kind = BP_SGD; kind <= BP_ADAM; kind += 2)
                for (bp_type type = BP_F32; type <= BP_F64; type++)
                    way_agrees(way, &shape, type, (bp_rule_kind)kind, members, batch, BP_MEAN);
        }
}

/* ---- Steps and memory ------------------------------------------------------------------------ */

static void step_by_gradient(const bp_way *way, const network_case *made,
                             const bp_plan_options *options)
{
    const bp_engine_methods *methods = way->methods;
    const bp_samples *samples = network_case_samples(made, options->type);
    const void *start_weights = network_case_parameters(made, options->type);
    size_t last = options->members - 1, rows = made->shape.rows;
    size_t bytes = made->parameter_count * bp_type_size(options->type);
    void *a = way_open(way, made->net, options, isa_in_use());
    void *b = way_open(way, made->net, options, isa_in_use());
    void *x = malloc(bytes), *y = malloc(bytes);
    bp_run *runs = calloc(options->members, sizeof *runs);
    for (size_t m = 0; m < options->members; m++) {
        methods->set_parameters(a, m, start_weights);
        methods->set_parameters(b, m, start_weights);
        runs[m] = (bp_run){.samples = samples, .rows = made->order, .count = rows, .rate = 0.1};
    }
    methods->step(a, runs);
    for (size_t start = 0; start < rows; start += options->batch) {
        size_t left = rows - start, count = left < options->batch ? left : options->batch;
        double loss = 0;
        methods->gradient(b, last, samples, made->order + start, count, x, &loss);
        methods->apply(b, last, x, count, 0.1);
    }
    methods->get_parameters(a, last, x);
    methods->get_parameters(b, last, y);
    assert_memory_equal(x, y, bytes);
    if (last > 0) { /* the other one did not move */
        methods->get_parameters(b, 0, y);
        assert_memory_equal(start_weights, y, bytes);
    }
    free(x);
    free(y);
    free(runs);
    methods->close(a);
    methods->close(b);
}

void way_steps_by_gradient(const bp_way *way, const network_shape *shape, bp_type type,
                           size_t members, size_t batch)
{
    for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
        network_case made;
        network_case_init(&made, shape, 9);
        bp_plan_options options = way_options(type, (bp_rule_kind)kind, members, batch);
        step_by_gradient(way, &made, &options);
        network_case_free(&made);
    }
}

static void use_without_allocating(const bp_way *way, const network_case *made, void *state,
                                   size_t members, const failing_allocator *failing)
{
    size_t requests = failing->requests;
    double answers[3 * 10];
    bp_run *runs = calloc(members, sizeof *runs);
    bp_matrix_out outputs = bp_matrix_out_f64(answers, 10, 3);
    for (size_t m = 0; m < members; m++)
        runs[m] = (bp_run){.samples = &made->samples_f64, .count = 10 - m % 2, .rate = 0.1};
    way->methods->step(state, runs);
    way->methods->forward(state, 0, &made->samples_f32.inputs, made->order, 10, &outputs);
    assert_int_equal(failing->requests, requests);
    free(runs);
}

void way_allocates_in_open_alone(const bp_way *way, size_t members, size_t batch)
{
    network_shape shape = {.depth = 2,
                           .widths = {7, 5, 3},
                           .hidden = BP_SIGMOID,
                           .output = BP_SIGMOID,
                           .loss = BP_SQUARED_ERROR,
                           .classes = true,
                           .rows = 10};
    network_case made;
    network_case_init(&made, &shape, 5);
    bool refused = true;
    for (size_t n = 1; refused; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_plan_options options = way_options(BP_F64, BP_ADAM, members, batch);
        options.allocator = &failing.allocator;
        void *state = NULL;
        bp_status status = way->open(&state, made.net, &options, BP_ISA_SCALAR, NULL, NULL);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        if (status == BP_OK) {
            use_without_allocating(way, &made, state, members, &failing);
            way->methods->close(state);
        }
        assert_true(failing_allocator_is_clean(&failing));
        refused = failing.refused;
    }
    network_case_free(&made);
}
