/* verb_data.c: `backprop data` where an action is not its first word; each action is a row of
 * the table of verbs and a file of its own, data_ACTION.c. */
#include "report.h"
#include "verbs.h"

bp_status verb_data(struct command *command, bp_error *error)
{
    return fail(error, BP_E_ARGUMENT,
                "the action comes right after the verb: backprop data ACTION, not \"%s\"; see "
                "backprop help data",
                command->operands[0]);
}
