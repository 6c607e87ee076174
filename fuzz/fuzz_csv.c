/* fuzz_csv.c: any bytes as a table, under any delimiter, header and type. What is read must
 * keep its promises, and what is refused must leave nothing and name a place. */
#include "fuzz_tables.h"

#include "support/failing_allocator.h"

/* Every cell stands inside the text, after the one before it. */
static void check_places(const bp_table *table)
{
    size_t rows = bp_table_row_count(table), columns = bp_table_column_count(table);
    bp_error here, before = {.line = 0};
    for (size_t row = 0; row < rows && rows < 50 && columns < 50; row++) {
        for (size_t i = 0; i < columns; i++) {
            bp_table_place(table, row, i, &here);
            FUZZ_CHECK(here.line > 0 && here.column > 0);
            FUZZ_CHECK(here.line > before.line
                       || (here.line == before.line && here.column > before.column));
            before = here;
        }
    }
}

static void check_table(bp_table *table)
{
    FUZZ_CHECK(bp_table_row_count(table) > 0 && bp_table_column_count(table) > 0);
    for (size_t i = 0; i < bp_table_column_count(table); i++)
        check_cells(table, i);
    check_names(table);
    check_places(table);
    check_categorized(table);
}

/* The first byte chooses the options, the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {0, 0, 0, ',', ';', '\t', '|', ' '};
    if (size == 0 || is_packed(data + 1, size - 1))
        return 0;
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.delimiter = delimiters[data[0] % 8];
    options.header = (data[0] >> 3) % 3 - 1;
    options.type = data[0] & 0x80 ? BP_F32 : BP_F64;
    options.format = "csv";
    options.comment = size > 1 && data[1] == '#' ? '#' : '\0';
    options.decimal = size > 1 && data[1] == ',' ? ',' : '\0';
    options.keep_strays = size > 2 && data[2] == 's';
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error;
    bp_status status =
        bp_table_read_memory(&table, (const char *)data + 1, size - 1, &options, &error);
    FUZZ_CHECK((status == BP_OK) == (table != NULL));
    if (status == BP_OK)
        check_table(table);
    else
        check_error(&error, size);
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
