/* mersenne.c: MT19937 (Matsumoto and Nishimura 1998), as the tutorial drew from it
 * (equation (25)). */
#include "base/random.h"

#define SIZE 624u
#define SHIFT 397u

static void seed_by_number(bp_mersenne *mersenne, uint32_t seed)
{
    mersenne->state[0] = seed;
    for (uint32_t i = 1; i < SIZE; i++) {
        uint32_t previous = mersenne->state[i - 1];
        mersenne->state[i] = 1812433253u * (previous ^ (previous >> 30)) + i;
    }
    mersenne->next = SIZE;
}

/* init_by_array over the seed's 32-bit words, the low one first; a high word of 0 is
 * no word. */
void bp_mersenne_seed(bp_mersenne *mersenne, uint64_t seed)
{
    const uint32_t words[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t count = words[1] != 0 ? 2 : 1;
    uint32_t *state = mersenne->state;
    seed_by_number(mersenne, 19650218u);
    uint32_t i = 1, j = 0;
    for (uint32_t k = 0; k < SIZE; k++) {
        state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1664525u)) + words[j] + j;
        j = (j + 1) % count;
        if (++i == SIZE) {
            state[0] = state[SIZE - 1];
            i = 1;
        }
    }
    for (uint32_t k = 0; k < SIZE - 1; k++) {
        state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1566083941u)) - i;
        if (++i == SIZE) {
            state[0] = state[SIZE - 1];
            i = 1;
        }
    }
    state[0] = 0x80000000u;
}

static void generate(bp_mersenne *mersenne)
{
    uint32_t *state = mersenne->state;
    for (size_t i = 0; i < SIZE; i++) {
        uint32_t joined = (state[i] & 0x80000000u) | (state[(i + 1) % SIZE] & 0x7fffffffu);
        uint32_t twisted = (joined >> 1) ^ ((joined & 1u) != 0 ? 0x9908b0dfu : 0u);
        state[i] = state[(i + SHIFT) % SIZE] ^ twisted;
    }
    mersenne->next = 0;
}

uint32_t bp_mersenne_next(bp_mersenne *mersenne)
{
    if (mersenne->next >= SIZE)
        generate(mersenne);
    uint32_t word = mersenne->state[mersenne->next++];
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c5680u;
    word ^= (word << 15) & 0xefc60000u;
    return word ^ (word >> 18);
}

double bp_mersenne_random(bp_mersenne *mersenne)
{
    uint32_t high = bp_mersenne_next(mersenne) >> 5;
    uint32_t low = bp_mersenne_next(mersenne) >> 6;
    return ((double)high * 67108864.0 + (double)low) / 9007199254740992.0;
}

uint32_t bp_mersenne_below(bp_mersenne *mersenne, uint32_t n)
{
    unsigned bits = 0;
    while (bits < 32 && n >> bits != 0)
        bits++;
    for (;;) {
        uint32_t word = bp_mersenne_next(mersenne) >> (32 - bits);
        if (word < n)
            return word;
    }
}
