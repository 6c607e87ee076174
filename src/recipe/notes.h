/* notes.h: the record of a fit that travels with its model. */
#ifndef RECIPE_NOTES_H
#define RECIPE_NOTES_H

#include <backprop/recipe.h>

typedef struct bp_fit_record {
    size_t rows, valid_rows;   /* learned from, and held out to judge by */
    double learning_rate;      /* as `auto` was resolved */
    bp_trainer_record trained; /* how training went */
} bp_fit_record;

/* Sets the notes `recipe` and `training`. */
bp_status bp_model_note_fit(bp_model *model, const bp_table *table, const bp_config *config,
                            const bp_fit_record *record, bp_error *error);

#endif
