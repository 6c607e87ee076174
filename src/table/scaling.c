/* scaling.c: bringing a column of numbers to a common size, and back: one row a scaling. */
#include "table/scaling.h"

#include "base/error.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/sort.h"

#include <math.h>

#define CLIP 3.0                        /* of the smooth clip */
#define LARGEST_LOG 709.782712893383973 /* bp_exp of more is infinite */

/* ---- Statistics ------------------------------------------------------------ */

double bp_mean_of(const double *values, size_t count)
{
    double sum = 0, shares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    if (isfinite(sum))
        return count > 0 ? sum / (double)count : 0;
    for (size_t i = 0; i < count; i++) /* only their sum is too large */
        shares += values[i] / (double)count;
    return shares;
}

/* Measured in parts of the range, whose squares neither overflow nor vanish. */
static double deviation_of(const double *values, size_t count, double mean, double range)
{
    double sum = 0;
    if (!(range > 0))
        return 0;
    for (size_t i = 0; i < count; i++) {
        double part = (values[i] - mean) / range;
        sum += part * part;
    }
    return sqrt(sum / (double)count) * range;
}

/* The point a share of the way from a to b, never beyond b. */
static double between(double a, double b, double share)
{
    double distance = b - a;
    double point = isfinite(distance) ? a + distance * share : a * (1 - share) + b * share;
    return point > b ? b : point;
}

double bp_quantile_at(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return between(sorted[below], sorted[below + 1], place - (double)below);
}

double bp_quartile_distance(const double *sorted, size_t count)
{
    return count > 0 ? bp_quantile_at(sorted, count, 0.75) - bp_quantile_at(sorted, count, 0.25)
                     : 0;
}

double bp_median_of(double *values, size_t count)
{
    if (count == 0)
        return 0;
    bp_sort_numbers(values, count);
    return bp_quantile_at(values, count, 0.5);
}

double bp_mode_of(double *values, size_t count)
{
    double mode = 0;
    size_t most = 0, run = 0;
    bp_sort_numbers(values, count);
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
        if (run > most) {
            most = run;
            mode = values[i];
        }
    }
    return mode;
}

/* ---- Logarithms ------------------------------------------------------------- */

/* sign(x) log(1 + |x|), exact for small x too: what 1 + |x| rounded away is put back in. */
static double fold(double x)
{
    double size = fabs(x), u = 1 + size;
    double y = u == 1 ? size : u - 1 == size ? bp_log(u) : bp_log(u) * (size / (u - 1));
    return x < 0 ? -y : y;
}

/* Its inverse, sign(y) (exp(|y|) - 1). */
static double unfold(double y)
{
    double size = fabs(y) < LARGEST_LOG ? fabs(y) : LARGEST_LOG;
    double u = bp_exp(size);
    double x = u == 1 ? size : (u - 1) * (size / bp_log(u));
    return y < 0 ? -x : x;
}

/* ---- The scalings ------------------------------------------------------------ */

/* What a row needs of memory, for knots. */
typedef struct fit_memory {
    const bp_allocator *allocator;
    bp_error *error;
} fit_memory;

static bp_status fit_none(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    (void)s, (void)values, (void)count, (void)memory;
    return BP_OK;
}

static double apply_none(const bp_scaler *s, double x)
{
    (void)s;
    return x;
}

static bp_status fit_minmax(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    (void)values, (void)count, (void)memory;
    return isfinite(s->high - s->low) ? BP_OK : BP_E_DATA;
}

static double apply_minmax(const bp_scaler *s, double x)
{
    return s->high > s->low ? (x - s->low) / (s->high - s->low) : 0;
}

static double invert_minmax(const bp_scaler *s, double y)
{
    return y * (s->high - s->low) + s->low;
}

static bp_status fit_standard(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    (void)memory;
    s->center = bp_mean_of(values, count);
    s->spread = deviation_of(values, count, s->center, s->high - s->low);
    return isfinite(s->high - s->low) ? BP_OK : BP_E_DATA;
}

