/* table_read.c: the doors by which tables come in, and the list of forms they may have. */
#include "table/reading/table_read.h"
#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_match.h"
#include "table/reading/reading.h"
#include "table/reading/sqlite_query.h"
#include "table/reading/unpack.h"

#include <stdio.h>
#include <string.h>

/* The first that recognizes the bytes reads them. */
static const bp_format *const FORMATS[] = {
    &BP_FORMAT_SAFETENSORS, &BP_FORMAT_IDX,    &BP_FORMAT_NPY, &BP_FORMAT_NPZ, &BP_FORMAT_ARFF,
    &BP_FORMAT_JSON_LINES,  &BP_FORMAT_LIBSVM, &BP_FORMAT_CSV, /* recognizes everything */
};

#define COLUMN_BYTES 256u /* of a column and its name, beside its cells */
#define FORMAT_COUNT (sizeof FORMATS / sizeof FORMATS[0])
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define MARKER_LIMIT 32u /* bytes of what a missing cell looks like */
#define DEFAULT_MISSING "NA,N/A,NaN,nan,NULL,null,?,-"

/* What is no text is named as far as it is known by its first bytes. */
static const struct {
    const char *bytes;
    size_t size;
    const char *advice;
} SIGNATURES[] = {
    {"\xFF\xFE", 2, "the file is UTF-16; save it as UTF-8"},
    {"\xFE\xFF", 2, "the file is UTF-16; save it as UTF-8"},
    {"PK\x03\x04", 4, "the file is a ZIP archive or a spreadsheet; save the table as CSV"},
};

size_t bp_source_start(const bp_table *table)
{
    size_t mark = sizeof BYTE_ORDER_MARK - 1;
    bool marked =
        table->source.size >= mark && memcmp(table->source.data, BYTE_ORDER_MARK, mark) == 0;
    return marked ? mark : 0;
}

size_t bp_cut_lines(const bp_table *table, const bp_table_options *options, size_t place,
                    size_t size)
{
    (void)options;
    while (size > place && table->source.data[size - 1] != '\n')
        size--;
    return size;
}

bp_status bp_source_check_cells(const bp_table *table, const bp_table_options *options,
                                bp_error *error)
{
    uint64_t limit = options->size_limit > 0 ? options->size_limit : bp_memory_available();
    if (table->columns <= limit / (table->rows * sizeof(double) + COLUMN_BYTES))
        return BP_OK;
    return bp_table_at(table, table->text_start, error,
                       bp_fail(error, BP_E_DATA,
                               "%zu rows of %zu columns take more than %llu bytes; if the file is "
                               "to be trusted, raise --size-limit",
                               table->rows, table->columns, (unsigned long long)limit));
}

static bp_status check_bytes(const bp_table *table, bp_error *error)
{
    const char *bytes = table->source.data;
    size_t size = table->source.size;
    if (BP_FORMAT_NPZ.recognize(table))
        return BP_OK;
    for (size_t i = 0; i < sizeof SIGNATURES / sizeof SIGNATURES[0]; i++)
        if (size >= SIGNATURES[i].size
            && memcmp(bytes, SIGNATURES[i].bytes, SIGNATURES[i].size) == 0)
            return bp_table_at(table, 0, error,
                               bp_fail(error, BP_E_DATA, "%s", SIGNATURES[i].advice));
    return BP_OK;
}

bool bp_name_ends(const bp_table *table, const char *ending)
{
    size_t length = strlen(table->name), least = strlen(ending);
    if (length < least)
        return false;
    for (size_t i = 0; i < least; i++) {
        char c = table->name[length - least + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != ending[i])
            return false;
    }
    return true;
}

/* The texts that mean "missing". */
static bp_status list_missing(bp_table *table, const char *list, bp_error *error)
{
    bp_status status = BP_OK;
    uint32_t number = 0;
    list = list != NULL ? list : DEFAULT_MISSING;
    while (list[0] != '\0' && status == BP_OK) {
        size_t length = strcspn(list, ",");
        double value = 0;
        status =
            bp_text_index_add(&table->missing, &table->allocator, list, length, &number, error);
        if (length > table->longest_missing && length <= MARKER_LIMIT)
            table->longest_missing = length;
        table->number_missing =
            table->number_missing || bp_read_cell(table, list, length, &value) != BP_READ_TEXT;
        list += length + (list[length] == ',');
    }
    return status;
}

/* The form that was asked for by name, or the first that recognizes the source. */
static bp_status choose_format(bp_table *table, const char *name, bp_error *error)
{
    const char *names[FORMAT_COUNT];
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        names[i] = FORMATS[i]->name;
        if (name == NULL ? FORMATS[i]->recognize(table) : strcmp(name, names[i]) == 0) {
            table->format = FORMATS[i];
            return BP_OK;
        }
    }
    const char *nearest = bp_nearest(name, names, FORMAT_COUNT);
    return bp_fail(error, BP_E_OPTION, "\"%s\" is no form of table that is known here%s%s%s", name,
                   nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "?" : "");
}

const char *bp_format_name(size_t index)
{
    return index < FORMAT_COUNT ? FORMATS[index]->name : NULL;
}

const char *bp_format_help(size_t index)
{
    return index < FORMAT_COUNT ? FORMATS[index]->help : NULL;
}

