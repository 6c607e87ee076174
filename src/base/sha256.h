/* sha256.h: the SHA-256 of bytes (FIPS 180-4), to fingerprint data and models. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define BP_SHA256_SIZE 32
#define BP_SHA256_TEXT_SIZE 65 /* 64 digits and the final NUL */

typedef struct bp_sha256_state {
    uint32_t hash[8];
    uint64_t length;         /* bytes so far */
    unsigned char block[64]; /* the last length % 64 of them */
} bp_sha256_state;

/* Piece by piece: init, any number of updates, final. */
void bp_sha256_init(bp_sha256_state *state);
void bp_sha256_update(bp_sha256_state *state, const void *bytes, size_t size);
void bp_sha256_final(bp_sha256_state *state, unsigned char digest[BP_SHA256_SIZE]);

/* All at once. */
void bp_sha256(const void *bytes, size_t size, unsigned char digest[BP_SHA256_SIZE]);

/* The digest in lower-case hexadecimal digits. */
void bp_sha256_text(const unsigned char digest[BP_SHA256_SIZE], char text[BP_SHA256_TEXT_SIZE]);

#endif
