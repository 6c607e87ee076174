/* calibrated.h: what a model's calibration is, in words and as JSON. */
#ifndef CLI_CALIBRATED_H
#define CLI_CALIBRATED_H

#include "output.h"

/* Lines with labels; nothing of a model without one. */
void calibrated_print(struct output *out, const bp_model *model);

/* An object, or null. */
void calibrated_write(bp_json *json, const bp_model *model);

/* "yes above 0.31, the best f1": what the answer is by the threshold, which there is. */
void calibrated_print_threshold(struct output *out, const bp_model *model);

#endif
