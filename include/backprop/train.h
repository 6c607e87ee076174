/* train.h: the loop: a plan, rows to learn from, epochs. Equation numbers are those of
 * docs/equations.md. */
#ifndef BACKPROP_TRAIN_H
#define BACKPROP_TRAIN_H

#include <backprop/engine.h>
#include <backprop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Schedules ---------------------------------------------------------------- */

/* What the learning rate (or the momentum) is multiplied by as training goes on, t being
 * the share of all steps that is done. Equations (31) to (31g). */
#define BP_SCHEDULE_MAP(X)                                                                         \
    X(BP_CONSTANT, "constant", "1 throughout")                                                     \
    X(BP_STEPS, "step", "by the factor every so many epochs")                                      \
    X(BP_EXPONENTIAL_DECAY, "exponential", "by the factor every epoch")                            \
    X(BP_LINEAR_DECAY, "linear", "evenly from 1 to the final share")                               \
    X(BP_COSINE, "cosine", "half a cosine from 1 to the final share")                              \
    X(BP_ONE_CYCLE, "one-cycle", "up from 1/25 to 1 and down to 1/250000: Smith and Topin 2018")   \
    X(BP_PLATEAU, "plateau", "by the factor when the loss has not become less for a while")        \
    X(BP_COSLOG4, "coslog4", "four waves of doubling length: RealMLP, Holzmueller and others 2024")

typedef enum bp_schedule_kind {
#define BP_SCHEDULE_MEMBER(member, name, help) member,
    BP_SCHEDULE_MAP(BP_SCHEDULE_MEMBER)
#undef BP_SCHEDULE_MEMBER
        BP_SCHEDULE_COUNT
} bp_schedule_kind;

BP_API const char *bp_schedule_name(bp_schedule_kind kind);
BP_API const char *bp_schedule_help(bp_schedule_kind kind);
BP_API bp_status bp_schedule_find(const char *name, bp_schedule_kind *kind, bp_error *error);

typedef struct bp_schedule {
    bp_schedule_kind kind;
    double factor;      /* of step, exponential and plateau */
    size_t step_epochs; /* of step: epochs between two; of plateau: epochs without gain */
    double final_share; /* of linear and cosine: where they end */
    double warm_up;     /* epochs in which the rate first grows evenly to what it would be */
} bp_schedule;

/* constant; factor 0.1, 10 epochs, final share 0, no warm-up. */
BP_API void bp_schedule_init(bp_schedule *schedule);

/* The multiple for step `step` of `steps`, `epoch_steps` of them an epoch. `drops` is how
 * often a plateau was met. */
BP_API double bp_schedule_at(const bp_schedule *schedule, size_t step, size_t steps,
                             size_t epoch_steps, size_t drops);

/* ---- Methods -------------------------------------------------------------------- */

/* How an epoch moves the weights: by the plan's rule, batch by batch, or all at once along the
 * gradient of all rows, an epoch being one iteration. Equations (34) to (34d). */
#define BP_METHOD_MAP(X)                                                                           \
    X(BP_CG_FLETCHER_REEVES, "cg-fletcher-reeves",                                                 \
      "conjugate gradients, Fletcher and Reeves 1964")                                             \
    X(BP_CG_POLAK_RIBIERE, "cg-polak-ribiere", "conjugate gradients, Polak and Ribiere 1969")      \
    X(BP_LBFGS, "l-bfgs", "a quasi-Newton method of ten pairs, Nocedal 1980")                      \
    X(BP_LEVENBERG_MARQUARDT, "levenberg-marquardt",                                               \
      "Marquardt 1963, for squared errors of small networks")                                      \
    X(BP_IRPROP_PLUS, "irprop+",                                                                   \
      "Igel and Huesken 2003: steps by signs, taken back where the loss rose")

typedef enum bp_method {
    BP_BY_RULE, /* has no name: its rule has */
#define BP_METHOD_MEMBER(member, name, help) member,
    BP_METHOD_MAP(BP_METHOD_MEMBER)
#undef BP_METHOD_MEMBER
        BP_METHOD_COUNT
} bp_method;

BP_API const char *bp_method_name(bp_method method);
BP_API const char *bp_method_help(bp_method method);
BP_API bp_status bp_method_find(const char *name, bp_method *method, bp_error *error);

/* ---- The trainer -------------------------------------------------------------- */

typedef struct bp_trainer bp_trainer;

/* Averages of the weights over time, which are kept in place of the last ones. */
typedef enum bp_averaging {
    BP_NO_AVERAGE,
    BP_MOVING_AVERAGE, /* after every step: a = decay a + (1 - decay) w; equation (32) */
    BP_EVEN_AVERAGE    /* the mean of the epochs' ends from a share of the epochs on */
} bp_averaging;

