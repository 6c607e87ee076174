/* test_sha256.c: the examples of FIPS 180-4 and of NIST, any way of cutting the input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sha256.h"

#include <stdlib.h>
#include <string.h>

static void check(const void *bytes, size_t size, const char *expected)
{
    unsigned char digest[BP_SHA256_SIZE];
    char text[BP_SHA256_TEXT_SIZE];
    bp_sha256(bytes, size, digest);
    bp_sha256_text(digest, text);
    assert_string_equal(text, expected);
}

static void test_published_examples(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const char three_blocks[] =
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        "lmnopqrsmnopqrstnopqrstu";
    check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check(two_blocks, sizeof two_blocks - 1,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check(three_blocks, sizeof three_blocks - 1,
          "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    check("\xBD", 1, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
    check("\xC9\x8C\x8E\x55", 4,
          "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
}

static void test_a_million_letters(void **state)
{
    (void)state;
    char *letters = malloc(1000000);
    assert_non_null(letters);
    memset(letters, 'a', 1000000);
    check(letters, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

static void fill(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 7 + 3);
}

/* The digest of the digests of every length from 0 to 299, as Python's hashlib has it. */
static void test_every_length(void **state)
{
    (void)state;
    unsigned char bytes[300], digests[300 * BP_SHA256_SIZE];
    fill(bytes, sizeof bytes);
    for (size_t length = 0; length < 300; length++)
        bp_sha256(bytes, length, digests + length * BP_SHA256_SIZE);
    check(digests, sizeof digests,
          "7b074096cabb18dd0d1b468a173cb2f97f80e952525bca29542e606fd6d0753a");
}

static void test_pieces_make_no_difference(void **state)
{
    (void)state;
    unsigned char bytes[300], whole[BP_SHA256_SIZE], pieces[BP_SHA256_SIZE];
    fill(bytes, sizeof bytes);
    bp_sha256(bytes, sizeof bytes, whole);
    for (size_t first = 0; first <= 200; first++)
        for (size_t second = 0; second <= 100; second += 9) {
            bp_sha256_state hash;
            bp_sha256_init(&hash);
            bp_sha256_update(&hash, bytes, first);
            bp_sha256_update(&hash, bytes + first, second);
            bp_sha256_update(&hash, bytes + first + second, sizeof bytes - first - second);
            bp_sha256_final(&hash, pieces);
            assert_memory_equal(pieces, whole, BP_SHA256_SIZE);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_examples),
        cmocka_unit_test(test_a_million_letters),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_pieces_make_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
