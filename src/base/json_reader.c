/* json_reader.c: JSON into a tree, in two passes over the text. The first checks all but
 * duplicate keys and counts the values, without memory; the second builds the tree in three
 * blocks of known size. So a hostile text makes no more than a small multiple of its own
 * size be allocated, and nothing before it is known to be JSON. */
#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "base/utf8.h"

#include <string.h>

#define DEPTH_MAX 64

struct bp_json_value {
    const char *key; /* NULL outside objects */
    union {
        double number;
        const char *string;
        const bp_json_value *children; /* side by side, in the order of the text */
    } content;
    size_t count; /* of children */
    bp_json_kind kind;
    bool boolean;
};

struct bp_json_document {
    bp_allocator allocator;
    char *text; /* each string, decoded, where it stands in the source */
    size_t text_size;
    bp_json_value *values;
    size_t value_count;
    bp_json_value root;
};

/* Values wait, youngest first, at the end of the document's block until the array or object
 * that holds them is complete; then they move, in order, to its front. A value is never in
 * both places, so the block needs one place a value. */
typedef struct reader {
    const char *text;
    size_t length;
    size_t at; /* the next byte */
    size_t depth;
    size_t value_count;    /* of values within arrays and objects */
    size_t largest_object; /* the most keys */
    bp_status status;
    bp_error *error;
    bp_json_document *document; /* NULL in the first pass */
    bp_json_value *placed;      /* the end of the front */
    bp_json_value *waiting;     /* the youngest */
    const char **keys;          /* room for those of the largest object */
} reader;

/* ---- Errors and bytes ------------------------------------------------------- */

