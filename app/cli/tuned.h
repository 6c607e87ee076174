/* tuned.h: a finished search, for those who show it. */
#ifndef CLI_TUNED_H
#define CLI_TUNED_H

#include "options.h"

#define TUNED_RUNGS 8      /* more than a search has */
#define TUNED_SENTENCE 320 /* bytes */

/* A candidate and its scores by rung: of the first `rungs` of them. */
struct standing {
    size_t candidate, rungs;
    double scores[TUNED_RUNGS];
};

struct tuned {
    const struct command *command;
    const bp_tuning *tuning;
    const char *recipe;         /* what candidate 0 is called */
    struct standing *standings; /* of all candidates, the best of the last rung first */
    size_t count;
    char sentence[TUNED_SENTENCE]; /* how the best one and the recipe compare */
};

/* Makes standings and sentence of a search; they are freed by tuned_release. */
bp_status tuned_make(struct tuned *tuned, bp_error *error);
void tuned_release(struct tuned *tuned);

/* Epochs of a rung; folds that it was scored by. */
size_t tuned_epochs(const struct tuned *tuned, size_t rung);
size_t tuned_folds(const struct tuned *tuned);

/* What a candidate has beside candidate 0: "--hidden 64,64 --dropout 0.15". */
void tuned_print_settings(struct output *out, const struct tuned *tuned, size_t candidate);

/* The train command that makes the model again. */
void tuned_print_command(struct output *out, const struct tuned *tuned);

/* A table of what was tried, and what came of it; with -q the outcome alone. */
void tuned_print(struct output *out, const struct tuned *tuned);
void tuned_write(bp_json *json, const struct tuned *tuned);

/* Every trial, as CSV or JSON Lines. */
void tuned_log(struct output *out, const struct tuned *tuned, bool lines);

#endif
