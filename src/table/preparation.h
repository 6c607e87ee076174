/* preparation.h: a preparation as JSON, for the model file. */
#ifndef TABLE_PREPARATION_H
#define TABLE_PREPARATION_H

#include <backprop/table.h>

/* Writes the preparation as one JSON object, keys in fixed order. */
void bp_preparation_write(const bp_preparation *preparation, bp_json *json);

/* Reads it back, trusting nothing: BP_E_MODEL where it is not what was written. */
bp_status bp_preparation_read(bp_preparation **preparation, const bp_json_value *value,
                              const bp_allocator *allocator, bp_error *error);

#endif
