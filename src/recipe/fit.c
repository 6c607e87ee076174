/* fit.c: the one call: options and rows in, a model out. */
#include "recipe/fit.h"

#include "base/error.h"
#include "base/memory.h"
#include "net/initialize.h"
#include "recipe/config.h"
#include "recipe/notes.h"
#include "recipe/split_config.h"

#include <stdio.h>
#include <string.h>

#define LAYER_LIMIT 1000
#define DESCRIPTION_SIZE 128

static bp_scaling target_scaling(const bp_config *config)
{
    bp_scaling scaling = BP_SCALING_AUTO;
    if (bp_config_is(config, "target-scaling", "log-standard"))
        return BP_SCALING_LOG;
    if (!bp_config_is(config, "target-scaling", "auto"))
        bp_scaling_find(bp_config_get(config, "target-scaling"), &scaling, NULL);
    return scaling;
}

bp_status bp_config_preparation(bp_preparation **preparation, bp_table *table,
                                const bp_config *config, bp_error *error)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = bp_config_get(config, "target");
    options.keep = bp_config_get(config, "keep");
    bp_scaling_find(bp_config_get(config, "scaling"), &options.scaling, NULL);
    options.target_scaling = target_scaling(config);
    bp_gaps_find(bp_config_get(config, "missing"), &options.gaps, NULL);
    options.gap_indicator = bp_config_is(config, "missing-indicator", "yes");
    options.ordinal = bp_config_is(config, "categories", "ordinal");
    options.rare = bp_config_size(config, "rare");
    if (!bp_config_is(config, "pca", "off"))
        options.components = bp_config_number(config, "pca");
    if (bp_config_is(config, "task", "classification"))
        options.task = BP_TASK_CLASSIFICATION;
    if (bp_config_is(config, "task", "regression"))
        options.task = BP_TASK_REGRESSION;
    char *drop = NULL;
    *preparation = NULL;
    bp_status status = bp_config_drop(&drop, table, config, error);
    if (status != BP_OK)
        return status;
    options.drop = drop;
    status = bp_preparation_new(preparation, table, &options, error);
    bp_config_drop_free(drop);
    return status;
}

static bp_type number_type(const bp_config *config)
{
    return bp_config_is(config, "precision", "f32") ? BP_F32 : BP_F64;
}

/* ---- The network -------------------------------------------------------------------- */

/* The next activation of a list, which repeats its last name for further layers. */
static bp_status next_activation(const char **list, bp_activation *activation, bp_error *error)
{
    char name[32] = {0};
    size_t length = strcspn(*list, ",");
    memcpy(name, *list, length < sizeof name ? length : sizeof name - 1);
    if ((*list)[length] == ',')
        *list += length + 1;
    return bp_activation_find(name, activation, error);
}

static bp_status output_layer(const bp_config *config, bool classes, bp_activation *activation,
                              bp_loss *loss, bp_error *error)
{
    const char *name = bp_config_get(config, "output-activation");
    *loss = BP_SQUARED_ERROR;
    if (!bp_config_is(config, "loss", "auto"))
        bp_loss_find(bp_config_get(config, "loss"), loss, NULL);
    if (strcmp(name, "auto") != 0)
        return bp_activation_find(name, activation, error);
    *activation = !classes ? BP_LINEAR : *loss == BP_CROSS_ENTROPY ? BP_SOFTMAX : BP_SIGMOID;
    return BP_OK;
}

static bp_status build_net(bp_net **net, const bp_config *config, const bp_preparation *preparation,
                           bp_error *error)
{
    size_t widths[LAYER_LIMIT + 2] = {bp_preparation_width(preparation)}, layers = 0;
    bp_activation activations[LAYER_LIMIT + 1];
    bp_loss loss = BP_SQUARED_ERROR;
    const char *hidden = bp_config_get(config, "hidden");
    const char *names = bp_config_get(config, "activation");
    bp_status status = BP_OK;
    while (hidden[0] != '\0' && status == BP_OK) {
        size_t length = strcspn(hidden, ",");
        double width = 0;
        if (layers == LAYER_LIMIT)
            return bp_fail(error, BP_E_OPTION, "more than %d hidden layers", LAYER_LIMIT);
        bp_number_read(hidden, length, &width);
        widths[layers + 1] = (size_t)width;
        status = next_activation(&names, &activations[layers++], error);
        hidden += length + (hidden[length] == ',');
    }
    if (status == BP_OK)
        status = output_layer(config, bp_preparation_class_count(preparation) > 0,
                              &activations[layers], &loss, error);
    if (status != BP_OK)
        return status;
    widths[layers + 1] = bp_preparation_output_count(preparation);
    return bp_net_new_layers(net, layers + 1, widths, activations, loss, NULL, error);
}

/* ---- Training ------------------------------------------------------------------------ */

