/* fitting.h: a model on its way: the rows that its members learn from and are judged by. */
#ifndef RECIPE_FITTING_H
#define RECIPE_FITTING_H

#include "recipe/fit.h"
#include "recipe/piece_members.h"

/* One network of the model. */
typedef struct bp_fitting_member {
    size_t *order; /* rows of the samples that it learns from, [row_count]; NULL: all of them */
    size_t learned;
    bp_prepared *prepared_valid; /* NULL where another member has them, too */
    double *valid_weights;
    bp_samples valid;    /* what it is judged by */
    void *valid_numbers; /* of `valid` where it reads no pieces and others do */
    bp_trainer_record record;
} bp_fitting_member;

typedef struct bp_fitting {
    const bp_config *config; /* settled */
    bp_table *table;
    bp_model *model;
    size_t member_count;
    bp_fitting_member *members;
    size_t *rows, row_count; /* of the table: of a single member those learned from come first */
    size_t learned;          /* how many are samples: those of a single member, or all */
    bp_prepared *prepared;
    bp_samples samples;
    double *weights;
    bp_piece_members piece_members;
    bp_samples without; /* the samples of members that read no pieces where others do */
    void *without_numbers;
    double off;           /* of answers held out, as bp_fit_once has it; NaN: unknown */
    bool not_finite;      /* why it is not calibrated: answers held out are no numbers */
    bp_row_source source; /* where rows are prepared chunk by chunk */
} bp_fitting;

/* Makes the model with its first weights, and prepares rows. The config and the table outlive
 * it. `models` is how many there will be at once, for which memory has to be enough; 0 where that
 * is known. Whatever it returns, bp_fitting_close takes it; the model stays the caller's. */
bp_status bp_fitting_open(bp_fitting *fitting, bp_table *table, const bp_fit_set *set,
                          size_t models, const bp_config *config, bp_mersenne *mersenne,
                          bp_error *error);
void bp_fitting_close(bp_fitting *fitting);

/* Whether rows are prepared chunk by chunk. */
bool bp_fitting_in_chunks(const bp_config *config);

/* What rows tell that members held out, equations (60) and (61), once the members `first` and
 * on of the plan are trained: kept in the model as its calibration, where they are enough and all
 * answers to them are numbers. */
bp_status bp_fitting_calibrate(bp_fitting *fitting, bp_plan *plan, size_t first, bp_error *error);

/* Sets the notes `recipe` and `training` of the model, once its members are trained. */
bp_status bp_fitting_note(bp_fitting *fitting, bp_error *error);

#endif
