/* failing_allocator.h: an allocator for tests that counts live bytes and blocks, checks
 * the sizes it is told, and refuses the n-th allocation. */
#ifndef SUPPORT_FAILING_ALLOCATOR_H
#define SUPPORT_FAILING_ALLOCATOR_H

#include <backprop/base.h>

/* Pass &failing.allocator to the code under test:
 *
 *     for (size_t n = 1;; n++) {
 *         failing_allocator failing;
 *         failing_allocator_init(&failing, n);
 *         bp_status status = bp_thing_new(&thing, &failing.allocator, &error);
 *         if (status == BP_OK)
 *             bp_thing_free(thing);
 *         assert_true(failing_allocator_is_clean(&failing));
 *         if (!failing.refused)
 *             break;
 *         assert_int_equal(status, BP_E_MEMORY);
 *     }
 *
 * Not for several threads at once. */
typedef struct failing_allocator {
    bp_allocator allocator;
    size_t fail_at;    /* the request (from 1) that is refused; 0 refuses none */
    size_t requests;   /* so far: new blocks and resizings, not releases */
    size_t live_bytes; /* asked for and not yet given back */
    size_t live_blocks;
    size_t peak_bytes;  /* the most that `live_bytes` was */
    size_t total_bytes; /* of all requests together */
    bool refused;       /* the request came and was refused */
    bool wrong_size;    /* a block was resized or released with another size than its own */
} failing_allocator;

void failing_allocator_init(failing_allocator *failing, size_t fail_at);

/* Nothing is live and every size was told right. */
bool failing_allocator_is_clean(const failing_allocator *failing);

#endif
