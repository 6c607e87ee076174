/* distortion.c: images moved about (Simard, Steinkraus, Platt 2003): turned, stretched, sheared and
 * shifted, and pulled by smooth random fields. All amounts are drawn anew for each image from its
 * place in the random numbers; one resampling does all of it. Loops over pixels are written so that
 * compilers turn them into vectors: each pixel has its own sums, in one order. */
#include "engine/distortion.h"

#include "base/error.h"
#include "base/math.h"
#include "base/matrix.h"
#include "base/memory.h"

#define DEGREE 0.017453292519943295 /* pi / 180 */
#define RADIUS_MAX 48u              /* of the smoothing: three deviations */
#define SIZE_MOST 4096u             /* lines, or pixels in one: floats tell eighths of them apart */

/* Which number of an image is which: the unit of layer 0 in (26); layers 1 and 2 are the fields. */
enum { DRAW_ACROSS, DRAW_DOWN, DRAW_TURN, DRAW_WIDE, DRAW_HIGH, DRAW_SHEAR };

/* Room for one image. */
typedef struct worker_room {
    double *image;    /* [height + 1][width + 1]: the row, its last column and line twice */
    double *moved;    /* [pixels] */
    float *fields[2]; /* [pixels] */
    float *smooth;    /* [height + 2 radius][width]: lines between lines of zeros */
    float *padded;    /* [width + 2 radius]: a line between zeros */
} worker_room;

struct bp_distorter {
    bp_allocator allocator;
    bp_distortion what;
    size_t pixels, radius, workers;
    float taps[RADIUS_MAX + 1]; /* of the Gaussian, from its middle outwards */
    worker_room *rooms;         /* [workers] */
};

/* ---- Making -----------------------------------------------------------------------------------
 */

static bool is_amount(double x, double most)
{
    return x >= 0 && x <= most; /* no NaN */
}

bp_status bp_distortion_check(const bp_distortion *d, size_t inputs, bp_error *error)
{
    size_t pixels = 0;
    if (d->height == 0 && d->width == 0)
        return BP_OK;
    if (d->height > SIZE_MOST || d->width > SIZE_MOST
        || !bp_multiply_size(d->height, d->width, &pixels) || pixels != inputs)
        return bp_fail(error, BP_E_OPTION, "images of %zux%zu are no rows of %zu numbers",
                       d->height, d->width, inputs);
    if (!is_amount(d->shift, SIZE_MOST) || !is_amount(d->rotation, 180) || !is_amount(d->scale, 0.9)
        || !is_amount(d->shear, 2) || !is_amount(d->elastic, 1e6))
        return bp_fail(
            error, BP_E_OPTION,
            "images are shifted by 0 to %u pixels, turned by 0 to 180 degrees, stretched "
            "by 0 to 0.9, sheared by 0 to 2 and pulled by 0 to 1000000",
            SIZE_MOST);
    if (d->elastic > 0 && !(d->smoothness >= 0.5 && d->smoothness <= RADIUS_MAX / 3))
        return bp_fail(error, BP_E_OPTION, "fields are smoothed over 0.5 to %u pixels",
                       RADIUS_MAX / 3);
    return BP_OK;
}

static void free_room(const bp_distorter *d, worker_room *room)
{
    const bp_allocator *memory = &d->allocator;
    bp_release(memory, room->image, (d->what.height + 1) * (d->what.width + 1), sizeof(double));
    bp_release(memory, room->moved, d->pixels, sizeof(double));
    for (size_t f = 0; f < 2; f++)
        bp_release(memory, room->fields[f], d->pixels, sizeof(float));
    bp_release(memory, room->smooth, d->pixels + 2 * d->radius * d->what.width, sizeof(float));
    bp_release(memory, room->padded, d->what.width + 2 * d->radius, sizeof(float));
}

void bp_distorter_free(bp_distorter *d)
{
    if (d == NULL)
        return;
    bp_allocator memory = d->allocator;
    for (size_t w = 0; w < d->workers && d->rooms != NULL; w++)
        free_room(d, &d->rooms[w]);
    bp_release(&memory, d->rooms, d->workers, sizeof *d->rooms);
    bp_release(&memory, d, 1, sizeof *d);
}

