/* data_describe.c: `backprop data describe FILE`: what is in a table and what to mind. */
#include "data_describe.h"

#include "picture.h"
#include "show/sheet.h"
#include "verbs.h"

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

/* What is drawn. */
struct described {
    const bp_table *table;
    const bp_description *description;
};

static void draw(struct output *out, const void *what)
{
    const struct described *described = what;
    sheet_draw(out, described->table, described->description);
}

bp_status data_describe(struct command *command, bp_error *error)
{
    bp_table *table = NULL;
    bp_description *description = NULL;
    bp_status status = picture_check(command, error);
    if (status == BP_OK)
        status = bp_config_set(command->config, "precision", "f64", error);
    if (status == BP_OK)
        status = bp_table_open_leniently(&table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_table_describe(&description, table, bp_config_get(command->config, "target"),
                                   NULL, error);
    if (status == BP_OK)
        status = picture_write(command, draw, &(struct described){table, description}, error);
    if (picture_is_answer(command))
        ; /* that was all */
    else if (status == BP_OK && command_has(command, OWN_JSON))
        status = print_json(command->out, table, description, error);
    else if (status == BP_OK)
        description_print(command->out, table, description);
    bp_description_free(description);
    bp_table_free(table);
    return status;
}
