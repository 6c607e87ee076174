/* checkpoint.c: all that a trainer knows, as a safetensors file and back. For each member its
 * blocks (weights, the rule's state, the best weights, ...) as tensors of the plan's type in
 * the order of net.h, and one tensor of float64 with its counts and losses. */
#include "train/trainer.h"
#include "train/whole.h"

#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/safetensors.h"

#include <stdio.h>
#include <string.h>

#define FORMAT "backprop.checkpoint/1"
#define NAME_SIZE 48
#define BLOCKS 8   /* of a member, at most */
#define NUMBERS 21 /* of a member */

typedef struct block {
    const char *name;
    void *data; /* NULL: the member has none */
    size_t count;
} block;

/* Room for what the plan gives out and takes in. */
typedef struct carrier {
    void *weights;
    bp_plan_state state;
} carrier;

/* Of the first layer and its inputs' scales, where those are learned. */
static size_t source_count(const bp_trainer *trainer)
{
    const bp_layer *layer = bp_net_layer(bp_plan_net(trainer->plan), 0);
    return bp_plan_learns_scales(trainer->plan) ? layer->biases - layer->weights + layer->outputs
                                                : 0;
}

static size_t scale_count(const bp_trainer *trainer)
{
    return bp_plan_learns_scales(trainer->plan) ? 3 * bp_net_input_count(bp_plan_net(trainer->plan))
                                                : 0;
}

static void list_blocks(const bp_trainer *trainer, const trainer_member *member, const carrier *own,
                        block blocks[BLOCKS])
{
    size_t all = trainer->parameters;
    blocks[0] = (block){"weights", own->weights, all};
    blocks[1] = (block){"first", own->state.first, all};
    blocks[2] = (block){"second", own->state.second, all};
    blocks[3] = (block){"good", member->good, all};
    blocks[4] = (block){"best", member->best, all};
    blocks[5] = (block){"average", member->average, all};
    blocks[6] = (block){"source", own->state.source, source_count(trainer)};
    blocks[7] = (block){"scales", own->state.scales, scale_count(trainer)};
}

static const char *note_of(const bp_trainer *trainer)
{
    return trainer->options.note != NULL ? trainer->options.note : "";
}

/* Whole numbers here are below 2^53. */
static void put_numbers(const bp_trainer *trainer, const trainer_member *member,
                        const bp_plan_state *state, double numbers[NUMBERS])
{
    const bp_trainer_record *r = &member->record;
    const double all[NUMBERS] = {(double)trainer->epochs_done,
                                 (double)trainer->options.epochs,
                                 (double)member->count,
                                 (double)r->epochs,
                                 r->loss,
                                 r->validation_loss,
                                 r->judged,
                                 (double)r->best_epoch,
                                 r->best,
                                 r->learning_rate,
                                 (double)r->stop,
                                 (double)member->without_gain,
                                 (double)member->drops,
                                 (double)member->since_drop,
                                 (double)member->averaged,
                                 state->beta1_power,
                                 state->beta2_power,
                                 state->moved ? 1 : 0,
                                 (double)member->number,
                                 r->slope,
                                 (double)member->stuck};
    memcpy(numbers, all, sizeof all);
}

static size_t whole(double number)
{
    return number >= 0 && number < 9007199254740992.0 ? (size_t)number : 0;
}

static void take_numbers(bp_trainer *trainer, trainer_member *member, bp_plan_state *state,
                         const double numbers[NUMBERS])
{
    trainer->epochs_done = whole(numbers[0]);
    member->record = (bp_trainer_record){.epochs = whole(numbers[3]),
                                         .loss = numbers[4],
                                         .validation_loss = numbers[5],
                                         .judged = numbers[6],
                                         .best_epoch = whole(numbers[7]),
                                         .best = numbers[8],
                                         .learning_rate = numbers[9],
                                         .slope = numbers[19],
                                         .stop = (bp_stop)whole(numbers[10])};
    member->without_gain = whole(numbers[11]);
    member->drops = whole(numbers[12]);
    member->since_drop = whole(numbers[13]);
    member->averaged = whole(numbers[14]);
    member->stuck = whole(numbers[20]);
    state->beta1_power = numbers[15];
    state->beta2_power = numbers[16];
    state->moved = numbers[17] > 0;
}

/* ---- Writing --------------------------------------------------------------------------- */

typedef struct checkpoint {
    const bp_trainer *trainer;
    size_t tensor_count, tensor_room;
    bp_tensor *tensors;
    char (*names)[NAME_SIZE];
    double *numbers;        /* [members][NUMBERS] */
    unsigned char *carried; /* [members][each] */
    size_t each;            /* bytes: three blocks, and what goes with scales */
} checkpoint;

static void close_checkpoint(checkpoint *c)
{
    const bp_allocator *memory = &c->trainer->allocator;
    size_t members = c->trainer->member_count;
    bp_release(memory, c->tensors, c->tensor_room, sizeof *c->tensors);
    bp_release(memory, c->names, c->tensor_room, sizeof *c->names);
    bp_release(memory, c->numbers, members * NUMBERS, sizeof(double));
    bp_release(memory, c->carried, members, c->each);
}

