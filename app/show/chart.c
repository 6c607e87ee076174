/* chart.c: ticks and panels. */
#include "chart.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void fit_even(struct axis *axis, size_t wanted)
{
    double span = axis->high - axis->low;
    double rough = span / (double)(wanted > 0 ? wanted : 1), base = pow(10, floor(log10(rough)));
    double step = rough / base > 5   ? 10 * base
                  : rough / base > 2 ? 5 * base
                  : rough / base > 1 ? 2 * base
                                     : base;
    double first = ceil(axis->low / step - 1e-9);
    /* Whole numbers are exact. NOLINTNEXTLINE(cert-flp30-c) */
    for (; axis->tick_count < CHART_TICKS; first += 1) {
        double tick = first * step;
        if (tick > axis->high + step * 1e-9)
            break;
        axis->ticks[axis->tick_count++] = fabs(tick) < step * 1e-9 ? 0 : tick;
    }
}

/* Powers of ten; 2 and 5 of them too where that is few. */
static void fit_powers(struct axis *axis, size_t wanted)
{
    int first = (int)floor(log10(axis->low)), last = (int)ceil(log10(axis->high));
    int stride = 1;
    while ((last - first) / stride > (int)wanted)
        stride++;
    static const double parts[] = {1, 2, 5};
    size_t each = last - first <= 2 ? 3 : 1;
    for (int power = first; power <= last; power += stride)
        for (size_t i = 0; i < each; i++) {
            double tick = parts[i] * pow(10, power);
            if (tick >= axis->low * (1 - 1e-9) && tick <= axis->high * (1 + 1e-9)
                && axis->tick_count < CHART_TICKS)
                axis->ticks[axis->tick_count++] = tick;
        }
}

void axis_fit(struct axis *axis, double low, double high, bool logarithmic, size_t wanted)
{
    if (!(fabs(low) <= DBL_MAX / 4) || !(fabs(high) <= DBL_MAX / 4)) {
        low = 0;
        high = 1;
    }
    if (low > high) {
        double other = low;
        low = high;
        high = other;
    }
    if (high - low <= 1e-12 * fmax(fabs(low), fabs(high)) || high - low < DBL_MIN * 1e10) {
        double margin = low != 0 && fabs(low) > DBL_MIN * 1e20 ? fabs(low) / 10 : 1;
        low -= margin;
        high += margin;
    }
    *axis = (struct axis){.low = low, .high = high, .logarithmic = logarithmic && low > 0};
    if (wanted > CHART_TICKS - 2)
        wanted = CHART_TICKS - 2;
    if (axis->logarithmic)
        fit_powers(axis, wanted);
    else
        fit_even(axis, wanted);
}

double axis_share(const struct axis *axis, double value)
{
    if (!axis->logarithmic)
        return (value - axis->low) / (axis->high - axis->low);
    if (!(value > 0))
        return 0;
    return log(value / axis->low) / log(axis->high / axis->low);
}

void axis_tick_text(double value, char text[32])
{
    static const struct {
        double size;
        char unit;
    } units[] = {{1e9, 'G'}, {1e6, 'M'}, {1e3, 'k'}};
    double size = fabs(value);
    for (size_t i = 0; i < 3; i++)
        if (size >= 9.9995 * units[i].size / 10 && size < 1e12 && size >= 1e4) {
            snprintf(text, 32, "%.4g%c", value / units[i].size, units[i].unit);
            return;
        }
    snprintf(text, 32, size > 0 && (size < 1e-4 || size >= 1e12) ? "%.3g" : "%.4g", value);
    char *zero = strstr(text, "e-0"); /* 1e-6 rather than 1e-06 */
    if (zero != NULL)
        memmove(zero + 2, zero + 3, strlen(zero + 3) + 1);
}

double panel_x(const struct panel *panel, double value)
{
    return panel->x + panel->width * axis_share(&panel->across, value);
}

double panel_y(const struct panel *panel, double value)
{
    return panel->y + panel->height * (1 - axis_share(&panel->up, value));
}

static void draw_across(struct svg *svg, const struct panel *panel)
{
    char text[32];
    double foot = panel->y + panel->height;
    for (size_t i = 0; i < panel->across.tick_count; i++) {
        double x = panel_x(panel, panel->across.ticks[i]);
        svg_line(svg, x, foot, x, foot + 4, "axis");
        axis_tick_text(panel->across.ticks[i], text);
        svg_text(svg, x, foot + 17, "middle", "note", text);
    }
}

static void draw_up(struct svg *svg, const struct panel *panel)
{
    char text[32];
    for (size_t i = 0; i < panel->up.tick_count; i++) {
        double y = panel_y(panel, panel->up.ticks[i]);
        svg_line(svg, panel->x, y, panel->x + panel->width, y, "grid");
        axis_tick_text(panel->up.ticks[i], text);
        svg_text(svg, panel->x - 6, y + 4, "end", "note", text);
    }
}

void panel_draw(struct svg *svg, const struct panel *panel, const char *across, const char *up)
{
    svg_rect(svg, panel->x, panel->y, panel->width, panel->height, "panel");
    draw_up(svg, panel);
    draw_across(svg, panel);
    svg_line(svg, panel->x, panel->y + panel->height, panel->x + panel->width,
             panel->y + panel->height, "axis");
    if (across != NULL)
        svg_text(svg, panel->x + panel->width / 2, panel->y + panel->height + 34, "middle", "label",
                 across);
    if (up != NULL)
        svg_text(svg, panel->x, panel->y - 8, "start", "label", up);
}
