/* trainer.c: epochs over a plan: the order of rows, rates, losses, divergence. What is
 * judged after an epoch is judgement.c's. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "train/whole.h"

#include <math.h>
#include <string.h>

/* Rates change this often in an epoch at most, when updates are of single rows. */
#define PIECES_ONLINE 100

#define BLOCK_ROWS 256 /* neighbors that are loaded together: pages of a mapped file */

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
    if (trainer->memory_count > 0) {
        member->memory =
            bp_allocate(&trainer->allocator, trainer->memory_count, sizeof(double), error);
        if (member->memory == NULL)
            return BP_E_MEMORY;
    }
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

static bp_status check_width(const bp_trainer *trainer, size_t index, size_t columns,
                             bp_error *error)
{
    size_t inputs = bp_plan_input_count(trainer->plan, index);
    if (columns == inputs)
        return BP_OK;
    return bp_fail(error, BP_E_ARGUMENT, "rows of %zu numbers for a network of %zu inputs", columns,
                   inputs);
}

static bp_status check_samples(const bp_trainer *trainer, size_t index, const bp_samples *samples,
                               bp_error *error)
{
    bp_type type = bp_plan_type(trainer->plan);
    bp_status status = check_width(trainer, index, samples->inputs.columns, error);
    if (status == BP_OK && samples->inputs.type != type)
        return bp_fail(error, BP_E_ARGUMENT, "samples of %s for a plan of %s",
                       bp_type_name(samples->inputs.type), bp_type_name(type));
    return status;
}

static bp_status add_member(bp_trainer *trainer, size_t index, const bp_trainer_member *from,
                            bp_error *error)
{
    trainer_member *member = &trainer->members[index];
    if (from->count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to train on");
    if (from->source != NULL && trainer->options.chunk_rows == 0)
        return bp_fail(error, BP_E_ARGUMENT, "rows from a source need chunk_rows");
    bp_status status = from->source != NULL
                           ? check_width(trainer, index, from->source->inputs, error)
                           : check_samples(trainer, index, from->samples, error);
    if (status == BP_OK && from->validation != NULL)
        status = check_samples(trainer, index, from->validation, error);
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
                                         .slope = NAN,
                                         .learning_rate = from->learning_rate};
    member->rows = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    member->order = bp_allocate(&trainer->allocator, from->count, sizeof(size_t), error);
    if (member->rows == NULL || member->order == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < from->count; i++)
        member->rows[i] = member->order[i] = from->rows != NULL ? from->rows[i] : i;
    member->source = from->source;
    member->samples = from->source != NULL ? &member->loaded : from->samples;
    trainer->runs[index].samples = member->samples;
    return take_blocks(trainer, member, error);
}

/* Where rates or averages move within an epoch, it is gone through batch by batch. */
static bool moves_within(const bp_trainer_options *options)
{
    bool within = options->averaging == BP_MOVING_AVERAGE || options->rate.warm_up > 0
                  || options->momentum.warm_up > 0;
    const bp_schedule_kind kinds[] = {options->rate.kind, options->momentum.kind};
    for (size_t i = 0; i < 2; i++)
        within = within || kinds[i] == BP_LINEAR_DECAY || kinds[i] == BP_COSINE
                 || kinds[i] == BP_ONE_CYCLE || kinds[i] == BP_COSLOG4;
    return within;
}

