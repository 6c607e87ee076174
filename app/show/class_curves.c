/* class_curves.c: what thresholds would do, and whether probabilities can be believed. */
#include "judged.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE 196
#define GAP 52
#define LEFT 48
#define TOP 76
#define POINTS 300 /* of a curve; more would not show */

typedef size_t curve_of(const bp_answers *answers, uint32_t class_code, double *across, double *up);

/* The classes that are drawn: the second of two, else those with the most rows. */
static size_t choose(const bp_answers *answers, const bp_class_score *scores,
                     uint32_t chosen[SVG_SERIES])
{
    size_t count = 0;
    if (answers->classes == 2) {
        chosen[0] = 1;
        return 1;
    }
    for (uint32_t k = 0; k < answers->classes; k++) {
        size_t place = count;
        while (place > 0 && scores[chosen[place - 1]].actual < scores[k].actual)
            place--;
        if (place == SVG_SERIES)
            continue;
        count += count < SVG_SERIES;
        for (size_t i = count - 1; i > place; i--)
            chosen[i] = chosen[i - 1];
        chosen[place] = k;
    }
    return count;
}

static struct panel panel_at(size_t index)
{
    struct panel panel = {
        .x = LEFT + (double)index * (SIDE + GAP), .y = TOP, .width = SIDE, .height = SIDE};
    axis_fit(&panel.across, 0, 1, false, 4);
    axis_fit(&panel.up, 0, 1, false, 4);
    return panel;
}

static void draw_curves(struct svg *svg, size_t index, curve_of *curve, const char *across_title,
                        const char *up_title, const bp_answers *answers, const uint32_t *chosen,
                        size_t count, double *room)
{
    struct panel panel = panel_at(index);
    double *across = room, *up = room + answers->count + 1;
    char look[32];
    panel_draw(svg, &panel, across_title, up_title);
    for (size_t i = count; i-- > 0;) {
        size_t points = curve(answers, chosen[i], across, up), stride = points / POINTS + 1;
        if (points == 0)
            continue;
        snprintf(look, sizeof look, "s%zu", i + 1);
        svg_curve_begin(svg, look);
        for (size_t p = 0; p < points; p++)
            if (p % stride == 0 || p + 1 == points)
                svg_curve_point(svg, panel_x(&panel, across[p]), panel_y(&panel, up[p]));
        svg_curve_end(svg);
    }
}

static void draw_diagonal(struct svg *svg, size_t index)
{
    struct panel panel = panel_at(index);
    svg_line(svg, panel.x, panel.y + panel.height, panel.x + panel.width, panel.y, "axis dash");
}

/* A dot for each bin, the larger the more answers it holds. */
static void draw_calibration(struct svg *svg, size_t index, const bp_answers *answers)
{
    struct panel panel = panel_at(index);
    bp_calibration_bin bins[BP_CALIBRATION_BINS];
    char text[128];
    panel_draw(svg, &panel, "probability of the answer", "share that is right");
    draw_diagonal(svg, index);
    bp_answers_calibration(answers, bins);
    for (size_t i = 0; i < BP_CALIBRATION_BINS; i++) {
        if (bins[i].count == 0)
            continue;
        double share = (double)bins[i].count / (double)answers->count;
        snprintf(text, sizeof text, "%zu answers: probability %.3f, right %.3f", bins[i].count,
                 bins[i].probability, bins[i].right);
        svg_group(svg, text);
        svg_circle(svg, panel_x(&panel, bins[i].probability), panel_y(&panel, bins[i].right),
                   2.5 + 9 * sqrt(share), "bar s1 see");
        svg_group_end(svg);
    }
}

static void draw_key(struct svg *svg, const uint32_t *chosen, size_t count,
                     const bp_preparation *preparation)
{
    char look[32];
    for (size_t i = 0; i < count; i++) {
        double x = LEFT + (double)i * 112;
        snprintf(look, sizeof look, "bar s%zu", i + 1);
        svg_rect(svg, x, TOP - 40, 10, 10, look);
        svg_text_cut(svg, x + 15, TOP - 31, "start", "label",
                     bp_preparation_class_name(preparation, chosen[i]), 15);
    }
}

void class_curves_draw(struct output *out, const bp_answers *answers,
                       const bp_preparation *preparation)
{
    struct svg svg;
    uint32_t chosen[SVG_SERIES];
    bp_class_score *scores = calloc(answers->classes, sizeof *scores);
    double *room = calloc(2 * answers->count + 2, sizeof *room);
    if (scores == NULL || room == NULL) {
        output_lacks_memory(out);
    } else {
        bp_answers_class_scores(answers, scores);
        size_t count = choose(answers, scores, chosen);
        svg_begin(&svg, out, LEFT + 3 * (SIDE + GAP) - GAP + 20, TOP + SIDE + 48,
                  "ROC, precision and recall, calibration",
                  "three panels: ROC curves, precision over recall, and a calibration diagram");
        svg_text(&svg, 16, 24, "start", "title", "What a threshold would do; what to believe");
        draw_key(&svg, chosen, count, preparation);
        draw_curves(&svg, 0, bp_answers_roc, "share of the others let through",
                    "share of the class found", answers, chosen, count, room);
        draw_diagonal(&svg, 0);
        draw_curves(&svg, 1, bp_answers_precision_recall, "recall", "precision", answers, chosen,
                    count, room);
        draw_calibration(&svg, 2, answers);
        svg_end(&svg);
    }
    free(room);
    free(scores);
}
