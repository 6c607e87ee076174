/* numbers.c: numbers as other programs store them, into columns. */
#include "table/reading/numbers.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/building.h"

#include <math.h>
#include <string.h>

size_t bp_stored_size(bp_stored kind)
{
    static const size_t sizes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    return sizes[kind];
}

static uint64_t load_bits(const char *bytes, size_t size, bool big_endian)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[big_endian ? i : size - 1 - i];
        bits = bits << 8 | byte;
    }
    return bits;
}

double bp_stored_number(bp_stored kind, bool big_endian, const char *bytes)
{
    size_t size = bp_stored_size(kind);
    uint64_t bits = load_bits(bytes, size, big_endian);
    if (kind == BP_STORED_F32) {
        uint32_t half = (uint32_t)bits;
        float narrow = 0;
        memcpy(&narrow, &half, sizeof narrow);
        return (double)narrow;
    }
    if (kind == BP_STORED_F64) {
        double wide = 0;
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    bool is_signed = kind == BP_STORED_I8 || kind == BP_STORED_I16 || kind == BP_STORED_I32
                     || kind == BP_STORED_I64;
    /* No kind has size 0. NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
    uint64_t sign = (uint64_t)1 << (8 * size - 1);
    if (is_signed && (bits & sign) != 0) /* two's complement: what is missing to 2^n */
        return -(double)((~bits & (sign * 2 - 1)) + 1);
    return (double)bits;
}

bool bp_stored_fits(const bp_stored_matrix *m, size_t bytes)
{
    size_t count = 0, size = 0;
    return bp_multiply_size(m->rows, m->columns, &count)
           && bp_multiply_size(count, bp_stored_size(m->kind), &size) && size == bytes;
}

static bp_status put(bp_table *table, void *numbers, size_t row, size_t column, double value,
                     bp_error *error)
{
    float narrow = (float)value;
    bool finite = table->type == BP_F64 ? !isinf(value) : !isinf(narrow);
    if (!finite) {
        bp_status status =
            bp_fail(error, BP_E_DATA, "a number of row %zu is infinite or too large (column %s)",
                    row + 1, table->names.texts[column]);
        return bp_table_at_cell(table, row, column, error, status);
    }
    if (table->type == BP_F64)
        ((double *)numbers)[row] = value;
    else
        ((float *)numbers)[row] = narrow;
    return BP_OK;
}

bp_status bp_stored_fill(bp_table *table, size_t first, const bp_stored_matrix *m, bp_error *error)
{
    size_t size = bp_stored_size(m->kind);
    bp_status status = BP_OK;
    for (size_t c = 0; c < m->columns && status == BP_OK; c++) {
        void *numbers = NULL;
        status = bp_table_build_numbers(table, first + c, &numbers, error);
        for (size_t row = 0; row < m->rows && status == BP_OK; row++) {
            size_t at = m->by_columns ? c * m->rows + row : row * m->columns + c;
            double value = bp_stored_number(m->kind, m->big_endian, m->bytes + at * size);
            status = put(table, numbers, row, first + c, value, error);
        }
    }
    return status;
}
