/* byte_masks.h: which of 64 bytes are one of two, as the bits of a word, by the widest vectors
 * that the file including it is compiled for. */
#ifndef BASE_BYTE_MASKS_H
#define BASE_BYTE_MASKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __AVX2__
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#elif defined __ARM_NEON && defined __aarch64__
#include <arm_neon.h>
#endif

#define BP_MASK_BYTES 64u

#if defined __AVX2__
/* Names of their own: what counts executed lines tells functions of one file by their names. */
#define bp_load_sixty_four bp_load_sixty_four_avx2
#define bp_mask_of bp_mask_of_avx2

typedef struct bp_sixty_four {
    __m256i part[2];
} bp_sixty_four;

static inline bp_sixty_four bp_load_sixty_four(const char *text)
{
    const __m256i *from = (const __m256i *)(const void *)text;
    return (bp_sixty_four){{_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)}};
}

/* Bit i: byte i is `a` or `b`. */
static inline uint64_t bp_mask_of(const bp_sixty_four *bytes, char a, char b)
{
    __m256i first = _mm256_set1_epi8(a), second = _mm256_set1_epi8(b);
    uint64_t mask = 0;
    for (int i = 0; i < 2; i++) {
        __m256i equal = _mm256_or_si256(_mm256_cmpeq_epi8(bytes->part[i], first),
                                        _mm256_cmpeq_epi8(bytes->part[i], second));
        mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(equal) << (32 * i);
    }
    return mask;
}

#elif defined __SSE2__

typedef struct bp_sixty_four {
    __m128i part[4];
} bp_sixty_four;

static inline bp_sixty_four bp_load_sixty_four(const char *text)
{
    const __m128i *from = (const __m128i *)(const void *)text;
    return (bp_sixty_four){{_mm_loadu_si128(from), _mm_loadu_si128(from + 1),
                            _mm_loadu_si128(from + 2), _mm_loadu_si128(from + 3)}};
}

static inline uint64_t bp_mask_of(const bp_sixty_four *bytes, char a, char b)
{
    __m128i first = _mm_set1_epi8(a), second = _mm_set1_epi8(b);
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i equal = _mm_or_si128(_mm_cmpeq_epi8(bytes->part[i], first),
                                     _mm_cmpeq_epi8(bytes->part[i], second));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(equal) << (16 * i);
    }
    return mask;
}

#elif defined __ARM_NEON && defined __aarch64__

typedef struct bp_sixty_four {
    uint8x16_t part[4];
} bp_sixty_four;

static inline bp_sixty_four bp_load_sixty_four(const char *text)
{
    const uint8_t *from = (const uint8_t *)text;
    return (bp_sixty_four){
        {vld1q_u8(from), vld1q_u8(from + 16), vld1q_u8(from + 32), vld1q_u8(from + 48)}};
}

/* Each lane keeps the bit of its place; pairs are added three times, to eight bits a byte. */
static inline uint64_t bp_mask_of(const bp_sixty_four *bytes, char a, char b)
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t first = vdupq_n_u8((uint8_t)a), second = vdupq_n_u8((uint8_t)b);
    uint8x16_t place = vld1q_u8(places), kept[4];
    for (int i = 0; i < 4; i++)
        kept[i] = vandq_u8(
            vorrq_u8(vceqq_u8(bytes->part[i], first), vceqq_u8(bytes->part[i], second)), place);
    uint8x16_t low = vpaddq_u8(kept[0], kept[1]), high = vpaddq_u8(kept[2], kept[3]);
    uint8x16_t all = vpaddq_u8(low, high);
    all = vpaddq_u8(all, all);
    return vgetq_lane_u64(vreinterpretq_u64_u8(all), 0);
}

#else

typedef struct bp_sixty_four {
    unsigned char byte[BP_MASK_BYTES];
} bp_sixty_four;

static inline bp_sixty_four bp_load_sixty_four(const char *text)
{
    bp_sixty_four bytes;
    memcpy(bytes.byte, text, sizeof bytes.byte);
    return bytes;
}

static inline uint64_t bp_mask_of(const bp_sixty_four *bytes, char a, char b)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < BP_MASK_BYTES; i++)
        mask |= (uint64_t)(bytes->byte[i] == (unsigned char)a || bytes->byte[i] == (unsigned char)b)
                << i;
    return mask;
}

#endif

#endif
