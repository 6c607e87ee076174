/* philox.c: Philox4x32-10, the counter-based generator (equation (26)). */
#include "base/random.h"

#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u
#define ROUNDS 10

void bp_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t product0 = (uint64_t)MULTIPLIER_0 * c0;
        uint64_t product1 = (uint64_t)MULTIPLIER_1 * c2;
        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

/* The place of a number has more coordinates than one counter holds, so the first four
 * (under the seed as key) give the key of the rest. */
bp_stream bp_stream_new(uint64_t seed, bp_purpose purpose, uint32_t member, uint32_t epoch,
                        uint32_t step)
{
    const uint32_t counter[4] = {(uint32_t)purpose, member, epoch, step};
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t words[4];
    bp_philox(counter, key, words);
    return (bp_stream){.key = {words[0], words[1]}};
}

void bp_stream_words(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit, uint32_t index,
                     uint32_t words[4])
{
    const uint32_t counter[4] = {row, layer, unit, index};
    bp_philox(counter, stream.key, words);
}

double bp_stream_uniform(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit,
                         uint32_t index)
{
    uint32_t words[4];
    bp_stream_words(stream, row, layer, unit, index, words);
    uint64_t bits = (uint64_t)words[0] << 32 | words[1];
    return (double)(bits >> 11) * 0x1p-53;
}

/* The high 64 bits of (64 random bits) * n, by 32-bit halves. */
uint64_t bp_stream_below(bp_stream stream, uint64_t place, uint64_t n)
{
    uint32_t words[4];
    bp_stream_words(stream, (uint32_t)place, (uint32_t)(place >> 32), 0, 0, words);
    uint64_t n_low = (uint32_t)n, n_high = n >> 32;
    uint64_t low = words[1] * n_low;
    uint64_t middle_1 = words[0] * n_low + (low >> 32);
    uint64_t middle_2 = words[1] * n_high + (uint32_t)middle_1;
    return words[0] * n_high + (middle_1 >> 32) + (middle_2 >> 32);
}

void bp_stream_shuffle(bp_stream stream, size_t *entries, size_t count)
{
    for (size_t left = count; left > 1; left--) {
        size_t chosen = (size_t)bp_stream_below(stream, left, left);
        size_t entry = entries[chosen];
        entries[chosen] = entries[left - 1];
        entries[left - 1] = entry;
    }
}
