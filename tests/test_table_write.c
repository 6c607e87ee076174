/* test_table_write.c: a table written and read again is the same table, in each form; hostile
 * caches are refused; a failed write leaves what was there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "support/tables.h"

#include "base/files.h"
#include "base/safetensors.h"
#include "table/reading/date_text.h"

#include <backprop/table.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE "test_table_write.safetensors"
#define PLAIN "test_table_write.csv"

/* Every kind, missing cells, and texts that need quotes. */
static const char MIXED[] = "x,\"a \"\"b\"\"\",on,when,same,void,key,none\n"
                            "1.5,red,yes,2024-02-29,7,,9007199254740993,\n"
                            ",\"r,e;d\",no,1969-12-31T23:59:59.25,7,,9007199254740995,\n"
                            "-1e-300,\"two\nlines\",,0001-01-01,7,,9007199254740997,\n"
                            "0.1,'q,yes,9999-12-31 12:00:00.123456,7,,9007199254740999,\n"
                            "-0,,no,,7,,9007199254741001,\n";

static bp_table *reread(const char *path, bp_type type)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_error error = {.message = ""};
    bp_table_options_init(&options);
    options.type = type;
    if (bp_table_read(&table, path, &options, &error) != BP_OK)
        fail_msg("%s: %s", path, error.message);
    return table;
}

static void assert_same_column(const bp_table *a, const bp_table *b, size_t i)
{
    size_t rows = bp_table_row_count(a), count = bp_table_category_count(a, i);
    const uint32_t *codes = bp_table_codes(a, i), *other = bp_table_codes(b, i);
    assert_string_equal(bp_table_column_name(a, i), bp_table_column_name(b, i));
    assert_int_equal(bp_table_column_kind(a, i), bp_table_column_kind(b, i));
    assert_int_equal(count, bp_table_category_count(b, i));
    for (size_t c = 0; c < count; c++)
        assert_string_equal(bp_table_category(a, i, (uint32_t)c),
                            bp_table_category(b, i, (uint32_t)c));
    assert_int_equal(codes == NULL, other == NULL);
    if (codes != NULL) {
        assert_memory_equal(codes, other, rows * sizeof *codes);
        return;
    }
    bp_matrix x = bp_table_numbers(a, i), y = bp_table_numbers(b, i);
    assert_int_equal(x.type, y.type);
    size_t size = bp_type_size(x.type);
    for (size_t row = 0; row < rows; row++) {
        const char *left = (const char *)x.data + row * size;
        const char *right = (const char *)y.data + row * size;
        double wide = 0, again = 0;
        float narrow = 0;
        memcpy(x.type == BP_F64 ? (void *)&wide : &narrow, left, size);
        if (x.type == BP_F32)
            wide = (double)narrow;
        memcpy(x.type == BP_F64 ? (void *)&again : &narrow, right, size);
        if (x.type == BP_F32)
            again = (double)narrow;
        assert_true((isnan(wide) && isnan(again)) || memcmp(left, right, size) == 0);
    }
}

static void assert_same(const bp_table *a, const bp_table *b)
{
    assert_int_equal(bp_table_row_count(a), bp_table_row_count(b));
    assert_int_equal(bp_table_column_count(a), bp_table_column_count(b));
    for (size_t i = 0; i < bp_table_column_count(a); i++)
        assert_same_column(a, b, i);
}

static void written(const bp_table *table, const char *path)
{
    bp_error error = {.message = ""};
    if (bp_table_write(table, path, NULL, &error) != BP_OK)
        fail_msg("%s: %s", path, error.message);
}

/* ---- The same table again -------------------------------------------------------- */

static void round_trip(const char *text, int header, bp_type type)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.type = type;
    options.header = header;
    options.delimiter = ',';
    options.quote = '"';
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, NULL), BP_OK);
    written(table, CACHE);
    bp_table *cached = reread(CACHE, type);
    assert_same(table, cached);
    assert_int_equal(bp_table_has_header(cached), header);
    assert_string_equal(bp_table_form(cached), "safetensors, written by backprop");
    written(cached, PLAIN); /* over the mapping's file: it stays what it was */
    written(cached, CACHE);
    bp_table *plain = reread(PLAIN, type), *twice = reread(CACHE, type);
    assert_same(cached, plain);
    assert_same(cached, twice);
    bp_table_free(twice);
    bp_table_free(plain);
    bp_table_free(cached);
    bp_table_free(table);
}

