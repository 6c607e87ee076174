/* step_bits.c: functions, and two steps of networks by every way of computing, alone and in a
 * group, on one thread and on several. */
#include "base/math.h"
#include "bits/bits.h"
#include "engine/distortion.h"
#include "engine/fast/way.h"
#include "support/math_samples.h"
#include "support/network_case.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS 3 /* of a group */
#define SAMPLE 16384

static const network_shape shapes[] = {
    {.depth = 1, .widths = {3, 1}},        {.depth = 2, .widths = {7, 5, 3}},
    {.depth = 2, .widths = {15, 16, 17}},  {.depth = 3, .widths = {16, 33, 15, 2}},
    {.depth = 2, .widths = {33, 129, 10}}, {.depth = 4, .widths = {4, 17, 1, 3, 16}},
};

static const struct {
    bp_activation hidden, output;
    bp_loss loss;
    bool classes;
} kinds[] = {
    {BP_SIGMOID, BP_SIGMOID, BP_SQUARED_ERROR, true},
    {BP_TANH, BP_LINEAR, BP_SQUARED_ERROR, false},
    {BP_RELU, BP_SOFTMAX, BP_CROSS_ENTROPY, true},
    {BP_LINEAR, BP_SIGMOID, BP_CROSS_ENTROPY, false},
};

/* Every activation and loss at least once, settings and weights of rows, over two shapes. */
static const network_shape wider[] = {
    {.hidden = BP_LEAKY_RELU, .output = BP_LINEAR, .loss = BP_ABSOLUTE_ERROR},
    {.hidden = BP_ELU, .output = BP_LINEAR, .loss = BP_HUBER, .huber_delta = 0.3},
    {.hidden = BP_SELU, .output = BP_LINEAR, .loss = BP_LOG_COSH},
    {.hidden = BP_GELU, .output = BP_LINEAR, .loss = BP_QUANTILE, .quantile = 0.9},
    {.hidden = BP_SILU, .output = BP_EXPONENTIAL, .loss = BP_POISSON},
    {.hidden = BP_MISH,
     .output = BP_SOFTMAX,
     .loss = BP_CROSS_ENTROPY,
     .classes = true,
     .smoothing = 0.1},
    {.hidden = BP_SOFTPLUS,
     .output = BP_SOFTMAX,
     .loss = BP_CROSS_ENTROPY,
     .classes = true,
     .focal = 2,
     .weighted = true},
    {.hidden = BP_SOFTSIGN,
     .output = BP_SIGMOID,
     .loss = BP_CROSS_ENTROPY,
     .classes = true,
     .focal = 1.5,
     .smoothing = 0.2},
    {.hidden = BP_HARD_SIGMOID, .output = BP_GELU, .loss = BP_SQUARED_ERROR, .weighted = true},
    {.hidden = BP_GAUSSIAN, .output = BP_SINE, .loss = BP_SQUARED_ERROR},
    {.hidden = BP_SINE, .output = BP_HARD_SIGMOID, .loss = BP_LOG_COSH, .weighted = true},
    {.hidden = BP_EXPONENTIAL, .output = BP_SOFTMAX, .loss = BP_CROSS_ENTROPY},
};
static const size_t wider_shapes[] = {1, 2}; /* of `shapes` */

/* Every rule, each with something else beside it. */
static const double layer_rates[] = {0.5, 2};
static const struct {
    const char *name;
    bp_rule rule;
} rules[] = {
    {"clip-norm", {.kind = BP_SGD, .clip_norm = 0.1}},
    {"l1", {.kind = BP_MOMENTUM, .l1 = 0.01}},
    {"max-norm", {.kind = BP_ADAM, .max_norm = 0.7}},
    {"weight-decay", {.kind = BP_ADAMW, .weight_decay = 0.1}},
    {"clip-value", {.kind = BP_NESTEROV, .clip_value = 0.02}},
    {"l2", {.kind = BP_ADAGRAD, .l2 = 0.03}},
    {"layer-rates", {.kind = BP_RMSPROP, .layer_rates = layer_rates}},
    {"", {.kind = BP_RPROP}},
};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- Trainings ----------------------------------------------------------------------------- */

