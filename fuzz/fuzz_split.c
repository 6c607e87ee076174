/* fuzz_split.c: bytes as how to deal rows, then a column of a table: refused, or parts of which
 * each has rows to learn from and rows to be scored on, none of them in both or twice. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

static void check_part(const bp_split *split, size_t part, size_t rows, size_t *scored)
{
    size_t tests = 0, training = bp_split_training(split, part, NULL);
    const size_t *test = bp_split_tests(split, part, &tests);
    size_t *learned = malloc((rows + 1) * sizeof *learned);
    unsigned char *seen = calloc(rows + 1, 1);
    FUZZ_CHECK(learned != NULL && seen != NULL);
    FUZZ_CHECK(tests > 0 && training > 0 && tests + training <= rows);
    FUZZ_CHECK(bp_split_training(split, part, learned) == training);
    for (size_t i = 0; i < tests + training; i++) {
        size_t row = i < tests ? test[i] : learned[i - tests];
        FUZZ_CHECK(row < rows && !seen[row]);
        seen[row] = 1;
    }
    for (size_t i = 0; i < tests; i++)
        scored[test[i]]++;
    free(seen);
    free(learned);
}

static void check_split(const bp_split *split, const bp_split_options *options, size_t rows)
{
    size_t parts = bp_split_count(split), repeats = bp_split_repeats(split);
    size_t *scored = calloc(rows + 1, sizeof *scored);
    FUZZ_CHECK(scored != NULL);
    FUZZ_CHECK(parts > 0 && repeats > 0 && parts % repeats == 0);
    FUZZ_CHECK(bp_split_unit_of(split) == options->unit);
    for (size_t i = 0; i < parts; i++)
        check_part(split, i, rows, scored);
    bool each = options->test_fraction == 0
                && (options->unit == BP_SPLIT_ROWS || options->unit == BP_SPLIT_GROUPS);
    for (size_t row = 0; row < rows; row++)
        FUZZ_CHECK(each ? scored[row] == repeats : scored[row] <= repeats);
    free(scored);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double fractions[] = {0, 0, 0, 0.5, 0.1, 0.9999, 0.0001, 1};
    fuzz_input input = {data, size};
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_split_options options;
    bp_table_options reading;
    bp_split_options_init(&options);
    bp_table_options_init(&reading);
    options.unit = (bp_split_unit)fuzz_choose(&input, BP_SPLIT_UNIT_COUNT);
    options.folds = fuzz_choose(&input, 12);
    options.folds = options.folds == 11 ? BP_LEAVE_ONE_OUT : options.folds;
    options.test_fraction = fractions[fuzz_choose(&input, 8)];
    options.repeats = fuzz_choose(&input, 4);
    options.seed = fuzz_choose(&input, 256);
    options.column = options.unit == BP_SPLIT_ROWS || fuzz_choose(&input, 8) == 7 ? NULL : "#1";
    options.allocator = reading.allocator = &counting.allocator;
    reading.format = "csv";
    reading.header = 0;
    bp_table *table = NULL;
    bp_split *split = NULL;
    bp_error error = {.status = BP_OK};
    bool named = options.unit != BP_SPLIT_GROUPS && options.unit != BP_SPLIT_NAMES;
    if (bp_table_read_memory(&table, (const char *)input.data, input.size, &reading, NULL) == BP_OK
        && (options.column != NULL || named)) {
        size_t rows = bp_table_row_count(table);
        if (options.unit == BP_SPLIT_ROWS)
            options.classes = bp_table_codes(table, 0);
        bp_status status = bp_split_new(&split, table, NULL, rows, &options, &error);
        FUZZ_CHECK((status == BP_OK) == (split != NULL));
        if (status == BP_OK)
            check_split(split, &options, rows);
        else
            fuzz_check_message(&error, false);
    }
    bp_split_free(split);
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    return 0;
}
