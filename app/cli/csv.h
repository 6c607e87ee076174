/* csv.h: fields of CSV as in RFC 4180. */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include "output.h"

/* A field, in quotes where something in it could be taken for structure. */
void csv_field(struct output *out, const char *text);

/* A name with words around it that need no quotes: "p(", ")". */
void csv_name(struct output *out, const char *before, const char *name, const char *after);

/* What stands between quotes: those within it doubled. */
void csv_doubled(struct output *out, const char *text);

/* In quotes whatever is in it. */
void csv_quoted(struct output *out, const char *text);

#endif
