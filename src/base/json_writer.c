/* json_writer.c: one JSON document written into a growing block. */
#include <backprop/base.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

#define DEPTH_MAX 64 /* what the reader takes */
#define SIZE_AT_FIRST 256

/* What may come next. */
typedef enum expectation {
    EXPECT_VALUE,   /* the root, or the value of a key */
    EXPECT_ELEMENT, /* of an array, or its end */
    EXPECT_KEY,     /* of an object, or its end */
    EXPECT_NOTHING  /* the document is complete */
} expectation;

struct bp_json {
    bp_allocator allocator;
    char *text; /* always NUL-terminated */
    size_t length;
    size_t size;
    bool failed;
    expectation expected;
    bool comma; /* before the next key or element */
    size_t depth;
    bool is_object[DEPTH_MAX]; /* what is open, the outermost first */
};

bp_status bp_json_new(bp_json **json, const bp_allocator *allocator, bp_error *error)
{
    bp_allocator own = bp_allocator_or_default(allocator);
    *json = NULL;
    bp_json *result = bp_allocate(&own, 1, sizeof *result, error);
    if (result == NULL)
        return BP_E_MEMORY;
    result->allocator = own;
    result->size = SIZE_AT_FIRST;
    result->text = bp_allocate(&own, result->size, 1, error);
    if (result->text == NULL) {
        bp_json_free(result);
        return BP_E_MEMORY;
    }
    *json = result;
    return BP_OK;
}

void bp_json_free(bp_json *json)
{
    if (json == NULL)
        return;
    bp_allocator allocator = json->allocator;
    bp_release(&allocator, json->text, json->size, 1);
    bp_release(&allocator, json, 1, sizeof *json);
}

static bool reserve(bp_json *json, size_t more)
{
    size_t needed = 0;
    if (!bp_add_size(json->length + 1, more, &needed))
        return false;
    if (needed <= json->size)
        return true;
    size_t size = needed > SIZE_MAX / 2 ? needed : needed * 2;
    char *text = bp_resize(&json->allocator, json->text, json->size, size, 1, NULL);
    if (text == NULL)
        return false;
    json->text = text;
    json->size = size;
    return true;
}

static void put(bp_json *json, const char *text, size_t length)
{
    if (json->failed)
        return;
    if (!reserve(json, length)) {
        json->failed = true;
        return;
    }
    memcpy(json->text + json->length, text, length);
    json->length += length;
    json->text[json->length] = '\0';
}

/* What stands for a byte that may not stand in a string as it is; NULL for others. */
static const char *escape_of(char character, char hex[7])
{
    static const char DIGITS[] = "0123456789abcdef";
    switch (character) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
    }
    unsigned char byte = (unsigned char)character;
    if (byte >= 0x20)
        return NULL;
    memcpy(hex, "\\u00", 4);
    hex[4] = DIGITS[byte >> 4];
    hex[5] = DIGITS[byte & 15];
    hex[6] = '\0';
    return hex;
}

static void put_quoted(bp_json *json, const char *text)
{
    put(json, "\"", 1);
    size_t length = strlen(text), from = 0; /* text[from..at) is to be copied as it is */
    for (size_t at = 0; at < length;) {
        char hex[7];
        size_t bytes = bp_utf8_character(text + at, length - at);
        const char *substitute = bytes == 0 ? "\xEF\xBF\xBD" : escape_of(text[at], hex);
        size_t next = at + (bytes == 0 ? 1 : bytes);
        if (substitute != NULL) {
            put(json, text + from, at - from);
            put(json, substitute, strlen(substitute));
            from = next;
        }
        at = next;
    }
    put(json, text + from, length - from);
    put(json, "\"", 1);
}

/* To be called before a value; false where none may stand. */
static bool begin_value(bp_json *json)
{
    if (json->expected != EXPECT_VALUE && json->expected != EXPECT_ELEMENT)
        json->failed = true;
    if (json->failed)
        return false;
    if (json->expected == EXPECT_ELEMENT && json->comma)
        put(json, ",", 1);
    return true;
}

/* To be called after a value: what comes next depends on what it stands in. */
static void end_value(bp_json *json)
{
    json->comma = true;
    if (json->depth == 0)
        json->expected = EXPECT_NOTHING;
    else
        json->expected = json->is_object[json->depth - 1] ? EXPECT_KEY : EXPECT_ELEMENT;
}

static void put_value(bp_json *json, const char *text, size_t length)
{
    if (!begin_value(json))
        return;
    put(json, text, length);
    end_value(json);
}

static void open_container(bp_json *json, bool is_object)
{
    if (!begin_value(json))
        return;
    if (json->depth == DEPTH_MAX) {
        json->failed = true;
        return;
    }
    put(json, is_object ? "{" : "[", 1);
    json->is_object[json->depth++] = is_object;
    json->expected = is_object ? EXPECT_KEY : EXPECT_ELEMENT;
    json->comma = false;
}

static void close_container(bp_json *json, bool is_object)
{
    if (json->expected != (is_object ? EXPECT_KEY : EXPECT_ELEMENT))
        json->failed = true;
    if (json->failed)
        return;
    put(json, is_object ? "}" : "]", 1);
    json->depth--;
    end_value(json);
}

void bp_json_object_begin(bp_json *json)
{
    open_container(json, true);
}

void bp_json_object_end(bp_json *json)
{
    close_container(json, true);
}

void bp_json_array_begin(bp_json *json)
{
    open_container(json, false);
}

void bp_json_array_end(bp_json *json)
{
    close_container(json, false);
}

void bp_json_key(bp_json *json, const char *key)
{
    if (json->expected != EXPECT_KEY)
        json->failed = true;
    if (json->failed)
        return;
    if (json->comma)
        put(json, ",", 1);
    put_quoted(json, key);
    put(json, ":", 1);
    json->expected = EXPECT_VALUE;
}

void bp_json_string(bp_json *json, const char *text)
{
    if (!begin_value(json))
        return;
    put_quoted(json, text);
    end_value(json);
}

void bp_json_number(bp_json *json, double value)
{
    char text[BP_NUMBER_SIZE];
    if (value - value != 0) /* an infinity or NaN */
        bp_json_null(json);
    else
        put_value(json, text, bp_number_write(value, text));
}

void bp_json_number_f32(bp_json *json, float value)
{
    char text[BP_NUMBER_SIZE];
    if (value - value != 0)
        bp_json_null(json);
    else
        put_value(json, text, bp_number_write_f32(value, text));
}

void bp_json_integer(bp_json *json, int64_t value)
{
    char text[BP_NUMBER_SIZE];
    size_t at = sizeof text;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        text[--at] = '-';
    put_value(json, text + at, sizeof text - at);
}

void bp_json_boolean(bp_json *json, bool value)
{
    put_value(json, value ? "true" : "false", value ? 4 : 5);
}

void bp_json_null(bp_json *json)
{
    put_value(json, "null", 4);
}

const char *bp_json_text(const bp_json *json, size_t *length)
{
    bool complete = !json->failed && json->depth == 0;
    if (length != NULL)
        *length = complete ? json->length : 0;
    return complete ? json->text : NULL;
}
