/* scores.c: metrics of a model's answers on a table with known targets. */
#include "scores.h"

#include "report.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_ROWS 4096 /* whose truth is prepared at a time */

/* What the metrics are computed from. */
struct truth {
    const bp_model *model;
    const bp_predictions *predictions;
    size_t rows, targets;
    uint32_t *classes;     /* [rows] of classification */
    double *actual;        /* [targets][rows] of regression, in their own units */
    double *predicted;     /* [rows] of one target */
    double *row;           /* [targets] */
    double *probabilities; /* [rows][classes] of classification */
    double *room;          /* of bp_answers */
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
    size_t classes = bp_preparation_class_count(preparation);
    for (size_t row = 0; row < truth->rows; row++)
        bp_predictions_probabilities(truth->predictions, row, truth->probabilities + row * classes);
    bp_answers answers = {
        .count = truth->rows,
        .classes = classes,
        .actual_classes = truth->classes,
        .predicted_classes = bp_predictions_classes(truth->predictions),
        .probabilities = truth->probabilities,
        .room = truth->room,
    };
    add_metrics(scores, &answers, true, bp_preparation_target_name(preparation, 0));
}

static void score_target(struct scores *scores, const struct truth *truth, size_t target)
{
    const bp_preparation *preparation = bp_model_preparation(truth->model);
    bp_matrix outputs = bp_predictions_outputs(truth->predictions);
    for (size_t row = 0; row < truth->rows; row++)
        truth->predicted[row] = cell(&outputs, row, target);
    bp_answers answers = {.count = truth->rows,
                          .actual = truth->actual + target * truth->rows,
                          .predicted = truth->predicted,
                          .room = truth->room};
    add_metrics(scores, &answers, false, bp_preparation_target_name(preparation, target));
}

/* The truth of a block of rows; prepared targets are scaled and scaled back here. */
static void keep_block(const struct truth *truth, size_t start, const bp_samples *samples)
{
    const bp_preparation *preparation = bp_model_preparation(truth->model);
    for (size_t i = 0; i < samples->inputs.rows; i++) {
        if (truth->classes != NULL) {
            truth->classes[start + i] = samples->classes[i];
            continue;
        }
        for (size_t t = 0; t < truth->targets; t++)
            truth->row[t] = cell(&samples->targets, i, t);
        bp_preparation_restore(preparation, truth->row);
        for (size_t t = 0; t < truth->targets; t++)
            truth->actual[t * truth->rows + start + i] = truth->row[t];
    }
}

static bp_status find_truth(const struct truth *truth, bp_table *table, bp_error *error)
{
    size_t rows[BLOCK_ROWS];
    const size_t most = BLOCK_ROWS;
    for (size_t start = 0; start < truth->rows; start += most) {
        size_t left = truth->rows - start, count = left < most ? left : most;
        bp_prepared *prepared = NULL;
        for (size_t i = 0; i < count; i++)
            rows[i] = start + i;
        bp_status status = bp_preparation_apply(bp_model_preparation(truth->model), table, rows,
                                                count, BP_F64, true, &prepared, error);
        if (status != BP_OK)
            return status;
        bp_samples samples = bp_prepared_samples(prepared);
        keep_block(truth, start, &samples);
        bp_prepared_free(prepared);
    }
    return BP_OK;
}

static size_t metric_count(void)
{
    size_t count = 0;
    while (bp_metric_at(count) != NULL)
        count++;
    return count;
}

static bool take_room(struct scores *scores, struct truth *truth, size_t classes)
{
    scores->items = calloc(truth->targets * metric_count(), sizeof *scores->items);
    truth->row = calloc(truth->targets, sizeof(double));
    truth->room = calloc(bp_answers_room(truth->rows, classes) + 1, sizeof(double));
    if (classes > 0) {
        truth->classes = calloc(truth->rows + 1, sizeof(uint32_t));
        truth->probabilities = calloc(truth->rows + 1, classes * sizeof(double));
        return scores->items != NULL && truth->row != NULL && truth->classes != NULL
               && truth->probabilities != NULL && truth->room != NULL;
    }
    truth->actual = calloc(truth->targets * truth->rows + 1, sizeof(double));
    truth->predicted = calloc(truth->rows + 1, sizeof(double));
    return scores->items != NULL && truth->row != NULL && truth->actual != NULL
           && truth->predicted != NULL && truth->room != NULL;
}

bp_status scores_make(struct scores *scores, const bp_model *model, bp_table *table,
                      const bp_predictions *predictions, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(model);
    bool classes = bp_preparation_task(preparation) == BP_TASK_CLASSIFICATION;
    struct truth truth = {.model = model,
                          .predictions = predictions,
                          .rows = bp_predictions_count(predictions),
                          .targets = bp_preparation_target_count(preparation)};
    *scores = (struct scores){NULL, 0};
    bp_status status = BP_OK;
    if (!take_room(scores, &truth, bp_preparation_class_count(preparation)))
        status = fail(error, BP_E_MEMORY, "out of memory for the scores");
    if (status == BP_OK)
        status = find_truth(&truth, table, error);
    if (status == BP_OK && classes)
        score_classes(scores, &truth);
    for (size_t t = 0; t < truth.targets && status == BP_OK && !classes; t++)
        score_target(scores, &truth, t);
    free(truth.row);
    free(truth.room);
    free(truth.probabilities);
    free(truth.classes);
    free(truth.actual);
    free(truth.predicted);
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

/* The first thing that one would want to know; --json has all. */
static bool is_headline(const bp_metric *metric)
{
    static const char *const names[] = {"accuracy", "rmse", "mae", "r2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(metric->name, names[i]) == 0)
            return true;
    return false;
}

void scores_print(struct output *out, const struct scores *scores)
{
    bool several = has_several_targets(scores);
    const char *last = NULL; /* the target spoken of */
    for (size_t i = 0; i < scores->count; i++) {
        const struct score *score = &scores->items[i];
        if (!is_headline(score->metric))
            continue;
        bool next = several && (last == NULL || strcmp(score->target, last) != 0);
        if (last != NULL)
            output_text(out, next ? "; " : ", ");
        last = score->target;
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
