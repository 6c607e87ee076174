/* svg.h: pictures as SVG, written piece by piece into an output. They stand alone: no script,
 * no font or file from elsewhere; colors follow the reader's light or dark preference and can
 * be told apart by the color-blind (Okabe and Ito 2008); text stays text. Numbers are written
 * to a hundredth, whatever the locale. */
#ifndef SHOW_SVG_H
#define SHOW_SVG_H

#include "cli/output.h"

/* Names for a class attribute: what a thing is, not how it looks. */
#define SVG_SERIES 6 /* "s1" to "s6": colors of curves, bars and points */
#define SVG_SIZES 6  /* "t1" to "t6": how thick a link or how tinted a unit is; s1, s2: its sign */

struct svg {
    struct output *out;
};

/* A picture of that size with a title and a description for those who do not see it. */
void svg_begin(struct svg *svg, struct output *out, double width, double height, const char *title,
               const char *description);
void svg_end(struct svg *svg);

/* What stands in a group can have a text that is shown when it is pointed at (or NULL). */
void svg_group(struct svg *svg, const char *tooltip);
void svg_group_end(struct svg *svg);

/* `look` is one or more class names: panel, frame, grid, axis, curve, fill, bar, cell, point, see,
 * thin, faint, heat, link, unit, s1 to s6, t1 to t6. */
void svg_rect(struct svg *svg, double x, double y, double width, double height, const char *look);

/* A rectangle without an outline, the fainter the smaller `share` is, from 0 to 1. */
void svg_tint(struct svg *svg, double x, double y, double width, double height, const char *look,
              double share);
void svg_line(struct svg *svg, double x1, double y1, double x2, double y2, const char *look);
void svg_circle(struct svg *svg, double x, double y, double radius, const char *look);

/* A line through points, one call each between begin and end. */
void svg_curve_begin(struct svg *svg, const char *look);
void svg_curve_point(struct svg *svg, double x, double y);
void svg_curve_end(struct svg *svg);

/* Text whose anchor is "start", "middle" or "end"; look: title, label, note, strong,
 * tiny, halo. Whatever the
 * bytes, the result is well-formed: what is no character is shown as a replacement. */
void svg_text(struct svg *svg, double x, double y, const char *anchor, const char *look,
              const char *text);

/* The same with at most `most` characters, an ellipsis where it was cut. */
void svg_text_cut(struct svg *svg, double x, double y, const char *anchor, const char *look,
                  const char *text, size_t most);

/* Whether a path ends as a picture's should; else BP_E_OPTION says so. */
bp_status svg_check_path(const char *path, bp_error *error);

#endif
