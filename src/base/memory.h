/* memory.h: blocks from the caller's allocator, with sizes that cannot overflow. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <backprop/base.h>

/* A copy of *allocator to keep in an object, malloc's where it is NULL. */
bp_allocator bp_allocator_or_default(const bp_allocator *allocator);

/* Zeroed room for `count` things of `size` bytes; NULL with BP_E_MEMORY in `error`
 * (NULL allowed) where the product overflows or memory is out. A count of 0 gives a
 * block of its own. */
void *bp_allocate(const bp_allocator *allocator, size_t count, size_t size, bp_error *error);

/* Frees a block of bp_allocate; its size must be said again. NULL is allowed. */
void bp_release(const bp_allocator *allocator, void *block, size_t count, size_t size);

/* Grows (or shrinks) a block, keeping what fits; on failure NULL, the old one stays. */
void *bp_resize(const bp_allocator *allocator, void *block, size_t old_count, size_t new_count,
                size_t size, bp_error *error);

/* As bp_allocate and bp_release, aligned to 64 bytes (a cache line, a vector). */
void *bp_allocate_aligned(const bp_allocator *allocator, size_t size, bp_error *error);
void bp_release_aligned(const bp_allocator *allocator, void *block, size_t size);

/* A copy of a text of `length` bytes, with its NUL (release with count length + 1, size 1). */
char *bp_copy_text(const bp_allocator *allocator, const char *text, size_t length, bp_error *error);

/* a * b and a + b; false where they overflow. */
bool bp_multiply_size(size_t a, size_t b, size_t *product);
bool bp_add_size(size_t a, size_t b, size_t *sum);

#endif
