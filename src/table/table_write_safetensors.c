/* table_write_safetensors.c: a table as a safetensors file that is read without a pass over its
 * numbers; the layout is told in docs/tables.md. */
#include "base/error.h"
#include "base/memory.h"
#include "base/safetensors.h"
#include "base/utf8.h"
#include "table/table_write.h"

#include <string.h>

/* JSON and the container hold UTF-8, and one key is the container's own. */
static bp_status check_texts(const bp_table *table, size_t index, bp_error *error)
{
    const char *name = table->names.texts[index];
    const bp_text_index *categories = &table->column[index].categories;
    if (strcmp(name, "__metadata__") == 0)
        return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                          "a safetensors file cannot hold a column called %s; rename it", name);
    for (size_t i = 0; i < categories->count; i++)
        if (!bp_utf8_is_valid(categories->texts[i], strlen(categories->texts[i])))
            return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                              "the column %s has texts that are not UTF-8, which a safetensors "
                              "file cannot hold; save the table as UTF-8",
                              name);
    return BP_OK;
}

static void describe_column(const bp_table *table, size_t index, bp_json *json)
{
    const bp_table_column *column = &table->column[index];
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json, table->names.texts[index]);
    bp_json_key(json, "kind");
    bp_json_string(json, bp_column_kind_name(column->kind));
    if (column->codes != NULL) {
        bp_json_key(json, "categories");
        bp_json_array_begin(json);
        for (size_t i = 0; i < column->categories.count; i++)
            bp_json_string(json, column->categories.texts[i]);
        bp_json_array_end(json);
    }
    bp_json_object_end(json);
}

static void describe(const bp_table *table, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "header");
    bp_json_boolean(json, table->header);
    bp_json_key(json, "rows");
    bp_json_integer(json, (int64_t)table->rows);
    bp_json_key(json, "columns");
    bp_json_array_begin(json);
    for (size_t i = 0; i < table->columns; i++)
        describe_column(table, i, json);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

static bp_tensor tensor_of(const bp_table *table, size_t index)
{
    const bp_table_column *column = &table->column[index];
    bool codes = column->codes != NULL;
    return (bp_tensor){.name = table->names.texts[index],
                       .type = codes ? BP_F32 : bp_table_number_type(table, index),
                       .codes = codes,
                       .rank = 1,
                       .shape = {table->rows},
                       .count = table->rows,
                       .data = codes ? (const void *)column->codes : column->numbers};
}

static bp_status write_described(const bp_table *table, const char *path, const bp_json *json,
                                 bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    const char *text = bp_json_text(json, NULL);
    if (text == NULL)
        return bp_fail(error, BP_E_MEMORY, "out of memory while the table was described");
    bp_tensor *tensors = bp_allocate(memory, table->columns, sizeof *tensors, error);
    if (tensors == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < table->columns; i++)
        tensors[i] = tensor_of(table, i);
    const bp_metadata metadata[] = {{"format", BP_TABLE_CACHE_FORMAT},
                                    {"backprop.version", BP_TABLE_CACHE_VERSION},
                                    {BP_TABLE_CACHE_FORMAT, text}};
    bp_status status =
        bp_safetensors_write_file(path, tensors, table->columns, metadata,
                                  sizeof metadata / sizeof metadata[0], memory, error);
    bp_release(memory, tensors, table->columns, sizeof *tensors);
    return status;
}

bp_status bp_table_write_safetensors(const bp_table *table, const char *path, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = check_texts(table, i, error);
    if (status == BP_OK)
        status = bp_json_new(&json, &table->allocator, error);
    if (status == BP_OK) {
        describe(table, json);
        status = write_described(table, path, json, error);
    }
    bp_json_free(json);
    return status;
}
