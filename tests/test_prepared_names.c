/* test_prepared_names.c: what a preparation tells of its columns and of each number of a row,
 * fitted and loaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "support/tables.h"
#include "table/preparation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers with a gap, categories with a gap and two rare ones, truths, dates over a year. */
#define TABLE                                                                                      \
    "area,color,sold,day,kind\n"                                                                   \
    "1,red,yes,2024-01-31,a\n"                                                                     \
    "3,blue,no,2024-03-15,b\n"                                                                     \
    ",red,yes,2025-04-02,a\n"                                                                      \
    "5,blue,no,2025-05-09,b\n"                                                                     \
    "2,,no,2025-06-20,a\n"                                                                         \
    "4,green,yes,2025-07-28,b\n"                                                                   \
    "4,pink,yes,2025-07-29,b\n"

static bp_preparation_options options_of(void)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.keep = "*";
    options.drop = "";
    return options;
}

static bp_preparation *fitted(const char *text, const bp_preparation_options *options)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    char name[10] = "?";
    if (bp_preparation_new(&p, table, options, &error) != BP_OK)
        fail_msg("%s", error.message);
    bp_prepared_column column = {.rare = 77};
    assert_false(bp_preparation_input_column(p, 0, &column)); /* not fitted yet */
    assert_false(bp_preparation_target_column(p, 0, &column));
    assert_int_equal(column.rare, 77);
    assert_int_equal(bp_preparation_feature_name(p, 0, name, sizeof name), 0);
    assert_string_equal(name, "");
    if (bp_preparation_fit(p, table, NULL, bp_table_row_count(table), &error) != BP_OK)
        fail_msg("%s", error.message);
    bp_table_free(table);
    return p;
}

/* The same written and read. */
static bp_preparation *reloaded(const bp_preparation *p)
{
    bp_preparation *loaded = NULL;
    bp_json_document *document = NULL;
    char *text = json_of(p);
    assert_int_equal(bp_json_read(&document, text, strlen(text), BP_E_MODEL, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_read(&loaded, bp_json_root(document), NULL, NULL), BP_OK);
    bp_json_document_free(document);
    free(text);
    return loaded;
}

typedef size_t name_of(const bp_preparation *p, size_t index, char *text, size_t size);

/* All names with bars between; and one past them there is none. */
static void check_list(const bp_preparation *p, name_of *name, size_t count, const char *expected)
{
    char all[1000] = "", one[100];
    for (size_t i = 0; i < count; i++) {
        size_t length = name(p, i, one, sizeof one);
        assert_int_equal(length, strlen(one));
        assert_true(length > 0);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i > 0 ? "|" : "", one);
    }
    assert_string_equal(all, expected);
    assert_int_equal(name(p, count, one, sizeof one), 0);
    assert_int_equal(name(p, SIZE_MAX, one, sizeof one), 0);
    assert_string_equal(one, "");
}

static void check_features(const bp_preparation *p, const char *expected)
{
    check_list(p, bp_preparation_feature_name, bp_preparation_width(p), expected);
}

static void test_names(void **state)
{
    (void)state;
    static const char expected[] =
        "area|area missing|color = red|color = blue|color: any other|color missing|sold|day|"
        "day: year|day: day|day: month, sine|day: month, cosine|day: weekday, sine|"
        "day: weekday, cosine";
    bp_preparation_options options = options_of();
    options.rare = 2;
    bp_preparation *p = fitted(TABLE, &options), *loaded = reloaded(p);
    check_features(p, expected);
    check_features(loaded, expected);
    check_list(loaded, bp_preparation_number_name, bp_preparation_width(p), expected);
    bp_preparation_free(loaded);
    bp_preparation_free(p);
}

static void test_names_ordinal(void **state)
{
    (void)state;
    bp_preparation_options options = options_of();
    options.ordinal = true;
    options.gap_indicator = false;
    options.drop = "day,sold";
    options.keep = NULL;
    bp_preparation *p = fitted(TABLE, &options);
    bp_prepared_column column;
    check_features(p, "area|color");
    assert_true(bp_preparation_input_column(p, 1, &column));
    assert_true(column.ordinal && column.width == 1 && column.category_count == 4);
    bp_preparation_free(p);
}

static void test_components(void **state)
{
    (void)state;
    bp_preparation_options options = options_of();
    options.components = 3;
    options.drop = "day";
    options.keep = NULL;
    bp_preparation *p = fitted(TABLE, &options), *loaded = reloaded(p);
    assert_int_equal(bp_preparation_component_count(p), 3);
    check_features(p, "component 1|component 2|component 3");
    check_features(loaded, "component 1|component 2|component 3");
    check_list(loaded, bp_preparation_number_name, 8,
               "area|area missing|color = red|color = blue|color = green|color = pink|"
               "color missing|sold");
    bp_preparation_free(loaded);
    bp_preparation_free(p);
}

