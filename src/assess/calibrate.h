/* calibrate.h: the parts of a calibration, each from the rows alone. */
#ifndef ASSESS_CALIBRATE_H
#define ASSESS_CALIBRATE_H

#include <backprop/assess.h>

/* What a threshold is to be the best of. */
typedef struct bp_criterion {
    size_t kind;                           /* of the names in threshold.c */
    double false_positive, false_negative; /* costs */
} bp_criterion;

bp_status bp_criterion_read(bp_criterion *criterion, const char *text, bp_error *error);

/* A row: the second class's probability, and whether it is of that class. */
typedef struct bp_sure_row {
    double probability;
    bool second;
} bp_sure_row;

/* Equation (63): the best threshold; sorts the rows, of which each class has some. */
double bp_best_threshold(bp_sure_row *rows, size_t count, const bp_criterion *criterion);

#endif
