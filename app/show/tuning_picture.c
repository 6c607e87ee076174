/* tuning_picture.c: the scores of candidates over the rungs of a search. */
#include "tuning_picture.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 720
#define LEFT 64
#define RIGHT 24
#define TOP 84
#define HEIGHT 320
#define FOOT 64
#define MARGIN 0.03      /* above and below the scores */
#define MOST_OPTIONS 104 /* characters of a line below */

/* The scores that the panel has room for: those behind the worst that went on by as much again as
 * lies between it and the best are at its edge. */
static void fit_scores(struct axis *axis, const struct tuned *tuned)
{
    double low = INFINITY, high = -INFINITY, worst_low = INFINITY, worst_high = -INFINITY;
    for (size_t i = 0; i < tuned->count; i++)
        for (size_t rung = 0; rung < tuned->standings[i].rungs; rung++) {
            double score = tuned->standings[i].scores[rung];
            bool stayed = tuned->standings[i].rungs > 1 || tuned->standings[i].candidate == 0;
            if (!isfinite(score))
                continue;
            worst_low = fmin(worst_low, score);
            worst_high = fmax(worst_high, score);
            low = stayed ? fmin(low, score) : low;
            high = stayed ? fmax(high, score) : high;
        }
    double room = high - low;
    low = fmax(worst_low, low - room);
    high = fmin(worst_high, high + room);
    room = (high - low) * MARGIN;
    axis_fit(axis, low - room, high + room, false, 6);
}

static double rung_x(const struct panel *panel, const struct tuned *tuned, size_t rung)
{
    size_t rungs = bp_tuning_rungs(tuned->tuning);
    return panel->x + panel->width * ((double)rung + 0.5) / (double)rungs;
}

/* At the edge where it lies beyond, or diverged. */
static double score_y(const struct panel *panel, const struct tuned *tuned, double score)
{
    bool higher = bp_tuning_metric(tuned->tuning)->higher_is_better;
    if (isnan(score))
        score = higher ? panel->up.low : panel->up.high;
    return panel_y(panel, fmin(fmax(score, panel->up.low), panel->up.high));
}

static void write_tooltip(char text[512], struct output *out, const struct tuned *tuned,
                          size_t candidate)
{
    struct output options;
    output_open_memory(&options);
    if (candidate == 0)
        output_print(&options, "%s as it is", tuned->recipe);
    else
        tuned_print_settings(&options, tuned, candidate);
    snprintf(text, 512, "%s", output_kept_text(&options, out));
    output_discard(&options);
}

static void draw_candidate(struct svg *svg, const struct panel *panel, const struct tuned *tuned,
                           size_t place)
{
    const struct standing *one = &tuned->standings[place];
    bool best = one->candidate != 0 && one->candidate == bp_tuning_best(tuned->tuning);
    bool recipe = one->candidate == 0;
    char tooltip[512];
    write_tooltip(tooltip, svg->out, tuned, one->candidate);
    svg_group(svg, tooltip);
    svg_curve_begin(svg, best ? "s3" : recipe ? "s2" : "s1 thin faint");
    for (size_t rung = 0; rung < one->rungs; rung++)
        svg_curve_point(svg, rung_x(panel, tuned, rung), score_y(panel, tuned, one->scores[rung]));
    svg_curve_end(svg);
    for (size_t rung = 0; rung < one->rungs; rung++)
        svg_circle(svg, rung_x(panel, tuned, rung), score_y(panel, tuned, one->scores[rung]),
                   best || recipe ? 4.5 : 3,
                   best     ? "point s3"
                   : recipe ? "point s2"
                            : "point s1 see");
    svg_group_end(svg);
}

static void draw_rungs(struct svg *svg, const struct panel *panel, const struct tuned *tuned)
{
    for (size_t rung = 0; rung < bp_tuning_rungs(tuned->tuning); rung++) {
        char text[64];
        double x = rung_x(panel, tuned, rung), foot = panel->y + panel->height;
        size_t left = 0;
        for (size_t i = 0; i < tuned->count; i++)
            left += tuned->standings[i].rungs > rung;
        svg_line(svg, x, foot, x, foot + 4, "axis");
        snprintf(text, sizeof text, "%zu epochs", tuned_epochs(tuned, rung));
        svg_text(svg, x, foot + 17, "middle", "label", text);
        snprintf(text, sizeof text, "%zu candidates", left);
        svg_text(svg, x, foot + 32, "middle", "note", text);
    }
}

static double draw_key(struct svg *svg, double x, const char *look, const char *text)
{
    svg_circle(svg, x + 5, TOP - 30, 4.5, look);
    svg_text(svg, x + 14, TOP - 26, "start", "label", text);
    return x + 34 + 6.2 * (double)strlen(text);
}

static void draw_keys(struct svg *svg, const struct tuned *tuned)
{
    char text[64];
    bool other = bp_tuning_best(tuned->tuning) != 0;
    snprintf(text, sizeof text, "%s as it is%s", tuned->recipe, other ? "" : ", the best");
    double x = draw_key(svg, LEFT, "point s2", text);
    if (other)
        x = draw_key(svg, x, "point s3", "the best of the last rung");
    draw_key(svg, x, "point s1 see", "others");
}

void tuning_draw(struct output *out, const struct tuned *tuned)
{
    struct svg svg;
    char text[128], options[512];
    struct panel panel = {.x = LEFT, .y = TOP, .width = WIDTH - LEFT - RIGHT, .height = HEIGHT};
    const bp_metric *metric = bp_tuning_metric(tuned->tuning);
    svg_begin(&svg, out, WIDTH, TOP + HEIGHT + FOOT, "Candidates of a search",
              "the score of every candidate on each rung");
    svg_text(&svg, LEFT, 28, "start", "title", "What was tried, rung by rung");
    draw_keys(&svg, tuned);
    fit_scores(&panel.up, tuned);
    snprintf(text, sizeof text, "%s of rows held out, %s is better", metric->name,
             metric->higher_is_better ? "higher" : "lower");
    panel_draw(&svg, &panel, NULL, text);
    draw_rungs(&svg, &panel, tuned);
    for (size_t i = tuned->count; i > 0; i--) /* the best above the others */
        if (tuned->standings[i - 1].candidate != 0)
            draw_candidate(&svg, &panel, tuned, i - 1);
    for (size_t i = 0; i < tuned->count; i++)
        if (tuned->standings[i].candidate == 0)
            draw_candidate(&svg, &panel, tuned, i);
    if (bp_tuning_best(tuned->tuning) != 0) {
        write_tooltip(options, out, tuned, bp_tuning_best(tuned->tuning));
        svg_text_cut(&svg, LEFT, TOP + HEIGHT + 54, "start", "note", options, MOST_OPTIONS);
    }
    svg_end(&svg);
}
