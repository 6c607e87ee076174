/* explainer.h: a model beside prepared rows, whose columns can be replaced. */
#ifndef EXPLAIN_EXPLAINER_H
#define EXPLAIN_EXPLAINER_H

#include "table/principal.h"

#include <backprop/explain.h>

#define BP_EXPLAIN_BLOCK ((size_t)512) /* rows that are answered at a time */

struct bp_explainer {
    bp_allocator allocator;
    const bp_model *model;
    const bp_preparation *preparation;
    bp_table *table;
    size_t *rows; /* [count] of the table */
    size_t count;
    size_t inputs, answers, outputs; /* columns, classes or targets, outputs of the network */
    bool classes;                    /* are told, not numbers */
    uint64_t seed;
    bp_predictor *predictor;
    bp_prepared *prepared;
    const bp_principal *principal; /* of the columns' numbers; NULL: the network reads these */
    bp_matrix numbers; /* [count][width], the columns', of the model's type; double before (18c) */
    unsigned char *block;  /* [BP_EXPLAIN_BLOCK][width] of that type: rows as they are changed */
    unsigned char *read;   /* [BP_EXPLAIN_BLOCK][components] of the model's type; NULL without */
    double *block_outputs; /* [BP_EXPLAIN_BLOCK][outputs] */
    double *block_answers; /* [BP_EXPLAIN_BLOCK][answers] */
};

/* Which numbers of a row are a column's. */
typedef struct explain_column {
    size_t first, width;
} explain_column;

explain_column explain_column_of(const bp_explainer *explainer, size_t input);

/* Copies a row into place `at` of the block; and there replaces a column by `from`'s, a row of
 * the same type. */
void explain_put(bp_explainer *explainer, size_t at, size_t row);
void explain_replace(bp_explainer *explainer, size_t at, explain_column column, const void *from);

/* Copies a row of the same type into place `at` of the block. */
void explain_set(bp_explainer *explainer, size_t at, const void *row);

/* Copies a row within the block. */
void explain_copy(bp_explainer *explainer, size_t at, size_t from);

/* A prepared row. */
const void *explain_row(const bp_explainer *explainer, size_t row);

/* Answers the first `count` rows of the block: block_answers, and their classes where `classes`
 * is not NULL. */
void explain_block(bp_explainer *explainer, size_t count, uint32_t *classes);

/* What one row of outputs means: answers[answers]. */
void explain_outputs(const bp_explainer *explainer, const double *outputs, double *answers);

/* BP_E_ARGUMENT where there is no such row or answer. */
bp_status explain_check(const bp_explainer *explainer, size_t row, size_t answer, bp_error *error);

#endif
