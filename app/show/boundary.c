/* boundary.c: the plane of two inputs by the class that is answered there. */
#include "boundary.h"

#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIDE 420
#define LEFT 64
#define TOP 88
#define CELLS 84   /* each way */
#define POINTS 800 /* rows drawn, at most */

bool boundary_is_possible(const struct evaluated *evaluated)
{
    const bp_preparation *p = bp_model_preparation(evaluated->model);
    bp_prepared_column column;
    size_t classes = bp_preparation_class_count(p);
    if (bp_preparation_input_count(p) != 2 || classes == 0 || classes > SVG_SERIES)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (!bp_preparation_input_column(p, i, &column) || column.kind != BP_COLUMN_NUMBER)
            return false;
    return true;
}

static double cell_of(const struct evaluated *evaluated, size_t column, size_t row)
{
    bp_matrix numbers = bp_table_numbers(evaluated->table, column);
    return numbers.type == BP_F32 ? (double)((const float *)numbers.data)[row]
                                  : ((const double *)numbers.data)[row];
}

static bool find_columns(const struct evaluated *evaluated, size_t columns[2])
{
    const bp_preparation *p = bp_model_preparation(evaluated->model);
    for (size_t i = 0; i < 2; i++)
        if (bp_preparation_find_input(p, evaluated->table, i, &columns[i], NULL) != BP_OK
            || bp_table_numbers(evaluated->table, columns[i]).data == NULL)
            return false;
    return true;
}

/* An axis over a column's numbers, with some room around them. */
static void fit_axis(struct axis *axis, const struct evaluated *evaluated, size_t column)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t row = 0; row < bp_table_row_count(evaluated->table); row++) {
        low = fmin(low, cell_of(evaluated, column, row));
        high = fmax(high, cell_of(evaluated, column, row));
    }
    double margin = (high - low) / 16;
    axis_fit(axis, low - margin, high + margin, false, 6);
}

/* "cell s2 t3": the class, and how sure, of the middle of a cell; nothing where there is no
 * answer. */
static void look_at(const struct evaluated *evaluated, const struct panel *panel, size_t x,
                    size_t y, char look[32])
{
    const struct axis *axes[2] = {&panel->across, &panel->up};
    const double places[2] = {((double)x + 0.5) / CELLS, 1 - ((double)y + 0.5) / CELLS};
    double numbers[2], outputs[SVG_SERIES], probabilities[SVG_SERIES];
    for (size_t i = 0; i < 2; i++)
        numbers[i] = axes[i]->low + places[i] * (axes[i]->high - axes[i]->low);
    look[0] = '\0';
    if (bp_predict_row(evaluated->predictor, numbers, outputs, NULL) != BP_OK)
        return;
    uint32_t code = bp_predictor_class(evaluated->predictor, outputs);
    bp_predictor_probabilities(evaluated->predictor, outputs, probabilities);
    size_t tint = 1 + (size_t)fmin(3, fmax(0, 4 * (probabilities[code] - 0.5) * 2));
    snprintf(look, 32, "cell s%u t%zu", (unsigned)(code + 1) % 10u, tint);
}

/* Neighbors that look the same are one rectangle. */
static void draw_row(struct svg *svg, const struct evaluated *evaluated, const struct panel *panel,
                     size_t y)
{
    double side = panel->width / CELLS;
    char look[32] = "", begun[32] = "";
    size_t start = 0;
    for (size_t x = 0; x <= CELLS; x++) {
        if (x < CELLS)
            look_at(evaluated, panel, x, y, look);
        if (x < CELLS && strcmp(look, begun) == 0)
            continue;
        if (begun[0] != '\0')
            svg_rect(svg, panel->x + (double)start * side, panel->y + (double)y * side,
                     (double)(x - start) * side, side, begun);
        memcpy(begun, look, sizeof begun);
        start = x;
    }
}

static void draw_points(struct svg *svg, const struct evaluated *evaluated,
                        const struct panel *panel, const size_t columns[2])
{
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, 0);
    size_t stride = answers->count / POINTS + 1;
    char look[32];
    for (size_t row = 0; row < answers->count; row += stride) {
        double x = cell_of(evaluated, columns[0], row), y = cell_of(evaluated, columns[1], row);
        if (isnan(x) || isnan(y))
            continue;
        snprintf(look, sizeof look, "point s%u",
                 (unsigned)(answers->actual_classes[row] + 1) % 10u);
        svg_circle(svg, panel_x(panel, x), panel_y(panel, y), 3, look);
    }
}

static void draw_key(struct svg *svg, const bp_preparation *preparation)
{
    char look[32];
    for (size_t k = 0; k < bp_preparation_class_count(preparation); k++) {
        snprintf(look, sizeof look, "point s%zu", k + 1);
        svg_circle(svg, LEFT + 5 + (double)k * 76, TOP - 37, 4, look);
        svg_text_cut(svg, LEFT + 14 + (double)k * 76, TOP - 33, "start", "label",
                     bp_preparation_class_name(preparation, (uint32_t)k), 10);
    }
}

void boundary_draw(struct output *out, const struct evaluated *evaluated)
{
    const bp_preparation *p = bp_model_preparation(evaluated->model);
    struct panel panel = {.x = LEFT, .y = TOP, .width = SIDE, .height = SIDE};
    struct svg svg;
    size_t columns[2];
    if (!find_columns(evaluated, columns))
        return;
    fit_axis(&panel.across, evaluated, columns[0]);
    fit_axis(&panel.up, evaluated, columns[1]);
    svg_begin(&svg, out, LEFT + SIDE + 24, TOP + SIDE + 48, "Decision boundary",
              "the plane of both inputs by the class that is answered there");
    svg_text(&svg, 16, 26, "start", "title", "Which class is answered where");
    draw_key(&svg, p);
    panel_draw(&svg, &panel, bp_preparation_input_name(p, 0), bp_preparation_input_name(p, 1));
    for (size_t y = 0; y < CELLS; y++)
        draw_row(&svg, evaluated, &panel, y);
    draw_points(&svg, evaluated, &panel, columns);
    svg_end(&svg);
}