typedef struct steps_case {
    network_case made;
    bp_plan_options options;
    char name[BITS_TITLE];
} steps_case;

/* Two steps of the last member, by one way: its weights, outputs and loss. */
static bits_digest train(const steps_case *training, const bp_way *way, size_t members, bp_isa isa,
                         bp_pool *pool)
{
    const network_case *made = &training->made;
    bp_plan_options options = training->options;
    const bp_engine_methods *methods = way->methods;
    const bp_type type = options.type;
    size_t parameters = made->parameter_count, rows = made->shape.rows;
    size_t outputs = bp_net_output_count(made->net), numbers = parameters + rows * outputs;
    bp_run runs[MEMBERS];
    void *state = NULL;
    options.members = members;
    if (way->open(&state, made->net, &options, isa, pool, NULL) != BP_OK)
        bits_need(NULL);
    for (size_t m = 0; m < members; m++) {
        methods->set_parameters(state, m, network_case_parameters(made, type));
        runs[m] = (bp_run){.samples = network_case_samples(made, type),
                           .rows = made->order,
                           .count = m + 1 < members ? rows - m - 1 : rows,
                           .rate = m + 1 < members ? 0.3 : 0.05};
    }
    methods->step(state, runs);
    methods->step(state, runs);
    unsigned char *block = bits_need(calloc(numbers, sizeof(double)));
    bp_matrix_out to = {block + parameters * bp_type_size(type), type, rows, outputs, outputs};
    methods->get_parameters(state, members - 1, block);
    methods->forward(state, members - 1, &network_case_samples(made, type)->inputs, NULL, rows,
                     &to);
    methods->close(state);
    bits_sum sum;
    bp_sha256_init(&sum);
    bits_block(&sum, type, block, numbers);
    bits_number(&sum, BP_F64, runs[members - 1].loss);
    free(block);
    return bits_end(&sum);
}

/* Whether every way, instruction set and number of threads gives `expected`. */
static bool trains_alike(const steps_case *training, const bits_digest *expected)
{
    static const struct {
        const bp_way *way;
        const char *name;
        size_t members, threads;
    } by[] = {{&bp_way_online, "online", 1, 1},     {&bp_way_online, "online", MEMBERS, 1},
              {&bp_way_lanes, "lanes", 2, 1},       {&bp_way_lanes, "lanes", MEMBERS, 2},
              {&bp_way_lanes, "lanes", MEMBERS, 4}, {&bp_way_batch, "batch", 1, 1},
              {&bp_way_batch, "batch", MEMBERS, 2}, {&bp_way_batch, "batch", 1, 4}};
    bool alike = true;
    for (size_t i = 0; i < COUNT_OF(by); i++) {
        bp_plan_options options = training->options;
        options.members = by[i].members;
        if (by[i].way->refuse(training->made.net, &options) != NULL)
            continue;
        bp_pool *pool = NULL;
        if (by[i].threads > 1 && bp_pool_new(&pool, by[i].threads, NULL, NULL) != BP_OK)
            bits_need(NULL);
        for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++) {
            if (bp_isa_lack(isa) != NULL)
                continue;
            bits_digest got = train(training, by[i].way, by[i].members, isa, pool);
            if (strcmp(got.text, expected->text) == 0)
                continue;
            if (alike) /* one line a case is enough */
                fprintf(stderr, "bits: %s differs: %s, %zu in the group, %zu threads, %s\n",
                        training->name, by[i].name, by[i].members, by[i].threads, bp_isa_name(isa));
            alike = false;
        }
        bp_pool_free(pool);
    }
    return alike;
}

static void make_training(steps_case *training, network_shape made, bp_rule rule, bp_type type,
                          size_t batch, uint64_t seed, const char *beside)
{
    made.rows = 19;
    network_case_init(&training->made, &made, seed);
    bp_plan_options_init(&training->options);
    training->options.type = type;
    training->options.batch = batch;
    training->options.rule = rule;
    int length = 0;
    for (size_t l = 0; l <= made.depth; l++)
        length += snprintf(training->name + length, BITS_TITLE - (size_t)length, "%s%zu",
                           l > 0 ? "-" : "", made.widths[l]);
    snprintf(training->name + length, BITS_TITLE - (size_t)length, " %s %s %s %s%s%s batch %zu %s",
             bp_activation_name(made.hidden), bp_activation_name(made.output),
             bp_loss_name(made.loss), bp_rule_name(rule.kind), beside[0] != '\0' ? " " : "", beside,
             batch, bp_type_name(type));
}

