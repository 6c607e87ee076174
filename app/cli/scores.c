/* scores.c: metrics of a model's answers on a table with known targets. */
#include "scores.h"

#include "report.h"

#include <stdlib.h>
#include <string.h>

/* What one wants to know at first. */
static const char *const HEADLINES[] = {"accuracy", "rmse", "mae", "r2"};
#define HEADLINE_COUNT (sizeof HEADLINES / sizeof *HEADLINES)

/* What the metrics are computed from. */
struct truth {
    size_t rows, targets;
    uint32_t *classes; /* [rows] of classification */
    double *actual;    /* [targets][rows] of regression, in their own units */
    double *predicted; /* [rows] of one target */
};

static void add_metrics(struct scores *scores, const bp_answers *answers, bool classification,
                        const char *target)
{
    for (size_t i = 0; i < HEADLINE_COUNT; i++) {
        const bp_metric *metric = bp_metric_find(HEADLINES[i]);
        if (metric->classification == classification)
            scores->items[scores->count++] =
                (struct score){metric, target, metric->compute(answers)};
    }
}

static void score_target(struct scores *scores, const struct truth *truth,
                         const bp_predictions *predictions, size_t target, const char *name)
{
    bp_matrix outputs = bp_predictions_outputs(predictions);
    for (size_t row = 0; row < truth->rows; row++)
        truth->predicted[row] = ((const double *)outputs.data)[row * outputs.row_stride + target];
    bp_answers answers = {.count = truth->rows,
                          .actual = truth->actual + target * truth->rows,
                          .predicted = truth->predicted};
    add_metrics(scores, &answers, false, name);
}

static bool take_room(struct scores *scores, struct truth *truth, bool classes)
{
    scores->items = calloc(truth->targets * HEADLINE_COUNT, sizeof *scores->items);
    if (classes) {
        truth->classes = calloc(truth->rows + 1, sizeof(uint32_t));
        return scores->items != NULL && truth->classes != NULL;
    }
    truth->actual = calloc(truth->targets * truth->rows + 1, sizeof(double));
    truth->predicted = calloc(truth->rows + 1, sizeof(double));
    return scores->items != NULL && truth->actual != NULL && truth->predicted != NULL;
}

bp_status scores_make(struct scores *scores, const bp_model *model, bp_table *table,
                      const bp_predictions *predictions, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(model);
    bool classes = bp_preparation_task(preparation) == BP_TASK_CLASSIFICATION;
    struct truth truth = {.rows = bp_predictions_count(predictions),
                          .targets = bp_preparation_target_count(preparation)};
    *scores = (struct scores){NULL, 0};
    bp_status status = BP_OK;
    if (!take_room(scores, &truth, classes))
        status = fail(error, BP_E_MEMORY, "out of memory for the scores");
    if (status == BP_OK)
        status = bp_preparation_truth(preparation, table, NULL, truth.rows, truth.classes,
                                      truth.actual, error);
    if (status == BP_OK && classes) {
        bp_answers answers = {.count = truth.rows,
                              .actual_classes = truth.classes,
                              .predicted_classes = bp_predictions_classes(predictions)};
        add_metrics(scores, &answers, true, bp_preparation_target_name(preparation, 0));
    }
    for (size_t t = 0; t < truth.targets && status == BP_OK && !classes; t++)
        score_target(scores, &truth, predictions, t, bp_preparation_target_name(preparation, t));
    free(truth.classes);
    free(truth.actual);
    free(truth.predicted);
    if (status != BP_OK)
        scores_free(scores);
    return status;
}

void scores_free(struct scores *scores)
{
    free(scores->items);
    *scores = (struct scores){NULL, 0};
}

static bool has_several_targets(const struct scores *scores)
{
    return scores->count > 0
           && strcmp(scores->items[0].target, scores->items[scores->count - 1].target) != 0;
}

void scores_print(struct output *out, const struct scores *scores)
{
    bool several = has_several_targets(scores);
    for (size_t i = 0; i < scores->count; i++) {
        const struct score *score = &scores->items[i];
        bool next = several && (i == 0 || strcmp(score->target, score[-1].target) != 0);
        if (i > 0)
            output_text(out, next ? "; " : ", ");
        if (next) {
            output_name(out, score->target);
            output_text(out, ": ");
        }
        if (strcmp(score->metric->name, "accuracy") == 0)
            output_print(out, "accuracy %.3f %%", score->value * 100.0);
        else
            output_print(out, "%s %.6g", score->metric->name, score->value);
    }
}

void scores_write(bp_json *json, const struct scores *scores)
{
    bp_json_key(json, "scores");
    bp_json_array_begin(json);
    for (size_t i = 0; i < scores->count; i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "target");
        bp_json_string(json, scores->items[i].target);
        bp_json_key(json, "metric");
        bp_json_string(json, scores->items[i].metric->name);
        bp_json_key(json, "value");
        bp_json_number(json, scores->items[i].value);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}
