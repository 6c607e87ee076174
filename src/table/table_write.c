/* table_write.c: the door by which tables go out, and the list of forms they may take. */
#include "table/table_write.h"

#include "base/error.h"

#include <string.h>

static const struct {
    const char *name;
    bp_status (*write)(const bp_table *table, const char *path, bp_error *error);
} FORMS[] = {
    {"csv", bp_table_write_csv},
    {"safetensors", bp_table_write_safetensors},
};

#define FORM_COUNT (sizeof FORMS / sizeof FORMS[0])

/* What follows the last point of a path's last part; the whole path where there is none. */
static const char *ending_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *point = strrchr(slash != NULL ? slash : path, '.');
    return point != NULL ? point + 1 : path;
}

bp_status bp_table_write(const bp_table *table, const char *path, const char *format,
                         bp_error *error)
{
    if (strcmp(path, "-") == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a table is written to a file, not to -");
    const char *wanted = format != NULL ? format : ending_of(path);
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (strcmp(wanted, FORMS[i].name) == 0)
            return FORMS[i].write(table, path, error);
    if (format == NULL)
        return bp_fail_at(error, BP_E_OPTION, path, 0, 0,
                          "the name tells no form to write; end it in .csv or .safetensors");
    return bp_fail(error, BP_E_OPTION, "\"%s\" is no form to write; use csv or safetensors",
                   format);
}
