/* math_samples.c: numbers to try a function with. */
#include "support/math_samples.h"

#include <math.h>
#include <string.h>

static uint64_t next_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static const double edges[] = {
    0,       1,        0.5,   2,        0.425,    0.075,     0.925,     0x1.921fb54442d18p0,
    0x1p20,  4,        6,     10,       18,       20,        40,        88.72284,
    104.4,   709.78,   745.1, 0x1p-126, 0x1p-149, 0x1p-1022, 0x1p-1074, 3.4e38,
    1.7e308, INFINITY, NAN};
#define EDGES (sizeof edges / sizeof *edges)

void math_samples(uint64_t seed, float *x32, double *x64, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = next_random(&seed);
        uint32_t half = (uint32_t)(bits >> 32);
        double unit = (double)(bits >> 11) * 0x1p-53;
        switch (i % 4) {
        case 0:
            memcpy(&x64[i], &bits, sizeof bits);
            memcpy(&x32[i], &half, sizeof half);
            break;
        case 1: x32[i] = (float)(x64[i] = ldexp(unit - 0.5, (int)(bits % 24))); break;
        case 2: x32[i] = (float)(x64[i] = unit); break;
        default:
            x64[i] = edges[bits % EDGES] * (bits & 64 ? 1 : -1);
            x32[i] = (float)x64[i];
            for (uint64_t steps = bits >> 8 & 7; steps > 0; steps--) {
                x64[i] = nextafter(x64[i], bits & 128 ? INFINITY : -INFINITY);
                x32[i] = nextafterf(x32[i], bits & 128 ? INFINITY : -INFINITY);
            }
        }
    }
}
