/* data_make.c: `backprop data make KIND`: a made-up table as CSV. */
#include "report.h"
#include "verbs.h"

#include <string.h>

/* A number of the program's own rows, which was checked when it was read. */
static double number_of(const struct command *command, enum own_option option, double fallback)
{
    const char *text = command->own[option];
    if (text != NULL)
        bp_number_read(text, strlen(text), &fallback);
    return fallback;
}

static void write_cell(struct output *out, const bp_table *table, size_t row, size_t column)
{
    const uint32_t *codes = bp_table_codes(table, column);
    if (codes != NULL)
        output_text(out, bp_table_category(table, column, codes[row]));
    else
        output_number(out, ((const double *)bp_table_numbers(table, column).data)[row]);
}

/* Names and classes are plain words: nothing needs quotes. */
static void write_table(struct output *out, const bp_table *table)
{
    size_t columns = bp_table_column_count(table);
    for (size_t column = 0; column < columns; column++)
        output_print(out, "%s%s", column > 0 ? "," : "", bp_table_column_name(table, column));
    output_text(out, "\n");
    for (size_t row = 0; row < bp_table_row_count(table); row++) {
        for (size_t column = 0; column < columns; column++) {
            output_text(out, column > 0 ? "," : "");
            write_cell(out, table, row, column);
        }
        output_text(out, "\n");
    }
}

static bp_status deliver(const struct command *command, const bp_table *table, bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    if (path == NULL || strcmp(path, "-") == 0) {
        write_table(command->out, table);
        return BP_OK;
    }
    struct output file;
    bp_status status = output_open(&file, path, error);
    if (status != BP_OK)
        return status;
    write_table(&file, table);
    return output_finish(&file, error);
}

bp_status data_make(struct command *command, bp_error *error)
{
    const char *seed_text = bp_config_get(command->config, "seed");
    double seed = 1;
    bp_table *table = NULL;
    bp_number_read(seed_text, strlen(seed_text), &seed);
    bp_status status = output_check(command->own[OWN_OUTPUT], error);
    if (status == BP_OK)
        status =
            bp_table_make(&table, command->operands[0], (size_t)number_of(command, OWN_ROWS, 200),
                          number_of(command, OWN_NOISE, 0), (uint64_t)seed, BP_F64, NULL, error);
    if (status == BP_OK)
        status = deliver(command, table, error);
    bp_table_free(table);
    return status;
}
