/* textbook_rows.h: the row functions with masks, for the engine. */
#ifndef TEXTBOOK_TEXTBOOK_ROWS_H
#define TEXTBOOK_TEXTBOOK_ROWS_H

#include <backprop/engine.h>

/* As bp_textbook_forward; hidden outputs are multiplied by masks[hidden units] (NULL: none), and
 * what they were before is kept in plain[units] (NULL: not). */
void textbook_masked_forward(const bp_net *net, const double *parameters, const double *row,
                             const double *masks, double *sums, double *plain, double *outputs);

/* As bp_textbook_backward, from outputs before the masks. */
void textbook_masked_backward(const bp_net *net, const double *parameters, const double *masks,
                              const double *sums, const double *outputs, const double *expected,
                              double *deltas);

#endif
