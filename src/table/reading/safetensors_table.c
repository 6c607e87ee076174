/* safetensors_table.c: tables in safetensors files. One that bp_table_write made is used where
 * it lies, mapped: opening it takes as long as its header and its codes deserve, whatever there
 * are of numbers. Any other file's tensors of numbers are columns. */
#include "base/error.h"
#include "base/little_endian.h"
#include "base/memory.h"
#include "base/safetensors.h"
#include "table/building.h"
#include "table/column_kinds.h"
#include "table/reading/reading.h"
#include "table/table_write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LENGTH_SIZE 8
#define HEADER_MAX 100000000
#define COLUMN_LIMIT 1000000u /* of a tensor of few rows, so that memory stays within reason */

static bp_status fail_table(const bp_table *table, bp_error *error, const char *what)
{
    return bp_fail_at(error, BP_E_DATA, table->name, 0, 0, "not a table that can be read: %s",
                      what);
}

/* A refusal by a lower layer becomes one of this file, its text kept. */
static bp_status as_data_error(const bp_table *table, bp_status status, bp_error *error)
{
    if (status == BP_OK || status == BP_E_MEMORY)
        return status;
    if (error != NULL) {
        bp_error cause = *error;
        bp_fail_at(error, BP_E_DATA, table->name, 0, 0, "%s", cause.message);
    }
    return BP_E_DATA;
}

/* ---- Cells -------------------------------------------------------------------- */

/* Whether a tensor's numbers can be used where they lie. */
static bool lies_ready(const bp_tensor *tensor)
{
    static const uint32_t one = 1;
    const unsigned char *first = (const unsigned char *)&one;
    return *first == 1 && (uintptr_t)tensor->data % bp_type_size(tensor->type) == 0;
}

/* Rounding to float32 makes an infinity of what is too large for it. */
static bp_status check_narrowed(const bp_table *table, size_t index, bp_error *error)
{
    bp_matrix cells = bp_table_numbers(table, index);
    if (cells.type == BP_F64)
        return BP_OK;
    for (size_t row = 0; row < table->rows; row++)
        if (isinf(((const float *)cells.data)[row]))
            return bp_table_at_cell(table, row, index, error,
                                    bp_fail(error, BP_E_DATA,
                                            "the number is too large for float32 (column %s)",
                                            table->names.texts[index]));
    return BP_OK;
}

static bp_status take_numbers(bp_table *table, size_t index, const bp_tensor *tensor,
                              bp_error *error)
{
    bp_table_column *column = &table->column[index];
    bp_type type = bp_table_number_type(table, index);
    if (tensor->type == type && lies_ready(tensor)) {
        column->numbers = (void *)(uintptr_t)tensor->data;
        column->borrowed = true;
        return BP_OK;
    }
    column->numbers = bp_allocate(&table->allocator, table->rows, bp_type_size(type), error);
    if (column->numbers == NULL)
        return BP_E_MEMORY;
    bp_tensor_copy(tensor, type, column->numbers);
    return tensor->type == type ? BP_OK : check_narrowed(table, index, error);
}

/* No code may lie beyond the texts, since all else trusts in that. Codes alone are looked
 * through at opening: they are few beside the numbers, and soon read anyway. */
static bp_status check_codes(const bp_table *table, size_t index, bp_error *error)
{
    const bp_table_column *column = &table->column[index];
    uint32_t most = 0; /* of code + 1, which is 0 where the cell is missing */
    for (size_t row = 0; row < table->rows; row++)
        most = column->codes[row] + 1 > most ? column->codes[row] + 1 : most;
    if (most <= column->categories.count)
        return BP_OK;
    return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                      "not a table that can be read: the column %s has the code %zu and only %zu "
                      "texts",
                      table->names.texts[index], (size_t)most - 1, column->categories.count);
}

