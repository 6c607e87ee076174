/* output.h: where an answer goes: standard output, or a file that appears only when whole. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <backprop.h>

/* Text on its way out, written as it fills up. A regular file is written beside its name and
 * renamed by output_finish, so that a failure leaves the old one as it was. */
struct output {
    char *text;
    size_t length, capacity;
    const char *path; /* NULL: standard struct output */
    bool kept;        /* in memory alone, from text[0] to text[length - 1] */
    bool held;        /* under another name until output_finish */
    bool begun;       /* `file` is open */
    bp_file_writer file;
    int descriptor;   /* where it is not held */
    bp_error failure; /* the first one; nothing is taken after it */
};

/* NULL or "-" is standard output. A path that cannot become a file (a directory, a folder
 * that is missing or may not be written) is refused here, before any work is done. */
bp_status output_open(struct output *out, const char *path, bp_error *error);

/* Only looks whether output_open would accept the path. */
bp_status output_check(const char *path, bp_error *error);

/* Whether the path names something that must be written to and not replaced: a device,
 * a pipe, standard output. */
bool output_is_stream(const char *path);

void output_bytes(struct output *out, const void *bytes, size_t count);
void output_text(struct output *out, const char *text);

/* Room for so many bytes, to be written there and then taken; NULL where there is none. */
char *output_room(struct output *out, size_t count);
void output_take(struct output *out, size_t count);
void output_print(struct output *out, const char *format, ...) BP_PRINTF(2, 3);

/* A name from someone's data on a line for people: control characters become '?'. */
void output_name(struct output *out, const char *name);

/* The same with at most `width` characters, "..." where it was cut; returns how many characters
 * were written. */
size_t output_name_cut(struct output *out, const char *name, size_t width);

/* A number in its shortest form that reads back as the same. */
void output_number(struct output *out, double value);

/* A list with a separator between. */
void output_numbers(struct output *out, const double *values, size_t count, const char *separator);

/* Writes what there is, where it does not wait for its whole (a file, memory). */
void output_flush(struct output *out);

/* A finished JSON document and a newline; its failure becomes the output's. */
void output_json(struct output *out, const bp_json *json);

/* What it was to have could not be made: out of memory, unless it has failed before. */
void output_lacks_memory(struct output *out);

/* Writes what is left. BP_E_IO where anything did not arrive. */
bp_status output_finish(struct output *out, bp_error *error);

/* Text that goes nowhere by itself; given back by output_discard. */
void output_open_memory(struct output *out);

/* Such a text, ended as one of C; where it lacked memory "", and `out`, which was to have it,
 * lacks it too. */
const char *output_kept_text(struct output *kept, struct output *out);

/* Text for standard error. Whether it arrives is nobody's business. */
void output_open_notes(struct output *notes);
void output_finish_notes(struct output *notes);

/* Drops what was not written. Harmless after output_finish. */
void output_discard(struct output *out);

#endif