static void both_ways(void **state)
{
    (void)state;
    round_trip(MIXED, 1, BP_F64);
    round_trip("a,b\n0.1,u\n3.4028235e38,v\n1e-45,u\n", 1, BP_F32);
    round_trip("1,u\n2,v\n", 0, BP_F64);
    round_trip("alone\n1\n\"\"\n3\n", 1, BP_F64);
}

static void the_kinds_are_there(void **state)
{
    (void)state;
    const bp_column_kind kinds[] = {BP_COLUMN_NUMBER,    BP_COLUMN_CATEGORY, BP_COLUMN_BOOLEAN,
                                    BP_COLUMN_DATE,      BP_COLUMN_CONSTANT, BP_COLUMN_CONSTANT,
                                    BP_COLUMN_IDENTIFIER};
    bp_table *table = table_of(MIXED, 1);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        assert_int_equal(bp_table_column_kind(table, i), kinds[i]);
    bp_table_free(table);
}

/* Read in the other type, numbers are converted and dates stay float64. */
static void another_type(void **state)
{
    (void)state;
    bp_table *table = table_of(MIXED, 1);
    written(table, CACHE);
    bp_table *narrow = reread(CACHE, BP_F32);
    assert_int_equal(bp_table_numbers(narrow, 0).type, BP_F32);
    assert_true(((const float *)bp_table_numbers(narrow, 0).data)[3] == 0.1f);
    assert_same_column(table, narrow, 3);
    bp_table_free(narrow);
    bp_table_free(table);
    table = table_of("x\n1\n1e300\n", 1);
    written(table, CACHE);
    bp_table_options options;
    bp_error error;
    bp_table_options_init(&options);
    options.type = BP_F32;
    assert_int_equal(bp_table_read(&narrow, CACHE, &options, &error), BP_E_DATA);
    assert_int_equal(error.line, 2);
    assert_string_equal(error.message, "the number is too large for float32 (column x)");
    bp_table_free(table);
}

/* A file is never as long as whole pages, which could not be mapped. */
static void every_length(void **state)
{
    (void)state;
    char text[8192] = "x\n";
    for (size_t rows = 1; rows <= 1112; rows++) {
        strcat(text, rows % 2 == 0 ? "1\n" : "2\n");
        if (rows < 600) /* from here on all 512 remainders of a page, in steps of 8 bytes */
            continue;
        bp_file_bytes bytes;
        bp_table *table = table_of(text, 1);
        written(table, CACHE);
        assert_int_equal(bp_file_read(&bytes, CACHE, BP_E_DATA, NULL, NULL), BP_OK);
        assert_true(bytes.mapped);
        bp_file_release(&bytes);
        bp_table_free(table);
    }
}

static void kinds_asked_for(void **state)
{
    (void)state;
    bp_table *table = table_of(MIXED, 1), *asked = NULL;
    bp_table_options options;
    bp_error error;
    bp_table_options_init(&options);
    written(table, CACHE);
    options.kinds = "x=category,#2=identifier";
    assert_int_equal(bp_table_read(&asked, CACHE, &options, &error), BP_OK);
    assert_int_equal(bp_table_column_kind(asked, 0), BP_COLUMN_CATEGORY);
    assert_string_equal(bp_table_category(asked, 0, 1), "-1e-300");
    assert_int_equal(bp_table_column_kind(asked, 1), BP_COLUMN_IDENTIFIER);
    bp_table_free(asked);
    options.kinds = "on=number";
    assert_int_equal(bp_table_read(&asked, CACHE, &options, &error), BP_E_DATA);
    assert_string_equal(error.message, "the column on is kept as what it was read as, boolean, and "
                                       "cannot become number; convert the original anew");
    bp_table_free(table);
}

static void dates(void **state)
{
    (void)state;
    const char *const texts[] = {"0001-01-01", "1969-12-31T23:59:59.25Z", "1970-01-01",
                                 "2000-02-29", "2024-12-31T00:00:01Z",    "9999-12-31T23:59:59Z",
                                 "1900-03-01", "2024-02-29T12:34:56.789Z"};
    char text[BP_DATE_SIZE];
    double seconds = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(bp_date_read(texts[i], strlen(texts[i]), BP_DATES_ISO, &seconds));
        assert_int_equal(bp_date_write(seconds, text), strlen(texts[i]));
        assert_string_equal(text, texts[i]);
    }
    for (int64_t day = -719162; day < 2932897; day += 13) { /* all of year 1 to 9999 */
        size_t length = bp_date_write((double)(day * 86400), text);
        assert_true(length == 10 && bp_date_read(text, length, BP_DATES_ISO, &seconds));
        assert_true(seconds == (double)(day * 86400));
    }
    assert_int_equal(bp_date_write(253402300800.0, text), 0);
    assert_int_equal(bp_date_write(-62135596801.0, text), 0);
    assert_int_equal(bp_date_write((double)NAN, text), 0);
    assert_int_equal(bp_date_write((double)-INFINITY, text), 0);
    assert_true(bp_date_write(-1e-300, text) > 0);
}

