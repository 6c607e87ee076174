/* fuzz_forms.c: any bytes as a table in a form of numbers: NPY, IDX or LIBSVM. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <string.h>

static void check_table(bp_table *table)
{
    size_t rows = bp_table_row_count(table), found = 0;
    FUZZ_CHECK(rows > 0 && bp_table_column_count(table) > 0);
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        bp_matrix cells = bp_table_numbers(table, i);
        FUZZ_CHECK(cells.data != NULL && cells.rows == rows);
        for (size_t row = 0; row < rows && cells.type == BP_F64; row++) {
            double value = ((const double *)cells.data)[row];
            FUZZ_CHECK(value != value || value - value == 0);
        }
        FUZZ_CHECK(bp_table_find_column(table, bp_table_column_name(table, i), &found, NULL)
                       == BP_OK
                   && found == i);
    }
    FUZZ_CHECK(bp_table_categorize(table, 0, NULL) == BP_OK);
    FUZZ_CHECK(bp_table_codes(table, 0) != NULL);
}

/* The first byte chooses the form and the type. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const forms[] = {"npy", "idx", "libsvm"};
    if (size == 0)
        return 0;
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.format = forms[data[0] % 3];
    options.type = data[0] & 0x80 ? BP_F32 : BP_F64;
    options.size_limit = 64000000;
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error;
    bp_status status =
        bp_table_read_memory(&table, (const char *)data + 1, size - 1, &options, &error);
    FUZZ_CHECK((status == BP_OK) == (table != NULL));
    if (status == BP_OK)
        check_table(table);
    else
        FUZZ_CHECK(status == BP_E_DATA && error.message[0] != '\0');
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
