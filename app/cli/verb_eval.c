/* verb_eval.c: `backprop eval MODEL FILE`: how good a model is on rows whose truth is known. */
#include "eval.h"
#include "picture.h"
#include "show/judged.h"
#include "verbs.h"

static bp_status print_json(const struct evaluated *evaluated, const struct demand *demands,
                            size_t count, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    if (!eval_write(json, evaluated, demands, count))
        output_lacks_memory(evaluated->command->out);
    output_json(evaluated->command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* What is not met is told by the exit status, and which in words. */
static void judge(struct evaluated *evaluated, const struct demand *demands, size_t count)
{
    struct output notes;
    output_open_notes(&notes);
    for (size_t i = 0; i < count; i++) {
        if (demand_is_met(&demands[i], evaluated->evaluation))
            continue;
        evaluated->command->denied = true;
        for (size_t t = 0; t < bp_evaluation_targets(evaluated->evaluation); t++)
            output_print(&notes, "backprop: %s is %.6g, %s %.6g was asked for\n",
                         bp_evaluation_metric(evaluated->evaluation, demands[i].metric)->name,
                         bp_evaluation_score(evaluated->evaluation, demands[i].metric, t),
                         demands[i].most ? "at most" : "at least", demands[i].bound);
    }
    output_finish_notes(&notes);
}

/* Of classes the confusion matrix, of numbers the first target's answers over its truth. */
static void draw(struct output *out, const void *what)
{
    const struct evaluated *evaluated = what;
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, 0);
    if (answers->classes > 0)
        confusion_draw(out, answers, preparation);
    else
        residuals_draw(out, answers, bp_preparation_target_name(preparation, 0));
}

bp_status verb_eval(struct command *command, bp_error *error)
{
    struct evaluated evaluated;
    struct demand demands[DEMAND_LIMIT];
    size_t count = 0;
    bp_status status = picture_check(command, error);
    if (status != BP_OK)
        return status;
    status = evaluated_open(&evaluated, command, error);
    if (status == BP_OK)
        status = demands_read(demands, &count, &evaluated, error);
    if (status == BP_OK)
        status = picture_write(command, draw, &evaluated, error);
    if (picture_is_answer(command))
        ; /* that was all */
    else if (status == BP_OK && command_has(command, OWN_JSON))
        status = print_json(&evaluated, demands, count, error);
    else if (status == BP_OK)
        eval_print(command->out, &evaluated);
    if (status == BP_OK)
        judge(&evaluated, demands, count);
    evaluated_close(&evaluated);
    return status;
}
