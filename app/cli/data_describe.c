/* data_describe.c: `backprop data describe FILE`: what is in a table and what to mind. */
#include "data_describe.h"

#include "show/sheet.h"
#include "show/svg.h"
#include "verbs.h"

#include <string.h>

static bp_status print_json(struct output *out, const bp_table *table,
                            const bp_description *description, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    description_write(json, table, description);
    output_json(out, json);
    bp_json_free(json);
    return BP_OK;
}

static bp_status plot(struct command *command, const bp_table *table,
                      const bp_description *description, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    struct output picture;
    if (strcmp(path, "-") == 0) {
        sheet_draw(command->out, table, description);
        return BP_OK;
    }
    bp_status status = output_open(&picture, path, error);
    if (status != BP_OK)
        return status;
    sheet_draw(&picture, table, description);
    return output_finish(&picture, error);
}

bp_status data_describe(struct command *command, bp_error *error)
{
    bp_table *table = NULL;
    bp_description *description = NULL;
    bool plots = command_has(command, OWN_PLOT);
    bp_status status = plots ? svg_check_path(command->own[OWN_PLOT], error) : BP_OK;
    if (status == BP_OK)
        status = bp_config_set(command->config, "precision", "f64", error);
    if (status == BP_OK)
        status = bp_table_open_leniently(&table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_table_describe(&description, table, bp_config_get(command->config, "target"),
                                   NULL, error);
    if (status == BP_OK && plots)
        status = plot(command, table, description, error);
    if (status == BP_OK && plots && strcmp(command->own[OWN_PLOT], "-") == 0)
        ; /* the picture is the answer */
    else if (status == BP_OK && command_has(command, OWN_JSON))
        status = print_json(command->out, table, description, error);
    else if (status == BP_OK)
        description_print(command->out, table, description);
    bp_description_free(description);
    bp_table_free(table);
    return status;
}