static bp_status open_checkpoint(checkpoint *c, const bp_trainer *trainer, bp_error *error)
{
    const bp_allocator *memory = &trainer->allocator;
    size_t members = trainer->member_count;
    *c = (checkpoint){.trainer = trainer, .tensor_room = members * (BLOCKS + 2)};
    c->tensors = bp_allocate(memory, c->tensor_room, sizeof *c->tensors, error);
    c->names = bp_allocate(memory, c->tensor_room, sizeof *c->names, error);
    c->numbers = bp_allocate(memory, members * NUMBERS, sizeof(double), error);
    c->each = 3 * trainer->block
              + (source_count(trainer) + scale_count(trainer))
                    * bp_type_size(bp_plan_type(trainer->plan));
    c->carried = bp_allocate(memory, members, c->each, error);
    if (c->tensors != NULL && c->names != NULL && c->numbers != NULL && c->carried != NULL)
        return BP_OK;
    close_checkpoint(c);
    return BP_E_MEMORY;
}

/* A member's room in `carried`; what its rule does not have is NULL. */
static carrier carrier_of(const checkpoint *c, size_t member)
{
    const bp_trainer *trainer = c->trainer;
    size_t states = bp_rule_state_count(bp_plan_rule(trainer->plan));
    unsigned char *first = c->carried + member * c->each, *source = first + 3 * trainer->block;
    carrier own = {.weights = first,
                   .state = {.first = states > 0 ? first + trainer->block : NULL,
                             .second = states > 1 ? first + 2 * trainer->block : NULL}};
    if (bp_plan_learns_scales(trainer->plan)) {
        own.state.source = source;
        own.state.scales =
            source + source_count(trainer) * bp_type_size(bp_plan_type(trainer->plan));
    }
    return own;
}

static void add_tensor(checkpoint *c, size_t member, const char *name, bp_type type, size_t count,
                       const void *data)
{
    char *text = c->names[c->tensor_count];
    snprintf(text, NAME_SIZE, "members.%zu.%s", member, name);
    c->tensors[c->tensor_count++] = (bp_tensor){
        .name = text, .type = type, .rank = 1, .shape = {count}, .count = count, .data = data};
}

static void add_member(checkpoint *c, size_t index)
{
    const bp_trainer *trainer = c->trainer;
    carrier own = carrier_of(c, index);
    block blocks[BLOCKS];
    bp_plan_get_parameters(trainer->plan, index, own.weights);
    bp_plan_get_state(trainer->plan, index, &own.state);
    double *numbers = c->numbers + index * NUMBERS;
    put_numbers(trainer, &trainer->members[index], &own.state, numbers);
    list_blocks(trainer, &trainer->members[index], &own, blocks);
    add_tensor(c, index, "progress", BP_F64, NUMBERS, numbers);
    if (trainer->members[index].memory != NULL)
        add_tensor(c, index, "memory", BP_F64, trainer->memory_count,
                   trainer->members[index].memory);
    for (size_t b = 0; b < BLOCKS; b++)
        if (blocks[b].data != NULL)
            add_tensor(c, index, blocks[b].name, bp_plan_type(trainer->plan), blocks[b].count,
                       blocks[b].data);
}

bp_status bp_trainer_save(const bp_trainer *trainer, const char *path, bp_error *error)
{
    const bp_metadata metadata[] = {{"format", FORMAT}, {"note", note_of(trainer)}};
    checkpoint c;
    bp_status status = open_checkpoint(&c, trainer, error);
    if (status != BP_OK)
        return status;
    for (size_t m = 0; m < trainer->member_count; m++)
        add_member(&c, m);
    status = bp_safetensors_write_file(path, c.tensors, c.tensor_count, metadata, 2,
                                       &trainer->allocator, error);
    close_checkpoint(&c);
    return status;
}

/* ---- Reading --------------------------------------------------------------------------- */

static bp_status check_origin(const bp_trainer *trainer, const bp_safetensors *file,
                              bp_error *error)
{
    const char *format = bp_safetensors_metadata(file, "format");
    const char *origin = bp_safetensors_metadata(file, "note");
    if (format == NULL || strcmp(format, FORMAT) != 0)
        return bp_fail(error, BP_E_MODEL, "this is no checkpoint");
    if (origin == NULL || strcmp(origin, note_of(trainer)) != 0)
        return bp_fail(error, BP_E_OPTION,
                       "this checkpoint is of another training: its options, data or network "
                       "differ; give the same again, or another checkpoint file");
    return BP_OK;
}

static const bp_tensor *find(const bp_safetensors *file, size_t member, const char *name)
{
    char text[NAME_SIZE];
    snprintf(text, sizeof text, "members.%zu.%s", member, name);
    return bp_safetensors_find(file, text);
}

static bp_status fail_part(size_t member, const char *name, bp_error *error)
{
    return bp_fail(error, BP_E_MODEL,
                   "the checkpoint does not fit: members.%zu.%s is missing, of another size or "
                   "of wrong numbers",
                   member, name);
}

