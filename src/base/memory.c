/* memory.c: the default allocator, the arena, checked sizes. */
#include "base/memory.h"

#include "base/error.h"
#include "base/files.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64u                       /* of bp_allocate_aligned */
#define ARENA_ALIGNMENT sizeof(max_align_t) /* of every block of an arena */

/* Systems promise more than they have and end the program that takes it: a block that the
 * machine has no room for is refused while nothing is lost. */
#define LARGE ((size_t)1 << 28)

static void *malloc_reallocate(void *context, void *pointer, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(pointer);
        return NULL;
    }
    if (new_size > LARGE && new_size > bp_memory_available())
        return NULL;
    return realloc(pointer, new_size);
}

bp_allocator bp_allocator_or_default(const bp_allocator *allocator)
{
    if (allocator != NULL)
        return *allocator;
    return (bp_allocator){.reallocate = malloc_reallocate, .context = NULL};
}

bool bp_multiply_size(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *product = a * b;
    return true;
}

bool bp_add_size(size_t a, size_t b, size_t *sum)
{
    if (a > SIZE_MAX - b)
        return false;
    *sum = a + b;
    return true;
}

void *bp_allocate(const bp_allocator *allocator, size_t count, size_t size, bp_error *error)
{
    void *block = bp_resize(allocator, NULL, 0, count, size, error);
    if (block != NULL)
        memset(block, 0, count * size > 0 ? count * size : 1);
    return block;
}

void bp_release(const bp_allocator *allocator, void *block, size_t count, size_t size)
{
    if (block == NULL)
        return;
    size_t bytes = count * size;
    allocator->reallocate(allocator->context, block, bytes > 0 ? bytes : 1, 0);
}

void *bp_resize(const bp_allocator *allocator, void *block, size_t old_count, size_t new_count,
                size_t size, bp_error *error)
{
    size_t new_bytes = 0;
    if (!bp_multiply_size(new_count, size, &new_bytes) || new_bytes > PTRDIFF_MAX) {
        bp_fail(error, BP_E_MEMORY, "out of memory: %zu things of %zu bytes are too many",
                new_count, size);
        return NULL;
    }
    if (new_bytes == 0)
        new_bytes = 1;
    size_t old_bytes = old_count * size;
    if (block != NULL && old_bytes == 0)
        old_bytes = 1;
    void *result = allocator->reallocate(allocator->context, block, old_bytes, new_bytes);
    if (result == NULL)
        bp_fail_memory(error, new_bytes);
    return result;
}

/* The distance back to the block's start stands in the byte before the aligned one. */
void *bp_allocate_aligned(const bp_allocator *allocator, size_t size, bp_error *error)
{
    size_t bytes = 0;
    if (!bp_add_size(size, ALIGNMENT, &bytes)) {
        bp_fail_memory(error, SIZE_MAX);
        return NULL;
    }
    unsigned char *block = bp_allocate(allocator, bytes, 1, error);
    if (block == NULL)
        return NULL;
    size_t shift = ALIGNMENT - (uintptr_t)block % ALIGNMENT; /* 1 to 64 */
    block[shift - 1] = (unsigned char)shift;
    return block + shift;
}

void bp_release_aligned(const bp_allocator *allocator, void *block, size_t size)
{
    if (block == NULL)
        return;
    unsigned char *aligned = block;
    bp_release(allocator, aligned - aligned[-1], size + ALIGNMENT, 1);
}

char *bp_copy_text(const bp_allocator *allocator, const char *text, size_t length, bp_error *error)
{
    char *copy = bp_allocate(allocator, length + 1, 1, error);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

static size_t round_up(size_t size)
{
    return (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

static void *arena_reallocate(void *context, void *pointer, size_t old_size, size_t new_size)
{
    bp_arena *arena = context;
    unsigned char *block = pointer;
    bool newest = block != NULL && block + round_up(old_size) == arena->memory + arena->used;
    if (newest)
        arena->used -= round_up(old_size);
    if (new_size == 0)
        return NULL;
    if (block != NULL && new_size <= old_size && !newest)
        return block;
    if (new_size > arena->size - arena->used || round_up(new_size) > arena->size - arena->used) {
        if (newest) /* a refused growth leaves the old block */
            arena->used += round_up(old_size);
        return NULL;
    }
    unsigned char *result = arena->memory + arena->used;
    arena->used += round_up(new_size);
    if (block != NULL && result != block)
        memcpy(result, block, old_size < new_size ? old_size : new_size);
    return result;
}

void bp_arena_init(bp_arena *arena, void *memory, size_t size)
{
    unsigned char *start = memory;
    size_t skip = (ARENA_ALIGNMENT - (uintptr_t)start % ARENA_ALIGNMENT) % ARENA_ALIGNMENT;
    if (skip > size)
        skip = size;
    arena->memory = start + skip;
    arena->size = size - skip;
    arena->used = 0;
    arena->allocator = (bp_allocator){.reallocate = arena_reallocate, .context = arena};
}