static double apply_standard(const bp_scaler *s, double x)
{
    return s->spread > 0 ? (x - s->center) / s->spread : 0;
}

static double invert_standard(const bp_scaler *s, double y)
{
    return y * s->spread + s->center;
}

static bp_status fit_log(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    (void)memory;
    for (size_t i = 0; i < count; i++)
        values[i] = fold(values[i]);
    s->center = bp_mean_of(values, count);
    s->spread = deviation_of(values, count, s->center, fold(s->high) - fold(s->low));
    return BP_OK;
}

static double apply_log(const bp_scaler *s, double x)
{
    return apply_standard(s, fold(x));
}

static double invert_log(const bp_scaler *s, double y)
{
    return unfold(invert_standard(s, y));
}

/* The median distance to the center of the values that differ from it. */
static double spread_of_others(double center, double *values, size_t count)
{
    size_t others = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] != center)
            values[others++] = fabs(values[i] - center);
    return bp_median_of(values, others);
}

static bp_status fit_robust(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    (void)memory;
    s->center = bp_median_of(values, count);
    double quartiles = bp_quartile_distance(values, count);
    s->spread = quartiles > 0 ? quartiles : spread_of_others(s->center, values, count);
    return isfinite(s->spread) ? BP_OK : BP_E_DATA;
}

static double apply_robust(const bp_scaler *s, double x)
{
    if (!(s->spread > 0))
        return 0;
    double part = (x - s->center) / s->spread / CLIP;
    if (fabs(part) > 1e9) /* the square could overflow, and the 1 beside it is lost */
        return part < 0 ? -CLIP : CLIP;
    return CLIP * part / sqrt(1 + part * part);
}

static bp_status fit_quantile(bp_scaler *s, double *values, size_t count, fit_memory memory)
{
    size_t knots = count < BP_KNOT_LIMIT ? count : BP_KNOT_LIMIT;
    bp_sort_numbers(values, count);
    s->knots = bp_allocate(memory.allocator, knots, sizeof *s->knots, memory.error);
    if (s->knots == NULL)
        return BP_E_MEMORY;
    s->knot_count = knots;
    for (size_t i = 0; i < knots; i++)
        s->knots[i] = knots == count
                          ? values[i]
                          : bp_quantile_at(values, count, (double)i / (double)(knots - 1));
    return BP_OK;
}

/* How many knots are below x, or not above it. */
static size_t knots_below(const bp_scaler *s, double x, bool equal_too)
{
    size_t low = 0, high = s->knot_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool below = equal_too ? s->knots[middle] <= x : s->knots[middle] < x;
        low = below ? middle + 1 : low;
        high = below ? high : middle;
    }
    return low;
}

/* Where x stands from the knot below it to the knot above. */
static double share_of(double below, double above, double x)
{
    double distance = above - below;
    return isfinite(distance) ? (x - below) / distance
                              : (x / 2 - below / 2) / (above / 2 - below / 2);
}

static double apply_quantile(const bp_scaler *s, double x)
{
    if (s->knot_count < 2 || !(s->knots[s->knot_count - 1] > s->knots[0]))
        return 0;
    double last = (double)(s->knot_count - 1), edge = 0.5 / (double)s->knot_count, share = 0;
    size_t before = knots_below(s, x, false), upto = knots_below(s, x, true);
    if (upto > before) /* among equal knots: their middle */
        share = (double)(before + upto - 1) / 2 / last;
    else if (before == 0 || before == s->knot_count)
        share = before == 0 ? 0 : 1;
    else
        share = ((double)(before - 1) + share_of(s->knots[before - 1], s->knots[before], x)) / last;
    share = share < edge ? edge : share > 1 - edge ? 1 - edge : share;
    return bp_probit(share);
}

typedef struct scaling_row {
    const char *name;
    bp_status (*fit)(bp_scaler *scaler, double *values, size_t count, fit_memory memory);
    double (*apply)(const bp_scaler *scaler, double value);
    double (*invert)(const bp_scaler *scaler, double value); /* NULL: there is no way back */
} scaling_row;

