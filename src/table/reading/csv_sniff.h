/* csv_sniff.h: finding out how a text is delimited. */
#ifndef READING_CSV_SNIFF_H
#define READING_CSV_SNIFF_H

#include "table/reading/csv_cells.h"

#include <backprop/table.h>

/* The dialect under which most of the first lines have the same number of cells; what the
 * options leave open is found out. */
csv_dialect bp_csv_sniff(const char *text, size_t size, const bp_table_options *options);

#endif
