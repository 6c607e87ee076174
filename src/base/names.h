/* names.h: finding a row of a table by its name. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <backprop/base.h>

#include <string.h>

/* As strcmp tells it, but that most names are told apart without a call: options are looked up
 * thousands of times in a search. */
static inline bool bp_names_equal(const char *a, const char *b)
{
    return a[0] == b[0] && (a[0] == '\0' || (a[1] == b[1] && strcmp(a + 1, b + 1) == 0));
}

/* The index of `name` among `names`; where it is not there, `count` and BP_E_OPTION in
 * `error`: unknown KIND "NAME"; did you mean "NEAREST"? (or what there is). */
size_t bp_name_find(const char *name, const char *const *names, size_t count, const char *kind,
                    bp_error *error);

/* Whether a text is this word of lower-case letters, whatever the case of its own. */
bool bp_same_letters(const char *text, const char *lower);

#endif
