/* boolean_text.h: yes and no in their spellings. */
#ifndef TABLE_BOOLEAN_TEXT_H
#define TABLE_BOOLEAN_TEXT_H

#include <stdbool.h>

/* true, t, yes, y, on, 1 is 1; false, f, no, n, off, 0 is 0; in any case of letters. False,
 * leaving *value alone, where the text is anything else. */
bool bp_boolean_read(const char *text, double *value);

/* Whether two texts are yes and no of one spelling, in either order. */
bool bp_boolean_pair(const char *one, const char *other);

#endif
