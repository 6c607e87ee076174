/* progress.h: a line that shows how far training is, and Ctrl-C. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "options.h"

#include <signal.h>
#include <time.h>

/* Between progress_begin and progress_end the first interrupt stops the work in hand
 * through the observer, which then ends with BP_E_STOPPED; a second one kills. */
struct progress {
    bp_observer observer;           /* hand this to the library */
    void (*started)(void *context); /* called once, when the first epoch is done; may be NULL */
    void *context;
    bool shown; /* standard error is a terminal that wants a progress line */
    bool colored;
    bool drawn;
    struct timespec last;
    struct sigaction previous; /* what an interrupt did before; ignored stays ignored */
};

void progress_begin(struct progress *progress, const struct command *command);

/* Wipes the line and gives Ctrl-C back its usual meaning. */
void progress_end(struct progress *progress);

#endif
