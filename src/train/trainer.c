/* trainer.c: epochs over a plan: the order of rows, rates, losses, divergence. What is
 * judged after an epoch is judgement.c's. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

/* Rates change this often in an epoch at most, when updates are of single rows. */
#define PIECES_ONLINE 100

void bp_trainer_options_init(bp_trainer_options *options)
{
    *options = (bp_trainer_options){.epochs = 500,
                                    .shuffle = true,
                                    .seed = 1,
                                    .batch = 1,
                                    .target = NAN,
                                    .average_decay = 0.999,
                                    .average_from = 0.75};
    bp_schedule_init(&options->rate);
    bp_schedule_init(&options->momentum);
}

/* ---- Making ---------------------------------------------------------------------------- */

static bool judges(const bp_trainer *trainer)
{
    const bp_trainer_options *options = &trainer->options;
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trainer->members[i].validation != NULL)
            return true;
    return options->judge != NULL || options->patience > 0 || options->keep_best
           || !isnan(options->target) || options->rate.kind == BP_PLATEAU;
}

static bp_status take_blocks(bp_trainer *trainer, trainer_member *member, bp_error *error)
{
    member->good = bp_allocate(&trainer->allocator, trainer->block, 1, error);
    if (member->good == NULL)
        return BP_E_MEMORY;
    if (trainer->options.keep_best) {
        member->best = bp_allocate(&trainer->allocator, trainer->block, 1, error);
        if (member->best == NULL)
            return BP_E_MEMORY;
    }
    if (trainer_averages(trainer)) {
        member->average = bp_allocate(&trainer->allocator, trainer->block, 1, error);
        if (member->average == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}

static bp_status check_samples(const bp_trainer *trainer, const bp_samples *samples,
                               bp_error *error)
{
    size_t inputs = bp_net_input_count(bp_plan_net(trainer->plan));
    bp_type type = bp_plan_type(trainer->plan);
    if (samples->inputs.columns != inputs)
        return bp_fail(error, BP_E_ARGUMENT, "rows of %zu numbers for a network of %zu inputs",
                       samples->inputs.columns, inputs);
    if (samples->inputs.type != type)
        return bp_fail(error, BP_E_ARGUMENT, "samples of %s for a plan of %s",
                       bp_type_name(samples->inputs.type), bp_type_name(type));
    return BP_OK;
}

static bp_status add_member(bp_trainer *trainer, size_t index, const bp_trainer_member *from,
                            bp_error *error)
{
    trainer_member *member = &trainer->members[index];
    if (from->count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to train on");
    bp_status status = check_samples(trainer, from->samples, error);
    if (status == BP_OK && from->validation != NULL)
        status = check_samples(trainer, from->validation, error);
    if (status != BP_OK)
        return status;
    member->count = from->count;
    member->validation = from->validation;
    member->number = from->number;
    member->learning_rate = from->learning_rate;
    member->record = (bp_trainer_record){.loss = NAN,
                                         .validation_loss = NAN,
                                         .judged = NAN,
                                         .best = NAN,
                                         .learning_rate = from->learning_rate};
    member->rows = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    member->order = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    if (member->rows == NULL || member->order == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < from->count; i++)
        member->rows[i] = member->order[i] = from->rows != NULL ? from->rows[i] : i;
    trainer->runs[index].samples = member->samples = from->samples;
    return take_blocks(trainer, member, error);
}

/* Where rates or averages move within an epoch, it is gone through batch by batch. */
static size_t pieces_for(const bp_trainer_options *options, size_t rows)
{
    bool within = options->averaging == BP_MOVING_AVERAGE || options->rate.warm_up > 0
                  || options->momentum.warm_up > 0;
    const bp_schedule_kind kinds[] = {options->rate.kind, options->momentum.kind};
    for (size_t i = 0; i < 2; i++)
        within = within || kinds[i] == BP_LINEAR_DECAY || kinds[i] == BP_COSINE
                 || kinds[i] == BP_ONE_CYCLE || kinds[i] == BP_COSLOG4;
    size_t batches = (rows - 1) / options->batch + 1;
    if (!within)
        return 1;
    return options->batch > 1 || batches < PIECES_ONLINE ? batches : PIECES_ONLINE;
}

static bp_status fill(bp_trainer *trainer, const bp_trainer_member *members, bp_error *error)
{
    size_t count = trainer->member_count, most = 1;
    trainer->members = bp_allocate(&trainer->allocator, count, sizeof(trainer_member), error);
    trainer->runs = bp_allocate(&trainer->allocator, count, sizeof(bp_run), error);
    trainer->scratch = bp_allocate(&trainer->allocator, trainer->block, 1, error);
    if (trainer->members == NULL || trainer->runs == NULL || trainer->scratch == NULL)
        return BP_E_MEMORY;
    bp_status status = BP_OK;
    for (size_t i = 0; i < count && status == BP_OK; i++) {
        status = add_member(trainer, i, &members[i], error);
        most = members[i].count > most ? members[i].count : most;
    }
    trainer->pieces = pieces_for(&trainer->options, most);
    trainer->judges = judges(trainer);
    return status;
}

bp_status bp_trainer_new(bp_trainer **out, bp_plan *plan, const bp_trainer_member *members,
                         const bp_trainer_options *options, bp_error *error)
{
    *out = NULL;
    if (options->batch == 0)
        return bp_fail(error, BP_E_ARGUMENT, "the batch size must be at least 1");
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    bp_trainer *trainer = bp_allocate(&allocator, 1, sizeof *trainer, error);
    if (trainer == NULL)
        return BP_E_MEMORY;
    trainer->allocator = allocator;
    trainer->plan = plan;
    trainer->options = *options;
    trainer->member_count = bp_plan_members(plan);
    trainer->parameters = bp_net_parameter_count(bp_plan_net(plan));
    trainer->block = trainer->parameters * bp_type_size(bp_plan_type(plan));
    bp_status status = fill(trainer, members, error);
    if (status != BP_OK) {
        bp_trainer_free(trainer);
        return status;
    }
    *out = trainer;
    return BP_OK;
}

static void free_member(const bp_trainer *trainer, trainer_member *member)
{
    bp_release(&trainer->allocator, member->rows, member->count, sizeof(size_t));
    bp_release(&trainer->allocator, member->order, member->count, sizeof(size_t));
    bp_release(&trainer->allocator, member->good, trainer->block, 1);
    bp_release(&trainer->allocator, member->best, trainer->block, 1);
    bp_release(&trainer->allocator, member->average, trainer->block, 1);
}

void bp_trainer_free(bp_trainer *trainer)
{
    if (trainer == NULL)
        return;
    bp_allocator allocator = trainer->allocator;
    for (size_t i = 0; i < trainer->member_count && trainer->members != NULL; i++)
        free_member(trainer, &trainer->members[i]);
    bp_release(&allocator, trainer->members, trainer->member_count, sizeof(trainer_member));
    bp_release(&allocator, trainer->runs, trainer->member_count, sizeof(bp_run));
    bp_release(&allocator, trainer->scratch, trainer->block, 1);
    bp_release(&allocator, trainer, 1, sizeof *trainer);
}

/* ---- Epochs ----------------------------------------------------------------------------- */

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

static bool trains(const bp_trainer *trainer, size_t member)
{
    return trainer->members[member].record.stop == BP_TRAINS_ON;
}

/* A member's part of a piece: whole batches, of which it may have fewer than another. */
static void aim(bp_trainer *trainer, size_t index, size_t piece)
{
    const bp_trainer_options *options = &trainer->options;
    trainer_member *member = &trainer->members[index];
    bp_run *run = &trainer->runs[index];
    size_t batches = (member->count - 1) / options->batch + 1, pieces = trainer->pieces;
    if (pieces > batches)
        pieces = batches;
    size_t first = 0, end = batches;
    if (pieces > 1 || trainer->pieces > 1) {
        first = piece < pieces ? batches * piece / pieces : batches;
        end = piece < pieces ? batches * (piece + 1) / pieces : batches;
    }
    size_t start = first * options->batch, stop = end * options->batch;
    stop = stop < member->count ? stop : member->count;
    size_t step = trainer->epochs_done * batches + first, steps = options->epochs * batches;
    run->rows = member->order + start;
    run->count = trains(trainer, index) && start < stop ? stop - start : 0;
    run->rate =
        member->learning_rate * bp_schedule_at(&options->rate, step, steps, batches, member->drops);
    run->momentum =
        options->momentum.kind == BP_CONSTANT && !(options->momentum.warm_up > 0)
            ? 0
            : options->base_momentum
                  * bp_schedule_at(&options->momentum, step, steps, batches, member->drops);
    if (run->count > 0)
        member->record.learning_rate = run->rate;
}

static void go_through_piece(bp_trainer *trainer, size_t piece)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        aim(trainer, i, piece);
    bp_plan_step(trainer->plan, trainer->runs);
    for (size_t i = 0; i < trainer->member_count; i++) {
        if (trainer->runs[i].count == 0)
            continue;
        trainer->members[i].sum += trainer->runs[i].loss;
        if (trainer->options.averaging == BP_MOVING_AVERAGE)
            trainer_average(trainer, i);
    }
}

/* The weights of the last good epoch come back. */
static void note_divergence(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    member->record.stop = BP_STOP_DIVERGED;
    bp_plan_set_parameters(trainer->plan, index, member->good);
}

/* How far a weight moved in the epoch, at most. */
static double largest_move(const bp_trainer *trainer, const void *before, const void *after)
{
    double largest = 0;
    for (size_t i = 0; i < trainer->parameters; i++) {
        double move = bp_plan_type(trainer->plan) == BP_F32
                          ? fabs((double)((const float *)after)[i] - ((const float *)before)[i])
                          : fabs(((const double *)after)[i] - ((const double *)before)[i]);
        largest = move > largest ? move : largest;
    }
    return largest;
}

/* Keeps the weights as good ones; `good` and `scratch` change places. */
static void keep_good(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    void *before = member->good;
    bp_plan_get_parameters(trainer->plan, index, trainer->scratch);
    if (trainer->options.least_move > 0 && member->record.epochs > 1
        && largest_move(trainer, before, trainer->scratch) <= trainer->options.least_move)
        member->record.stop = BP_STOP_STILL;
    member->good = trainer->scratch;
    trainer->scratch = before;
}

static void finish_epoch(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    const bp_trainer_options *options = &trainer->options;
    member->record.epochs = trainer->epochs_done;
    member->record.loss = member->sum / (double)member->count;
    if (!isfinite(member->record.loss)) {
        note_divergence(trainer, index);
        return;
    }
    keep_good(trainer, index);
    if (options->averaging == BP_EVEN_AVERAGE
        && (double)trainer->epochs_done > options->average_from * (double)options->epochs)
        trainer_average(trainer, index);
}

void bp_trainer_epoch(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        trainer->members[i].sum = 0;
        if (trainer->epochs_done == 0)
            bp_plan_get_parameters(trainer->plan, i, trainer->members[i].good);
        if (trainer->options.shuffle && trains(trainer, i))
            order_rows(trainer, i);
    }
    for (size_t piece = 0; piece < trainer->pieces; piece++)
        go_through_piece(trainer, piece);
    trainer->epochs_done++;
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trains(trainer, i))
            finish_epoch(trainer, i);
    if (trainer->judges)
        trainer_judge(trainer);
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trains(trainer, i) && trainer->epochs_done >= trainer->options.epochs)
            trainer->members[i].record.stop = BP_STOP_EPOCHS;
}

