/* thirty_rows.c: a table and options for tests. */
#include "support/thirty_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *thirty_rows_text(void)
{
    static const char *const places[] = {"north", "south", "east"};
    char *text = calloc(1, 4096);
    assert_non_null(text);
    strcpy(text, "width,height,place,day,share,kind\n");
    for (size_t i = 0; i < 30; i++)
        snprintf(text + strlen(text), 128, "%zu.5,%s,%s,2024-0%zu-11,%zu.25,%s\n", (i * 13) % 17,
                 i == 7  ? ""
                 : i % 2 ? "3"
                         : "8.5",
                 places[i % 3], 1 + i % 9, (i * 7) % 30, i % 2 ? "odd" : "even one");
    return text;
}

bp_status thirty_rows_table(bp_table **table, const bp_allocator *memory, bp_error *error)
{
    char *text = thirty_rows_text();
    bp_table_options options;
    bp_table_options_init(&options);
    options.allocator = memory;
    options.threads = 1;
    bp_status status = bp_table_read_memory(table, text, strlen(text), &options, error);
    free(text);
    return status;
}

bp_status config_set_words(bp_config *config, const char *words, bp_error *error)
{
    bp_status status = BP_OK;
    char name[64], value[512];
    int used = 0;
    for (; status == BP_OK && sscanf(words, " %63[^=]=%511s%n", name, value, &used) == 2;
         words += used)
        status = bp_config_set(config, name, value, error);
    return status;
}

bp_status config_of_words(bp_config **config, const char *words, const bp_allocator *memory,
                          bp_error *error)
{
    bp_status status = bp_config_new(config, "plain", memory, error);
    if (status == BP_OK)
        status = bp_config_set(*config, "threads", "1", error);
    return status == BP_OK ? config_set_words(*config, words, error) : status;
}
