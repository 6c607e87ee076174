/* fuzz_json_writer.c: any bytes as calls of the JSON writer that open and close in order: the text
 * is JSON and has as many values as were written. */
#include "fuzz.h"

#define DEPTH_MAX 60

typedef struct writing {
    fuzz_input input;
    bp_json *json;
    size_t calls, keys; /* so far */
} writing;

static void write_value(writing *w, size_t depth);

/* Keys of an object must differ: a number is put before each. */
static void write_key(writing *w)
{
    char *text = fuzz_text(&w->input, '\n'), key[80];
    snprintf(key, sizeof key, "%zu:%.50s", w->keys++, text);
    bp_json_key(w->json, key);
    free(text);
}

static void write_members(writing *w, size_t depth, bool object)
{
    while (w->input.size > 0 && fuzz_choose(&w->input, 4) != 0) {
        if (object)
            write_key(w);
        write_value(w, depth + 1);
    }
}

static void write_value(writing *w, size_t depth)
{
    unsigned kind = fuzz_choose(&w->input, depth < DEPTH_MAX ? 8 : 6);
    char *text = NULL;
    uint64_t bits = 0;
    double number = 0;
    float narrow = 0;
    w->calls++;
    for (int i = 0; i < 8 && kind >= 2 && kind <= 4; i++)
        bits = bits << 8 | fuzz_choose(&w->input, 256);
    memcpy(&number, &bits, sizeof number);
    memcpy(&narrow, &bits, sizeof narrow);
    switch (kind) {
    case 0: bp_json_null(w->json); break;
    case 1: bp_json_boolean(w->json, fuzz_choose(&w->input, 2)); break;
    case 2: bp_json_number(w->json, number); break;
    case 3: bp_json_number_f32(w->json, narrow); break;
    case 4: bp_json_integer(w->json, (int64_t)bits); break;
    case 5:
        text = fuzz_text(&w->input, '\n');
        bp_json_string(w->json, text);
        free(text);
        break;
    case 6:
        bp_json_object_begin(w->json);
        write_members(w, depth, true);
        bp_json_object_end(w->json);
        break;
    default:
        bp_json_array_begin(w->json);
        write_members(w, depth, false);
        bp_json_array_end(w->json);
    }
}

static size_t count_values(const bp_json_value *value)
{
    size_t count = 1;
    for (size_t i = 0; i < bp_json_count(value); i++)
        count += count_values(bp_json_at(value, i));
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    writing w = {.input = {data, size}};
    bp_json_document *document = NULL;
    size_t length = 0;
    FUZZ_CHECK(bp_json_new(&w.json, NULL, NULL) == BP_OK);
    write_value(&w, 0);
    const char *text = bp_json_text(w.json, &length);
    FUZZ_CHECK(text != NULL && strlen(text) == length && bp_utf8_is_valid(text, length));
    bp_error error = {.message = ""};
    if (bp_json_read(&document, text, length, BP_E_DATA, NULL, &error) != BP_OK) {
        fprintf(stderr, "%zu:%zu: %s\n%s\n", error.line, error.column, error.message, text);
        FUZZ_CHECK(false);
    }
    FUZZ_CHECK(count_values(bp_json_root(document)) == w.calls);
    bp_json_document_free(document);
    bp_json_free(w.json);
    return 0;
}