typedef struct bp_trainer_options {
    size_t epochs;
    bool shuffle; /* a new order of the rows every epoch, a function of seed, member, epoch */
    uint64_t seed;
    size_t batch;         /* as the plan's: where schedules and averages take their steps */
    size_t chunk_rows;    /* 0: all rows at once. Else so many, rounded to whole batches, are
                           * loaded and shuffled at a time: equation (33) */
    bp_method method;     /* those but BP_BY_RULE take all rows at once, without a source */
    double l2;            /* their penalty: l2 / 2 times the sum of the weights' squares */
    bp_schedule rate;     /* multiplies the members' learning rates */
    bp_schedule momentum; /* multiplies base_momentum; constant leaves the rule's own */
    double base_momentum;

    /* Stopping a member early. What is judged is its validation loss where it has validation
     * rows, else its training loss; `judge`, where given, instead: less is better. */
    double (*judge)(void *context, bp_plan *plan, size_t member);
    void *judge_context;
    size_t patience;    /* epochs without gain after which it stops; 0: it does not */
    double least_gain;  /* what counts as gain: less by more than this */
    double target;      /* it stops at this or less; NaN: no such */
    double least_slope; /* of methods: it stops when no number of the gradient is larger */
    double least_move;  /* it stops when no weight moved by more in an epoch; 0: no such */
    bool keep_best;     /* in the end its weights are those that were judged best: */
    bool keep_last;     /* the last of equals, not the first */

    bp_averaging averaging;
    double average_decay; /* of BP_MOVING_AVERAGE */
    double average_from;  /* of BP_EVEN_AVERAGE: share of the epochs before it begins */

    const char *note; /* of checkpoints: what is trained, as a fingerprint of options and data;
                       * NULL: nothing. Must outlive the trainer */
    const bp_allocator *allocator;
} bp_trainer_options;

/* 500 epochs, shuffled, seed 1, batch 1; constant rates; nothing stops it early; moving
 * averages decay by 0.999, even ones begin after 3/4 of the epochs. */
BP_API void bp_trainer_options_init(bp_trainer_options *options);

/* Rows that are made when they are wanted, for tables that are larger than memory. */
typedef struct bp_row_source {
    /* Makes samples of these rows (numbers that bp_trainer_member.rows lists), row i for rows[i];
     * they are good until the next call or the trainer's end. */
    bp_status (*load)(void *context, const size_t *rows, size_t count, bp_samples *samples,
                      bp_error *error);
    void *context;
    size_t inputs; /* numbers of a row, of the plan's type */
} bp_row_source;

/* One member's rows and rate. The samples stay the caller's and must outlive the
 * trainer; so must the plan. */
typedef struct bp_trainer_member {
    const bp_samples *samples;
    const bp_row_source *source; /* in place of samples; NULL: none */
    const size_t *rows;          /* copied; NULL: the first `count` */
    size_t count;
    const bp_samples *validation; /* NULL: none; judged whole after every epoch */
    double learning_rate;
    uint32_t number; /* which network this is to the random numbers: one alone is 0, and a
                      * member of a group gives the bits that it gives alone */
} bp_trainer_member;

/* `members` has one entry for each member of the plan. */
BP_API bp_status bp_trainer_new(bp_trainer **trainer, bp_plan *plan,
                                const bp_trainer_member *members, const bp_trainer_options *options,
                                bp_error *error);
BP_API void bp_trainer_free(bp_trainer *trainer);

/* One epoch of every member that has not stopped. Nothing is allocated. */
BP_API void bp_trainer_epoch(bp_trainer *trainer);

/* All epochs that are left, telling the observer after each, and then bp_trainer_finish.
 * BP_E_STOPPED where the observer stops it, without finishing: it can go on. BP_E_DIVERGED,
 * naming the epoch and a remedy, where a member's loss, or one of its weights, is no longer
 * finite: it has the weights of the last epoch where all were (the others were trained to their
 * end). */
BP_API bp_status bp_trainer_run(bp_trainer *trainer, const bp_observer *observer, bp_error *error);

/* Ends the training as if its epochs were done: for an observer that has seen enough. */
BP_API void bp_trainer_stop(bp_trainer *trainer);

/* Puts into the plan what training was for: the averages, or the best weights, where the
 * options ask for them. */
BP_API void bp_trainer_finish(bp_trainer *trainer);

/* Why a member trains no more; its name: "patience". */
typedef enum bp_stop {
    BP_TRAINS_ON,
    BP_STOP_EPOCHS,   /* all epochs are done */
    BP_STOP_PATIENCE, /* no gain for too long */
    BP_STOP_TARGET,   /* good enough */
    BP_STOP_STILL,    /* the weights hardly moved, or the gradient is flat */
    BP_STOP_DIVERGED,
    BP_STOP_ASKED /* bp_trainer_stop */
} bp_stop;

BP_API const char *bp_stop_name(bp_stop stop);

/* How it stands with a member. */
typedef struct bp_trainer_record {
    size_t epochs;          /* that it has trained */
    double loss;            /* mean training loss of a row in the last epoch; NaN before */
    double validation_loss; /* mean of a validation row after it; NaN without any */
    double judged;          /* what was judged; NaN where nothing was asked for */
    size_t best_epoch;      /* 1-based, of the best judged; 0: none */
    double best;            /* what was judged there */
    double learning_rate;   /* of the last step */
    double slope;           /* the gradient's largest number, of methods; else NaN */
    bp_stop stop;
} bp_trainer_record;

BP_API void bp_trainer_record_of(const bp_trainer *trainer, size_t member,
                                 bp_trainer_record *record);
BP_API size_t bp_trainer_epochs_done(const bp_trainer *trainer);

/* ---- Checkpoints -------------------------------------------------------------- */

/* Everything that training needs to go on: the bits that follow are those of a run that was
 * never interrupted, on any engine with as many threads as one likes. Writing is in one
 * step: the file is the old one or the new one. */
BP_API bp_status bp_trainer_save(const bp_trainer *trainer, const char *path, bp_error *error);

/* Takes up where a checkpoint left off. BP_E_OPTION where its note is not the trainer's,
 * BP_E_MODEL for a file that is no checkpoint of such a network: the trainer is as it was. */
BP_API bp_status bp_trainer_load(bp_trainer *trainer, const char *path, bp_error *error);

#ifdef __cplusplus
}
#endif
#endif
