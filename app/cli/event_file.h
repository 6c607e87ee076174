/* event_file.h: scalars as TensorBoard reads them: a file of records (length, checksum, data,
 * checksum), each an Event message in protocol buffers' encoding. */
#ifndef CLI_EVENT_FILE_H
#define CLI_EVENT_FILE_H

#include <backprop.h>

#include <stdio.h>

struct event_file {
    FILE *file; /* NULL: none was asked for */
    char path[4096];
};

struct event_value {
    const char *tag;
    double value; /* none is written where it is not finite */
};

/* Makes events.out.tfevents.TIME.backprop.PROCESS.0 in a folder, which is made where it is missing;
 * nothing where `folder` is NULL. */
bp_status event_file_open(struct event_file *events, const char *folder, bp_error *error);

/* One event; true where no file was asked for. */
bool event_file_write(struct event_file *events, size_t step, const struct event_value *values,
                      size_t count, bp_error *error);

/* A file that is closed may not have arrived. */
bp_status event_file_close(struct event_file *events, bp_error *error);

#endif
