/* judged.h: a model's answers beside the truth, as pictures. */
#ifndef SHOW_JUDGED_H
#define SHOW_JUDGED_H

#include "cli/output.h"

/* Which class was taken for which: a cell is the tinted the more of its row's class it holds. */
void confusion_draw(struct output *out, const bp_answers *answers,
                    const bp_preparation *preparation);

/* ROC curve, precision over recall, and what comes true of what is said with which probability.
 * Of two classes the second, of more each against the rest, those with the most rows. */
void class_curves_draw(struct output *out, const bp_answers *answers,
                       const bp_preparation *preparation);

/* Answers over truth, and how often answers are how far off. */
void residuals_draw(struct output *out, const bp_answers *answers, const char *target);

#endif
