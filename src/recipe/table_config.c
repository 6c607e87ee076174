/* table_config.c: how a table is to be read, from the options. */
#include "base/error.h"
#include "base/memory.h"
#include "recipe/config.h"

#include <string.h>

/* ---- Kinds ----------------------------------------------------------------------- */

static void append(char *list, const char *text, size_t length)
{
    size_t used = strlen(list);
    memcpy(list + used, text, length);
    list[used + length] = '\0';
}

/* --kinds, and behind it COLUMN=category for each entry of --categorical; to be released with
 * its length, which `size` tells. */
static char *list_kinds(const bp_config *config, const bp_allocator *memory, size_t *size,
                        bp_error *error)
{
    static const char suffix[] = "=category,";
    const char *kinds = bp_config_get(config, "kinds");
    const char *entry = bp_config_get(config, "categorical");
    size_t entries = 1;
    for (const char *at = entry; *at != '\0'; at++)
        entries += *at == ',';
    *size = strlen(kinds) + strlen(entry) + entries * sizeof suffix + 2;
    char *list = bp_allocate(memory, *size, 1, error);
    if (list == NULL)
        return NULL;
    append(list, kinds, strlen(kinds));
    append(list, ",", kinds[0] != '\0');
    while (entry[0] != '\0') {
        size_t length = strcspn(entry, ",");
        append(list, entry, length);
        append(list, suffix, sizeof suffix - 1);
        entry += length + (entry[length] == ',');
    }
    return list;
}

/* ---- The whole ---------------------------------------------------------------------- */

static char delimiter_of(const bp_config *config)
{
    static const struct {
        const char *name;
        char delimiter;
    } delimiters[] = {
        {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}, {"space", ' '}};
    for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++)
        if (bp_config_is(config, "delimiter", delimiters[i].name))
            return delimiters[i].delimiter;
    return '\0';
}

static bp_status read_options(bp_table_options *options, const bp_config *config, bp_error *error)
{
    const char *comment = bp_config_get(config, "comment");
    if (strlen(comment) > 1)
        return bp_fail(error, BP_E_OPTION, "--comment takes one character, as in --comment '#'");
    if (!bp_config_is(config, "header", "auto"))
        options->header = bp_config_is(config, "header", "yes");
    if (!bp_config_is(config, "format", "auto"))
        options->format = bp_config_get(config, "format");
    if (bp_config_get(config, "query")[0] != '\0')
        options->query = bp_config_get(config, "query");
    if (!bp_config_is(config, "missing-markers", "auto"))
        options->missing = bp_config_get(config, "missing-markers");
    if (!bp_config_is(config, "quote", "auto"))
        options->quote = bp_config_is(config, "quote", "single") ? '\'' : '"';
    options->delimiter = delimiter_of(config);
    options->comment = comment[0];
    options->skip_lines = (size_t)bp_config_number(config, "skip-lines");
    if (!bp_config_is(config, "decimal", "auto"))
        options->decimal = bp_config_is(config, "decimal", "comma") ? ',' : '.';
    for (int order = BP_DATES_AUTO; order < BP_DATES_COUNT; order++)
        if (bp_config_is(config, "dates", bp_date_order_name((bp_date_order)order)))
            options->dates = (bp_date_order)order;
    options->size_limit = (uint64_t)bp_config_number(config, "size-limit");
    options->threads = bp_config_threads(config);
    return BP_OK;
}

/* As a table, or as a stream where that is not NULL; `options` has what the config has not. */
static bp_status open_table(bp_table **table, bp_table_stream **stream, const char *path,
                            const bp_config *config, bp_table_options *options, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    options->allocator = memory;
    if (strcmp(path, "-") == 0)
        options->name = "standard input";
    bp_status status = read_options(options, config, error);
    if (status != BP_OK)
        return status;
    size_t size = 0;
    char *kinds = list_kinds(config, memory, &size, error);
    if (kinds == NULL)
        return BP_E_MEMORY;
    options->kinds = kinds;
    status = stream != NULL ? bp_table_stream_open(stream, path, options, error)
                            : bp_table_read(table, path, options, error);
    bp_release(memory, kinds, size, 1);
    return status;
}

bp_status bp_table_open(bp_table **table, const char *path, const bp_config *config,
                        bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    *table = NULL;
    return open_table(table, NULL, path, config, &options, error);
}

bp_status bp_table_open_leniently(bp_table **table, const char *path, const bp_config *config,
                                  bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.keep_strays = true;
    *table = NULL;
    return open_table(table, NULL, path, config, &options, error);
}

bp_status bp_table_open_stream(bp_table_stream **stream, const char *path, const bp_config *config,
                               const bp_preparation *expected, bool only, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.expected = expected;
    options.expected_only = only;
    *stream = NULL;
    return open_table(NULL, stream, path, config, &options, error);
}
