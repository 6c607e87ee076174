/* vector.h: one vector type for every instruction set and number type. A kernel body is
 * written over `vreal`, a vector of LANES numbers of `real`, and included twice by a thin
 * file for each instruction set, which defines one of BP_VECTOR_SCALAR, BP_VECTOR_AVX2,
 * BP_VECTOR_AVX512, BP_VECTOR_NEON and, before each inclusion, REAL_BITS (32 or 64).
 * NAMED(name) gives what the body defines a name of its own in each.
 *
 * Every operation rounds once and gives the same bits on all. vmax and vmin return their
 * second argument where either is NaN or both are equal. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#undef real
#undef LANES
#undef NAMED
#undef VECTOR_NAMED
#undef REAL_MANTISSA
#undef REAL_SUFFIXED

#define VECTOR_JOIN_(a, b) a##_##b
#define VECTOR_JOIN(a, b) VECTOR_JOIN_(a, b)
#if REAL_BITS == 32
#define real float
#define REAL_MANTISSA 23 /* bits behind the point */
#define NAMED(name) VECTOR_JOIN(name, f32)
#define VECTOR_NAMED(name) VECTOR_JOIN(name, r32) /* vadd_f32 is a name of NEON's own */
#else
#define real double
#define REAL_MANTISSA 52
#define NAMED(name) VECTOR_JOIN(name, f64)
#define VECTOR_NAMED(name) VECTOR_JOIN(name, r64)
#endif

/* A kernel becomes a fast one for each rule, activation and number of vectors by being inlined
 * where these are constants. Left plain it gives the same bits from a hundredth of the code, for
 * builds that are checked and not timed: a sanitizer or an analyser takes minutes over the other.
 */
#undef INLINE
#ifdef BACKPROP_PLAIN_KERNELS
#define INLINE static inline
#else
#define INLINE static inline __attribute__((always_inline))
#endif

#define vreal VECTOR_NAMED(vreal)
#define vbits VECTOR_NAMED(vbits)
#define vmask VECTOR_NAMED(vmask)
#define vload VECTOR_NAMED(vload)
#define vload_unaligned VECTOR_NAMED(vload_unaligned)
#define vstore VECTOR_NAMED(vstore)
#define vstore_unaligned VECTOR_NAMED(vstore_unaligned)
#define vset VECTOR_NAMED(vset)
#define vadd VECTOR_NAMED(vadd)
#define vsub VECTOR_NAMED(vsub)
#define vmul VECTOR_NAMED(vmul)
#define vdiv VECTOR_NAMED(vdiv)
#define vsqrt VECTOR_NAMED(vsqrt)
#define vfma VECTOR_NAMED(vfma)
#define vfnma VECTOR_NAMED(vfnma)
#define vmax VECTOR_NAMED(vmax)
#define vmin VECTOR_NAMED(vmin)
#define vgreater VECTOR_NAMED(vgreater)
#define vselect VECTOR_NAMED(vselect)
#define vlane VECTOR_NAMED(vlane)
#define vlane_first VECTOR_NAMED(vlane_first)
#define vtree VECTOR_NAMED(vtree)
#define vrows VECTOR_NAMED(vrows)
#define vchunk VECTOR_NAMED(vchunk)
#define vbits_of VECTOR_NAMED(vbits_of)
#define vreal_of VECTOR_NAMED(vreal_of)
#define vbits_add VECTOR_NAMED(vbits_add)
#define vbits_sub VECTOR_NAMED(vbits_sub)
#define vbits_and VECTOR_NAMED(vbits_and)
#define vbits_or VECTOR_NAMED(vbits_or)
#define vbits_left VECTOR_NAMED(vbits_left)
#define vbits_right VECTOR_NAMED(vbits_right)
#define vbits_set VECTOR_NAMED(vbits_set)

/* vload, vstore    aligned to the vector; vset: all lanes the same
 * vfma(a, b, c)    a * b + c;  vfnma: c - a * b
 * vgreater(a, b)   a > b, false where either is NaN;  vselect(m, a, b): m ? a : b
 * vlane(a, j)      lane j of `a` in all lanes;  vlane_first: lane 0
 * vtree(a)         the sum of the lanes: lane i += lane i + half, halving down to lane 0
 * vchunk(r, i, c)  VECTOR_CHUNK columns of LANES rows: lane j of c[k] is r[j][i + k]
 * vbits            the same lanes as integers; vbits_right shifts zeros in */

#if defined(BP_VECTOR_AVX512)
#include "base/vector_avx512.h"
#elif defined(BP_VECTOR_AVX2)
#include "base/vector_avx2.h"
#elif defined(BP_VECTOR_NEON)
#include "base/vector_neon.h"
#else
#include "base/vector_scalar.h"
#endif
