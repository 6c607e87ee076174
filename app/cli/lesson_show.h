/* lesson_show.h: the tutorial's numbers as a lesson to read, or as JSON. */
#ifndef CLI_LESSON_SHOW_H
#define CLI_LESSON_SHOW_H

#include "lesson.h"
#include "output.h"

/* Prints a section, from 1. The last one needs the wheat seeds. */
void lesson_print(struct output *out, const struct lesson *lesson, size_t section);

/* Writes one object with a key for each section (0: all that there are): initialize,
 * forward, backward, train, predict, wheat. */
void lesson_write(bp_json *json, const struct lesson *lesson, size_t section);

#endif
