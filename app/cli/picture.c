/* picture.c: a picture is written whole or not at all, and never over what it is of. */
#include "picture.h"

#include "decisions.h"
#include "report.h"
#include "show/svg.h"
#include "verbs.h"

#include <string.h>

bool picture_is_answer(const struct command *command)
{
    return command_has(command, OWN_PLOT) && strcmp(command->own[OWN_PLOT], "-") == 0;
}

bp_status picture_check(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    if (path == NULL)
        return BP_OK;
    if (picture_is_answer(command) && command_has(command, OWN_JSON))
        return fail(error, BP_E_ARGUMENT,
                    "--plot - would write into the same standard output; give it a file");
    bool model_first = strncmp(command->verb->operands, "MODEL", 5) == 0;
    for (size_t i = 0; i < command->operand_count; i++)
        if (same_file(path, command->operands[i]))
            return fail_file(error, BP_E_ARGUMENT, path, "this is the %s itself; use another name",
                             i == 0 && model_first ? "model" : "table");
    return svg_check_path(path, error);
}

bp_status picture_write(const struct command *command, picture_draw *draw, const void *what,
                        bp_error *error)
{
    struct output picture;
    if (!command_has(command, OWN_PLOT))
        return BP_OK;
    if (picture_is_answer(command)) {
        draw(command->out, what);
        return BP_OK;
    }
    bp_status status = output_open(&picture, command->own[OWN_PLOT], error);
    if (status != BP_OK)
        return status;
    draw(&picture, what);
    return output_finish(&picture, error);
}
