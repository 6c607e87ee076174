/* npz.c: archives of NumPy: NPY arrays in a ZIP, those of the same number of rows side by
 * side: X as the column X, or as X.0, X.1, ... where it has several. */
#include "base/error.h"
#include "base/memory.h"
#include "table/building.h"
#include "table/reading/npy.h"
#include "table/reading/reading.h"
#include "table/reading/zip.h"

#include <stdio.h>
#include <string.h>

#define ARRAYS_MOST 256
#define ENDING ".npy"
#define LIST_SIZE 300

typedef struct npz_array {
    bp_zip_member member;
    size_t name_size; /* without the ending */
    char *block;      /* of member.size + 1 bytes, where it was packed */
    bp_stored_matrix matrix;
    bool taken;
} npz_array;

typedef struct npz {
    size_t count;
    npz_array arrays[ARRAYS_MOST];
} npz;

static bool ends_in_npy(const char *name, size_t size)
{
    size_t ending = sizeof ENDING - 1;
    return size > ending && memcmp(name + size - ending, ENDING, ending) == 0;
}

/* By its first member: spreadsheets and documents are ZIP archives too. */
static bool recognize_npz(const bp_table *table)
{
    const unsigned char *bytes = (const unsigned char *)table->source.data;
    if (table->source.size < 30 || memcmp(bytes, "PK\x03\x04", 4) != 0)
        return false;
    size_t name = (size_t)bytes[26] | (size_t)bytes[27] << 8;
    return name <= table->source.size - 30 && ends_in_npy((const char *)bytes + 30, name);
}

static bp_status open_array(const bp_table *table, npz_array *array, uint64_t limit,
                            bp_error *error)
{
    const char *bytes = NULL;
    bp_status status =
        bp_zip_extract(&array->member, limit, &table->allocator, &bytes, &array->block, error);
    if (status != BP_OK)
        return status;
    const char *wrong = bp_npy_is(bytes, (size_t)array->member.size)
                            ? bp_npy_header(bytes, (size_t)array->member.size, &array->matrix)
                            : "it is no NPY file";
    if (wrong != NULL)
        return bp_fail(error, BP_E_DATA, "array %.*s: %s", (int)array->name_size,
                       array->member.name, wrong);
    return BP_OK;
}

/* All arrays; their numbers are unpacked when it is known which are wanted. */
static bp_status list_arrays(const bp_table *table, npz *archive, bp_error *error)
{
    bp_zip zip;
    bool found = true;
    bp_status status = bp_zip_open(&zip, table->source.data, table->source.size, error);
    while (status == BP_OK) {
        bp_zip_member member;
        status = bp_zip_next(&zip, &member, &found, error);
        if (status != BP_OK || !found)
            break;
        if (!ends_in_npy(member.name, member.name_size))
            continue;
        if (archive->count == ARRAYS_MOST)
            return bp_fail(error, BP_E_DATA, "the archive has more than %d arrays", ARRAYS_MOST);
        archive->arrays[archive->count++] =
            (npz_array){.member = member, .name_size = member.name_size - (sizeof ENDING - 1)};
    }
    if (status == BP_OK && archive->count == 0)
        return bp_fail(error, BP_E_DATA, "the archive has no arrays");
    return status;
}

/* "x (60000 x 784), y (60000)", as far as it fits. */
static void describe(const npz *archive, char text[LIST_SIZE])
{
    text[0] = '\0';
    for (size_t i = 0; i < archive->count && strlen(text) < LIST_SIZE - 100; i++) {
        const npz_array *array = &archive->arrays[i];
        size_t used = strlen(text);
        snprintf(text + used, LIST_SIZE - used, "%s%.*s (%zu x %zu)", used > 0 ? ", " : "",
                 array->name_size < 40 ? (int)array->name_size : 40, array->member.name,
                 array->matrix.rows, array->matrix.columns);
    }
}

static npz_array *find_array(npz *archive, const char *name, size_t size)
{
    for (size_t i = 0; i < archive->count; i++)
        if (archive->arrays[i].name_size == size
            && memcmp(archive->arrays[i].member.name, name, size) == 0)
            return &archive->arrays[i];
    return NULL;
}

