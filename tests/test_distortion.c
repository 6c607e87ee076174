/* test_distortion.c: images moved about: whole pixels move exactly, nothing drawn changes nothing,
 * lines and bounds are kept, fields are the smoothed noise that equation (35d) says, and every
 * image, epoch and network draws its own. */
#include "base/math.h"
#include "engine/distortion.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEIGHT 9u
#define WIDTH 12u
#define PIXELS (HEIGHT * WIDTH)

static const bp_motion still = {.across = {1, 0, 0}, .down = {0, 1, 0}};

static bp_distorter *distorter_of(const bp_distortion *what)
{
    bp_distorter *made = NULL;
    assert_int_equal(bp_distortion_check(what, what->height * what->width, NULL), BP_OK);
    assert_int_equal(bp_distorter_new(&made, what, 1, NULL, NULL), BP_OK);
    return made;
}

static const bp_distortion flat = {.height = HEIGHT, .width = WIDTH};
static const bp_distortion all = {.height = HEIGHT,
                                  .width = WIDTH,
                                  .shift = 1.5,
                                  .rotation = 20,
                                  .scale = 0.2,
                                  .shear = 0.3,
                                  .elastic = 12,
                                  .smoothness = 2};

static void fill(double image[PIXELS])
{
    for (size_t i = 0; i < PIXELS; i++)
        image[i] = 1 / (double)(1 + i * 37 % 101); /* no number of few bits */
}

static size_t clamp(ptrdiff_t place, size_t count)
{
    return place < 0 ? 0 : (size_t)place >= count ? count - 1 : (size_t)place;
}

static bp_stream stream_of(uint32_t member, uint32_t epoch)
{
    return bp_stream_new(7, BP_PURPOSE_DISTORTION, member, epoch, 0);
}

/* ---- Resampling ---------------------------------------------------------------------------------
 */

/* By whole pixels an image moves bit for bit, and its edge goes on. */
static void whole_pixels(void **state)
{
    (void)state;
    double image[PIXELS];
    fill(image);
    const bp_matrix matrix = bp_matrix_f64(image, 1, PIXELS);
    bp_distorter *made = distorter_of(&flat);
    for (int down = -10; down <= 10; down++)
        for (int across = -13; across <= 13; across++) {
            bp_motion motion = still;
            motion.across[2] = across;
            motion.down[2] = down;
            const double *moved = bp_distorter_move(made, 0, &motion, &matrix, 0);
            for (size_t y = 0; y < HEIGHT; y++)
                for (size_t x = 0; x < WIDTH; x++)
                    assert_true(moved[y * WIDTH + x]
                                == image[clamp((ptrdiff_t)y + down, HEIGHT) * WIDTH
                                         + clamp((ptrdiff_t)x + across, WIDTH)]);
        }
    bp_distorter_free(made);
}

/* Half a turn, and mirrors, are exact too; a quarter turn of a square. */
static void turns(void **state)
{
    (void)state;
    double image[PIXELS];
    fill(image);
    const bp_matrix matrix = bp_matrix_f64(image, 1, PIXELS), square = bp_matrix_f64(image, 1, 81);
    const bp_distortion nine = {.height = 9, .width = 9};
    bp_distorter *made = distorter_of(&flat), *other = distorter_of(&nine);
    const bp_motion half = {.across = {-1, 0, 0}, .down = {0, -1, 0}};
    const double *moved = bp_distorter_move(made, 0, &half, &matrix, 0);
    for (size_t i = 0; i < PIXELS; i++)
        assert_true(moved[i] == image[PIXELS - 1 - i]);
    const bp_motion quarter = {.across = {0, -1, 0}, .down = {1, 0, 0}};
    moved = bp_distorter_move(other, 0, &quarter, &square, 0);
    for (size_t y = 0; y < 9; y++)
        for (size_t x = 0; x < 9; x++)
            assert_true(moved[y * 9 + x] == image[x * 9 + 8 - y]);
    bp_distorter_free(made);
    bp_distorter_free(other);
}

/* A plane that is sampled anywhere within is the plane there. */
static void planes(void **state)
{
    (void)state;
    double image[PIXELS];
    for (size_t i = 0; i < PIXELS; i++)
        image[i] = 0.25 + 0.5 * (double)(i % WIDTH) - 0.125 * (double)(i / WIDTH);
    const bp_matrix matrix = bp_matrix_f64(image, 1, PIXELS);
    bp_distorter *made = distorter_of(&flat);
    const bp_motion motion = {.across = {0.8, 0.1, -0.3}, .down = {-0.15, 0.7, 0.4}};
    const double *moved = bp_distorter_move(made, 0, &motion, &matrix, 0);
    size_t within = 0;
    for (size_t y = 0; y < HEIGHT; y++)
        for (size_t x = 0; x < WIDTH; x++) {
            double u = (double)x - 5.5, v = (double)y - 4;
            double from_x = 0.8 * u + 0.1 * v - 0.3 + 5.5, from_y = -0.15 * u + 0.7 * v + 0.4 + 4;
            if (from_x < 0 || from_y < 0 || from_x > WIDTH - 1 || from_y > HEIGHT - 1)
                continue;
            within++;
            assert_true(fabs(moved[y * WIDTH + x] - (0.25 + 0.5 * from_x - 0.125 * from_y))
                        < 1e-13);
        }
    assert_true(within > PIXELS / 2);
    bp_distorter_free(made);
}

