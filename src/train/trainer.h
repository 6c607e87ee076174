/* trainer.h: what a trainer keeps, for this folder alone. */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include <backprop/train.h>

/* Blocks of net.h are of the plan's type; those that the options do not ask for are NULL. */
typedef struct trainer_member {
    size_t *rows;  /* as the caller listed them */
    size_t *order; /* as this epoch visits them */
    size_t count;
    const bp_samples *samples, *validation;
    const bp_row_source *source;
    bp_samples loaded; /* of the source: the chunk at hand */
    uint32_t number;
    double learning_rate;
    bp_trainer_record record;
    double sum;          /* of the rows' losses, of the epoch at hand */
    size_t without_gain; /* epochs since the best */
    size_t stuck;        /* iterations of a method in a row that went nowhere */
    size_t drops;        /* plateaus met */
    size_t since_drop;   /* epochs without gain since the last of them */
    void *good;          /* weights after the last epoch whose loss was finite */
    void *best;          /* weights that were judged best */
    double *memory;      /* [memory_count] what a method keeps; NULL under a rule */
    void *average;       /* [parameters] */
    size_t averaged;     /* how many weights went into an even average */
} trainer_member;

struct bp_trainer {
    bp_allocator allocator;
    bp_plan *plan;
    bp_trainer_options options;
    size_t epochs_done;
    bool within;     /* rates or averages move within an epoch */
    size_t chunk;    /* rows at a time, a multiple of the batch */
    size_t *numbers; /* [chunk] 0, 1, 2, ...: the rows of a chunk that a source loaded, or NULL */
    size_t *blocks;  /* [block_count] of rows that are loaded together; NULL in one chunk */
    size_t block_count;
    bp_error failure; /* of a source */
    size_t member_count;
    trainer_member *members;
    bp_run *runs;  /* [members] */
    void *scratch; /* a block */
    size_t memory_count;
    size_t parameters; /* numbers of a block */
    size_t block;      /* its bytes */
    bool judges;       /* something is to be looked at after every epoch */
    bool finished;
};

/* Whether weights are averaged into `average` from this epoch on. */
bool trainer_averages(const bp_trainer *trainer);

/* Takes the weights as they are into a member's average. */
void trainer_average(bp_trainer *trainer, size_t member);

/* Judges the members after an epoch, keeps what is best, and decides which go on. */
void trainer_judge(bp_trainer *trainer);

#endif
