/* test_plain_numbers.c: the vector loops of reading tables against the scalar ones: the same
 * places, the same cells taken for plain, the same bits; and nothing read beyond the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/plain_numbers.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

enum { TRIALS = 4000, CELLS = 64 };

static const bp_plain_kernels *vector_kernels(void)
{
    const bp_plain_kernels *kernels = bp_plain_kernels_choose();
    if (kernels == &BP_PLAIN_SCALAR)
        skip(); /* there are none for this processor */
    return kernels;
}

static uint64_t draw(bp_stream stream, uint32_t *place, uint64_t n)
{
    return bp_stream_below(stream, (*place)++, n);
}

static void test_places(void **state)
{
    (void)state;
    static const char bytes[] = ",\n\n5x\"";
    static uint32_t list[2][BP_PLACES_ROOM];
    const bp_plain_kernels *kernels = vector_kernels();
    bp_stream stream = bp_stream_new(7, BP_PURPOSE_SPLIT, 0, 0, 0);
    uint32_t place = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        size_t size = draw(stream, &place, trial % 100 == 0 ? BP_PLACES_SPAN + 1 : 200);
        char *text = malloc(size + 1); /* of its own, so that a sanitizer knows its end */
        size_t kinds = 1 + draw(stream, &place, sizeof bytes - 1);
        for (size_t i = 0; i < size; i++)
            text[i] = bytes[draw(stream, &place, kinds)];
        size_t counts[2] = {kernels->list(text, size, ',', '\n', list[0]),
                            BP_PLAIN_SCALAR.list(text, size, ',', '\n', list[1])};
        size_t expected = 0;
        for (size_t i = 0; i < size; i++)
            if (text[i] == ',' || text[i] == '\n')
                assert_int_equal(list[1][expected++], i);
        assert_int_equal(counts[0], expected);
        assert_int_equal(counts[1], expected);
        assert_memory_equal(list[0], list[1], expected * sizeof list[0][0]);
        free(text);
    }
}

/* Mostly a decimal, sometimes nearly one. */
static size_t make_cell(bp_stream stream, uint32_t *place, char *cell)
{
    static const char odd[] = "+-.,eE x\0";
    size_t length = 0, digits = draw(stream, place, 18), point = draw(stream, place, 24);
    if (draw(stream, place, 4) == 0)
        cell[length++] = draw(stream, place, 2) == 0 ? '-' : '+';
    for (size_t i = 0; i <= digits; i++) {
        if (i == point)
            cell[length++] = '.';
        if (i < digits)
            cell[length++] = (char)('0' + draw(stream, place, 10));
    }
    if (length > 0 && draw(stream, place, 30) == 0)
        cell[draw(stream, place, length)] = odd[draw(stream, place, sizeof odd - 1)];
    return length;
}

static void check_runs(bp_type type)
{
    const bp_plain_kernels *kernels = vector_kernels();
    bp_stream stream = bp_stream_new(8, BP_PURPOSE_SPLIT, 0, 0, 0);
    uint32_t place = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        char made[CELLS * 24], *text;
        uint32_t ends[CELLS];
        size_t size = 0, count = 1 + draw(stream, &place, CELLS);
        for (size_t i = 0; i < count; i++) {
            size += make_cell(stream, &place, made + size);
            ends[i] = (uint32_t)size;
            made[size++] = i + 1 == count ? '\n' : ';';
        }
        text = malloc(size);
        assert_non_null(text);
        memcpy(text, made, size);
        bp_plain_run run = {.text = text, .start = text, .readable = text, .point = '.'};
        for (size_t done = 0; done < count;) { /* on behind each cell that is none */
            double values[2][CELLS] = {{0}};
            run.ends = ends + done;
            run.count = count - done;
            size_t read = kernels->read[type](&run, values[0], 1);
            assert_int_equal(read, BP_PLAIN_SCALAR.read[type](&run, values[1], 1));
            for (size_t i = 0; i < read; i++)
                assert_memory_equal(&values[0][i], &values[1][i], bp_type_size(type));
            done += read + 1;
            if (done <= count)
                run.start = text + ends[done - 1] + 1;
        }
        free(text);
    }
}

static void test_runs_f64(void **state)
{
    (void)state;
    check_runs(BP_F64);
}

static void test_runs_f32(void **state)
{
    (void)state;
    check_runs(BP_F32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places),
                                       cmocka_unit_test(test_runs_f64),
                                       cmocka_unit_test(test_runs_f32)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
