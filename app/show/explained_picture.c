/* explained_picture.c: which picture fits, and how answers depend on one column. */
#include "explained_picture.h"

#include "chart.h"
#include "cli/terminal.h"
#include "explained_bars.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 720
#define LEFT 64
#define RIGHT 24
#define TOP 84
#define HEIGHT 300
#define LEAST_SIDE 8

/* ---- One column ---------------------------------------------------------------------- */

static bool is_even(const struct explained *x)
{
    return bp_dependence_text(x->dependence, 0) != NULL; /* categories have no size */
}

static double across_of(const struct explained *x, size_t point)
{
    return is_even(x) ? (double)point : bp_dependence_value(x->dependence, point);
}

static void fit_axes(struct panel *panel, const struct explained *x, size_t first, size_t count)
{
    size_t points = bp_dependence_points(x->dependence);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < points; i++)
        for (size_t k = first; k < first + count; k++) {
            double mean = bp_dependence_mean(x->dependence, i, k);
            low = fmin(low, mean);
            high = fmax(high, mean);
            for (size_t c = 0; c < x->curves; c++) {
                double one = bp_dependence_curve(x->dependence, c, i, k);
                low = fmin(low, one);
                high = fmax(high, one);
            }
        }
    if (bp_preparation_class_count(x->preparation) > 0)
        axis_fit(&panel->up, 0, 1, false, 5); /* probabilities */
    else
        axis_fit(&panel->up, low, high, false, 6);
    if (is_even(x))
        axis_fit(&panel->across, -0.5, (double)points - 0.5, false, 8);
    else
        axis_fit(&panel->across, across_of(x, 0), across_of(x, points - 1), false, 8);
    bp_prepared_column column = {.kind = BP_COLUMN_NUMBER};
    bp_preparation_input_column(x->preparation, x->input, &column);
    if (is_even(x) || column.kind == BP_COLUMN_DATE)
        panel->across.tick_count = 0; /* told in words instead */
}

/* A curve of an answer: the mean of all rows, or that of one. */
static void draw_curve(struct svg *svg, const struct panel *panel, const struct explained *x,
                       size_t answer, size_t curve, bool mean, const char *look)
{
    svg_curve_begin(svg, look);
    for (size_t i = 0; i < bp_dependence_points(x->dependence); i++) {
        double y = mean ? bp_dependence_mean(x->dependence, i, answer)
                        : bp_dependence_curve(x->dependence, curve, i, answer);
        svg_curve_point(svg, panel_x(panel, across_of(x, i)), panel_y(panel, y));
    }
    svg_curve_end(svg);
}

/* The cells in words: all categories, or the first and the last day. */
static void draw_words(struct svg *svg, const struct panel *panel, const struct explained *x)
{
    char text[256];
    size_t points = bp_dependence_points(x->dependence);
    size_t step = is_even(x) ? points / 10 + 1 : points > 1 ? points - 1 : 1;
    for (size_t i = 0; i < points && panel->across.tick_count == 0; i += step) {
        explained_point(x, i, text, sizeof text);
        svg_text_cut(svg, panel_x(panel, across_of(x, i)), panel->y + panel->height + 17,
                     !is_even(x) && i == 0 ? "start"
                     : is_even(x)          ? "middle"
                                           : "end",
                     "note", text, 14);
    }
}

/* "s1", or "rest" of answers that have no color of their own. */
static void look_of(size_t answer, const char *before, const char *after, char look[32])
{
    if (answer < SVG_SERIES)
        snprintf(look, 32, "%ss%zu%s", before, answer + 1, after);
    else
        snprintf(look, 32, "%srest%s", before, after);
}