static bp_status take_codes(bp_table *table, size_t index, const bp_tensor *tensor, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    if (lies_ready(tensor)) {
        column->codes = (uint32_t *)(uintptr_t)tensor->data;
        column->borrowed = true;
        bp_memory_expect(column->codes, table->rows * sizeof(uint32_t), false);
    } else {
        column->codes = bp_allocate(&table->allocator, table->rows, sizeof(uint32_t), error);
        if (column->codes == NULL)
            return BP_E_MEMORY;
        bp_tensor_copy_codes(tensor, column->codes);
    }
    return check_codes(table, index, error);
}

/* ---- A table that was written by bp_table_write -------------------------------- */

static bp_status read_categories(bp_table *table, size_t index, const bp_json_value *list,
                                 bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < bp_json_count(list) && status == BP_OK; i++) {
        const char *text = NULL;
        uint32_t code = 0;
        if (!bp_json_as_string(bp_json_at(list, i), &text))
            return fail_table(table, error, "a category is no text");
        status = bp_text_index_add(&table->column[index].categories, &table->allocator, text,
                                   strlen(text), &code, error);
        if (status == BP_OK && code != i)
            status = fail_table(table, error, "two categories of a column are the same");
    }
    return status;
}

static bool kind_fits(bp_column_kind kind, bool codes, size_t categories)
{
    switch (kind) {
    case BP_COLUMN_NUMBER:
    case BP_COLUMN_DATE: return !codes;
    case BP_COLUMN_CATEGORY: return codes;
    case BP_COLUMN_BOOLEAN: return codes && categories <= 2;
    default: return true;
    }
}

static bp_status read_column(bp_table *table, size_t index, const bp_json_value *entry,
                             bp_error *error)
{
    const char *name = NULL, *kind = NULL;
    const bp_json_value *categories = bp_json_get(entry, "categories");
    bool codes = bp_json_kind_of(categories) == BP_JSON_ARRAY;
    if (!bp_json_as_string(bp_json_get(entry, "name"), &name) || name[0] == '\0'
        || !bp_json_as_string(bp_json_get(entry, "kind"), &kind))
        return fail_table(table, error, "a column without a name or a kind");
    bp_status status = bp_table_build_name(table, index, name, strlen(name), error);
    if (status == BP_OK)
        status = as_data_error(table, bp_column_kind_find(kind, &table->column[index].kind, error),
                               error);
    table->column[index].dates = table->column[index].kind == BP_COLUMN_DATE;
    if (status == BP_OK && !kind_fits(table->column[index].kind, codes, bp_json_count(categories)))
        status = fail_table(table, error, "the cells of a column are not of its kind");
    return status == BP_OK && codes ? read_categories(table, index, categories, error) : status;
}

static bp_status open_columns(bp_table *table, size_t count, bp_error *error)
{
    if (count == 0 || table->rows == 0)
        return fail_table(table, error, "it has no cells");
    if (count > COLUMN_LIMIT)
        return fail_table(table, error, "it has more than 1000000 columns");
    table->columns = count;
    table->column = bp_allocate(&table->allocator, count, sizeof *table->column, error);
    return table->column != NULL ? BP_OK : BP_E_MEMORY;
}

