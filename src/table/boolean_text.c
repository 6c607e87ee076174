/* boolean_text.c: yes and no in their spellings. */
#include "table/boolean_text.h"

#include "base/names.h"

#include <stddef.h>

static const char *const WORDS[][2] = {{"false", "true"}, {"f", "t"},    {"no", "yes"},
                                       {"n", "y"},        {"off", "on"}, {"0", "1"}};

#define WORD_COUNT (sizeof WORDS / sizeof WORDS[0])

bool bp_boolean_read(const char *text, double *value)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        for (int truth = 0; truth < 2; truth++) {
            if (bp_same_letters(text, WORDS[i][truth])) {
                *value = truth;
                return true;
            }
        }
    }
    return false;
}

bool bp_boolean_pair(const char *one, const char *other)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        for (int truth = 0; truth < 2; truth++)
            if (bp_same_letters(one, WORDS[i][truth])
                && bp_same_letters(other, WORDS[i][1 - truth]))
                return true;
    return false;
}
