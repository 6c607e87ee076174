/* fingerprint.h: what samples are known by. */
#ifndef RECIPE_FINGERPRINT_H
#define RECIPE_FINGERPRINT_H

#include "base/sha256.h"

#include <backprop/base.h>

/* Adds the samples' numbers (inputs, targets, classes and weights, where there are any) as
 * little-endian bytes: the same on every machine. */
void bp_samples_fingerprint(const bp_samples *samples, bp_sha256_state *state);

#endif
