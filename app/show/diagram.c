/* diagram.c: where each unit stands, the lines between, and the key. */
#include "diagram.h"

#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 8 /* drawn, the inputs' among them */
#define SLOTS 16  /* units of a column */
#define PITCH 30  /* from unit to unit */
#define RADIUS 10
#define SPAN 150 /* from column to column, of small networks */
#define EASY                                                                                       \
    8              /* units beside one another whose lines are told apart in it; more of them ask  \
                    * for more */
#define HEAD 92    /* above the units: title and what a column is */
#define CAPTION 24 /* and which network it is, where there are two */
#define FOOT 76    /* below them: the key */
#define MARGIN 24
#define LABEL_LENGTH 32 /* characters */
#define LABEL_WIDTH 6.3 /* of a character, about */
#define LEAST_WIDTH 520
#define NAME_SIZE (2 * SHOWN_NAME_SIZE + 64)

/* Where things are. Layer 0 are the inputs, layer l is what network layer l - 1 puts out. */
struct diagram {
    struct svg svg;
    const struct shown *shown;
    size_t member;                /* the network that is drawn */
    size_t layers;                /* the inputs among them */
    size_t most;                  /* slots of the tallest column */
    double left, span;            /* x of the first column; from column to column */
    double head;                  /* above the units */
    double panel;                 /* x from a network to the next */
    double width, height;         /* of the picture */
    double largest, largest_bias; /* by magnitude */
};

/* ---- What is drawn ------------------------------------------------------------- */

/* Of `count` things in at most `room` slots one is drawn unless its slot tells of those left
 * out. */
static size_t slots_of(size_t count, size_t room)
{
    return count <= room ? count : room;
}

static bool is_gap(size_t slot, size_t count, size_t room)
{
    return count > room && slot == room / 2;
}

/* Which thing stands in a slot. */
static size_t thing_in(size_t slot, size_t count, size_t room)
{
    return count > room && slot > room / 2 ? count - room + slot : slot;
}

static size_t left_out(size_t count, size_t room)
{
    return count - (room - 1);
}

static size_t unit_count(const struct diagram *d, size_t layer)
{
    return layer == 0 ? bp_net_input_count(d->shown->net)
                      : bp_net_layer(d->shown->net, layer - 1)->outputs;
}

static double column_x(const struct diagram *d, size_t column)
{
    return d->left + d->span * (double)column;
}

static double slot_y(const struct diagram *d, size_t layer, size_t slot)
{
    double empty = (double)(d->most - slots_of(unit_count(d, layer), SLOTS));
    return d->head + PITCH * (empty / 2 + (double)slot + 0.5);
}

/* ---- Sizes --------------------------------------------------------------------- */

static double label_room(const struct diagram *d, size_t layer)
{
    char name[SHOWN_NAME_SIZE];
    size_t count = unit_count(d, layer), longest = 12; /* "... 768 more" */
    for (size_t slot = 0; slot < slots_of(count, SLOTS); slot++) {
        size_t thing = thing_in(slot, count, SLOTS), length = 0;
        if (layer == 0)
            shown_source_name(d->shown, 0, thing, name);
        else
            shown_unit_name(d->shown, layer - 1, thing, name);
        for (const char *at = name; *at != '\0'; at++)
            length += ((unsigned char)*at & 0xC0) != 0x80;
        longest = length > longest ? length : longest;
    }
    longest = longest < LABEL_LENGTH ? longest : LABEL_LENGTH;
    return MARGIN + LABEL_WIDTH * (double)longest + 2 * RADIUS;
}

static void find_largest(struct diagram *d, const struct shown *shown)
{
    const bp_net *net = shown->net;
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        for (size_t i = 0; i < layer->inputs * layer->outputs; i++)
            d->largest =
                fmax(d->largest, fabs(shown_parameter(shown, d->member, layer->weights + i)));
        for (size_t i = 0; i < layer->outputs; i++)
            d->largest_bias =
                fmax(d->largest_bias, fabs(shown_parameter(shown, d->member, layer->biases + i)));
    }
}

