/* number_metrics.c: how far off numbers are, equations (23) to (23b). */
#include "metric/metric_rows.h"

#include "base/sort.h"

#include <float.h>
#include <math.h>

static double sum_of_squared_errors(const bp_answers *answers)
{
    double sum = 0;
    for (size_t i = 0; i < answers->count; i++) {
        double error = answers->actual[i] - answers->predicted[i];
        sum += error * error;
    }
    return sum;
}

double bp_metric_rmse(const bp_answers *answers)
{
    return sqrt(bp_metric_mean(sum_of_squared_errors(answers), answers));
}

double bp_metric_mae(const bp_answers *answers)
{
    double sum = 0;
    for (size_t i = 0; i < answers->count; i++)
        sum += fabs(answers->actual[i] - answers->predicted[i]);
    return bp_metric_mean(sum, answers);
}

/* Equation (23a). */
double bp_metric_median_error(const bp_answers *answers)
{
    size_t n = answers->count;
    if (n == 0 || answers->room == NULL)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        answers->room[i] = fabs(answers->actual[i] - answers->predicted[i]);
        if (isnan(answers->room[i]))
            return NAN;
    }
    bp_sort_numbers(answers->room, n);
    return (answers->room[(n - 1) / 2] + answers->room[n / 2]) / 2;
}

/* Of a constant truth, 1 where every answer is exact and 0 otherwise. */
double bp_metric_r2(const bp_answers *answers)
{
    double sum = 0, spread = 0;
    for (size_t i = 0; i < answers->count; i++)
        sum += answers->actual[i];
    double mean = bp_metric_mean(sum, answers);
    for (size_t i = 0; i < answers->count; i++) {
        double distance = answers->actual[i] - mean;
        spread += distance * distance;
    }
    double errors = sum_of_squared_errors(answers);
    if (spread > 0)
        return 1 - errors / spread;
    return errors > 0 ? 0 : 1;
}

/* Equation (23b). */
double bp_metric_mape(const bp_answers *answers)
{
    double sum = 0;
    for (size_t i = 0; i < answers->count; i++) {
        double size = fabs(answers->actual[i]);
        sum += fabs(answers->actual[i] - answers->predicted[i])
               / (size > DBL_EPSILON ? size : DBL_EPSILON);
    }
    return bp_metric_mean(sum, answers);
}
