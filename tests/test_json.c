/* test_json.c: JSON written and read: form, strictness, hostile texts, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "support/failing_allocator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing ---------------------------------------------------------------- */

static void check_text(const bp_json *json, const char *expected)
{
    size_t length = 0;
    const char *text = bp_json_text(json, &length);
    assert_non_null(text);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static bp_json *new_json(void)
{
    bp_json *json = NULL;
    assert_int_equal(bp_json_new(&json, NULL, NULL), BP_OK);
    return json;
}

static void write_sample(bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "name");
    bp_json_string(json, "a \"quoted\" \\ / \b\f\n\r\t\x01\x7f \xC3\xA9 \xF0\x9F\x98\x80");
    bp_json_key(json, "numbers");
    bp_json_array_begin(json);
    bp_json_number(json, 0.1);
    bp_json_number(json, -1e300);
    bp_json_number_f32(json, 0.1F);
    bp_json_number(json, (double)NAN);
    bp_json_number(json, (double)INFINITY);
    bp_json_number_f32(json, -INFINITY);
    bp_json_integer(json, INT64_MIN);
    bp_json_integer(json, INT64_MAX);
    bp_json_integer(json, 0);
    bp_json_array_end(json);
    bp_json_key(json, "empty");
    bp_json_array_begin(json);
    bp_json_object_begin(json);
    bp_json_object_end(json);
    bp_json_array_begin(json);
    bp_json_array_end(json);
    bp_json_array_end(json);
    bp_json_key(json, "yes");
    bp_json_boolean(json, true);
    bp_json_key(json, "no");
    bp_json_boolean(json, false);
    bp_json_key(json, "");
    bp_json_null(json);
    bp_json_object_end(json);
}

static const char SAMPLE[] =
    "{\"name\":\"a \\\"quoted\\\" \\\\ / \\b\\f\\n\\r\\t\\u0001\x7f \xC3\xA9 \xF0\x9F\x98\x80\","
    "\"numbers\":[0.1,-1e+300,0.1,null,null,null,-9223372036854775808,9223372036854775807,0],"
    "\"empty\":[{},[]],\"yes\":true,\"no\":false,\"\":null}";

static void test_form(void **state)
{
    (void)state;
    bp_json *json = new_json();
    check_text(json, "");
    write_sample(json);
    check_text(json, SAMPLE);
    bp_json_free(json);
    bp_json_free(NULL);
}

static void test_bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    bp_json *json = new_json();
    bp_json_string(json, "a\xFF"
                         "b\xC3"
                         "c\xED\xA0\x80\xE2\x82");
    check_text(json, "\"a\xEF\xBF\xBD"
                     "b\xEF\xBF\xBD"
                     "c\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    bp_json_free(json);
}

static void two_roots(bp_json *json)
{
    bp_json_null(json);
    bp_json_null(json);
}

static void value_without_key(bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_null(json);
    bp_json_object_end(json);
}

static void key_without_value(bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "a");
    bp_json_object_end(json);
}

static void two_keys(bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "a");
    bp_json_key(json, "b");
    bp_json_null(json);
    bp_json_object_end(json);
}

static void key_in_array(bp_json *json)
{
    bp_json_array_begin(json);
    bp_json_key(json, "a");
    bp_json_array_end(json);
}

static void wrong_end(bp_json *json)
{
    bp_json_array_begin(json);
    bp_json_object_end(json);
}

static void end_without_begin(bp_json *json)
{
    bp_json_array_end(json);
}

static void still_open(bp_json *json)
{
    bp_json_array_begin(json);
}

static void too_deep(bp_json *json)
{
    for (int i = 0; i < 65; i++)
        bp_json_array_begin(json);
    for (int i = 0; i < 65; i++)
        bp_json_array_end(json);
}

