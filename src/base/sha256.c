/* sha256.c: SHA-256 as FIPS 180-4 defines it; the names of the steps are the standard's. */
#include "base/sha256.h"

#include <string.h>

#define BLOCK_SIZE 64
#define LENGTH_SIZE 8 /* the length in bits at the end of the last block */

/* The first 32 bits of the fractions of the square roots of the first 8 primes, and of
 * the cube roots of the first 64. */
static const uint32_t INITIAL_HASH[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                         0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
static const uint32_t ROUND_CONSTANTS[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

static uint32_t rotate_right(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

static uint32_t big_endian_word(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* W of section 6.2.2, step 1. */
static void expand(const unsigned char *block, uint32_t words[64])
{
    for (size_t t = 0; t < 16; t++)
        words[t] = big_endian_word(block + 4 * t);
    for (size_t t = 16; t < 64; t++) {
        uint32_t old = words[t - 15], recent = words[t - 2];
        uint32_t sigma0 = rotate_right(old, 7) ^ rotate_right(old, 18) ^ old >> 3;
        uint32_t sigma1 = rotate_right(recent, 17) ^ rotate_right(recent, 19) ^ recent >> 10;
        words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
    }
}

/* Section 6.2.2, steps 2 to 4; v holds a to h. */
static void add_block(uint32_t hash[8], const unsigned char *block)
{
    uint32_t words[64], v[8];
    expand(block, words);
    memcpy(v, hash, sizeof v);
    for (size_t t = 0; t < 64; t++) {
        uint32_t sum1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t t1 = v[7] + sum1 + choice + ROUND_CONSTANTS[t] + words[t];
        uint32_t sum0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + sum0 + majority;
    }
    for (size_t i = 0; i < 8; i++)
        hash[i] += v[i];
}

void bp_sha256_init(bp_sha256_state *state)
{
    memset(state, 0, sizeof *state);
    memcpy(state->hash, INITIAL_HASH, sizeof state->hash);
}

void bp_sha256_update(bp_sha256_state *state, const void *bytes, size_t size)
{
    const unsigned char *rest = bytes;
    while (size > 0) {
        size_t used = (size_t)(state->length % BLOCK_SIZE);
        size_t taken = size < BLOCK_SIZE - used ? size : BLOCK_SIZE - used;
        if (taken == BLOCK_SIZE) {
            add_block(state->hash, rest);
        } else {
            memcpy(state->block + used, rest, taken);
            if (used + taken == BLOCK_SIZE)
                add_block(state->hash, state->block);
        }
        state->length += taken;
        rest += taken;
        size -= taken;
    }
}

void bp_sha256_final(bp_sha256_state *state, unsigned char digest[BP_SHA256_SIZE])
{
    static const unsigned char PADDING[BLOCK_SIZE] = {0x80};
    uint64_t bits = state->length * 8;
    size_t used = (size_t)(state->length % BLOCK_SIZE);
    size_t end = used < BLOCK_SIZE - LENGTH_SIZE ? BLOCK_SIZE : 2 * BLOCK_SIZE;
    unsigned char length[LENGTH_SIZE];
    for (size_t i = LENGTH_SIZE; i-- > 0; bits >>= 8)
        length[i] = (unsigned char)bits;
    bp_sha256_update(state, PADDING, end - LENGTH_SIZE - used);
    bp_sha256_update(state, length, LENGTH_SIZE);
    for (size_t i = 0; i < BP_SHA256_SIZE; i++)
        digest[i] = (unsigned char)(state->hash[i / 4] >> (24 - 8 * (i % 4)));
}

void bp_sha256(const void *bytes, size_t size, unsigned char digest[BP_SHA256_SIZE])
{
    bp_sha256_state state;
    bp_sha256_init(&state);
    bp_sha256_update(&state, bytes, size);
    bp_sha256_final(&state, digest);
}

void bp_sha256_text(const unsigned char digest[BP_SHA256_SIZE], char text[BP_SHA256_TEXT_SIZE])
{
    static const char DIGITS[] = "0123456789abcdef";
    for (size_t i = 0; i < BP_SHA256_SIZE; i++) {
        text[2 * i] = DIGITS[digest[i] >> 4];
        text[2 * i + 1] = DIGITS[digest[i] & 15];
    }
    text[BP_SHA256_TEXT_SIZE - 1] = '\0';
}