static size_t count_read(const struct shown *shown, size_t member)
{
    const bp_layer *layer = bp_net_layer(shown->net, 0);
    size_t count = 0;
    for (size_t i = 0; i < layer->inputs; i++) {
        bool read = false;
        for (size_t o = 0; o < layer->outputs && !read; o++)
            read = shown_parameter(shown, member, layer->weights + o * layer->inputs + i) != 0;
        count += read;
    }
    return count;
}

/* The first network, or the last where that reads inputs which the first does not. */
static size_t choose_member(const struct shown *shown)
{
    size_t last = bp_model_members(shown->model) - 1;
    return last > 0 && count_read(shown, last) > count_read(shown, 0) ? last : 0;
}

static void measure(struct diagram *d)
{
    d->member = choose_member(d->shown);
    d->layers = bp_net_layer_count(d->shown->net) + 1;
    for (size_t l = 0; l < d->layers; l++) {
        size_t slots = slots_of(unit_count(d, l), SLOTS);
        d->most = slots > d->most ? slots : d->most;
    }
    d->span = SPAN + (d->most > EASY ? 6 * (double)(d->most - EASY) : 0);
    double columns = d->span * (double)(slots_of(d->layers, COLUMNS) - 1);
    double right = label_room(d, d->layers - 1);
    d->left = label_room(d, 0);
    d->panel = d->left + columns + right;
    d->width = d->shown->initial != NULL ? 2 * d->panel : d->panel;
    d->head = d->shown->initial != NULL ? HEAD + CAPTION : HEAD;
    if (d->width < LEAST_WIDTH) { /* the key needs it */
        d->left += (LEAST_WIDTH - d->width) / 2;
        d->width = LEAST_WIDTH;
    }
    d->height = d->head + PITCH * (double)d->most + FOOT;
    find_largest(d, d->shown);
    if (d->shown->initial != NULL)
        find_largest(d, d->shown->initial);
}

/* ---- Lines and units ------------------------------------------------------------- */

/* How large a number is beside the largest, 1 to SVG_SIZES; 0: it is 0. */
static size_t size_of(double value, double largest)
{
    if (value == 0)
        return 0;
    double share = fabs(value) / largest;
    return share < 1 ? 1 + (size_t)(share * SVG_SIZES) : SVG_SIZES;
}

static void write_look(char look[32], const char *what, double value, size_t size)
{
    snprintf(look, 32, "%s %s t%zu", what, value < 0 ? "s2" : "s1", size);
}

/* Where a line begins and ends. */
struct line {
    size_t layer; /* that it leads to */
    double x, from, to;
    size_t source, unit;
};

static void draw_line(struct diagram *d, const struct line *line, double weight, size_t size)
{
    char look[32], source[SHOWN_NAME_SIZE], unit[SHOWN_NAME_SIZE], tooltip[NAME_SIZE];
    shown_source_name(d->shown, line->layer - 1, line->source, source);
    shown_unit_name(d->shown, line->layer - 1, line->unit, unit);
    snprintf(tooltip, sizeof tooltip, "%s to %s: %.4g", source, unit, weight);
    write_look(look, "link", weight, size);
    svg_group(&d->svg, tooltip);
    svg_line(&d->svg, line->x, line->from, line->x + d->span, line->to, look);
    svg_group_end(&d->svg);
}

/* All lines of one size from a column to the next. */
static void draw_lines_of(struct diagram *d, size_t layer, size_t column, size_t size)
{
    const bp_layer *into = bp_net_layer(d->shown->net, layer - 1);
    for (size_t i = 0; i < slots_of(into->inputs, SLOTS); i++)
        for (size_t j = 0; j < slots_of(into->outputs, SLOTS); j++) {
            if (is_gap(i, into->inputs, SLOTS) || is_gap(j, into->outputs, SLOTS))
                continue;
            struct line line = {.layer = layer,
                                .x = column_x(d, column - 1),
                                .from = slot_y(d, layer - 1, i),
                                .to = slot_y(d, layer, j),
                                .source = thing_in(i, into->inputs, SLOTS),
                                .unit = thing_in(j, into->outputs, SLOTS)};
            double weight = shown_parameter(d->shown, d->member,
                                            into->weights + line.unit * into->inputs + line.source);
            if (size_of(weight, d->largest) == size)
                draw_line(d, &line, weight, size);
        }
}