/* ---- Functions ----------------------------------------------------------------------------- */

static bits_digest digest_function(size_t function)
{
#define ROW(name) {bp_##name##_f32, bp_##name},
    static const struct {
        float (*f32)(float);
        double (*f64)(double);
    } each[] = {BP_MATH_FUNCTIONS(ROW)};
#undef ROW
    static float x32[SAMPLE];
    static double x64[SAMPLE];
    bits_sum sum;
    bp_sha256_init(&sum);
    math_samples(7, x32, x64, SAMPLE);
    for (size_t i = 0; i < SAMPLE; i++) {
        bits_number(&sum, BP_F32, (double)each[function].f32(x32[i]));
        bits_number(&sum, BP_F64, each[function].f64(x64[i]));
    }
    return bits_end(&sum);
}

#define IMAGE 28u

/* A ring with a bar, moved in sixteen ways, as float64 and float32. */
static bits_digest digest_images(void)
{
    static double image[IMAGE * IMAGE];
    static float narrow[IMAGE * IMAGE];
    const bp_distortion what = {.height = IMAGE,
                                .width = IMAGE,
                                .shift = 1,
                                .rotation = 15,
                                .scale = 0.15,
                                .shear = 0.1,
                                .elastic = 37,
                                .smoothness = 5.5};
    const bp_matrix matrix = bp_matrix_f64(image, 1, IMAGE * IMAGE);
    const bp_matrix matrix_f32 = bp_matrix_f32(narrow, 1, IMAGE * IMAGE);
    bp_distorter *made = NULL;
    bits_sum sum;
    bp_sha256_init(&sum);
    for (size_t i = 0; i < IMAGE * IMAGE; i++) {
        double x = (double)(i % IMAGE) - 13.5, y = (double)(i / IMAGE) - 13.5;
        double square = x * x + y * y;
        image[i] = (square > 40 && square < 90) || (x > -2 && x < 1) ? (double)(i % 7 + 1) / 8 : 0;
        narrow[i] = (float)image[i];
    }
    if (bp_distorter_new(&made, &what, 1, NULL, NULL) != BP_OK)
        bits_need(NULL);
    for (uint32_t row = 0; row < 16; row++) {
        const bp_stream stream = bp_stream_new(1, BP_PURPOSE_DISTORTION, 0, 3, 0);
        const bp_motion motion = bp_distorter_draw(made, 0, stream, row);
        bits_block(&sum, BP_F32, motion.field_across, IMAGE * IMAGE);
        bits_block(&sum, BP_F64, bp_distorter_move(made, 0, &motion, &matrix, 0), IMAGE * IMAGE);
        bits_block(&sum, BP_F64, bp_distorter_move(made, 0, &motion, &matrix_f32, 0),
                   IMAGE * IMAGE);
    }
    bp_distorter_free(made);
    return bits_end(&sum);
}

static void check_digest(bits_check *check, bits_digest got, const char *name)
{
    char title[BITS_TITLE];
    bits_digest expected;
    snprintf(title, sizeof title, "function %s", name);
    if (!bits_expect(check, title, &expected))
        bits_print(&got, title);
    else if (strcmp(got.text, expected.text) != 0)
        bits_wrong(check, title, "differs");
}

void bits_of_functions(bits_check *check)
{
#define NAME(name) #name,
    static const char *const names[] = {BP_MATH_FUNCTIONS(NAME)};
#undef NAME
    for (size_t f = 0; f < COUNT_OF(names); f++)
        check_digest(check, digest_function(f), names[f]);
    check_digest(check, digest_images(), "distortion");
}

/* ---- Cases --------------------------------------------------------------------------------- */

