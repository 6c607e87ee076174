/* peak_neon.c: multiply-adds of NEON in registers alone. */
#include "peak.h"

#include <arm_neon.h>

double bench_peak_neon(size_t rounds)
{
    float32x4_t sum[16], factor = vdupq_n_f32(0.999f), term = vdupq_n_f32(0.001f);
    for (int i = 0; i < 16; i++)
        sum[i] = vdupq_n_f32(peak_sink + (float)i);
    for (size_t r = 0; r < rounds; r++)
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++)
            sum[i] = vfmaq_f32(term, sum[i], factor);
    for (int i = 1; i < 16; i++)
        sum[0] = vaddq_f32(sum[0], sum[i]);
    peak_sink = vgetq_lane_f32(sum[0], 0);
    return 2.0 * 16 * 4 * (double)rounds;
}
