/* fuzz_table_write.c: any bytes as a table, written in either form and read again: the same cells,
 * or a refusal where the form cannot hold one. */
#include "fuzz_tables.h"

#include <math.h>
#include <unistd.h>

/* "#1=number,#2=category": what CSV does not say. Constants and identifiers are found out. */
static char *kinds_of(const bp_table *table)
{
    size_t columns = bp_table_column_count(table), room = columns * 48 + 1;
    char *text = malloc(room);
    FUZZ_CHECK(text != NULL);
    text[0] = '\0';
    for (size_t i = 0; i < columns; i++) {
        bp_column_kind kind = bp_table_column_kind(table, i);
        if (kind <= BP_COLUMN_DATE)
            snprintf(text + strlen(text), room - strlen(text), "%s#%zu=%s",
                     text[0] != '\0' ? "," : "", i + 1, bp_column_kind_name(kind));
    }
    return text;
}

/* The form holds all: it is read as it was. */
static void check_safetensors(const bp_table *table, const char *path)
{
    bp_table *again = NULL;
    bp_error error = {.message = ""};
    bp_table_options options;
    bp_table_options_init(&options);
    options.format = "safetensors";
    options.type = bp_table_column_count(table) > 0 ? BP_F64 : BP_F32;
    FUZZ_CHECK(bp_table_read(&again, path, &options, &error) == BP_OK);
    check_same_table(table, again);
    bp_table_free(again);
}

static void check_csv(const bp_table *table, const char *path)
{
    bp_table *again = NULL;
    bp_table_options options;
    bp_error error = {.message = ""};
    char *kinds = kinds_of(table);
    bp_table_options_init(&options);
    options.header = 1;
    options.delimiter = ',';
    options.quote = '"';
    options.missing = "";
    options.kinds = kinds;
    if (bp_table_read(&again, path, &options, &error) != BP_OK) {
        fprintf(stderr, "%zu:%zu: %s (%s)\n", error.line, error.column, error.message, kinds);
        FUZZ_CHECK(false);
    }
    FUZZ_CHECK(bp_table_row_count(table) == bp_table_row_count(again));
    FUZZ_CHECK(bp_table_column_count(table) == bp_table_column_count(again));
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        FUZZ_CHECK(strcmp(bp_table_column_name(table, i), bp_table_column_name(again, i)) == 0
                   || !bp_table_has_header(table));
        if (bp_table_column_kind(table, i) <= BP_COLUMN_DATE)
            check_same_column(table, again, i);
    }
    bp_table_free(again);
    free(kinds);
}

static void check_form_written(const bp_table *table, const char *form)
{
    char path[64];
    bp_error error = {.status = BP_OK};
    snprintf(path, sizeof path, "/tmp/backprop-fuzz-%ld", (long)getpid());
    bp_status status = bp_table_write(table, path, form, &error);
    FUZZ_CHECK(status == BP_OK || status == BP_E_DATA);
    if (status != BP_OK)
        fuzz_check_message(&error, false);
    else if (form[0] == 'c')
        check_csv(table, path);
    else
        check_safetensors(table, path);
    FUZZ_CHECK((unlink(path) == 0) == (status == BP_OK));
}

/* The first byte chooses the form that is written and that which is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const forms[] = {"csv", "jsonl", "arff", "csv"};
    fuzz_input input = {data, size};
    unsigned how = fuzz_choose(&input, 8);
    bp_table_options options;
    bp_table *table = NULL;
    bp_table_options_init(&options);
    options.format = forms[how % 4];
    if (bp_table_read_memory(&table, (const char *)input.data, input.size, &options, NULL) == BP_OK)
        check_form_written(table, how < 4 ? "csv" : "safetensors");
    bp_table_free(table);
    return 0;
}
