/* metric_rows.h: the functions of the metrics, one a row of BP_METRIC_MAP and
 * BP_COVERAGE_MAP. */
#ifndef METRIC_METRIC_ROWS_H
#define METRIC_METRIC_ROWS_H

#include <backprop/metric.h>

#define BP_METRIC_DECLARE(function, ...) double bp_metric_##function(const bp_answers *answers);
BP_METRIC_MAP(BP_METRIC_DECLARE)
BP_COVERAGE_MAP(BP_METRIC_DECLARE)
#undef BP_METRIC_DECLARE

/* A sum over the rows, as their mean; NaN of none. */
double bp_metric_mean(double sum, const bp_answers *answers);

#endif
