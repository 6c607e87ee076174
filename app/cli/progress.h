/* progress.h: a line that shows how far training is, and Ctrl-C. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "options.h"

#include <signal.h>
#include <time.h>

#define PROGRESS_LOSSES 16 /* even */

/* Between progress_begin and progress_end the first interrupt stops the work in hand
 * through the observer, which then ends with BP_E_STOPPED; a second one kills. */
struct progress {
    bp_observer observer;           /* hand this to the library */
    void (*started)(void *context); /* called once, when the first epoch is done; may be NULL */
    void *context;
    bool shown; /* standard error is a terminal that wants a progress line */
    bool colored;
    bool sparkles; /* the terminal shows Unicode */
    bool drawn;
    struct timespec start, last;
    size_t first_done; /* epochs that were done before, when a checkpoint was taken up */
    double losses[PROGRESS_LOSSES]; /* at even distances over the epochs so far */
    size_t loss_count, loss_stride; /* how many, and how many epochs lie between two */
    struct sigaction previous;      /* what an interrupt did before; ignored stays ignored */
};

void progress_begin(struct progress *progress, const struct command *command);

/* What the observer does; for one that does more. */
bool progress_tell(struct progress *progress, const bp_progress *state);

/* Of the clock that never goes back. */
double seconds_since(const struct timespec *then);

/* Wipes the line and gives Ctrl-C back its usual meaning. */
void progress_end(struct progress *progress);

#endif
