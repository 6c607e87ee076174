/* fuzz_prepare.c: bytes as what to do with a table, then the table: refused, or described, fitted
 * and applied to its own rows, where every number is finite and every class has a name. */
#include "fuzz_tables.h"

#include "table/preparation.h"

#include <math.h>

static void choose_options(fuzz_input *input, bp_preparation_options *o, char *lists[3])
{
    static const double components[] = {0, 0, 0, 0, 0, 1, 2, 0.5};
    bp_preparation_options_init(o);
    o->task = (bp_task)fuzz_choose(input, 3);
    o->scaling = (bp_scaling)fuzz_choose(input, BP_SCALING_COUNT);
    o->gaps = (bp_gaps)fuzz_choose(input, 5);
    unsigned flags = fuzz_choose(input, 256);
    o->gap_indicator = (flags & 1) != 0;
    o->ordinal = (flags & 2) != 0;
    o->rare = flags / 4 % 4;
    o->category_limit = flags & 16 ? 1 + flags / 64 : 200;
    o->components = components[flags / 32];
    for (size_t i = 0; i < 3; i++)
        lists[i] = fuzz_text(input, '\n');
    o->target = lists[0][0] != '\0' ? lists[0] : NULL;
    o->drop = lists[1];
    o->keep = lists[2];
}

static void check_description(const bp_table *table, const char *target)
{
    bp_description *description = NULL;
    bp_error error = {.status = BP_OK};
    if (bp_table_describe(&description, table, target, NULL, &error) != BP_OK) {
        fuzz_check_message(&error, false);
        return;
    }
    size_t rows = bp_table_row_count(table);
    FUZZ_CHECK(bp_description_target(description) < bp_table_column_count(table));
    FUZZ_CHECK(bp_description_duplicates(description) < rows);
    FUZZ_CHECK(bp_description_conflicts(description) < rows);
    for (size_t i = 0; i < bp_table_column_count(table); i++) {
        const bp_column_summary *s = bp_description_column(description, i);
        FUZZ_CHECK(s->missing <= rows && s->distinct <= rows - s->missing);
        FUZZ_CHECK(!(s->least > s->median || s->median > s->greatest));
        size_t bars = 0;
        for (size_t k = 0; k < BP_BARS; k++)
            bars += s->bars[k];
        FUZZ_CHECK(bars == 0 || bars == rows - s->missing);
    }
    const bp_finding *finding;
    for (size_t i = 0; (finding = bp_description_finding(description, i)) != NULL; i++)
        FUZZ_CHECK(finding->text[0] != '\0'
                   && memchr(finding->text, '\0', sizeof finding->text) != NULL);
    bp_description_free(description);
}

static void check_numbers(const bp_matrix *numbers)
{
    for (size_t row = 0; row < numbers->rows; row++)
        for (size_t i = 0; i < numbers->columns; i++) {
            size_t at = row * numbers->row_stride + i;
            double value = numbers->type == BP_F64 ? ((const double *)numbers->data)[at]
                                                   : (double)((const float *)numbers->data)[at];
            FUZZ_CHECK(isfinite(value));
        }
}

static void check_applied(const bp_preparation *preparation, bp_table *table, bp_type type)
{
    size_t rows = bp_table_row_count(table);
    bp_prepared *prepared = NULL;
    bp_error error = {.status = BP_OK};
    if (bp_preparation_apply(preparation, table, NULL, rows, type, true, &prepared, &error)
        != BP_OK) {
        fuzz_check_message(&error, false);
        return;
    }
    bp_samples samples = bp_prepared_samples(prepared);
    FUZZ_CHECK(bp_prepared_row_count(prepared) == rows && samples.inputs.rows == rows);
    FUZZ_CHECK(samples.inputs.columns == bp_preparation_width(preparation));
    check_numbers(&samples.inputs);
    if (samples.classes == NULL)
        check_numbers(&samples.targets);
    for (size_t row = 0; row < rows && samples.classes != NULL; row++)
        FUZZ_CHECK(bp_preparation_class_name(preparation, samples.classes[row]) != NULL);
    bp_prepared_free(prepared);
}

/* What is left of rows is what they were: numbers are written so, categories too. */
static void check_left(const bp_table *table)
{
    char text[64];
    for (size_t row = 0; row < bp_table_row_count(table); row++) {
        FUZZ_CHECK(bp_table_row_read(table, row)
                   < bp_table_row_count(table) + bp_table_dropped(table));
        FUZZ_CHECK(row == 0 || bp_table_row_read(table, row) > bp_table_row_read(table, row - 1));
        for (size_t i = 0; i < bp_table_column_count(table); i++) {
            const uint32_t *codes = bp_table_codes(table, i);
            size_t length = bp_table_cell_text(table, row, i, text, sizeof text);
            const char *held = codes != NULL ? bp_table_category(table, i, codes[row]) : NULL;
            FUZZ_CHECK(codes == NULL || (held == NULL) == (codes[row] == BP_MISSING));
            FUZZ_CHECK(held == NULL || length >= sizeof text || strcmp(text, held) == 0
                       || strchr(held, '"') != NULL || strchr(held, '\'') != NULL);
        }
    }
}

static char *json_of(const bp_preparation *preparation)
{
    bp_json *json = NULL;
    FUZZ_CHECK(bp_json_new(&json, NULL, NULL) == BP_OK);
    bp_preparation_write(preparation, json);
    const char *text = bp_json_text(json, NULL);
    FUZZ_CHECK(text != NULL);
    char *copy = malloc(strlen(text) + 1);
    FUZZ_CHECK(copy != NULL);
    strcpy(copy, text);
    bp_json_free(json);
    return copy;
}

/* What was fitted can be kept in a file. */
static void check_kept(const bp_preparation *preparation)
{
    char *text = json_of(preparation);
    bp_json_document *document = NULL;
    bp_preparation *again = NULL;
    bp_error error = {.message = ""};
    FUZZ_CHECK(bp_json_read(&document, text, strlen(text), BP_E_MODEL, NULL, NULL) == BP_OK);
    if (bp_preparation_read(&again, bp_json_root(document), NULL, &error) != BP_OK) {
        fprintf(stderr, "%s\n%s\n", error.message, text);
        FUZZ_CHECK(false);
    }
    char *other = json_of(again);
    FUZZ_CHECK(strcmp(text, other) == 0);
    free(other);
    bp_preparation_free(again);
    bp_json_document_free(document);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    char *lists[3];
    bp_preparation_options options;
    bp_table_options reading;
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options_init(&reading);
    choose_options(&input, &options, lists);
    reading.format = "csv";
    reading.type = input.size % 2 == 0 ? BP_F64 : BP_F32;
    reading.allocator = options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_error error = {.status = BP_OK};
    bp_status status =
        bp_table_read_memory(&table, (const char *)input.data, input.size, &reading, &error);
    if (status == BP_OK) {
        check_description(table, options.target);
        status = bp_preparation_new(&preparation, table, &options, &error);
    }
    if (status == BP_OK && input.size / 2 % 2 == 0)
        status = bp_preparation_drop_unlabeled(preparation, table, &error);
    if (status == BP_OK)
        check_left(table);
    if (status == BP_OK)
        status = bp_preparation_fit(preparation, table, NULL, bp_table_row_count(table), &error);
    if (status == BP_OK) {
        check_applied(preparation, table, reading.type);
        check_kept(preparation);
    } else {
        fuzz_check_message(&error, false);
    }
    bp_preparation_free(preparation);
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    for (size_t i = 0; i < 3; i++)
        free(lists[i]);
    return 0;
}
