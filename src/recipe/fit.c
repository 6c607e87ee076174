/* fit.c: the one call: options and rows in, a model out. */
#include "recipe/fit.h"

#include "base/error.h"
#include "base/memory.h"
#include "net/initialize.h"
#include "recipe/config.h"
#include "recipe/notes.h"

#include <stdio.h>
#include <string.h>

#define LAYER_LIMIT 1000
#define DESCRIPTION_SIZE 128

bp_status bp_table_open(bp_table **table, const char *path, const bp_config *config,
                        bp_error *error)
{
    static const struct {
        const char *name;
        char delimiter;
    } delimiters[] = {
        {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}, {"space", ' '}};
    bp_table_options options;
    bp_table_options_init(&options);
    if (strcmp(path, "-") == 0)
        options.name = "standard input";
    if (!bp_config_is(config, "header", "auto"))
        options.header = bp_config_is(config, "header", "yes");
    for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++)
        if (bp_config_is(config, "delimiter", delimiters[i].name))
            options.delimiter = delimiters[i].delimiter;
    return bp_table_read(table, path, &options, error);
}

bp_status bp_config_preparation(bp_preparation **preparation, bp_table *table,
                                const bp_config *config, bp_error *error)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = bp_config_get(config, "target");
    options.drop = bp_config_get(config, "drop");
    options.scaling = bp_config_is(config, "scaling", "none") ? BP_SCALING_NONE : BP_SCALING_MINMAX;
    if (bp_config_is(config, "task", "classification"))
        options.task = BP_TASK_CLASSIFICATION;
    if (bp_config_is(config, "task", "regression"))
        options.task = BP_TASK_REGRESSION;
    return bp_preparation_new(preparation, table, &options, error);
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

static bp_status make_plan(bp_plan **plan, const bp_net *net, const bp_config *config, size_t rows,
                           bp_error *error)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = bp_config_get(config, "engine");
    options.type = number_type(config);
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

static bp_status train(bp_model *model, bp_plan *plan, const bp_samples *samples,
                       const bp_config *config, const bp_observer *observer, bp_fit_record *record,
                       bp_error *error)
{
    bool classes = bp_preparation_class_count(bp_model_preparation(model)) > 0;
    bp_trainer_options options;
    bp_trainer_options_init(&options);
    options.epochs = bp_config_size(config, "epochs");
    options.shuffle = bp_config_is(config, "shuffle", "yes");
    options.seed = (uint64_t)bp_config_number(config, "seed");
    bp_trainer_member member = {.samples = samples,
                                .count = samples->inputs.rows,
                                .learning_rate = learning_rate(config, classes)};
    bp_trainer *trainer = NULL;
    bp_plan_set_parameters(plan, 0, bp_model_parameters(model, 0));
    bp_status status = bp_trainer_new(&trainer, plan, &member, &options, error);
    if (status == BP_OK)
        status = bp_trainer_run(trainer, observer, error);
    if (status == BP_OK)
        *record = (bp_fit_record){.rows = member.count,
                                  .epochs = bp_trainer_epochs_done(trainer),
                                  .learning_rate = member.learning_rate,
                                  .loss = bp_trainer_loss(trainer, 0)};
    bp_trainer_free(trainer);
    return status;
}

/* Moves the trained weights from the plan to the model. */
static bp_status keep_weights(bp_model *model, const bp_plan *plan, bp_error *error)
{
    size_t count = bp_net_parameter_count(bp_model_net(model));
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_type type = bp_model_type(model);
    void *parameters = bp_allocate(&memory, count, bp_type_size(type), error);
    if (parameters == NULL)
        return BP_E_MEMORY;
    bp_plan_get_parameters(plan, 0, parameters);
    bp_model_set_parameters(model, 0, parameters);
    bp_release(&memory, parameters, count, bp_type_size(type));
    return BP_OK;
}

static bp_status fit_model(bp_model *model, const bp_table *table, const bp_samples *samples,
                           const bp_config *config, bp_mersenne *mersenne, char *description,
                           const bp_observer *observer, bp_error *error)
{
    bp_plan *plan = NULL;
    bp_fit_record record = {0};
    bp_status status = initialize(model, config, mersenne, error);
    if (status == BP_OK)
        status = make_plan(&plan, bp_model_net(model), config, samples->inputs.rows, error);
    if (status == BP_OK && description != NULL)
        snprintf(description, DESCRIPTION_SIZE, "%s", bp_plan_description(plan));
    if (status == BP_OK)
        status = train(model, plan, samples, config, observer, &record, error);
    if (status == BP_OK)
        status = keep_weights(model, plan, error);
    if (status == BP_OK)
        status = bp_model_note_fit(model, table, config, &record, error);
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

bp_status bp_fit_from(bp_model **out, bp_table *table, const size_t *rows, size_t count,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error)
{
    *out = NULL;
    bp_preparation *preparation = NULL;
    bp_prepared *prepared = NULL;
    bp_model *model = NULL;
    bp_status status = bp_config_preparation(&preparation, table, config, error);
    if (status != BP_OK)
        return status;
    if (bp_config_is(config, "scale-on", "all"))
        status = bp_preparation_fit(preparation, table, NULL, bp_table_row_count(table), error);
    else
        status = bp_preparation_fit(preparation, table, rows, count, error);
    if (status == BP_OK)
        status = bp_preparation_apply(preparation, table, rows, count, number_type(config), true,
                                      &prepared, error);
    if (status == BP_OK)
        status = make_model(&model, preparation, config, error);
    if (model == NULL) {
        bp_preparation_free(preparation);
        bp_prepared_free(prepared);
        return status;
    }
    bp_samples samples = bp_prepared_samples(prepared);
    status = fit_model(model, table, &samples, config, mersenne, description, observer, error);
    bp_prepared_free(prepared);
    if (status != BP_OK) {
        bp_model_free(model);
        return status;
    }
    *out = model;
    return BP_OK;
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
    bp_status status = bp_fit_from(model, table, rows, count, config, NULL, NULL, observer, error);
    bp_config_free(defaults);
    return status;
}
