/* page.h: a page of HTML that stands alone: nothing is fetched, nothing runs; light and dark by
 * the reader's preference, readable on a phone and on paper. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "cli/output.h"

void page_begin(struct output *out, const char *title);
void page_end(struct output *out);

/* A section with a heading that a link may lead to; a paragraph of plain text. */
void page_section(struct output *out, const char *anchor, const char *heading);
void page_section_end(struct output *out);
void page_paragraph(struct output *out, const char *format, ...) BP_PRINTF(2, 3);
void page_note(struct output *out, const char *format, ...) BP_PRINTF(2, 3);

/* A table: the heads, then cells row by row; `columns` is how many a row has. Cells of numbers
 * are set to the right. */
void page_table(struct output *out, const char *const *heads, size_t columns);
void page_row(struct output *out);
void page_cell(struct output *out, const char *text);
void page_number(struct output *out, double number);
void page_table_end(struct output *out);

/* What stands between is a picture, or text in lines of its own. */
void page_figure(struct output *out);
void page_figure_end(struct output *out, const char *caption);
void page_lines(struct output *out, const struct output *text); /* of output_open_memory */

#endif
