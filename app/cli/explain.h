/* explain.h: what a model looks at, as computed for `backprop explain`. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "options.h"

enum explained_kind { EXPLAINED_COLUMNS, EXPLAINED_ROW, EXPLAINED_DEPENDENCE };

/* An explanation; what its kind does not have is NULL or 0. */
struct explained {
    enum explained_kind kind;
    const char *path; /* of the model */
    const bp_model *model;
    const bp_preparation *preparation;
    bp_table *table;
    bp_explainer *explainer;
    size_t inputs, rows, answers; /* answers: classes or targets */
    double seed;
    size_t *order; /* [inputs] those that matter most first */

    /* EXPLAINED_COLUMNS */
    const bp_metric *metric;
    size_t repeats;
    double score;
    bp_importance *importances; /* [inputs] */

    /* EXPLAINED_ROW: of the answered class, or of every target */
    size_t row; /* from 0 */
    bool shapley;
    size_t samples;
    size_t first, count;  /* the answers explained: first .. first + count - 1 */
    double *values;       /* [count][inputs] */
    double *errors;       /* [count][inputs], of shapley */
    bp_attribution *told; /* [count] */

    /* EXPLAINED_DEPENDENCE */
    size_t input, curves;
    bp_dependence *dependence;
};

/* Fills in all but kind, path, model and table, which are set and outlive it; the metric is of
 * EXPLAINED_COLUMNS, NULL: accuracy or r2. What it took is given back by explained_close, also
 * where it failed. */
bp_status explained_compute(struct explained *explained, const struct command *command,
                            const bp_metric *metric, bp_error *error);
void explained_close(struct explained *explained);

void explain_print(struct output *out, const struct explained *explained);
void explain_write(bp_json *json, const struct explained *explained);

/* What an answer is called: its class, or its target. */
const char *explained_name(const struct explained *explained, size_t answer);

/* The cell of an input in the row that is explained, as it was written where that is known. */
void explained_cell(const struct explained *explained, size_t input, char *text, size_t size);

/* A cell of the dependence's grid for people. */
void explained_point(const struct explained *explained, size_t point, char *text, size_t size);

#endif
