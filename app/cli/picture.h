/* picture.h: --plot: where the picture of a verb goes. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "options.h"

/* Before any work: the name is one of a picture, no operand's, and does not share standard
 * output with --json. */
bp_status picture_check(const struct command *command, bp_error *error);

/* Whether it goes to standard output, where it is all of the answer. */
bool picture_is_answer(const struct command *command);

/* Draws it where --plot says, if it does. */
typedef void picture_draw(struct output *out, const void *what);
bp_status picture_write(const struct command *command, picture_draw *draw, const void *what,
                        bp_error *error);

#endif
