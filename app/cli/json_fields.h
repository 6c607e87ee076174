/* json_fields.h: keys with their values, in a JSON object that is open. */
#ifndef CLI_JSON_FIELDS_H
#define CLI_JSON_FIELDS_H

#include <backprop.h>

void json_size(bp_json *json, const char *key, size_t value);
void json_number(bp_json *json, const char *key, double value);
void json_text(bp_json *json, const char *key, const char *text); /* NULL: null */

#endif