/* With amounts of 0 the very bits come back, whatever the type. */
static void nothing_drawn(void **state)
{
    (void)state;
    double image[2 * PIXELS];
    float narrow[2 * PIXELS];
    fill(image);
    fill(image + PIXELS);
    for (size_t i = 0; i < 2 * PIXELS; i++)
        narrow[i] = (float)(image[i] * (i < PIXELS ? 1 : -3));
    const bp_matrix wide = bp_matrix_f64(image, 2, PIXELS),
                    matrix = bp_matrix_f32(narrow, 2, PIXELS);
    bp_distorter *made = distorter_of(&flat);
    for (uint32_t row = 0; row < 2; row++) {
        bp_motion motion = bp_distorter_draw(made, 0, stream_of(0, 0), row);
        assert_null(motion.field_across);
        const double *moved = bp_distorter_move(made, 0, &motion, &wide, row);
        assert_memory_equal(moved, image + row * PIXELS, PIXELS * sizeof(double));
        moved = bp_distorter_move(made, 0, &motion, &matrix, row);
        for (size_t i = 0; i < PIXELS; i++)
            assert_true(moved[i] == (double)narrow[row * PIXELS + i]);
    }
    bp_distorter_free(made);
}

/* Whatever is drawn, no pixel leaves the range of the image, and an even one stays as it is. */
static void bounds(void **state)
{
    (void)state;
    double image[PIXELS], even[PIXELS];
    fill(image);
    for (size_t i = 0; i < PIXELS; i++)
        even[i] = 0.3;
    const bp_matrix matrix = bp_matrix_f64(image, 1, PIXELS), same = bp_matrix_f64(even, 1, PIXELS);
    bp_distortion wild = all;
    wild.rotation = 180;
    wild.shift = 30;
    wild.elastic = 500;
    bp_distorter *made = distorter_of(&wild);
    for (uint32_t row = 0; row < 200; row++) {
        bp_motion motion = bp_distorter_draw(made, 0, stream_of(0, 3), row);
        const double *moved = bp_distorter_move(made, 0, &motion, &matrix, 0);
        for (size_t i = 0; i < PIXELS; i++)
            assert_true(moved[i] >= 1.0 / 101 - 1e-15 && moved[i] <= 1 + 1e-15);
        moved = bp_distorter_move(made, 0, &motion, &same, 0);
        for (size_t i = 0; i < PIXELS; i++)
            assert_true(moved[i] == 0.3);
    }
    bp_distorter_free(made);
}

/* ---- What is drawn ------------------------------------------------------------------------------
 */

/* Each amount alone stays within its bounds, comes near both, and is 0 in the mean. */
static void amounts(void **state)
{
    (void)state;
    bp_distortion one[5] = {flat, flat, flat, flat, flat};
    one[0].shift = 3;
    one[1].rotation = 30;
    one[2].scale = 0.25;
    one[3].shear = 0.5;
    one[4].scale = 0.25;
    static const double most[5] = {3, 0.5, 0.25, 0.5, 0.25}; /* 0.5: the sine of 30 degrees */
    for (size_t k = 0; k < 5; k++) {
        bp_distorter *made = distorter_of(&one[k]);
        double least = 0, greatest = 0, sum = 0, *seen[] = {&least, &greatest};
        for (uint32_t row = 0; row < 4000; row++) {
            bp_motion m = bp_distorter_draw(made, 0, stream_of(1, 2), row);
            const double drawn[5] = {m.across[2], m.down[0], m.across[0] - 1, m.across[1],
                                     m.down[1] - 1};
            *seen[drawn[k] > 0] = fmax(fabs(*seen[drawn[k] > 0]), fabs(drawn[k]));
            sum += drawn[k];
            if (k == 1) /* a rotation keeps lengths */
                assert_true(fabs(m.across[0] * m.across[0] + m.down[0] * m.down[0] - 1) < 1e-14);
        }
        assert_true(least <= most[k] + 1e-15 && least > 0.99 * most[k]);
        assert_true(greatest <= most[k] + 1e-15 && greatest > 0.99 * most[k]);
        assert_true(fabs(sum / 4000) < 0.04 * most[k]);
        bp_distorter_free(made);
    }
}