static bp_status check_options(const bp_table_options *options, bp_error *error)
{
    if (options->type != BP_F32 && options->type != BP_F64)
        return bp_fail(error, BP_E_ARGUMENT, "a table has cells of float32 or float64");
    char delimiter = options->delimiter;
    if (options->quote != '\0' && options->quote != '"' && options->quote != '\'')
        return bp_fail(error, BP_E_OPTION, "cells are quoted by \" or ', not by %c",
                       options->quote);
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
        return bp_fail(error, BP_E_OPTION,
                       "a quote, LF or CR cannot be the delimiter; use one of , ; | tab space");
    if (options->decimal != '\0' && options->decimal != '.' && options->decimal != ',')
        return bp_fail(error, BP_E_OPTION, "numbers have a decimal point or comma, not %c",
                       options->decimal);
    if (bp_date_order_name(options->dates) == NULL)
        return bp_fail(error, BP_E_ARGUMENT, "there is no order of dates %d", (int)options->dates);
    return BP_OK;
}

bp_status bp_table_begin(bp_table **out, const char *name, const bp_table_options *options,
                         bp_error *error)
{
    bp_status status = check_options(options, error);
    if (status != BP_OK)
        return status;
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_table *table = bp_allocate(&memory, 1, sizeof *table, error);
    if (table == NULL)
        return BP_E_MEMORY;
    table->allocator = memory;
    table->source.allocator = memory;
    table->type = options->type;
    table->decimal_comma = options->decimal == ',';
    table->date_order = options->dates != BP_DATES_AUTO ? options->dates
                        : options->expected != NULL     ? bp_prepared_date_order(options->expected)
                                                        : BP_DATES_ISO;
    name = options->name != NULL ? options->name : name;
    table->name = bp_copy_text(&memory, name, strlen(name), error);
    if (table->name == NULL) {
        bp_table_free(table);
        return BP_E_MEMORY;
    }
    *out = table;
    return BP_OK;
}

bp_status bp_table_choose_form(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_status status = check_bytes(table, error);
    if (status == BP_OK)
        status = list_missing(table, options->missing, error);
    return status == BP_OK ? choose_format(table, options->format, error) : status;
}

/* The rows that a query finds in a database, from here on read as the CSV that they are. */
static bp_status query_source(bp_table *table, bp_table_options *options, bp_error *error)
{
    bp_status status =
        bp_source_query(&table->source, table->path, options->query, options->size_limit, error);
    if (status != BP_OK) {
        if (error != NULL)
            snprintf(error->file, sizeof error->file, "%s", table->name);
        return status;
    }
    options->query = NULL;
    options->format = "csv";
    options->header = 1;
    options->delimiter = ',';
    options->quote = '"';
    options->comment = '\0';
    options->decimal = '.';
    return BP_OK;
}

static bp_status check_query(const bp_table *table, const bp_table_options *options,
                             bp_error *error)
{
    if (options->query == NULL || table->format == &BP_FORMAT_NPZ)
        return BP_OK;
    return bp_fail(error, BP_E_OPTION,
                   "--query is for SQLite databases and NPZ archives, and this is %s", table->name);
}

static bp_status read_source(bp_table *table, const bp_table_options *given, bp_error *error)
{
    bp_table_options copy = *given, *options = &copy;
    bp_status status = bp_unpack(&table->source, options->size_limit, error);
    if (status != BP_OK)
        return bp_table_at(table, 0, error, status);
    bool queried = bp_source_is_sqlite(&table->source);
    if (queried)
        status = query_source(table, options, error);
    if (status != BP_OK)
        return status;
    status = bp_table_choose_form(table, options, error);
    if (status == BP_OK)
        status = check_query(table, options, error);
    if (status == BP_OK)
        status = table->format->read(table, options, error);
    if (status == BP_OK && queried)
        snprintf(table->form, sizeof table->form, "sqlite, by a query");
    return status;
}

/* Where the text comes from: a file; the caller's memory, which is copied; or bytes that were
 * read, which are taken over. */
typedef struct origin {
    const char *path;
    const char *text;
    size_t size;
    bp_file_bytes *bytes;
} origin;

static bp_status open_source(bp_table *table, const origin *from, bp_error *error)
{
    if (from->bytes != NULL) {
        table->source = *from->bytes;
        *from->bytes = (bp_file_bytes){.allocator = table->allocator};
        return BP_OK;
    }
    if (from->path != NULL)
        return bp_file_read(&table->source, from->path, BP_E_DATA, &table->allocator, error);
    char *copy = bp_allocate(&table->allocator, from->size + 1, 1, error);
    if (copy == NULL)
        return BP_E_MEMORY;
    if (from->size > 0)
        memcpy(copy, from->text, from->size);
    table->source.data = table->source.block = copy;
    table->source.size = from->size;
    table->source.block_size = from->size + 1;
    return BP_OK;
}

static bp_status read_table(bp_table **out, const origin *from, const bp_table_options *options,
                            bp_error *error)
{
    bp_table_options defaults;
    bp_table_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    *out = NULL;
    bp_table *table = NULL;
    bp_status status =
        bp_table_begin(&table, from->path != NULL ? from->path : "memory", options, error);
    if (status != BP_OK)
        return status;
    table->path = from->path != NULL && strcmp(from->path, "-") != 0 ? from->path : NULL;
    status = open_source(table, from, error);
    if (status == BP_OK)
        status = read_source(table, options, error);
    table->path = NULL;
    if (status != BP_OK) {
        bp_table_free(table);
        return status;
    }
    *out = table;
    return BP_OK;
}

bp_status bp_table_read(bp_table **table, const char *path, const bp_table_options *options,
                        bp_error *error)
{
    return read_table(table, &(origin){.path = path}, options, error);
}

bp_status bp_table_read_bytes(bp_table **table, const char *path, bp_file_bytes *bytes,
                              const bp_table_options *options, bp_error *error)
{
    return read_table(table, &(origin){.path = path, .bytes = bytes}, options, error);
}

bp_status bp_table_read_memory(bp_table **table, const char *text, size_t size,
                               const bp_table_options *options, bp_error *error)
{
    return read_table(table, &(origin){.text = text, .size = size}, options, error);
}