static const scaling_row ROWS[BP_SCALING_COUNT] = {
    [BP_SCALING_NONE] = {"none", fit_none, apply_none, apply_none},
    [BP_SCALING_MINMAX] = {"minmax", fit_minmax, apply_minmax, invert_minmax},
    [BP_SCALING_STANDARD] = {"standard", fit_standard, apply_standard, invert_standard},
    [BP_SCALING_ROBUST] = {"robust", fit_robust, apply_robust, NULL},
    [BP_SCALING_QUANTILE] = {"quantile", fit_quantile, apply_quantile, NULL},
    [BP_SCALING_LOG] = {"log", fit_log, apply_log, invert_log},
    [BP_SCALING_COMMON] = {"common", fit_minmax, apply_minmax, invert_minmax},
};

/* ---- The interface ------------------------------------------------------------- */

const char *bp_scaling_name(bp_scaling scaling)
{
    return (unsigned)scaling < BP_SCALING_COUNT ? ROWS[scaling].name : NULL;
}

bp_status bp_scaling_find(const char *name, bp_scaling *scaling, bp_error *error)
{
    const char *names[BP_SCALING_COUNT];
    for (size_t i = 0; i < BP_SCALING_COUNT; i++)
        names[i] = ROWS[i].name;
    size_t found = bp_name_find(name, names, BP_SCALING_COUNT, "scaling", error);
    if (found == BP_SCALING_COUNT)
        return BP_E_OPTION;
    *scaling = (bp_scaling)found;
    return BP_OK;
}

bool bp_scaling_has_center(bp_scaling scaling)
{
    return scaling == BP_SCALING_STANDARD || scaling == BP_SCALING_ROBUST
           || scaling == BP_SCALING_LOG;
}

bool bp_scaling_inverts(bp_scaling scaling)
{
    return (unsigned)scaling < BP_SCALING_COUNT && ROWS[scaling].invert != NULL;
}

bp_status bp_scaler_fit(bp_scaler *s, bp_scaling scaling, double *values, size_t count,
                        const bp_allocator *allocator, bp_error *error)
{
    *s = (bp_scaler){.scaling = scaling};
    for (size_t i = 0; i < count; i++) {
        s->low = i == 0 || values[i] < s->low ? values[i] : s->low;
        s->high = i == 0 || values[i] > s->high ? values[i] : s->high;
    }
    return ROWS[scaling].fit(s, values, count, (fit_memory){allocator, error});
}

void bp_scaler_release(bp_scaler *s, const bp_allocator *allocator)
{
    bp_release(allocator, s->knots, s->knot_count, sizeof *s->knots);
    s->knots = NULL;
    s->knot_count = 0;
}

bool bp_scaler_line(const bp_scaler *s, double *offset, double *unit)
{
    bool range = s->scaling == BP_SCALING_MINMAX || s->scaling == BP_SCALING_COMMON;
    bool deviation = s->scaling == BP_SCALING_STANDARD;
    *offset = range ? s->low : deviation ? s->center : 0;
    *unit = range ? s->high - s->low : deviation ? s->spread : 1;
    return *unit > 0 && (range || deviation || s->scaling == BP_SCALING_NONE);
}

double bp_scaler_apply(const bp_scaler *s, double value)
{
    return ROWS[s->scaling].apply(s, value);
}

double bp_scaler_invert(const bp_scaler *s, double value)
{
    return ROWS[s->scaling].invert(s, value);
}

bool bp_scaler_is_sound(const bp_scaler *s)
{
    bool sound = isfinite(s->low) && isfinite(s->high) && s->low <= s->high && isfinite(s->center)
                 && isfinite(s->spread) && s->spread >= 0 && s->knot_count <= BP_KNOT_LIMIT;
    if (s->scaling == BP_SCALING_MINMAX || s->scaling == BP_SCALING_COMMON)
        sound = sound && isfinite(s->high - s->low);
    for (size_t i = 0; i < s->knot_count && sound; i++)
        sound = isfinite(s->knots[i]) && (i == 0 || s->knots[i - 1] <= s->knots[i]);
    return sound;
}