/* Rows at a time: all, or whole batches of about what was asked for. */
static bp_status choose_chunk(bp_trainer *trainer, size_t most, bp_error *error)
{
    const bp_trainer_options *options = &trainer->options;
    size_t batch = options->batch < most ? options->batch : most;
    /* Neither is 0: check_options, and a member has rows.
     * NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    trainer->chunk = (most - 1) / batch * batch + batch;
    if (options->chunk_rows == 0)
        return BP_OK;
    bool all = options->chunk_rows >= most;
    if (!all)
        trainer->chunk = (options->chunk_rows - 1) / batch * batch + batch;
    trainer->numbers = bp_allocate(&trainer->allocator, trainer->chunk, sizeof(size_t), error);
    for (size_t i = 0; i < trainer->chunk && trainer->numbers != NULL; i++)
        trainer->numbers[i] = i;
    if (trainer->numbers == NULL || all)
        return trainer->numbers != NULL ? BP_OK : BP_E_MEMORY;
    trainer->block_count = (most - 1) / BLOCK_ROWS + 1;
    trainer->blocks = bp_allocate(&trainer->allocator, trainer->block_count, sizeof(size_t), error);
    return trainer->blocks != NULL ? BP_OK : BP_E_MEMORY;
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
    if (status == BP_OK)
        status = choose_chunk(trainer, most, error);
    trainer->within = moves_within(&trainer->options);
    trainer->judges = judges(trainer);
    return status;
}

#define MARQUARDT_OUTPUTS 1024

/* What the methods that take all rows at once cannot do. */
static bp_status check_method(const bp_plan *plan, const bp_trainer_member *members,
                              const bp_trainer_options *options, bp_error *error)
{
    const bp_net *net = bp_plan_net(plan);
    const char *name = bp_method_name(options->method);
    if (options->method == BP_BY_RULE)
        return BP_OK;
    for (size_t i = 0; i < bp_plan_members(plan); i++)
        if (members[i].source != NULL)
            return bp_fail(error, BP_E_OPTION, "%s takes all rows at once, not chunks of them",
                           name);
    if (options->method != BP_LEVENBERG_MARQUARDT)
        return BP_OK;
    if (bp_net_loss(net) != BP_SQUARED_ERROR)
        return bp_fail(error, BP_E_OPTION, "%s is for the loss squared-error, not for %s", name,
                       bp_loss_name(bp_net_loss(net)));
    if (bp_plan_type(plan) != BP_F64)
        return bp_fail(error, BP_E_OPTION, "%s computes in f64 alone", name);
    if (bp_net_output_count(net) > MARQUARDT_OUTPUTS
        || whole_memory(options->method, bp_net_parameter_count(net)) == SIZE_MAX)
        return bp_fail(error, BP_E_OPTION,
                       "%s is for small networks: it keeps the square of their %zu parameters",
                       name, bp_net_parameter_count(net));
    return BP_OK;
}

bp_status bp_trainer_new(bp_trainer **out, bp_plan *plan, const bp_trainer_member *members,
                         const bp_trainer_options *options, bp_error *error)
{
    *out = NULL;
    if (options->batch == 0)
        return bp_fail(error, BP_E_ARGUMENT, "the batch size must be at least 1");
    bp_status checked = check_method(plan, members, options, error);
    if (checked != BP_OK)
        return checked;
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
    trainer->memory_count = whole_memory(options->method, trainer->parameters);
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
    bp_release(&trainer->allocator, member->memory, trainer->memory_count, sizeof(double));
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
    bp_release(&allocator, trainer->blocks, trainer->block_count, sizeof(size_t));
    bp_release(&allocator, trainer->numbers, trainer->chunk, sizeof(size_t));
    bp_release(&allocator, trainer, 1, sizeof *trainer);
}

/* ---- Epochs ----------------------------------------------------------------------------- */

static bp_stream order_stream(const bp_trainer *trainer, size_t index, size_t step)
{
    return bp_stream_new(trainer->options.seed, BP_PURPOSE_SHUFFLE, trainer->members[index].number,
                         (uint32_t)trainer->epochs_done, (uint32_t)step);
}

/* Equation (33): blocks in a new order, then the rows of each chunk. */
static void order_blocks(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    size_t blocks = (member->count - 1) / BLOCK_ROWS + 1, place = 0;
    for (size_t b = 0; b < blocks; b++)
        trainer->blocks[b] = b;
    bp_stream_shuffle(order_stream(trainer, index, 0), trainer->blocks, blocks);
    for (size_t b = 0; b < blocks; b++) {
        size_t start = trainer->blocks[b] * BLOCK_ROWS, left = member->count - start;
        size_t rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        memcpy(member->order + place, member->rows + start, rows * sizeof(size_t));
        place += rows;
    }
    for (size_t start = 0, chunk = 1; start < member->count; start += trainer->chunk, chunk++) {
        size_t left = member->count - start;
        bp_stream_shuffle(order_stream(trainer, index, chunk), member->order + start,
                          left < trainer->chunk ? left : trainer->chunk);
    }
}

/* Every epoch's order is made from the caller's, not from the last epoch's, so that a
 * run can be taken up at any epoch. */
static void order_rows(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    if (trainer->blocks != NULL) {
        order_blocks(trainer, index);
        return;
    }
    memcpy(member->order, member->rows, member->count * sizeof(size_t));
    bp_stream_shuffle(order_stream(trainer, index, 0), member->order, member->count);
}

static bool trains(const bp_trainer *trainer, size_t member)
{
    return trainer->members[member].record.stop == BP_TRAINS_ON;
}

/* Batches that a member goes through at one rate: all, or one, or the hundredth part of an
 * epoch where batches are single rows. */
static size_t piece_batches(const bp_trainer *trainer, const trainer_member *member)
{
    size_t batches = (member->count - 1) / trainer->options.batch + 1;
    if (!trainer->within)
        return batches;
    return trainer->options.batch > 1 ? 1 : (batches - 1) / PIECES_ONLINE + 1;
}

/* Piece `piece` of the epoch, as far as it lies in the chunk that begins at row `start`. */
static void aim(bp_trainer *trainer, size_t index, size_t start, size_t piece)
{
    const bp_trainer_options *options = &trainer->options;
    trainer_member *member = &trainer->members[index];
    bp_run *run = &trainer->runs[index];
    size_t each = piece_batches(trainer, member),
           epoch_steps = (member->count - 1) / options->batch + 1;
    size_t left = start < member->count ? member->count - start : 0;
    size_t end = start + (left < trainer->chunk ? left : trainer->chunk);
    run->count = 0;
    if (!trains(trainer, index) || piece > (epoch_steps - 1) / each)
        return;
    size_t first = piece * each, from = first * options->batch;
    size_t to = epoch_steps - first > each ? from + each * options->batch : member->count;
    from = from > start ? from : start;
    to = to < end ? to : end;
    if (from >= to)
        return;
    size_t steps = options->epochs * epoch_steps, step = trainer->epochs_done * epoch_steps + first;
    bool momentum = options->momentum.kind != BP_CONSTANT || options->momentum.warm_up > 0;
    run->rows = member->source != NULL ? trainer->numbers + (from - start) : member->order + from;
    run->count = to - from;
    run->noise = (bp_noise){.seed = options->seed,
                            .member = member->number,
                            .epoch = (uint32_t)trainer->epochs_done,
                            .first = from};
    run->rate = member->learning_rate
                * bp_schedule_at(&options->rate, step, steps, epoch_steps, member->drops);
    run->momentum =
        momentum ? options->base_momentum
                       * bp_schedule_at(&options->momentum, step, steps, epoch_steps, member->drops)
                 : 0;
    member->record.learning_rate = run->rate;
}

static void go_through_piece(bp_trainer *trainer, size_t start, size_t piece)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        aim(trainer, i, start, piece);
    bp_plan_step(trainer->plan, trainer->runs);
    for (size_t i = 0; i < trainer->member_count; i++) {
        if (trainer->runs[i].count == 0)
            continue;
        trainer->members[i].sum += trainer->runs[i].loss;
        if (trainer->options.averaging == BP_MOVING_AVERAGE)
            trainer_average(trainer, i);
    }
}

