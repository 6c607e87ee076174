/* verb_help.c: `backprop help [VERB]` and `backprop help --man`. */
#include "help_text.h"
#include "manual.h"
#include "verbs.h"

bp_status verb_help(struct command *command, bp_error *error)
{
    if (command_has(command, OWN_MAN)) {
        manual_write(command->out);
        return BP_OK;
    }
    if (command->operand_count == 0) {
        help_overview(command->out);
        return BP_OK;
    }
    const struct verb *verb = verb_find(command->operands[0], error);
    if (verb == NULL)
        return error->status;
    help_verb(command->out, verb);
    return BP_OK;
}