/* The same place gives the same; another row, epoch or network something else. */
static void places(void **state)
{
    (void)state;
    bp_distorter *made = distorter_of(&all);
    float first[PIXELS];
    bp_motion kept = bp_distorter_draw(made, 0, stream_of(0, 0), 5);
    memcpy(first, kept.field_across, sizeof first);
    assert_memory_not_equal(first, kept.field_down, sizeof first);
    const struct {
        uint32_t member, epoch, row;
    } others[] = {{0, 0, 4}, {0, 1, 5}, {1, 0, 5}};
    for (size_t i = 0; i < 3; i++) {
        bp_motion motion =
            bp_distorter_draw(made, 0, stream_of(others[i].member, others[i].epoch), others[i].row);
        assert_true(motion.across[0] != kept.across[0] && motion.down[2] != kept.down[2]);
        assert_memory_not_equal(first, motion.field_across, sizeof first);
    }
    bp_motion again = bp_distorter_draw(made, 0, stream_of(0, 0), 5);
    assert_memory_equal(&again, &kept, sizeof kept);
    assert_memory_equal(again.field_across, first, sizeof first);
    bp_distorter_free(made);
}

/* Equation (35d) as it stands: every pixel's noise, times a Gaussian of the distance in both
 * directions, up to three deviations. */
static void fields(void **state)
{
    (void)state;
    static const double smoothness[] = {0.5, 1.3, 2, 4, 16};
    for (size_t s = 0; s < 5; s++) {
        bp_distortion what = all;
        what.smoothness = smoothness[s];
        bp_distorter *made = distorter_of(&what);
        bp_motion motion = bp_distorter_draw(made, 0, stream_of(2, 9), 31);
        double noise[2][PIXELS], weight[PIXELS], sum = 0;
        int radius = (int)ceil(3 * smoothness[s]);
        for (int t = -radius; t <= radius; t++)
            sum += exp(-t * t / (2 * smoothness[s] * smoothness[s]));
        for (size_t t = 0; t < WIDTH; t++)
            weight[t] = (int)t > radius
                            ? 0
                            : exp(-(double)(t * t) / (2 * smoothness[s] * smoothness[s])) / sum;
        for (size_t i = 0; i < 2 * PIXELS; i++) {
            uint32_t words[4], at = (uint32_t)(i % PIXELS);
            bp_stream_words(stream_of(2, 9), 31, 1 + (uint32_t)(i / PIXELS), at / 8, 0, words);
            double bits = words[at % 8 / 2] >> (at % 2 == 1 ? 16 : 0) & 0xffff;
            noise[i / PIXELS][at] = (bits + 0.5) / 32768 - 1;
        }
        for (size_t i = 0; i < 2 * PIXELS; i++) {
            size_t y = i % PIXELS / WIDTH, x = i % WIDTH;
            double wanted = 0;
            for (size_t k = 0; k < PIXELS; k++)
                wanted += noise[i / PIXELS][k] * weight[(size_t)abs((int)(k / WIDTH) - (int)y)]
                          * weight[(size_t)abs((int)(k % WIDTH) - (int)x)];
            const float *field = i < PIXELS ? motion.field_across : motion.field_down;
            assert_true(fabs((double)field[i % PIXELS] - 12 * wanted) < 1e-5);
        }
        bp_distorter_free(made);
    }
}

/* ---- Refusals -----------------------------------------------------------------------------------
 */

static void refusals(void **state)
{
    (void)state;
    bp_error error;
    assert_int_equal(bp_distortion_check(&all, PIXELS + 1, &error), BP_E_OPTION);
    assert_string_equal(error.message, "images of 9x12 are no rows of 109 numbers");
    bp_distortion wrong[] = {all, all, all, all, all, all, all, all};
    wrong[0].shift = -1;
    wrong[1].rotation = 181;
    wrong[2].scale = 1;
    wrong[3].shear = NAN;
    wrong[4].elastic = INFINITY;
    wrong[5].smoothness = 0.4;
    wrong[6].smoothness = NAN;
    wrong[7].height = 0;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(bp_distortion_check(&wrong[i], PIXELS, NULL), BP_E_OPTION);
    bp_distortion none = {.height = 0}, huge = {.height = SIZE_MAX, .width = 2};
    bp_distorter *made = NULL;
    assert_int_equal(bp_distortion_check(&none, PIXELS, NULL), BP_OK);
    assert_int_equal(bp_distortion_check(&huge, SIZE_MAX - 1, NULL), BP_E_OPTION);
    assert_int_equal(bp_distorter_new(&made, &none, 1, NULL, NULL), BP_OK);
    assert_null(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_pixels),  cmocka_unit_test(turns),  cmocka_unit_test(planes),
        cmocka_unit_test(nothing_drawn), cmocka_unit_test(bounds), cmocka_unit_test(amounts),
        cmocka_unit_test(places),        cmocka_unit_test(fields), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
