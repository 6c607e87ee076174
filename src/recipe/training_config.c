/* training_config.c: optimizer, schedules, stopping and averages from options; and what in
 * them contradicts. */
#include "recipe/training_config.h"

#include "base/error.h"
#include "base/memory.h"
#include "recipe/augment_config.h"
#include "recipe/config.h"
#include "recipe/number_list.h"
#include "recipe/trials.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Contradictions ------------------------------------------------------------------- */

/* An option that says nothing unless another has one of some values, given with bars between
 * and around; "!" before them: unless it has none of them. */
static const struct {
    const char *option, *other, *values;
} needs[] = {
    {"momentum", "optimizer", "|momentum|nesterov|"},
    {"beta1", "optimizer", "|adam|adamw|"},
    {"beta2", "optimizer", "|adam|adamw|"},
    {"input-scale", "optimizer", "|adam|adamw|"},
    {"rho", "optimizer", "|rmsprop|"},
    {"epsilon", "optimizer", "|adam|adamw|adagrad|rmsprop|"},
    {"momentum-schedule", "optimizer", "|momentum|nesterov|adam|adamw|"},
    {"huber-delta", "loss", "|huber|"},
    {"quantile", "loss", "|quantile|"},
    {"label-smoothing", "loss", "|cross-entropy|likelihood|"},
    {"focal", "loss", "|cross-entropy|likelihood|"},
    {"initial-low", "initializer", "|uniform|"},
    {"initial-high", "initializer", "|uniform|normal|"},
    {"schedule-factor", "schedule", "|step|exponential|plateau|"},
    {"schedule-epochs", "schedule", "|step|plateau|"},
    {"schedule-final", "schedule", "|linear|cosine|"},
    {"average-decay", "average", "|ema|"},
    {"average-from", "average", "|swa|"},
    {"checkpoint-every", "checkpoint", "!||"},
    {"resume", "checkpoint", "!||"},
    {"image", "augment", "!||"},
};

static bool has_value(const bp_config *config, const char *option, const char *values)
{
    char bars[64];
    const char *value = bp_config_get(config, option);
    int length = snprintf(bars, sizeof bars, "|%s|", value);
    return length < (int)sizeof bars && strstr(values, bars) != NULL;
}

/* "momentum or nesterov" from "|momentum|nesterov|". */
static void list_values(const char *values, char text[128])
{
    text[0] = '\0';
    for (const char *place = values + 1; *place != '\0';) {
        size_t length = strcspn(place, "|");
        bool last = place[length + 1] == '\0', first = place == values + 1;
        strncat(text, first ? "" : last ? " or " : ", ", 127 - strlen(text));
        strncat(text, place, length < 127 - strlen(text) ? length : 127 - strlen(text));
        place += length + 1;
    }
}

static bp_status check_needs(const bp_config *config, bp_error *error)
{
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        bool unless = needs[i].values[0] == '!';
        char list[128];
        if (bp_config_origin(config, needs[i].option) != BP_FROM_CALLER
            || has_value(config, needs[i].other, needs[i].values + unless) != unless)
            continue;
        if (unless)
            return bp_fail(error, BP_E_OPTION, "--%s says nothing without --%s", needs[i].option,
                           needs[i].other);
        list_values(needs[i].values, list);
        return bp_fail(error, BP_E_OPTION, "--%s is for --%s %s, and that is %s here",
                       needs[i].option, needs[i].other, list,
                       bp_config_get(config, needs[i].other));
    }
    return BP_OK;
}

static bp_method method_of(const bp_config *config)
{
    bp_method method = BP_BY_RULE;
    bp_method_find(bp_config_get(config, "optimizer"), &method, NULL);
    return method;
}

/* Methods find their own steps, from all rows at once. */
static bp_status check_method(const bp_config *config, bp_error *error)
{
    static const char *const of_rules[] = {
        "learning-rate", "layer-rates", "batch",       "reduction", "shuffle",  "schedule",
        "warm-up",       "l1",          "clip-value",  "clip-norm", "max-norm", "weight-decay",
        "chunk-rows",    "average",     "input-scale", "augment"};
    if (method_of(config) == BP_BY_RULE)
        return bp_config_origin(config, "gradient-tolerance") == BP_FROM_CALLER
                   ? bp_fail(error, BP_E_OPTION,
                             "--gradient-tolerance is for methods that take all rows at once, as "
                             "--optimizer l-bfgs")
                   : BP_OK;
    for (size_t i = 0; i < sizeof of_rules / sizeof *of_rules; i++)
        if (bp_config_origin(config, of_rules[i]) == BP_FROM_CALLER)
            return bp_fail(error, BP_E_OPTION,
                           "--%s says nothing to --optimizer %s, which finds its own steps from "
                           "all rows at once",
                           of_rules[i], bp_config_get(config, "optimizer"));
    return BP_OK;
}

