/* data_convert.c: `backprop data convert IN OUT`: a table in another form. */
#include "decisions.h"
#include "report.h"
#include "verbs.h"

/* What can be said before the table is read. */
static bp_status check_files(const struct command *command, bp_error *error)
{
    const char *path = command->operands[1];
    if (output_is_stream(path))
        return fail(error, BP_E_ARGUMENT,
                    "OUT is a file; its ending says in which form it is "
                    "written: .csv or .safetensors");
    if (!command_has(command, OWN_FORCE) && same_file(path, command->operands[0]))
        return fail_file(error, BP_E_ARGUMENT, path,
                         "this is the table itself; use another name or --force");
    return output_check(path, error);
}

static void note(const struct command *command, const bp_table *table)
{
    struct output notes;
    output_open_notes(&notes);
    output_print(&notes, "wrote %s: %zu rows, %zu columns\n", command->operands[1],
                 bp_table_row_count(table), bp_table_column_count(table));
    output_finish_notes(&notes);
}

bp_status data_convert(struct command *command, bp_error *error)
{
    bp_table *table = NULL;
    bp_status status = check_files(command, error);
    if (status == BP_OK)
        status = bp_table_open(&table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_table_write(table, command->operands[1], NULL, error);
    if (status == BP_OK && !command_has(command, OWN_QUIET))
        note(command, table);
    bp_table_free(table);
    return status;
}
