/* plain_numbers_avx2.c: runs of plain decimals, each of up to 15 bytes in one vector: of the 16
 * bytes before its end those before its start are cleared, the gap of its point is closed, and
 * neighbors are joined until two numbers of eight digits remain. Longer ones are left to the
 * scalar code. */
#include "base/number_scan.h"
#include "base/plain_numbers.h"
#include "base/plain_places.h"

#include <immintrin.h>

#define LONGEST 15u  /* bytes without a sign: with a point in it its digits are below 2^53 */
#define NO_POINT 16u /* in place of the number of decimals */
#define ALL 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF

/* 16 bytes at MASKS + n: all but the last n; at MASKS + 16 + n: the last n. */
static const uint8_t MASKS[48] __attribute__((aligned(64))) = {
    ALL, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ALL, 0xFF};

static const double TENS[NO_POINT + 1] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                                          1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e0};

static inline __m128i load_mask(size_t offset)
{
    return _mm_loadu_si128((const __m128i *)(const void *)(MASKS + offset));
}

/* The number that is the `length` bytes before `end`, no sign among them; false where it is
 * none or too long. */
static inline bool read_unsigned(const char *end, size_t length, __m128i point, double *value)
{
    if (length - 1 >= LONGEST)
        return false;
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
    __m128i own = load_mask(16 + length);
    __m128i points = _mm_and_si128(_mm_cmpeq_epi8(bytes, point), own);
    uint32_t marks = (uint32_t)_mm_movemask_epi8(points) << 16 | 0x8000u;
    size_t decimals = (size_t)__builtin_clz(marks);
    __m128i digits = _mm_and_si128(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), own);
    const __m128i places = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    digits = _mm_shuffle_epi8(digits, _mm_add_epi8(places, load_mask(decimals)));
    __m128i others = _mm_subs_epu8(digits, _mm_set1_epi8(9));
    if (!_mm_testz_si128(others, others) || (length | decimals) == 1) /* the point alone */
        return false;
    __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    fours = _mm_packus_epi32(fours, fours);
    __m128i eights = _mm_madd_epi16(fours, _mm_set1_epi32(0x00012710));
    __m128d halves = _mm_mul_pd(_mm_cvtepi32_pd(eights), _mm_setr_pd(1e8, 1));
    __m128d sum = _mm_add_sd(halves, _mm_unpackhi_pd(halves, halves));
    *value = _mm_cvtsd_f64(sum) / TENS[decimals];
    return true;
}

static inline __attribute__((always_inline)) size_t read_run(const bp_plain_run *run, double *place,
                                                             size_t stride, const bool wide)
{
    const __m128i point = _mm_set1_epi8(run->point);
    const char *at = run->start;
    size_t i = 0;
    for (; i < run->count; i++, place += stride) {
        const char *end = run->text + run->ends[i];
        bool negative = *at == '-';
        size_t length = (size_t)(end - at) - negative;
        double value = 0;
        if (end - run->readable < 16 || !read_unsigned(end, length, point, &value))
            break;
        value = negative ? -value : value;
        if (wide)
            *place = value;
        else if (bp_narrows(value))
            *(float *)place = (float)value;
        else
            break;
        at = end + 1;
    }
    return i;
}

/* What stops the vectors is tried by the scalar code, cell by cell. */
static inline __attribute__((always_inline)) size_t read_all(const bp_plain_run *run, double *place,
                                                             size_t stride, const bool wide)
{
    bp_plain_run rest = *run;
    for (;;) {
        size_t read = read_run(&rest, place, stride, wide);
        place += read * stride;
        if (read > 0)
            rest.start = rest.text + rest.ends[read - 1] + 1;
        rest.ends += read;
        rest.count -= read;
        if (rest.count == 0)
            return run->count;
        bp_plain_run one = rest;
        one.count = 1;
        if (BP_PLAIN_SCALAR.read[wide ? BP_F64 : BP_F32](&one, place, stride) == 0)
            return run->count - rest.count;
        place += stride;
        rest.start = rest.text + rest.ends[0] + 1;
        rest.ends++;
        rest.count--;
    }
}

static size_t read_f64(const bp_plain_run *run, double *place, size_t stride)
{
    return read_all(run, place, stride, true);
}

static size_t read_f32(const bp_plain_run *run, double *place, size_t stride)
{
    return read_all(run, place, stride, false);
}

const bp_plain_kernels BP_PLAIN_AVX2 = {
    list_places, list_few, {[BP_F32] = read_f32, [BP_F64] = read_f64}};
