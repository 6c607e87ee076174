/* verb_show.c: `backprop show MODEL`: what is in a model file. */
#include "decisions.h"
#include "report.h"
#include "show.h"
#include "show/diagram.h"
#include "show/svg.h"
#include "verbs.h"

#include <string.h>

/* ---- Answering ---------------------------------------------------------------- */

static bool is_standard(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bp_status print_json(struct output *out, const struct shown *shown, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    show_write(json, shown);
    output_json(out, json);
    bp_json_free(json);
    return BP_OK;
}

static bp_status plot(struct command *command, const struct shown *shown, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    struct output picture;
    if (is_standard(path)) {
        diagram_draw(command->out, shown);
        return BP_OK;
    }
    bp_status status = output_open(&picture, path, error);
    if (status != BP_OK)
        return status;
    diagram_draw(&picture, shown);
    return output_finish(&picture, error);
}

static bp_status check_plot(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    if (path == NULL)
        return BP_OK;
    if (is_standard(path) && command_has(command, OWN_JSON))
        return fail(error, BP_E_ARGUMENT,
                    "--plot - would write into the same standard output; give it a file");
    if (same_file(path, command->operands[0]))
        return fail_file(error, BP_E_ARGUMENT, path, "this is the model itself; use another name");
    return svg_check_path(path, error);
}

static bp_status answer(struct command *command, const struct shown *shown, bp_error *error)
{
    bp_status status = BP_OK;
    if (command_has(command, OWN_PLOT))
        status = plot(command, shown, error);
    if (status != BP_OK || is_standard(command->own[OWN_PLOT]))
        return status; /* the picture is the answer */
    if (command_has(command, OWN_JSON))
        return print_json(command->out, shown, error);
    show_print(command->out, shown);
    if (shown->weights)
        show_print_weights(command->out, shown);
    return BP_OK;
}

bp_status verb_show(struct command *command, bp_error *error)
{
    struct shown shown = {.path = NULL};
    bp_model *model = NULL;
    bp_status status = check_plot(command, error);
    if (status == BP_OK)
        status = bp_model_load(&model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = shown_open(&shown, command->operands[0], model, error);
    shown.weights = command_has(command, OWN_WEIGHTS);
    if (status == BP_OK)
        status = answer(command, &shown, error);
    shown_close(&shown);
    bp_model_free(model);
    return status;
}
