/* fuzz_json.c: any text as JSON: bounded memory, no leak whichever allocation fails, and a
 * tree that is the same after writing and reading it again. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <string.h>

static void write_value(bp_json *json, const bp_json_value *value)
{
    const char *text = NULL;
    double number = 0;
    bool boolean = false;
    bp_json_kind kind = bp_json_kind_of(value);
    if (bp_json_as_string(value, &text)) {
        bp_json_string(json, text);
    } else if (bp_json_as_number(value, &number)) {
        bp_json_number(json, number);
    } else if (bp_json_as_boolean(value, &boolean)) {
        bp_json_boolean(json, boolean);
    } else if (kind == BP_JSON_NULL) {
        bp_json_null(json);
    } else {
        bool is_object = kind == BP_JSON_OBJECT;
        (is_object ? bp_json_object_begin : bp_json_array_begin)(json);
        for (size_t i = 0; i < bp_json_count(value); i++) {
            if (is_object)
                bp_json_key(json, bp_json_key_at(value, i));
            write_value(json, bp_json_at(value, i));
        }
        (is_object ? bp_json_object_end : bp_json_array_end)(json);
    }
}

static char *written(const bp_json_document *document)
{
    bp_json *json = NULL;
    FUZZ_CHECK(bp_json_new(&json, NULL, NULL) == BP_OK);
    write_value(json, bp_json_root(document));
    const char *text = bp_json_text(json, NULL);
    FUZZ_CHECK(text != NULL);
    char *copy = malloc(strlen(text) + 1);
    FUZZ_CHECK(copy != NULL);
    strcpy(copy, text);
    bp_json_free(json);
    return copy;
}

static void check_way_back(const bp_json_document *document)
{
    char *once = written(document);
    bp_json_document *again = NULL;
    FUZZ_CHECK(bp_json_read(&again, once, strlen(once), BP_E_DATA, NULL, NULL) == BP_OK);
    char *twice = written(again);
    FUZZ_CHECK(strcmp(once, twice) == 0);
    free(twice);
    bp_json_document_free(again);
    free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n <= 5; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_json_document *document = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_json_read(&document, (const char *)data, size, BP_E_MODEL,
                                        &failing.allocator, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (document != NULL));
        FUZZ_CHECK((status == BP_E_MEMORY) == failing.refused);
        FUZZ_CHECK(status != BP_E_MODEL || (error.line > 0 && error.column <= size + 1));
        FUZZ_CHECK(failing.peak_bytes <= 512 + 24 * size);
        if (status == BP_OK && n == 0)
            check_way_back(document);
        bp_json_document_free(document);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
