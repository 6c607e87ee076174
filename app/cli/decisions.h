/* decisions.h: what was decided about a table, said with the options that change it. */
#ifndef CLI_DECISIONS_H
#define CLI_DECISIONS_H

#include "options.h"

#include <backprop.h>

/* Lines of text, one a decision. */
void decisions_print(struct output *out, const bp_table *table, const bp_preparation *preparation,
                     const bp_config *config);

/* The key "dropped_rows", where there are any. */
void decisions_write_dropped(bp_json *json, const bp_table *table);

/* bp_config_drop_unlabeled for what a model is judged by, told in a note. */
bp_status drop_unlabeled(const struct command *command, const bp_model *model, bp_table *table,
                         bp_error *error);

/* What is trained and how, of options that are settled. */
void decisions_print_training(struct output *out, const bp_config *config);

/* A line for each input of which categories share a place, which only a fit can tell. */
void decisions_print_rare(struct output *out, const bp_preparation *preparation);

/* The key "table" and its object. */
void decisions_write(bp_json *json, const bp_table *table, const bp_preparation *preparation);

/* Whether two paths are one file. */
bool same_file(const char *path, const char *other);

/* A label in a column of its own; what it labels comes next. */
void print_label(struct output *out, const char *label);

/* Names with commas between, in lines that fit a terminal, the first ten; `at` is the column
 * where they begin, `after` the room that what follows needs. */
typedef const char *decision_name(const bp_preparation *preparation, size_t index);
void print_names(struct output *out, const bp_preparation *preparation, decision_name *name,
                 size_t count, size_t at, size_t after);
const char *class_name_at(const bp_preparation *preparation, size_t index);

#endif
