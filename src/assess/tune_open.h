/* tune_open.h: a search before its first trial: what it is of, and its candidates. */
#ifndef ASSESS_TUNE_OPEN_H
#define ASSESS_TUNE_OPEN_H

#include "assess/tune_space.h"
#include "assess/tuning.h"

typedef struct tune_opening {
    bp_tuning *tuning;
    bp_preparation *preparation; /* fitted to all rows: it tells how many numbers a row has */
    bp_config *settled;          /* what candidate 0 comes to */
    bool open[BP_TUNE_ROWS];
} tune_opening;

/* A search of candidate 0 alone, whose budget is not known. `metric` NULL: that of the task.
 * Whatever it returns, tune_open_end takes what is beside the tuning. */
bp_status tune_open(tune_opening *opening, bp_table *table, const bp_config *config,
                    const char *metric, bp_error *error);
void tune_open_end(tune_opening *opening);

/* Adds the candidate of a draw, where there is none such yet; takes the last one away. */
bp_status tune_open_draw(tune_opening *opening, uint32_t draw, bool *new, bp_error *error);
void tune_open_undo(bp_tuning *tuning);

#endif
