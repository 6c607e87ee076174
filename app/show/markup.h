/* markup.h: text in SVG and HTML. */
#ifndef SHOW_MARKUP_H
#define SHOW_MARKUP_H

#include "cli/output.h"

/* At most `most` characters of a text, an ellipsis where it was cut. Whatever the bytes, what is
 * written is well-formed: what is no character of XML is shown as a replacement. */
void markup_text(struct output *out, const char *text, size_t most);

#endif
