/* report.h: what is said on standard error, and the exit status that goes with it. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <backprop.h>

/* Fills `error` and returns the status, as the library's own calls do. */
bp_status fail(bp_error *error, bp_status status, const char *format, ...) BP_PRINTF(3, 4);
bp_status fail_file(bp_error *error, bp_status status, const char *file, const char *format, ...)
    BP_PRINTF(4, 5);

/* Takes away a character at the end of a text of which only the first bytes are there. */
void drop_cut_character(char *text);

/* Prints the error as one line, `backprop: FILE:LINE:COLUMN: message`, or as a JSON
 * object, and returns the exit status that its status means. */
int report_error(const bp_error *error, bool json);

/* 0 done, 2 usage, 3 bad data, 4 bad model file, 5 machine trouble, 130 interrupted. */
int exit_status_of(bp_status status);

#endif
