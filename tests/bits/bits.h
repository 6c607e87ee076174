/* bits.h: what the parts of the program `bits` share: digests, the list of what is expected, and
 * a case that every instruction set and number of threads has to give alike. */
#ifndef BITS_BITS_H
#define BITS_BITS_H

#include "base/sha256.h"

#include <backprop.h>

#include <stdio.h>

#define BITS_TITLE 240

/* ---- Digests ------------------------------------------------------------------------------- */

typedef struct bits_digest {
    char text[BP_SHA256_TEXT_SIZE];
} bits_digest;

/* Numbers go in as little-endian bytes of their type; every NaN is one. */
typedef bp_sha256_state bits_sum;

void bits_number(bits_sum *sum, bp_type type, double value);
void bits_count(bits_sum *sum, size_t value); /* as the float64 that it is */
void bits_text(bits_sum *sum, const char *text);
void bits_block(bits_sum *sum, bp_type type, const void *numbers, size_t count);
void bits_matrix(bits_sum *sum, const bp_matrix *matrix); /* row after row */
bits_digest bits_end(bits_sum *sum);

/* ---- Cases --------------------------------------------------------------------------------- */

typedef struct bits_check {
    const char *models; /* the folder tests/models */
    char *expected;     /* the list, with a NUL for each line end; NULL: the lines are printed */
    size_t size, lines;
    size_t cases, wrong;
} bits_check;

/* Counts a case of this title. Returns true where `expected` is to be met: the digest that the
 * list has, or an empty one. Else the caller's digest is to be printed by bits_print. */
bool bits_expect(bits_check *check, const char *title, bits_digest *expected);
void bits_print(const bits_digest *digest, const char *title);

/* Counts one offence, and says it. */
void bits_wrong(bits_check *check, const char *title, const char *what);

/* One way to the numbers of a case, into `sum`; what goes wrong is told in `error`. */
typedef bp_status bits_work(const bits_check *check, const void *context, size_t threads,
                            bits_sum *sum, bp_error *error);

/* Does the work on each instruction set of the machine, on 1, 2 and 4 threads. */
void bits_case(bits_check *check, const char *title, bits_work *work, const void *context);

/* Memory that there has to be. */
void *bits_need(void *memory);

/* ---- Tables and models --------------------------------------------------------------------- */

/* A table of the cases: "classes" (numbers with gaps, a category, a date, a boolean; three
 * classes), "two" (two classes), "numbers" (two targets above 0), "counts" (whole ones), "images"
 * (of 5x6 pixels, two classes), or
 * "@NAME", a file of tests/models. */
bp_status bits_table(bp_table **table, const bits_check *check, const char *name, bp_error *error);

/* A configuration of "option=value option=value", where @ stands for tests/models/. */
bp_status bits_config(bp_config **config, const bits_check *check, const char *options,
                      size_t threads, bp_error *error);

/* Fits a model to all rows of a table. */
bp_status bits_fit(bp_model **model, bp_table *table, const bits_check *check, const char *options,
                   size_t threads, const bp_observer *observer, bp_error *error);

/* Answers of the engine fast to all rows of a table. */
bp_status bits_answer(bp_predictor **predictor, bp_predictions **predictions, const bp_model *model,
                      bp_table *table, size_t threads, bp_error *error);

/* ---- The parts ----------------------------------------------------------------------------- */

void bits_of_functions(bits_check *check); /* step_bits.c */
void bits_of_steps(bits_check *check);
void bits_of_fits(bits_check *check);    /* fit_bits.c */
void bits_of_answers(bits_check *check); /* answer_bits.c */
void bits_of_files(bits_check *check);   /* file_bits.c */

#endif
