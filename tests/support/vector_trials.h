/* vector_trials.h: every operation of base/vector.h, by each instruction set, so that each
 * can be held against single numbers. */
#ifndef SUPPORT_VECTOR_TRIALS_H
#define SUPPORT_VECTOR_TRIALS_H

#include <stddef.h>

/* X(name, whether it rounds, its result from vectors a, b and c): those that treat all lanes
 * alike. What does not round gives even a NaN's bits unchanged. */
#define VECTOR_OPERATIONS(X)                                                                       \
    X(set, false, vset((real)-1.5))                                                                \
    X(add, true, vadd(a, b))                                                                       \
    X(sub, true, vsub(a, b))                                                                       \
    X(mul, true, vmul(a, b))                                                                       \
    X(div, true, vdiv(a, b))                                                                       \
    X(sqrt, true, vsqrt(a))                                                                        \
    X(fma, true, vfma(a, b, c))                                                                    \
    X(fnma, true, vfnma(a, b, c))                                                                  \
    X(max, false, vmax(a, b))                                                                      \
    X(min, false, vmin(a, b))                                                                      \
    X(select, false, vselect(vgreater(a, b), a, c))                                                \
    X(bits_set, false, vreal_of(vbits_set(0x123456789abcdef0)))                                    \
    X(bits_set_negative, false, vreal_of(vbits_set(-3)))                                           \
    X(bits_add, false, vreal_of(vbits_add(vbits_of(a), vbits_of(b))))                              \
    X(bits_sub, false, vreal_of(vbits_sub(vbits_of(a), vbits_of(b))))                              \
    X(bits_and, false, vreal_of(vbits_and(vbits_of(a), vbits_of(b))))                              \
    X(bits_or, false, vreal_of(vbits_or(vbits_of(a), vbits_of(b))))                                \
    X(bits_left_0, false, vreal_of(vbits_left(vbits_of(a), 0)))                                    \
    X(bits_left_1, false, vreal_of(vbits_left(vbits_of(a), 1)))                                    \
    X(bits_left_most, false, vreal_of(vbits_left(vbits_of(a), REAL_BITS - 1)))                     \
    X(bits_right_0, false, vreal_of(vbits_right(vbits_of(a), 0)))                                  \
    X(bits_right_1, false, vreal_of(vbits_right(vbits_of(a), 1)))                                  \
    X(bits_right_most, false, vreal_of(vbits_right(vbits_of(a), REAL_BITS - 1)))

#define VECTOR_NAME(name, rounds, result) VECTOR_##name,
enum vector_operation { VECTOR_OPERATIONS(VECTOR_NAME) VECTOR_OPERATION_COUNT };
#undef VECTOR_NAME

/* One instruction set and number type. Arrays of numbers of that type, aligned to 64 bytes,
 * their counts multiples of 16; `lanes` results of a vector, `chunk` vectors of a chunk. */
typedef struct vector_trials {
    size_t lanes, chunk;
    void (*map)(enum vector_operation operation, const void *a, const void *b, const void *c,
                void *results, size_t count);
    void (*copy_unaligned)(const void *from, void *to, size_t count);
    void (*lane)(const void *a, size_t lane, void *results);
    void (*lane_first)(const void *a, void *results);
    void (*tree)(const void *a, void *sum);
    void (*columns)(const void *const *rows, size_t at, void *results);
} vector_trials;

extern const vector_trials vector_trials_scalar_f32, vector_trials_scalar_f64;
extern const vector_trials vector_trials_avx2_f32, vector_trials_avx2_f64;
extern const vector_trials vector_trials_avx512_f32, vector_trials_avx512_f64;
extern const vector_trials vector_trials_neon_f32, vector_trials_neon_f64;

#endif
