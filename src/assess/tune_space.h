/* tune_space.h: what a search draws from. */
#ifndef ASSESS_TUNE_SPACE_H
#define ASSESS_TUNE_SPACE_H

#include <backprop/assess.h>

enum { BP_TUNE_ROWS = 10 };

/* Which rows are searched: those whose option the config's caller has not set, that are for the
 * task and that say something beside what he has set. `settled` is what the config comes to.
 * Returns how many. */
bp_status bp_tune_open_rows(bool open[BP_TUNE_ROWS], size_t *count, const bp_config *config,
                            bool classes, bp_error *error);

/* Sets the options that draw `draw` of the seed changes, in a config as the caller's. */
bp_status bp_tune_draw(bp_config *candidate, const bp_config *settled,
                       const bool open[BP_TUNE_ROWS], bool classes, uint32_t draw, bp_error *error);

#endif
