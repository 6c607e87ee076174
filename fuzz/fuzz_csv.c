/* fuzz_csv.c: any bytes as a table, under any delimiter, header and type. What is read must
 * keep its promises, and what is refused must leave nothing and name a place. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <string.h>

static void check_cells(const bp_table *table, size_t column)
{
    size_t rows = bp_table_row_count(table);
    const uint32_t *codes = bp_table_codes(table, column);
    bp_matrix numbers = bp_table_numbers(table, column);
    size_t categories = bp_table_category_count(table, column);
    if (codes == NULL) {
        FUZZ_CHECK(categories == 0 && numbers.data != NULL);
        for (size_t row = 0; row < rows && numbers.type == BP_F64; row++) {
            double value = ((const double *)numbers.data)[row];
            FUZZ_CHECK(value != value || value - value == 0);
        }
        return;
    }
    FUZZ_CHECK(numbers.data == NULL);
    uint32_t next = 0; /* codes come in the order of their first appearance */
    for (size_t row = 0; row < rows; row++) {
        FUZZ_CHECK(codes[row] == BP_MISSING || codes[row] <= next);
        next += codes[row] == next;
    }
    FUZZ_CHECK(next == categories);
}

static void check_names(const bp_table *table)
{
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        size_t found = 0;
        const char *name = bp_table_column_name(table, i);
        FUZZ_CHECK(bp_table_find_column(table, name, &found, NULL) == BP_OK && found == i);
    }
}

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

/* A number column, read again as it was written, parts at least what the numbers part. */
static void check_categorized(bp_table *table)
{
    size_t rows = bp_table_row_count(table);
    for (size_t i = 0; i < bp_table_column_count(table) && i < 20; i++) {
        FUZZ_CHECK(bp_table_categorize(table, i, NULL) == BP_OK);
        FUZZ_CHECK(bp_table_column_kind(table, i) == BP_COLUMN_CATEGORY);
        check_cells(table, i);
    }
    FUZZ_CHECK(bp_table_row_count(table) == rows);
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

static void check_error(const bp_error *error, size_t size)
{
    FUZZ_CHECK(error->status == BP_E_DATA);
    FUZZ_CHECK(error->line > 0 && error->line <= size + 1);
    FUZZ_CHECK(error->column > 0 && error->column <= size + 1);
    FUZZ_CHECK(error->message[0] != '\0' && strlen(error->message) < sizeof error->message);
    for (const char *at = error->message; *at != '\0'; at++)
        FUZZ_CHECK((unsigned char)*at >= 0x20);
}

/* The first byte chooses the options, the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {0, 0, 0, ',', ';', '\t', '|', ' '};
    if (size == 0)
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
    options.decimal_comma = size > 1 && data[1] == ',';
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