static void draw_means(struct svg *svg, const struct panel *panel, const struct explained *x,
                       size_t first, size_t count)
{
    char look[32];
    for (size_t k = first; k < first + count; k++) {
        look_of(k, "", " thin faint", look);
        for (size_t c = 0; c < x->curves; c++)
            draw_curve(svg, panel, x, k, c, false, look);
    }
    for (size_t k = first; k < first + count; k++) {
        look_of(k, "", "", look);
        svg_group(svg, explained_name(x, k));
        draw_curve(svg, panel, x, k, 0, true, look);
        look_of(k, "bar ", "", look);
        for (size_t i = 0; i < bp_dependence_points(x->dependence) && is_even(x); i++)
            svg_rect(svg, panel_x(panel, across_of(x, i)) - 3,
                     panel_y(panel, bp_dependence_mean(x->dependence, i, k)) - 3, 6, 6, look);
        svg_group_end(svg);
    }
}

static void draw_keys(struct svg *svg, const struct explained *x)
{
    char look[32];
    double at = LEFT;
    for (size_t k = 0; k < x->answers && k < SVG_SERIES; k++) {
        const char *name = explained_name(x, k);
        int length = snprintf(NULL, 0, "%.16s", name);
        look_of(k, "", "", look);
        svg_curve_begin(svg, look);
        svg_curve_point(svg, at, TOP - 28);
        svg_curve_point(svg, at + 18, TOP - 28);
        svg_curve_end(svg);
        svg_text_cut(svg, at + 24, TOP - 24, "start", "label", name, 16);
        at += 42 + 6.6 * length;
    }
}

/* Classes share a panel; targets, whose units differ, have one each. */
static void draw_dependence(struct output *out, const struct explained *x)
{
    struct svg svg;
    char title[512];
    bool classes = bp_preparation_class_count(x->preparation) > 0;
    size_t panels = classes ? 1 : x->answers;
    const char *name = bp_preparation_input_name(x->preparation, x->input);
    snprintf(title, sizeof title, "answers by %.300s", name);
    svg_begin(&svg, out, WIDTH, TOP + (HEIGHT + 56) * (double)panels + 8, title,
              "the mean answers when all rows have the same cell in a column");
    svg_text_cut(&svg, LEFT, 28, "start", "title", title, 70);
    if (classes)
        draw_keys(&svg, x);
    for (size_t i = 0; i < panels; i++) {
        struct panel panel = {.x = LEFT,
                              .y = TOP + (HEIGHT + 56) * (double)i,
                              .width = WIDTH - LEFT - RIGHT,
                              .height = HEIGHT};
        fit_axes(&panel, x, i, classes ? x->answers : 1);
        panel_draw(&svg, &panel, i + 1 == panels ? name : NULL,
                   classes ? "mean probability" : explained_name(x, i));
        draw_words(&svg, &panel, x);
        draw_means(&svg, &panel, x, i, classes ? x->answers : 1);
    }
    svg_end(&svg);
}

/* ---- Which picture --------------------------------------------------------------------- */

/* The side of the image that the inputs may be, or 0: columns of numbers, none left out. */
static size_t image_side(const struct explained *x)
{
    size_t side = (size_t)(sqrt((double)x->inputs) + 0.5), first = 0;
    if (side < LEAST_SIDE || side * side != x->inputs)
        return 0;
    for (size_t i = 0; i < x->inputs; i++) {
        bp_prepared_column column;
        if (!bp_preparation_input_column(x->preparation, i, &column)
            || column.kind != BP_COLUMN_NUMBER)
            return 0;
        first = i == 0 ? column.position : first;
        if (column.position != first + i)
            return 0;
    }
    return side;
}

void explained_draw(struct output *out, const struct explained *x)
{
    char title[512];
    size_t side = image_side(x);
    if (x->kind == EXPLAINED_DEPENDENCE) {
        draw_dependence(out, x);
        return;
    }
    if (x->kind == EXPLAINED_COLUMNS)
        snprintf(title, sizeof title, "what %s loses when a column is shuffled", x->metric->name);
    else
        snprintf(title, sizeof title, "why row %zu is answered %.200s", x->row + 1,
                 explained_name(x, x->first));
    if (side > 0)
        explained_draw_image(out, x, side, title);
    else
        explained_draw_bars(out, x, title);
}
