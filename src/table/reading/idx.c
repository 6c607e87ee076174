/* idx.c: the IDX files of MNIST: two zeros, the kind of number, how many sizes, the sizes as
 * big-endian numbers of 32 bits, then the numbers, big-endian. Images come with their labels,
 * which stand in a file beside them: ...images-idx3... and ...labels-idx1... */
#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "table/building.h"
#include "table/reading/numbers.h"
#include "table/reading/reading.h"
#include "table/reading/unpack.h"

#include <stdio.h>
#include <string.h>

#define PATH_LIMIT 4096

static bool is_idx(const char *bytes, size_t size)
{
    return size >= 8 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 0x08 && bytes[2] <= 0x0E
           && bytes[2] != 0x0A && bytes[3] >= 1 && bytes[3] <= 8;
}

static size_t size_at(const bp_file_bytes *file, size_t rank)
{
    return (size_t)bp_stored_number(BP_STORED_U32, true, file->data + 4 + 4 * rank);
}

/* False where the sizes do not make up the file. */
static bool read_matrix(const bp_file_bytes *file, bp_stored_matrix *matrix)
{
    static const bp_stored kinds[] = {BP_STORED_U8,  BP_STORED_I8,  BP_STORED_I8, BP_STORED_I16,
                                      BP_STORED_I32, BP_STORED_F32, BP_STORED_F64};
    size_t ranks = is_idx(file->data, file->size) ? (size_t)file->data[3] : 0;
    size_t start = 4 + 4 * ranks;
    if (ranks == 0 || file->size < start)
        return false;
    *matrix = (bp_stored_matrix){.bytes = file->data + start,
                                 .kind = kinds[file->data[2] - 0x08],
                                 .big_endian = true,
                                 .columns = 1};
    for (size_t i = 0; i < ranks; i++) {
        size_t size = size_at(file, i);
        if (i == 0)
            matrix->rows = size;
        else if (!bp_multiply_size(matrix->columns, size, &matrix->columns))
            return false;
    }
    return matrix->rows > 0 && matrix->columns > 0 && bp_stored_fits(matrix, file->size - start);
}

/* The path of the labels beside these images; false where the name is not of that kind. */
static bool labels_path(const char *images, char path[PATH_LIMIT])
{
    static const char *const words[][2] = {{"images", "labels"}, {"idx3", "idx1"}};
    if (strlen(images) >= PATH_LIMIT)
        return false;
    strcpy(path, images);
    for (size_t i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        char *found = strstr(slash != NULL ? slash : path, words[i][0]);
        if (found == NULL)
            return false;
        memcpy(found, words[i][1], strlen(words[i][1]));
    }
    return true;
}

/* The labels, where there are any: one for each row of the images. */
static bp_status open_labels(const bp_table *table, const bp_table_options *options, size_t rows,
                             bp_file_bytes *file, bp_stored_matrix *labels, bp_error *error)
{
    char path[PATH_LIMIT];
    *labels = (bp_stored_matrix){.rows = 0};
    *file = (bp_file_bytes){.allocator = table->allocator};
    if (table->path == NULL || !labels_path(table->path, path))
        return BP_OK;
    bp_status status = bp_file_read(file, path, BP_E_DATA, &table->allocator, NULL);
    if (status != BP_OK) /* images alone are a table too */
        return status == BP_E_MEMORY ? bp_fail_memory(error, 0) : BP_OK;
    status = bp_unpack(file, options->size_limit, error);
    if (status != BP_OK)
        return status;
    if (read_matrix(file, labels) && labels->columns == 1 && labels->rows == rows)
        return BP_OK;
    return bp_fail_at(error, BP_E_DATA, path, 0, 0,
                      "these are no IDX labels of the %zu images of %s", rows, table->name);
}

static bp_status name_columns(bp_table *table, size_t pixels, bool labeled, bp_error *error)
{
    char name[32];
    bp_status status = BP_OK;
    for (size_t i = 0; i < pixels && status == BP_OK; i++) {
        int length = snprintf(name, sizeof name, "p%zu", i);
        status = bp_table_build_name(table, i, name, (size_t)length, error);
    }
    if (status == BP_OK && labeled)
        status = bp_table_build_name(table, pixels, "label", 5, error);
    return status;
}

static bp_status fill(bp_table *table, const bp_table_options *options,
                      const bp_stored_matrix *images, const bp_stored_matrix *labels,
                      bp_error *error)
{
    bool labels_alone = images->columns == 1;
    size_t pixels = labels_alone ? 0 : images->columns;
    bool labeled = labels_alone || labels->rows > 0;
    bp_status status = bp_table_build_columns(table, images->rows, pixels + labeled, error);
    if (status == BP_OK)
        status = name_columns(table, pixels, labeled, error);
    if (status == BP_OK)
        status = bp_stored_fill(table, 0, images, error);
    if (status == BP_OK && !labels_alone && labeled)
        status = bp_stored_fill(table, pixels, labels, error);
    if (status == BP_OK)
        status = bp_table_build_kinds(table, options->kinds, error);
    return status;
}

static bp_status read_idx(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_stored_matrix images = {.rows = 0}, labels = {.rows = 0};
    bp_file_bytes file = {.allocator = table->allocator};
    if (!read_matrix(&table->source, &images))
        return bp_table_at(
            table, 0, error,
            bp_fail(error, BP_E_DATA, "the IDX file has another length than its sizes say"));
    bp_status status = BP_OK;
    if (images.columns > 1)
        status = open_labels(table, options, images.rows, &file, &labels, error);
    if (status == BP_OK)
        status = fill(table, options, &images, &labels, error);
    bp_file_release(&file);
    if (table->source.data[3] == 3) {
        table->image_height = size_at(&table->source, 1);
        table->image_width = size_at(&table->source, 2);
    }
    if (status == BP_OK)
        snprintf(table->form, sizeof table->form, "idx, %zu numbers a row%s", images.columns,
                 labels.rows > 0 ? ", with their labels" : "");
    return status;
}

static bool recognize_idx(const bp_table *table)
{
    return is_idx(table->source.data, table->source.size);
}

const bp_format BP_FORMAT_IDX = {.name = "idx",
                                 .help = "images or labels, as MNIST has them",
                                 .recognize = recognize_idx,
                                 .read = read_idx};