static void test_misuse_gives_no_text(void **state)
{
    (void)state;
    void (*const misuses[])(bp_json *) = {two_roots,  value_without_key, key_without_value,
                                          two_keys,   key_in_array,      wrong_end,
                                          still_open, end_without_begin, too_deep};
    for (size_t i = 0; i < sizeof misuses / sizeof misuses[0]; i++) {
        bp_json *json = new_json();
        size_t length = 77;
        misuses[i](json);
        assert_null(bp_json_text(json, &length));
        assert_int_equal(length, 0);
        bp_json_free(json);
    }
}

static void test_writing_with_failing_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_json *json = NULL;
        bp_error error;
        bp_status status = bp_json_new(&json, &failing.allocator, &error);
        assert_true((status == BP_OK) == (json != NULL));
        if (status == BP_OK) {
            bp_json_array_begin(json);
            for (int i = 0; i < 20; i++)
                write_sample(json);
            bp_json_array_end(json);
            assert_true(failing.refused == (bp_json_text(json, NULL) == NULL));
            bp_json_free(json);
        } else {
            assert_int_equal(error.status, BP_E_MEMORY);
        }
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

/* ---- Reading ---------------------------------------------------------------- */

/* The text is copied to its exact size, so that a sanitizer sees any byte read beyond. */
static bp_status read_text(bp_json_document **document, const char *text, size_t length,
                           bp_error *error)
{
    char *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    failing_allocator failing;
    failing_allocator_init(&failing, 0);
    bp_json_document *other = NULL;
    bp_status status = bp_json_read(document, exact, length, BP_E_MODEL, NULL, error);
    assert_int_equal(bp_json_read(&other, exact, length, BP_E_MODEL, &failing.allocator, NULL),
                     status);
    assert_true(failing.peak_bytes <= 512 + 24 * length);
    bp_json_document_free(other);
    assert_true(failing_allocator_is_clean(&failing));
    free(exact);
    assert_true((status == BP_OK) == (*document != NULL));
    return status;
}

static bp_json_document *read_good(const char *text)
{
    bp_json_document *document = NULL;
    bp_error error = {.message = ""};
    if (read_text(&document, text, strlen(text), &error) != BP_OK)
        fail_msg("%s: %zu:%zu: %s", text, error.line, error.column, error.message);
    return document;
}

static void check_bad(const char *text, size_t length, size_t line, size_t column)
{
    bp_json_document *document = NULL;
    bp_error error;
    if (read_text(&document, text, length, &error) != BP_E_MODEL)
        fail_msg("%.*s was read", (int)length, text);
    assert_int_equal(error.status, BP_E_MODEL);
    assert_true(strlen(error.message) > 0);
    if (error.line != line || error.column != column)
        fail_msg("%.*s: %zu:%zu: %s, but expected at %zu:%zu", (int)length, text, error.line,
                 error.column, error.message, line, column);
}

static void test_tree(void **state)
{
    (void)state;
    bp_json_document *document = read_good(
        " {\"a\" : [1, -2.5e1 ,true,false,null,\"x\"],\r\n\t\"b\":{\"c\":{}}, \"\":[] } ");
    const bp_json_value *root = bp_json_root(document);
    assert_int_equal(bp_json_kind_of(root), BP_JSON_OBJECT);
    assert_int_equal(bp_json_count(root), 3);
    assert_string_equal(bp_json_key_at(root, 0), "a");
    assert_string_equal(bp_json_key_at(root, 1), "b");
    assert_string_equal(bp_json_key_at(root, 2), "");
    assert_null(bp_json_key_at(root, 3));
    assert_null(bp_json_get(root, "c"));
    const bp_json_value *a = bp_json_get(root, "a");
    assert_ptr_equal(a, bp_json_at(root, 0));
    assert_int_equal(bp_json_kind_of(a), BP_JSON_ARRAY);
    assert_int_equal(bp_json_count(a), 6);
    assert_null(bp_json_at(a, 6));
    assert_null(bp_json_key_at(a, 0));
    assert_null(bp_json_get(a, "a"));
    double number = 0;
    assert_true(bp_json_as_number(bp_json_at(a, 1), &number));
    assert_true(number == -25);
    bool yes = false, no = true;
    assert_true(bp_json_as_boolean(bp_json_at(a, 2), &yes) && yes);
    assert_true(bp_json_as_boolean(bp_json_at(a, 3), &no) && !no);
    assert_int_equal(bp_json_kind_of(bp_json_at(a, 4)), BP_JSON_NULL);
    const char *text = NULL;
    assert_true(bp_json_as_string(bp_json_at(a, 5), &text));
    assert_string_equal(text, "x");
    assert_int_equal(bp_json_count(bp_json_get(bp_json_get(root, "b"), "c")), 0);
    assert_int_equal(bp_json_kind_of(NULL), BP_JSON_NULL);
    assert_int_equal(bp_json_count(NULL), 0);
    assert_null(bp_json_at(NULL, 0));
    assert_null(bp_json_get(NULL, "a"));
    bp_json_document_free(document);
    bp_json_document_free(NULL);
}

