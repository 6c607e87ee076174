/* tried.h: what rows held out chose for a model. */
#ifndef CLI_TRIED_H
#define CLI_TRIED_H

#include "output.h"

#include <backprop.h>

/* A line that tells of it, where something was tried. */
void tried_print(struct output *out, const bp_model *model);

#endif
