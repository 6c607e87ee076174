/* csv.c: fields of CSV, in quotes where they need them. */
#include "csv.h"

#include <string.h>

/* What could be taken for structure: other delimiters too, since a reader guesses. */
static const bool STRUCTURE[256] = {
    [','] = true,  [';'] = true, ['|'] = true,  ['\t'] = true, ['"'] = true,
    ['\''] = true, [' '] = true, ['\r'] = true, ['\n'] = true, [0xEF] = true};

/* A blank matters at the ends alone, and the byte 0xEF where it begins a byte order mark. */
static bool needs_quotes(const char *text)
{
    const char *at = text;
    while (*at != '\0' && !STRUCTURE[(unsigned char)*at])
        at++;
    if (*at == '\0')
        return false;
    return strpbrk(at, ",;|\t\"'\r\n") != NULL || text[0] == ' ' || text[strlen(text) - 1] == ' '
           || strncmp(text, "\xEF\xBB\xBF", 3) == 0;
}

void csv_doubled(struct output *out, const char *text)
{
    for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        output_bytes(out, text, (size_t)(quote - text));
        output_text(out, "\"\"");
    }
    output_text(out, text);
}

static void print_quoted(struct output *out, const char *before, const char *text,
                         const char *after)
{
    output_text(out, "\"");
    output_text(out, before);
    csv_doubled(out, text);
    output_text(out, after);
    output_text(out, "\"");
}

void csv_name(struct output *out, const char *before, const char *name, const char *after)
{
    if (needs_quotes(name)) {
        print_quoted(out, before, name, after);
        return;
    }
    output_text(out, before);
    output_text(out, name);
    output_text(out, after);
}

void csv_field(struct output *out, const char *text)
{
    csv_name(out, "", text, "");
}

void csv_quoted(struct output *out, const char *text)
{
    print_quoted(out, "", text, "");
}
