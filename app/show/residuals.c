/* residuals.c: how far off numbers are. */
#include "judged.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>

#define SIDE 280
#define GAP 72
#define LEFT 64
#define TOP 64
#define POINTS 2000
#define BINS 24

static void draw_points(struct svg *svg, const bp_answers *answers, const char *target)
{
    struct panel panel = {.x = LEFT, .y = TOP, .width = SIDE, .height = SIDE};
    double low = INFINITY, high = -INFINITY;
    char title[96];
    size_t stride = answers->count / POINTS + 1;
    for (size_t i = 0; i < answers->count; i++) {
        low = fmin(low, fmin(answers->actual[i], answers->predicted[i]));
        high = fmax(high, fmax(answers->actual[i], answers->predicted[i]));
    }
    axis_fit(&panel.across, low, high, false, 5);
    axis_fit(&panel.up, low, high, false, 5);
    snprintf(title, sizeof title, "%.60s, the truth", target);
    panel_draw(svg, &panel, title, "answer");
    for (size_t i = 0; i < answers->count; i += stride)
        svg_circle(svg, panel_x(&panel, answers->actual[i]), panel_y(&panel, answers->predicted[i]),
                   2.2, "bar s1 see");
    svg_line(svg, panel.x, panel.y + panel.height, panel.x + panel.width, panel.y, "axis dash");
}

static void draw_histogram(struct svg *svg, const bp_answers *answers)
{
    struct panel panel = {.x = LEFT + SIDE + GAP, .y = TOP, .width = SIDE, .height = SIDE};
    size_t counts[BINS] = {0}, most = 1;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < answers->count; i++) {
        low = fmin(low, answers->predicted[i] - answers->actual[i]);
        high = fmax(high, answers->predicted[i] - answers->actual[i]);
    }
    axis_fit(&panel.across, low, high, false, 5);
    for (size_t i = 0; i < answers->count; i++) {
        double share = axis_share(&panel.across, answers->predicted[i] - answers->actual[i]);
        size_t bin = share > 0 ? (size_t)(share * BINS) : 0; /* false of NaN too */
        bin = bin < BINS ? bin : BINS - 1;
        most = ++counts[bin] > most ? counts[bin] : most;
    }
    axis_fit(&panel.up, 0, (double)most, false, 5);
    panel_draw(svg, &panel, "answer minus truth", "rows");
    double step = panel.width / BINS;
    for (size_t i = 0; i < BINS; i++) {
        double y = panel_y(&panel, (double)counts[i]);
        svg_rect(svg, panel.x + (double)i * step + 0.5, y, step - 1, panel.y + panel.height - y,
                 "bar s1");
    }
    if (low < 0 && high > 0)
        svg_line(svg, panel_x(&panel, 0), panel.y, panel_x(&panel, 0), panel.y + panel.height,
                 "axis dash");
}

void residuals_draw(struct output *out, const bp_answers *answers, const char *target)
{
    struct svg svg;
    svg_begin(&svg, out, LEFT + 2 * SIDE + GAP + 24, TOP + SIDE + 48, "Answers and truth",
              "left: answers over the truth; right: a histogram of answer minus truth");
    svg_text(&svg, 16, 26, "start", "title", "How far off the answers are");
    draw_points(&svg, answers, target);
    draw_histogram(&svg, answers);
    svg_end(&svg);
}
