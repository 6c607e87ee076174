/* page.c: the elements of a page. */
#include "page.h"

#include "show/markup.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char style[] =
    "<style>\n"
    ":root{--paper:#fff;--ink:#1b1f24;--faint:#5b6470;--line:#dfe3e8;--panel:#f7f8fa;"
    "color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e8eaed;--faint:#a3adb8;"
    "--line:#323a44;--panel:#1b2027}}\n"
    "body{margin:0 auto;max-width:800px;padding:24px 20px 64px;background:var(--paper);"
    "color:var(--ink);font:15px/1.5 system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\n"
    "h1{font-size:26px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}"
    "h2{font-size:19px;margin:40px 0 8px}"
    "p{margin:8px 0;overflow-wrap:anywhere}.note{color:var(--faint);font-size:13px}\n"
    ".scroll{overflow-x:auto;margin:12px 0}"
    "table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}"
    "th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap}"
    "th{font-weight:600;color:var(--faint)}th:first-child,td:first-child{text-align:left}\n"
    "figure{margin:16px 0;overflow-x:auto}figure svg{max-width:100%;height:auto}"
    "figcaption{color:var(--faint);font-size:13px}\n"
    "@media(max-width:600px){figure svg{max-width:none;width:640px}}\n"
    "pre{overflow-x:auto;background:var(--panel);padding:12px;font-size:12.5px;line-height:1.45}\n"
    "@media print{body{max-width:none}h2{break-after:avoid}figure,table{break-inside:avoid}}\n"
    "</style>\n";

void page_begin(struct output *out, const char *title)
{
    output_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "<link rel=\"icon\" href=\"data:,\">\n<title>");
    markup_text(out, title, SIZE_MAX);
    output_text(out, "</title>\n");
    output_text(out, style);
    output_text(out, "</head>\n<body>\n<h1>");
    markup_text(out, title, SIZE_MAX);
    output_text(out, "</h1>\n");
}

void page_end(struct output *out)
{
    output_text(out, "</body>\n</html>\n");
}

void page_section(struct output *out, const char *anchor, const char *heading)
{
    output_print(out, "<section id=\"%s\">\n<h2>", anchor);
    markup_text(out, heading, SIZE_MAX);
    output_text(out, "</h2>\n");
}

void page_section_end(struct output *out)
{
    output_text(out, "</section>\n");
}

static void put_formatted(struct output *out, const char *format, va_list arguments)
{
    char text[4096];
    vsnprintf(text, sizeof text, format, arguments);
    markup_text(out, text, SIZE_MAX);
}

void page_paragraph(struct output *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    output_text(out, "<p>");
    put_formatted(out, format, arguments);
    output_text(out, "</p>\n");
    va_end(arguments);
}

void page_note(struct output *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    output_text(out, "<p class=\"note\">");
    put_formatted(out, format, arguments);
    output_text(out, "</p>\n");
    va_end(arguments);
}

void page_table(struct output *out, const char *const *heads, size_t columns)
{
    output_text(out, "<div class=\"scroll\"><table>\n<tr>");
    for (size_t i = 0; i < columns; i++) {
        output_text(out, "<th>");
        markup_text(out, heads[i], 40);
        output_text(out, "</th>");
    }
}

void page_row(struct output *out)
{
    output_text(out, "</tr>\n<tr>");
}

void page_cell(struct output *out, const char *text)
{
    output_text(out, "<td>");
    markup_text(out, text, 60);
    output_text(out, "</td>");
}

void page_number(struct output *out, double number)
{
    if (isnan(number))
        output_text(out, "<td>&#8211;</td>");
    else
        output_print(out, "<td>%.5g</td>", number);
}

void page_table_end(struct output *out)
{
    output_text(out, "</tr>\n</table></div>\n");
}

void page_figure(struct output *out)
{
    output_text(out, "<figure>\n");
}

void page_figure_end(struct output *out, const char *caption)
{
    if (caption != NULL) {
        output_text(out, "<figcaption>");
        markup_text(out, caption, SIZE_MAX);
        output_text(out, "</figcaption>\n");
    }
    output_text(out, "</figure>\n");
}

void page_lines(struct output *out, const struct output *text)
{
    if (text->failure.status != BP_OK)
        output_lacks_memory(out);
    output_text(out, "<pre>");
    for (size_t start = 0, end; start < text->length; start = end + 1) {
        char line[1024];
        for (end = start; end < text->length && text->text[end] != '\n';)
            end++;
        size_t length = end - start < sizeof line - 1 ? end - start : sizeof line - 1;
        memcpy(line, text->text + start, length);
        line[length] = '\0';
        markup_text(out, line, SIZE_MAX);
        output_text(out, "\n");
    }
    output_text(out, "</pre>\n");
}