/* Those that the query names, in its order; all where it names none. */
static bp_status choose(npz *archive, const char *query, npz_array *chosen[ARRAYS_MOST],
                        size_t *count, bp_error *error)
{
    *count = 0;
    for (size_t i = 0; i < archive->count && query == NULL; i++)
        chosen[(*count)++] = &archive->arrays[i];
    while (query != NULL && query[0] != '\0') {
        size_t length = strcspn(query, ",");
        npz_array *array = find_array(archive, query, length);
        if (array == NULL) {
            char names[LIST_SIZE];
            describe(archive, names);
            return bp_fail(error, BP_E_OPTION, "the archive has no array \"%.*s\"; it has %s",
                           length < 60 ? (int)length : 60, query, names);
        }
        if (array->taken)
            return bp_fail(error, BP_E_OPTION, "--query names \"%.*s\" twice", (int)length, query);
        array->taken = true;
        chosen[(*count)++] = array;
        query += length + (query[length] == ',');
    }
    return *count > 0 ? BP_OK : bp_fail(error, BP_E_OPTION, "--query names no array");
}

static bp_status check_rows(const npz *archive, npz_array *const *chosen, size_t count,
                            size_t *columns, bp_error *error)
{
    *columns = 0;
    for (size_t i = 0; i < count; i++) {
        if (chosen[i]->matrix.rows != chosen[0]->matrix.rows) {
            char names[LIST_SIZE];
            describe(archive, names);
            return bp_fail(error, BP_E_DATA,
                           "the arrays have different numbers of rows: %s; say which to read, as "
                           "--query %.*s",
                           names, (int)(chosen[0]->name_size < 40 ? chosen[0]->name_size : 40),
                           chosen[0]->member.name);
        }
        if (chosen[i]->matrix.columns > SIZE_MAX / 2 - *columns)
            return bp_fail(error, BP_E_DATA, "the arrays have too many columns");
        *columns += chosen[i]->matrix.columns;
    }
    return BP_OK;
}

static bp_status name_columns(bp_table *table, size_t first, const npz_array *array,
                              bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < array->matrix.columns && status == BP_OK; i++) {
        char name[300];
        int length =
            snprintf(name, sizeof name, "%.*s",
                     array->name_size < 250 ? (int)array->name_size : 250, array->member.name);
        if (array->matrix.columns > 1)
            length += snprintf(name + length, sizeof name - (size_t)length, ".%zu", i);
        status = bp_table_build_name(table, first + i, name, (size_t)length, error);
    }
    return status;
}

static bp_status fill_arrays(bp_table *table, npz_array *const *chosen, size_t count,
                             bp_error *error)
{
    bp_status status = BP_OK;
    size_t first = 0;
    for (size_t i = 0; i < count && status == BP_OK; i++) {
        status = name_columns(table, first, chosen[i], error);
        if (status == BP_OK)
            status = bp_stored_fill(table, first, &chosen[i]->matrix, error);
        first += chosen[i]->matrix.columns;
    }
    return status;
}

static bp_status read_archive(bp_table *table, const bp_table_options *options, npz *archive,
                              bp_error *error)
{
    npz_array *chosen[ARRAYS_MOST];
    size_t count = 0, columns = 0;
    uint64_t limit = options->size_limit > 0 ? options->size_limit : bp_memory_available() / 2;
    bp_status status = list_arrays(table, archive, error);
    for (size_t i = 0; i < archive->count && status == BP_OK; i++)
        status = open_array(table, &archive->arrays[i], limit, error);
    if (status == BP_OK)
        status = choose(archive, options->query, chosen, &count, error);
    if (status == BP_OK)
        status = check_rows(archive, chosen, count, &columns, error);
    if (status == BP_OK)
        /* One is chosen at least. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        status = bp_table_build_columns(table, chosen[0]->matrix.rows, columns, error);
    if (status == BP_OK)
        status = fill_arrays(table, chosen, count, error);
    if (status == BP_OK)
        status = bp_table_build_kinds(table, options->kinds, error);
    if (status == BP_OK)
        snprintf(table->form, sizeof table->form, "npz, %zu array%s", count, count == 1 ? "" : "s");
    return status;
}

static bp_status read_npz(bp_table *table, const bp_table_options *options, bp_error *error)
{
    npz *archive = bp_allocate(&table->allocator, 1, sizeof *archive, error);
    if (archive == NULL)
        return BP_E_MEMORY;
    bp_status status = read_archive(table, options, archive, error);
    for (size_t i = 0; i < archive->count; i++)
        if (archive->arrays[i].block != NULL)
            bp_release(&table->allocator, archive->arrays[i].block,
                       (size_t)archive->arrays[i].member.size + 1, 1);
    bp_release(&table->allocator, archive, 1, sizeof *archive);
    table->header = true;
    if (status == BP_E_DATA && error != NULL && error->line == 0)
        return bp_table_at(table, 0, error, status);
    return status;
}

const bp_format BP_FORMAT_NPZ = {.name = "npz",
                                 .help = "arrays of NumPy in a ZIP archive, side by side",
                                 .recognize = recognize_npz,
                                 .read = read_npz};
