/* peak.h: one loop of multiply-adds for each instruction set; each returns its FLOP. */
#ifndef PEAK_H
#define PEAK_H

#include <stddef.h>

double bench_peak_avx2(size_t rounds);
double bench_peak_avx512(size_t rounds);
double bench_peak_neon(size_t rounds);

extern volatile float peak_sink; /* known to no compiler, which else would leave things out */

#endif
