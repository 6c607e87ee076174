/* json_fields.c: a key and its value at once. */
#include "json_fields.h"

void json_size(bp_json *json, const char *key, size_t value)
{
    bp_json_key(json, key);
    bp_json_integer(json, (int64_t)value);
}

void json_number(bp_json *json, const char *key, double value)
{
    bp_json_key(json, key);
    bp_json_number(json, value);
}

void json_text(bp_json *json, const char *key, const char *text)
{
    bp_json_key(json, key);
    if (text != NULL)
        bp_json_string(json, text);
    else
        bp_json_null(json);
}
