/* plain_places.h: bp_plain_kernels' list, for a file that is compiled for an instruction set. */
#ifndef BASE_PLAIN_PLACES_H
#define BASE_PLAIN_PLACES_H

#include "base/byte_masks.h"
#include "base/plain_numbers.h"

static inline size_t count_bits(uint64_t mask)
{
#if defined __POPCNT__ || defined __aarch64__
    return (size_t)__builtin_popcountll(mask);
#else /* where the compiler would call for it: pairs, fours, eights, their sum */
    mask -= mask >> 1 & 0x5555555555555555u;
    mask = (mask & 0x3333333333333333u) + (mask >> 2 & 0x3333333333333333u);
    mask = (mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (size_t)(mask * 0x0101010101010101u >> 56);
#endif
}

/* Most blocks have at most `most` places: these are written without asking how many there are,
 * which no processor could foretell. */
static inline __attribute__((always_inline)) size_t list_by(const char *text, size_t size, char a,
                                                            char b, uint32_t *list, const int most)
{
    uint32_t *next = list;
    for (size_t base = 0; base < size; base += BP_MASK_BYTES) {
        char rest[BP_MASK_BYTES] = {0};
        size_t left = size - base;
        const char *from = text + base;
        if (left < BP_MASK_BYTES)
            from = memcpy(rest, from, left);
        bp_sixty_four bytes = bp_load_sixty_four(from);
        uint64_t mask = bp_mask_of(&bytes, a, b);
        if (left < BP_MASK_BYTES)
            mask &= ((uint64_t)1 << left) - 1;
        uint32_t *end = next + count_bits(mask);
        do {
            for (int i = 0; i < most; i++) {
                next[i] = (uint32_t)base + (uint32_t)__builtin_ctzll(mask | (uint64_t)1 << 63);
                mask &= mask - 1;
            }
            next += most;
        } while (mask != 0);
        next = end;
    }
    return (size_t)(next - list);
}

static size_t list_places(const char *text, size_t size, char a, char b, uint32_t *list)
{
    return list_by(text, size, a, b, list, 8);
}

static size_t list_few(const char *text, size_t size, char a, char b, uint32_t *list)
{
    return list_by(text, size, a, b, list, 2);
}

#endif
