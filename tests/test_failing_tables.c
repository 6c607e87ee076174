/* test_failing_tables.c: as test_failing_memory.c, of tables: reading every form, writing, making,
 * describing, preparing, splitting. */
#include "support/memory_sweep.h"
#include "support/thirty_rows.h"

#include <backprop.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH_SIZE 512

static char folder[] = "/tmp/failing_tables_XXXXXX";
static char out_path[PATH_SIZE];
static bp_table *classes_table;

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(out_path, sizeof out_path, "%s/out", folder);
    return (int)thirty_rows_table(&classes_table, NULL, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    bp_table_free(classes_table);
    return rmdir(folder);
}

static void sweep(sweep_work *work, const char *what)
{
    memory_sweep(work, what, BP_OK, folder, out_path);
}

/* ---- Tables -------------------------------------------------------------------------------- */

static bp_status read_bytes(const char *bytes, size_t size, const bp_allocator *memory,
                            bp_error *error)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.allocator = memory;
    options.threads = 1;
    options.size_limit = 1000000;
    bp_status status = bp_table_read_memory(&table, bytes, size, &options, error);
    assert_true((status == BP_OK) == (table != NULL));
    bp_table_free(table);
    return status;
}

static size_t skipped; /* bytes at the head of a file that are none of the table's */

static bp_status read_file(const char *path, const bp_allocator *memory, bp_error *error)
{
    static char bytes[1 << 17];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(size < sizeof bytes);
    return read_bytes(bytes + skipped, size - skipped, memory, error);
}

/* The fuzzers' small files: every form, whole and broken. */
static void test_forms(void **state)
{
    (void)state;
    static const char *const corpora[] = {"csv",   "arff",   "json_lines",
                                          "forms", "packed", "safetensors_table"};
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "fuzz/corpus/%s", corpora[i]);
        DIR *open = opendir(path);
        assert_non_null(open);
        skipped = strcmp(corpora[i], "packed") == 0;
        for (struct dirent *one = readdir(open); one != NULL; one = readdir(open)) {
            if (one->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "fuzz/corpus/%s/%s", corpora[i], one->d_name);
            bp_error error;
            memory_sweep(read_file, path, read_file(path, NULL, &error), folder, out_path);
        }
        closedir(open);
    }
}

static bp_status open_table(const char *words, const bp_allocator *memory, bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_status status = config_of_words(&config, words, memory, error);
    if (status == BP_OK)
        status = bp_table_open_leniently(&table, "data/wheat-seeds.csv", config, error);
    bp_table_free(table);
    bp_config_free(config);
    return status;
}

static bp_status write_table(const char *format, const bp_allocator *memory, bp_error *error)
{
    bp_table *table = NULL;
    bp_status status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_table_categorize(table, 0, error);
    if (status == BP_OK)
        status = bp_table_write(table, out_path, format, error);
    bp_table_free(table);
    return status;
}

static bp_status make_table(const char *kind, const bp_allocator *memory, bp_error *error)
{
    bp_table *table = NULL;
    bp_description *description = NULL;
    bp_status status = bp_table_make(&table, kind, 20, 0.1, 1, BP_F64, memory, error);
    if (status == BP_OK)
        status = bp_table_describe(&description, table, NULL, memory, error);
    bp_description_free(description);
    bp_table_free(table);
    return status;
}

static bp_status describe_table(const char *target, const bp_allocator *memory, bp_error *error)
{
    bp_description *description = NULL;
    bp_status status = bp_table_describe(&description, classes_table, target, memory, error);
    bp_description_free(description);
    return status;
}

static void test_tables(void **state)
{
    (void)state;
    sweep(open_table, "");
    sweep(open_table, "categorical=#1,#3 kinds=#2=number");
    sweep(write_table, "csv");
    sweep(write_table, "safetensors");
    for (size_t i = 0; bp_made_name(i) != NULL; i++)
        sweep(make_table, bp_made_name(i));
    sweep(describe_table, "kind");
    sweep(describe_table, "share");
}

/* ---- Preparing and splitting -------------------------------------------------------------- */

static bp_status prepare(const char *words, const bp_allocator *memory, bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_prepared *prepared = NULL;
    uint32_t classes[30];
    double numbers[2 * 30];
    size_t rows[30];
    for (size_t i = 0; i < 30; i++)
        rows[i] = 29 - i;
    bp_status status = config_of_words(&config, words, memory, error);
    if (status == BP_OK)
        status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_config_preparation(&preparation, table, config, error);
    if (status == BP_OK)
        status = bp_preparation_fit(preparation, table, rows, 20, error);
    if (status == BP_OK)
        status = bp_preparation_apply(preparation, table, rows, 30, BP_F32, true, &prepared, error);
    if (status == BP_OK)
        status = bp_preparation_truth(preparation, table, rows, 30, classes, numbers, error);
    bp_prepared_free(prepared);
    bp_preparation_free(preparation);
    bp_table_free(table);
    bp_config_free(config);
    return status;
}

static bp_status split(const char *words, const bp_allocator *memory, bp_error *error)
{
    char column[64] = "";
    unsigned unit = 0, folds = 0;
    double fraction = 0;
    assert_true(sscanf(words, "%u %u %lf %63s", &unit, &folds, &fraction, column) >= 3);
    bp_split *parts = NULL;
    bp_split_options options;
    bp_split_options_init(&options);
    options.allocator = memory;
    options.unit = (bp_split_unit)unit;
    options.folds = folds > 0 ? folds : BP_LEAVE_ONE_OUT;
    options.test_fraction = fraction;
    options.column = column[0] != '\0' ? column : NULL;
    options.classes = unit == BP_SPLIT_ROWS && folds > 0 ? bp_table_codes(classes_table, 5) : NULL;
    bp_status status = bp_split_new(&parts, classes_table, NULL, 30, &options, error);
    bp_split_free(parts);
    return status;
}

static void test_rows(void **state)
{
    (void)state;
    sweep(prepare, "");
    sweep(prepare, "scaling=quantile missing=median");
    sweep(prepare, "scaling=robust missing=mode categories=ordinal");
    sweep(prepare, "scaling=log rare=11 keep=*");
    sweep(prepare, "pca=2 scaling=standard");
    sweep(prepare, "pieces=3 scaling=robust");
    sweep(prepare, "target=share,width task=regression target-scaling=log-standard");
    sweep(prepare, "target=share task=classification");
    sweep(split, "0 3 0");
    sweep(split, "0 0 0");
    sweep(split, "0 3 0.3");
    sweep(split, "1 3 0 place");
    sweep(split, "2 3 0 day");
    sweep(split, "2 3 0");
    sweep(split, "3 3 0 place");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms), cmocka_unit_test(test_tables),
                                       cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
