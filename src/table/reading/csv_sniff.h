/* csv_sniff.h: finding out how a text is delimited. */
#ifndef READING_CSV_SNIFF_H
#define READING_CSV_SNIFF_H

#include "table/reading/csv_cells.h"

/* The dialect under which most of the first lines have the same number of cells;
 * `delimiter` 0 leaves the choice open, ' ' is runs of blanks. */
csv_dialect bp_csv_sniff(const char *text, size_t size, char delimiter);

#endif
