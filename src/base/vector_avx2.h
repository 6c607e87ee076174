/* vector_avx2.h: vectors of AVX2 and FMA: 8 floats or 4 doubles. Only to be
 * included by vector.h. */
#include <immintrin.h>

#undef VECTOR_REAL
#undef VECTOR_BITS

typedef __m256i vbits;
#if REAL_BITS == 32
#define LANES 8
#define VECTOR_REAL(name) _mm256_##name##_ps
#define VECTOR_BITS(name) _mm256_##name##_epi32
typedef __m256 vreal;
typedef __m256 vmask;

static inline vmask vgreater(vreal a, vreal b)
{
    return _mm256_cmp_ps(a, b, _CMP_GT_OQ);
}
static inline vbits vbits_of(vreal a)
{
    return _mm256_castps_si256(a);
}
static inline vreal vreal_of(vbits a)
{
    return _mm256_castsi256_ps(a);
}
static inline vbits vbits_set(int64_t a)
{
    return _mm256_set1_epi32((int)a);
}
static inline vreal vlane(vreal a, size_t lane)
{
    return _mm256_permutevar8x32_ps(a, _mm256_set1_epi32((int)lane));
}
static inline vreal vlane_first(vreal a)
{
    return _mm256_broadcastss_ps(_mm256_castps256_ps128(a));
}
static inline real vtree(vreal a)
{
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
#else
#define LANES 4
#define VECTOR_REAL(name) _mm256_##name##_pd
#define VECTOR_BITS(name) _mm256_##name##_epi64
typedef __m256d vreal;
typedef __m256d vmask;

static inline vmask vgreater(vreal a, vreal b)
{
    return _mm256_cmp_pd(a, b, _CMP_GT_OQ);
}
static inline vbits vbits_of(vreal a)
{
    return _mm256_castpd_si256(a);
}
static inline vreal vreal_of(vbits a)
{
    return _mm256_castsi256_pd(a);
}
static inline vbits vbits_set(int64_t a)
{
    return _mm256_set1_epi64x(a);
}
/* The permutation knows 32-bit pieces alone: pieces 2 lane and 2 lane + 1. */
static inline vreal vlane(vreal a, size_t lane)
{
    __m256i pieces = _mm256_set1_epi64x((int64_t)(lane * 0x200000002 + 0x100000000));
    __m256 chosen = _mm256_permutevar8x32_ps(_mm256_castpd_ps(a), pieces);
    return _mm256_castps_pd(chosen);
}
static inline vreal vlane_first(vreal a)
{
    return _mm256_broadcastsd_pd(_mm256_castpd256_pd128(a));
}
static inline real vtree(vreal a)
{
    __m128d half = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}
#endif

static inline vreal vload(const real *from)
{
    return VECTOR_REAL(load)(from);
}
static inline vreal vload_unaligned(const real *from)
{
    return VECTOR_REAL(loadu)(from);
}
static inline void vstore(real *to, vreal a)
{
    VECTOR_REAL(store)(to, a);
}
static inline void vstore_unaligned(real *to, vreal a)
{
    VECTOR_REAL(storeu)(to, a);
}
static inline vreal vset(real a)
{
    return VECTOR_REAL(set1)(a);
}
static inline vreal vadd(vreal a, vreal b)
{
    return VECTOR_REAL(add)(a, b);
}
static inline vreal vsub(vreal a, vreal b)
{
    return VECTOR_REAL(sub)(a, b);
}
static inline vreal vmul(vreal a, vreal b)
{
    return VECTOR_REAL(mul)(a, b);
}
static inline vreal vdiv(vreal a, vreal b)
{
    return VECTOR_REAL(div)(a, b);
}
static inline vreal vsqrt(vreal a)
{
    return VECTOR_REAL(sqrt)(a);
}
static inline vreal vfma(vreal a, vreal b, vreal c)
{
    return VECTOR_REAL(fmadd)(a, b, c);
}
static inline vreal vfnma(vreal a, vreal b, vreal c)
{
    return VECTOR_REAL(fnmadd)(a, b, c);
}
static inline vreal vmax(vreal a, vreal b)
{
    return VECTOR_REAL(max)(a, b);
}
static inline vreal vmin(vreal a, vreal b)
{
    return VECTOR_REAL(min)(a, b);
}
static inline vreal vselect(vmask mask, vreal a, vreal b)
{
    return VECTOR_REAL(blendv)(b, a, mask);
}
static inline vbits vbits_add(vbits a, vbits b)
{
    return VECTOR_BITS(add)(a, b);
}
static inline vbits vbits_sub(vbits a, vbits b)
{
    return VECTOR_BITS(sub)(a, b);
}
static inline vbits vbits_and(vbits a, vbits b)
{
    return _mm256_and_si256(a, b);
}
static inline vbits vbits_or(vbits a, vbits b)
{
    return _mm256_or_si256(a, b);
}
static inline vbits vbits_left(vbits a, int by)
{
    return VECTOR_BITS(sll)(a, _mm_cvtsi32_si128(by));
}
static inline vbits vbits_right(vbits a, int by)
{
    return VECTOR_BITS(srl)(a, _mm_cvtsi32_si128(by));
}

/* Rows that stand four (two) apart share a vector, one in each 128 bits, in which a small
 * transposition then puts them in order. */
#if REAL_BITS == 32
#define VECTOR_CHUNK 4
static inline vreal vrows(const real *const *rows, size_t at, size_t first)
{
    __m256 a = _mm256_castps128_ps256(_mm_loadu_ps(rows[first] + at));
    return _mm256_insertf128_ps(a, _mm_loadu_ps(rows[first + 4] + at), 1);
}
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    __m256 a = vrows(rows, at, 0), b = vrows(rows, at, 1);
    __m256 c = vrows(rows, at, 2), d = vrows(rows, at, 3);
    __m256d ab = _mm256_castps_pd(_mm256_unpacklo_ps(a, b));
    __m256d cd = _mm256_castps_pd(_mm256_unpacklo_ps(c, d));
    columns[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd));
    columns[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd));
    ab = _mm256_castps_pd(_mm256_unpackhi_ps(a, b));
    cd = _mm256_castps_pd(_mm256_unpackhi_ps(c, d));
    columns[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd));
    columns[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd));
}
#else
#undef VECTOR_CHUNK
#define VECTOR_CHUNK 2
static inline vreal vrows(const real *const *rows, size_t at, size_t first)
{
    __m256d a = _mm256_castpd128_pd256(_mm_loadu_pd(rows[first] + at));
    return _mm256_insertf128_pd(a, _mm_loadu_pd(rows[first + 2] + at), 1);
}
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    __m256d a = vrows(rows, at, 0), b = vrows(rows, at, 1);
    columns[0] = _mm256_unpacklo_pd(a, b);
    columns[1] = _mm256_unpackhi_pd(a, b);
}
#endif
