/* bench.h: what a benchmark measures. An entry is opened once, measured several times in
 * turn with the others, and closed. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_entry bench_entry;

struct bench_entry {
    const char *workload; /* "W1" */
    const char *name;     /* "backprop f32, one thread" */
    const char *unit;     /* "ns/update", "samples/s", "GFLOP/s" */
    bool per_second;      /* the figure is units a second; else nanoseconds a unit */
    double flop;          /* of a unit, for the share of the peak; 0: not told */
    const char *peer;     /* the name in the same workload to compare with; NULL: none */

    /* NULL, or the reason why it cannot be measured here. */
    const char *(*open)(bench_entry *entry);
    /* Seconds that one unit took, on average over one repetition. */
    double (*once)(bench_entry *entry);
    /* How well what was trained does: NULL, or the reason why it cannot be believed. */
    const char *(*check)(bench_entry *entry);
    void (*close)(bench_entry *entry);

    const void *setting; /* of whoever made the entry */
    void *state;
    bool refused;
    double figures[64];
    size_t count;
};

double bench_seconds(void); /* a steady clock */

/* float32 multiply-adds as fast as the registers allow, on one thread: FLOP/s. */
double bench_peak(const char **isa);

/* Each list of entries; a list that is not built in is empty. `quick` asks for little. */
size_t bench_own(bench_entry *entries, bool quick);
size_t bench_fann(bench_entry *entries, bool quick);
size_t bench_sgemm(bench_entry *entries, bool quick);

/* The data of the workloads, made once. Rows of `width` numbers in 0..1 (W1: the wheat
 * seeds, scaled) and their classes. */
typedef struct bench_data {
    size_t rows, width, classes;
    float *inputs;
    double *inputs_f64;
    unsigned *labels;
    size_t *order; /* a permutation */
} bench_data;

const bench_data *
bench_seeds(void); /* the 210 rows ten times, 7 wide; NULL where the file is missing */
const bench_data *bench_images(void); /* 60,000 x 784, 10 classes */
const bench_data *bench_table(void);  /* 100,000 x 20, 2 classes */
void bench_data_free(void);

#endif