/* The pieces that touch a chunk of any member. */
static void pieces_of(const bp_trainer *trainer, size_t start, size_t *first, size_t *end)
{
    size_t batch = trainer->options.batch;
    *first = SIZE_MAX;
    *end = 0;
    for (size_t i = 0; i < trainer->member_count; i++) {
        const trainer_member *member = &trainer->members[i];
        if (!trains(trainer, i) || start >= member->count)
            continue;
        size_t each = piece_batches(trainer, member), left = member->count - start;
        size_t rows = left < trainer->chunk ? left : trainer->chunk;
        size_t low = start / batch / each, high = ((start + rows - 1) / batch) / each + 1;
        *first = low < *first ? low : *first;
        *end = high > *end ? high : *end;
    }
}

/* The rows of a chunk, from the members' sources; false where one fails. */
static bool load_chunk(bp_trainer *trainer, size_t start)
{
    for (size_t i = 0; i < trainer->member_count; i++) {
        trainer_member *member = &trainer->members[i];
        if (member->source == NULL || !trains(trainer, i) || start >= member->count)
            continue;
        size_t left = member->count - start, rows = left < trainer->chunk ? left : trainer->chunk;
        if (member->source->load(member->source->context, member->order + start, rows,
                                 &member->loaded, &trainer->failure)
            != BP_OK)
            return false;
    }
    return true;
}

