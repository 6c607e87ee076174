/* test_sort.c: what is sorted is in order and is what it was, whatever the order it came in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#define MOST 5000u

typedef struct item {
    uint32_t key;
    uint32_t number; /* in which order it came */
    char text[5];    /* so that its size is no multiple of 8 */
} item;

static size_t compared;

static int compare(const void *a, const void *b)
{
    const item *x = a, *y = b;
    compared++;
    return (x->key > y->key) - (x->key < y->key);
}

typedef uint32_t make_key(size_t i, size_t count);

static uint32_t scattered(size_t i, size_t count)
{
    return (uint32_t)bp_stream_below(bp_stream_new(1, BP_PURPOSE_BOOTSTRAP, 0, 0, 0), (uint32_t)i,
                                     (uint32_t)count);
}

static uint32_t ascending(size_t i, size_t count)
{
    (void)count;
    return (uint32_t)i;
}

static uint32_t descending(size_t i, size_t count)
{
    return (uint32_t)(count - i);
}

static uint32_t alike(size_t i, size_t count)
{
    (void)count;
    return i % 997 == 3 ? 5 : 7;
}

static uint32_t two(size_t i, size_t count)
{
    (void)count;
    return (uint32_t)(i % 2);
}

static uint32_t pipes(size_t i, size_t count)
{
    return (uint32_t)(i < count / 2 ? i : count - i);
}

static void check(make_key *key, size_t count)
{
    static item items[MOST];
    static bool seen[MOST];
    for (size_t i = 0; i < count; i++)
        items[i] = (item){key(i, count), (uint32_t)i, "abcd"};
    memset(seen, 0, sizeof seen);
    compared = 0;
    bp_sort(items, count, sizeof *items, compare);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || items[i - 1].key <= items[i].key);
        assert_true(items[i].number < count && !seen[items[i].number]);
        seen[items[i].number] = true;
        assert_int_equal(items[i].key, key(items[i].number, count));
        assert_string_equal(items[i].text, "abcd");
    }
    size_t steps = 0;
    for (size_t rest = count; rest > 1; rest /= 2)
        steps += 5 * count;
    assert_true(compared <= steps + 100);
}

static void test_orders(void **state)
{
    (void)state;
    static make_key *const keys[] = {scattered, ascending, descending, alike, two, pipes};
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        for (size_t count = 0; count < 60; count++)
            check(keys[k], count);
        check(keys[k], MOST);
    }
}

/* An order made up while it is asked for, so that every median is among the least (D. McIlroy, "A
 * killer adversary for quicksort", 1999). */
static uint32_t made[MOST];
static uint32_t solid, candidate;
static const uint32_t GAS = UINT32_MAX;

static int compare_adversely(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    compared++;
    if (made[x] == GAS && made[y] == GAS)
        made[x == candidate ? x : y] = solid++;
    if (made[x] == GAS)
        candidate = x;
    else if (made[y] == GAS)
        candidate = y;
    return (made[x] > made[y]) - (made[x] < made[y]);
}

static void test_worst(void **state)
{
    (void)state;
    uint32_t numbers[MOST];
    for (uint32_t i = 0; i < MOST; i++) {
        numbers[i] = i;
        made[i] = GAS;
    }
    solid = candidate = 0;
    compared = 0;
    bp_sort(numbers, MOST, sizeof *numbers, compare_adversely);
    for (size_t i = 1; i < MOST; i++)
        assert_true(made[numbers[i - 1]] <= made[numbers[i]]);
    assert_true(compared
                < (size_t)MOST * 13 * 5); /* n log n, where quicksort alone takes n squared */
}

static void test_numbers(void **state)
{
    (void)state;
    double numbers[1000];
    for (size_t i = 0; i < 1000; i++)
        numbers[i] = (double)scattered(i, 500) - 250.5;
    bp_sort_numbers(numbers, 1000);
    for (size_t i = 1; i < 1000; i++)
        assert_true(numbers[i - 1] <= numbers[i]);
    bp_sort_numbers(numbers, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
