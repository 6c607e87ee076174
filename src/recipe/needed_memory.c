/* needed_memory.c: the bytes that a training takes for certain. What is small beside them is left
 * out, so that nothing is refused which could be done. */
#include "recipe/needed_memory.h"

#include "base/error.h"
#include "base/files.h"
#include "recipe/config.h"
#include "recipe/fitting.h"
#include "recipe/network_config.h"
#include "recipe/training_config.h"

#define SMALL 268435456.0 /* bytes for which the system is not asked what is free */

/* Bytes, in numbers that do not run over. */
typedef struct needs {
    double weights, rows, answers;
} needs;

/* How often a plan has each parameter of a network. */
static double copies_of_plan(const bp_config *config)
{
    bp_rule_kind rule = BP_SGD;
    bp_trainer_options options;
    bp_config_trainer(&options, config, 1);
    if (options.method == BP_BY_RULE)
        bp_rule_find(bp_config_get(config, "optimizer"), &rule, NULL);
    return 1.0 + (double)bp_rule_state_count(rule);
}

/* The same of the trainer: the last good ones, the best, the average. */
static double copies_of_trainer(const bp_config *config)
{
    bp_trainer_options options;
    bp_config_trainer(&options, config, 1);
    return 1.0 + options.keep_best + (options.averaging != BP_NO_AVERAGE);
}

/* Once the training is over, answers to all rows are judged; where that calibrates, answers to
 * those that were held out are kept with the logarithms of their probabilities. */
static double answered(const bp_config *config, size_t rows)
{
    bool tempers = bp_config_is(config, "temper", "yes");
    double held_out = bp_config_number(config, "valid") * bp_config_number(config, "members");
    return (double)rows * (tempers && 2 * held_out > 1 ? 2 * held_out : 1);
}

/* The parameters that a plan does not have because members read no pieces. */
static double unread(const bp_net *net, const bp_piece_members *members)
{
    const bp_layer *first = bp_net_layer(net, 0);
    return members->without == 0 ? 0
                                 : (double)members->without * (double)first->outputs
                                       * (double)(first->inputs - members->subset.count);
}

static needs count(const bp_config *config, const bp_net *net, const bp_piece_members *pieces,
                   size_t models, size_t rows)
{
    double size = (double)bp_type_size(bp_config_type(config));
    double parameters = (double)bp_net_parameter_count(net);
    double members = bp_config_number(config, "members");
    double group = members > 1 ? members : (double)models;
    size_t chunk = bp_fitting_in_chunks(config) ? bp_config_size(config, "chunk-rows") : rows;
    return (needs){
        .weights = size
                   * (parameters
                          * ((double)models * members
                             + group * (copies_of_plan(config) + copies_of_trainer(config)))
                      - unread(net, pieces) * copies_of_plan(config)),
        .rows = (double)models * (double)(chunk < rows ? chunk : rows)
                * (double)bp_net_input_count(net) * size,
        .answers = answered(config, rows) * (double)bp_net_output_count(net) * sizeof(double)};
}

static bp_status refuse(const bp_config *config, const bp_net *net, const needs *n, size_t models,
                        size_t rows, double limit, bp_error *error)
{
    bool asked = bp_config_origin(config, "memory-limit") == BP_FROM_CALLER;
    const char *less = "learn from fewer rows or of fewer classes";
    if (n->weights >= n->rows && n->weights >= n->answers)
        less = "ask for smaller layers (--hidden) or fewer --members, or drop columns";
    else if (n->rows >= n->answers)
        less = "prepare fewer rows at a time (--chunk-rows 100000), or drop columns";
    return bp_fail(error, BP_E_MEMORY,
                   "this takes at least %.0f bytes of memory and %s %.0f: %zu x %s networks of %zu "
                   "weights, %zu rows of %zu inputs and %zu outputs; %s",
                   n->weights + n->rows + n->answers, asked ? "--memory-limit is" : "there are",
                   limit, models, bp_config_get(config, "members"), bp_net_parameter_count(net),
                   rows, bp_net_input_count(net), bp_net_output_count(net), less);
}

bp_status bp_config_check_memory(const bp_config *config, const bp_preparation *preparation,
                                 size_t models, size_t rows, bp_error *error)
{
    bp_net *net = NULL;
    bp_status status = bp_config_net(&net, config, preparation, error);
    if (status != BP_OK)
        return status;
    bp_piece_members pieces;
    status = bp_piece_members_open(&pieces, config, preparation, error);
    if (status != BP_OK) {
        bp_net_free(net);
        return status;
    }
    needs n = count(config, net, &pieces, models, rows);
    bp_piece_members_close(&pieces, config);
    double sum = n.weights + n.rows + n.answers, limit = bp_config_number(config, "memory-limit");
    if (bp_config_is(config, "memory-limit", "auto"))
        limit = sum > SMALL ? (double)bp_memory_available() : SMALL;
    if (sum > limit)
        status = refuse(config, net, &n, models, rows, limit, error);
    bp_net_free(net);
    return status;
}
