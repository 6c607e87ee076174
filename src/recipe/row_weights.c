/* row_weights.c: weights of rows from a column, and from how rare their classes are. */
#include "recipe/row_weights.h"

#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "table/table.h"

#include <math.h>

static bp_status read_column(double *weights, const bp_table *table, const char *reference,
                             const size_t *rows, size_t count, bp_error *error)
{
    size_t column = 0;
    bp_status status = bp_table_find_column(table, reference, &column, error);
    if (status != BP_OK)
        return status;
    bp_matrix cells = bp_table_numbers(table, column);
    if (cells.data == NULL)
        return bp_fail(error, BP_E_OPTION, "--weight %s is no column of numbers", reference);
    for (size_t i = 0; i < count; i++) {
        size_t row = rows != NULL ? rows[i] : i;
        weights[i] = bp_matrix_at(&cells, row, 0);
        if (!(weights[i] >= 0 && isfinite(weights[i])))
            return bp_table_at_cell(table, row, column, error,
                                    bp_fail(error, BP_E_DATA,
                                            "a row's weight must be a number of at least 0 "
                                            "(column %s)",
                                            reference));
    }
    return BP_OK;
}

/* Each class counts alike: n / (classes rows_of_class), times the weight so far. */
static bp_status balance(double *weights, size_t count, const bp_samples *samples, size_t classes,
                         const bp_config *config, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    double *sums = bp_allocate(memory, classes, sizeof(double), error), total = 0;
    if (sums == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        sums[samples->classes[i]] += weights[i];
        total += weights[i];
    }
    for (size_t i = 0; i < count; i++)
        if (sums[samples->classes[i]] > 0)
            weights[i] *= total / ((double)classes * sums[samples->classes[i]]);
    bp_release(memory, sums, classes, sizeof(double));
    return BP_OK;
}

/* So that the learning rate means what it means without weights. */
static bp_status make_mean_one(double *weights, size_t count, bp_error *error)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += weights[i];
    if (!(total > 0 && isfinite(total)))
        return bp_fail(error, BP_E_DATA, "the weights of the training rows add up to 0");
    for (size_t i = 0; i < count; i++)
        weights[i] *= (double)count / total;
    return BP_OK;
}

bp_status bp_row_weights(double **out, const bp_table *table, const size_t *rows, size_t count,
                         const bp_samples *samples, size_t classes, const bp_config *config,
                         bp_error *error)
{
    const char *reference = bp_config_get(config, "weight");
    bool balanced = bp_config_is(config, "class-weights", "balanced");
    *out = NULL;
    if (balanced && samples->classes == NULL)
        return bp_fail(error, BP_E_OPTION,
                       "--class-weights balanced is for classes, and this is a regression");
    if (reference[0] == '\0' && !balanced)
        return BP_OK;
    const bp_allocator *memory = bp_config_allocator(config);
    double *weights = bp_allocate(memory, count, sizeof(double), error);
    if (weights == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        weights[i] = 1;
    bp_status status = BP_OK;
    if (reference[0] != '\0')
        status = read_column(weights, table, reference, rows, count, error);
    if (status == BP_OK && balanced)
        status = balance(weights, count, samples, classes, config, error);
    if (status == BP_OK)
        status = make_mean_one(weights, count, error);
    if (status != BP_OK) {
        bp_row_weights_free(weights, count, config);
        return status;
    }
    *out = weights;
    return BP_OK;
}

void bp_row_weights_free(double *weights, size_t count, const bp_config *config)
{
    const bp_allocator *memory = bp_config_allocator(config);
    bp_release(memory, weights, count, sizeof(double));
}
