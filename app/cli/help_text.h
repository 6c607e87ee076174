/* help_text.h: help as people read it in a terminal. */
#ifndef CLI_HELP_TEXT_H
#define CLI_HELP_TEXT_H

#include "verbs.h"

/* What `backprop` alone prints. */
extern const char help_usage[];

void help_overview(struct output *out);
void help_verb(struct output *out, const struct verb *verb);

/* The next group of options that comes after `group` (NULL: the first) in the order in
 * which the tables have them; NULL past the last. */
const char *help_next_group(const char *group);

/* "--hidden WIDTHS" with its letter, as help and the manual page show it. */
void help_option_flag(const bp_option *option, char *text, size_t size);

/* What a value must be and what it is where nothing is said: "one of yes, no; default
 * yes; recipe tutorial: no". Empty where there is nothing to say; without
 * `recipes` nothing of recipes. */
void help_option_values(const bp_option *option, bool recipes, char *text, size_t size);

#endif