/* Beside the columns at the ends; elsewhere in the column itself, where `inside` is asked for. */
static void draw_label(struct diagram *d, size_t layer, double x, double y, const char *look,
                       const char *text, bool inside)
{
    if (layer == 0)
        svg_text_cut(&d->svg, x - RADIUS - 6, y + 4, "end", look, text, LABEL_LENGTH);
    else if (layer + 1 == d->layers)
        svg_text_cut(&d->svg, x + RADIUS + 6, y + 4, "start", look, text, LABEL_LENGTH);
    else if (inside)
        svg_text(&d->svg, x, y + 4, "middle", look, text);
}

static void draw_unit(struct diagram *d, size_t layer, size_t thing, double x, double y)
{
    char name[SHOWN_NAME_SIZE], number[32], look[32] = "unit", tooltip[NAME_SIZE];
    if (layer == 0) {
        shown_source_name(d->shown, 0, thing, name);
        snprintf(tooltip, sizeof tooltip, "%s", name);
    } else {
        const bp_layer *of = bp_net_layer(d->shown->net, layer - 1);
        double bias = shown_parameter(d->shown, d->member, of->biases + thing);
        shown_unit_name(d->shown, layer - 1, thing, name);
        snprintf(tooltip, sizeof tooltip, "%s: bias %.4g", name, bias);
        write_look(look, "unit", bias, size_of(bias, d->largest_bias));
    }
    snprintf(number, sizeof number, "%zu", thing + 1);
    svg_group(&d->svg, tooltip);
    svg_circle(&d->svg, x, y, RADIUS, "paper");
    svg_circle(&d->svg, x, y, RADIUS, look);
    svg_text(&d->svg, x, y + 3, "middle", "tiny", number);
    draw_label(d, layer, x, y, "label", name, false);
    svg_group_end(&d->svg);
}

/* ---- Columns --------------------------------------------------------------------- */

static void draw_column_head(struct diagram *d, size_t layer, double x)
{
    char text[64];
    size_t count = unit_count(d, layer);
    if (layer == 0)
        snprintf(text, sizeof text, "%zu input%s", count, count == 1 ? "" : "s");
    else
        snprintf(text, sizeof text, "%zu %s", count,
                 bp_activation_name(bp_net_layer(d->shown->net, layer - 1)->activation));
    svg_text(&d->svg, x, d->head - 14, "middle", "strong label", text);
}

static void draw_column(struct diagram *d, size_t layer, size_t column)
{
    char text[64];
    double x = column_x(d, column);
    size_t count = unit_count(d, layer);
    draw_column_head(d, layer, x);
    for (size_t slot = 0; slot < slots_of(count, SLOTS); slot++) {
        double y = slot_y(d, layer, slot);
        if (!is_gap(slot, count, SLOTS)) {
            draw_unit(d, layer, thing_in(slot, count, SLOTS), x, y);
            continue;
        }
        snprintf(text, sizeof text, "\xE2\x80\xA6 %zu more", left_out(count, SLOTS));
        draw_label(d, layer, x, y, "note halo", text, true);
    }
}

static void draw_columns(struct diagram *d)
{
    char text[64];
    size_t columns = slots_of(d->layers, COLUMNS);
    for (size_t c = 1; c < columns; c++)
        for (size_t size = 1; size <= SVG_SIZES; size++) /* the thick ones on top */
            if (!is_gap(c, d->layers, COLUMNS) && !is_gap(c - 1, d->layers, COLUMNS))
                draw_lines_of(d, thing_in(c, d->layers, COLUMNS), c, size);
    for (size_t c = 0; c < columns; c++) {
        if (!is_gap(c, d->layers, COLUMNS)) {
            draw_column(d, thing_in(c, d->layers, COLUMNS), c);
            continue;
        }
        snprintf(text, sizeof text, "\xE2\x80\xA6 %zu more layers", left_out(d->layers, COLUMNS));
        svg_text(&d->svg, column_x(d, c), d->head + PITCH * (double)d->most / 2 + 4, "middle",
                 "note", text);
    }
}

