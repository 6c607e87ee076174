/* names.c: finding a row of a table by its name, or offering the nearest. */
#include "base/names.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static void list_names(char *text, size_t size, const char *const *names, size_t count)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        int length = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", names[i]);
        used += length > 0 ? (size_t)length : 0;
    }
}

size_t bp_name_find(const char *name, const char *const *names, size_t count, const char *kind,
                    bp_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    const char *nearest = bp_nearest(name, names, count);
    if (nearest != NULL) {
        bp_fail(error, BP_E_OPTION, "unknown %s \"%s\"; did you mean \"%s\"?", kind, name, nearest);
    } else {
        char list[320];
        list_names(list, sizeof list, names, count);
        bp_fail(error, BP_E_OPTION, "unknown %s \"%s\"; there are %s", kind, name, list);
    }
    return count;
}

bool bp_same_letters(const char *text, const char *lower)
{
    for (; *text != '\0' && *lower != '\0'; text++, lower++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (c != *lower)
            return false;
    }
    return *text == *lower;
}
