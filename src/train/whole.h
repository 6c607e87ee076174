/* whole.h: methods that move all weights at once along the gradient of all rows: conjugate
 * gradients, L-BFGS, Levenberg-Marquardt, iRprop+. An epoch is one iteration. */
#ifndef TRAIN_WHOLE_H
#define TRAIN_WHOLE_H

#include "train/trainer.h"

/* Numbers of float64 that a method keeps for a network of so many parameters; SIZE_MAX where
 * that overflows. */
size_t whole_memory(bp_method method, size_t parameters);

/* Whether numbers from a file can be the first of a member's memory: what counts is in range. */
#define WHOLE_SCALARS 8
bool whole_is_sound(const double scalars[WHOLE_SCALARS]);

/* One iteration of a member over its rows. Its loss is that after the step, the mean of a row
 * with the penalty; `slope` of the record is the gradient's largest number there. */
void whole_step(bp_trainer *trainer, size_t member);

#endif