static void test_wrong_kinds_leave_the_result_alone(void **state)
{
    (void)state;
    bp_json_document *document = read_good("[1,\"1\",true,null]");
    const bp_json_value *root = bp_json_root(document);
    for (size_t i = 0; i < 5; i++) {
        const bp_json_value *value = bp_json_at(root, i);
        const char *text = NULL;
        double number = 77;
        size_t size = 77;
        bool boolean = false;
        assert_true(bp_json_as_number(value, &number) == (i == 0));
        assert_true(bp_json_as_size(value, &size) == (i == 0));
        assert_true(bp_json_as_string(value, &text) == (i == 1));
        assert_true(bp_json_as_boolean(value, &boolean) == (i == 2));
        assert_true((number != 77) == (i == 0) && (size != 77) == (i == 0));
        assert_true((text != NULL) == (i == 1) && boolean == (i == 2));
    }
    bp_json_document_free(document);
}

static void check_size(const char *text, bool expected, size_t value)
{
    bp_json_document *document = read_good(text);
    size_t size = 77;
    assert_true(bp_json_as_size(bp_json_root(document), &size) == expected);
    assert_int_equal(size, expected ? value : 77);
    bp_json_document_free(document);
}

static void test_sizes(void **state)
{
    (void)state;
    check_size("0", true, 0);
    check_size("-0", true, 0);
    check_size("17", true, 17);
    check_size("1e3", true, 1000);
    check_size("9007199254740992", true, (size_t)1 << 53);
    check_size("9007199254740994", false, 0);
    check_size("1e300", false, 0);
    check_size("-1", false, 0);
    check_size("0.5", false, 0);
}

static void check_string(const char *text, const char *expected)
{
    bp_json_document *document = read_good(text);
    const char *string = NULL;
    assert_true(bp_json_as_string(bp_json_root(document), &string));
    assert_string_equal(string, expected);
    bp_json_document_free(document);
}

static void test_strings(void **state)
{
    (void)state;
    check_string("\"\"", "");
    check_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    check_string("\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\\uffff\"",
                 "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF");
    check_string("\"\x7f\xC3\xA9\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"",
                 "\x7f\xC3\xA9\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF");
}

