/* calibrating.h: what answers to rows that were not learned from say of a model. */
#ifndef PREDICT_CALIBRATING_H
#define PREDICT_CALIBRATING_H

#include <backprop/base.h>

/* Equation (60): the temperature of the least log loss; logs[count + 1][classes] are logarithms of
 * probabilities, the last row of them and of truth[count + 1] being room for the row of doubt. */
double bp_best_temperature(double *logs, uint32_t *truth, size_t count, size_t classes);

/* Equation (61): which of `count` scores, from 1, is their quantile; 0 where they are too few.
 * How many it takes at least. */
size_t bp_quantile_place(size_t count, double coverage);
size_t bp_quantile_rows(double coverage);

/* The quantile itself: sorts the scores, of which there are enough. BP_E_DATA where one of them
 * is no finite number. */
bp_status bp_quantile_of(double *quantile, double *scores, size_t count, double coverage,
                         bp_error *error);

#endif