static bp_status take_room(const bp_distorter *d, worker_room *room, bp_error *error)
{
    const bp_allocator *memory = &d->allocator;
    size_t image = (d->what.height + 1) * (d->what.width + 1);
    room->image = bp_allocate(memory, image, sizeof(double), error);
    room->moved = bp_allocate(memory, d->pixels, sizeof(double), error);
    if (room->image == NULL || room->moved == NULL)
        return BP_E_MEMORY;
    if (!(d->what.elastic > 0))
        return BP_OK;
    for (size_t f = 0; f < 2; f++)
        room->fields[f] = bp_allocate(memory, d->pixels, sizeof(float), error);
    room->smooth =
        bp_allocate(memory, d->pixels + 2 * d->radius * d->what.width, sizeof(float), error);
    room->padded = bp_allocate(memory, d->what.width + 2 * d->radius, sizeof(float), error);
    bool all = room->fields[0] != NULL && room->fields[1] != NULL && room->smooth != NULL
               && room->padded != NULL;
    return all ? BP_OK : BP_E_MEMORY;
}

/* Equation (35d): the weights of one direction, whose sum is 1. */
static void make_taps(bp_distorter *d)
{
    double deviation = d->what.smoothness, sum = 1;
    while ((double)d->radius < 3 * deviation && d->radius < RADIUS_MAX)
        d->radius++;
    for (size_t t = 1; t <= d->radius; t++)
        sum += 2 * bp_exp(-0.5 * (double)(t * t) / (deviation * deviation));
    for (size_t t = 0; t <= d->radius; t++)
        d->taps[t] = (float)(bp_exp(-0.5 * (double)(t * t) / (deviation * deviation)) / sum);
}

bp_status bp_distorter_new(bp_distorter **out, const bp_distortion *distortion, size_t workers,
                           const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    if (distortion->height == 0)
        return BP_OK;
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_distorter *d = bp_allocate(&memory, 1, sizeof *d, error);
    if (d == NULL)
        return BP_E_MEMORY;
    *d = (bp_distorter){.allocator = memory,
                        .what = *distortion,
                        .pixels = distortion->height * distortion->width,
                        .workers = workers};
    if (distortion->elastic > 0)
        make_taps(d);
    d->rooms = bp_allocate(&memory, workers, sizeof *d->rooms, error);
    bp_status status = d->rooms != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t w = 0; w < workers && status == BP_OK; w++)
        status = take_room(d, &d->rooms[w], error);
    if (status != BP_OK) {
        bp_distorter_free(d);
        return status;
    }
    *out = d;
    return BP_OK;
}

/* ---- Fields -----------------------------------------------------------------------------------
 */

/* Evenly from -1 to 1: sixteen bits each, eight to a draw. */
static void fill_field(bp_stream stream, uint32_t row, uint32_t layer, float *field, size_t count)
{
    uint32_t words[4];
    for (size_t i = 0; i < count; i += 8) {
        bp_stream_words(stream, row, layer, (uint32_t)(i / 8), 0, words);
        size_t left = count - i < 8 ? count - i : 8;
        for (size_t k = 0; k < left; k++) {
            uint32_t half = words[k / 2] >> 16 * (k % 2) & 0xffff;
            field[i + k] = ((float)half + 0.5f) * 0x1p-15f - 1;
        }
    }
}

static void add_tap(float *restrict to, const float *restrict left, const float *restrict right,
                    float tap, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += tap * (left[i] + right[i]);
}

static void scale_line(float *restrict to, const float *restrict from, float tap, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = tap * from[i];
}

/* Along each line, beyond whose ends stand zeros. */
static void smooth_across(const bp_distorter *d, const worker_room *room, const float *field)
{
    size_t width = d->what.width;
    float *middle = room->padded + d->radius, *to = room->smooth + d->radius * width;
    for (size_t y = 0; y < d->what.height; y++, to += width) {
        scale_line(middle, field + y * width, 1, width);
        scale_line(to, middle, d->taps[0], width);
        for (size_t t = 1; t <= d->radius; t++)
            add_tap(to, middle - t, middle + t, d->taps[t], width);
    }
}

