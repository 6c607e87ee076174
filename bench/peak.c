/* peak.c: the best that this processor does, whatever the instruction set. */
#include "peak.h"
#include "bench.h"

volatile float peak_sink;

#define ROUNDS 4000000

double bench_peak(const char **isa)
{
    double best = 0;
    *isa = "none";
#define TRY(name)                                                                                  \
    do {                                                                                           \
        double start = bench_seconds(), flop = bench_peak_##name(ROUNDS);                          \
        double speed = flop / (bench_seconds() - start);                                           \
        if (speed > best) {                                                                        \
            best = speed;                                                                          \
            *isa = #name;                                                                          \
        }                                                                                          \
    } while (0)
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        TRY(avx2);
    if (__builtin_cpu_supports("avx512f"))
        TRY(avx512);
#elif defined(__aarch64__)
    TRY(neon);
#endif
    return best;
}
