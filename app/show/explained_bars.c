/* explained_bars.c: importances and shares as bars, or as the pixels of an image. */
#include "explained_bars.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 720
#define TOP 76
#define LEFT 190
#define RIGHT 76
#define PITCH 24
#define BARS 20
#define IMAGE 448 /* the side of an image */
#define MARGIN 32

/* The explained row's first answer, or the importances. */
static double value_of(const struct explained *x, size_t input)
{
    return x->kind == EXPLAINED_ROW ? x->values[input] : x->importances[input].mean;
}

/* Half of an interval of 95 %; 0 where there is none. */
static double margin_of(const struct explained *x, size_t input)
{
    if (x->kind == EXPLAINED_ROW)
        return x->shapley ? 1.96 * x->errors[input] : 0;
    double half = x->importances[input].high - x->importances[input].mean;
    return isfinite(half) ? half : 0;
}

static void write_tooltip(const struct explained *x, size_t input, char *text, size_t size)
{
    double half = margin_of(x, input);
    const char *name = bp_preparation_input_name(x->preparation, input);
    if (half > 0)
        snprintf(text, size, "%.200s: %.6g, within %.3g of it at 95 %%", name, value_of(x, input),
                 half);
    else
        snprintf(text, size, "%.200s: %.6g", name, value_of(x, input));
}

static void draw_bar(struct svg *svg, const struct panel *panel, const struct explained *x,
                     size_t place)
{
    char text[512];
    size_t input = x->order[place];
    double y = panel->y + PITCH * (double)place, middle = y + PITCH / 2.0;
    double value = value_of(x, input), half = margin_of(x, input);
    double zero = panel_x(panel, 0), end = panel_x(panel, value);
    write_tooltip(x, input, text, sizeof text);
    svg_group(svg, text);
    svg_text_cut(svg, panel->x - 8, middle + 4, "end", "label",
                 bp_preparation_input_name(x->preparation, input), 26);
    svg_rect(svg, fmin(zero, end), y + 4, fabs(end - zero), PITCH - 8,
             value < 0 ? "bar s2" : "bar s1");
    if (half > 0)
        svg_line(svg, panel_x(panel, value - half), middle, panel_x(panel, value + half), middle,
                 "axis");
    axis_tick_text(value, text);
    svg_text(svg, panel->x + panel->width + 8, middle + 4, "start", "note", text);
    svg_group_end(svg);
}

void explained_draw_bars(struct output *out, const struct explained *x, const char *title)
{
    struct svg svg;
    char text[96];
    size_t count = x->inputs < BARS ? x->inputs : BARS;
    double low = 0, high = 0;
    struct panel panel = {
        .x = LEFT, .y = TOP, .width = WIDTH - LEFT - RIGHT, .height = PITCH * (double)count};
    for (size_t i = 0; i < count; i++) {
        double value = value_of(x, x->order[i]), half = margin_of(x, x->order[i]);
        low = fmin(low, value - half);
        high = fmax(high, value + half);
    }
    axis_fit(&panel.across, low, high, false, 6);
    svg_begin(&svg, out, WIDTH, TOP + panel.height + 56, title, "a bar for each column");
    svg_text_cut(&svg, 24, 28, "start", "title", title, 84);
    if (x->inputs > count) {
        snprintf(text, sizeof text, "the first %zu of %zu columns", count, x->inputs);
        svg_text(&svg, 24, 48, "start", "note", text);
    }
    panel_draw(&svg, &panel, x->kind == EXPLAINED_ROW ? "share of the answer" : "importance", NULL);
    svg_line(&svg, panel_x(&panel, 0), panel.y, panel_x(&panel, 0), panel.y + panel.height, "axis");
    for (size_t i = 0; i < count; i++)
        draw_bar(&svg, &panel, x, i);
    svg_end(&svg);
}

/* ---- Images ------------------------------------------------------------------------------ */

static void draw_key(struct svg *svg, double y, double largest, bool both)
{
    char text[64], size[32];
    axis_tick_text(largest, size);
    svg_tint(svg, MARGIN, y, 14, 14, "heat s1", 1);
    snprintf(text, sizeof text, "+%s", size);
    svg_text(svg, MARGIN + 20, y + 11, "start", "label", text);
    if (!both)
        return;
    svg_tint(svg, MARGIN + 110, y, 14, 14, "heat s2", 1);
    snprintf(text, sizeof text, "-%s", size);
    svg_text(svg, MARGIN + 130, y + 11, "start", "label", text);
}

void explained_draw_image(struct output *out, const struct explained *x, size_t side,
                          const char *title)
{
    struct svg svg;
    char text[512];
    double pixel = (double)IMAGE / (double)side, largest = 0;
    bool both = false;
    for (size_t i = 0; i < x->inputs; i++) {
        largest = fmax(largest, fabs(value_of(x, i)));
        both = both || value_of(x, i) < 0;
    }
    svg_begin(&svg, out, IMAGE + 2 * MARGIN, TOP + IMAGE + 56, title,
              "the columns as the pixels of an image, row after row");
    svg_text_cut(&svg, MARGIN, 28, "start", "title", title, 56);
    snprintf(text, sizeof text, "%zu columns as an image of %zu by %zu", x->inputs, side, side);
    svg_text(&svg, MARGIN, 48, "start", "note", text);
    svg_rect(&svg, MARGIN, TOP, IMAGE, IMAGE, "panel");
    for (size_t i = 0; i < x->inputs; i++) {
        double share = largest > 0 ? fabs(value_of(x, i)) / largest : 0;
        if (share < 0.005)
            continue;
        write_tooltip(x, i, text, sizeof text);
        svg_group(&svg, text);
        svg_tint(&svg, MARGIN + pixel * (double)(i % side), TOP + pixel * (double)(i / side), pixel,
                 pixel, value_of(x, i) < 0 ? "heat s2" : "heat s1", share);
        svg_group_end(&svg);
    }
    svg_rect(&svg, MARGIN, TOP, IMAGE, IMAGE, "frame");
    draw_key(&svg, TOP + IMAGE + 18, largest, both);
    svg_end(&svg);
}