static void test_what_is_no_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t column;
    } CASES[] = {
        {"", 1},
        {" ", 2},
        {"[", 2},
        {"]", 1},
        {"{", 2},
        {"[1", 3},
        {"[1,", 4},
        {"[1,]", 4},
        {"[,1]", 2},
        {"[1 2]", 4},
        {"{\"a\":1,}", 8},
        {"{\"a\" 1}", 6},
        {"{\"a\":}", 6},
        {"{a:1}", 2},
        {"{'a':1}", 2},
        {"{1:1}", 2},
        {"{\"a\"}", 5},
        {"[1}", 3},
        {"{\"a\":1]", 7},
        {"1 1", 3},
        {"1,", 2},
        {"nul", 1},
        {"nulll", 5},
        {"True", 1},
        {"NaN", 1},
        {"Infinity", 1},
        {"-Infinity", 2},
        {"01", 1},
        {"-01", 1},
        {"1.", 3},
        {".5", 1},
        {"+1", 1},
        {"1e", 3},
        {"1e+", 4},
        {"-", 2},
        {"0x1", 2},
        {"1e400", 1},
        {"-1e400", 1},
        {"\"", 2},
        {"\"a", 3},
        {"\"\\\"", 4},
        {"\"\\", 2},
        {"\"\\x\"", 2},
        {"\"\\u12\"", 2},
        {"\"\\u12g4\"", 2},
        {"\"\\u0000\"", 2},
        {"\"\\ud800\"", 2},
        {"\"\\ud800\\n\"", 2},
        {"\"\\udc00\"", 2},
        {"\"\\ud800\\u0041\"", 2},
        {"\"\\ud800\\ud800\"", 2},
        {"\"\t\"", 2},
        {"\"\n\"", 2},
        {"\"\x80\"", 2},
        {"\"a\xC0\x80\"", 3},
        {"\"\xED\xA0\x80\"", 2},
        {"\"\xF4\x90\x80\x80\"", 2},
        {"\"\xE2\x82\"", 2},
        {"\"\xF5\x80\x80\x80\"", 2},
        {"\"\xE0\x80\x80\"", 2},
        {"\"\xF0\x80\x80\x80\"", 2},
        {"\xEF\xBB\xBF{}", 1},
        {"// c\n1", 1},
        {"[1]x", 4},
        {"\v1", 1},
        {"{\"a\":1,\"a\":2}", 8},
        {"{\"a\":1,\"b\":2,\"\\u0061\":2}", 14},
        {"{\"\":1,\"\":2}", 7},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_bad(CASES[i].text, strlen(CASES[i].text), 1, CASES[i].column);
    check_bad("1\0", 2, 1, 2);
    check_bad("\"\0\"", 3, 1, 2);
    check_bad("{\n \"a\": [\n1,\n  x]}", 18, 4, 3);
    check_bad("{\n\"\\n\":1,\n \"\\n\":2}", 18, 3, 2);
}

static void test_nesting(void **state)
{
    (void)state;
    char text[200];
    for (size_t depth = 1; depth <= 70; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        if (depth <= 64)
            bp_json_document_free(read_good(text));
        else
            check_bad(text, 2 * depth, 1, 65);
    }
    for (size_t i = 0; i < 66; i++) /* side by side is not deep */
        memcpy(text + 3 * i, i == 0 ? "[[]" : ",{}", 3);
    text[198] = ']';
    text[199] = '\0';
    bp_json_document_free(read_good(text));
    char *deep = malloc(1000000);
    assert_non_null(deep);
    memset(deep, '[', 1000000);
    check_bad(deep, 1000000, 1, 65);
    free(deep);
}

/* An object of many keys is read in much less than quadratic time, and in order. */
static void test_many_keys(void **state)
{
    (void)state;
    size_t count = 100000;
    char *text = malloc(count * 16 + 16);
    assert_non_null(text);
    char *end = text;
    *end++ = '{';
    for (size_t i = 0; i < count; i++)
        end += sprintf(end, "%s\"%zu\":%zu", i == 0 ? "" : ",", i * 7919 % count, i);
    strcpy(end, "}");
    bp_json_document *document = read_good(text);
    const bp_json_value *root = bp_json_root(document);
    assert_int_equal(bp_json_count(root), count);
    for (size_t i = 0; i < count; i++) {
        size_t value = 0;
        assert_true(bp_json_as_size(bp_json_at(root, i), &value));
        assert_int_equal(value, i);
        assert_int_equal(strtoul(bp_json_key_at(root, i), NULL, 10), i * 7919 % count);
    }
    bp_json_document_free(document);
    strcpy(end, ",\"500\":0}");
    check_bad(text, strlen(text), 1, (size_t)(end - text) + 2);
    free(text);
}

