/* test_random.c: Philox against the published answers of Random123 (Salmon and others,
 * kat_vectors), shuffles and whole numbers. */
#include "base/cpu.h"
#include "base/math.h"
#include "base/normals.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], words[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < 3; i++) {
        uint32_t words[4];
        bp_philox(cases[i].counter, cases[i].key, words);
        assert_memory_equal(words, cases[i].words, sizeof words);
    }
}

static void uniform(void **state)
{
    (void)state;
    bp_stream stream = bp_stream_new(42, BP_PURPOSE_WEIGHTS, 0, 0, 0);
    double sum = 0, squares = 0;
    enum { COUNT = 100000 };
    for (uint32_t i = 0; i < COUNT; i++) {
        double u = bp_stream_uniform(stream, 0, 1, i / 300, i % 300);
        assert_true(u >= 0 && u < 1);
        sum += u;
        squares += (u - 0.5) * (u - 0.5);
    }
    assert_true(sum / COUNT > 0.497 && sum / COUNT < 0.503);
    assert_true(squares / COUNT > 0.0825 && squares / COUNT < 0.0842);
    bp_stream other = bp_stream_new(42, BP_PURPOSE_WEIGHTS, 0, 0, 1);
    assert_memory_not_equal(&stream, &other, sizeof stream);
}

static void shuffle(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    size_t entries[COUNT], again[COUNT], moved = 0;
    bool seen[COUNT] = {false};
    for (size_t i = 0; i < COUNT; i++)
        entries[i] = again[i] = i;
    bp_stream_shuffle(bp_stream_new(1, BP_PURPOSE_SHUFFLE, 0, 7, 0), entries, COUNT);
    bp_stream_shuffle(bp_stream_new(1, BP_PURPOSE_SHUFFLE, 0, 7, 0), again, COUNT);
    assert_memory_equal(entries, again, sizeof entries);
    for (size_t i = 0; i < COUNT; i++) {
        assert_false(seen[entries[i]]);
        seen[entries[i]] = true;
        moved += entries[i] != i;
    }
    assert_true(moved > 980);
}

/* Every order of three things about as often as the others. */
static void fair(void **state)
{
    (void)state;
    size_t orders[27] = {0};
    for (uint32_t epoch = 0; epoch < 60000; epoch++) {
        size_t e[3] = {0, 1, 2};
        bp_stream_shuffle(bp_stream_new(3, BP_PURPOSE_SHUFFLE, 0, epoch, 0), e, 3);
        orders[e[0] * 9 + e[1] * 3 + e[2]]++;
    }
    for (size_t i = 0; i < 27; i++)
        assert_true(orders[i] == 0 || (orders[i] > 9600 && orders[i] < 10400));
    bp_stream stream = bp_stream_new(3, BP_PURPOSE_SPLIT, 0, 0, 0);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(bp_stream_below(stream, i, UINT64_MAX - 5) < UINT64_MAX - 5);
    assert_int_equal(bp_stream_below(stream, 9, 1), 0);
}

static void mersenne(void **state)
{
    (void)state;
    bp_mersenne a, b;
    bp_mersenne_seed(&a, 5);
    bp_mersenne_seed(&b, 5 + (1ull << 32)); /* a second word makes another stream */
    assert_true(bp_mersenne_next(&a) != bp_mersenne_next(&b));
    for (int i = 0; i < 5000; i++) {
        double x = bp_mersenne_random(&a);
        assert_true(x >= 0 && x < 1);
        assert_true(bp_mersenne_below(&a, 3) < 3);
        assert_int_equal(bp_mersenne_below(&a, 1), 0);
        assert_true(bp_mersenne_below(&a, UINT32_MAX) < UINT32_MAX);
    }
}

/* Of any count and from any index on, of each instruction set: those one at a time. */
static void normals_at_once(void **state)
{
    (void)state;
    bp_stream stream = bp_stream_new(7, BP_PURPOSE_WEIGHTS, 3, 0, 0);
    double numbers[40], scalar[40];
    for (size_t count = 0; count <= 40; count++) {
        bp_stream_normals(stream, 1, 2, 5, 1000, numbers, count);
        for (size_t i = 0; i < count; i++) {
            double u = bp_stream_uniform(stream, 1, 2, 5, (uint32_t)(1000 + i)) + 0x1p-54;
            assert_true(numbers[i] == bp_probit(u));
        }
    }
    static const double edges[] = {0x1p-54, 1e-9, 0.075, 0.5, 0.5 + 0x1p-52, 0.925, 1 - 0x1p-53};
    size_t count = sizeof edges / sizeof *edges;
    memcpy(numbers, edges, sizeof edges);
    memcpy(scalar, edges, sizeof edges);
    bp_probit_all_scalar(scalar, count);
#if defined __x86_64__
    if (bp_isa_lack(BP_ISA_AVX2) == NULL)
        bp_probit_all_avx2(numbers, count);
    else
#endif
        bp_probit_all_scalar(numbers, count);
    for (size_t i = 0; i < count; i++)
        assert_true(numbers[i] == scalar[i] && scalar[i] == bp_probit(edges[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(uniform),
        cmocka_unit_test(shuffle),       cmocka_unit_test(fair),
        cmocka_unit_test(mersenne),      cmocka_unit_test(normals_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
