/* random.h: random numbers.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) is counter-based: every number is a
 * function of (seed, purpose, member, epoch, step; row, layer, unit, index), so that
 * threads, groups, ways of computing and resuming cannot shift it. MT19937 (Matsumoto,
 * Nishimura 1998) is a stream and exists for the recipe `tutorial` alone. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <backprop/base.h>

/* What a number is for; the values are part of the arithmetic and never change. */
typedef enum bp_purpose {
    BP_PURPOSE_WEIGHTS = 1,
    BP_PURPOSE_FOLDS = 2,
    BP_PURPOSE_SHUFFLE = 3,
    BP_PURPOSE_SPLIT = 4,
    BP_PURPOSE_DROPOUT = 5,
    BP_PURPOSE_EXPLAIN = 6,
    BP_PURPOSE_BOOTSTRAP = 7,
    BP_PURPOSE_DISTORTION = 8,
    BP_PURPOSE_TUNE = 9,
    BP_PURPOSE_MADE_UP = 16 /* tables */
} bp_purpose;

/* The Philox4x32-10 bijection: four words from a counter and a key. */
void bp_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

/* The numbers of one purpose, member, epoch and step. */
typedef struct bp_stream {
    uint32_t key[2];
} bp_stream;

bp_stream bp_stream_new(uint64_t seed, bp_purpose purpose, uint32_t member, uint32_t epoch,
                        uint32_t step);

/* 128 bits at a place in the stream. */
void bp_stream_words(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit, uint32_t index,
                     uint32_t words[4]);

/* Uniform in [0, 1) with 53 bits at a place; and a whole number below n (n > 0),
 * without bias beyond 2^-64. */
double bp_stream_uniform(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit,
                         uint32_t index);
uint64_t bp_stream_below(bp_stream stream, uint64_t place, uint64_t n);

/* numbers[i], i < count: the standard normal number at index first + i, which is bp_probit of the
 * uniform one there + 2^-54 (equation (24)). */
void bp_stream_normals(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit,
                       uint32_t first, double *numbers, size_t count);

/* Fisher-Yates: puts `count` entries into random order. */
void bp_stream_shuffle(bp_stream stream, size_t *entries, size_t count);

typedef struct bp_mersenne {
    uint32_t state[624];
    size_t next;
} bp_mersenne;

/* Seeded by init_by_array over the 32-bit words of the seed (one word below 2^32). */
void bp_mersenne_seed(bp_mersenne *mersenne, uint64_t seed);
uint32_t bp_mersenne_next(bp_mersenne *mersenne);

/* [0, 1) with 53 bits; and a whole number below n (0 < n <= 2^32 - 1), by rejection. */
double bp_mersenne_random(bp_mersenne *mersenne);
uint32_t bp_mersenne_below(bp_mersenne *mersenne, uint32_t n);

#endif