static bool refuse(reader *r, size_t at, const char *message)
{
    size_t line = 1, line_start = 0;
    for (size_t i = 0; i < at; i++)
        if (r->text[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    bp_fail_at(r->error, r->status, "", line, at - line_start + 1, "%s", message);
    return false;
}

/* The next byte, -1 at the end. */
static int peek(const reader *r)
{
    return r->at < r->length ? (unsigned char)r->text[r->at] : -1;
}

static void skip_space(reader *r)
{
    for (int next = peek(r); next == ' ' || next == '\t' || next == '\n' || next == '\r';
         next = peek(r))
        r->at++;
}

static bool take(reader *r, char expected)
{
    if (peek(r) != expected)
        return false;
    r->at++;
    return true;
}

static bool is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

/* ---- Strings ---------------------------------------------------------------- */

/* Four hex digits at `at` as a number, -1 where they are not. */
static int32_t read_hex(const reader *r, size_t at)
{
    int32_t value = 0;
    if (r->length - at < 4)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        char c = r->text[i];
        int32_t digit = is_digit(c)              ? c - '0'
                        : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                        : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* What follows \u, a surrogate pair taken as one. */
static bool read_unicode_escape(reader *r, uint32_t *character)
{
    size_t start = r->at - 2;
    int32_t first = read_hex(r, r->at);
    if (first < 0)
        return refuse(r, start, "\\u needs four hexadecimal digits");
    r->at += 4;
    if (first == 0)
        return refuse(r, start, "a string may not hold the character U+0000");
    *character = (uint32_t)first;
    if (first < 0xD800 || first > 0xDFFF)
        return true;
    int32_t second = -1;
    if (first < 0xDC00 && r->length - r->at >= 6 && r->text[r->at] == '\\'
        && r->text[r->at + 1] == 'u')
        second = read_hex(r, r->at + 2);
    if (second < 0xDC00 || second > 0xDFFF)
        return refuse(r, start, "half of a surrogate pair without the other half");
    r->at += 6;
    *character = 0x10000 + (uint32_t)(first - 0xD800) * 0x400 + (uint32_t)(second - 0xDC00);
    return true;
}

/* What follows a backslash. */
static bool read_escape(reader *r, uint32_t *character)
{
    static const char NAMES[] = "\"\\/bfnrt", MEANINGS[] = "\"\\/\b\f\n\r\t";
    int name = peek(r);
    const char *found = name > 0 ? strchr(NAMES, name) : NULL;
    if (name != 'u' && found == NULL)
        return refuse(r, r->at - 1, "unknown escape in a string");
    r->at++;
    if (name == 'u')
        return read_unicode_escape(r, character);
    *character = (unsigned char)MEANINGS[found - NAMES];
    return true;
}

/* One character of a string, to be written to `out`; returns its bytes, 0 for an error. */
static size_t read_character(reader *r, char out[BP_UTF8_SIZE])
{
    if (peek(r) < 0x20) {
        refuse(r, r->at, peek(r) < 0 ? "the string does not end" : "control character in a string");
        return 0;
    }
    if (take(r, '\\')) {
        uint32_t character = 0;
        return read_escape(r, &character) ? bp_utf8_write(character, out) : 0;
    }
    size_t bytes = bp_utf8_character(r->text + r->at, r->length - r->at);
    if (bytes == 0)
        refuse(r, r->at, "the text is not UTF-8");
    memcpy(out, r->text + r->at, bytes);
    r->at += bytes;
    return bytes;
}

/* Decodes a string into the document, from the place of its first character in the source:
 * decoding never lengthens, so it ends where its closing quote stood at the latest. */
static bool read_string(reader *r, const char **string)
{
    if (!take(r, '"'))
        return refuse(r, r->at, "expected a string");
    char *start = r->document == NULL ? NULL : r->document->text + r->at;
    size_t length = 0;
    while (!take(r, '"')) {
        char character[BP_UTF8_SIZE];
        size_t bytes = read_character(r, character);
        if (bytes == 0)
            return false;
        if (start != NULL)
            memcpy(start + length, character, bytes);
        length += bytes;
    }
    if (start != NULL)
        start[length] = '\0';
    *string = start;
    return true;
}

/* ---- Numbers and words ------------------------------------------------------ */

static bool skip_digits(reader *r)
{
    if (!is_digit(peek(r)))
        return refuse(r, r->at, "expected a digit");
    while (is_digit(peek(r)))
        r->at++;
    return true;
}

static bool read_number(reader *r, bp_json_value *value)
{
    size_t start = r->at;
    take(r, '-');
    if (take(r, '0')) {
        if (is_digit(peek(r)))
            return refuse(r, start, "a number may not begin with a zero");
    } else if (!skip_digits(r)) {
        return false;
    }
    if (take(r, '.') && !skip_digits(r))
        return false;
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+'))
            take(r, '-');
        if (!skip_digits(r))
            return false;
    }
    value->kind = BP_JSON_NUMBER;
    double number = 0;
    if (!bp_number_read(r->text + start, r->at - start, &number) || number - number != 0)
        return refuse(r, start, "the number is too large");
    value->content.number = number;
    return true;
}

static bool read_word(reader *r, const char *word)
{
    size_t length = strlen(word);
    if (r->length - r->at < length || memcmp(r->text + r->at, word, length) != 0)
        return refuse(r, r->at, "expected a value");
    r->at += length;
    return true;
}

static bool read_boolean(reader *r, bp_json_value *value)
{
    value->kind = BP_JSON_BOOLEAN;
    value->boolean = peek(r) == 't';
    return read_word(r, value->boolean ? "true" : "false");
}

/* ---- Arrays and objects ----------------------------------------------------- */

static bool read_value(reader *r, bp_json_value *value);

static void push(reader *r, const bp_json_value *value)
{
    r->value_count++;
    if (r->document != NULL)
        *--r->waiting = *value;
}

/* Equal keys in the order of the text, which is that of their addresses. */
static int compare_keys(const void *a, const void *b)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    int result = strcmp(left, right);
    return result != 0 ? result : (left > right) - (left < right);
}

static bool keys_are_unique(reader *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        r->keys[i] = r->waiting[i].key;
    bp_sort(r->keys, count, sizeof r->keys[0], compare_keys);
    for (size_t i = 1; i < count; i++)
        if (strcmp(r->keys[i - 1], r->keys[i]) == 0)
            return refuse(r, (size_t)(r->keys[i] - r->document->text) - 1,
                          "the key is there twice");
    return true;
}

/* Moves the `count` youngest waiting values to the front as the children of `value`. */
static bool place_children(reader *r, bp_json_value *value, size_t count)
{
    value->count = count;
    if (value->kind == BP_JSON_OBJECT && count > r->largest_object)
        r->largest_object = count;
    if (r->document == NULL)
        return true;
    if (value->kind == BP_JSON_OBJECT && !keys_are_unique(r, count))
        return false;
    for (size_t i = 0; i < count / 2; i++) {
        bp_json_value other = r->waiting[i];
        r->waiting[i] = r->waiting[count - 1 - i];
        r->waiting[count - 1 - i] = other;
    }
    memmove(r->placed, r->waiting, count * sizeof *r->placed);
    value->content.children = r->placed;
    r->placed += count;
    r->waiting += count;
    return true;
}

static bool read_child(reader *r, bool keyed)
{
    bp_json_value child = {.kind = BP_JSON_NULL};
    if (keyed) {
        if (!read_string(r, &child.key))
            return false;
        skip_space(r);
        if (!take(r, ':'))
            return refuse(r, r->at, "expected ':'");
        skip_space(r);
    }
    if (!read_value(r, &child))
        return false;
    push(r, &child);
    skip_space(r);
    return true;
}

static bool read_container(reader *r, bp_json_value *value)
{
    bool is_object = peek(r) == '{';
    char end = is_object ? '}' : ']';
    if (r->depth == DEPTH_MAX)
        return refuse(r, r->at, "nested too deeply");
    r->at++;
    r->depth++;
    size_t count = 0;
    skip_space(r);
    if (!take(r, end)) {
        do {
            skip_space(r);
            if (!read_child(r, is_object))
                return false;
            count++;
        } while (take(r, ','));
        if (!take(r, end))
            return refuse(r, r->at, is_object ? "expected ',' or '}'" : "expected ',' or ']'");
    }
    r->depth--;
    value->kind = is_object ? BP_JSON_OBJECT : BP_JSON_ARRAY;
    return place_children(r, value, count);
}

static bool read_value(reader *r, bp_json_value *value)
{
    int next = peek(r);
    switch (next) {
    case '{':
    case '[': return read_container(r, value);
    case '"': value->kind = BP_JSON_STRING; return read_string(r, &value->content.string);
    case 't':
    case 'f': return read_boolean(r, value);
    case 'n': value->kind = BP_JSON_NULL; return read_word(r, "null");
    default: break;
    }
    if (next == '-' || is_digit(next))
        return read_number(r, value);
    return refuse(r, r->at, next < 0 ? "the text ends too early" : "expected a value");
}

static bool read_root(reader *r, bp_json_value *root)
{
    r->at = 0;
    r->depth = 0;
    r->value_count = 0;
    skip_space(r);
    if (!read_value(r, root))
        return false;
    skip_space(r);
    return r->at == r->length || refuse(r, r->at, "something follows the end of the JSON text");
}

/* ---- The document ----------------------------------------------------------- */

static bp_json_document *new_document(const reader *r, const bp_allocator *allocator,
                                      bp_error *error)
{
    bp_json_document *document = bp_allocate(allocator, 1, sizeof *document, error);
    if (document == NULL)
        return NULL;
    document->allocator = *allocator;
    document->text_size = r->length;
    document->value_count = r->value_count;
    document->text = bp_allocate(allocator, document->text_size, 1, error);
    if (document->text != NULL)
        document->values =
            bp_allocate(allocator, document->value_count, sizeof *document->values, error);
    if (document->values == NULL) {
        bp_json_document_free(document);
        return NULL;
    }
    return document;
}

static bp_status build(reader *r, bp_json_document *document)
{
    size_t key_count = r->largest_object;
    r->keys = bp_allocate(&document->allocator, key_count, sizeof *r->keys, r->error);
    if (r->keys == NULL)
        return BP_E_MEMORY;
    r->document = document;
    r->placed = document->values;
    r->waiting = document->values + document->value_count;
    bool built = read_root(r, &document->root);
    bp_release(&document->allocator, r->keys, key_count, sizeof *r->keys);
    return built ? BP_OK : r->status;
}

bp_status bp_json_read(bp_json_document **document, const char *text, size_t length,
                       bp_status status, const bp_allocator *allocator, bp_error *error)
{
    *document = NULL;
    bp_allocator own = bp_allocator_or_default(allocator);
    reader r = {.text = text, .length = length, .status = status, .error = error};
    bp_json_value root = {.kind = BP_JSON_NULL};
    if (!read_root(&r, &root))
        return status;
    bp_json_document *result = new_document(&r, &own, error);
    if (result == NULL)
        return BP_E_MEMORY;
    bp_status outcome = build(&r, result);
    if (outcome != BP_OK) {
        bp_json_document_free(result);
        return outcome;
    }
    *document = result;
    return BP_OK;
}

void bp_json_document_free(bp_json_document *document)
{
    if (document == NULL)
        return;
    bp_allocator allocator = document->allocator;
    bp_release(&allocator, document->text, document->text_size, 1);
    bp_release(&allocator, document->values, document->value_count, sizeof *document->values);
    bp_release(&allocator, document, 1, sizeof *document);
}

/* ---- Looking at it ---------------------------------------------------------- */

const bp_json_value *bp_json_root(const bp_json_document *document)
{
    return &document->root;
}

bp_json_kind bp_json_kind_of(const bp_json_value *value)
{
    return value == NULL ? BP_JSON_NULL : value->kind;
}

size_t bp_json_count(const bp_json_value *value)
{
    return value == NULL ? 0 : value->count;
}

const bp_json_value *bp_json_at(const bp_json_value *value, size_t index)
{
    return index < bp_json_count(value) ? &value->content.children[index] : NULL;
}

const char *bp_json_key_at(const bp_json_value *value, size_t index)
{
    const bp_json_value *child = bp_json_at(value, index);
    return child == NULL ? NULL : child->key;
}

const bp_json_value *bp_json_get(const bp_json_value *value, const char *key)
{
    if (bp_json_kind_of(value) != BP_JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < value->count; i++)
        if (strcmp(value->content.children[i].key, key) == 0)
            return &value->content.children[i];
    return NULL;
}

bool bp_json_as_string(const bp_json_value *value, const char **result)
{
    if (bp_json_kind_of(value) != BP_JSON_STRING)
        return false;
    *result = value->content.string;
    return true;
}

bool bp_json_as_number(const bp_json_value *value, double *result)
{
    if (bp_json_kind_of(value) != BP_JSON_NUMBER)
        return false;
    *result = value->content.number;
    return true;
}

bool bp_json_as_size(const bp_json_value *value, size_t *result)
{
    double number = 0;
    if (!bp_json_as_number(value, &number) || number < 0 || number > 0x1p53
        || number > (double)SIZE_MAX || number != (double)(uint64_t)number)
        return false;
    *result = (size_t)number;
    return true;
}

bool bp_json_as_boolean(const bp_json_value *value, bool *result)
{
    if (bp_json_kind_of(value) != BP_JSON_BOOLEAN)
        return false;
    *result = value->boolean;
    return true;
}
