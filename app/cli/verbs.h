/* verbs.h: the verbs of the program, one row each. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "options.h"

#define VERB_OPTION_LIMIT 24
#define VERB_EXAMPLE_LIMIT 6

struct verb_example {
    const char *command;
    const char *meaning;
};

/* Usage, help, the manual page, completion and the reading of options all come from
 * these rows. A verb with actions has a row for itself, which lists them, and below it one
 * for each: "data", "data make". */
struct verb {
    const char *name;
    const char *summary;                    /* one line, no full stop */
    const char *operands;                   /* as usage shows them, "" for none */
    size_t least, most;                     /* how many operands */
    const char *options[VERB_OPTION_LIMIT]; /* "@group" or a name of the option tables */
    const char *description;                /* a paragraph */
    const char *(*choice)(size_t index);    /* what the operand may be; NULL past the last */
    const char *(*choice_help)(size_t index);
    struct verb_example examples[VERB_EXAMPLE_LIMIT];
    bp_status (*run)(struct command *command, bp_error *error);
};

/* The verbs by index, NULL past the last. */
const struct verb *verb_at(size_t index);

/* The verb of a name; where there is none, NULL and the nearest name in `error`. */
const struct verb *verb_find(const char *name, bp_error *error);

/* The verb, or the action of a verb, that the first words mean, and in *used how many words
 * it took; NULL where they mean none. */
const struct verb *verb_read(const char *const *words, size_t count, size_t *used, bp_error *error);

/* Whether the row is an action of `verb` (NULL: of any); the word that it is called by. */
bool verb_is_action(const struct verb *row, const struct verb *verb);
const char *verb_last_word(const struct verb *row);

/* Whether the row is a verb that has actions, and does nothing without one. */
bool verb_has_actions(const struct verb *row);

bool verb_takes(const struct verb *verb, const bp_option *option);

bp_status verb_tutorial(struct command *command, bp_error *error);
bp_status verb_cv(struct command *command, bp_error *error);
bp_status verb_train(struct command *command, bp_error *error);
bp_status verb_tune(struct command *command, bp_error *error);
bp_status verb_predict(struct command *command, bp_error *error);
bp_status verb_eval(struct command *command, bp_error *error);
bp_status verb_calibrate(struct command *command, bp_error *error);
bp_status verb_report(struct command *command, bp_error *error);
bp_status verb_show(struct command *command, bp_error *error);
bp_status verb_explain(struct command *command, bp_error *error);
bp_status verb_step(struct command *command, bp_error *error);
bp_status verb_data(struct command *command, bp_error *error);
bp_status data_convert(struct command *command, bp_error *error);
bp_status data_describe(struct command *command, bp_error *error);
bp_status data_make(struct command *command, bp_error *error);
bp_status verb_engines(struct command *command, bp_error *error);
bp_status verb_help(struct command *command, bp_error *error);
bp_status verb_version(struct command *command, bp_error *error);
bp_status verb_completion(struct command *command, bp_error *error);

#endif
