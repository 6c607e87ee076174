/* sgemm.c: the matrix products of W2 by the BLAS libraries that are found at run time (they
 * all define the same names, so none is linked). Row-major, one thread. */
#include "bench.h"

#include <dlfcn.h>
#include <stdlib.h>

#define ROW_MAJOR 101
#define NO_TRANSPOSE 111
#define TRANSPOSE 112

typedef void (*sgemm_call)(int order, int transpose_a, int transpose_b, int m, int n, int k,
                           float alpha, const float *a, int lda, const float *b, int ldb,
                           float beta, float *c, int ldc);

typedef struct library {
    const char *name, *file;
} library;

static const library libraries[] = {{"OpenBLAS sgemm", "libopenblas.so.0"},
                                    {"BLIS sgemm", "libblis.so.4"}};

#define LIBRARIES (sizeof libraries / sizeof *libraries)

/* Forward, weight gradient and input gradient of 784-512-256-10 with 128 rows. */
static const struct {
    int transpose_a, transpose_b, m, n, k;
} products[] = {
    {NO_TRANSPOSE, NO_TRANSPOSE, 128, 512, 784}, {NO_TRANSPOSE, NO_TRANSPOSE, 128, 256, 512},
    {NO_TRANSPOSE, NO_TRANSPOSE, 128, 10, 256},  {TRANSPOSE, NO_TRANSPOSE, 784, 512, 128},
    {TRANSPOSE, NO_TRANSPOSE, 512, 256, 128},    {TRANSPOSE, NO_TRANSPOSE, 256, 10, 128},
    {NO_TRANSPOSE, TRANSPOSE, 128, 512, 256},    {NO_TRANSPOSE, TRANSPOSE, 128, 256, 10},
};

#define LARGEST (784 * 512)
#define STEPS 60

typedef struct blas_use {
    void *handle;
    sgemm_call sgemm;
    float *a, *b, *c;
} blas_use;

static const char *open_library(bench_entry *entry)
{
    const library *from = entry->setting;
    blas_use *use = calloc(1, sizeof *use);
    entry->state = use;
    if (use == NULL)
        return "out of memory";
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("BLIS_NUM_THREADS", "1", 1);
    use->handle = dlopen(from->file, RTLD_NOW | RTLD_LOCAL);
    if (use->handle == NULL)
        return "not installed";
    *(void **)&use->sgemm = dlsym(use->handle, "cblas_sgemm");
    use->a = malloc(LARGEST * sizeof(float));
    use->b = malloc(LARGEST * sizeof(float));
    use->c = malloc(LARGEST * sizeof(float));
    if (use->sgemm == NULL || use->a == NULL || use->b == NULL || use->c == NULL)
        return "without cblas_sgemm, or out of memory";
    for (size_t i = 0; i < LARGEST; i++)
        use->a[i] = use->b[i] = 1 / (float)(1 + i % 100);
    return NULL;
}

static double multiply(bench_entry *entry)
{
    const blas_use *use = entry->state;
    double start = bench_seconds();
    for (int step = 0; step < STEPS; step++)
        for (size_t p = 0; p < sizeof products / sizeof *products; p++) {
            int m = products[p].m, n = products[p].n, k = products[p].k;
            use->sgemm(ROW_MAJOR, products[p].transpose_a, products[p].transpose_b, m, n, k, 1,
                       use->a, products[p].transpose_a == TRANSPOSE ? m : k, use->b,
                       products[p].transpose_b == TRANSPOSE ? k : n, 0, use->c, n);
        }
    return (bench_seconds() - start) / (128.0 * STEPS);
}

static void close_library(bench_entry *entry)
{
    blas_use *use = entry->state;
    if (use == NULL)
        return;
    free(use->a);
    free(use->b);
    free(use->c);
    free(use); /* the library stays: its threads may not survive being unloaded */
}

size_t bench_sgemm(bench_entry *entries, bool quick)
{
    (void)quick;
    for (size_t i = 0; i < LIBRARIES; i++)
        entries[i] = (bench_entry){.workload = "W2",
                                   .name = libraries[i].name,
                                   .unit = "samples/s",
                                   .per_second = true,
                                   .flop = 2407424,
                                   .open = open_library,
                                   .once = multiply,
                                   .close = close_library,
                                   .setting = &libraries[i]};
    return LIBRARIES;
}
