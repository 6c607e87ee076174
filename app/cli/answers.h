/* answers.h: what predict prints: a line an answer, and what was asked for beside it. */
#ifndef CLI_ANSWERS_H
#define CLI_ANSWERS_H

#include "output.h"

#include <backprop.h>

/* A class and how probable it is. */
struct ranked {
    uint32_t code;
    double probability;
    bool answered; /* it is the answer, which comes first among equals */
};

struct answers {
    const bp_preparation *preparation;
    const bp_table *table; /* a block of rows, and the answers to them */
    const bp_predictions *predictions;
    size_t rows_before;      /* of earlier blocks */
    bool append;             /* the table's cells before the answer */
    bool intervals;          /* the interval of each number behind it */
    bool proba;              /* the probability of each class */
    size_t top;              /* and so many classes, the most probable first; 0: none */
    bool sets;               /* the classes that are left open */
    size_t why;              /* and so many columns that moved each answer most; 0: none */
    bp_explainer *explainer; /* of the block, where why asks for it */

    bp_cell_walk walk;   /* to the next cell of the block */
    struct output lines; /* of each class, the line that it alone is */
    size_t *line_ends;   /* [classes] */
    size_t longest_line;

    /* Of the row at hand: */
    double *probabilities;  /* [classes], where proba or top asks for them */
    struct ranked *ranking; /* [classes], where top does */
    double *room;           /* [classes], where sets does */
    uint32_t *set;          /* [classes], of which set_size are in it */
    size_t set_size;
    double *shares, *errors; /* [inputs], where why does */
    size_t *order;           /* [inputs], the largest share first */
    char *cell;              /* [cell_size], where append does */
    size_t cell_size;
};

/* Room for what the fields above ask for; answers_release also after a failure. */
bp_status answers_prepare(struct answers *answers, bp_error *error);
void answers_release(struct answers *answers);

/* The answers of one block are printed and those of the next are to come. */
void answers_next_block(struct answers *answers);

/* Computes the probabilities, the ranking and the set of a row. */
void answers_weigh(struct answers *answers, size_t row);

/* Which answers of a row are explained: the code of its class alone, or every target; from *first,
 * returned is how many. */
size_t answers_explained(const struct answers *answers, size_t row, size_t *first);

/* Deals one answer of a row out to the columns: shares and order; what it is compared with. */
bp_status answers_explain(struct answers *answers, size_t row, size_t answer, double *baseline,
                          bp_error *error);

/* A cell as the table wrote it, until the next call; NULL where memory is out. */
const char *answers_cell(struct answers *answers, size_t row, size_t column, bp_error *error);

/* The answers alone, one a line; with more than them as CSV with a header line, which stands in
 * front of the first block. */
bp_status answers_print_text(struct answers *answers, struct output *out, bp_error *error);

/* One object a line. */
bp_status answers_print_json(struct answers *answers, struct output *out, bp_error *error);

#endif
