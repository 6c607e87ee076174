/* pool.c: worker threads. Two words change while the pool works: `started` with every
 * task, `phase` with every barrier. Who waits for a change spins on the word, then sleeps
 * under the lock; who changes it looks for sleepers afterwards, so none is forgotten. */
#include "base/pool.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

/* Looks at a word before going to sleep: some 30 microseconds, the price of waking up. */
#define SPINS 1000
#define SPINS_WHERE_CROWDED 10 /* with more workers than processors, another has to run */

typedef struct pool_worker {
    bp_pool *pool;
    size_t index;
    pthread_t thread;
} pool_worker;

struct bp_pool {
    bp_allocator allocator;
    size_t workers, spins;
    size_t threads; /* that run: workers - 1 but while the pool is made */
    size_t room;    /* of `each`: how many workers were wished for */
    pool_worker *each;
    bp_pool_task task; /* NULL: the threads end */
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    _Atomic uint32_t started, phase, arrived, sleepers;
};

static inline void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void wait_for_change(bp_pool *pool, _Atomic uint32_t *word, uint32_t old)
{
    for (size_t i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(word, memory_order_acquire) != old)
            return;
        pause_a_little();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(word) == old)
        pthread_cond_wait(&pool->changed, &pool->lock);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->lock);
}

static void change(bp_pool *pool, _Atomic uint32_t *word)
{
    atomic_fetch_add(word, 1);
    if (atomic_load(&pool->sleepers) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

void bp_pool_barrier(bp_pool *pool)
{
    if (pool == NULL || pool->workers == 1)
        return;
    uint32_t phase = atomic_load(&pool->phase);
    if (atomic_fetch_add(&pool->arrived, 1) + 1 < pool->workers) {
        wait_for_change(pool, &pool->phase, phase);
        return;
    }
    atomic_store(&pool->arrived, 0);
    change(pool, &pool->phase);
}

static void *work(void *argument)
{
    const pool_worker *self = argument;
    bp_pool *pool = self->pool;
    for (uint32_t seen = 0;; seen++) {
        wait_for_change(pool, &pool->started, seen);
        if (pool->task == NULL)
            return NULL;
        pool->task(pool->context, self->index, pool->workers);
        bp_pool_barrier(pool);
    }
}

void bp_pool_run(bp_pool *pool, bp_pool_task task, void *context)
{
    if (pool == NULL) {
        task(context, 0, 1);
        return;
    }
    pool->task = task;
    pool->context = context;
    change(pool, &pool->started);
    task(context, 0, pool->workers);
    bp_pool_barrier(pool);
}

/* The threads take no signals: those are for the threads of the program. They look at nothing of
 * the pool before their first task, by when it is known how many workers there are. */
static void start_threads(bp_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 1; i < pool->room; i++) {
        pool->each[i] = (pool_worker){.pool = pool, .index = i};
        if (pthread_create(&pool->each[i].thread, NULL, work, &pool->each[i]) != 0)
            break;
        pool->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool->workers = pool->threads + 1;
}

static bp_status make_pool(bp_pool **out, size_t workers, const bp_allocator *allocator,
                           bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_pool *pool = bp_allocate(&memory, 1, sizeof *pool, error);
    if (pool == NULL)
        return BP_E_MEMORY;
    pool->allocator = memory;
    pool->room = workers;
    pool->spins = workers > bp_processors() ? SPINS_WHERE_CROWDED : SPINS;
    pool->each = bp_allocate(&memory, workers, sizeof *pool->each, error);
    if (pool->each == NULL) {
        bp_release(&memory, pool, 1, sizeof *pool);
        return BP_E_MEMORY;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    start_threads(pool);
    *out = pool;
    return BP_OK;
}

bp_status bp_pool_new(bp_pool **out, size_t workers, const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    bp_status status = make_pool(out, workers, allocator, error);
    if (status != BP_OK || (*out)->workers == workers)
        return status;
    bp_pool_free(*out);
    *out = NULL;
    return bp_fail(error, BP_E_MEMORY, "the system gives no %zu threads; ask for fewer", workers);
}

bp_status bp_pool_new_for(bp_pool **out, size_t asked, size_t most, const bp_allocator *allocator,
                          bp_error *error)
{
    *out = NULL;
    return asked > 0 ? bp_pool_new(out, asked, allocator, error)
                     : make_pool(out, most, allocator, error);
}

void bp_pool_free(bp_pool *pool)
{
    if (pool == NULL)
        return;
    bp_allocator memory = pool->allocator;
    pool->task = NULL;
    change(pool, &pool->started);
    for (size_t i = 1; i <= pool->threads; i++)
        pthread_join(pool->each[i].thread, NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    bp_release(&memory, pool->each, pool->room, sizeof *pool->each);
    bp_release(&memory, pool, 1, sizeof *pool);
}

size_t bp_pool_workers(const bp_pool *pool)
{
    return pool != NULL ? pool->workers : 1;
}
