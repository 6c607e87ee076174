/* data_describe.h: the two forms of a description. */
#ifndef CLI_DATA_DESCRIBE_H
#define CLI_DATA_DESCRIBE_H

#include "output.h"

void description_print(struct output *out, const bp_table *table,
                       const bp_description *description);
void description_write(bp_json *json, const bp_table *table, const bp_description *description);

#endif
