/* evaluated.c: a model's answers to rows whose truth is known, beside simpler ones. */
#include "evaluated.h"

#include "decisions.h"
#include "progress.h"
#include "report.h"

#include <math.h>
#include <string.h>

/* ---- The model ------------------------------------------------------------------ */

static bp_status answer(struct evaluated *evaluated, bp_error *error)
{
    const bp_config *config = evaluated->command->config;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    if (bp_config_origin(config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(config, "engine");
    options.threads = bp_config_threads(config);
    bp_status status = bp_predictor_new(&evaluated->predictor, evaluated->model, &options, error);
    if (status != BP_OK)
        return status;
    return bp_predict_table(&evaluated->predictions, evaluated->predictor, evaluated->table, NULL,
                            bp_table_row_count(evaluated->table), error);
}

#define RESAMPLES_MOST 1000
#define RESAMPLES_LEAST 200    /* that find the ends of 95 % */
#define NUMBERS_DRAWN 20000000 /* by all together: what one waits for */

static size_t count_resamples(const struct evaluated *evaluated)
{
    const char *asked = evaluated->command->own[OWN_RESAMPLES];
    double number = 0;
    if (asked != NULL && bp_number_read(asked, strlen(asked), &number))
        return (size_t)number;
    size_t classes = bp_preparation_class_count(bp_model_preparation(evaluated->model));
    size_t drawn = bp_table_row_count(evaluated->table) * (classes > 0 ? classes : 1);
    size_t count = NUMBERS_DRAWN / (drawn > 0 ? drawn : 1);
    return count > RESAMPLES_MOST    ? RESAMPLES_MOST
           : count < RESAMPLES_LEAST ? RESAMPLES_LEAST
                                     : count;
}

const char *missing_target(const bp_preparation *preparation, const bp_table *table)
{
    size_t count = bp_preparation_target_count(preparation), t = 0, column = 0;
    if (bp_preparation_has_targets(preparation, table))
        return NULL;
    while (t + 1 < count
           && bp_table_find_column(table, bp_preparation_target_name(preparation, t), &column, NULL)
                  == BP_OK)
        t++;
    return bp_preparation_target_name(preparation, t);
}

static bp_status evaluate(struct evaluated *evaluated, bp_error *error)
{
    const bp_config *config = evaluated->command->config;
    bp_evaluation_options options;
    bp_evaluation_options_init(&options);
    options.resamples = evaluated->resamples = count_resamples(evaluated);
    options.threads = bp_config_threads(config);
    const char *missing = missing_target(bp_model_preparation(evaluated->model), evaluated->table);
    if (missing != NULL)
        return fail_file(error, BP_E_DATA, bp_table_name(evaluated->table),
                         "there is no column %s, so that answers cannot be judged; backprop "
                         "predict needs none",
                         missing);
    return bp_evaluate(&evaluated->evaluation, evaluated->predictions, evaluated->table, NULL,
                       &options, error);
}

/* ---- Beside it -------------------------------------------------------------------- */

/* Options about the columns that the model was made with, from its record. */
static bp_status take_over(bp_config *config, const bp_model *model, bp_error *error)
{
    bp_config *made_with = NULL;
    bp_status status = bp_config_of_model(&made_with, model, NULL, error);
    if (status != BP_OK)
        return status == BP_E_MEMORY ? status : BP_OK; /* the defaults will do */
    for (size_t i = 0; i < bp_option_count() && status == BP_OK; i++) {
        const bp_option *option = bp_option_at(i);
        if (strcmp(option->group, "data") == 0
            && bp_config_origin(made_with, option->name) == BP_FROM_CALLER)
            status =
                bp_config_set(config, option->name, bp_config_get(made_with, option->name), error);
    }
    bp_config_free(made_with);
    return status;
}

#define NUMBERS_LARGE 2000000 /* of prepared rows: five folds would take long */

static bool is_large(const struct evaluated *evaluated)
{
    size_t width = bp_preparation_width(bp_model_preparation(evaluated->model));
    return bp_table_row_count(evaluated->table) > NUMBERS_LARGE / (width > 0 ? width : 1);
}

static bp_status compare(struct evaluated *evaluated, bp_error *error)
{
    bp_config *config = NULL;
    struct progress progress;
    bp_task task = bp_preparation_task(bp_model_preparation(evaluated->model));
    bp_status status = bp_config_new(&config, "linear", NULL, error);
    if (status == BP_OK)
        status = take_over(config, evaluated->model, error);
    if (status == BP_OK)
        status = bp_config_set(config, "task", bp_task_name(task), error);
    if (status == BP_OK && is_large(evaluated))
        status = bp_config_set(config, "folds", "2", error);
    if (status == BP_OK) {
        progress_begin(&progress, evaluated->command);
        status = bp_cross_validate(&evaluated->baseline, evaluated->table, config,
                                   &progress.observer, error);
        progress_end(&progress);
    }
    bp_config_free(config);
    return status;
}

bool evaluated_has_baseline(const struct evaluated *evaluated, size_t metric)
{
    return evaluated->baseline != NULL && bp_validation_metric(evaluated->baseline, metric) != NULL;
}

double evaluated_baseline(const struct evaluated *evaluated, size_t metric, bool zero_rule)
{
    if (!evaluated_has_baseline(evaluated, metric))
        return (double)NAN;
    return bp_validation_pooled(evaluated->baseline, metric, zero_rule);
}

/* ---- The whole ---------------------------------------------------------------------- */

static bool is_alone(const struct command *command)
{
    const char *value = command->own[OWN_BASELINE];
    return value != NULL && strcmp(value, "no") == 0;
}

bp_status evaluated_open(struct evaluated *evaluated, struct command *command, bp_error *error)
{
    *evaluated = (struct evaluated){.command = command};
    if (strcmp(command->operands[0], "-") == 0 && strcmp(command->operands[1], "-") == 0)
        return fail(error, BP_E_ARGUMENT, "MODEL and FILE cannot both be standard input");
    bp_status status = bp_model_load(&evaluated->model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = bp_config_set(command->config, "precision",
                               bp_type_name(bp_model_type(evaluated->model)), error);
    if (status == BP_OK)
        status = bp_table_open(&evaluated->table, command->operands[1], command->config, error);
    if (status == BP_OK)
        status = drop_unlabeled(command, evaluated->model, evaluated->table, error);
    if (status == BP_OK)
        status = answer(evaluated, error);
    if (status == BP_OK)
        status = evaluate(evaluated, error);
    if (status == BP_OK)
        evaluated->seen = bp_model_learned_from(evaluated->model, evaluated->table);
    if (status != BP_OK || is_alone(command))
        return status;
    status = compare(evaluated, &evaluated->why);
    if (status == BP_E_STOPPED || status == BP_E_MEMORY) {
        *error = evaluated->why;
        return status;
    }
    evaluated->why.status = status;
    return BP_OK;
}

void evaluated_close(struct evaluated *evaluated)
{
    bp_validation_free(evaluated->baseline);
    bp_evaluation_free(evaluated->evaluation);
    bp_predictions_free(evaluated->predictions);
    bp_predictor_free(evaluated->predictor);
    bp_table_free(evaluated->table);
    bp_model_free(evaluated->model);
}

/* ---- Demands ---------------------------------------------------------------------------- */

static bp_status fail_metric(const struct evaluated *evaluated, const char *name, bp_error *error)
{
    const char *names[BP_METRIC_COUNT + BP_COVERAGE_COUNT];
    size_t count = 0;
    bp_task task = bp_evaluation_task(evaluated->evaluation);
    if (bp_metric_find(name) != NULL)
        return fail(error, BP_E_OPTION, "%s is no metric of a %s, which this model does", name,
                    bp_task_name(task));
    if (bp_coverage_find(name) != NULL)
        return fail(error, BP_E_OPTION, "there is no %s of this model: %s", name,
                    strcmp(name, "quantile-coverage") == 0
                        ? "its loss is not quantile (train --loss quantile)"
                    : bp_coverage_find(name)->classification != (task == BP_TASK_CLASSIFICATION)
                        ? "it is of the other task"
                        : "it is not calibrated (backprop calibrate)");
    for (; bp_evaluation_metric(evaluated->evaluation, count) != NULL; count++)
        names[count] = bp_evaluation_metric(evaluated->evaluation, count)->name;
    const char *nearest = bp_nearest(name, names, count);
    return fail(error, BP_E_OPTION, "unknown metric \"%s\"%s%s%s", name,
                nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                nearest != NULL ? "\"?" : "; backprop eval lists those there are");
}

/* One "accuracy=0.9", of that many bytes. */
static bp_status read_demand(struct demand *demand, const char *text, size_t length,
                             const struct evaluated *evaluated, bp_error *error)
{
    const char *flag = demand->most ? "--max" : "--min";
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals != NULL ? (size_t)(equals - text) : 0;
    char name[64];
    if (name_length == 0 || name_length >= sizeof name
        || !bp_number_read(equals + 1, length - name_length - 1, &demand->bound))
        return fail(error, BP_E_OPTION, "%s takes METRIC=NUMBER, as in %s", flag,
                    demand->most ? "--max rmse=2.5" : "--min accuracy=0.9");
    memcpy(name, text, name_length);
    name[name_length] = '\0';
    const bp_metric *metric;
    demand->metric = 0;
    while ((metric = bp_evaluation_metric(evaluated->evaluation, demand->metric)) != NULL
           && strcmp(metric->name, name) != 0)
        demand->metric++;
    if (metric == NULL)
        return fail_metric(evaluated, name, error);
    bool aims = !isnan(bp_evaluation_asked(evaluated->evaluation, demand->metric));
    if (!aims && metric->higher_is_better == demand->most) /* what aims can be above, and below */
        return fail(error, BP_E_OPTION, "of %s %s is better; use %s %s=NUMBER", name,
                    demand->most ? "more" : "less", demand->most ? "--min" : "--max", name);
    return BP_OK;
}

bp_status demands_read(struct demand demands[DEMAND_LIMIT], size_t *count,
                       const struct evaluated *evaluated, bp_error *error)
{
    static const enum own_option flags[] = {OWN_MIN, OWN_MAX};
    bp_status status = BP_OK;
    *count = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *text = evaluated->command->own[flags[i]];
        while (text != NULL && *text != '\0' && status == BP_OK) {
            size_t length = strcspn(text, ",");
            if (*count == DEMAND_LIMIT)
                return fail(error, BP_E_OPTION, "more than %d demands", DEMAND_LIMIT);
            demands[*count].most = flags[i] == OWN_MAX;
            status = read_demand(&demands[(*count)++], text, length, evaluated, error);
            text += length + (text[length] == ',');
        }
    }
    return status;
}

bool demand_is_met(const struct demand *demand, const bp_evaluation *evaluation)
{
    for (size_t t = 0; t < bp_evaluation_targets(evaluation); t++) {
        double score = bp_evaluation_score(evaluation, demand->metric, t);
        if (!(demand->most ? score <= demand->bound : score >= demand->bound))
            return false;
    }
    return true;
}
