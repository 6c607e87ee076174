/* sqlite_query.c: SQLite 3 databases, by libsqlite3 where the build has it. What a query finds is
 * written as CSV, so that everything behind it is as of any other table. */
#include "table/reading/sqlite_query.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define MAGIC "SQLite format 3" /* and a NUL */

bool bp_source_is_sqlite(const bp_file_bytes *source)
{
    return source->size >= 100 && memcmp(source->data, MAGIC, sizeof MAGIC) == 0;
}

#ifndef BACKPROP_HAS_SQLITE

bp_status bp_source_query(bp_file_bytes *source, const char *path, const char *query,
                          uint64_t limit, bp_error *error)
{
    (void)source;
    (void)path;
    (void)query;
    (void)limit;
    return bp_fail(error, BP_E_DATA,
                   "the file is an SQLite database, which this build cannot read; export the table "
                   "as CSV: sqlite3 -csv -header FILE 'select ...'");
}

#else

#include <sqlite3.h>
#include <stdio.h>

#define TABLES_SHOWN 10
#define MESSAGE_SIZE 400

/* ---- Text on its way ----------------------------------------------------------------------- */

static bp_status add(bp_unpacked *out, const char *bytes, size_t size, bp_error *error)
{
    while (size > 0) {
        size_t room = 0;
        bp_status status = bp_unpacked_grow(out, &room, error);
        if (status != BP_OK)
            return status;
        size_t part = size < room ? size : room;
        memcpy(out->data + out->size, bytes, part);
        out->size += part;
        bytes += part;
        size -= part;
    }
    return BP_OK;
}

/* Quoted where a comma, a quote, a line end or blanks would be taken for something else. */
static bp_status add_cell(bp_unpacked *out, const char *text, size_t size, bp_error *error)
{
    bool quoted = size == 0 || text[0] == ' ' || text[size - 1] == ' ';
    for (size_t i = 0; i < size && !quoted; i++)
        /* Without the NUL, on purpose. NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        quoted = memchr(",\"\r\n\t;|'#", text[i], 9) != NULL;
    if (!quoted)
        return add(out, text, size, error);
    bp_status status = add(out, "\"", 1, error);
    for (size_t start = 0; start < size && status == BP_OK;) {
        const char *quote = memchr(text + start, '"', size - start);
        size_t end = quote != NULL ? (size_t)(quote - text) + 1 : size;
        status = add(out, text + start, end - start, error);
        if (quote != NULL && status == BP_OK)
            status = add(out, "\"", 1, error);
        start = end;
    }
    return status == BP_OK ? add(out, "\"", 1, error) : status;
}

/* A record that tells of more bytes than there can be is to SQLite a lack of memory. */
static bp_status fail_sqlite_memory(bp_error *error)
{
    return bp_fail(error, BP_E_MEMORY,
                   "SQLite is out of memory, as it also says of a damaged database");
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bp_status add_value(bp_unpacked *out, sqlite3_stmt *statement, int column, bp_error *error)
{
    char number[BP_NUMBER_SIZE];
    const char *text = number;
    size_t size = 0;
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return BP_OK;
    case SQLITE_INTEGER:
        size = (size_t)snprintf(number, sizeof number, "%lld",
                                (long long)sqlite3_column_int64(statement, column));
        break;
    case SQLITE_FLOAT:
        size = bp_number_write(sqlite3_column_double(statement, column), number);
        break;
    case SQLITE_BLOB:
        return bp_fail(error, BP_E_DATA,
                       "column %s of the query has bytes (a blob), not numbers or text; leave it "
                       "out of the query",
                       sqlite3_column_name(statement, column));
    default:
        text = (const char *)sqlite3_column_text(statement, column);
        size = (size_t)sqlite3_column_bytes(statement, column);
        if (text == NULL)
            return fail_sqlite_memory(error);
        return add_cell(out, text, size, error);
    }
    return add(out, text, size, error);
}

static bp_status add_names(bp_unpacked *out, sqlite3_stmt *statement, bp_error *error)
{
    bp_status status = BP_OK;
    for (int i = 0; i < sqlite3_column_count(statement) && status == BP_OK; i++) {
        const char *name = sqlite3_column_name(statement, i);
        if (name == NULL)
            return fail_sqlite_memory(error);
        if (i > 0)
            status = add(out, ",", 1, error);
        if (status == BP_OK)
            status = add_cell(out, name, strlen(name), error);
    }
    return status == BP_OK ? add(out, "\n", 1, error) : status;
}

static bp_status fail_sqlite(sqlite3 *database, bp_error *error)
{
    char message[MESSAGE_SIZE];
    int code = sqlite3_errcode(database) & 0xFF;
    if (code == SQLITE_NOMEM)
        return fail_sqlite_memory(error);
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(database));
    for (char *c = message; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    return bp_fail(error, code == SQLITE_IOERR ? BP_E_IO : BP_E_DATA, "SQLite: %s", message);
}

static bp_status add_rows(bp_unpacked *out, sqlite3 *database, sqlite3_stmt *statement,
                          bp_error *error)
{
    int columns = sqlite3_column_count(statement), result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        bp_status status = BP_OK;
        for (int i = 0; i < columns && status == BP_OK; i++) {
            if (i > 0)
                status = add(out, ",", 1, error);
            if (status == BP_OK && columns == 1 && sqlite3_column_type(statement, 0) == SQLITE_NULL)
                status = add(out, "\"\"", 2, error); /* else the line would be blank */
            else if (status == BP_OK)
                status = add_value(out, statement, i, error);
        }
        if (status == BP_OK)
            status = add(out, "\n", 1, error);
        if (status != BP_OK)
            return status;
    }
    return result == SQLITE_DONE ? BP_OK : fail_sqlite(database, error);
}