/* What the cases have so far. */
static bool seen_hidden[BP_ACTIVATION_COUNT], seen_output[BP_ACTIVATION_COUNT];
static bool seen_loss[BP_LOSS_COUNT], seen_rule[BP_RULE_COUNT];

static void check_training(bits_check *check, const steps_case *training)
{
    bits_digest expected;
    const bp_way *way = training->options.batch == 1 ? &bp_way_online : &bp_way_batch;
    seen_hidden[training->made.shape.hidden] = seen_output[training->made.shape.output] = true;
    seen_loss[training->made.shape.loss] = seen_rule[training->options.rule.kind] = true;
    if (!bits_expect(check, training->name, &expected)) {
        expected = train(training, way, 1, BP_ISA_SCALAR, NULL);
        bits_print(&expected, training->name);
        return;
    }
    check->wrong += !trains_alike(training, &expected);
}

/* In batches of one row and of six, in both number types; `turn` picks the rule where none
 * is given. */
static void check_trainings(bits_check *check, const network_shape *shape, const bp_rule *given,
                            const char *beside, size_t turn, uint64_t seed)
{
    for (size_t batch = 1; batch <= 6; batch += 5)
        for (bp_type type = BP_F32; type <= BP_F64; type++) {
            steps_case training;
            bp_rule rule;
            bp_rule_init(&rule);
            if (given != NULL)
                rule = *given;
            else
                rule.kind = (bp_rule_kind)((turn + batch) % 3);
            make_training(&training, *shape, rule, type, batch, seed, beside);
            check_training(check, &training);
            network_case_free(&training.made);
        }
}

static void check_rules(bits_check *check)
{
    for (size_t r = 0; r < COUNT_OF(rules); r++) {
        network_shape shape = shapes[1 + r % 2];
        bp_rule rule, given = rules[r].rule;
        bp_rule_init(&rule);
        given.momentum = rule.momentum;
        given.beta1 = rule.beta1;
        given.beta2 = rule.beta2;
        given.rho = rule.rho;
        given.epsilon = rule.epsilon;
        shape.hidden = BP_TANH;
        shape.output = BP_SOFTMAX;
        shape.loss = BP_CROSS_ENTROPY;
        shape.classes = true;
        check_trainings(check, &shape, &given, rules[r].name, 0, 200 + r);
    }
}

static void check_kinds(bits_check *check)
{
    for (size_t s = 0; s < COUNT_OF(shapes); s++)
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            network_shape shape = shapes[s];
            shape.hidden = kinds[k].hidden;
            shape.output = kinds[k].output;
            shape.loss = kinds[k].loss;
            shape.classes = kinds[k].classes;
            check_trainings(check, &shape, NULL, "", s + k, 1 + s + 10 * k);
        }
}

static void check_wider(bits_check *check)
{
    for (size_t s = 0; s < COUNT_OF(wider_shapes); s++)
        for (size_t k = 0; k < COUNT_OF(wider); k++) {
            network_shape shape = wider[k];
            shape.depth = shapes[wider_shapes[s]].depth;
            memcpy(shape.widths, shapes[wider_shapes[s]].widths, sizeof shape.widths);
            check_trainings(check, &shape, NULL, "", s + k, 100 + s + 10 * k);
        }
}

/* Every activation is hidden in one case or the output's, and so on: a new name needs a case. */
static void check_names(bits_check *check)
{
    for (size_t a = 0; a < BP_ACTIVATION_COUNT; a++)
        if (a == BP_SOFTMAX ? !seen_output[a] : !seen_hidden[a])
            bits_wrong(check, bp_activation_name((bp_activation)a), "is in no case of steps");
    for (size_t l = 0; l < BP_LOSS_COUNT; l++)
        if (!seen_loss[l])
            bits_wrong(check, bp_loss_name((bp_loss)l), "is in no case of steps");
    for (size_t r = 0; r < BP_RULE_COUNT; r++)
        if (!seen_rule[r])
            bits_wrong(check, bp_rule_name((bp_rule_kind)r), "is in no case of steps");
}

void bits_of_steps(bits_check *check)
{
    check_kinds(check);
    check_wider(check);
    check_rules(check);
    check_names(check);
}
