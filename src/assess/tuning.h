/* tuning.h: a search on its way. */
#ifndef ASSESS_TUNING_H
#define ASSESS_TUNING_H

#include "base/sha256.h"

#include <backprop/assess.h>

enum { BP_TUNE_RUNGS = 3 };

/* What a budget may be: up to where whole steps are told from one another. */
static inline bool tune_is_budget(double steps)
{
    return steps > 0 && steps <= 0x1p53;
}

typedef struct tune_candidate {
    bp_config *search; /* as it is cross-validated; without a checkpoint of its own */
    bp_config *train;  /* as bp_fit_table takes it */
    double weights;    /* what a row takes: the network's, and a thousand more */
    double score;      /* on the rung before */
} tune_candidate;

/* How rows are dealt. */
typedef struct tune_deal {
    size_t folds;
    double learned; /* rows learned from, over all folds */
    double share;   /* of bp_split_held_out_share */
} tune_deal;

struct bp_tuning {
    bp_allocator allocator;
    bp_table *table;
    const bp_observer *observer;
    const char *checkpoint; /* the file; NULL: none */
    char note[BP_SHA256_TEXT_SIZE];
    bp_json_document *kept; /* scores of a search that this one goes on from; NULL: none */
    double budget, taken;   /* steps */
    double saved;           /* of those taken */
    const bp_metric *metric;
    size_t metric_index; /* among those of the task */
    bool classes;
    bool once;          /* a fifth is held out once, since rows are many */
    bool members_fixed; /* by the caller */
    size_t rows, epochs, members;
    size_t rungs, rung_epochs[BP_TUNE_RUNGS];
    tune_deal search, fresh;
    size_t candidate_count, candidate_room;
    tune_candidate *candidates;
    size_t trial_count, trial_room;
    bp_tune_trial *trials; /* each owns its scores */
    size_t best, choice;
    bool compared;
    bp_comparison comparison;
};

/* ---- tune_trial.c ------------------------------------------------------------------------- */

/* The config of a trial: its epochs (0: as the candidate has them), networks, seed and folds. */
bp_status tune_trial_config(bp_config **config, const bp_tuning *tuning, size_t candidate,
                            size_t epochs, size_t networks, bool fresh, size_t repeat,
                            bp_error *error);

/* Steps that so many epochs of a candidate take where rows are dealt so. */
double tune_steps(const bp_tuning *tuning, const tune_deal *deal, size_t candidate, size_t epochs,
                  size_t networks);

/* Cross-validates, or takes the scores that are kept of a search before, and keeps them: the trial
 * has what is asked for, and room for nothing else. */
bp_status tune_measure(bp_tuning *tuning, bp_tune_trial trial, double *mean, bp_error *error);

/* Writes the checkpoint, where there is one that lacks something. */
bp_status tune_save(bp_tuning *tuning, bp_error *error);

/* ---- tune_record.c ------------------------------------------------------------------------- */

/* Opens the checkpoint, where there is one; a budget of 0 becomes the one that it is of. */
bp_status tune_record_open(bp_tuning *tuning, bp_error *error);

/* Once all candidates are drawn: what a checkpoint must agree with, and whether it does. */
bp_status tune_record_note(bp_tuning *tuning, const bp_config *config, bp_error *error);
bp_status tune_record_check(const bp_tuning *tuning, bp_error *error);

/* The kept scores of trial number `trial`; false where there are none. */
bp_status tune_record_scores(const bp_tuning *tuning, size_t trial, double *scores, size_t folds,
                             bool *found, bp_error *error);

bp_status tune_record_write(const bp_tuning *tuning, bp_error *error);

#endif