/* Every way to cut a text short, and every byte of it replaced, ends well; a text that
 * was read holds what can be walked. */
static size_t walk(const bp_json_value *value)
{
    size_t sum = 1;
    const char *text = "";
    if (bp_json_as_string(value, &text))
        sum += strlen(text);
    for (size_t i = 0; i < bp_json_count(value); i++) {
        const char *key = bp_json_key_at(value, i);
        sum += walk(bp_json_at(value, i)) + (key == NULL ? 0 : strlen(key));
    }
    return sum;
}

static void test_damaged_texts(void **state)
{
    (void)state;
    char text[sizeof SAMPLE];
    for (size_t length = 0; length < sizeof SAMPLE - 1; length++) {
        bp_json_document *document = NULL;
        assert_int_equal(read_text(&document, SAMPLE, length, NULL), BP_E_MODEL);
    }
    for (size_t place = 0; place < sizeof SAMPLE - 1; place++)
        for (int byte = 0; byte < 256; byte += byte < 128 ? 1 : 9) {
            memcpy(text, SAMPLE, sizeof SAMPLE);
            text[place] = (char)byte;
            bp_json_document *document = NULL;
            if (read_text(&document, text, sizeof SAMPLE - 1, NULL) == BP_OK)
                assert_true(walk(bp_json_root(document)) > 5);
            bp_json_document_free(document);
        }
}

static void test_reading_with_failing_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_json_document *document = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_json_read(&document, SAMPLE, sizeof SAMPLE - 1, BP_E_MODEL,
                                        &failing.allocator, &error);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        assert_int_equal(error.status, status);
        assert_true((status == BP_OK) == (document != NULL));
        bp_json_document_free(document);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

static void test_nothing_is_allocated_for_what_is_no_json(void **state)
{
    (void)state;
    failing_allocator failing;
    failing_allocator_init(&failing, 0);
    bp_json_document *document = NULL;
    assert_int_equal(
        bp_json_read(&document, "[1,2,3,4,,]", 11, BP_E_DATA, &failing.allocator, NULL), BP_E_DATA);
    assert_int_equal(failing.requests, 0);
}

/* ---- UTF-8 ------------------------------------------------------------------ */

/* Every character is written and recognized; every pair of bytes that is not one is not. */
static void test_utf8(void **state)
{
    (void)state;
    char text[BP_UTF8_SIZE];
    for (uint32_t character = 0; character <= 0x10FFFF; character++) {
        if (character >= 0xD800 && character <= 0xDFFF)
            continue;
        size_t length = bp_utf8_write(character, text);
        size_t expected = character < 0x80      ? 1
                          : character < 0x800   ? 2
                          : character < 0x10000 ? 3
                                                : 4;
        assert_int_equal(length, expected);
        assert_int_equal(bp_utf8_character(text, length), length);
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(bp_utf8_character(text, cut), 0);
    }
    size_t valid = 0; /* of all texts of three bytes that begin with E0..EF */
    for (int lead = 0xE0; lead <= 0xEF; lead++)
        for (int second = 0; second < 256; second++)
            for (int third = 0; third < 256; third++) {
                const char bytes[3] = {(char)lead, (char)second, (char)third};
                valid += bp_utf8_character(bytes, 3) == 3;
            }
    assert_int_equal(valid, 0x10000 - 0x800 - 0x800);
    assert_true(bp_utf8_is_valid("", 0));
    assert_true(bp_utf8_is_valid("a\xC3\xA9", 3));
    assert_false(bp_utf8_is_valid("a\xC3\xA9\xC3", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(test_misuse_gives_no_text),
        cmocka_unit_test(test_writing_with_failing_memory),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_wrong_kinds_leave_the_result_alone),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_what_is_no_json_is_refused),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_damaged_texts),
        cmocka_unit_test(test_reading_with_failing_memory),
        cmocka_unit_test(test_nothing_is_allocated_for_what_is_no_json),
        cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
