/* metrics.c: the list of metrics. */
#include "metric/metric_rows.h"

#include <math.h>
#include <string.h>

#define ROW(function, name, help, classification, higher, probabilities)                           \
    {name, help, classification, higher, probabilities, bp_metric_##function},

static const bp_metric metrics[] = {BP_METRIC_MAP(ROW)};

#define METRIC_COUNT (sizeof metrics / sizeof *metrics)

size_t bp_answers_room(size_t count, size_t classes)
{
    return 2 * count + 3 * classes;
}

double bp_metric_mean(double sum, const bp_answers *answers)
{
    return answers->count > 0 ? sum / (double)answers->count : NAN;
}

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
