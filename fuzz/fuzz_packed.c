/* fuzz_packed.c: any bytes as a table whose form is found out: packed by gzip or zstd, an NPZ
 * archive, an SQLite database, or whatever else they look like. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

/* The first byte chooses whether a query is asked. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.query = data[0] & 1 ? (data[0] & 2 ? "x" : "select * from t") : NULL;
    options.size_limit = 4000000;
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error;
    bp_status status =
        bp_table_read_memory(&table, (const char *)data + 1, size - 1, &options, &error);
    FUZZ_CHECK((status == BP_OK) == (table != NULL));
    if (status == BP_OK)
        FUZZ_CHECK(bp_table_row_count(table) > 0 && bp_table_column_count(table) > 0);
    else
        FUZZ_CHECK(fuzz_refuses_table(&error) && error.message[0] != '\0');
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
