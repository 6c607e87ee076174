/* peak_avx512.c: multiply-adds of AVX-512 in registers alone. */
#include "peak.h"

#include <immintrin.h>

double bench_peak_avx512(size_t rounds)
{
    __m512 sum[16], factor = _mm512_set1_ps(0.999f), term = _mm512_set1_ps(0.001f);
    float out[16];
    for (int i = 0; i < 16; i++)
        sum[i] = _mm512_set1_ps(peak_sink + (float)i);
    for (size_t r = 0; r < rounds; r++)
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++)
            sum[i] = _mm512_fmadd_ps(sum[i], factor, term);
    for (int i = 1; i < 16; i++)
        sum[0] = _mm512_add_ps(sum[0], sum[i]);
    _mm512_storeu_ps(out, sum[0]);
    peak_sink = out[0];
    return 2.0 * 16 * 16 * (double)rounds;
}