/* ---- Other files ------------------------------------------------------------------ */

static bp_status read_tensors(bp_table **table, const bp_tensor *tensors, size_t count,
                              const bp_metadata *metadata, size_t metadata_count, bp_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    assert_int_equal(
        bp_safetensors_write(&bytes, &size, tensors, count, metadata, metadata_count, NULL, NULL),
        BP_OK);
    bp_status status = bp_table_read_memory(table, bytes, size, NULL, error);
    free(bytes);
    return status;
}

static void foreign_tensors(void **state)
{
    (void)state;
    const double wide[] = {1, 2, 3, 4, 5, 6};
    const float narrow[] = {0.5f, 7, -1};
    const uint32_t codes[] = {0, 1, 2};
    bp_tensor tensors[] = {
        {.name = "m", .type = BP_F64, .rank = 2, .shape = {3, 2}, .count = 6, .data = wide},
        {.name = "y", .type = BP_F32, .rank = 1, .shape = {3}, .count = 3, .data = narrow}};
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(read_tensors(&table, tensors, 2, NULL, 0, &error), BP_OK);
    const char *const names[] = {"m.0", "m.1", "y"};
    const double cells[3][3] = {{1, 3, 5}, {2, 4, 6}, {0.5, 7, -1}};
    assert_int_equal(bp_table_column_count(table), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(bp_table_column_name(table, i), names[i]);
        assert_memory_equal(bp_table_numbers(table, i).data, cells[i], sizeof cells[i]);
    }
    bp_table_free(table);
    tensors[1].count = tensors[1].shape[0] = 2;
    assert_int_equal(read_tensors(&table, tensors, 2, NULL, 0, &error), BP_E_DATA);
    assert_string_equal(error.message, "the tensor \"y\" has 2 rows, those before it 3");
    tensors[1] = (bp_tensor){.name = "y",
                             .type = BP_F32,
                             .codes = true,
                             .rank = 1,
                             .shape = {3},
                             .count = 3,
                             .data = codes};
    assert_int_equal(read_tensors(&table, tensors, 2, NULL, 0, &error), BP_E_DATA);
    assert_int_equal(read_tensors(&table, tensors, 0, NULL, 0, &error), BP_E_DATA);
    const bp_metadata model = {"format", "backprop"};
    assert_int_equal(read_tensors(&table, tensors, 1, &model, 1, &error), BP_E_DATA);
    assert_string_equal(error.message, "the file is a model, not a table");
    assert_null(table);
}

/* What a cache says of itself, against one column "c" of three codes or numbers. */
static void claims(const char *version, const char *text, bool codes, const char *message)
{
    const uint32_t cells[] = {0, UINT32_MAX, 1};
    bp_tensor tensor = {.name = "c",
                        .type = BP_F32,
                        .codes = codes,
                        .rank = 1,
                        .shape = {3},
                        .count = 3,
                        .data = cells};
    bp_metadata metadata[] = {
        {"format", "backprop.table"}, {"backprop.version", version}, {"backprop.table", text}};
    bp_table *table = NULL;
    bp_error error = {.message = ""};
    bp_status status = read_tensors(&table, &tensor, 1, metadata, 3, &error);
    assert_int_equal(status, message == NULL ? BP_OK : BP_E_DATA);
    if (message != NULL && strstr(error.message, message) == NULL)
        fail_msg("%s, not %s", error.message, message);
    bp_table_free(table);
}

#define COLUMN(rest) "{\"header\":true,\"rows\":3,\"columns\":[{\"name\":\"c\"," rest "}]}"

