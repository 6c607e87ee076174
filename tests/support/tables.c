/* tables.c: small tables and preparations for tests. */
#include "support/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/matrix.h"
#include "table/preparation.h"

#include <stdlib.h>
#include <string.h>

bp_table *table_of(const char *text, int header)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_error error = {.message = ""};
    bp_table_options_init(&options);
    options.name = "t.csv";
    options.delimiter = ',';
    options.header = header;
    if (bp_table_read_memory(&table, text, strlen(text), &options, &error) != BP_OK)
        fail_msg("%s: %s", text, error.message);
    return table;
}

bp_preparation *preparation_of(bp_table *table, const char *target, const char *drop, bp_task task)
{
    bp_preparation *preparation = NULL;
    bp_preparation_options options;
    bp_error error = {.message = ""};
    bp_preparation_options_init(&options);
    options.target = target;
    options.drop = drop;
    options.task = task;
    if (bp_preparation_new(&preparation, table, &options, &error) != BP_OK)
        fail_msg("%s", error.message);
    return preparation;
}

bp_preparation *fitted_on(bp_table *table, const char *target, const char *drop, bp_task task)
{
    bp_preparation *preparation = preparation_of(table, target, drop, task);
    bp_error error = {.message = ""};
    if (bp_preparation_fit(preparation, table, NULL, bp_table_row_count(table), &error) != BP_OK)
        fail_msg("%s", error.message);
    return preparation;
}

char *json_of(const bp_preparation *preparation)
{
    bp_json *json = NULL;
    size_t length = 0;
    assert_int_equal(bp_json_new(&json, NULL, NULL), BP_OK);
    bp_preparation_write(preparation, json);
    const char *text = bp_json_text(json, &length);
    assert_non_null(text);
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    memcpy(copy, text, length + 1);
    bp_json_free(json);
    return copy;
}

bp_prepared *apply_all(const bp_preparation *preparation, bp_table *table, bool with_targets)
{
    bp_prepared *prepared = NULL;
    bp_error error = {.message = ""};
    bp_status status = bp_preparation_apply(preparation, table, NULL, bp_table_row_count(table),
                                            BP_F64, with_targets, &prepared, &error);
    if (status != BP_OK)
        fail_msg("%s", error.message);
    return prepared;
}

void assert_inputs(const bp_prepared *prepared, const double *expected, size_t width)
{
    bp_matrix inputs = bp_prepared_samples(prepared).inputs;
    assert_int_equal(inputs.columns, width);
    for (size_t row = 0; row < inputs.rows; row++)
        for (size_t i = 0; i < width; i++)
            if (bp_matrix_at(&inputs, row, i) != expected[row * width + i])
                fail_msg("row %zu, input %zu: %.17g, not %.17g", row, i,
                         bp_matrix_at(&inputs, row, i), expected[row * width + i]);
}

void assert_error(const bp_error *error, bp_status status, size_t line, size_t column,
                  const char *message)
{
    assert_string_equal(error->message, message);
    assert_int_equal(error->status, status);
    assert_int_equal(error->line, line);
    assert_int_equal(error->column, column);
    if (line > 0)
        assert_string_equal(error->file, "t.csv");
}
