/* table_select.c: columns by lists of names, positions and patterns. */
#include "table/table.h"

#include "base/error.h"

#include <string.h>

#define ENTRY_LIMIT 1024 /* bytes of one entry of a list */

/* Whether a name fits a pattern, * being any text and ? any one byte. */
static bool fits(const char *pattern, const char *name)
{
    const char *star = NULL, *retry = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            retry = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) { /* the star takes one byte more */
            pattern = star + 1;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool mark_pattern(const bp_table *table, const char *pattern, bool *marks)
{
    bool any = false;
    if (strpbrk(pattern, "*?") == NULL)
        return false;
    for (size_t i = 0; i < table->columns; i++) {
        if (fits(pattern, table->names.texts[i]))
            any = marks[i] = true;
    }
    return any;
}

/* "#3", the digits read; their end, or NULL. */
static const char *read_position(const char *text, size_t columns, size_t *position)
{
    const char *digit = text + 1;
    if (*text != '#' || *digit < '0' || *digit > '9')
        return NULL;
    *position = 0;
    for (; *digit >= '0' && *digit <= '9'; digit++)
        if (*position <= columns) /* more would be no column either */
            *position = *position * 10 + (size_t)(*digit - '0');
    return digit;
}

/* "#3-#7" */
static bool mark_range(const bp_table *table, const char *text, bool *marks)
{
    size_t first = 0, last = 0;
    const char *end = read_position(text, table->columns, &first);
    if (end == NULL || *end != '-')
        return false;
    end = read_position(end + 1, table->columns, &last);
    if (end == NULL || *end != '\0' || first == 0 || last < first || last > table->columns)
        return false;
    for (size_t i = first - 1; i < last; i++)
        marks[i] = true;
    return true;
}

static bp_status mark_entry(const bp_table *table, const char *entry, bool *marks, bp_error *error)
{
    size_t column = 0;
    bool named = bp_text_index_find(&table->names, entry, strlen(entry)) != BP_NO_TEXT;
    if (!named && (mark_range(table, entry, marks) || mark_pattern(table, entry, marks)))
        return BP_OK;
    bp_status status = bp_table_find_column(table, entry, &column, error);
    if (status == BP_OK)
        marks[column] = true;
    return status;
}

bp_status bp_table_select_columns(const bp_table *table, const char *list, bool *marks,
                                  bp_error *error)
{
    bp_status status = BP_OK;
    while (list != NULL && list[0] != '\0' && status == BP_OK) {
        char entry[ENTRY_LIMIT];
        size_t length = strcspn(list, ",");
        if (length >= sizeof entry)
            return bp_fail(error, BP_E_OPTION, "a column name of %zu bytes is too long", length);
        memcpy(entry, list, length);
        entry[length] = '\0';
        status = mark_entry(table, entry, marks, error);
        list += length + (list[length] == ',');
    }
    return status;
}
