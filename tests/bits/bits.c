/* bits.c: the promise that the same seed gives the same bits everywhere. Each case is a
 * training (or a function over a sample) whose SHA-256 must be that of expected.txt, on
 * every instruction set of the machine, by every way of computing, alone and in a group,
 * on one thread and on several.
 *
 *   bits expected.txt   checks; names each case that differs; the exit status is 1 if any does
 *   bits                prints the lines of expected.txt
 *
 * It needs no test framework, so that it can be built for any processor. A change of
 * expected.txt is a change of all trained models and stands in CHANGELOG.md. */
#include "base/math.h"
#include "base/sha256.h"
#include "engine/fast/way.h"
#include "support/math_samples.h"
#include "support/network_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS 3 /* of a group */
#define NAME_SIZE 120
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

/* ---- Digests ------------------------------------------------------------------------------- */

typedef struct digest {
    char text[BP_SHA256_TEXT_SIZE];
} digest;

/* Numbers as little-endian bytes; every NaN is one. */
static unsigned char *write_number(unsigned char *to, bp_type type, double value)
{
    uint64_t bits;
    float single = isnan(value) ? NAN : (float)value;
    value = isnan(value) ? NAN : value;
    memcpy(&bits, &value, sizeof bits);
    if (type == BP_F32) {
        uint32_t half;
        memcpy(&half, &single, sizeof half);
        bits = half;
    }
    for (size_t i = 0; i < bp_type_size(type); i++)
        *to++ = (unsigned char)(bits >> 8 * i);
    return to;
}

static digest digest_of(const unsigned char *bytes, size_t size)
{
    digest made;
    unsigned char hash[BP_SHA256_SIZE];
    bp_sha256(bytes, size, hash);
    bp_sha256_text(hash, made.text);
    return made;
}

static double number_at(const void *numbers, bp_type type, size_t i)
{
    return type == BP_F32 ? (double)((const float *)numbers)[i] : ((const double *)numbers)[i];
}

/* ---- Trainings ----------------------------------------------------------------------------- */

typedef struct bits_case {
    network_case made;
    bp_plan_options options;
    char name[NAME_SIZE];
} bits_case;

static void *need(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "bits: out of memory\n");
        exit(2);
    }
    return memory;
}

/* Two steps of the last member, by one way: its weights, outputs and loss. */
static digest train(const bits_case *training, const bp_way *way, size_t members, bp_isa isa,
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
        need(NULL);
    for (size_t m = 0; m < members; m++) {
        methods->set_parameters(state, m, network_case_parameters(made, type));
        runs[m] = (bp_run){.samples = network_case_samples(made, type),
                           .rows = made->order,
                           .count = m + 1 < members ? rows - m - 1 : rows,
                           .rate = m + 1 < members ? 0.3 : 0.05};
    }
    methods->step(state, runs);
    methods->step(state, runs);
    unsigned char *block = need(calloc(numbers, sizeof(double)));
    unsigned char *bytes = need(calloc(numbers + 1, sizeof(double))), *end = bytes;
    bp_matrix_out to = {block + parameters * bp_type_size(type), type, rows, outputs, outputs};
    methods->get_parameters(state, members - 1, block);
    methods->forward(state, members - 1, &network_case_samples(made, type)->inputs, NULL, rows,
                     &to);
    methods->close(state);
    for (size_t i = 0; i < numbers; i++)
        end = write_number(end, type, number_at(block, type, i));
    end = write_number(end, BP_F64, runs[members - 1].loss);
    digest made_digest = digest_of(bytes, (size_t)(end - bytes));
    free(bytes);
    free(block);
    return made_digest;
}