static void hostile_caches(void **state)
{
    (void)state;
    claims("1", COLUMN("\"kind\":\"category\",\"categories\":[\"u\",\"v\"]"), true, NULL);
    claims("2", COLUMN("\"kind\":\"number\""), false, "another version");
    claims("1", COLUMN("\"kind\":\"category\",\"categories\":[\"u\"]"), true,
           "the column c has the code 1 and only 1 texts");
    claims("1", COLUMN("\"kind\":\"identifier\""), true, "the code 1 and only 0 texts");
    claims("1", COLUMN("\"kind\":\"category\",\"categories\":[\"u\",\"u\"]"), true, "the same");
    claims("1", COLUMN("\"kind\":\"category\",\"categories\":[\"u\",2]"), true, "no text");
    claims("1", COLUMN("\"kind\":\"category\""), true, "not of its kind");
    claims("1", COLUMN("\"kind\":\"boolean\",\"categories\":[\"a\",\"b\",\"c\"]"), true,
           "not of its kind");
    claims("1", COLUMN("\"kind\":\"number\",\"categories\":[\"a\",\"b\"]"), true,
           "not of its kind");
    claims("1", COLUMN("\"kind\":\"constant\",\"categories\":[\"a\"]"), false,
           "not of the kind of its column");
    claims("1", COLUMN("\"kind\":\"number\""), true, "not of the kind of its column");
    claims("1", COLUMN("\"kind\":\"odd\""), false, "no kind of column");
    claims("1", COLUMN("\"x\":1"), false, "without a name or a kind");
    claims("1", "{\"header\":true,\"rows\":4,\"columns\":[{\"name\":\"c\",\"kind\":\"number\"}]}",
           false, "not as long as the table");
    claims("1", "{\"header\":true,\"rows\":3,\"columns\":[{\"name\":\"d\",\"kind\":\"number\"}]}",
           false, "a tensor is no column");
    claims("1", "{\"header\":true,\"rows\":3,\"columns\":[]}", false, "no cells");
    claims("1", "{\"header\":1}", false, "not told");
    claims("1", "{", false, "");
    claims("1", "[]", false, "not told");
}

/* ---- Failures ---------------------------------------------------------------------- */

static void refused_writes(void **state)
{
    (void)state;
    bp_error error;
    bp_table *table = table_of("x\n1\n2\n", 1);
    assert_int_equal(bp_table_write(table, "-", NULL, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_table_write(table, "t.xls", NULL, &error), BP_E_OPTION);
    assert_int_equal(bp_table_write(table, "a.csv/t", NULL, &error), BP_E_OPTION);
    assert_int_equal(bp_table_write(table, "t.csv", "xls", &error), BP_E_OPTION);
    assert_int_equal(bp_table_write(table, "nowhere/t.csv", NULL, &error), BP_E_IO);
    assert_int_equal(bp_table_write(table, "nowhere/t", "safetensors", &error), BP_E_IO);
    bp_table_free(table);
    table = table_of("__metadata__\n1\n2\n", 1);
    assert_int_equal(bp_table_write(table, CACHE, NULL, &error), BP_E_DATA);
    bp_table_free(table);
}

/* An infinity cannot be told in CSV; what was there stays, and nothing lies beside it. */
static void the_old_file_survives(void **state)
{
    (void)state;
    const double cells[] = {1, INFINITY};
    bp_tensor tensor = {
        .name = "x", .type = BP_F64, .rank = 1, .shape = {2}, .count = 2, .data = cells};
    bp_table *table = NULL;
    bp_error error;
    bp_file_bytes bytes;
    assert_int_equal(bp_file_write(PLAIN, "old\n", 4, NULL), BP_OK);
    assert_int_equal(read_tensors(&table, &tensor, 1, NULL, 0, &error), BP_OK);
    assert_int_equal(bp_table_write(table, PLAIN, NULL, &error), BP_E_DATA);
    assert_int_equal(error.line, 2);
    assert_int_equal(bp_file_read(&bytes, PLAIN, BP_E_DATA, NULL, NULL), BP_OK);
    assert_true(bytes.size == 4 && memcmp(bytes.data, "old\n", 4) == 0);
    bp_file_release(&bytes);
    bp_table_free(table);
}

static void every_allocation_fails_once(void **state)
{
    (void)state;
    bool refused = true;
    for (size_t n = 1; refused; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        options.threads = 1;
        options.kinds = "x=category";
        bp_table *table = NULL, *source = table_of(MIXED, 1);
        written(source, CACHE);
        bp_table_free(source);
        bp_status status = bp_table_read(&table, CACHE, &options, NULL);
        if (status == BP_OK)
            status = bp_table_write(table, CACHE, NULL, NULL);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        refused = failing.refused;
    }
}

static int clean_up(void **state)
{
    (void)state;
    remove(CACHE);
    remove(PLAIN);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(the_kinds_are_there),
        cmocka_unit_test(another_type),
        cmocka_unit_test(every_length),
        cmocka_unit_test(kinds_asked_for),
        cmocka_unit_test(dates),
        cmocka_unit_test(foreign_tensors),
        cmocka_unit_test(hostile_caches),
        cmocka_unit_test(refused_writes),
        cmocka_unit_test(the_old_file_survives),
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
