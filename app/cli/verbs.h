/* verbs.h: the verbs of the program, one row each. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "options.h"

#define VERB_OPTION_LIMIT 12
#define VERB_EXAMPLE_LIMIT 5

struct verb_example {
    const char *command;
    const char *meaning;
};

/* Usage, help, the manual page, completion and the reading of options all come from
 * these rows. */
struct verb {
    const char *name;
    const char *summary;                    /* one line, no full stop */
    const char *operands;                   /* as usage shows them, "" for none */
    size_t least, most;                     /* how many operands */
    const char *options[VERB_OPTION_LIMIT]; /* "@group" or a name of the option tables */
    const char *description;                /* a paragraph */
    struct verb_example examples[VERB_EXAMPLE_LIMIT];
    bp_status (*run)(struct command *command, bp_error *error);
};

/* The verbs by index, NULL past the last. */
const struct verb *verb_at(size_t index);

/* The verb of a name; where there is none, NULL and the nearest name in `error`. */
const struct verb *verb_find(const char *name, bp_error *error);

bool verb_takes(const struct verb *verb, const bp_option *option);

bp_status verb_tutorial(struct command *command, bp_error *error);
bp_status verb_cv(struct command *command, bp_error *error);
bp_status verb_train(struct command *command, bp_error *error);
bp_status verb_predict(struct command *command, bp_error *error);
bp_status verb_engines(struct command *command, bp_error *error);
bp_status verb_help(struct command *command, bp_error *error);
bp_status verb_version(struct command *command, bp_error *error);
bp_status verb_completion(struct command *command, bp_error *error);

#endif
