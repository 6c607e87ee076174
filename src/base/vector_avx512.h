/* vector_avx512.h: vectors of AVX-512: 16 floats or 8 doubles. Only to be
 * included by vector.h. */
#include <immintrin.h>

#undef VECTOR_REAL
#undef VECTOR_BITS

typedef __m512i vbits;
#if REAL_BITS == 32
#define LANES 16
#define VECTOR_REAL(name) _mm512_##name##_ps
#define VECTOR_BITS(name) _mm512_##name##_epi32
typedef __m512 vreal;
typedef __mmask16 vmask;

static inline vmask vgreater(vreal a, vreal b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}
static inline vbits vbits_of(vreal a)
{
    return _mm512_castps_si512(a);
}
static inline vreal vreal_of(vbits a)
{
    return _mm512_castsi512_ps(a);
}
static inline vbits vbits_set(int64_t a)
{
    return _mm512_set1_epi32((int)a);
}
static inline vreal vlane(vreal a, size_t lane)
{
    return _mm512_permutexvar_ps(_mm512_set1_epi32((int)lane), a);
}
static inline vreal vlane_first(vreal a)
{
    return _mm512_broadcastss_ps(_mm512_castps512_ps128(a));
}
static inline real vtree(vreal a)
{
    __m256 high = _mm512_extractf32x8_ps(a, 1),
           half = _mm256_add_ps(_mm512_castps512_ps256(a), high);
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
#else
#define LANES 8
#define VECTOR_REAL(name) _mm512_##name##_pd
#define VECTOR_BITS(name) _mm512_##name##_epi64
typedef __m512d vreal;
typedef __mmask8 vmask;

static inline vmask vgreater(vreal a, vreal b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ);
}
static inline vbits vbits_of(vreal a)
{
    return _mm512_castpd_si512(a);
}
static inline vreal vreal_of(vbits a)
{
    return _mm512_castsi512_pd(a);
}
static inline vbits vbits_set(int64_t a)
{
    return _mm512_set1_epi64(a);
}
static inline vreal vlane(vreal a, size_t lane)
{
    return _mm512_permutexvar_pd(_mm512_set1_epi64((int64_t)lane), a);
}
static inline vreal vlane_first(vreal a)
{
    return _mm512_broadcastsd_pd(_mm512_castpd512_pd128(a));
}
static inline real vtree(vreal a)
{
    __m256d high = _mm512_extractf64x4_pd(a, 1),
            half = _mm256_add_pd(_mm512_castpd512_pd256(a), high);
    __m128d quarter = _mm_add_pd(_mm256_castpd256_pd128(half), _mm256_extractf128_pd(half, 1));
    return _mm_cvtsd_f64(_mm_add_sd(quarter, _mm_unpackhi_pd(quarter, quarter)));
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
    return VECTOR_REAL(mask_blend)(mask, b, a);
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
    return _mm512_and_si512(a, b);
}
static inline vbits vbits_or(vbits a, vbits b)
{
    return _mm512_or_si512(a, b);
}
static inline vbits vbits_left(vbits a, int by)
{
    return VECTOR_BITS(sll)(a, _mm_cvtsi32_si128(by));
}
static inline vbits vbits_right(vbits a, int by)
{
    return VECTOR_BITS(srl)(a, _mm_cvtsi32_si128(by));
}

/* Four (two) rows that stand four (two) apart share a vector, one in each 128 bits, in
 * which a small transposition then puts them in order. */
#if REAL_BITS == 32
#define VECTOR_CHUNK 4
static inline vreal vrows(const real *const *rows, size_t at, size_t first)
{
    __m512 a = _mm512_castps128_ps512(_mm_loadu_ps(rows[first] + at));
    a = _mm512_insertf32x4(a, _mm_loadu_ps(rows[first + 4] + at), 1);
    a = _mm512_insertf32x4(a, _mm_loadu_ps(rows[first + 8] + at), 2);
    return _mm512_insertf32x4(a, _mm_loadu_ps(rows[first + 12] + at), 3);
}
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    __m512 a = vrows(rows, at, 0), b = vrows(rows, at, 1);
    __m512 c = vrows(rows, at, 2), d = vrows(rows, at, 3);
    __m512d ab = _mm512_castps_pd(_mm512_unpacklo_ps(a, b));
    __m512d cd = _mm512_castps_pd(_mm512_unpacklo_ps(c, d));
    columns[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
    columns[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
    ab = _mm512_castps_pd(_mm512_unpackhi_ps(a, b));
    cd = _mm512_castps_pd(_mm512_unpackhi_ps(c, d));
    columns[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
    columns[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
}
#else
#undef VECTOR_CHUNK
#define VECTOR_CHUNK 2
static inline vreal vrows(const real *const *rows, size_t at, size_t first)
{
    __m512d a = _mm512_castpd128_pd512(_mm_loadu_pd(rows[first] + at));
    a = _mm512_insertf64x2(a, _mm_loadu_pd(rows[first + 2] + at), 1);
    a = _mm512_insertf64x2(a, _mm_loadu_pd(rows[first + 4] + at), 2);
    return _mm512_insertf64x2(a, _mm_loadu_pd(rows[first + 6] + at), 3);
}
static inline void vchunk(const real *const *rows, size_t at, vreal *columns)
{
    __m512d a = vrows(rows, at, 0), b = vrows(rows, at, 1);
    columns[0] = _mm512_unpacklo_pd(a, b);
    columns[1] = _mm512_unpackhi_pd(a, b);
}
#endif
