/* model_output.h: where a verb that makes a model writes it. */
#ifndef CLI_MODEL_OUTPUT_H
#define CLI_MODEL_OUTPUT_H

#include "options.h"

/* Looks at --output before any work: it is there, can be written, and is none of the operands,
 * which `names` calls "table", "model". */
bp_status model_output_check(const struct command *command, const char *const *names,
                             bp_error *error);

/* Nothing that is written beside it (log, picture, checkpoint) may be what is read. */
bp_status model_output_check_beside(const struct command *command, bp_error *error);

/* Writes the model there. Standard output and devices are written to; anything else is replaced
 * in one step. */
bp_status model_output_save(const struct command *command, const bp_model *model, bp_error *error);

/* What people call it. */
const char *model_output_name(const struct command *command);

#endif
