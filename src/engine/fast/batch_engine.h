/* batch_engine.h: what the way `batch` keeps, and where its numbers lie. */
#ifndef FAST_BATCH_ENGINE_H
#define FAST_BATCH_ENGINE_H

#include "base/pool.h"
#include "engine/engine_methods.h"
#include "engine/fast/batch_kernels.h"
#include "engine/fast/layout.h"

/* Rows that go through the network at a time: a larger batch adds its gradient up over
 * several chunks, which gives the same bits. */
#define CHUNK_ROWS 256

typedef struct batch_engine {
    bp_allocator allocator;
    const bp_net *net;
    const batch_kernels *kernels;
    bp_type type;
    size_t size; /* bytes of a number */
    bp_rule rule;
    bool plain, fused; /* the rule; see bp_rule_is_plain and bp_rule_is_fused */
    bp_reduction reduction;
    bp_layout layout;
    size_t batch, chunk; /* rows a step and rows a chunk */
    batch_shape shape;
    size_t member_count;
    batch_member *members;
    bp_pool *pool;
    size_t workers, scratch_count;
    batch_scratch *scratches; /* [scratch_count]: a worker's own, the first also everyone's */
    void *answers;            /* [rows][outputs] for who wants them in another type */
    void *inputs;             /* [chunk][inputs] rows of another type, converted */
    unsigned char *numbers;   /* all arrays of numbers, in one block */
    size_t bytes;             /* its size */
} batch_engine;

/* Gives every array of numbers its place, and takes the memory of all; what is told in
 * `engine` before: the network, the kernels, the type, the rule, batch and chunk, members and
 * workers. On failure batch_release_memory is still the caller's to call. */
bp_status batch_take_memory(batch_engine *engine, const bp_plan_options *options, bp_error *error);
void batch_release_memory(batch_engine *engine);

#endif
