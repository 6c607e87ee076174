/* eval.h: an evaluation shown as text and as JSON. */
#ifndef CLI_EVAL_H
#define CLI_EVAL_H

#include "evaluated.h"

#define EVAL_CLASSES_SHOWN 20 /* of tables of classes for people */

void eval_print(struct output *out, const struct evaluated *evaluated);

/* The whole document; false where memory is out for a part of it. */
bool eval_write(bp_json *json, const struct evaluated *evaluated, const struct demand *demands,
                size_t count);

#endif
