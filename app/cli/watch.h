/* watch.h: what is done after every epoch of a training: the progress line, a log, event
 * files, checkpoints, and the numbers that are kept for a picture. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "event_file.h"
#include "progress.h"

#include <stdio.h>

/* What is known of an epoch. */
struct epoch {
    size_t number;
    double loss, validation_loss, judged, learning_rate;
    double seconds; /* since this run began */
};

struct watch {
    bp_observer observer; /* hand this to the library */
    struct progress progress;
    const struct command *command;
    struct epoch *epochs; /* [epoch_count], since this run began */
    size_t epoch_count, epoch_room;
    size_t best_epoch; /* so far; 0: nothing is judged */
    size_t total;
    FILE *log;
    bool log_goes_on; /* it has what a training of before wrote */
    bool json_lines;
    struct event_file events;
    size_t every_epochs;  /* between two checkpoints; 0: by time */
    double every_seconds; /* likewise */
    double time_limit;    /* seconds after which the training ends; 0: no such */
    struct timespec begun, saved;
    bp_error error; /* the first failure, which stops the training */
};

/* Reads the options; files that cannot be written are refused before any work. */
bp_status watch_begin(struct watch *watch, const struct command *command, bp_error *error);

/* Closes the files. `status` and `error` are the training's: a failure of the watch, and
 * where to go on after an interruption, are added to them. Returns what it comes to. */
bp_status watch_end(struct watch *watch, bp_status status, bp_error *error);

/* A time as "30s", "5m" or "1h", in seconds; 0 where it is none. */
double seconds_of(const char *text);

/* Frees what was kept. */
void watch_free(struct watch *watch);

#endif
