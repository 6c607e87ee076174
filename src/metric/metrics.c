/* metrics.c: the lists of metrics. */
#include "metric/metric_rows.h"

#include <math.h>
#include <string.h>

#define ROW(function, name, help, classification, higher, probabilities)                           \
    {name, help, classification, higher, probabilities, bp_metric_##function},

static const bp_metric metrics[] = {BP_METRIC_MAP(ROW)};
static const bp_metric coverages[] = {BP_COVERAGE_MAP(ROW)};

size_t bp_answers_room(size_t count, size_t classes)
{
    return 2 * count + 3 * classes;
}

double bp_metric_mean(double sum, const bp_answers *answers)
{
    return answers->count > 0 ? sum / (double)answers->count : NAN;
}

static const bp_metric *find(const bp_metric *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, list[i].name) == 0)
            return &list[i];
    return NULL;
}

const bp_metric *bp_metric_at(size_t index)
{
    return index < BP_METRIC_COUNT ? &metrics[index] : NULL;
}

const bp_metric *bp_metric_find(const char *name)
{
    return find(metrics, BP_METRIC_COUNT, name);
}

const bp_metric *bp_coverage_at(size_t index)
{
    return index < BP_COVERAGE_COUNT ? &coverages[index] : NULL;
}

const bp_metric *bp_coverage_find(const char *name)
{
    return find(coverages, BP_COVERAGE_COUNT, name);
}