/* The same from line to line, and all of it times the amplitude. */
static void smooth_down(const bp_distorter *d, const worker_room *room, float *field)
{
    size_t width = d->what.width;
    float amplitude = (float)d->what.elastic;
    for (size_t y = 0; y < d->what.height; y++) {
        const float *from = room->smooth + (d->radius + y) * width;
        float *to = field + y * width;
        scale_line(to, from, d->taps[0], width);
        for (size_t t = 1; t <= d->radius; t++)
            add_tap(to, from - t * width, from + t * width, d->taps[t], width);
        for (size_t x = 0; x < width; x++)
            to[x] *= amplitude;
    }
}

/* ---- Motions ----------------------------------------------------------------------------------
 */

/* Evenly from -most to most. */
static double draw(bp_stream stream, uint32_t row, uint32_t unit, double most)
{
    return most * (2 * bp_stream_uniform(stream, row, 0, unit, 0) - 1);
}

bp_motion bp_distorter_draw(bp_distorter *d, size_t worker, bp_stream stream, uint32_t row)
{
    const bp_distortion *what = &d->what;
    worker_room *room = &d->rooms[worker];
    double angle = DEGREE * draw(stream, row, DRAW_TURN, what->rotation);
    double sine = bp_sin(angle), cosine = bp_cos(angle);
    double wide = 1 + draw(stream, row, DRAW_WIDE, what->scale);
    double high = 1 + draw(stream, row, DRAW_HIGH, what->scale);
    double shear = draw(stream, row, DRAW_SHEAR, what->shear);
    bp_motion motion = {.across = {wide * cosine, wide * (shear * cosine - sine),
                                   draw(stream, row, DRAW_ACROSS, what->shift)},
                        .down = {high * sine, high * (shear * sine + cosine),
                                 draw(stream, row, DRAW_DOWN, what->shift)}};
    for (uint32_t f = 0; f < 2 && what->elastic > 0; f++) {
        fill_field(stream, row, f + 1, room->fields[f], d->pixels);
        smooth_across(d, room, room->fields[f]);
        smooth_down(d, room, room->fields[f]);
    }
    motion.field_across = room->fields[0];
    motion.field_down = room->fields[1];
    return motion;
}

/* The row, its last column and line twice: neighbors without a question. */
static void take_image(const bp_distorter *d, double *image, const bp_matrix *inputs, size_t row)
{
    size_t width = d->what.width, height = d->what.height;
    for (size_t y = 0; y <= height; y++)
        for (size_t x = 0; x <= width; x++) {
            size_t line = y < height ? y : height - 1, place = x < width ? x : width - 1;
            image[y * (width + 1) + x] = bp_matrix_at(inputs, row, line * width + place);
        }
}

static inline double within(double x, double last)
{
    return x < 0 ? 0 : x > last ? last : x;
}

/* Equation (35c): the pixel at (x, y) of the image, between four in proportion. */
static inline double look_up(const double *image, size_t stride, double x, double y)
{
    int left = (int)x, top = (int)y;
    const double *at = image + (size_t)top * stride + (size_t)left;
    double right_share = x - left, low_share = y - top;
    double high = at[0] + right_share * (at[1] - at[0]);
    double low = at[stride] + right_share * (at[stride + 1] - at[stride]);
    return high + low_share * (low - high);
}

const double *bp_distorter_move(bp_distorter *d, size_t worker, const bp_motion *motion,
                                const bp_matrix *inputs, size_t row)
{
    size_t width = d->what.width, height = d->what.height;
    worker_room *room = &d->rooms[worker];
    double last_x = (double)(width - 1), last_y = (double)(height - 1);
    const double *across = motion->across, *down = motion->down;
    take_image(d, room->image, inputs, row);
    for (size_t y = 0, i = 0; y < height; y++) {
        double v = (double)y - last_y / 2;
        double from_x = across[1] * v + (across[2] + last_x / 2);
        double from_y = down[1] * v + (down[2] + last_y / 2);
        for (size_t x = 0; x < width; x++, i++) {
            double u = (double)x - last_x / 2;
            double source_x = across[0] * u + from_x, source_y = down[0] * u + from_y;
            if (motion->field_across != NULL) {
                source_x += (double)motion->field_across[i];
                source_y += (double)motion->field_down[i];
            }
            room->moved[i] =
                look_up(room->image, width + 1, within(source_x, last_x), within(source_y, last_y));
        }
    }
    return room->moved;
}
