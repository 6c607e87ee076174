/* samples.h: what every engine needs to know of bp_samples. */
#ifndef ENGINE_SAMPLES_H
#define ENGINE_SAMPLES_H

#include <backprop/base.h>

/* The i-th row of a set of rows. */
static inline size_t bp_row_at(const size_t *rows, size_t i)
{
    return rows != NULL ? rows[i] : i;
}

/* What output `output` of `outputs` should be for a row of this class, equation (18):
 * one output is the number 0 or 1, several are a one-hot row. */
static inline double bp_class_target(uint32_t class_index, size_t output, size_t outputs)
{
    if (outputs == 1)
        return class_index != 0 ? 1 : 0;
    return class_index == output ? 1 : 0;
}

#endif
