/* fuzz_query.c: any text as a query, up to the first NUL, of the file that follows it: an SQLite
 * database, an NPZ archive or anything else. */
#include "fuzz_tables.h"

/* A query can count forever, which is the wish of who asked and no fault. */
static bool is_endless(const char *query)
{
    for (; *query != '\0'; query++)
        if ((query[0] | 32) == 'w' && (query[1] | 32) == 'i' && (query[2] | 32) == 't')
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    char *query = fuzz_text(&input, '\0');
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.query = query;
    options.size_limit = 4000000;
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    if (!is_endless(query)) {
        bp_status status =
            bp_table_read_memory(&table, (const char *)input.data, input.size, &options, &error);
        FUZZ_CHECK((status == BP_OK) == (table != NULL));
        FUZZ_CHECK(status == BP_OK || fuzz_refuses_table(&error));
        if (status != BP_OK)
            fuzz_check_message(&error, false);
    }
    for (size_t i = 0; table != NULL && i < bp_table_column_count(table); i++)
        check_cells(table, i);
    bp_table_free(table);
    free(query);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
