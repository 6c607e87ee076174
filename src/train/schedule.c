/* schedule.c: how rates go as training goes on: equations (31) to (31g). */
#include "base/math.h"
#include "base/names.h"

#include <backprop/train.h>

#include <math.h>

#define PI 3.14159265358979323846

#define ROW_NAME(member, name, help) name,
#define ROW_HELP(member, name, help) help,

static const char *const names[] = {BP_SCHEDULE_MAP(ROW_NAME)};
static const char *const helps[] = {BP_SCHEDULE_MAP(ROW_HELP)};

const char *bp_schedule_name(bp_schedule_kind kind)
{
    return (size_t)kind < BP_SCHEDULE_COUNT ? names[kind] : NULL;
}

const char *bp_schedule_help(bp_schedule_kind kind)
{
    return (size_t)kind < BP_SCHEDULE_COUNT ? helps[kind] : NULL;
}

bp_status bp_schedule_find(const char *name, bp_schedule_kind *kind, bp_error *error)
{
    size_t index = bp_name_find(name, names, BP_SCHEDULE_COUNT, "schedule", error);
    if (index == BP_SCHEDULE_COUNT)
        return BP_E_OPTION;
    *kind = (bp_schedule_kind)index;
    return BP_OK;
}

static const char *const method_names[] = {"", BP_METHOD_MAP(ROW_NAME)};
static const char *const method_helps[] = {"", BP_METHOD_MAP(ROW_HELP)};

const char *bp_method_name(bp_method method)
{
    return (size_t)method < BP_METHOD_COUNT ? method_names[method] : NULL;
}

const char *bp_method_help(bp_method method)
{
    return (size_t)method < BP_METHOD_COUNT ? method_helps[method] : NULL;
}

bp_status bp_method_find(const char *name, bp_method *method, bp_error *error)
{
    size_t count = BP_METHOD_COUNT - 1; /* those with names */
    size_t index = bp_name_find(name, method_names + 1, count, "method", error);
    if (index == count)
        return BP_E_OPTION;
    *method = (bp_method)(index + 1);
    return BP_OK;
}

void bp_schedule_init(bp_schedule *schedule)
{
    *schedule = (bp_schedule){.kind = BP_CONSTANT, .factor = 0.1, .step_epochs = 10};
}

/* base^count by repeated multiplication: the same bits everywhere. */
static double power(double base, size_t count)
{
    double result = 1;
    for (; count > 0 && result != 0; count--)
        result *= base;
    return result;
}

/* From `from` to `to` along half a cosine, at the share t of the way. */
static double along_cosine(double from, double to, double t)
{
    return to + (from - to) * (1 + bp_cos(PI * t)) / 2;
}

/* Equation (31e): as PyTorch's OneCycleLR with its defaults, steps from 0 to last. */
static double one_cycle(double step, double last)
{
    double top = 0.3 * (last + 1) - 1;
    if (step <= top)
        return along_cosine(1 / 25.0, 1, top > 0 ? step / top : 1);
    return along_cosine(1, 1 / 250000.0, last > top ? (step - top) / (last - top) : 1);
}

static double warm_up(const bp_schedule *schedule, size_t step, size_t epoch_steps)
{
    double steps = floor(schedule->warm_up * (double)epoch_steps + 0.5);
    return (double)step < steps ? ((double)step + 1) / steps : 1;
}

static double shape(const bp_schedule *schedule, size_t step, size_t steps, size_t epoch_steps,
                    size_t drops)
{
    double t = steps > 0 ? (double)step / (double)steps : 0, rest = 1 - schedule->final_share;
    size_t epoch = epoch_steps > 0 ? step / epoch_steps : 0;
    switch (schedule->kind) {
    case BP_STEPS:
        return power(schedule->factor,
                     epoch / (schedule->step_epochs > 0 ? schedule->step_epochs : 1));
    case BP_EXPONENTIAL_DECAY: return power(schedule->factor, epoch);
    case BP_LINEAR_DECAY: return 1 - t * rest;
    case BP_COSINE: return along_cosine(1, schedule->final_share, t);
    case BP_ONE_CYCLE: return one_cycle((double)step, (double)(steps > 0 ? steps - 1 : 0));
    case BP_PLATEAU: return power(schedule->factor, drops);
    case BP_COSLOG4: return (1 - bp_cos(2 * PI * bp_log2(1 + 15 * t))) / 2;
    case BP_CONSTANT:
    case BP_SCHEDULE_COUNT: break;
    }
    return 1;
}

double bp_schedule_at(const bp_schedule *schedule, size_t step, size_t steps, size_t epoch_steps,
                      size_t drops)
{
    return warm_up(schedule, step, epoch_steps) * shape(schedule, step, steps, epoch_steps, drops);
}
