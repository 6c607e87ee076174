/* verb_show.c: `backprop show MODEL`: what is in a model file. */
#include "picture.h"
#include "report.h"
#include "show.h"
#include "show/diagram.h"
#include "verbs.h"

#include <string.h>

/* ---- Answering ---------------------------------------------------------------- */

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

static void draw(struct output *out, const void *shown)
{
    diagram_draw(out, shown);
}

static bp_status answer(struct command *command, const struct shown *shown, bp_error *error)
{
    bp_status status = picture_write(command, draw, shown, error);
    if (status != BP_OK || picture_is_answer(command))
        return status;
    if (command_has(command, OWN_JSON))
        return print_json(command->out, shown, error);
    show_print(command->out, shown);
    if (shown->weights)
        show_print_weights(command->out, shown);
    return BP_OK;
}

/* Before any work: what there is of first weights are pictures and tables. */
static bp_status check(const struct command *command, bp_error *error)
{
    if (command_has(command, OWN_INITIAL) && !command_has(command, OWN_WEIGHTS)
        && command->own[OWN_PLOT] == NULL)
        return fail(error, BP_E_OPTION,
                    "--initial shows first weights beside the trained ones: add --plot FILE.svg or "
                    "--weights");
    return picture_check(command, error);
}

static bp_status open_untrained(bp_model **untrained, const struct shown *shown, bp_error *error)
{
    bp_status status = bp_model_untrained(untrained, shown->model, NULL, error);
    if (status == BP_OK || status == BP_E_MEMORY)
        return status;
    char why[sizeof error->message];
    memcpy(why, error->message, sizeof why);
    return fail_file(error, status, shown->path, "--initial cannot be: %.400s", why);
}

bp_status verb_show(struct command *command, bp_error *error)
{
    struct shown shown = {.path = NULL}, initial;
    bp_model *model = NULL, *untrained = NULL;
    bp_status status = check(command, error);
    if (status == BP_OK)
        status = bp_model_load(&model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = shown_open(&shown, command->operands[0], model, error);
    shown.weights = command_has(command, OWN_WEIGHTS);
    if (status == BP_OK && command_has(command, OWN_INITIAL)) {
        status = open_untrained(&untrained, &shown, error);
        initial = shown;
        initial.model = untrained;
        shown.initial = &initial;
    }
    if (status == BP_OK)
        status = answer(command, &shown, error);
    shown_close(&shown);
    bp_model_free(untrained);
    bp_model_free(model);
    return status;
}
