/* cv_second.h: the second of two recipes that cv compares: the first with other options on top. */
#ifndef CLI_CV_SECOND_H
#define CLI_CV_SECOND_H

#include "options.h"

struct second {
    struct command command;
    char *text;   /* the words of --compare, one after the other */
    char **words; /* [count] */
    int count;
};

/* Reads --compare of the first; second_release also after a failure. */
bp_status second_read(struct second *second, const struct command *first, bp_error *error);
void second_release(struct second *second);

#endif
