/* boolean_text.c: yes and no in their spellings. */
#include "table/boolean_text.h"

#include <stddef.h>

static bool same_letters(const char *text, const char *lower)
{
    for (; *text != '\0' && *lower != '\0'; text++, lower++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (c != *lower)
            return false;
    }
    return *text == *lower;
}

bool bp_boolean_read(const char *text, double *value)
{
    static const char *const words[][2] = {{"false", "true"}, {"f", "t"},    {"no", "yes"},
                                           {"n", "y"},        {"off", "on"}, {"0", "1"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (int truth = 0; truth < 2; truth++) {
            if (same_letters(text, words[i][truth])) {
                *value = truth;
                return true;
            }
        }
    }
    return false;
}
