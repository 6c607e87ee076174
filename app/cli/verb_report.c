/* verb_report.c: `backprop report MODEL FILE -o PAGE.html`: a model judged, for a reader. */
#include "decisions.h"
#include "page/report_page.h"
#include "report.h"
#include "verbs.h"

#include <string.h>

static bp_status check_output(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    if (path == NULL)
        return fail(error, BP_E_ARGUMENT,
                    "say where the page goes: -o report.html, or -o - for "
                    "standard output");
    for (size_t i = 0; i < 2 && !output_is_stream(path); i++)
        if (same_file(path, command->operands[i]))
            return fail_file(error, BP_E_ARGUMENT, path, "this is the %s itself; use another name",
                             i == 0 ? "model" : "table");
    return output_check(path, error);
}

static bp_status write_page(const struct reported *reported, const char *path, bp_error *error)
{
    struct output file;
    if (strcmp(path, "-") == 0) {
        report_page(reported->evaluated.command->out, reported);
        return BP_OK;
    }
    bp_status status = output_open(&file, path, error);
    if (status != BP_OK)
        return status;
    report_page(&file, reported);
    return output_finish(&file, error);
}

#define CELLS_SHUFFLED 3000000 /* rows times columns, beyond which shuffling would take long */

static bp_status explain(struct reported *reported, bp_error *error)
{
    const struct evaluated *evaluated = &reported->evaluated;
    size_t inputs = bp_preparation_input_count(bp_model_preparation(evaluated->model));
    struct explained *x = &reported->explained;
    *x = (struct explained){.kind = EXPLAINED_COLUMNS,
                            .path = evaluated->command->operands[0],
                            .model = evaluated->model,
                            .table = evaluated->table};
    if (bp_table_row_count(evaluated->table) > CELLS_SHUFFLED / inputs)
        return BP_OK;
    return explained_compute(x, evaluated->command, NULL, error);
}

static bp_status run(struct reported *reported, struct command *command, bp_error *error)
{
    bp_status status = evaluated_open(&reported->evaluated, command, error);
    if (status == BP_OK)
        status =
            shown_open(&reported->shown, command->operands[0], reported->evaluated.model, error);
    if (status == BP_OK)
        status = explain(reported, error);
    if (status != BP_OK)
        return status;
    const bp_preparation *preparation = bp_model_preparation(reported->evaluated.model);
    status = bp_table_describe(&reported->description, reported->evaluated.table,
                               bp_preparation_target_name(preparation, 0), NULL, error);
    if (status == BP_E_MEMORY)
        return status; /* what else keeps a table from being described takes one section */
    return write_page(reported, command->own[OWN_OUTPUT], error);
}

bp_status verb_report(struct command *command, bp_error *error)
{
    struct reported reported = {.description = NULL};
    bp_status status = check_output(command, error);
    if (status == BP_OK)
        status = run(&reported, command, error);
    bp_description_free(reported.description);
    explained_close(&reported.explained);
    shown_close(&reported.shown);
    evaluated_close(&reported.evaluated);
    return status;
}
