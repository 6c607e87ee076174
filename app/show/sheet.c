/* sheet.c: histograms of numbers and dates, bars of the most common values, and what to mind. */
#include "sheet.h"

#include "chart.h"
#include "cli/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 3      /* panels side by side */
#define MOST_PANELS 60 /* and in all */
#define MOST_FINDINGS 24
#define MARGIN 24
#define CELL_WIDTH 300
#define CELL_HEIGHT 190
#define INNER_WIDTH 252
#define INNER_HEIGHT 92
#define HEAD 64
#define NAME_LENGTH 30 /* characters */
#define VALUE_LENGTH 16
#define BARS_SHOWN 6

static const char *kind_of(const bp_table *table, size_t column)
{
    static const char *const names[] = {
        [BP_COLUMN_NUMBER] = "number",         [BP_COLUMN_CATEGORY] = "category",
        [BP_COLUMN_BOOLEAN] = "boolean",       [BP_COLUMN_DATE] = "date",
        [BP_COLUMN_IDENTIFIER] = "identifier", [BP_COLUMN_CONSTANT] = "constant"};
    return names[bp_table_column_kind(table, column)];
}

/* ---- Histograms ------------------------------------------------------------------------------ */

static void draw_ends(struct svg *svg, double x, double y, const bp_column_summary *summary,
                      bool dates)
{
    char low[32], high[32];
    if (dates) {
        write_day(summary->least, low);
        write_day(summary->greatest, high);
    } else {
        axis_tick_text(summary->least, low);
        axis_tick_text(summary->greatest, high);
    }
    svg_text(svg, x, y + INNER_HEIGHT + 15, "start", "note", low);
    svg_text(svg, x + INNER_WIDTH, y + INNER_HEIGHT + 15, "end", "note", high);
    if (dates || !(summary->greatest > summary->least) || !isfinite(summary->median))
        return;
    double share = (summary->median - summary->least) / (summary->greatest - summary->least);
    double at = x + INNER_WIDTH * share;
    axis_tick_text(summary->median, low);
    svg_line(svg, at, y, at, y + INNER_HEIGHT, "axis dash");
    if (share > 0.2 && share < 0.8) /* else it would stand in the ends' way */
        svg_text(svg, at, y + INNER_HEIGHT + 15, "middle", "note", low);
}

static void draw_histogram(struct svg *svg, double x, double y, const bp_column_summary *summary,
                           const char *look, bool dates)
{
    size_t most = 1;
    char text[96];
    double width = (double)INNER_WIDTH / BP_BARS;
    for (size_t i = 0; i < BP_BARS; i++)
        most = summary->bars[i] > most ? summary->bars[i] : most;
    svg_rect(svg, x, y, INNER_WIDTH, INNER_HEIGHT, "panel");
    for (size_t i = 0; i < BP_BARS; i++) {
        double height = INNER_HEIGHT * (double)summary->bars[i] / (double)most;
        if (summary->bars[i] == 0)
            continue;
        snprintf(text, sizeof text, "%zu row%s", summary->bars[i],
                 summary->bars[i] == 1 ? "" : "s");
        svg_group(svg, text);
        svg_rect(svg, x + width * (double)i + 0.5, y + INNER_HEIGHT - fmax(height, 1), width - 1,
                 fmax(height, 1), look);
        svg_group_end(svg);
    }
    draw_ends(svg, x, y, summary, dates);
}

/* ---- Bars of values ---------------------------------------------------------------------------
 */

static void draw_bar(struct svg *svg, double x, double y, const char *name, size_t rows,
                     size_t most, const char *look)
{
    char text[32];
    double room = INNER_WIDTH - 110 - 46, width = room * (double)rows / (double)most;
    svg_group(svg, name);
    svg_text_cut(svg, x + 104, y + 11, "end", "note", name, VALUE_LENGTH);
    svg_rect(svg, x + 110, y + 2, fmax(width, 1), 11, look);
    axis_tick_text((double)rows, text);
    svg_text(svg, x + 114 + fmax(width, 1), y + 11, "start", "note", text);
    svg_group_end(svg);
}

static void draw_values(struct svg *svg, double x, double y, const bp_table *table,
                        const bp_column_summary *summary, size_t column, const char *look)
{
    bool texts = bp_table_codes(table, column) != NULL;
    size_t shown = summary->common_count < BARS_SHOWN ? summary->common_count : BARS_SHOWN;
    size_t rest = bp_table_row_count(table) - summary->missing, most = 1;
    bool more = summary->distinct > shown;
    if (summary->distinct == rest && rest > BARS_SHOWN) {
        svg_text(svg, x, y + 12, "start", "note", "every value stands once");
        return;
    }
    if (more && shown == BARS_SHOWN)
        shown--;
    for (size_t i = 0; i < shown; i++)
        rest -= summary->common_rows[i];
    if (shown > 0)
        most = summary->common_rows[0] > rest ? summary->common_rows[0] : rest;
    for (size_t i = 0; i < shown; i++) {
        char number[BP_NUMBER_SIZE];
        bp_number_write(summary->common_number[i], number);
        draw_bar(svg, x, y + 16 * (double)i,
                 texts ? bp_table_category(table, column, summary->common[i]) : number,
                 summary->common_rows[i], most > 0 ? most : 1, look);
    }
    if (more && rest > 0) {
        char name[48];
        snprintf(name, sizeof name, "%zu others", summary->distinct - shown);
        draw_bar(svg, x, y + 16 * (double)shown, name, rest, most > 0 ? most : 1, "bar rest");
    }
}

