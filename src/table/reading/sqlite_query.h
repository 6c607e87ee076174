/* sqlite_query.h: what a query finds in an SQLite database, as CSV text. */
#ifndef READING_SQLITE_QUERY_H
#define READING_SQLITE_QUERY_H

#include "table/reading/unpack.h"

/* Whether a source begins as an SQLite database. */
bool bp_source_is_sqlite(const bp_file_bytes *source);

/* Replaces such a source by the rows of a query (NULL: the only table there is) as RFC 4180 with
 * a line of names; NULL is an empty cell. The database is opened for reading alone: by its
 * path, or, where that is NULL, from the bytes at hand. `limit` as of bp_unpack. */
bp_status bp_source_query(bp_file_bytes *source, const char *path, const char *query,
                          uint64_t limit, bp_error *error);

#endif
