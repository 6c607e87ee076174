/* description_columns.c: each column at a glance: counts, moments, median, bars. */
#include "base/matrix.h"
#include "base/memory.h"
#include "table/description.h"

#include <math.h>
#include <string.h>

/* Puts a value among the most common ones; among equals the earlier stays first. */
static void note_common(bp_column_summary *summary, uint32_t code, double number, size_t rows)
{
    size_t at = summary->common_count;
    if (summary->distinct == 1 || rows < summary->rarest_rows)
        summary->rarest_rows = rows;
    while (at > 0 && summary->common_rows[at - 1] < rows) {
        at--;
        if (at + 1 < BP_COMMON) {
            summary->common[at + 1] = summary->common[at];
            summary->common_number[at + 1] = summary->common_number[at];
            summary->common_rows[at + 1] = summary->common_rows[at];
        }
    }
    if (at == BP_COMMON)
        return;
    summary->common[at] = code;
    summary->common_number[at] = number;
    summary->common_rows[at] = rows;
    summary->common_count += summary->common_count < BP_COMMON;
}

/* ---- Texts ------------------------------------------------------------------ */

static bp_status summarize_texts(bp_column_summary *summary, const bp_table *table, size_t column,
                                 const bp_allocator *memory, bp_error *error)
{
    const bp_table_column *cells = &table->column[column];
    size_t texts = cells->categories.count;
    size_t *rows = bp_allocate(memory, texts, sizeof *rows, error);
    if (rows == NULL)
        return BP_E_MEMORY;
    for (size_t row = 0; row < table->rows; row++) {
        if (cells->codes[row] == BP_MISSING)
            summary->missing++;
        else
            rows[cells->codes[row]]++;
    }
    for (size_t code = 0; code < texts; code++) {
        if (rows[code] == 0)
            continue;
        summary->distinct++;
        note_common(summary, (uint32_t)code, NAN, rows[code]);
    }
    bp_release(memory, rows, texts, sizeof *rows);
    return BP_OK;
}

/* ---- Numbers ---------------------------------------------------------------- */

/* The bits of a number in an order of whole numbers: negative ones turned around. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double number_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key ^ (uint64_t)1 << 63 : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Radix sort by bytes, the lowest first; a byte that all have alike is skipped. Returns
 * where the sorted keys are, `keys` or `other`. */
static uint64_t *sort_keys(uint64_t *keys, uint64_t *other, size_t count)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t starts[256] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            starts[keys[i] >> shift & 255]++;
        if (count > 0 && starts[keys[0] >> shift & 255] == count)
            continue;
        for (size_t byte = 0; byte < 256; byte++) {
            size_t here = starts[byte];
            starts[byte] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            other[starts[keys[i] >> shift & 255]++] = keys[i];
        uint64_t *sorted = other;
        other = keys;
        keys = sorted;
    }
    return keys;
}

/* Mean first, then the moments around it: sums in order of size. */
static void find_moments(bp_column_summary *summary, const uint64_t *sorted, size_t count)
{
    double n = (double)count, scale = fabs(summary->greatest);
    double sum = 0, square = 0, cube = 0;
    if (scale < fabs(summary->least))
        scale = fabs(summary->least);
    if (scale == 0) /* all are */
        scale = 1;
    for (size_t i = 0; i < count; i++)
        sum += number_of(sorted[i]) / scale; /* cannot overflow */
    double mean = sum / n;
    for (size_t i = 0; i < count; i++) {
        double distance = number_of(sorted[i]) / scale - mean;
        square += distance * distance;
        cube += distance * distance * distance;
    }
    summary->mean = mean * scale;
    summary->deviation = count > 1 ? sqrt(square / (n - 1)) * scale : NAN;
    double deviation = sqrt(square / n);
    if (summary->least < summary->greatest && deviation > 0)
        summary->skew = cube / n / (deviation * deviation * deviation);
}

static void find_values(bp_column_summary *summary, const uint64_t *sorted, size_t count)
{
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && sorted[next] == sorted[first]; next++)
            ;
        summary->distinct++;
        note_common(summary, 0, number_of(sorted[first]), next - first);
    }
}

static void find_bars(bp_column_summary *summary, const uint64_t *sorted, size_t count)
{
    double width = summary->greatest / BP_BARS - summary->least / BP_BARS;
    for (size_t i = 0; i < count; i++) {
        double at = width > 0 ? (number_of(sorted[i]) - summary->least) / width : 0;
        size_t bar = at < BP_BARS - 1 ? (size_t)at : BP_BARS - 1;
        summary->bars[width > 0 ? bar : 0]++;
    }
}

static void summarize_sorted(bp_column_summary *summary, const uint64_t *sorted, size_t count)
{
    summary->least = number_of(sorted[0]);
    summary->greatest = number_of(sorted[count - 1]);
    double low = number_of(sorted[(count - 1) / 2]), high = number_of(sorted[count / 2]);
    summary->median = low / 2 + high / 2;
    if (low == high) /* halves of the smallest numbers are not exact */
        summary->median = low;
    find_moments(summary, sorted, count);
    find_values(summary, sorted, count);
    find_bars(summary, sorted, count);
}

/* `keys` has room for two numbers a row. */
static void summarize_numbers(bp_column_summary *summary, const bp_table *table, size_t column,
                              uint64_t *keys)
{
    bp_matrix cells = bp_table_numbers(table, column);
    size_t count = 0;
    for (size_t row = 0; row < table->rows; row++) {
        double value = bp_matrix_at(&cells, row, 0);
        if (!isnan(value))
            keys[count++] = key_of(value + 0.0); /* -0 is 0 */
    }
    summary->missing = table->rows - count;
    if (count > 0)
        summarize_sorted(summary, sort_keys(keys, keys + table->rows, count), count);
}

bp_status bp_describe_columns(bp_description *description, bp_error *error)
{
    const bp_table *table = description->table;
    const bp_allocator *memory = &description->allocator;
    bp_status status = BP_OK;
    uint64_t *keys = bp_allocate(memory, table->rows, 2 * sizeof *keys, error);
    if (keys == NULL)
        return BP_E_MEMORY;
    for (size_t column = 0; column < table->columns && status == BP_OK; column++) {
        bp_column_summary *summary = &description->summary[column];
        *summary = (bp_column_summary){.least = NAN,
                                       .greatest = NAN,
                                       .mean = NAN,
                                       .median = NAN,
                                       .deviation = NAN,
                                       .skew = NAN};
        if (table->column[column].codes != NULL)
            status = summarize_texts(summary, table, column, memory, error);
        else
            summarize_numbers(summary, table, column, keys);
    }
    bp_release(memory, keys, table->rows, 2 * sizeof *keys);
    return status;
}
