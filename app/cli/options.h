/* options.h: the command line read by the option table. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "output.h"

#include <backprop.h>

/* The program's own rows, beside those of the library's table. */
enum own_option {
    OWN_OUTPUT,
    OWN_FORCE,
    OWN_JSON,
    OWN_QUIET,
    OWN_SECTION,
    OWN_LOG,
    OWN_TENSORBOARD,
    OWN_PLOT,
    OWN_WEIGHTS,
    OWN_INITIAL,
    OWN_ROW,
    OWN_COLUMN,
    OWN_ICE,
    OWN_METRIC,
    OWN_SHAPLEY,
    OWN_SAMPLES,
    OWN_ROWS,
    OWN_NOISE,
    OWN_MIN,
    OWN_MAX,
    OWN_BASELINE,
    OWN_RESAMPLES,
    OWN_COMPARE,
    OWN_BUDGET,
    OWN_BUDGET_STEPS,
    OWN_PROBA,
    OWN_TOP,
    OWN_WHY,
    OWN_APPEND,
    OWN_SETS,
    OWN_INTERVALS,
    OWN_COVERAGE,
    OWN_THRESHOLD,
    OWN_MAN,
    OWN_HELP,
    OWN_VERSION,
    OWN_COUNT
};

#define OPERAND_LIMIT 4
#define OPTION_LIMIT 256 /* rows of both tables together, with room to spare */

struct verb;

/* What a command line asks for. */
struct command {
    const struct verb *verb;
    bp_config *config;          /* the library's options */
    const char *own[OWN_COUNT]; /* the program's as given; "yes" for a switch, NULL: not given */
    const char *operands[OPERAND_LIMIT];
    size_t operand_count;
    struct output *out; /* standard struct output */
    bool denied;        /* the answer is no, which the exit status 1 tells */
};

/* The rows of both tables by index, the library's first; NULL past the last. */
const bp_option *option_row(size_t index);

/* Reads argv[first..argc) into a command whose verb is set already. Options and operands
 * may be mixed; "--" ends the options; no abbreviation is understood. */
bp_status command_read(struct command *command, int argc, char **argv, int first, bp_error *error);

/* Reads words that are options alone on top of those that the command has. */
bp_status command_read_options(struct command *command, int count, char **words, bp_error *error);
void command_release(struct command *command);

/* Whether a switch among the program's own rows was given. */
bool command_has(const struct command *command, enum own_option option);

/* A switch looked for before anything is parsed, so that the first error has its form. */
bool switch_stands(int argc, char **argv, const char *flag);

#endif