/* Nothing happens more than once an epoch: the rate is multiplied once for each drop. */
static bool counts_fit(const bp_trainer *trainer, const double numbers[NUMBERS])
{
    size_t epochs = trainer->options.epochs;
    bool trains = whole(numbers[10]) == BP_TRAINS_ON;
    static const size_t counts[] = {0, 3, 7, 11, 12, 13, 20}; /* places of put_numbers */
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (whole(numbers[counts[i]]) > epochs)
            return false;
    return whole(numbers[10]) <= BP_STOP_ASKED
           && !(trains && epochs > 0 && whole(numbers[0]) == epochs); /* the last one stops all */
}

/* What a method keeps, if it keeps anything. */
static bool memory_fits(const bp_trainer *trainer, const bp_tensor *memory)
{
    if (memory == NULL || trainer->memory_count == 0)
        return memory == NULL && trainer->memory_count == 0;
    if (memory->count != trainer->memory_count || memory->type != BP_F64)
        return false;
    double scalars[WHOLE_SCALARS];
    bp_tensor first = *memory;
    first.count = WHOLE_SCALARS;
    bp_tensor_copy(&first, BP_F64, scalars);
    return whole_is_sound(scalars);
}

static bp_status check_member(const checkpoint *c, const bp_safetensors *file, size_t index,
                              bp_error *error)
{
    const bp_trainer *trainer = c->trainer;
    carrier own = carrier_of(c, index);
    block blocks[BLOCKS];
    list_blocks(trainer, &trainer->members[index], &own, blocks);
    for (size_t b = 0; b < BLOCKS; b++) {
        const bp_tensor *tensor = find(file, index, blocks[b].name);
        if ((tensor != NULL) != (blocks[b].data != NULL)
            || (tensor != NULL
                && (tensor->count != blocks[b].count
                    || tensor->type != bp_plan_type(trainer->plan))))
            return fail_part(index, blocks[b].name, error);
    }
    if (!memory_fits(trainer, find(file, index, "memory")))
        return fail_part(index, "memory", error);
    const bp_tensor *progress = find(file, index, "progress");
    if (progress == NULL || progress->count != NUMBERS || progress->type != BP_F64)
        return fail_part(index, "progress", error);
    double *numbers = c->numbers + index * NUMBERS;
    bp_tensor_copy(progress, BP_F64, numbers);
    if (numbers[1] != (double)trainer->options.epochs || numbers[0] != c->numbers[0]
        || !counts_fit(trainer, numbers) || numbers[2] != (double)trainer->members[index].count
        || numbers[18] != (double)trainer->members[index].number
        || (whole(numbers[14]) > 0 && trainer->members[index].average == NULL))
        return fail_part(index, "progress", error);
    return BP_OK;
}

static void take_member(const checkpoint *c, const bp_safetensors *file, bp_trainer *trainer,
                        size_t index)
{
    carrier own = carrier_of(c, index);
    block blocks[BLOCKS];
    list_blocks(trainer, &trainer->members[index], &own, blocks);
    for (size_t b = 0; b < BLOCKS; b++)
        if (blocks[b].data != NULL)
            bp_tensor_copy(find(file, index, blocks[b].name), bp_plan_type(trainer->plan),
                           blocks[b].data);
    if (trainer->memory_count > 0)
        bp_tensor_copy(find(file, index, "memory"), BP_F64, trainer->members[index].memory);
    take_numbers(trainer, &trainer->members[index], &own.state, c->numbers + index * NUMBERS);
    bp_plan_set_parameters(trainer->plan, index, own.weights);
    bp_plan_set_state(trainer->plan, index, &own.state);
}

/* Everything is checked before anything is taken. */
static bp_status take_file(checkpoint *c, const bp_safetensors *file, bp_trainer *trainer,
                           bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t m = 0; m < trainer->member_count && status == BP_OK; m++)
        status = check_member(c, file, m, error);
    for (size_t m = 0; m < trainer->member_count && status == BP_OK; m++)
        take_member(c, file, trainer, m);
    return status;
}

static bp_status read_bytes(bp_trainer *trainer, const bp_file_bytes *bytes, bp_error *error)
{
    bp_safetensors *file = NULL;
    checkpoint c;
    bp_status status =
        bp_safetensors_read(&file, bytes->data, bytes->size, &trainer->allocator, error);
    if (status == BP_OK)
        status = check_origin(trainer, file, error);
    if (status == BP_OK) {
        status = open_checkpoint(&c, trainer, error);
        if (status == BP_OK) {
            status = take_file(&c, file, trainer, error);
            close_checkpoint(&c);
        }
    }
    bp_safetensors_free(file);
    return status;
}

bp_status bp_trainer_load(bp_trainer *trainer, const char *path, bp_error *error)
{
    bp_file_bytes bytes;
    bp_status status = bp_file_read(&bytes, path, BP_E_MODEL, &trainer->allocator, error);
    if (status != BP_OK)
        return status;
    status = read_bytes(trainer, &bytes, error);
    bp_file_release(&bytes);
    if (status != BP_OK && error != NULL)
        snprintf(error->file, sizeof error->file, "%s", path);
    return status;
}
