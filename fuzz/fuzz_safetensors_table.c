/* fuzz_safetensors_table.c: any bytes as a table in a safetensors file: refused, or a table
 * whose codes have texts, which can be gone through; no leak. */
#include "fuzz_tables.h"

static void check_column(const bp_table *table, size_t column)
{
    size_t rows = bp_table_row_count(table);
    const uint32_t *codes = bp_table_codes(table, column);
    bp_matrix numbers = bp_table_numbers(table, column);
    FUZZ_CHECK((codes == NULL) != (numbers.data == NULL));
    for (size_t row = 0; row < rows && codes != NULL; row++)
        FUZZ_CHECK(codes[row] == BP_MISSING
                   || bp_table_category(table, column, codes[row]) != NULL);
    double sum = 0; /* every number can be read */
    for (size_t row = 0; row < rows && codes == NULL; row++)
        sum += numbers.type == BP_F64 ? ((const double *)numbers.data)[row]
                                      : (double)((const float *)numbers.data)[row];
    FUZZ_CHECK(sum == sum || sum != sum);
}

static void check_table(bp_table *table)
{
    FUZZ_CHECK(bp_table_row_count(table) > 0 && bp_table_column_count(table) > 0);
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        size_t found = 0;
        check_column(table, i);
        FUZZ_CHECK(bp_table_find_column(table, bp_table_column_name(table, i), &found, NULL)
                       == BP_OK
                   && found == i);
        FUZZ_CHECK(bp_table_categorize(table, i, NULL) == BP_OK);
        check_column(table, i);
    }
}

/* The same bytes in either type, and with each of the first allocations refused. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n < 16 && !is_packed(data, size); n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n / 2);
        bp_table_options options;
        bp_table_options_init(&options);
        options.format = "safetensors";
        options.type = n % 2 == 0 ? BP_F64 : BP_F32;
        options.allocator = &failing.allocator;
        bp_table *table = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_table_read_memory(&table, (const char *)data, size, &options, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (table != NULL));
        FUZZ_CHECK(status == BP_OK || status == (failing.refused ? BP_E_MEMORY : BP_E_DATA));
        FUZZ_CHECK(failing.peak_bytes <= 8192 + 256 * size);
        if (status == BP_OK && n < 2)
            check_table(table);
        bp_table_free(table);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