/* ---- The whole ------------------------------------------------------------------- */

/* A sample of each sign, thin to thick, and what they mean. */
static void draw_key(struct diagram *d)
{
    static const char *const looks[] = {"s2", "s1"}, *const signs[] = {"below 0", "above 0"};
    double y = d->height - FOOT + 34, x = MARGIN;
    char look[32], text[160];
    for (size_t i = 0; i < 2; i++) {
        for (size_t size = 1; size <= SVG_SIZES; size++) {
            double at = x + 8 * (double)(size - 1);
            snprintf(look, sizeof look, "link %s t%zu", looks[i], size);
            svg_line(&d->svg, at, y, at + 8, y, look);
        }
        svg_text(&d->svg, x + 8 * SVG_SIZES + 8, y + 4, "start", "label", signs[i]);
        x += 8 * SVG_SIZES + 70;
    }
    snprintf(text, sizeof text, "weights as lines, the largest %.3g%s", d->largest,
             d->shown->initial != NULL ? " of both networks" : "");
    svg_text(&d->svg, x, y + 4, "start", "note", text);
    for (size_t i = 0; i < 2; i++) {
        svg_circle(&d->svg, MARGIN + 8 + 24 * (double)i, y + 24, 7, "paper");
        snprintf(look, sizeof look, "unit %s t%d", looks[i], SVG_SIZES);
        svg_circle(&d->svg, MARGIN + 8 + 24 * (double)i, y + 24, 7, look);
    }
    snprintf(text, sizeof text, "biases as tints of the units, the largest %.3g", d->largest_bias);
    svg_text(&d->svg, MARGIN + 48, y + 28, "start", "note", text);
}

static void draw_title(struct diagram *d, const char *title)
{
    char text[512];
    const bp_preparation *p = d->shown->preparation;
    size_t members = bp_model_members(d->shown->model), targets = bp_preparation_target_count(p);
    svg_text_cut(&d->svg, MARGIN, 28, "start", "title", title, 60);
    size_t used = (size_t)snprintf(text, sizeof text, "%zu parameters, loss %s",
                                   bp_net_parameter_count(d->shown->net),
                                   bp_loss_name(bp_net_loss(d->shown->net)));
    if (members > 1)
        used += (size_t)snprintf(text + used, sizeof text - used, ", the %s of %zu networks",
                                 d->member == 0 ? "first" : "last", members);
    if (targets == 1)
        snprintf(text + used, sizeof text - used, "; predicts %s",
                 bp_preparation_target_name(p, 0));
    svg_text_cut(&d->svg, MARGIN, 46, "start", "note", text, 80);
}

/* One of two networks. */
static void draw_panel(const struct diagram *d, const struct shown *shown, double shift,
                       const char *caption)
{
    struct diagram panel = *d;
    panel.shown = shown;
    panel.left += shift;
    double middle = panel.left + d->span * (double)(slots_of(d->layers, COLUMNS) - 1) / 2;
    svg_text(&panel.svg, middle, HEAD - 14, "middle", "strong", caption);
    draw_columns(&panel);
}

void diagram_draw(struct output *out, const struct shown *shown)
{
    struct diagram diagram = {.shown = shown};
    const char *slash = strrchr(shown->path, '/');
    const char *title = slash != NULL ? slash + 1 : shown->path;
    measure(&diagram);
    svg_begin(&diagram.svg, out, diagram.width, diagram.height, title,
              shown->initial != NULL
                  ? "a network before training and after it, each with its inputs on the left, its "
                    "layers, its outputs on the right; weights as lines"
                  : "a network: its inputs on the left, its layers, its outputs on the right; "
                    "weights as lines");
    draw_title(&diagram, title);
    if (shown->initial != NULL) {
        draw_panel(&diagram, shown->initial, 0, "before training");
        draw_panel(&diagram, shown, diagram.panel, "after training");
    } else {
        draw_columns(&diagram);
    }
    draw_key(&diagram);
    svg_end(&diagram.svg);
}