/* One epoch over the rows; false where a source failed. */
static bool go_through_rows(bp_trainer *trainer)
{
    size_t most = 0;
    for (size_t i = 0; i < trainer->member_count && trainer->options.method != BP_BY_RULE; i++)
        if (trains(trainer, i))
            whole_step(trainer, i);
    if (trainer->options.method != BP_BY_RULE)
        return true;
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trains(trainer, i) && trainer->members[i].count > most)
            most = trainer->members[i].count;
    for (size_t start = 0; start < most; start += trainer->chunk) {
        size_t first, end;
        if (!load_chunk(trainer, start))
            return false;
        pieces_of(trainer, start, &first, &end);
        for (size_t piece = first; piece < end; piece++)
            go_through_piece(trainer, start, piece);
        if (most - start <= trainer->chunk)
            break; /* or the next start might overflow */
    }
    return true;
}

/* By their bits: an exponent of ones is that of infinities and NaN. No number is a branch. */
static bool are_finite(bp_type type, const void *numbers, size_t count)
{
    const uint32_t ones_f32 = 0x7F800000;
    const uint64_t ones_f64 = 0x7FF0000000000000;
    bool finite = true;
    for (size_t i = 0; i < count && type == BP_F32; i++) {
        uint32_t bits;
        memcpy(&bits, (const float *)numbers + i, sizeof bits);
        finite &= (bits & ones_f32) != ones_f32;
    }
    for (size_t i = 0; i < count && type == BP_F64; i++) {
        uint64_t bits;
        memcpy(&bits, (const double *)numbers + i, sizeof bits);
        finite &= (bits & ones_f64) != ones_f64;
    }
    return finite;
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

/* Keeps the weights as good ones; `good` and `scratch` change places. False where one is no finite
 * number: the last step may be what spoils them, which no loss has seen. */
static bool keep_good(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    void *before = member->good;
    bp_plan_get_parameters(trainer->plan, index, trainer->scratch);
    if (!are_finite(bp_plan_type(trainer->plan), trainer->scratch, trainer->parameters))
        return false;
    if (trainer->options.least_move > 0 && member->record.epochs > 1
        && largest_move(trainer, before, trainer->scratch) <= trainer->options.least_move)
        member->record.stop = BP_STOP_STILL;
    member->good = trainer->scratch;
    trainer->scratch = before;
    return true;
}

static void finish_epoch(bp_trainer *trainer, size_t index)
{
    trainer_member *member = &trainer->members[index];
    const bp_trainer_options *options = &trainer->options;
    member->record.epochs = trainer->epochs_done;
    member->record.loss = member->sum / (double)member->count;
    if (!isfinite(member->record.loss) || !keep_good(trainer, index)) {
        note_divergence(trainer, index);
        return;
    }
    if (member->record.slope <= options->least_slope || member->stuck > 1)
        member->record.stop = BP_STOP_STILL;
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
    if (!go_through_rows(trainer))
        return;
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

static bool tell(bp_trainer *trainer, const bp_observer *observer)
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
                       "%s not a finite number after epoch %zu: the learning rate %s is "
                       "probably too high, or inputs are not scaled; try a tenth of it",
                       isfinite(record->loss) ? "a weight is" : "the loss is", record->epochs,
                       rate);
    }
    return BP_OK;
}

bp_status bp_trainer_run(bp_trainer *trainer, const bp_observer *observer, bp_error *error)
{
    while (trainer->epochs_done < trainer->options.epochs && !all_stopped(trainer)) {
        bp_trainer_epoch(trainer);
        if (trainer->failure.status != BP_OK) {
            if (error != NULL)
                *error = trainer->failure;
            return trainer->failure.status;
        }
        if (!tell(trainer, observer))
            return bp_fail(error, BP_E_STOPPED, "stopped after epoch %zu of %zu",
                           trainer->epochs_done, trainer->options.epochs);
    }
    bp_trainer_finish(trainer);
    return report_divergence(trainer, error);
}

void bp_trainer_stop(bp_trainer *trainer)
{
    for (size_t i = 0; i < trainer->member_count; i++)
        if (trains(trainer, i))
            trainer->members[i].record.stop = BP_STOP_ASKED;
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