static double learning_rate(const bp_config *config, bool classes)
{
    if (!bp_config_is(config, "learning-rate", "auto"))
        return bp_config_number(config, "learning-rate");
    if (bp_config_is(config, "optimizer", "adam"))
        return 0.001;
    return classes ? 0.3 : 0.05;
}

/* `rows` is the most that a member learns from: a batch of all. */
static bp_status make_plan(bp_plan **plan, const bp_net *net, const bp_config *config,
                           size_t members, size_t rows, bp_error *error)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = bp_config_get(config, "engine");
    options.type = number_type(config);
    options.members = members;
    options.threads = bp_config_threads(config);
    options.batch = bp_config_is(config, "batch", "all") ? rows : bp_config_size(config, "batch");
    options.reduction = bp_config_is(config, "reduction", "sum") ? BP_SUM : BP_MEAN;
    bp_rule_find(bp_config_get(config, "optimizer"), &options.rule.kind, NULL);
    options.rule.momentum = bp_config_number(config, "momentum");
    options.rule.beta1 = bp_config_number(config, "beta1");
    options.rule.beta2 = bp_config_number(config, "beta2");
    options.rule.epsilon = bp_config_number(config, "epsilon");
    return bp_plan_new(plan, net, &options, error);
}

static bp_status initialize(bp_model *model, const bp_config *config, bp_mersenne *mersenne,
                            bp_error *error)
{
    bp_initialization how;
    bp_initialization_init(&how);
    bp_status status =
        bp_initializer_find(bp_config_get(config, "initializer"), &how.initializer, error);
    if (status != BP_OK)
        return status;
    how.low = bp_config_number(config, "initial-low");
    how.high = bp_config_number(config, "initial-high");
    how.seed = (uint64_t)bp_config_number(config, "seed");
    how.generator = bp_config_is(config, "generator", "mersenne") ? BP_MERSENNE : BP_PHILOX;
    const bp_net *net = bp_model_net(model);
    size_t count = bp_net_parameter_count(net);
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_type type = bp_model_type(model);
    void *parameters = bp_allocate(&memory, count, bp_type_size(type), error);
    if (parameters == NULL)
        return BP_E_MEMORY;
    if (mersenne != NULL && how.generator == BP_MERSENNE)
        bp_net_initialize_from(net, &how, mersenne, type, parameters);
    else
        bp_net_initialize(net, &how, type, parameters);
    bp_model_set_parameters(model, 0, parameters);
    bp_release(&memory, parameters, count, bp_type_size(type));
    return BP_OK;
}

/* One model on its way: what it learns from, and how that went. */
typedef struct fitting {
    bp_model *model;
    bp_prepared *prepared;
    bp_samples samples;
    bp_fit_record record;
} fitting;

/* Moves trained weights from a plan's member to a model. */
static bp_status keep_weights(bp_model *model, const bp_plan *plan, size_t member, bp_error *error)
{
    size_t count = bp_net_parameter_count(bp_model_net(model));
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_type type = bp_model_type(model);
    void *parameters = bp_allocate(&memory, count, bp_type_size(type), error);
    if (parameters == NULL)
        return BP_E_MEMORY;
    bp_plan_get_parameters(plan, member, parameters);
    bp_model_set_parameters(model, 0, parameters);
    bp_release(&memory, parameters, count, bp_type_size(type));
    return BP_OK;
}

