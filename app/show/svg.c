/* svg.c: elements, escaped text, numbers to a hundredth. */
#include "svg.h"

#include "cli/report.h"
#include "show/markup.h"

#include <math.h>
#include <string.h>

/* ---- Numbers ---------------------------------------------------------------------------- */

/* A coordinate to a hundredth; one that is no number is 0. */
static void put_number(struct svg *svg, double value)
{
    if (!(fabs(value) < 1e7))
        value = value > 0 ? 1e7 : value < 0 ? -1e7 : 0;
    long hundredths = lround(value * 100);
    unsigned long size = (unsigned long)(hundredths < 0 ? -hundredths : hundredths);
    output_print(svg->out, hundredths < 0 ? "-%lu" : "%lu", size / 100);
    if (size % 100 != 0)
        output_print(svg->out, size % 10 != 0 ? ".%02lu" : ".%01lu",
                     size % 10 != 0 ? size % 100 : size % 100 / 10);
}

static void put_attribute(struct svg *svg, const char *name, double value)
{
    output_print(svg->out, " %s=\"", name);
    put_number(svg, value);
    output_text(svg->out, "\"");
}

/* ---- The picture ------------------------------------------------------------------------- */

static const char style[] =
    "<style>\n"
    "svg{--paper:#fff;--panel:#f7f8fa;--ink:#1b1f24;--faint:#5b6470;--grid:#dfe3e8;"
    "--s1:#0072b2;--s2:#d55e00;--s3:#009e73;--s4:#cc79a7;--s5:#e69f00;--s6:#56b4e9;"
    "font:12px system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:var(--ink);"
    "background:var(--paper)}\n"
    "@media(prefers-color-scheme:dark){svg{--paper:#14181d;--panel:#1b2027;--ink:#e8eaed;"
    "--faint:#a3adb8;--grid:#323a44;--s1:#56b4e9;--s2:#f58a3c;--s3:#2cc29a;--s4:#e29bc3;"
    "--s5:#f0b429;--s6:#8ecdf2}}\n"
    ".paper{fill:var(--paper)}.panel{fill:var(--panel)}.frame{fill:none;stroke:var(--grid)}"
    ".grid{stroke:var(--grid)}.axis{stroke:var(--faint)}"
    ".curve{fill:none;stroke-width:1.6;stroke-linejoin:round}.thin{stroke-width:1}"
    ".dash{stroke-dasharray:4 3}.faint{stroke-opacity:.35}"
    ".heat.s1{fill:var(--s1)}.heat.s2{fill:var(--s2)}\n"
    ".title{font-size:15px;font-weight:600}.strong{font-weight:600}.label{font-size:11px}"
    ".note{font-size:11px;fill:var(--faint)}\n"
    ".bar.s1{fill:var(--s1)}.bar.s2{fill:var(--s2)}.bar.s3{fill:var(--s3)}"
    ".bar.s4{fill:var(--s4)}.bar.s5{fill:var(--s5)}.bar.s6{fill:var(--s6)}"
    ".bar.rest{fill:var(--faint)}\n"
    ".curve.s1{stroke:var(--s1)}.curve.s2{stroke:var(--s2)}.curve.s3{stroke:var(--s3)}"
    ".curve.s4{stroke:var(--s4)}.curve.s5{stroke:var(--s5)}.curve.s6{stroke:var(--s6)}"
    ".curve.rest{stroke:var(--faint)}\n"
    ".link.s1{stroke:var(--s1)}.link.s2{stroke:var(--s2)}"
    ".link.t1{stroke-width:.7;stroke-opacity:.45}.link.t2{stroke-width:1.2;stroke-opacity:.55}"
    ".link.t3{stroke-width:1.8;stroke-opacity:.6}.link.t4{stroke-width:2.5;stroke-opacity:.7}"
    ".link.t5{stroke-width:3.3;stroke-opacity:.8}.link.t6{stroke-width:4.2;stroke-opacity:.9}\n"
    ".unit{fill:none;stroke:var(--ink);stroke-width:1.2}"
    ".unit.s1{fill:var(--s1)}.unit.s2{fill:var(--s2)}"
    ".unit.t0{fill-opacity:0}.unit.t1{fill-opacity:.1}.unit.t2{fill-opacity:.2}"
    ".unit.t3{fill-opacity:.3}.unit.t4{fill-opacity:.4}.unit.t5{fill-opacity:.5}"
    ".unit.t6{fill-opacity:.65}\n"
    ".point{stroke:var(--paper);stroke-width:.7}.point.s1{fill:var(--s1)}.point.s2{fill:var(--s2)}"
    ".point.s3{fill:var(--s3)}.point.s4{fill:var(--s4)}.point.s5{fill:var(--s5)}"
    ".point.s6{fill:var(--s6)}"
    ".see{fill-opacity:.6}.cell.s1{fill:var(--s1)}.cell.s2{fill:var(--s2)}.cell.s3{fill:var(--s3)}"
    ".cell.s4{fill:var(--s4)}.cell.s5{fill:var(--s5)}.cell.s6{fill:var(--s6)}"
    ".cell.t0{fill-opacity:.06}.cell.t1{fill-opacity:.16}.cell.t2{fill-opacity:.28}"
    ".cell.t3{fill-opacity:.4}.cell.t4{fill-opacity:.52}.cell.t5{fill-opacity:.64}"
    ".cell.t6{fill-opacity:.78}\n"
    ".tiny{font-size:8.5px}.halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px}\n"
    "</style>\n";

