/* report.c: errors as one line of text or of JSON. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void drop_cut_character(char *text)
{
    size_t end = strlen(text), start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (bytes > end - start + 1)
        text[start - 1] = '\0';
}

static void fill(bp_error *error, bp_status status, const char *file, const char *format,
                 va_list arguments)
{
    if (error == NULL)
        return;
    *error = (bp_error){.status = status};
    snprintf(error->file, sizeof error->file, "%s", file);
    int needed = vsnprintf(error->message, sizeof error->message, format, arguments);
    if (needed >= (int)sizeof error->message)
        drop_cut_character(error->message);
}

bp_status fail(bp_error *error, bp_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, "", format, arguments);
    va_end(arguments);
    return status;
}

bp_status fail_file(bp_error *error, bp_status status, const char *file, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, file, format, arguments);
    va_end(arguments);
    return status;
}

int exit_status_of(bp_status status)
{
    switch (status) {
    case BP_OK: return 0;
    case BP_E_ARGUMENT:
    case BP_E_OPTION:
    case BP_E_UNSUPPORTED: return 2;
    case BP_E_DATA:
    case BP_E_DIVERGED: return 3;
    case BP_E_MODEL: return 4;
    case BP_E_MEMORY:
    case BP_E_IO: return 5;
    case BP_E_STOPPED: return 130;
    }
    return 5;
}

/* One line whatever the text has in it: control characters become '?'. */
static void print_line(const char *text)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, stderr);
}

static void print_text(const bp_error *error)
{
    fputs("backprop: ", stderr);
    print_line(error->file);
    if (error->line > 0)
        fprintf(stderr, ":%zu", error->line);
    if (error->column > 0 && error->line > 0)
        fprintf(stderr, ":%zu", error->column);
    fputs(error->file[0] != '\0' || error->line > 0 ? ": " : "", stderr);
    print_line(error->message);
    fputc('\n', stderr);
}

static void write_place(bp_json *json, const bp_error *error)
{
    if (error->file[0] != '\0') {
        bp_json_key(json, "file");
        bp_json_string(json, error->file);
    }
    if (error->line > 0) {
        bp_json_key(json, "line");
        bp_json_integer(json, (int64_t)error->line);
    }
    if (error->column > 0) {
        bp_json_key(json, "column");
        bp_json_integer(json, (int64_t)error->column);
    }
}

static bool print_json(const bp_error *error)
{
    bp_json *json = NULL;
    if (bp_json_new(&json, NULL, NULL) != BP_OK)
        return false;
    bp_json_object_begin(json);
    bp_json_key(json, "error");
    bp_json_object_begin(json);
    bp_json_key(json, "code");
    bp_json_string(json, bp_status_name(error->status));
    bp_json_key(json, "message");
    bp_json_string(json, error->message);
    write_place(json, error);
    bp_json_key(json, "exit_status");
    bp_json_integer(json, exit_status_of(error->status));
    bp_json_object_end(json);
    bp_json_object_end(json);
    const char *text = bp_json_text(json, NULL);
    if (text != NULL)
        fprintf(stderr, "%s\n", text);
    bp_json_free(json);
    return text != NULL;
}

int report_error(const bp_error *error, bool json)
{
    if (!json || !print_json(error))
        print_text(error);
    return exit_status_of(error->status);
}