static bp_status read_columns(bp_table *table, const bp_json_value *root, bp_error *error)
{
    const bp_json_value *columns = bp_json_get(root, "columns");
    if (!bp_json_as_boolean(bp_json_get(root, "header"), &table->header)
        || !bp_json_as_size(bp_json_get(root, "rows"), &table->rows)
        || bp_json_kind_of(columns) != BP_JSON_ARRAY)
        return fail_table(table, error, "header, rows or columns are not told");
    bp_status status = open_columns(table, bp_json_count(columns), error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = read_column(table, i, bp_json_at(columns, i), error);
    return status;
}

/* A column is one of codes where it has a list of categories, which may be empty: then the
 * tensor alone tells. */
static bp_status take_tensor(bp_table *table, const bp_tensor *tensor, bp_error *error)
{
    uint32_t index = bp_text_index_find(&table->names, tensor->name, strlen(tensor->name));
    if (index == BP_NO_TEXT)
        return fail_table(table, error, "a tensor is no column");
    const bp_table_column *column = &table->column[index];
    if (tensor->rank != 1 || tensor->count != table->rows)
        return fail_table(table, error, "a tensor is not as long as the table");
    if (!kind_fits(column->kind, tensor->codes, column->categories.count)
        || (!tensor->codes && column->categories.count > 0))
        return fail_table(table, error, "a tensor is not of the kind of its column");
    return tensor->codes ? take_codes(table, index, tensor, error)
                         : take_numbers(table, index, tensor, error);
}

static bp_status read_cache(bp_table *table, const bp_safetensors *container, bp_error *error)
{
    const char *version = bp_safetensors_metadata(container, "backprop.version");
    const char *text = bp_safetensors_metadata(container, BP_TABLE_CACHE_FORMAT);
    if (version == NULL || strcmp(version, BP_TABLE_CACHE_VERSION) != 0)
        return fail_table(table, error, "it was written by another version; convert it anew");
    if (text == NULL)
        return fail_table(table, error, "its columns are not told");
    bp_json_document *document = NULL;
    bp_status status =
        bp_json_read(&document, text, strlen(text), BP_E_DATA, &table->allocator, error);
    status = as_data_error(table, status, error);
    if (status == BP_OK)
        status = read_columns(table, bp_json_root(document), error);
    bp_json_document_free(document);
    if (status == BP_OK && bp_safetensors_count(container) != table->columns)
        status = fail_table(table, error, "it has not one tensor for each column");
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = take_tensor(table, bp_safetensors_at(container, i), error);
    snprintf(table->form, sizeof table->form, "safetensors, written by backprop");
    return status;
}

/* ---- Any other file ------------------------------------------------------------- */

static size_t width_of(const bp_tensor *tensor)
{
    return tensor->rank == 2 ? tensor->shape[1] : 1;
}

/* All tensors are as long as the first, and how many columns they make. */
static bp_status count_columns(bp_table *table, const bp_safetensors *container, bp_error *error)
{
    size_t columns = 0;
    for (size_t i = 0; i < bp_safetensors_count(container); i++) {
        const bp_tensor *tensor = bp_safetensors_at(container, i);
        if (tensor->codes || tensor->rank < 1 || tensor->rank > 2)
            return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                              "the tensor \"%.200s\" is no column: those have 1 or 2 dimensions "
                              "and the dtype F32 or F64",
                              tensor->name);
        if (i == 0)
            table->rows = tensor->shape[0];
        if (tensor->shape[0] != table->rows)
            return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                              "the tensor \"%.200s\" has %zu rows, those before it %zu",
                              tensor->name, tensor->shape[0], table->rows);
        if (!bp_add_size(columns, width_of(tensor), &columns))
            columns = SIZE_MAX;
    }
    return open_columns(table, columns, error);
}

/* One column of a matrix, which lies row after row. */
static bp_status copy_column(bp_table *table, size_t index, const bp_tensor *tensor, size_t place,
                             bp_error *error)
{
    size_t size = bp_type_size(tensor->type), width = width_of(tensor);
    void *numbers = NULL;
    bp_status status = bp_table_build_numbers(table, index, &numbers, error);
    if (status != BP_OK)
        return status;
    for (size_t row = 0; row < table->rows; row++) {
        bp_tensor cell = {.type = tensor->type,
                          .count = 1,
                          .data = (const char *)tensor->data + (row * width + place) * size};
        bp_tensor_copy(&cell, table->type, (char *)numbers + row * bp_type_size(table->type));
    }
    return check_narrowed(table, index, error);
}