void svg_begin(struct svg *svg, struct output *out, double width, double height, const char *title,
               const char *description)
{
    svg->out = out;
    output_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    put_attribute(svg, "width", width);
    put_attribute(svg, "height", height);
    output_text(out, " viewBox=\"0 0 ");
    put_number(svg, width);
    output_text(out, " ");
    put_number(svg, height);
    output_text(out, "\">\n<title>");
    markup_text(svg->out, title, SIZE_MAX);
    output_text(out, "</title>\n<desc>");
    markup_text(svg->out, description, SIZE_MAX);
    output_text(out, "</desc>\n");
    output_text(out, style);
    svg_rect(svg, 0, 0, width, height, "paper");
}

void svg_end(struct svg *svg)
{
    output_text(svg->out, "</svg>\n");
}

void svg_group(struct svg *svg, const char *tooltip)
{
    output_text(svg->out, "<g>");
    if (tooltip != NULL) {
        output_text(svg->out, "<title>");
        markup_text(svg->out, tooltip, SIZE_MAX);
        output_text(svg->out, "</title>");
    }
    output_text(svg->out, "\n");
}

void svg_group_end(struct svg *svg)
{
    output_text(svg->out, "</g>\n");
}

static void put_look(struct svg *svg, const char *look)
{
    output_print(svg->out, " class=\"%s\"", look);
}

static void begin_rect(struct svg *svg, double x, double y, double width, double height,
                       const char *look)
{
    output_text(svg->out, "<rect");
    put_attribute(svg, "x", x);
    put_attribute(svg, "y", y);
    put_attribute(svg, "width", width > 0 ? width : 0);
    put_attribute(svg, "height", height > 0 ? height : 0);
    put_look(svg, look);
}

void svg_rect(struct svg *svg, double x, double y, double width, double height, const char *look)
{
    begin_rect(svg, x, y, width, height, look);
    output_text(svg->out, "/>\n");
}

void svg_tint(struct svg *svg, double x, double y, double width, double height, const char *look,
              double share)
{
    begin_rect(svg, x, y, width, height, look);
    put_attribute(svg, "fill-opacity", share);
    output_text(svg->out, "/>\n");
}

void svg_line(struct svg *svg, double x1, double y1, double x2, double y2, const char *look)
{
    output_text(svg->out, "<line");
    put_attribute(svg, "x1", x1);
    put_attribute(svg, "y1", y1);
    put_attribute(svg, "x2", x2);
    put_attribute(svg, "y2", y2);
    put_look(svg, look);
    output_text(svg->out, "/>\n");
}

void svg_circle(struct svg *svg, double x, double y, double radius, const char *look)
{
    output_text(svg->out, "<circle");
    put_attribute(svg, "cx", x);
    put_attribute(svg, "cy", y);
    put_attribute(svg, "r", radius);
    put_look(svg, look);
    output_text(svg->out, "/>\n");
}

void svg_curve_begin(struct svg *svg, const char *look)
{
    output_print(svg->out, "<polyline class=\"curve %s\" points=\"", look);
}

void svg_curve_point(struct svg *svg, double x, double y)
{
    put_number(svg, x);
    output_text(svg->out, ",");
    put_number(svg, y);
    output_text(svg->out, " ");
}

void svg_curve_end(struct svg *svg)
{
    output_text(svg->out, "\"/>\n");
}

void svg_text_cut(struct svg *svg, double x, double y, const char *anchor, const char *look,
                  const char *text, size_t most)
{
    output_text(svg->out, "<text");
    put_attribute(svg, "x", x);
    put_attribute(svg, "y", y);
    if (strcmp(anchor, "start") != 0)
        output_print(svg->out, " text-anchor=\"%s\"", anchor);
    put_look(svg, look);
    output_text(svg->out, ">");
    markup_text(svg->out, text, most);
    output_text(svg->out, "</text>\n");
}

void svg_text(struct svg *svg, double x, double y, const char *anchor, const char *look,
              const char *text)
{
    svg_text_cut(svg, x, y, anchor, look, text, SIZE_MAX);
}

bp_status svg_check_path(const char *path, bp_error *error)
{
    size_t length = strlen(path);
    if (strcmp(path, "-") == 0 || (length > 4 && strcmp(path + length - 4, ".svg") == 0))
        return output_check(path, error);
    return fail(error, BP_E_OPTION, "--plot draws SVG: give a name that ends in .svg, not \"%s\"",
                path);
}
