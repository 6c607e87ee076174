/* error.c: the status texts and the filling of errors. */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *bp_status_name(bp_status status)
{
    switch (status) {
#define STATUS_NAME(name, number, text)                                                            \
    case name: return #name;
        BP_STATUS_MAP(STATUS_NAME)
#undef STATUS_NAME
    }
    return "unknown status";
}

const char *bp_status_text(bp_status status)
{
    switch (status) {
#define STATUS_TEXT(name, number, text)                                                            \
    case name: return text;
        BP_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
    }
    return "unknown status";
}

/* A message is one line of text: control characters (a newline inside a quoted cell,
 * say) become spaces, and a multi-byte character cut at the end goes whole. */
static void tidy(char *message, bool cut)
{
    size_t length = strlen(message);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)message[i] < 0x20 || message[i] == 0x7f)
            message[i] = ' ';
    if (!cut)
        return;
    size_t last = length; /* the start of the last character */
    while (last > 0 && ((unsigned char)message[last - 1] & 0xC0) == 0x80)
        last--;
    last -= last > 0;
    if (bp_utf8_character(message + last, length - last) != length - last)
        message[last] = '\0';
}

static void fill(bp_error *error, bp_status status, const char *file, size_t line, size_t column,
                 const char *format, va_list arguments)
{
    error->status = status;
    error->line = line;
    error->column = column;
    int needed = snprintf(error->file, sizeof error->file, "%s", file);
    tidy(error->file, needed >= (int)sizeof error->file);
    needed = vsnprintf(error->message, sizeof error->message, format, arguments);
    tidy(error->message, needed >= (int)sizeof error->message);
}

bp_status bp_fail(bp_error *error, bp_status status, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fill(error, status, "", 0, 0, format, arguments);
        va_end(arguments);
    }
    return status;
}

bp_status bp_fail_at(bp_error *error, bp_status status, const char *file, size_t line,
                     size_t column, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fill(error, status, file, line, column, format, arguments);
        va_end(arguments);
    }
    return status;
}

bp_status bp_fail_memory(bp_error *error, size_t bytes)
{
    if (bytes == 0) /* another library's, which does not say */
        return bp_fail(error, BP_E_MEMORY, "out of memory");
    return bp_fail(error, BP_E_MEMORY, "out of memory: %zu bytes were needed", bytes);
}
