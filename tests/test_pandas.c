/* test_pandas.c: public tables, read here and by pandas: the same values bit for bit. What
 * pandas read is recorded in tests/oracle/pandas.txt by tools/pandas-hashes. The tables are
 * below the folder that BACKPROP_DATA names; without it only the project's own is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sha256.h"

#include <backprop/table.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hash_number(bp_sha256_state *state, double value)
{
    uint64_t bits = 0x7FF8000000000000u;
    unsigned char bytes[8];
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(bits >> 8 * i);
    bp_sha256_update(state, bytes, sizeof bytes);
}

static void hash_column(bp_sha256_state *state, const bp_table *table, size_t column)
{
    const double *numbers = bp_table_numbers(table, column).data;
    const uint32_t *codes = bp_table_codes(table, column);
    for (size_t row = 0; row < bp_table_row_count(table); row++) {
        if (codes == NULL) {
            hash_number(state, numbers[row]);
        } else if (codes[row] == BP_MISSING) {
            bp_sha256_update(state, "\xFF", 1);
        } else {
            const char *text = bp_table_category(table, column, codes[row]);
            bp_sha256_update(state, text, strlen(text) + 1);
        }
    }
}

static void check_table(const char *path, size_t rows, size_t columns, const char *expected)
{
    bp_table *table = NULL;
    bp_error error;
    if (bp_table_read(&table, path, NULL, &error) != BP_OK)
        fail_msg("%s:%zu:%zu: %s", path, error.line, error.column, error.message);
    if (bp_table_row_count(table) != rows || bp_table_column_count(table) != columns)
        fail_msg("%s: %zu rows and %zu columns where pandas has %zu and %zu", path,
                 bp_table_row_count(table), bp_table_column_count(table), rows, columns);
    bp_sha256_state state;
    unsigned char digest[BP_SHA256_SIZE];
    char text[BP_SHA256_TEXT_SIZE];
    bp_sha256_init(&state);
    for (size_t i = 0; i < columns; i++)
        hash_column(&state, table, i);
    bp_sha256_final(&state, digest);
    bp_sha256_text(digest, text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s: other values than pandas reads", path);
    bp_table_free(table);
}

static void test_the_same_values_as_pandas(void **state)
{
    (void)state;
    const char *data = getenv("BACKPROP_DATA");
    FILE *record = fopen("tests/oracle/pandas.txt", "r");
    char line[512], folder[32], name[128], digest[BP_SHA256_TEXT_SIZE], path[1024];
    size_t rows = 0, columns = 0, compared = 0, left_out = 0;
    assert_non_null(record);
    while (fgets(line, sizeof line, record) != NULL) {
        if (line[0] == '#')
            continue;
        assert_int_equal(
            sscanf(line, "%31s %127s %zu %zu %64s", folder, name, &rows, &columns, digest), 5);
        bool own = strcmp(folder, "project") == 0;
        if (!own && (data == NULL || data[0] == '\0')) {
            left_out++;
            continue;
        }
        snprintf(path, sizeof path, "%s/%s/%s", own ? "." : data, own ? "data" : folder, name);
        check_table(path, rows, columns, digest);
        compared++;
    }
    fclose(record);
    print_message("%zu tables compared, %zu left out%s\n", compared, left_out,
                  left_out > 0 ? ": BACKPROP_DATA is not set" : "");
    assert_true(compared > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_same_values_as_pandas)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