static bp_status run_trainer(fitting *fittings, size_t count, bp_trainer *trainer, double rate,
                             const bp_observer *observer, bp_error *error)
{
    bp_status status = bp_trainer_run(trainer, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        fittings[i].record = (bp_fit_record){.rows = fittings[i].samples.inputs.rows,
                                             .epochs = bp_trainer_epochs_done(trainer),
                                             .learning_rate = rate,
                                             .loss = bp_trainer_loss(trainer, i)};
    return status;
}

/* Members are all number 0 to the random numbers: each is what it would be alone. */
static bp_status train(fitting *fittings, size_t count, bp_plan *plan, const bp_config *config,
                       const bp_observer *observer, bp_error *error)
{
    const bp_preparation *first = bp_model_preparation(fittings[0].model);
    double rate = learning_rate(config, bp_preparation_class_count(first) > 0);
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_trainer_member *members = bp_allocate(&memory, count, sizeof *members, error);
    bp_trainer *trainer = NULL;
    bp_trainer_options options;
    bp_trainer_options_init(&options);
    options.epochs = bp_config_size(config, "epochs");
    options.shuffle = bp_config_is(config, "shuffle", "yes");
    options.seed = (uint64_t)bp_config_number(config, "seed");
    for (size_t i = 0; i < count && members != NULL; i++) {
        members[i] = (bp_trainer_member){.samples = &fittings[i].samples,
                                         .count = fittings[i].samples.inputs.rows,
                                         .learning_rate = rate};
        bp_plan_set_parameters(plan, i, bp_model_parameters(fittings[i].model, 0));
    }
    bp_status status = members == NULL ? BP_E_MEMORY : BP_OK;
    if (status == BP_OK)
        status = bp_trainer_new(&trainer, plan, members, &options, error);
    if (status == BP_OK)
        status = run_trainer(fittings, count, trainer, rate, observer, error);
    bp_trainer_free(trainer);
    bp_release(&memory, members, count, sizeof *members);
    return status;
}

/* Trains models of one shape as one group. */
static bp_status train_group(fitting *fittings, size_t count, const bp_config *config,
                             char *description, const bp_observer *observer, bp_error *error)
{
    bp_plan *plan = NULL;
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        if (fittings[i].samples.inputs.rows > most)
            most = fittings[i].samples.inputs.rows;
    bp_status status =
        make_plan(&plan, bp_model_net(fittings[0].model), config, count, most, error);
    if (status == BP_OK && description != NULL)
        snprintf(description, DESCRIPTION_SIZE, "%s", bp_plan_description(plan));
    if (status == BP_OK)
        status = train(fittings, count, plan, config, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = keep_weights(fittings[i].model, plan, i, error);
    bp_plan_free(plan);
    return status;
}

static bp_status make_model(bp_model **model, bp_preparation *preparation, const bp_config *config,
                            bp_error *error)
{
    bp_net *net = NULL;
    bp_status status = build_net(&net, config, preparation, error);
    if (status == BP_OK)
        status = bp_model_new(model, preparation, net, number_type(config), 1, NULL, error);
    if (status != BP_OK)
        bp_net_free(net);
    return status;
}

/* A model with its first weights, and the rows it will learn from. */
static bp_status prepare(fitting *one, bp_table *table, const bp_fit_set *set,
                         const bp_config *config, bp_mersenne *mersenne, bp_error *error)
{
    bp_preparation *preparation = NULL;
    bool all = bp_config_is(config, "scale-on", "all");
    size_t fitted_count = all ? bp_table_row_count(table) : set->count;
    bp_status status = bp_config_preparation(&preparation, table, config, error);
    if (status != BP_OK)
        return status;
    status = bp_preparation_fit(preparation, table, all ? NULL : set->rows, fitted_count, error);
    if (status == BP_OK)
        status = bp_preparation_apply(preparation, table, set->rows, set->count,
                                      number_type(config), true, &one->prepared, error);
    if (status == BP_OK)
        status = make_model(&one->model, preparation, config, error);
    if (one->model == NULL) {
        bp_preparation_free(preparation);
        return status;
    }
    one->samples = bp_prepared_samples(one->prepared);
    return initialize(one->model, config, mersenne, error);
}

/* Categories seen in some rows and not in others make networks of different widths. */
static bool same_shape(const fitting *fittings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (bp_net_input_count(bp_model_net(fittings[i].model))
            != bp_net_input_count(bp_model_net(fittings[0].model)))
            return false;
    return true;
}

static bp_status fit_all(fitting *fittings, const bp_fit_set *sets, size_t count, bp_table *table,
                         const bp_config *config, bp_mersenne *mersenne, char *description,
                         const bp_observer *observer, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = prepare(&fittings[i], table, &sets[i], config, mersenne, error);
    if (status != BP_OK)
        return status;
    size_t each = same_shape(fittings, count) ? count : 1;
    for (size_t i = 0; i < count && status == BP_OK; i += each)
        status = train_group(fittings + i, each, config, description, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = bp_model_note_fit(fittings[i].model, table, config, &fittings[i].record, error);
    return status;
}

bp_status bp_fit_sets(bp_model **models, const bp_fit_set *sets, size_t count, bp_table *table,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(NULL);
    fitting *fittings = bp_allocate(&memory, count, sizeof *fittings, error);
    bp_status status = BP_E_MEMORY;
    if (fittings != NULL)
        status =
            fit_all(fittings, sets, count, table, config, mersenne, description, observer, error);
    for (size_t i = 0; i < count; i++) {
        models[i] = NULL;
        if (fittings == NULL)
            continue;
        bp_prepared_free(fittings[i].prepared);
        if (status == BP_OK)
            models[i] = fittings[i].model;
        else
            bp_model_free(fittings[i].model);
    }
    bp_release(&memory, fittings, count, sizeof *fittings);
    return status;
}

bp_status bp_fit_table(bp_model **model, bp_table *table, const size_t *rows, size_t count,
                       const bp_config *config, const bp_observer *observer, bp_error *error)
{
    *model = NULL;
    bp_config *defaults = NULL;
    if (rows == NULL && count == 0)
        count = bp_table_row_count(table);
    if (config == NULL) {
        bp_status status = bp_config_new(&defaults, NULL, NULL, error);
        if (status != BP_OK)
            return status;
        config = defaults;
    }
    const bp_fit_set set = {rows, count};
    bp_status status = bp_fit_sets(model, &set, 1, table, config, NULL, NULL, observer, error);
    bp_config_free(defaults);
    return status;
}
