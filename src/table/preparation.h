/* preparation.h: a preparation as JSON, for the model file; and what comes before its principal
 * components. */
#ifndef TABLE_PREPARATION_H
#define TABLE_PREPARATION_H

#include "table/principal.h"

#include <backprop/table.h>

/* Writes the preparation as one JSON object, keys in fixed order. */
void bp_preparation_write(const bp_preparation *preparation, bp_json *json);

/* Reads it back, trusting nothing: BP_E_MODEL where it is not what was written. */
bp_status bp_preparation_read(bp_preparation **preparation, const bp_json_value *value,
                              const bp_allocator *allocator, bp_error *error);

/* The principal components that the network reads; NULL: it reads the columns' numbers. */
const bp_principal *bp_preparation_principal(const bp_preparation *preparation);

/* Which of the inputs are no pieces of numbers, ascending: places in inputs[width]; how many. All
 * of them where they are principal components. */
size_t bp_preparation_inputs_but_pieces(const bp_preparation *preparation, size_t *inputs);

/* As bp_preparation_apply without targets, but that principal components are not taken: the
 * columns' numbers, of BP_F64 where there are such. */
bp_status bp_preparation_apply_columns(const bp_preparation *preparation, bp_table *table,
                                       const size_t *rows, size_t count, bp_type type,
                                       bp_prepared **prepared, bp_error *error);

/* The columns' numbers of a row whose cells are all missing, numbers[width before components],
 * which are 0 before. BP_E_UNSUPPORTED where missing cells are refused. */
bp_status bp_preparation_missing_row(const bp_preparation *preparation, bp_type type, void *numbers,
                                     bp_error *error);

#endif
