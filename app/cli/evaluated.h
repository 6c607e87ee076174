/* evaluated.h: a model, a table whose truth is known, and how the one does on the other, beside
 * what a linear model and the zero rule do on the same rows. */
#ifndef CLI_EVALUATED_H
#define CLI_EVALUATED_H

#include "options.h"

struct evaluated {
    struct command *command; /* its operands are MODEL FILE */
    bp_model *model;
    bp_table *table;
    bp_predictor *predictor;
    bp_predictions *predictions;
    bp_evaluation *evaluation;
    size_t resamples;        /* behind its intervals */
    bool seen;               /* the model learned from this very table */
    bp_validation *baseline; /* of the recipe linear on the same rows; NULL: not asked for, or */
    bp_error why;            /* it cannot be; this says why where its status is not BP_OK */
};

/* Loads, reads, predicts and evaluates, then cross-validates the recipe linear unless
 * --no-baseline says not to. Whatever it comes to is freed by evaluated_close. */
bp_status evaluated_open(struct evaluated *evaluated, struct command *command, bp_error *error);
void evaluated_close(struct evaluated *evaluated);

/* Whether simpler models are scored by a metric of the evaluation: not by what is of this model
 * alone. */
bool evaluated_has_baseline(const struct evaluated *evaluated, size_t metric);

/* The score of all rows of the linear model, or of the zero rule; NaN where there is none. */
double evaluated_baseline(const struct evaluated *evaluated, size_t metric, bool zero_rule);

/* The first target that a table lacks; NULL: it has them all. */
const char *missing_target(const bp_preparation *preparation, const bp_table *table);

/* What is demanded by --min and --max. */
#define DEMAND_LIMIT 32
struct demand {
    size_t metric; /* of the evaluation */
    bool most;     /* --max, else --min */
    double bound;
};

/* Reads both options; BP_E_OPTION tells what is wrong with them. */
bp_status demands_read(struct demand demands[DEMAND_LIMIT], size_t *count,
                       const struct evaluated *evaluated, bp_error *error);

/* Whether every target fulfills it. */
bool demand_is_met(const struct demand *demand, const bp_evaluation *evaluation);

#endif
