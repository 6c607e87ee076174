/* verb_help.c: `backprop help [VERB]` and `backprop help --man`. */
#include "help_text.h"
#include "manual.h"
#include "report.h"
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
    size_t used = 0;
    const struct verb *verb = verb_read(command->operands, command->operand_count, &used, error);
    if (verb == NULL)
        return error->status;
    if (used < command->operand_count)
        return fail(error, BP_E_ARGUMENT, "%s has no actions; see backprop help %s", verb->name,
                    verb->name);
    help_verb(command->out, verb);
    return BP_OK;
}