/* Whether every way, instruction set and number of threads gives `expected`. */
static bool trains_alike(const bits_case *training, const digest *expected)
{
    static const struct {
        const bp_way *way;
        const char *name;
        size_t members, threads;
    } by[] = {{&bp_way_online, "online", 1, 1}, {&bp_way_online, "online", MEMBERS, 1},
              {&bp_way_lanes, "lanes", 2, 1},   {&bp_way_lanes, "lanes", MEMBERS, 2},
              {&bp_way_batch, "batch", 1, 1},   {&bp_way_batch, "batch", MEMBERS, 2},
              {&bp_way_batch, "batch", 1, 4}};
    bool alike = true;
    for (size_t i = 0; i < COUNT_OF(by); i++) {
        bp_plan_options options = training->options;
        options.members = by[i].members;
        if (by[i].way->refuse(training->made.net, &options) != NULL)
            continue;
        bp_pool *pool = NULL;
        if (by[i].threads > 1 && bp_pool_new(&pool, by[i].threads, NULL, NULL) != BP_OK)
            need(NULL);
        for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++) {
            if (bp_isa_lack(isa) != NULL)
                continue;
            digest got = train(training, by[i].way, by[i].members, isa, pool);
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

static void make_training(bits_case *training, network_shape made, bp_rule rule, bp_type type,
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
        length += snprintf(training->name + length, NAME_SIZE - (size_t)length, "%s%zu",
                           l > 0 ? "-" : "", made.widths[l]);
    snprintf(training->name + length, NAME_SIZE - (size_t)length, " %s %s %s %s%s%s batch %zu %s",
             bp_activation_name(made.hidden), bp_activation_name(made.output),
             bp_loss_name(made.loss), bp_rule_name(rule.kind), beside[0] != '\0' ? " " : "", beside,
             batch, bp_type_name(type));
}

/* ---- Functions ---------------------------------------------------------------------------------
 */

static digest digest_function(size_t function)
{
#define ROW(name) {bp_##name##_f32, bp_##name},
    static const struct {
        float (*f32)(float);
        double (*f64)(double);
    } each[] = {BP_MATH_FUNCTIONS(ROW)};
#undef ROW
    static float x32[SAMPLE];
    static double x64[SAMPLE];
    static unsigned char bytes[SAMPLE * 12];
    unsigned char *end = bytes;
    math_samples(7, x32, x64, SAMPLE);
    for (size_t i = 0; i < SAMPLE; i++) {
        end = write_number(end, BP_F32, (double)each[function].f32(x32[i]));
        end = write_number(end, BP_F64, each[function].f64(x64[i]));
    }
    return digest_of(bytes, sizeof bytes);
}

/* ---- Expected ----------------------------------------------------------------------------------
 */

typedef struct bits_check {
    FILE *expected; /* NULL: the lines are printed */
    size_t cases, wrong;
} bits_check;

/* The digest that the next line has for the case of this name. */
static void read_expected(bits_check *check, const char *name, digest *expected)
{
    char line[NAME_SIZE + BP_SHA256_TEXT_SIZE + 8] = "";
    size_t length = BP_SHA256_TEXT_SIZE - 1;
    expected->text[0] = '\0';
    if (fgets(line, sizeof line, check->expected) == NULL || strlen(line) < length + 1
        || (line[strcspn(line, "\n")] = '\0', strcmp(line + length + 1, name)) != 0)
        fprintf(stderr, "bits: the list has no line for %s where it should\n", name);
    else
        snprintf(expected->text, sizeof expected->text, "%.*s", (int)length, line);
}

static void check_function(bits_check *check, size_t function, const char *name)
{
    char title[NAME_SIZE];
    digest got = digest_function(function), expected;
    snprintf(title, sizeof title, "function %s", name);
    check->cases++;
    if (check->expected == NULL) {
        printf("%s %s\n", got.text, title);
        return;
    }
    read_expected(check, title, &expected);
    if (strcmp(got.text, expected.text) == 0)
        return;
    check->wrong++;
    fprintf(stderr, "bits: %s differs\n", title);
}

static void check_training(bits_check *check, const bits_case *training)
{
    digest expected;
    const bp_way *way = training->options.batch == 1 ? &bp_way_online : &bp_way_batch;
    check->cases++;
    if (check->expected == NULL) {
        expected = train(training, way, 1, BP_ISA_SCALAR, NULL);
        printf("%s %s\n", expected.text, training->name);
        return;
    }
    read_expected(check, training->name, &expected);
    check->wrong += !trains_alike(training, &expected);
}

/* In batches of one row and of six, in both number types; `turn` picks the rule where none
 * is given. */
static void check_trainings(bits_check *check, const network_shape *shape, const bp_rule *given,
                            const char *beside, size_t turn, uint64_t seed)
{
    for (size_t batch = 1; batch <= 6; batch += 5)
        for (bp_type type = BP_F32; type <= BP_F64; type++) {
            bits_case training;
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

int main(int argc, char **argv)
{
#define NAME(name) #name,
    static const char *const names[] = {BP_MATH_FUNCTIONS(NAME)};
#undef NAME
    bits_check check = {.expected = NULL};
    if (argc > 1 && (check.expected = fopen(argv[1], "r")) == NULL) {
        perror(argv[1]);
        return 2;
    }
    for (size_t f = 0; f < COUNT_OF(names); f++)
        check_function(&check, f, names[f]);
    check_kinds(&check);
    check_wider(&check);
    check_rules(&check);
    if (check.expected != NULL) {
        fclose(check.expected);
        printf("bits: %zu cases, %zu differ\n", check.cases, check.wrong);
    }
    return check.wrong > 0;
}
