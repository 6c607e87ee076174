/* cv_split.h: how the rows of a cross-validation were dealt, shown. */
#ifndef CLI_CV_SPLIT_H
#define CLI_CV_SPLIT_H

#include "output.h"

#include <backprop.h>

/* Lines of text with the options that deal rows otherwise. */
void cv_print_split(struct output *out, const bp_table *table, const bp_validation *validation,
                    const bp_config *config);

/* The keys "folds", "fold_rows", "training_rows" and "split". */
void cv_write_split(bp_json *json, const bp_table *table, const bp_validation *validation,
                    const bp_config *config);

#endif
