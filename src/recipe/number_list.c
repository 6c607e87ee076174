/* number_list.c: "0.1" or "0.1,0,0.5" as a number for each layer. */
#include "recipe/number_list.h"

#include "base/error.h"

#include <string.h>

static size_t count_items(const char *text)
{
    size_t items = 1;
    for (; (text = strchr(text, ',')) != NULL; text++)
        items++;
    return items;
}

bp_status bp_config_numbers(const bp_config *config, const char *option, size_t count,
                            double *numbers, bp_error *error)
{
    const char *text = bp_config_get(config, option), *place = text;
    size_t items = count_items(text), read = 0;
    for (; read < items && read < count; read++) {
        size_t length = strcspn(place, ",");
        if (!bp_number_read(place, length, &numbers[read]))
            break;
        place += length + (place[length] == ',');
    }
    if (read < items || (items > 1 && items != count))
        return bp_fail(error, BP_E_OPTION,
                       "--%s takes one number, or one for each of %zu layers with commas "
                       "between, not \"%s\"",
                       option, count, text);
    for (size_t i = items; i < count; i++)
        numbers[i] = numbers[0];
    return BP_OK;
}
