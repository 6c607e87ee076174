/* error.h: filling a bp_error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <backprop/base.h>

/* Fills `error` (NULL allowed) with a status and a formatted message, no place, and
 * returns the status: `return bp_fail(error, BP_E_DATA, "...", ...)`. The format is
 * printf's for %s %zu %d %c and the like; numbers with a fraction are written by
 * bp_number_write and passed as %s, since printf follows the locale. */
bp_status bp_fail(bp_error *error, bp_status status, const char *format, ...) BP_PRINTF(3, 4);

/* The same with a place. */
bp_status bp_fail_at(bp_error *error, bp_status status, const char *file, size_t line,
                     size_t column, const char *format, ...) BP_PRINTF(6, 7);

bp_status bp_fail_memory(bp_error *error, size_t bytes);

#endif