static bp_status check_stopping(const bp_config *config, bp_error *error)
{
    if (!bp_config_is(config, "valid", "none") && bp_config_get(config, "valid-file")[0] != '\0')
        return bp_fail(error, BP_E_OPTION,
                       "--valid and --valid-file both say what to judge by; give one of them");
    if (!bp_config_validates(config) && !bp_config_is(config, "stop-on", "loss"))
        return bp_fail(error, BP_E_OPTION,
                       "--stop-on %s looks at held-out rows; add --valid 0.2 or --valid-file FILE",
                       bp_config_get(config, "stop-on"));
    if (!bp_config_is(config, "chunk-rows", "all") && !bp_config_is(config, "members", "auto")
        && !bp_config_is(config, "members", "1"))
        return bp_fail(error, BP_E_OPTION,
                       "--chunk-rows prepares the rows of one network at a time; use --members 1");
    if (!bp_config_validates(config) && bp_config_origin(config, "temper") == BP_FROM_CALLER
        && bp_config_is(config, "temper", "yes"))
        return bp_fail(error, BP_E_OPTION,
                       "--temper looks at held-out rows; add --valid 0.2 or --valid-file FILE");
    return BP_OK;
}

static bp_status check_trials(const bp_config *config, bp_error *error)
{
    bp_tried tried[BP_TRIED_OPTIONS];
    size_t count = 0;
    return bp_config_tried(tried, &count, config, error);
}

bp_status bp_config_check(const bp_config *config, bp_error *error)
{
    bp_distortion ignored;
    bp_status status = check_needs(config, error);
    if (status == BP_OK)
        status = check_method(config, error);
    if (status == BP_OK)
        status = bp_config_distortion(&ignored, config, NULL, error);
    if (status == BP_OK)
        status = check_stopping(config, error);
    return status == BP_OK ? check_trials(config, error) : status;
}

/* ---- The plan --------------------------------------------------------------------------- */

/* A line search tells objectives apart that differ in their eighth digit. */
bp_type bp_config_type(const bp_config *config)
{
    if (method_of(config) != BP_BY_RULE && bp_config_origin(config, "precision") != BP_FROM_CALLER)
        return BP_F64;
    return bp_config_is(config, "precision", "f32") ? BP_F32 : BP_F64;
}

/* What suits an optimizer where nothing is said. */
double bp_config_rate(const bp_config *config, bool classes)
{
    static const struct {
        const char *optimizer;
        double rate;
    } rates[] = {{"adam", 0.001}, {"adamw", 0.001},   {"rmsprop", 0.001}, {"adagrad", 0.01},
                 {"rprop", 0.01}, {"momentum", 0.05}, {"nesterov", 0.05}};
    if (!bp_config_is(config, "learning-rate", "auto"))
        return bp_config_number(config, "learning-rate");
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (bp_config_is(config, "optimizer", rates[i].optimizer))
            return rates[i].rate;
    return classes ? 0.3 : 0.05;
}

static void set_rule(bp_rule *rule, const bp_config *config)
{
    bp_rule_find(bp_config_get(config, "optimizer"), &rule->kind, NULL);
    rule->momentum = bp_config_number(config, "momentum");
    rule->beta1 = bp_config_number(config, "beta1");
    rule->beta2 = bp_config_number(config, "beta2");
    rule->rho = bp_config_number(config, "rho");
    rule->epsilon = bp_config_number(config, "epsilon");
    rule->l1 = bp_config_number(config, "l1");
    rule->l2 = bp_config_number(config, "l2");
    rule->weight_decay = bp_config_number(config, "weight-decay");
    if (bp_config_is(config, "weight-decay", "auto"))
        rule->weight_decay = rule->kind == BP_ADAMW ? 0.01 : 0;
    rule->clip_value = bp_config_number(config, "clip-value");
    rule->clip_norm = bp_config_number(config, "clip-norm");
    rule->max_norm = bp_config_number(config, "max-norm");
    rule->input_scale = bp_config_number(config, "input-scale");
}

static size_t batch_of(const bp_config *config, size_t rows)
{
    bool all = bp_config_is(config, "batch", "all") || method_of(config) != BP_BY_RULE;
    size_t batch = all ? rows : bp_config_size(config, "batch"), most = rows > 2 ? rows : 2;
    return batch > most ? most : batch; /* room for more is not needed; 1 would be online */
}

/* What goes into each layer: the inputs, then the hidden layers' outputs. */
static bp_status read_dropout(const bp_config *config, size_t layers, double *dropout,
                              bp_error *error)
{
    dropout[0] = bp_config_number(config, "input-dropout");
    bp_status status =
        layers > 1 ? bp_config_numbers(config, "dropout", layers - 1, dropout + 1, error) : BP_OK;
    for (size_t l = 1; l < layers && status == BP_OK; l++)
        if (!(dropout[l] >= 0 && dropout[l] < 1))
            return bp_fail(error, BP_E_OPTION, "--dropout takes shares of at least 0 and below 1");
    return status;
}

