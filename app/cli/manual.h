/* manual.h: the manual page backprop(1). */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "output.h"

/* Writes the page as roff with the man macros, from the tables of verbs and options. */
void manual_write(struct output *out);

#endif
