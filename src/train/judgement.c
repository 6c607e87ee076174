/* judgement.c: what happens after an epoch: averages of weights, validation, what was best,
 * plateaus, and whether a member goes on. */
#include "train/trainer.h"

#include <math.h>
#include <string.h>

const char *bp_stop_name(bp_stop stop)
{
    static const char *const names[] = {"not yet", "epochs",   "patience", "target",
                                        "still",   "diverged", "asked"};
    return (size_t)stop < sizeof names / sizeof *names ? names[stop] : NULL;
}

bool trainer_averages(const bp_trainer *trainer)
{
    return trainer->options.averaging != BP_NO_AVERAGE;
}

/* average = average + share (weights - average), number by number in the plan's type. */
static void blend(bp_type type, void *average, const void *weights, size_t count, double share)
{
    for (size_t i = 0; i < count; i++) {
        if (type == BP_F32) {
            float *a = (float *)average + i, w = ((const float *)weights)[i];
            *a = fmaf((float)share, w - *a, *a);
        } else {
            double *a = (double *)average + i, w = ((const double *)weights)[i];
            *a = fma(share, w - *a, *a);
        }
    }
}

void trainer_average(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    bp_plan_get_parameters(trainer->plan, index, trainer->scratch);
    member->averaged++;
    double share = 1 / (double)member->averaged; /* an even mean, equation (32a) */
    if (trainer->options.averaging == BP_MOVING_AVERAGE
        && share < 1 - trainer->options.average_decay)
        share = 1 - trainer->options.average_decay; /* equation (32) */
    blend(bp_plan_type(trainer->plan), member->average, trainer->scratch, trainer->parameters,
          share);
}

static bool validates(const bp_trainer *trainer, size_t index)
{
    const trainer_member *member = &trainer->members[index];
    return member->record.stop == BP_TRAINS_ON && member->validation != NULL
           && member->validation->inputs.rows > 0;
}

/* The mean loss of a validation row, of all members at once. */
static void validate(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        const bp_samples *samples = trainer->members[i].validation;
        bool takes_part = validates(trainer, i);
        trainer->runs[i] = (bp_run){.samples = takes_part ? samples : trainer->runs[i].samples,
                                    .count = takes_part ? samples->inputs.rows : 0};
    }
    bp_plan_evaluate(trainer->plan, trainer->runs);
    for (size_t i = 0; i < trainer->member_count; i++) {
        trainer_member *member = &trainer->members[i];
        if (trainer->runs[i].count > 0)
            member->record.validation_loss = trainer->runs[i].loss / (double)trainer->runs[i].count;
        trainer->runs[i].samples = member->samples;
    }
}

static double judged_value(bp_trainer *trainer, size_t index)
{
    const bp_trainer_options *options = &trainer->options;
    const trainer_member *member = &trainer->members[index];
    if (options->judge != NULL)
        return options->judge(options->judge_context, trainer->plan, index);
    return member->validation != NULL ? member->record.validation_loss : member->record.loss;
}

static void note_gain(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    member->record.best = member->record.judged;
    member->record.best_epoch = member->record.epochs;
    member->without_gain = member->since_drop = 0;
    if (member->best != NULL && member->averaged > 0)
        bp_plan_get_parameters(trainer->plan, index, member->best);
    else if (member->best != NULL)
        memcpy(member->best, member->good, trainer->block); /* they were just kept */
}

/* A first value is gain, and so is one that is less by more than the least gain; NaN never. */
static bool is_gain(const bp_trainer *trainer, const bp_trainer_record *record)
{
    if (isnan(record->judged))
        return false;
    return record->best_epoch == 0 || record->judged < record->best - trainer->options.least_gain
           || (trainer->options.keep_last && record->judged <= record->best);
}

static void judge(bp_trainer *trainer, size_t index)
{
    const bp_trainer_options *options = &trainer->options;
    trainer_member *member = &trainer->members[index];
    member->record.judged = judged_value(trainer, index);
    if (is_gain(trainer, &member->record)) {
        note_gain(trainer, index);
    } else {
        member->without_gain++;
        member->since_drop++;
    }
    if (options->rate.kind == BP_PLATEAU && member->since_drop > options->rate.step_epochs) {
        member->drops++;
        member->since_drop = 0;
    }
    if (member->record.judged <= options->target)
        member->record.stop = BP_STOP_TARGET;
    else if (options->patience > 0 && member->without_gain >= options->patience)
        member->record.stop = BP_STOP_PATIENCE;
}

/* The averages are what will be kept, so they are judged: they change places with the
 * weights and back. */
static void swap_averages(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        const trainer_member *member = &trainer->members[i];
        if (member->record.epochs == trainer->epochs_done && member->averaged > 0
            && member->record.stop != BP_STOP_DIVERGED)
            bp_plan_swap_parameters(trainer->plan, i, member->average);
    }
}

void trainer_judge(bp_trainer *trainer)
{
    bool any = false;
    for (size_t i = 0; i < trainer->member_count; i++)
        any = any || validates(trainer, i);
    swap_averages(trainer);
    if (any)
        validate(trainer);
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trainer->members[i].record.stop == BP_TRAINS_ON)
            judge(trainer, i);
    swap_averages(trainer);
}
