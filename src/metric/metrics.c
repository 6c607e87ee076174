/* metrics.c: the metrics, one row each. */
#include <backprop/metric.h>

#include <math.h>
#include <string.h>

/* Equation (21): the share of right answers. */
static double accuracy(const bp_answers *answers)
{
    size_t right = 0;
    for (size_t i = 0; i < answers->count; i++)
        right += answers->actual_classes[i] == answers->predicted_classes[i];
    return (double)right / (double)answers->count;
}

static double sum_of_squared_errors(const bp_answers *answers)
{
    double sum = 0;
    for (size_t i = 0; i < answers->count; i++) {
        double error = answers->actual[i] - answers->predicted[i];
        sum += error * error;
    }
    return sum;
}

/* Equation (23), three ways to say how far off numbers are. */
static double root_mean_squared_error(const bp_answers *answers)
{
    return sqrt(sum_of_squared_errors(answers) / (double)answers->count);
}

static double mean_absolute_error(const bp_answers *answers)
{
    double sum = 0;
    for (size_t i = 0; i < answers->count; i++)
        sum += fabs(answers->actual[i] - answers->predicted[i]);
    return sum / (double)answers->count;
}

/* Of a constant truth, 1 where every answer is exact and 0 otherwise. */
static double determination(const bp_answers *answers)
{
    double sum = 0, spread = 0;
    for (size_t i = 0; i < answers->count; i++)
        sum += answers->actual[i];
    double mean = sum / (double)answers->count;
    for (size_t i = 0; i < answers->count; i++) {
        double distance = answers->actual[i] - mean;
        spread += distance * distance;
    }
    double errors = sum_of_squared_errors(answers);
    if (spread > 0)
        return 1 - errors / spread;
    return errors > 0 ? 0 : 1;
}

static const bp_metric metrics[] = {
    {"accuracy", "the share of rows whose class is right", true, true, accuracy},
    {"rmse", "root of the mean squared error", false, false, root_mean_squared_error},
    {"mae", "mean absolute error", false, false, mean_absolute_error},
    {"r2", "share of the variance explained: 1 - squared error / variance", false, true,
     determination},
};

#define METRIC_COUNT (sizeof metrics / sizeof *metrics)

const bp_metric *bp_metric_at(size_t index)
{
    return index < METRIC_COUNT ? &metrics[index] : NULL;
}

const bp_metric *bp_metric_find(const char *name)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (strcmp(name, metrics[i].name) == 0)
            return &metrics[i];
    return NULL;
}