static void check_columns(const bp_preparation *p)
{
    bp_prepared_column column;
    assert_true(bp_preparation_input_column(p, 0, &column));
    assert_string_equal(column.name, "area");
    assert_int_equal(column.kind, BP_COLUMN_NUMBER);
    assert_int_equal(column.scaling, BP_SCALING_STANDARD);
    assert_true(column.low == 1 && column.high == 5 && column.spread > 1 && column.spread < 2);
    assert_true(fabs(column.center - 19.0 / 6) < 1e-12 && column.fill == 3.5); /* the median */
    assert_true(column.indicator && column.first == 0 && column.width == 2);
    assert_true(bp_preparation_input_column(p, 1, &column));
    assert_int_equal(column.kind, BP_COLUMN_CATEGORY);
    assert_true(isnan(column.fill) && isnan(column.low) && column.scaling == BP_SCALING_NONE);
    assert_true(column.category_count == 2 && column.rare == 2 && !column.ordinal);
    assert_true(column.first == 2 && column.width == 4 && column.position == 1);
    assert_string_equal(bp_preparation_category_name(p, 1, 1), "blue");
    assert_null(bp_preparation_category_name(p, 1, 2));
    assert_null(bp_preparation_category_name(p, 0, 0));
    assert_null(bp_preparation_category_name(p, 4, 0));
    assert_true(bp_preparation_input_column(p, 2, &column));
    assert_true(column.kind == BP_COLUMN_BOOLEAN && column.fill == 1 && isnan(column.low));
    assert_true(bp_preparation_input_column(p, 3, &column));
    assert_true(column.kind == BP_COLUMN_DATE && column.low == 1706659200.0);
    assert_false(bp_preparation_input_column(p, 4, &column));
    assert_true(bp_preparation_target_column(p, 0, &column));
    assert_true(column.kind == BP_COLUMN_CATEGORY && column.category_count == 2);
    assert_true(column.position == 4 && column.width == 0);
    assert_false(bp_preparation_target_column(p, 1, &column));
    assert_int_equal(bp_preparation_gaps(p), BP_GAPS_MEDIAN);
    assert_int_equal(bp_preparation_component_count(p), 0);
}

static void test_columns(void **state)
{
    (void)state;
    bp_preparation_options options = options_of();
    options.scaling = BP_SCALING_STANDARD;
    options.gaps = BP_GAPS_MEDIAN;
    options.rare = 2;
    bp_preparation *p = fitted(TABLE, &options), *loaded = reloaded(p);
    check_columns(p);
    check_columns(loaded);
    bp_preparation_free(loaded);
    bp_preparation_free(p);
}

static void test_targets(void **state)
{
    (void)state;
    bp_preparation_options options = options_of();
    options.target = "b,c";
    bp_preparation *p = fitted("a,b,c\n1,2.5,10\n2,3.5,30\n3,4.5,20\n", &options);
    bp_prepared_column column;
    assert_true(bp_preparation_target_column(p, 1, &column));
    assert_string_equal(column.name, "c");
    assert_true(column.kind == BP_COLUMN_NUMBER && column.low == 10 && column.high == 30);
    assert_true(isnan(column.center) && isnan(column.fill) && column.position == 2);
    bp_preparation_free(p);
    p = fitted("a,b,c\n1,0,1\n2,1,0\n3,1,0\n", &options);
    assert_true(bp_preparation_target_column(p, 1, &column));
    assert_true(column.kind == BP_COLUMN_BOOLEAN && column.category_count == 0);
    bp_preparation_free(p);
}

/* Whatever the room, a part of the name that ends with a whole character. */
static void test_cut(void **state)
{
    (void)state;
    static const char whole[] = "Größe = A €";
    bp_preparation_options options = options_of();
    bp_preparation *p = fitted("Größe,b,c\nA €,1,x\nB €,2,y\nA €,4,x\nB €,3,y\n", &options);
    for (size_t size = 0; size <= sizeof whole + 1; size++) {
        char text[sizeof whole + 2];
        memset(text, '#', sizeof text);
        assert_int_equal(bp_preparation_feature_name(p, 0, text, size), strlen(whole));
        assert_int_equal(text[size], '#');
        if (size == 0)
            continue;
        size_t length = strlen(text);
        assert_true(length < size && length + BP_UTF8_SIZE + 1 > (size < sizeof whole ? size : 0));
        assert_true(bp_utf8_is_valid(text, length));
        assert_memory_equal(text, whole, length);
    }
    bp_preparation_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),      cmocka_unit_test(test_names_ordinal),
        cmocka_unit_test(test_components), cmocka_unit_test(test_columns),
        cmocka_unit_test(test_targets),    cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
