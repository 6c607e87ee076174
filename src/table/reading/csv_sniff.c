/* csv_sniff.c: finding out how a text is delimited. */
#include "table/reading/csv_sniff.h"

#define SAMPLE_ROWS 100

/* How well a dialect cuts the sample: 0 where the rows differ or have one cell. */
static size_t consistent_cells(const char *text, size_t size, const csv_dialect *dialect)
{
    csv_cursor cursor = {.text = text, .size = size};
    size_t cells = 0;
    for (int row = 0; row < SAMPLE_ROWS && bp_csv_row_begin(&cursor, dialect); row++) {
        size_t here = 0;
        while (!cursor.row_ended) {
            bp_csv_next(&cursor, dialect);
            here++;
        }
        if (row > 0 && here != cells)
            return 0;
        cells = here;
    }
    return cells > 1 ? cells : 0;
}

/* Cells of the first row: the choice where no dialect is consistent. */
static size_t first_cells(const char *text, size_t size, const csv_dialect *dialect)
{
    csv_cursor cursor = {.text = text, .size = size};
    size_t cells = 0;
    if (bp_csv_row_begin(&cursor, dialect))
        for (; !cursor.row_ended; cells++)
            bp_csv_next(&cursor, dialect);
    return cells;
}

csv_dialect bp_csv_sniff(const char *text, size_t size, char delimiter)
{
    static const csv_dialect candidates[] = {{',', false}, {';', false}, {'\t', false},
                                             {'|', false}, {'\t', true}, {' ', true}};
    csv_dialect best = {delimiter != 0 ? delimiter : ',', delimiter == ' '};
    size_t most = 0;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (delimiter != 0 && candidates[i].delimiter != delimiter)
            continue;
        size_t cells = consistent_cells(text, size, &candidates[i]);
        if (cells > most) {
            most = cells;
            best = candidates[i];
        }
    }
    for (size_t i = 0; i < 4 && most == 0 && delimiter == 0; i++)
        if (first_cells(text, size, &candidates[i]) > first_cells(text, size, &best))
            best = candidates[i];
    return best;
}
