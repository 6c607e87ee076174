/* cv_answers.h: the answers of a cross-validation to the rows held out, as a file. */
#ifndef CLI_CV_ANSWERS_H
#define CLI_CV_ANSWERS_H

#include "options.h"

/* Whether the file of --output can be written, before any work. */
bp_status cv_check_output(const struct command *command, bp_error *error);

/* CSV with a header line, sorted by row: row and fold from 1 (and the repeat, where there are
 * several), the truth, the answer, the probability of each class. Whole or not at all. */
bp_status cv_write_answers(const char *path, const bp_table *table,
                           const bp_preparation *preparation, const bp_validation *validation,
                           bp_error *error);

#endif
