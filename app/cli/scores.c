/* scores.c: metrics of a model's answers on a table with known targets. */
#include "scores.h"

#include "report.h"

#include <stdlib.h>
#include <string.h>

/* What the metrics of one target are computed from. */
struct truth {
    const bp_model *model;
    const bp_prepared *prepared;
    const bp_predictions *predictions;
    double *actual, *predicted; /* a number a row, of one target */
    double *row;                /* a number a target */
};

static double cell(const bp_matrix *matrix, size_t row, size_t column)
{
    size_t place = row * matrix->row_stride + column;
    return matrix->type == BP_F32 ? (double)((const float *)matrix->data)[place]
                                  : ((const double *)matrix->data)[place];
}

static void add_metrics(struct scores *scores, const bp_answers *answers, bool classification,
                        const char *target)
{
    const bp_metric *metric;
    for (size_t i = 0; (metric = bp_metric_at(i)) != NULL; i++)
        if (metric->classification == classification)
            scores->items[scores->count++] =
                (struct score){metric, target, metric->compute(answers)};
}

static void score_classes(struct scores *scores, const struct truth *truth)
{
    const bp_preparation *preparation = bp_model_preparation(truth->model);
    bp_answers answers = {
        .count = bp_predictions_count(truth->predictions),
        .actual_classes = bp_prepared_samples(truth->prepared).classes,
        .predicted_classes = bp_predictions_classes(truth->predictions),
    };
    add_metrics(scores, &answers, true, bp_preparation_target_name(preparation, 0));
}

/* Targets are prepared, and so scaled; the answers are in the target's own units. */
static void score_target(struct scores *scores, const struct truth *truth, size_t target)
{
    const bp_preparation *preparation = bp_model_preparation(truth->model);
    bp_matrix targets = bp_prepared_samples(truth->prepared).targets;
    bp_matrix outputs = bp_predictions_outputs(truth->predictions);
    for (size_t row = 0; row < outputs.rows; row++) {
        for (size_t i = 0; i < targets.columns; i++)
            truth->row[i] = cell(&targets, row, i);
        bp_preparation_restore(preparation, truth->row);
        truth->actual[row] = truth->row[target];
        truth->predicted[row] = cell(&outputs, row, target);
    }
    bp_answers answers = {
        .count = outputs.rows, .actual = truth->actual, .predicted = truth->predicted};
    add_metrics(scores, &answers, false, bp_preparation_target_name(preparation, target));
}

static size_t metric_count(void)
{
    size_t count = 0;
    while (bp_metric_at(count) != NULL)
        count++;
    return count;
}

static bp_status score_all(struct scores *scores, struct truth *truth, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(truth->model);
    size_t targets = bp_preparation_target_count(preparation);
    size_t rows = bp_predictions_count(truth->predictions);
    scores->items = calloc(targets * metric_count(), sizeof *scores->items);
    truth->row = calloc(targets, sizeof(double));
    truth->actual = calloc(rows + 1, sizeof(double));
    truth->predicted = calloc(rows + 1, sizeof(double));
    bool enough = scores->items != NULL && truth->row != NULL && truth->actual != NULL
                  && truth->predicted != NULL;
    if (enough && bp_preparation_task(preparation) == BP_TASK_CLASSIFICATION)
        score_classes(scores, truth);
    else if (enough)
        for (size_t target = 0; target < targets; target++)
            score_target(scores, truth, target);
    free(truth->row);
    free(truth->actual);
    free(truth->predicted);
    return enough ? BP_OK : fail(error, BP_E_MEMORY, "out of memory for the scores");
}

bp_status scores_make(struct scores *scores, const bp_model *model, bp_table *table,
                      const bp_predictions *predictions, bp_error *error)
{
    bp_prepared *prepared = NULL;
    *scores = (struct scores){NULL, 0};
    bp_status status =
        bp_preparation_apply(bp_model_preparation(model), table, NULL,
                             bp_predictions_count(predictions), BP_F64, true, &prepared, error);
    if (status != BP_OK)
        return status;
    struct truth truth = {.model = model, .prepared = prepared, .predictions = predictions};
    status = score_all(scores, &truth, error);
    bp_prepared_free(prepared);
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
