/* test_quiet_loop.c: the epochs of a training allocate nothing and ask the system for nothing:
 * they are run in a process that a single system call would end (of several threads: one that
 * is not about their waiting for one another). */
#define _DEFAULT_SOURCE /* syscall */
#include "support/failing_allocator.h"
#include "support/network_case.h"

#include <backprop/train.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#define MEMBERS 5
#define EPOCHS 40

static const network_shape shape = {.depth = 2,
                                    .widths = {6, 11, 3},
                                    .hidden = BP_TANH,
                                    .output = BP_SOFTMAX,
                                    .loss = BP_CROSS_ENTROPY,
                                    .classes = true,
                                    .rows = 150};

/* How a training goes; what is not said is as it is by default. */
typedef struct quiet_case {
    const char *engine;
    bp_type type;
    size_t members, batch, threads;
    bp_rule_kind rule;
    bp_method method;
    bp_averaging averaging;
    double dropout;
} quiet_case;

static const quiet_case cases[] = {
    {.engine = "textbook", .type = BP_F64, .members = 1, .batch = 1, .rule = BP_SGD},
    {.engine = "textbook", .type = BP_F64, .members = 2, .batch = 16, .rule = BP_ADAM},
    {.engine = "fast", .type = BP_F32, .members = 1, .batch = 1, .rule = BP_SGD},
    {.engine = "fast", .type = BP_F64, .members = 1, .batch = 8, .rule = BP_RMSPROP},
    {.engine = "fast", .type = BP_F32, .members = 5, .batch = 1, .rule = BP_MOMENTUM},
    {.engine = "fast", .type = BP_F32, .members = 5, .batch = 10, .rule = BP_ADAMW},
    {.engine = "fast",
     .type = BP_F32,
     .members = 1,
     .batch = 32,
     .rule = BP_ADAM,
     .averaging = BP_MOVING_AVERAGE,
     .dropout = 0.2},
    {.engine = "fast", .type = BP_F32, .members = 1, .batch = 64, .threads = 2, .rule = BP_ADAM},
    {.engine = "fast", .type = BP_F64, .members = 5, .batch = 1, .threads = 3, .rule = BP_SGD},
    {.engine = "fast", .type = BP_F64, .members = 1, .batch = 1, .method = BP_LBFGS},
    {.engine = "fast", .type = BP_F64, .members = 1, .batch = 1, .method = BP_IRPROP_PLUS},
    {.engine = "textbook", .type = BP_F64, .members = 1, .batch = 1, .method = BP_CG_POLAK_RIBIERE},
};

typedef struct quiet_training {
    network_case made;
    failing_allocator counting;
    bp_plan *plan;
    bp_trainer *trainer;
} quiet_training;

static bp_status make_plan(quiet_training *t, const quiet_case *c)
{
    const double dropout[] = {0, c->dropout};
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = c->engine;
    options.type = c->type;
    options.members = c->members;
    options.batch = c->batch;
    options.threads = c->threads;
    options.rule.kind = c->rule;
    options.dropout = c->dropout > 0 ? dropout : NULL;
    options.allocator = &t->counting.allocator;
    return bp_plan_new(&t->plan, t->made.net, &options, NULL);
}

/* Everything beside the steps that an epoch can ask for: an order, a schedule, held-out rows,
 * the best weights, averages. */
static bp_status make_trainer(quiet_training *t, const quiet_case *c)
{
    bp_trainer_member members[MEMBERS];
    bp_trainer_options options;
    bp_trainer_options_init(&options);
    options.epochs = EPOCHS;
    options.batch = c->batch;
    options.method = c->method;
    options.rate.kind = c->method == BP_BY_RULE ? BP_COSINE : BP_CONSTANT;
    options.patience = EPOCHS;
    options.keep_best = true;
    options.averaging = c->averaging;
    options.allocator = &t->counting.allocator;
    for (size_t m = 0; m < c->members; m++) {
        bp_plan_set_parameters(t->plan, m, network_case_parameters(&t->made, c->type));
        members[m] = (bp_trainer_member){.samples = network_case_samples(&t->made, c->type),
                                         .count = shape.rows - m,
                                         .validation = network_case_samples(&t->made, c->type),
                                         .learning_rate = 0.01,
                                         .number = (uint32_t)m};
    }
    return bp_trainer_new(&t->trainer, t->plan, members, &options, NULL);
}

static void set_up(quiet_training *t, const quiet_case *c)
{
    memset(t, 0, sizeof *t);
    network_case_init(&t->made, &shape, 9);
    failing_allocator_init(&t->counting, 0);
    assert_int_equal(make_plan(t, c), BP_OK);
    assert_int_equal(make_trainer(t, c), BP_OK);
}

static void tear_down(quiet_training *t)
{
    bp_trainer_free(t->trainer);
    bp_plan_free(t->plan);
    network_case_free(&t->made);
    assert_true(failing_allocator_is_clean(&t->counting));
}

static void test_nothing_is_allocated(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quiet_training t;
        set_up(&t, &cases[i]);
        size_t requests = t.counting.requests;
        assert_int_equal(bp_trainer_run(t.trainer, NULL, NULL), BP_OK);
        assert_int_equal(t.counting.requests, requests);
        tear_down(&t);
    }
}

/* What instruments a program for errors of memory makes system calls of its own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define INSTRUMENTED 1
#endif
#endif

#if defined(__linux__) && defined(SYS_seccomp) && !defined(INSTRUMENTED)

#define ALLOW(call)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* From here on, in every thread, any system call but these ends the process. */
static bool forbid_calls(bool threads)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(SYS_exit_group),
        ALLOW(threads ? SYS_futex : SYS_exit_group),
        ALLOW(threads ? SYS_sched_yield : SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
           && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program)
                  == 0;
}

enum { QUIET, FAILED, CANNOT_TELL };

/* In a child: a training, or one system call that shows that the others would be seen. */
static int run_shut_in(const quiet_case *c, bool calls)
{
    quiet_training t;
    set_up(&t, c);
    bp_trainer_epoch(t.trainer); /* what a first call settles may ask for more */
    if (!forbid_calls(c->threads > 1))
        return CANNOT_TELL;
    if (calls)
        (void)syscall(SYS_getppid);
    return bp_trainer_run(t.trainer, NULL, NULL) == BP_OK ? QUIET : FAILED;
}

static int outcome_of(const quiet_case *c, bool calls)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run_shut_in(c, calls));
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_no_system_calls(void **state)
{
    (void)state;
    int status = outcome_of(&cases[0], true);
    if (WIFEXITED(status)) /* an emulated or confined process, or an old kernel */
        skip();
    assert_true(WIFSIGNALED(status));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        status = outcome_of(&cases[i], false);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != QUIET)
            print_error("case %zu: status %x\n", i, (unsigned)status);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == QUIET);
    }
}

#else

static void test_no_system_calls(void **state)
{
    (void)state;
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_allocated),
        cmocka_unit_test(test_no_system_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
