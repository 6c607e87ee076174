/* fuzz_tables.h: what holds of every table that was read and of every one that was refused. */
#ifndef FUZZ_FUZZ_TABLES_H
#define FUZZ_FUZZ_TABLES_H

#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <string.h>

static inline void check_cells(const bp_table *table, size_t column)
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

static inline void check_names(const bp_table *table)
{
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        size_t found = 0;
        const char *name = bp_table_column_name(table, i);
        FUZZ_CHECK(bp_table_find_column(table, name, &found, NULL) == BP_OK && found == i);
    }
}

/* A number column, read again as it was written, parts at least what the numbers part. */
static inline void check_categorized(bp_table *table)
{
    size_t rows = bp_table_row_count(table);
    for (size_t i = 0; i < bp_table_column_count(table) && i < 20; i++) {
        bp_status status = bp_table_categorize(table, i, NULL);
        if (status == BP_E_DATA && bp_table_stray_count(table) > 0)
            continue; /* a stray that is not UTF-8 */
        FUZZ_CHECK(status == BP_OK);
        FUZZ_CHECK(bp_table_column_kind(table, i) == BP_COLUMN_CATEGORY);
        check_cells(table, i);
    }
    FUZZ_CHECK(bp_table_row_count(table) == rows);
}

static inline void check_error(const bp_error *error, size_t size)
{
    FUZZ_CHECK(error->status == BP_E_DATA);
    FUZZ_CHECK(error->line > 0 && error->line <= size + 1);
    FUZZ_CHECK(error->column > 0 && error->column <= size + 1);
    FUZZ_CHECK(error->message[0] != '\0' && strlen(error->message) < sizeof error->message);
    for (const char *at = error->message; *at != '\0'; at++)
        FUZZ_CHECK((unsigned char)*at >= 0x20);
}

/* Whether a source is of another form before any form is asked for, and its places are not those
 * of the bytes: packed, or a database. */
static inline bool is_packed(const void *data, size_t size)
{
    return (size >= 2 && memcmp(data, "\x1F\x8B", 2) == 0)
           || (size >= 4 && memcmp(data, "\x28\xB5\x2F\xFD", 4) == 0)
           || (size >= 16 && memcmp(data, "SQLite format 3", 16) == 0);
}

/* Reads a text in a form and checks what comes of it. */
static inline void check_form(const char *form, bp_type type, const char *text, size_t size)
{
    failing_allocator counting;
    if (is_packed(text, size))
        return;
    failing_allocator_init(&counting, 0);
    bp_table_options options;
    bp_table_options_init(&options);
    options.format = form;
    options.type = type;
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error;
    bp_status status = bp_table_read_memory(&table, text, size, &options, &error);
    FUZZ_CHECK((status == BP_OK) == (table != NULL));
    if (status != BP_OK)
        check_error(&error, size + 1);
    for (size_t i = 0; table != NULL && i < bp_table_column_count(table); i++) {
        check_cells(table, i);
        bp_table_place(table, 0, i, &error);
        FUZZ_CHECK(error.line > 0 && error.column > 0);
    }
    if (table != NULL) {
        check_names(table);
        check_categorized(table);
    }
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
}

/* Both have the same columns, cells and texts. */
static inline void check_same_column(const bp_table *a, const bp_table *b, size_t column)
{
    size_t rows = bp_table_row_count(a), categories = bp_table_category_count(a, column);
    bp_matrix numbers = bp_table_numbers(a, column), others = bp_table_numbers(b, column);
    const uint32_t *codes = bp_table_codes(a, column), *other_codes = bp_table_codes(b, column);
    FUZZ_CHECK((codes == NULL) == (other_codes == NULL) && numbers.type == others.type);
    if (codes == NULL) {
        FUZZ_CHECK(memcmp(numbers.data, others.data, rows * bp_type_size(numbers.type)) == 0);
        return;
    }
    FUZZ_CHECK(memcmp(codes, other_codes, rows * sizeof *codes) == 0);
    FUZZ_CHECK(categories == bp_table_category_count(b, column));
    for (uint32_t code = 0; code < categories; code++)
        FUZZ_CHECK(strcmp(bp_table_category(a, column, code), bp_table_category(b, column, code))
                   == 0);
}

static inline void check_same_table(const bp_table *a, const bp_table *b)
{
    FUZZ_CHECK(bp_table_row_count(a) == bp_table_row_count(b));
    FUZZ_CHECK(bp_table_column_count(a) == bp_table_column_count(b));
    for (size_t i = 0; i < bp_table_column_count(a); i++) {
        FUZZ_CHECK(strcmp(bp_table_column_name(a, i), bp_table_column_name(b, i)) == 0);
        FUZZ_CHECK(bp_table_column_kind(a, i) == bp_table_column_kind(b, i));
        check_same_column(a, b, i);
    }
}

#endif