/* ---- The sheet ---------------------------------------------------------------------------------
 */

static void draw_head(struct svg *svg, double x, double y, const bp_table *table,
                      const bp_column_summary *summary, size_t column, bool target)
{
    char text[96];
    size_t rows = bp_table_row_count(table);
    int used =
        snprintf(text, sizeof text, "%s%s", target ? "target, " : "", kind_of(table, column));
    if (summary->missing > 0)
        snprintf(text + used, sizeof text - (size_t)used, ", %.3g %% missing",
                 100 * (double)summary->missing / (double)rows);
    else
        snprintf(text + used, sizeof text - (size_t)used, ", %zu different", summary->distinct);
    svg_text_cut(svg, x, y + 13, "start", "strong", bp_table_column_name(table, column),
                 NAME_LENGTH);
    svg_text(svg, x, y + 29, "start", "note", text);
}

static void draw_column(struct svg *svg, double x, double y, const bp_table *table,
                        const bp_description *description, size_t column)
{
    const bp_column_summary *summary = bp_description_column(description, column);
    bp_column_kind kind = bp_table_column_kind(table, column);
    bool target = bp_description_target(description) == column;
    const char *look = target ? "bar s2" : "bar s1";
    bool histogram = (kind == BP_COLUMN_NUMBER || kind == BP_COLUMN_DATE)
                     && isfinite(summary->least) && summary->distinct > 2
                     && !(target && summary->distinct <= BARS_SHOWN);
    svg_group(svg, bp_table_column_name(table, column));
    draw_head(svg, x, y, table, summary, column, target);
    if (histogram)
        draw_histogram(svg, x, y + 40, summary, look, kind == BP_COLUMN_DATE);
    else
        draw_values(svg, x, y + 40, table, summary, column, look);
    svg_group_end(svg);
}

static size_t count_findings(const bp_description *description)
{
    size_t count = 0;
    while (bp_description_finding(description, count) != NULL)
        count++;
    return count;
}

static void draw_findings(struct svg *svg, double y, const bp_description *description,
                          size_t left_out)
{
    char text[96];
    size_t count = count_findings(description), shown = 0;
    if (left_out > 0) {
        snprintf(text, sizeof text, "%zu more columns are not drawn", left_out);
        svg_text(svg, MARGIN, y, "start", "note", text);
        y += 20;
    }
    if (count > 0)
        svg_text(svg, MARGIN, y, "start", "strong", "What to mind");
    for (; shown < count && shown < MOST_FINDINGS; shown++)
        svg_text_cut(svg, MARGIN, y + 20 + 17 * (double)shown, "start", "label",
                     bp_description_finding(description, shown)->text, 150);
    if (shown < count) {
        snprintf(text, sizeof text, "and %zu more", count - shown);
        svg_text(svg, MARGIN, y + 20 + 17 * (double)shown, "start", "note", text);
    }
}

/* The target's panel comes first. */
static size_t column_at(size_t place, size_t target)
{
    if (target == BP_NO_COLUMN)
        return place;
    return place == 0 ? target : place <= target ? place - 1 : place;
}

void sheet_draw(struct output *out, const bp_table *table, const bp_description *description)
{
    struct svg svg;
    char title[320], text[96];
    size_t columns = bp_table_column_count(table), findings = count_findings(description);
    size_t shown = columns < MOST_PANELS ? columns : MOST_PANELS;
    size_t lines = (shown + COLUMNS - 1) / COLUMNS;
    size_t listed = findings < MOST_FINDINGS ? findings : MOST_FINDINGS + 1;
    double foot = HEAD + CELL_HEIGHT * (double)lines;
    double height =
        foot + (columns > shown ? 20 : 0) + (findings > 0 ? 30 + 17 * (double)listed : 0) + 8;
    const char *name = bp_table_name(table), *slash = strrchr(name, '/');
    snprintf(title, sizeof title, "%s", slash != NULL ? slash + 1 : name);
    snprintf(text, sizeof text, "%zu rows, %zu columns", bp_table_row_count(table), columns);
    svg_begin(&svg, out, 2 * MARGIN + COLUMNS * CELL_WIDTH - (CELL_WIDTH - INNER_WIDTH), height,
              title, "the columns of a table at a glance");
    svg_text_cut(&svg, MARGIN, 28, "start", "title", title, 90);
    svg_text(&svg, MARGIN, 46, "start", "note", text);
    for (size_t i = 0; i < shown; i++)
        draw_column(&svg, MARGIN + CELL_WIDTH * (double)(i % COLUMNS),
                    HEAD + CELL_HEIGHT * (double)(i / COLUMNS), table, description,
                    column_at(i, bp_description_target(description)));
    draw_findings(&svg, foot + 10, description, columns - shown);
    svg_end(&svg);
}
