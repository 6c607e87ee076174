/* model_output.c: a model on its way out. */
#include "model_output.h"

#include "decisions.h"
#include "report.h"
#include "verbs.h"

#include <string.h>
#include <unistd.h>

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

bp_status model_output_check(const struct command *command, const char *const *names,
                             bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    bool forced = command_has(command, OWN_FORCE);
    if (path == NULL)
        return fail(error, BP_E_ARGUMENT,
                    "%s needs a place for the model: -o MODEL, or -o - for standard output",
                    command->verb->name);
    if (is_standard(path) && command_has(command, OWN_JSON))
        return fail(error, BP_E_ARGUMENT,
                    "--json and -o - would both write to standard output; give -o a file");
    if (is_standard(path) && isatty(STDOUT_FILENO) && !forced)
        return fail(error, BP_E_ARGUMENT,
                    "a model is binary and standard output is a terminal; use -o FILE or --force");
    for (size_t i = 0; i < command->operand_count && !output_is_stream(path) && !forced; i++)
        if (same_file(path, command->operands[i]))
            return fail_file(error, BP_E_ARGUMENT, path,
                             "this is the %s itself; use another name or --force", names[i]);
    return output_check(path, error);
}

bp_status model_output_check_beside(const struct command *command, bp_error *error)
{
    const char *written[] = {command->own[OWN_LOG], command->own[OWN_PLOT],
                             bp_config_get(command->config, "checkpoint")};
    const char *read[] = {command->operands[0], bp_config_get(command->config, "valid-file"),
                          bp_config_get(command->config, "initial-model")};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        for (size_t k = 0; k < sizeof read / sizeof *read; k++)
            if (written[i] != NULL && same_file(written[i], read[k]))
                return fail_file(error, BP_E_ARGUMENT, written[i],
                                 "this is a file that is read; use another name");
    return BP_OK;
}

static bp_status save_stream(const struct command *command, const bp_model *model, bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    void *bytes = NULL;
    size_t size = 0;
    struct output file;
    struct output *out = is_standard(path) ? command->out : &file;
    bp_status status = bp_model_save_memory(model, &bytes, &size, error);
    if (status != BP_OK)
        return status;
    if (out == &file)
        status = output_open(&file, path, error);
    if (status == BP_OK)
        output_bytes(out, bytes, size);
    if (status == BP_OK && out == &file)
        status = output_finish(&file, error);
    bp_model_release_memory(model, bytes, size);
    return status;
}

bp_status model_output_save(const struct command *command, const bp_model *model, bp_error *error)
{
    if (output_is_stream(command->own[OWN_OUTPUT]))
        return save_stream(command, model, error);
    return bp_model_save(model, command->own[OWN_OUTPUT], error);
}

const char *model_output_name(const struct command *command)
{
    return is_standard(command->own[OWN_OUTPUT]) ? "standard output" : command->own[OWN_OUTPUT];
}
