/* curves.c: losses and learning rate over the epochs. */
#include "curves.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 720
#define LEFT 64
#define RIGHT 24
#define TOP 64
#define LOSS_HEIGHT 260
#define RATE_HEIGHT 90
#define POINTS 600 /* more of them would not show */

typedef double number_of(const struct epoch *epoch);

static double training_loss(const struct epoch *epoch)
{
    return epoch->loss;
}

static double held_out_loss(const struct epoch *epoch)
{
    return epoch->validation_loss;
}

static double rate(const struct epoch *epoch)
{
    return epoch->learning_rate;
}

static bool has(const struct watch *watch, number_of *of)
{
    for (size_t i = 0; i < watch->epoch_count; i++)
        if (isfinite(of(&watch->epochs[i])))
            return true;
    return false;
}

static void widen(const struct watch *watch, number_of *of, double *low, double *high)
{
    for (size_t i = 0; i < watch->epoch_count; i++) {
        double value = of(&watch->epochs[i]);
        if (!isfinite(value))
            continue;
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
}

static void draw_curve(struct svg *svg, const struct panel *panel, const struct watch *watch,
                       number_of *of, const char *look)
{
    size_t stride = watch->epoch_count / POINTS + 1;
    svg_curve_begin(svg, look);
    for (size_t i = 0; i < watch->epoch_count; i++) {
        const struct epoch *epoch = &watch->epochs[i];
        bool last = i + 1 == watch->epoch_count;
        if (isfinite(of(epoch)) && (i % stride == 0 || last))
            svg_curve_point(svg, panel_x(panel, (double)epoch->number), panel_y(panel, of(epoch)));
    }
    svg_curve_end(svg);
}

static double draw_key(struct svg *svg, double x, const char *look, const char *text)
{
    svg_curve_begin(svg, look);
    svg_curve_point(svg, x, TOP - 16);
    svg_curve_point(svg, x + 18, TOP - 16);
    svg_curve_end(svg);
    svg_text(svg, x + 24, TOP - 12, "start", "label", text);
    return x + 40 + 6.2 * (double)snprintf(NULL, 0, "%s", text);
}

static void draw_best(struct svg *svg, const struct panel *panel, const struct watch *watch)
{
    char text[64];
    double x = panel_x(panel, (double)watch->best_epoch);
    bool right = x > panel->x + panel->width * 0.75;
    if (watch->best_epoch < watch->epochs[0].number)
        return;
    svg_line(svg, x, panel->y, x, panel->y + panel->height, "axis dash");
    snprintf(text, sizeof text, "best: epoch %zu", watch->best_epoch);
    svg_text(svg, right ? x - 6 : x + 6, panel->y + 14, right ? "end" : "start", "note", text);
}

static void draw_losses(struct svg *svg, struct panel *panel, const struct watch *watch,
                        bool rate_below)
{
    double low = INFINITY, high = -INFINITY;
    bool held_out = has(watch, held_out_loss);
    widen(watch, training_loss, &low, &high);
    widen(watch, held_out_loss, &low, &high);
    bool powers = low > 0 && high / low > 20;
    axis_fit(&panel->up, powers || low > high / 3 ? low : 0, high, powers, 6);
    panel_draw(svg, panel, rate_below ? NULL : "epoch", NULL);
    draw_curve(svg, panel, watch, training_loss, "s1");
    double x = draw_key(svg, LEFT, "s1", "loss of the rows learned from");
    if (held_out) {
        draw_curve(svg, panel, watch, held_out_loss, "s2");
        draw_key(svg, x, "s2", "of the rows held out");
    }
    if (watch->best_epoch > 0)
        draw_best(svg, panel, watch);
}

void curves_draw(struct output *out, const struct watch *watch, const char *title)
{
    struct svg svg;
    double low = INFINITY, high = -INFINITY;
    widen(watch, rate, &low, &high);
    bool moves = high > low;
    double height = TOP + LOSS_HEIGHT + 48 + (moves ? RATE_HEIGHT + 44 : 0);
    struct panel panel = {
        .x = LEFT, .y = TOP, .width = WIDTH - LEFT - RIGHT, .height = LOSS_HEIGHT};
    svg_begin(&svg, out, WIDTH, height, title, "loss over the epochs of a training");
    svg_text_cut(&svg, LEFT, 28, "start", "title", title, 70);
    if (watch->epoch_count > 0) {
        axis_fit(&panel.across, (double)watch->epochs[0].number,
                 (double)watch->epochs[watch->epoch_count - 1].number, false, 8);
        draw_losses(&svg, &panel, watch, moves);
    }
    if (moves) {
        panel.y += LOSS_HEIGHT + 48;
        panel.height = RATE_HEIGHT;
        axis_fit(&panel.up, low > 0 && high / low > 20 ? low : 0, high, low > 0 && high / low > 20,
                 3);
        panel_draw(&svg, &panel, "epoch", "learning rate");
        draw_curve(&svg, &panel, watch, rate, "s3 thin");
    }
    svg_end(&svg);
}
