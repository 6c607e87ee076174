/* test_pool.c: workers each do their share, see one another's work after a barrier, sleep
 * and wake up again. */
#define _GNU_SOURCE
#include "base/pool.h"
#include "support/failing_allocator.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 9 /* more than most machines that run this have to spare */
#define ROUNDS 2000

typedef struct numbers {
    bp_pool *pool;
    size_t calls[MOST], workers[MOST];
    unsigned values[2][MOST];
    size_t wrong[MOST];
    int rounding[MOST];
} numbers;

static void count_call(void *context, size_t worker, size_t workers)
{
    numbers *n = context;
    n->calls[worker]++;
    n->workers[worker] = workers;
    n->rounding[worker] = fegetround();
}

static void every_worker_runs_once(void **state)
{
    (void)state;
    for (size_t workers = 1; workers <= MOST; workers++) {
        numbers n = {.pool = NULL};
        assert_int_equal(bp_pool_new(&n.pool, workers, NULL, NULL), BP_OK);
        assert_int_equal(bp_pool_workers(n.pool), workers);
        for (size_t round = 1; round <= ROUNDS / 10; round++) {
            bp_pool_run(n.pool, count_call, &n);
            for (size_t w = 0; w < MOST; w++)
                assert_int_equal(n.calls[w], w < workers ? round : 0);
        }
        for (size_t w = 0; w < workers; w++) {
            assert_int_equal(n.workers[w], workers);
            assert_int_equal(n.rounding[w], FE_TONEAREST);
        }
        bp_pool_free(n.pool);
    }
}

/* Each round a worker writes its number and reads its neighbor's of the round before. */
static void pass_around(void *context, size_t worker, size_t workers)
{
    numbers *n = context;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        unsigned *now = n->values[round % 2], *before = n->values[(round + 1) % 2];
        now[worker] = before[(worker + 1) % workers] + 1;
        n->wrong[worker] += now[worker] != round;
        bp_pool_barrier(n->pool);
    }
}

static void all_see_what_was_written_before_a_barrier(void **state)
{
    (void)state;
    for (size_t workers = 1; workers <= 5; workers++) {
        numbers n = {.pool = NULL};
        assert_int_equal(bp_pool_new(&n.pool, workers, NULL, NULL), BP_OK);
        bp_pool_run(n.pool, pass_around, &n);
        for (size_t w = 0; w < workers; w++) {
            assert_int_equal(n.wrong[w], 0);
            assert_int_equal(n.values[ROUNDS % 2][w], ROUNDS);
        }
        bp_pool_free(n.pool);
    }
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL); /* long enough to fall asleep */
}

static void sleep_unevenly(void *context, size_t worker, size_t workers)
{
    numbers *n = context;
    for (size_t round = 0; round < 4; round++) {
        if (round % workers == worker)
            rest();
        n->calls[worker]++;
        bp_pool_barrier(n->pool);
        for (size_t w = 0; w < workers; w++)
            n->wrong[worker] += n->calls[w] != round + 1;
        bp_pool_barrier(n->pool);
    }
}

static void sleepers_wake_up(void **state)
{
    (void)state;
    numbers n = {.pool = NULL};
    assert_int_equal(bp_pool_new(&n.pool, 3, NULL, NULL), BP_OK);
    rest();
    bp_pool_run(n.pool, sleep_unevenly, &n);
    for (size_t w = 0; w < 3; w++)
        assert_int_equal(n.wrong[w], 0);
    rest();
    bp_pool_run(n.pool, count_call, &n);
    assert_int_equal(n.calls[2], 5);
    rest();
    bp_pool_free(n.pool);
}

static void no_pool_is_the_caller_alone(void **state)
{
    (void)state;
    numbers n = {.pool = NULL};
    bp_pool_run(NULL, count_call, &n);
    bp_pool_barrier(NULL);
    bp_pool_free(NULL);
    assert_int_equal(n.calls[0], 1);
    assert_int_equal(n.workers[0], 1);
    assert_int_equal(bp_pool_workers(NULL), 1);
}

static void memory_may_be_out(void **state)
{
    (void)state;
    bool refused = true;
    for (size_t at = 1; refused; at++) {
        failing_allocator failing;
        failing_allocator_init(&failing, at);
        bp_pool *pool = NULL;
        bp_status status = bp_pool_new(&pool, 2, &failing.allocator, NULL);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        bp_pool_free(pool);
        assert_true(failing_allocator_is_clean(&failing));
        refused = failing.refused;
    }
}

/* What a child finds that may have no more threads: bits of what is wrong, or 64 where the system
 * gives them all the same. */
static int without_threads(void)
{
    const struct rlimit none = {0, 0};
    bp_pool *pool = NULL;
    bp_error error = {.message = ""};
    int wrong = 0;
    if (setrlimit(RLIMIT_NPROC, &none) != 0
        || (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0))
        return 64;
    if (bp_pool_new(&pool, 4, NULL, &error) == BP_OK)
        return 64;
    wrong |= error.status != BP_E_MEMORY || pool != NULL;
    wrong |= 2 * (strcmp(error.message, "the system gives no 4 threads; ask for fewer") != 0);
    wrong |= 4 * (bp_pool_new_for(&pool, 4, 2, NULL, NULL) != BP_E_MEMORY);
    wrong |= 8 * (bp_pool_new_for(&pool, 0, 4, NULL, NULL) != BP_OK);
    wrong |= 16 * (bp_pool_workers(pool) != 1);
    numbers n = {.pool = pool};
    bp_pool_run(pool, count_call, &n);
    wrong |= 32 * (n.calls[0] != 1 || n.workers[0] != 1);
    bp_pool_free(pool);
    return wrong;
}

static void threads_that_are_refused(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(without_threads());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 64)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_worker_runs_once),
        cmocka_unit_test(all_see_what_was_written_before_a_barrier),
        cmocka_unit_test(sleepers_wake_up),
        cmocka_unit_test(no_pool_is_the_caller_alone),
        cmocka_unit_test(memory_may_be_out),
        cmocka_unit_test(threads_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
