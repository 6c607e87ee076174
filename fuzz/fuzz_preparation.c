/* fuzz_preparation.c: any text as the JSON of a preparation: refused, or one that tells of all
 * its columns and numbers, applies to a table, and is the same when written and read again. */
#include "fuzz.h"

#include "support/failing_allocator.h"
#include "table/preparation.h"

static bp_status read_text(bp_preparation **preparation, const char *text, size_t size,
                           const bp_allocator *allocator, bp_error *error)
{
    bp_json_document *document = NULL;
    *preparation = NULL;
    bp_status status = bp_json_read(&document, text, size, BP_E_MODEL, allocator, error);
    if (status == BP_OK)
        status = bp_preparation_read(preparation, bp_json_root(document), allocator, error);
    bp_json_document_free(document);
    FUZZ_CHECK((status == BP_OK) == (*preparation != NULL));
    return status;
}

static bp_json *write_json(const bp_preparation *preparation)
{
    bp_json *json = NULL;
    FUZZ_CHECK(bp_json_new(&json, NULL, NULL) == BP_OK);
    bp_preparation_write(preparation, json);
    FUZZ_CHECK(bp_json_text(json, NULL) != NULL);
    return json;
}

static void check_way_back(const bp_preparation *preparation)
{
    bp_json *once = write_json(preparation);
    bp_preparation *again = NULL;
    const char *text = bp_json_text(once, NULL);
    FUZZ_CHECK(read_text(&again, text, strlen(text), NULL, NULL) == BP_OK);
    bp_json *twice = write_json(again);
    FUZZ_CHECK(strcmp(text, bp_json_text(twice, NULL)) == 0);
    bp_json_free(twice);
    bp_preparation_free(again);
    bp_json_free(once);
}

static void check_column(const bp_preparation *p, size_t input)
{
    bp_prepared_column column;
    FUZZ_CHECK(bp_preparation_input_column(p, input, &column));
    FUZZ_CHECK(strcmp(column.name, bp_preparation_input_name(p, input)) == 0);
    FUZZ_CHECK(column.rare == bp_preparation_rare_count(p, input));
    for (size_t i = 0; i < column.category_count; i++)
        FUZZ_CHECK(bp_preparation_category_name(p, input, i) != NULL);
    FUZZ_CHECK(bp_preparation_category_name(p, input, column.category_count) == NULL);
}

static void check_names(const bp_preparation *p)
{
    char name[64];
    for (size_t i = 0; i < bp_preparation_width(p); i++) {
        size_t length = bp_preparation_feature_name(p, i, name, sizeof name);
        FUZZ_CHECK(strlen(name) < sizeof name && strlen(name) <= length);
        FUZZ_CHECK(bp_utf8_is_valid(name, strlen(name)));
    }
    FUZZ_CHECK(bp_preparation_feature_name(p, bp_preparation_width(p), name, sizeof name) == 0);
    for (uint32_t i = 0; i < bp_preparation_class_count(p); i++)
        FUZZ_CHECK(bp_preparation_class_name(p, i) != NULL);
    for (size_t i = 0; i < bp_preparation_target_count(p); i++)
        FUZZ_CHECK(bp_preparation_target_name(p, i) != NULL);
}

/* Rows of a table without a header fit by position where their kinds do. */
static void check_applied(const bp_preparation *p)
{
    static const char text[] = "1,2,x,2020-02-29,,q\n-3,1e300,,1999-12-31,0,p\n";
    bp_table_options options;
    bp_table_options_init(&options);
    options.header = 0;
    bp_table *table = NULL;
    bp_prepared *prepared = NULL;
    bp_error error = {.status = BP_OK};
    FUZZ_CHECK(bp_table_read_memory(&table, text, sizeof text - 1, &options, NULL) == BP_OK);
    if (bp_preparation_apply(p, table, NULL, 2, BP_F64, false, &prepared, &error) == BP_OK) {
        bp_samples samples = bp_prepared_samples(prepared);
        FUZZ_CHECK(samples.inputs.rows == 2 && samples.inputs.columns == bp_preparation_width(p));
        for (size_t row = 0; row < 2; row++)
            for (size_t i = 0; i < samples.inputs.columns; i++) {
                double value =
                    ((const double *)samples.inputs.data)[row * samples.inputs.row_stride + i];
                FUZZ_CHECK(value == value); /* no cell is left missing */
            }
    } else {
        fuzz_check_message(&error, false);
    }
    bp_prepared_free(prepared);
    bp_table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n <= 12; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_preparation *preparation = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status =
            read_text(&preparation, (const char *)data, size, &failing.allocator, &error);
        FUZZ_CHECK(status == BP_OK || status == (failing.refused ? BP_E_MEMORY : BP_E_MODEL));
        FUZZ_CHECK(failing.peak_bytes <= 16384 + 256 * size);
        if (status != BP_OK)
            fuzz_check_message(&error, status == BP_E_MODEL);
        if (status == BP_OK && n == 0) {
            for (size_t i = 0; i < bp_preparation_input_count(preparation); i++)
                check_column(preparation, i);
            check_names(preparation);
            check_way_back(preparation);
            check_applied(preparation);
        }
        bp_preparation_free(preparation);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
