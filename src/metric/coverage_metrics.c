/* coverage_metrics.c: how often answers hold what they promise, equation (62a). */
#include "metric/metric_rows.h"

#include <math.h>

static double mean_of(const double *values, const bp_answers *answers)
{
    double sum = 0;
    if (values == NULL)
        return NAN;
    for (size_t i = 0; i < answers->count; i++)
        sum += values[i];
    return bp_metric_mean(sum, answers);
}

double bp_metric_set_coverage(const bp_answers *answers)
{
    return mean_of(answers->covered, answers);
}

double bp_metric_set_size(const bp_answers *answers)
{
    return mean_of(answers->breadth, answers);
}

double bp_metric_interval_coverage(const bp_answers *answers)
{
    return mean_of(answers->covered, answers);
}

double bp_metric_interval_width(const bp_answers *answers)
{
    return mean_of(answers->breadth, answers);
}

double bp_metric_quantile_coverage(const bp_answers *answers)
{
    size_t below = 0;
    for (size_t i = 0; i < answers->count; i++)
        below += answers->actual[i] <= answers->predicted[i];
    return bp_metric_mean((double)below, answers);
}