/* TENSOR, or TENSOR.0, TENSOR.1, ... of a matrix. */
static bp_status take_matrix(bp_table *table, size_t *index, const bp_tensor *tensor,
                             bp_error *error)
{
    size_t room = strlen(tensor->name) + 24;
    char *name = bp_allocate(&table->allocator, room, 1, error);
    bp_status status = name != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < width_of(tensor) && status == BP_OK; i++, ++*index) {
        snprintf(name, room, tensor->rank == 2 ? "%s.%zu" : "%s", tensor->name, i);
        status = bp_table_build_name(table, *index, name, strlen(name), error);
        if (status == BP_OK)
            status = tensor->rank == 2 ? copy_column(table, *index, tensor, i, error)
                                       : take_numbers(table, *index, tensor, error);
        if (status == BP_OK)
            bp_kinds_find(table, *index, false);
    }
    bp_release(&table->allocator, name, room, 1);
    return status;
}

static bp_status read_foreign(bp_table *table, const bp_safetensors *container, bp_error *error)
{
    size_t index = 0;
    table->header = true;
    bp_status status = count_columns(table, container, error);
    for (size_t i = 0; i < bp_safetensors_count(container) && status == BP_OK; i++)
        status = take_matrix(table, &index, bp_safetensors_at(container, i), error);
    snprintf(table->form, sizeof table->form, "safetensors, tensors as columns");
    return status;
}

/* ---- The form ------------------------------------------------------------------- */

/* Numbers can become categories; texts that are not kept cannot become numbers. */
static bp_status change_kind(bp_table *table, size_t index, bp_column_kind kind, bp_error *error)
{
    const bp_table_column *column = &table->column[index];
    if (kind == column->kind)
        return BP_OK;
    if (kind == BP_COLUMN_CATEGORY)
        return bp_table_categorize(table, index, error);
    if (column->kind != BP_COLUMN_DATE && kind != BP_COLUMN_DATE
        && kind_fits(kind, column->codes != NULL, 0))
        return bp_kinds_check(table, index, kind, error);
    return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                      "the column %s is kept as what it was read as, %s, and cannot become %s; "
                      "convert the original anew",
                      table->names.texts[index], bp_column_kind_name(column->kind),
                      bp_column_kind_name(kind));
}

static bp_status change_kinds(bp_table *table, const char *list, bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    bp_column_kind *kinds = bp_allocate(memory, table->columns, sizeof *kinds, error);
    bp_fill_mode *modes = bp_allocate(memory, table->columns, sizeof *modes, error);
    bp_status status = kinds != NULL && modes != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        kinds[i] = table->column[i].kind;
    if (status == BP_OK)
        status = bp_kinds_ask(table, list, kinds, modes, error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = change_kind(table, i, kinds[i], error);
    bp_release(memory, modes, table->columns, sizeof *modes);
    bp_release(memory, kinds, table->columns, sizeof *kinds);
    return status;
}

static bool recognize_safetensors(const bp_table *table)
{
    const unsigned char *bytes = (const unsigned char *)table->source.data;
    size_t size = table->source.size;
    if (size <= LENGTH_SIZE || bytes[LENGTH_SIZE] != '{')
        return false;
    uint64_t length = bp_little_endian_read(bytes, LENGTH_SIZE);
    return length <= HEADER_MAX;
}

static bp_status read_safetensors(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_safetensors *container = NULL;
    bp_status status = bp_safetensors_read_codes(&container, table->source.data, table->source.size,
                                                 &table->allocator, error);
    if (status != BP_OK)
        return as_data_error(table, status, error);
    const char *format = bp_safetensors_metadata(container, "format");
    if (format != NULL && strcmp(format, BP_TABLE_CACHE_FORMAT) == 0)
        status = read_cache(table, container, error);
    else if (format != NULL && strncmp(format, "backprop", strlen("backprop")) == 0)
        status =
            bp_fail_at(error, BP_E_DATA, table->name, 0, 0, "the file is a model, not a table");
    else
        status = read_foreign(table, container, error);
    bp_safetensors_free(container);
    if (status == BP_OK && options->kinds != NULL && options->kinds[0] != '\0')
        status = change_kinds(table, options->kinds, error);
    return status;
}

const bp_format BP_FORMAT_SAFETENSORS = {
    .name = "safetensors",
    .help = "columns of numbers as they lie in memory; what data convert writes",
    .recognize = recognize_safetensors,
    .read = read_safetensors};
