/* sheet.h: a table at a glance, as a picture: a small panel for every column. */
#ifndef SHOW_SHEET_H
#define SHOW_SHEET_H

#include "cli/output.h"

void sheet_draw(struct output *out, const bp_table *table, const bp_description *description);

#endif
