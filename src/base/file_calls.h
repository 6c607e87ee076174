/* file_calls.h: the system's file calls, one thin wrapper each. Nothing but files.c
 * uses them; tests/faults has each of them fail. */
#ifndef BASE_FILE_CALLS_H
#define BASE_FILE_CALLS_H

#include <stdbool.h>
#include <stddef.h>

/* Each sets errno on failure, as the call behind it does. */
int bp_call_open_read(const char *path);
int bp_call_open_new(const char *path); /* to write a file that must not exist yet */
long bp_call_read(int file, void *bytes, size_t size);
long bp_call_write(int file, const void *bytes, size_t size);
int bp_call_sync(int file);
int bp_call_close(int file);
int bp_call_rename(const char *from, const char *to);
int bp_call_remove(const char *path);

/* Locks a file of one's own until it is closed; false where another has the lock or has removed
 * the file. True where the system of files knows no locks, too. */
bool bp_call_lock(int file);

/* Removes a file of this user's that nobody has locked; EEXIST where it is none. */
int bp_call_remove_unlocked(const char *path);

/* The size of a regular file; false for anything else (a pipe, a terminal). */
bool bp_call_regular_size(int file, size_t *size);
bool bp_call_is_directory(int file);

/* A private read-only mapping; NULL on failure. */
void *bp_call_map(int file, size_t size);
void bp_call_unmap(void *mapping, size_t size);

/* Has the system bring in the pages of a block that is about to be written (or, of a
 * mapping, read) from end to end, all at once instead of one by one; where it cannot, nothing
 * happens. */
void bp_call_populate(void *block, size_t size, bool write);
size_t bp_call_page_size(void);

#endif