/* ---- Queries -----------------------------------------------------------------------------------
 */

/* "select * from NAME" of the only table, or the error that lists what there is. */
static bp_status find_table(sqlite3 *database, char query[512], bp_error *error)
{
    static const char list[] = "select name, replace(name, '\"', '\"\"') from sqlite_master "
                               "where type in ('table', 'view') and name not like 'sqlite!_%' "
                               "escape '!' order by name";
    sqlite3_stmt *statement = NULL;
    char names[MESSAGE_SIZE] = "", first[256] = "";
    size_t count = 0;
    int result = SQLITE_DONE;
    if (sqlite3_prepare_v2(database, list, -1, &statement, NULL) != SQLITE_OK)
        return fail_sqlite(database, error);
    for (; (result = sqlite3_step(statement)) == SQLITE_ROW; count++) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const char *escaped = (const char *)sqlite3_column_text(statement, 1);
        if ((name == NULL || escaped == NULL) && sqlite3_errcode(database) == SQLITE_NOMEM) {
            result = SQLITE_NOMEM;
            break;
        }
        if (name == NULL || escaped == NULL || count >= TABLES_SHOWN)
            continue;
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%.60s", count > 0 ? ", " : "", name);
        if (count == 0)
            snprintf(first, sizeof first, "%.250s", escaped);
    }
    bp_status status = result == SQLITE_DONE ? BP_OK : fail_sqlite(database, error);
    sqlite3_finalize(statement);
    if (status != BP_OK)
        return status;
    if (count == 0)
        return bp_fail(error, BP_E_DATA, "the database has no tables");
    if (count > 1)
        return bp_fail(error, BP_E_DATA,
                       "the database has %zu tables (%s%s); say what to read, as --query 'select * "
                       "from %s'",
                       count, names, count > TABLES_SHOWN ? ", ..." : "", first);
    snprintf(query, 512, "select * from \"%s\"", first);
    return BP_OK;
}

/* Nothing but blanks and semicolons behind the statement. */
static bool is_all(const char *rest)
{
    return rest[strspn(rest, " \t\r\n;")] == '\0';
}

static bp_status run_query(bp_unpacked *out, sqlite3 *database, const char *query, bp_error *error)
{
    sqlite3_stmt *statement = NULL;
    const char *rest = "";
    bp_status status = BP_OK;
    if (sqlite3_prepare_v2(database, query, -1, &statement, &rest) != SQLITE_OK)
        return fail_sqlite(database, error);
    if (statement == NULL)
        return bp_fail(error, BP_E_OPTION, "--query is empty; say what to read, as 'select ...'");
    if (!is_all(rest))
        status = bp_fail(error, BP_E_OPTION, "--query takes one statement");
    else if (!sqlite3_stmt_readonly(statement) || sqlite3_column_count(statement) == 0)
        status =
            bp_fail(error, BP_E_OPTION, "--query reads; it takes a select, nothing that writes");
    if (status == BP_OK)
        status = add_names(out, statement, error);
    if (status == BP_OK)
        status = add_rows(out, database, statement, error);
    sqlite3_finalize(statement);
    return status;
}

/* By its path, so that what stands in its write-ahead log is seen, or from memory. */
static bp_status open_database(sqlite3 **database, const bp_file_bytes *source, const char *path,
                               bp_error *error)
{
    int result = sqlite3_open_v2(
        path != NULL ? path : ":memory:", database,
        path != NULL ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);
    if (*database == NULL)
        return bp_fail_memory(error, 0);
    if (result == SQLITE_OK && path == NULL)
        result = sqlite3_deserialize(*database, "main", (unsigned char *)(uintptr_t)source->data,
                                     (sqlite3_int64)source->size, (sqlite3_int64)source->size,
                                     SQLITE_DESERIALIZE_READONLY);
    return result == SQLITE_OK ? BP_OK : fail_sqlite(*database, error);
}

bp_status bp_source_query(bp_file_bytes *source, const char *path, const char *query,
                          uint64_t limit, bp_error *error)
{
    sqlite3 *database = NULL;
    char all[512];
    size_t room = 0;
    bp_unpacked out = {.allocator = source->allocator,
                       .limit = limit > 0 ? limit : bp_memory_available() / 2};
    bp_status status = open_database(&database, source, path, error);
    if (status == BP_OK && query == NULL) {
        status = find_table(database, all, error);
        query = all;
    }
    if (status == BP_OK)
        status = bp_unpacked_grow(&out, &room, error);
    if (status == BP_OK)
        status = run_query(&out, database, query, error);
    sqlite3_close(database);
    if (status == BP_OK)
        bp_unpacked_replace(source, &out);
    else
        bp_release(&out.allocator, out.data, out.room, 1);
    return status;
}

#endif
