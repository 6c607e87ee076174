/* npy.c: a matrix of NumPy, NPY versions 1 to 3 (NumPy Enhancement Proposal 1): a header in
 * the form of a Python dictionary, then the numbers. */
#include "table/reading/npy.h"

#include "base/error.h"
#include "table/building.h"
#include "table/reading/reading.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define HEADER_LIMIT 65536u

/* What is left of the header. */
typedef struct npy_header {
    const char *text, *end;
    bp_stored_matrix matrix;
    bool kind_told, order_told, shape_told;
} npy_header;

static void skip_blanks(npy_header *h)
{
    while (h->text < h->end && (*h->text == ' ' || *h->text == '\n' || *h->text == ','))
        h->text++;
}

static bool take(npy_header *h, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(h);
    if ((size_t)(h->end - h->text) < length || memcmp(h->text, word, length) != 0)
        return false;
    h->text += length;
    return true;
}

/* '<f8', with a byte order that a single byte need not have. */
static bool take_kind(npy_header *h)
{
    static const struct {
        const char *name;
        bp_stored kind;
    } kinds[] = {{"u1", BP_STORED_U8},  {"i1", BP_STORED_I8},  {"b1", BP_STORED_U8},
                 {"u2", BP_STORED_U16}, {"i2", BP_STORED_I16}, {"u4", BP_STORED_U32},
                 {"i4", BP_STORED_I32}, {"u8", BP_STORED_U64}, {"i8", BP_STORED_I64},
                 {"f4", BP_STORED_F32}, {"f8", BP_STORED_F64}};
    if (!take(h, "'") || h->end - h->text < 4)
        return false;
    h->matrix.big_endian = *h->text == '>';
    if (strchr("<>|=", *h->text++) == NULL)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (memcmp(h->text, kinds[i].name, 2) == 0 && h->text[2] == '\'') {
            h->matrix.kind = kinds[i].kind;
            h->text += 3;
            return true;
        }
    }
    return false;
}

static bool take_number(npy_header *h, size_t *number)
{
    skip_blanks(h);
    const char *start = h->text;
    for (*number = 0; h->text < h->end && *h->text >= '0' && *h->text <= '9'; h->text++) {
        if (*number > SIZE_MAX / 16)
            return false;
        *number = *number * 10 + (size_t)(*h->text - '0');
    }
    return h->text > start;
}

/* (rows,), (rows, columns) or more: all but the first are columns. */
static bool take_shape(npy_header *h)
{
    size_t number = 0;
    h->matrix.columns = 1;
    if (!take(h, "(") || !take_number(h, &h->matrix.rows))
        return false;
    while (!take(h, ")")) {
        if (!take_number(h, &number) || (number > 0 && h->matrix.columns > SIZE_MAX / number))
            return false;
        h->matrix.columns *= number;
    }
    return true;
}

static bool take_entries(npy_header *h)
{
    if (!take(h, "{"))
        return false;
    while (!take(h, "}")) {
        bool taken = false;
        if (take(h, "'descr':"))
            taken = h->kind_told = take_kind(h);
        else if (take(h, "'fortran_order':"))
            taken = h->order_told = take(h, "False") || (h->matrix.by_columns = take(h, "True"));
        else if (take(h, "'shape':"))
            taken = h->shape_told = take_shape(h);
        if (!taken)
            return false;
    }
    return h->kind_told && h->order_told && h->shape_told;
}

const char *bp_npy_header(const char *bytes, size_t size, bp_stored_matrix *matrix)
{
    size_t start = 10;
    if (size < 12)
        return "the NPY file is cut short";
    size_t length = (size_t)bp_stored_number(BP_STORED_U16, false, bytes + 8);
    if (bytes[6] > 1) {
        length = (size_t)bp_stored_number(BP_STORED_U32, false, bytes + 8);
        start = 12;
    }
    if (bytes[6] < 1 || bytes[6] > 3)
        return "this version of NPY is not known here; save it as version 1";
    if (length > HEADER_LIMIT || length > size - start)
        return "the NPY file is cut short";
    npy_header h = {.text = bytes + start, .end = bytes + start + length};
    if (!take_entries(&h))
        return "the NPY file holds no plain numbers (integers or floats of 1 to 8 bytes); "
               "save it with astype('f8')";
    h.matrix.bytes = bytes + start + length;
    if (h.matrix.rows == 0 || h.matrix.columns == 0)
        return "the NPY file holds no numbers";
    if (!bp_stored_fits(&h.matrix, size - start - length))
        return "the NPY file has another length than its shape says";
    *matrix = h.matrix;
    return NULL;
}

static bp_status read_header(const bp_table *table, bp_stored_matrix *matrix, bp_error *error)
{
    const char *wrong = bp_npy_header(table->source.data, table->source.size, matrix);
    if (wrong == NULL)
        return BP_OK;
    return bp_table_at(table, 0, error, bp_fail(error, BP_E_DATA, "%s", wrong));
}

static bp_status read_npy(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_stored_matrix matrix = {.rows = 0};
    bp_status status = read_header(table, &matrix, error);
    if (status == BP_OK)
        status = bp_table_build_columns(table, matrix.rows, matrix.columns, error);
    for (size_t i = 0; i < matrix.columns && status == BP_OK; i++)
        status = bp_table_build_name(table, i, "", 0, error);
    if (status == BP_OK)
        status = bp_stored_fill(table, 0, &matrix, error);
    table->header = false;
    if (status == BP_OK)
        status = bp_table_build_kinds(table, options->kinds, error);
    if (status == BP_OK)
        snprintf(table->form, sizeof table->form, "npy, %zu numbers of %zu bytes a row",
                 matrix.columns, bp_stored_size(matrix.kind));
    return status;
}

bool bp_npy_is(const char *bytes, size_t size)
{
    return size > 6 && memcmp(bytes, MAGIC, 6) == 0;
}

static bool recognize_npy(const bp_table *table)
{
    return bp_npy_is(table->source.data, table->source.size);
}

const bp_format BP_FORMAT_NPY = {.name = "npy",
                                 .help = "a matrix of NumPy: one row a row",
                                 .recognize = recognize_npy,
                                 .read = read_npy};
