/* score_sums.c: the scores of answers that come block by block. */
#include "score_sums.h"

#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const bp_preparation *preparation_of(const struct score_sums *sums)
{
    return bp_model_preparation(sums->model);
}

static size_t target_count(const struct score_sums *sums)
{
    bool classes = bp_preparation_class_count(preparation_of(sums)) > 0;
    return classes ? 1 : bp_preparation_target_count(preparation_of(sums));
}

static bp_status fail_memory(bp_error *error)
{
    return fail(error, BP_E_MEMORY, "out of memory for the scores");
}

bp_status score_sums_begin(struct score_sums *sums, const bp_model *model, bp_error *error)
{
    *sums = (struct score_sums){.model = model};
    sums->targets = calloc(target_count(sums), sizeof *sums->targets);
    return sums->targets != NULL ? BP_OK : fail_memory(error);
}

void score_sums_free(struct score_sums *sums)
{
    free(sums->targets);
    sums->targets = NULL;
}

/* ---- A block ---------------------------------------------------------------------- */

static void add_classes(struct score_sums *sums, const uint32_t *actual,
                        const bp_predictions *predictions, size_t rows)
{
    const uint32_t *predicted = bp_predictions_classes(predictions);
    for (size_t row = 0; row < rows; row++)
        sums->right += actual[row] == predicted[row];
}

/* The deviations as Welford has them: each row moves the mean. */
static void add_number(struct score_sum *sum, double actual, double predicted, size_t rows)
{
    double error = actual - predicted, before = actual - sum->mean;
    sum->absolute += fabs(error);
    sum->squared += error * error;
    sum->mean += before / (double)rows;
    sum->deviations += before * (actual - sum->mean);
}

static void add_numbers(struct score_sums *sums, const double *actual,
                        const bp_predictions *predictions, size_t rows)
{
    bp_matrix outputs = bp_predictions_outputs(predictions);
    const double *numbers = outputs.data;
    for (size_t t = 0; t < target_count(sums); t++)
        for (size_t row = 0; row < rows; row++)
            add_number(&sums->targets[t], actual[t * rows + row],
                       numbers[row * outputs.row_stride + t], sums->rows + row + 1);
}

bp_status score_sums_add(struct score_sums *sums, bp_table *block,
                         const bp_predictions *predictions, bp_error *error)
{
    size_t rows = bp_predictions_count(predictions);
    bool classes = bp_preparation_class_count(preparation_of(sums)) > 0;
    uint32_t *codes = classes ? calloc(rows + 1, sizeof *codes) : NULL;
    double *numbers = classes ? NULL : calloc(target_count(sums) * rows + 1, sizeof *numbers);
    bp_status status = codes != NULL || numbers != NULL ? BP_OK : fail_memory(error);
    if (status == BP_OK)
        status =
            bp_preparation_truth(preparation_of(sums), block, NULL, rows, codes, numbers, error);
    if (status == BP_OK && codes != NULL)
        add_classes(sums, codes, predictions, rows);
    else if (status == BP_OK && numbers != NULL)
        add_numbers(sums, numbers, predictions, rows);
    sums->rows += status == BP_OK ? rows : 0;
    free(codes);
    free(numbers);
    return status;
}

/* ---- All of them -------------------------------------------------------------------- */

static void put_score(struct scores *scores, const char *metric, const char *target, double value)
{
    scores->items[scores->count++] = (struct score){bp_metric_find(metric), target, value};
}

/* Equation (23): of a constant truth, 1 where every answer is exact and 0 otherwise. */
static double r2_of(const struct score_sum *sum)
{
    if (sum->deviations > 0)
        return 1 - sum->squared / sum->deviations;
    return sum->squared > 0 ? 0 : 1;
}

bp_status score_sums_end(const struct score_sums *sums, struct scores *scores, bp_error *error)
{
    const bp_preparation *preparation = preparation_of(sums);
    double rows = (double)sums->rows;
    *scores = (struct scores){calloc(target_count(sums) * 3, sizeof *scores->items), 0};
    if (scores->items == NULL)
        return fail_memory(error);
    if (bp_preparation_class_count(preparation) > 0)
        put_score(scores, "accuracy", bp_preparation_target_name(preparation, 0),
                  (double)sums->right / rows);
    for (size_t t = 0; t < target_count(sums) && bp_preparation_class_count(preparation) == 0;
         t++) {
        const struct score_sum *sum = &sums->targets[t];
        const char *name = bp_preparation_target_name(preparation, t);
        put_score(scores, "rmse", name, sqrt(sum->squared / rows));
        put_score(scores, "mae", name, sum->absolute / rows);
        put_score(scores, "r2", name, r2_of(sum));
    }
    return BP_OK;
}
