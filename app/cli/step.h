/* step.h: one row through a network, forward, backward and into the weights, every number. */
#ifndef CLI_STEP_H
#define CLI_STEP_H

#include "output.h"

struct step {
    const bp_model *model;
    const bp_net *net;
    const char *table;
    size_t row; /* 1-based */
    double rate;
    double *before, *after; /* [parameters] */
    double *inputs;         /* [inputs] as prepared */
    double *sums, *outputs, *deltas,
        *errors;      /* [units]; errors: -dLoss/dy, NaN where none is told */
    double *expected; /* [outputs] */
    double loss;
    char answer[64], truth[64]; /* classes as written, or numbers */
};

void step_print(struct output *out, const struct step *step);
void step_write(bp_json *json, const struct step *step);

#endif
