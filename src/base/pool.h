/* pool.h: a few threads that do shares of one task and wait for one another. They spin
 * for some microseconds where work is expected at once, and sleep after that, so that a
 * processor that is needed elsewhere is given up soon. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <backprop/base.h>

typedef struct bp_pool bp_pool;

/* What every worker runs; the caller of bp_pool_run is worker 0. */
typedef void (*bp_pool_task)(void *context, size_t worker, size_t workers);

/* `workers` counts the caller, so that 1 makes no thread. BP_E_MEMORY where the system
 * gives no so many threads. */
bp_status bp_pool_new(bp_pool **pool, size_t workers, const bp_allocator *allocator,
                      bp_error *error);

/* As many workers as are `asked` for; where that is 0 `most`, or those that the system gives. */
bp_status bp_pool_new_for(bp_pool **pool, size_t asked, size_t most, const bp_allocator *allocator,
                          bp_error *error);
void bp_pool_free(bp_pool *pool);

size_t bp_pool_workers(const bp_pool *pool); /* 1 of NULL */

/* Runs the task on every worker and returns when all have done it; what one wrote, the
 * caller then sees. One call at a time. On a NULL pool the caller alone. Neither this nor
 * the barrier allocates. */
void bp_pool_run(bp_pool *pool, bp_pool_task task, void *context);

/* Within a task: returns when every worker has come here; all then see what any wrote. */
void bp_pool_barrier(bp_pool *pool);

#endif