static bool tell(const bp_trainer *trainer, const bp_observer *observer)
{
    if (observer == NULL || observer->notify == NULL)
        return true;
    const bp_trainer_record *record = &trainer->members[0].record;
    const bp_progress progress = {.phase = "train",
                                  .member = 0,
                                  .members = trainer->member_count,
                                  .done = trainer->epochs_done,
                                  .total = trainer->options.epochs,
                                  .loss = record->loss,
                                  .validation_loss = record->validation_loss,
                                  .judged = record->judged,
                                  .best_epoch = record->best_epoch,
                                  .rows = trainer->members[0].count,
                                  .learning_rate = record->learning_rate,
                                  .trainer = trainer};
    return observer->notify(observer->context, &progress);
}

static bool all_stopped(const bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trains(trainer, i))
            return false;
    return true;
}

static bp_status report_divergence(const bp_trainer *trainer, bp_error *error)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        const bp_trainer_record *record = &trainer->members[i].record;
        if (record->stop != BP_STOP_DIVERGED)
            continue;
        char rate[BP_NUMBER_SIZE];
        bp_number_write(record->learning_rate, rate);
        return bp_fail(error, BP_E_DIVERGED,
                       "the loss is not a finite number after epoch %zu: the learning rate %s is "
                       "probably too high, or inputs are not scaled; try a tenth of it",
                       record->epochs, rate);
    }
    return BP_OK;
}

bp_status bp_trainer_run(bp_trainer *trainer, const bp_observer *observer, bp_error *error)
{
    while (trainer->epochs_done < trainer->options.epochs && !all_stopped(trainer)) {
        bp_trainer_epoch(trainer);
        if (!tell(trainer, observer))
            return bp_fail(error, BP_E_STOPPED, "stopped after epoch %zu of %zu",
                           trainer->epochs_done, trainer->options.epochs);
    }
    bp_trainer_finish(trainer);
    return report_divergence(trainer, error);
}

void bp_trainer_finish(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count && !trainer->finished; i++) {
        trainer_member *member = &trainer->members[i];
        if (member->record.stop == BP_STOP_DIVERGED)
            continue;
        if (trainer->options.keep_best && member->record.best_epoch > 0)
            bp_plan_set_parameters(trainer->plan, i, member->best);
        else if (member->averaged > 0)
            bp_plan_set_parameters(trainer->plan, i, member->average);
    }
    trainer->finished = true;
}

size_t bp_trainer_epochs_done(const bp_trainer *trainer)
{
    return trainer->epochs_done;
}

void bp_trainer_record_of(const bp_trainer *trainer, size_t member, bp_trainer_record *record)
{
    *record = trainer->members[member].record;
}
