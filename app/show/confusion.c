/* confusion.c: the confusion matrix as a picture. */
#include "judged.h"

#include "svg.h"

#include <stdio.h>
#include <stdlib.h>

#define LEFT 128
#define TOP 84
#define NUMBERED 14 /* classes whose cells have room for numbers */
#define NAME_LENGTH 18

/* "cell s1 t4": how much of the row's class is here, to a sixth; the right answers are of
 * another color. */
static void look_of(char look[32], size_t count, size_t rows, bool right)
{
    size_t tint = rows == 0 || count == 0 ? 0 : 1 + (count * 5 + rows / 2) / rows;
    snprintf(look, 32, "cell %s t%zu", right ? "s1" : "s2", tint < SVG_SIZES ? tint : SVG_SIZES);
}

static const char *name_of(const bp_preparation *preparation, size_t code)
{
    return bp_preparation_class_name(preparation, (uint32_t)code);
}

static void draw_row(struct svg *svg, const size_t *counts, size_t classes, size_t actual,
                     double cell, const bp_preparation *preparation)
{
    char text[512], look[32];
    size_t rows = 0;
    double y = TOP + (double)actual * cell;
    for (size_t k = 0; k < classes; k++)
        rows += counts[k];
    for (size_t k = 0; k < classes; k++) {
        double x = LEFT + (double)k * cell;
        snprintf(text, sizeof text, "%zu of %zu rows of %.120s answered as %.120s", counts[k], rows,
                 name_of(preparation, actual), name_of(preparation, k));
        svg_group(svg, text);
        look_of(look, counts[k], rows, k == actual);
        svg_rect(svg, x + 1, y + 1, cell - 2, cell - 2, look);
        snprintf(text, sizeof text, "%zu", counts[k]);
        if (classes <= NUMBERED && counts[k] > 0)
            svg_text(svg, x + cell / 2, y + cell / 2 + 4, "middle", "label", text);
        svg_group_end(svg);
    }
    if (cell >= 10)
        svg_text_cut(svg, LEFT - 8, y + cell / 2 + 4, "end", "label", name_of(preparation, actual),
                     NAME_LENGTH);
}

/* Names lie where there is room for them, else every class has its number in the order of the
 * rows. */
static void draw_heads(struct svg *svg, size_t classes, double cell,
                       const bp_preparation *preparation)
{
    for (size_t k = 0; k < classes && cell >= 20; k++)
        svg_text_cut(svg, LEFT + ((double)k + 0.5) * cell, TOP - 8, "middle", "label",
                     name_of(preparation, k), (size_t)(cell / 6.5));
}

void confusion_draw(struct output *out, const bp_answers *answers,
                    const bp_preparation *preparation)
{
    struct svg svg;
    size_t classes = answers->classes;
    double cell = classes <= 6 ? 64 : classes <= NUMBERED ? 40 : 480.0 / (double)classes;
    size_t *counts = calloc(classes * classes, sizeof *counts);
    if (counts == NULL) {
        output_lacks_memory(out);
        return;
    }
    bp_answers_confusion(answers, counts);
    double side = cell * (double)classes;
    double width = LEFT + side + 24 < 420 ? 420 : LEFT + side + 24;
    svg_begin(&svg, out, width, TOP + side + 20, "Confusion matrix",
              "a row for each class of the truth, a column for each answer");
    svg_text(&svg, 16, 26, "start", "title", "Which class is taken for which");
    svg_text(&svg, LEFT + side / 2, TOP - 28, "middle", "note", "answer");
    svg_text(&svg, LEFT - 8, TOP - 8, "end", "note", "truth");
    draw_heads(&svg, classes, cell, preparation);
    for (size_t a = 0; a < classes; a++)
        draw_row(&svg, counts + a * classes, classes, a, cell, preparation);
    svg_end(&svg);
    free(counts);
}
