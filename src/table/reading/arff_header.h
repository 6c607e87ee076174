/* arff_header.h: what an ARFF file declares before its rows. */
#ifndef READING_ARFF_HEADER_H
#define READING_ARFF_HEADER_H

#include "table/reading/arff_tokens.h"

typedef enum arff_type {
    ARFF_NUMBER,
    ARFF_TEXT, /* also dates that are not written as ours are */
    ARFF_DATE,
    ARFF_NOMINAL
} arff_type;

/* One @attribute line. */
typedef struct arff_attribute {
    arff_type type;
    arff_token name;
    arff_line values;   /* of a nominal one: what stands between the braces */
    arff_token omitted; /* what a sparse row means by leaving it out; of length 0: missing */
} arff_attribute;

/* The next attribute from byte *next on, which moves behind it; *more is false at @data. */
bp_status bp_arff_attribute(const bp_table *table, size_t *next, arff_attribute *attribute,
                            bool *more, bp_error *error);

/* The next of a nominal attribute's values; false where there is none. For what
 * bp_arff_attribute has accepted. */
bool bp_arff_value(const bp_table *table, arff_line *values, arff_token *value);

#endif