/* What the rates of the layers' weights and biases are multiplied by: rates[2][layers]. */
static bp_status read_rates(const bp_config *config, size_t layers, double *rates, bp_rule *rule,
                            bp_error *error)
{
    double bias_rate = bp_config_number(config, "bias-rate");
    rule->fan_in_rates = bp_config_is(config, "layer-rates", "fan-in");
    bp_status status = BP_OK;
    if (!rule->fan_in_rates)
        status = bp_config_numbers(config, "layer-rates", layers, rates, error);
    for (size_t l = 0; l < layers && status == BP_OK; l++) {
        rates[l] = rule->fan_in_rates ? 1 : rates[l];
        rates[layers + l] = rates[l] * bias_rate;
        if (rates[l] != 1 || rates[layers + l] != 1) {
            rule->layer_rates = rates;
            rule->bias_rates = rates + layers;
        }
    }
    return status;
}

bp_status bp_config_plan(bp_plan **plan, const bp_net *net, const bp_config *config,
                         const bp_table *table, size_t members, size_t rows,
                         const bp_piece_members *piece_members, bp_error *error)
{
    size_t layers = bp_net_layer_count(net);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = bp_config_get(config, "engine");
    options.type = bp_config_type(config);
    options.members = members;
    options.subset_members = piece_members->without;
    options.subset = piece_members->subset;
    options.threads = bp_config_threads(config);
    options.batch = batch_of(config, rows);
    options.reduction = bp_config_is(config, "reduction", "sum") ? BP_SUM : BP_MEAN;
    set_rule(&options.rule, config);
    options.input_noise = bp_config_number(config, "input-noise");
    const bp_allocator *memory = options.allocator = bp_config_allocator(config);
    double *rates = bp_allocate(memory, 2 * layers, sizeof(double), error);
    double *dropout = bp_allocate(memory, layers, sizeof(double), error);
    bp_status status = rates != NULL && dropout != NULL ? BP_OK : BP_E_MEMORY;
    if (status == BP_OK)
        status = bp_config_distortion(&options.distortion, config, table, error);
    if (status == BP_OK)
        status = read_rates(config, layers, rates, &options.rule, error);
    if (status == BP_OK)
        status = read_dropout(config, layers, dropout, error);
    options.dropout = dropout;
    if (status == BP_OK)
        status = bp_plan_new(plan, net, &options, error);
    bp_release(memory, rates, 2 * layers, sizeof(double));
    bp_release(memory, dropout, layers, sizeof(double));
    return status;
}

/* ---- The trainer -------------------------------------------------------------------------- */

static void set_schedule(bp_schedule *schedule, const char *name, const bp_config *config)
{
    bp_schedule_find(name, &schedule->kind, NULL);
    schedule->factor = bp_config_number(config, "schedule-factor");
    schedule->step_epochs = bp_config_size(config, "schedule-epochs");
    schedule->final_share = bp_config_number(config, "schedule-final");
}

bool bp_config_validates(const bp_config *config)
{
    return !bp_config_is(config, "valid", "none") || bp_config_get(config, "valid-file")[0] != '\0';
}

void bp_config_trainer(bp_trainer_options *options, const bp_config *config, size_t rows)
{
    bool adam =
        bp_config_is(config, "optimizer", "adam") || bp_config_is(config, "optimizer", "adamw");
    bp_trainer_options_init(options);
    options->allocator = bp_config_allocator(config);
    options->epochs = bp_config_size(config, "epochs");
    options->shuffle = bp_config_is(config, "shuffle", "yes");
    options->seed = (uint64_t)bp_config_number(config, "seed");
    options->batch = batch_of(config, rows);
    options->chunk_rows = bp_config_size(config, "chunk-rows"); /* 0 where the word is all */
    options->method = method_of(config);
    options->l2 = options->method != BP_BY_RULE ? bp_config_number(config, "l2") : 0;
    options->least_slope = bp_config_number(config, "gradient-tolerance");
    set_schedule(&options->rate, bp_config_get(config, "schedule"), config);
    options->rate.warm_up = bp_config_number(config, "warm-up");
    set_schedule(&options->momentum, bp_config_get(config, "momentum-schedule"), config);
    options->base_momentum = bp_config_number(config, adam ? "beta1" : "momentum");
    options->patience = bp_config_size(config, "patience");
    options->least_gain = bp_config_number(config, "least-gain");
    options->least_move = bp_config_number(config, "still");
    if (!bp_config_is(config, "stop-at", "none"))
        options->target = bp_config_number(config, "stop-at");
    options->keep_best = bp_config_is(config, "keep-best", "yes");
    options->keep_last = bp_config_is(config, "keep-best", "last");
    options->keep_best = options->keep_best || options->keep_last;
    if (bp_config_is(config, "keep-best", "auto"))
        options->keep_best = bp_config_validates(config);
    if (bp_config_is(config, "average", "ema"))
        options->averaging = BP_MOVING_AVERAGE;
    if (bp_config_is(config, "average", "swa"))
        options->averaging = BP_EVEN_AVERAGE;
    options->average_decay = bp_config_number(config, "average-decay");
    options->average_from = bp_config_number(config, "average-from");
}
