/* trainer.c: epochs over a plan: the order of rows, the losses, stopping. */
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <backprop/train.h>

#include <math.h>
#include <string.h>

typedef struct trainer_member {
    size_t *rows;  /* as the caller listed them */
    size_t *order; /* as this epoch visits them */
    size_t count;
    uint32_t number;
    double loss;           /* mean of the last epoch */
    size_t diverged_epoch; /* 1-based, 0: has not */
} trainer_member;

struct bp_trainer {
    bp_allocator allocator;
    bp_plan *plan;
    bp_trainer_options options;
    size_t epochs_done;
    size_t member_count;
    trainer_member *members;
    bp_run *runs;
};

void bp_trainer_options_init(bp_trainer_options *options)
{
    *options = (bp_trainer_options){.epochs = 500, .shuffle = true, .seed = 1};
}

static bp_status add_member(bp_trainer *trainer, size_t index, const bp_trainer_member *from,
                            bp_error *error)
{
    trainer_member *member = &trainer->members[index];
    size_t inputs = bp_net_input_count(bp_plan_net(trainer->plan));
    if (from->count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to train on");
    if (from->samples->inputs.columns != inputs)
        return bp_fail(error, BP_E_ARGUMENT, "rows of %zu numbers for a network of %zu inputs",
                       from->samples->inputs.columns, inputs);
    if (from->samples->inputs.type != bp_plan_type(trainer->plan))
        return bp_fail(error, BP_E_ARGUMENT, "samples of %s for a plan of %s",
                       bp_type_name(from->samples->inputs.type),
                       bp_type_name(bp_plan_type(trainer->plan)));
    member->count = from->count;
    member->number = from->number;
    member->loss = NAN;
    member->rows = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    member->order = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    if (member->rows == NULL || member->order == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < from->count; i++)
        member->rows[i] = member->order[i] = from->rows != NULL ? from->rows[i] : i;
    trainer->runs[index] = (bp_run){.samples = from->samples,
                                    .rows = member->order,
                                    .count = from->count,
                                    .rate = from->learning_rate};
    return BP_OK;
}

bp_status bp_trainer_new(bp_trainer **out, bp_plan *plan, const bp_trainer_member *members,
                         const bp_trainer_options *options, bp_error *error)
{
    *out = NULL;
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    bp_trainer *trainer = bp_allocate(&allocator, 1, sizeof *trainer, error);
    if (trainer == NULL)
        return BP_E_MEMORY;
    size_t count = bp_plan_members(plan);
    trainer->allocator = allocator;
    trainer->plan = plan;
    trainer->options = *options;
    trainer->member_count = count;
    trainer->members = bp_allocate(&allocator, count, sizeof(trainer_member), error);
    trainer->runs = bp_allocate(&allocator, count, sizeof(bp_run), error);
    bp_status status = BP_OK;
    if (trainer->members == NULL || trainer->runs == NULL)
        status = BP_E_MEMORY;
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = add_member(trainer, i, &members[i], error);
    if (status != BP_OK) {
        bp_trainer_free(trainer);
        return status;
    }
    *out = trainer;
    return BP_OK;
}

void bp_trainer_free(bp_trainer *trainer)
{
    if (trainer == NULL)
        return;
    bp_allocator allocator = trainer->allocator;
    for (size_t i = 0; i < trainer->member_count && trainer->members != NULL; i++) {
        trainer_member *member = &trainer->members[i];
        bp_release(&allocator, member->rows, member->count, sizeof(size_t));
        bp_release(&allocator, member->order, member->count, sizeof(size_t));
    }
    bp_release(&allocator, trainer->members, trainer->member_count, sizeof(trainer_member));
    bp_release(&allocator, trainer->runs, trainer->member_count, sizeof(bp_run));
    bp_release(&allocator, trainer, 1, sizeof *trainer);
}

/* Every epoch's order is made from the caller's, not from the last epoch's, so that a
 * run can be taken up at any epoch. */
static void order_rows(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    memcpy(member->order, member->rows, member->count * sizeof(size_t));
    bp_stream stream = bp_stream_new(trainer->options.seed, BP_PURPOSE_SHUFFLE, member->number,
                                     (uint32_t)trainer->epochs_done, 0);
    bp_stream_shuffle(stream, member->order, member->count);
}

void bp_trainer_epoch(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trainer->options.shuffle && trainer->runs[i].count > 0)
            order_rows(trainer, i);
    bp_plan_step(trainer->plan, trainer->runs);
    trainer->epochs_done++;
    for (size_t i = 0; i < trainer->member_count; i++) {
        trainer_member *member = &trainer->members[i];
        if (trainer->runs[i].count == 0)
            continue;
        member->loss = trainer->runs[i].loss / (double)member->count;
        if (!isfinite(member->loss)) {
            member->diverged_epoch = trainer->epochs_done;
            trainer->runs[i].count = 0; /* it rests from here on */
        }
    }
}

static bool tell(const bp_trainer *trainer, const bp_observer *observer)
{
    if (observer == NULL || observer->notify == NULL)
        return true;
    const bp_progress progress = {.phase = "train",
                                  .member = 0,
                                  .members = trainer->member_count,
                                  .done = trainer->epochs_done,
                                  .total = trainer->options.epochs,
                                  .loss = trainer->members[0].loss,
                                  .learning_rate = trainer->runs[0].rate};
    return observer->notify(observer->context, &progress);
}

static bool all_diverged(const bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trainer->members[i].diverged_epoch == 0)
            return false;
    return true;
}

static bp_status report_divergence(const bp_trainer *trainer, bp_error *error)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        if (trainer->members[i].diverged_epoch == 0)
            continue;
        char rate[BP_NUMBER_SIZE];
        bp_number_write(trainer->runs[i].rate, rate);
        return bp_fail(error, BP_E_DIVERGED,
                       "the loss is not a finite number after epoch %zu: the learning rate %s is "
                       "probably too high, or inputs are not scaled; try a tenth of it",
                       trainer->members[i].diverged_epoch, rate);
    }
    return BP_OK;
}

bp_status bp_trainer_run(bp_trainer *trainer, const bp_observer *observer, bp_error *error)
{
    while (trainer->epochs_done < trainer->options.epochs && !all_diverged(trainer)) {
        bp_trainer_epoch(trainer);
        if (!tell(trainer, observer))
            return bp_fail(error, BP_E_STOPPED, "stopped after epoch %zu of %zu",
                           trainer->epochs_done, trainer->options.epochs);
    }
    return report_divergence(trainer, error);
}

size_t bp_trainer_epochs_done(const bp_trainer *trainer)
{
    return trainer->epochs_done;
}

double bp_trainer_loss(const bp_trainer *trainer, size_t member)
{
    return trainer->members[member].loss;
}
