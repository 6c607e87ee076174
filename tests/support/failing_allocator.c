/* failing_allocator.c: every block has its size in front of it, so that what the caller
 * says of it can be checked; a resizing always moves, so that stale pointers are found. */
#include "support/failing_allocator.h"

#include <stdlib.h>
#include <string.h>

typedef union block_head {
    size_t size;
    max_align_t alignment;
} block_head;

static block_head *head_of(failing_allocator *failing, void *pointer, size_t said)
{
    block_head *head = (block_head *)pointer - 1;
    if (head->size != said)
        failing->wrong_size = true;
    return head;
}

static void forget(failing_allocator *failing, block_head *head)
{
    failing->live_bytes -= head->size;
    failing->live_blocks--;
    free(head);
}

static void *new_block(failing_allocator *failing, size_t size)
{
    if (++failing->requests == failing->fail_at) {
        failing->refused = true;
        return NULL;
    }
    if (size > SIZE_MAX - sizeof(block_head))
        return NULL;
    block_head *head = malloc(sizeof *head + size);
    if (head == NULL)
        return NULL;
    head->size = size;
    memset(head + 1, 0xA5, size); /* nobody may count on zeros */
    failing->live_blocks++;
    failing->live_bytes += size;
    failing->total_bytes += size;
    if (failing->live_bytes > failing->peak_bytes)
        failing->peak_bytes = failing->live_bytes;
    return head + 1;
}

static void *failing_reallocate(void *context, void *pointer, size_t old_size, size_t new_size)
{
    failing_allocator *failing = context;
    block_head *old = pointer == NULL ? NULL : head_of(failing, pointer, old_size);
    if (new_size == 0) {
        if (old != NULL)
            forget(failing, old);
        return NULL;
    }
    void *block = new_block(failing, new_size);
    if (block != NULL && old != NULL) {
        memcpy(block, pointer, old->size < new_size ? old->size : new_size);
        forget(failing, old);
    }
    return block;
}

void failing_allocator_init(failing_allocator *failing, size_t fail_at)
{
    memset(failing, 0, sizeof *failing);
    failing->fail_at = fail_at;
    failing->allocator = (bp_allocator){.reallocate = failing_reallocate, .context = failing};
}

bool failing_allocator_is_clean(const failing_allocator *failing)
{
    return failing->live_blocks == 0 && failing->live_bytes == 0 && !failing->wrong_size;
}
