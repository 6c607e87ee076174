/* fuzz_columns.c: a header line, then a list of columns, then a list of kinds: the columns that
 * a list marks are those that a plain reading of it marks, and each column has its kind. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/table.h>

#define COLUMNS_MAX 40

/* * is any text and ? any byte; by recursion, which stars make slow: names here are short. */
static bool fits(const char *pattern, const char *name, size_t *steps)
{
    if (++*steps > 100000)
        return false;
    if (*pattern == '\0')
        return *name == '\0';
    if (*pattern == '*')
        return fits(pattern + 1, name, steps) || (*name != '\0' && fits(pattern, name + 1, steps));
    return *name != '\0' && (*pattern == '?' || *pattern == *name)
           && fits(pattern + 1, name + 1, steps);
}

static bool is_name(const bp_table *table, const char *entry)
{
    for (size_t i = 0; i < bp_table_column_count(table); i++)
        if (strcmp(bp_table_column_name(table, i), entry) == 0)
            return true;
    return false;
}

/* What one entry marks; false where it says nothing that is plain. */
static bool mark(const bp_table *table, const char *entry, bool *marks, size_t *steps)
{
    size_t count = bp_table_column_count(table), marked = 0;
    bool named = is_name(table, entry), pattern = strpbrk(entry, "*?") != NULL;
    if (!named && !pattern)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *name = bp_table_column_name(table, i);
        if (named ? strcmp(name, entry) == 0 : fits(entry, name, steps)) {
            marks[i] = true;
            marked++;
        }
    }
    return marked > 0;
}

static void check_list(const bp_table *table, const char *list)
{
    bool marks[COLUMNS_MAX] = {false}, expected[COLUMNS_MAX] = {false}, plain = true;
    bp_error error = {.status = BP_OK};
    size_t steps = 0;
    bp_status status = bp_table_select_columns(table, list, marks, &error);
    if (status != BP_OK) {
        FUZZ_CHECK(status == BP_E_OPTION);
        fuzz_check_message(&error, false);
        return;
    }
    char *copy = malloc(strlen(list) + 1), *next = copy;
    FUZZ_CHECK(copy != NULL);
    strcpy(copy, list);
    while (*next != '\0' && plain) {
        char *entry = next;
        next += strcspn(next, ",");
        if (*next != '\0')
            *next++ = '\0';
        plain = mark(table, entry, expected, &steps);
    }
    free(copy);
    if (plain && steps < 100000)
        FUZZ_CHECK(memcmp(marks, expected, sizeof marks) == 0);
}

static bp_status read_table(bp_table **table, const char *header, const char *kinds,
                            const bp_allocator *allocator, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    size_t columns = 1, length = strlen(header);
    for (const char *c = header; *c != '\0'; c++)
        columns += *c == ',';
    char *text = malloc(length + 2 * (2 * columns + 1) + 2);
    FUZZ_CHECK(text != NULL);
    strcpy(text, header);
    for (size_t row = 0; row < 2; row++)
        for (size_t i = 0; i < columns; i++)
            strcat(strcat(text, i == 0 ? "\n" : ","), row == 0 ? "1" : "0");
    options.header = 1;
    options.delimiter = ',';
    options.quote = '"';
    options.format = "csv";
    options.kinds = kinds;
    options.allocator = allocator;
    bp_status status = columns <= COLUMNS_MAX
                           ? bp_table_read_memory(table, text, strlen(text), &options, error)
                           : BP_E_DATA;
    free(text);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    char *header = fuzz_text(&input, '\n'), *list = fuzz_text(&input, '\n');
    char *kinds = fuzz_text(&input, '\n');
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table *table = NULL, *asked = NULL;
    bp_error error = {.status = BP_OK};
    if (read_table(&table, header, NULL, &counting.allocator, NULL) == BP_OK
        && bp_table_column_count(table) <= COLUMNS_MAX) {
        check_list(table, list);
        bp_status status = read_table(&asked, header, kinds, &counting.allocator, &error);
        FUZZ_CHECK((status == BP_OK) == (asked != NULL));
        if (status != BP_OK)
            fuzz_check_message(&error, false);
    }
    bp_table_free(asked);
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    free(kinds);
    free(list);
    free(header);
    return 0;
}
