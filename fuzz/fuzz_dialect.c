/* fuzz_dialect.c: bytes as all options of reading delimited text, then the text: what is read from
 * memory is read the same from a file, and by two threads. */
#include "fuzz_tables.h"

#include <unistd.h>

#define TEXT_MAX 300000

/* The first bytes, and two lines. */
static void choose_options(fuzz_input *input, bp_table_options *options, char **missing,
                           char **kinds)
{
    static const char delimiters[] = {0, ',', ';', '\t', '|', ' '}, quotes[] = {0, '"', '\''};
    unsigned flags = fuzz_choose(input, 256);
    bp_table_options_init(options);
    options->delimiter = delimiters[fuzz_choose(input, 6)];
    options->quote = quotes[flags % 3];
    options->header = (int)(flags / 4 % 3) - 1;
    options->type = flags & 16 ? BP_F32 : BP_F64;
    options->decimal = flags & 32 ? ',' : '\0';
    options->keep_strays = (flags & 64) != 0;
    options->comment = flags & 128 ? '#' : '\0';
    options->skip_lines = fuzz_choose(input, 256) / 100;
    options->format = "csv";
    *missing = fuzz_text(input, '\n');
    *kinds = fuzz_text(input, '\n');
    options->missing = (*missing)[0] == '~' ? NULL : *missing;
    options->kinds = *kinds;
}

/* A file without a name, so that none is left behind. */
static int write_file(char path[32], const char *text, size_t size)
{
    char name[] = "/tmp/backprop-fuzz-XXXXXX";
    int file = mkstemp(name);
    FUZZ_CHECK(file >= 0 && unlink(name) == 0);
    FUZZ_CHECK(write(file, text, size) == (ssize_t)size);
    snprintf(path, 32, "/dev/fd/%d", file);
    return file;
}

static void check_same_error(const bp_error *a, const bp_error *b)
{
    if (a->status == b->status && a->line == b->line && a->column == b->column
        && strcmp(a->message, b->message) == 0)
        return;
    fprintf(stderr, "%zu:%zu: %s\n%zu:%zu: %s\n", a->line, a->column, a->message, b->line,
            b->column, b->message);
    FUZZ_CHECK(false);
}

static void check_ways(const bp_table *table, const bp_error *error, bp_table_options options,
                       const char *text, size_t size)
{
    char path[32];
    int file = write_file(path, text, size);
    options.allocator = NULL; /* which several threads may use */
    for (options.threads = 1; options.threads <= 2; options.threads++) {
        bp_table *other = NULL;
        bp_error again = {.status = BP_OK};
        bp_status status = bp_table_read(&other, path, &options, &again);
        FUZZ_CHECK((status == BP_OK) == (table != NULL));
        if (table != NULL)
            check_same_table(table, other);
        else
            check_same_error(error, &again);
        bp_table_free(other);
    }
    close(file);
}

/* Several tables' worth of rows, so that there are more than one look takes. */
static char *repeated(fuzz_input *input, size_t *size)
{
    size_t times = fuzz_choose(input, 16) == 15 ? 100 : 1;
    *size = input->size * times;
    if (*size > TEXT_MAX)
        return NULL;
    char *text = malloc(*size > 0 ? *size : 1);
    FUZZ_CHECK(text != NULL);
    for (size_t i = 0; i < times && input->size > 0; i++)
        memcpy(text + i * input->size, input->data, input->size);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    char *missing = NULL, *kinds = NULL;
    bp_table_options options;
    choose_options(&input, &options, &missing, &kinds);
    char *text = repeated(&input, &size);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    if (text != NULL && !is_packed(text, size)) {
        bp_status status = bp_table_read_memory(&table, text, size, &options, &error);
        FUZZ_CHECK((status == BP_OK) == (table != NULL));
        FUZZ_CHECK(status == BP_OK || status == BP_E_DATA || status == BP_E_OPTION);
        if (status != BP_OK)
            fuzz_check_message(&error, false);
        else
            check_names(table);
        check_ways(table, &error, options, text, size);
    }
    bp_table_free(table);
    FUZZ_CHECK(failing_allocator_is_clean(&counting));
    free(text);
    free(kinds);
    free(missing);
    return 0;
}
