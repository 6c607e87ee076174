/* peak_avx2.c: multiply-adds of AVX2 in registers alone. */
#include "peak.h"

#include <immintrin.h>

double bench_peak_avx2(size_t rounds)
{
    __m256 sum[12], factor = _mm256_set1_ps(0.999f), term = _mm256_set1_ps(0.001f);
    float out[8];
    for (int i = 0; i < 12; i++)
        sum[i] = _mm256_set1_ps(peak_sink + (float)i);
    for (size_t r = 0; r < rounds; r++)
#pragma GCC unroll 16
        for (int i = 0; i < 12; i++)
            sum[i] = _mm256_fmadd_ps(sum[i], factor, term);
    for (int i = 1; i < 12; i++)
        sum[0] = _mm256_add_ps(sum[0], sum[i]);
    _mm256_storeu_ps(out, sum[0]);
    peak_sink = out[0];
    return 2.0 * 12 * 8 * (double)rounds;
}
