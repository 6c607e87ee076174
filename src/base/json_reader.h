/* json_reader.h: strict JSON (RFC 8259) read into a tree. Duplicate keys, invalid
 * UTF-8, trailing commas and anything after the document are errors. */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include <backprop/base.h>

typedef enum bp_json_kind {
    BP_JSON_NULL,
    BP_JSON_BOOLEAN,
    BP_JSON_NUMBER,
    BP_JSON_STRING,
    BP_JSON_ARRAY,
    BP_JSON_OBJECT
} bp_json_kind;

typedef struct bp_json_value bp_json_value;
typedef struct bp_json_document bp_json_document;

/* Reads text[0..length). Errors: `status` (the caller's BP_E_MODEL, say) with the
 * 1-based line and column of the offence; nesting beyond 64 levels is refused. */
bp_status bp_json_read(bp_json_document **document, const char *text, size_t length,
                       bp_status status, const bp_allocator *allocator, bp_error *error);
void bp_json_document_free(bp_json_document *document);
const bp_json_value *bp_json_root(const bp_json_document *document);

bp_json_kind bp_json_kind_of(const bp_json_value *value); /* NULL is BP_JSON_NULL */
size_t bp_json_count(const bp_json_value *value);         /* of an array or object, else 0 */

/* An array's or object's entry in order; the key of an object's entry. NULL past the end. */
const bp_json_value *bp_json_at(const bp_json_value *value, size_t index);
const char *bp_json_key_at(const bp_json_value *value, size_t index);

/* An object's entry by key, NULL where there is none or `value` is no object. */
const bp_json_value *bp_json_get(const bp_json_value *value, const char *key);

/* The value where it has that kind (false otherwise, *result left alone). A string is
 * NUL-terminated; one with a NUL inside is refused when read. bp_json_as_size takes
 * whole numbers from 0 to 2^53 alone. */
bool bp_json_as_string(const bp_json_value *value, const char **result);
bool bp_json_as_number(const bp_json_value *value, double *result);
bool bp_json_as_size(const bp_json_value *value, size_t *result);
bool bp_json_as_boolean(const bp_json_value *value, bool *result);

#endif
