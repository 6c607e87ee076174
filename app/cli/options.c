/* options.c: GNU long options, short letters and operands, all from the tables. */
#include "options.h"

#include "report.h"
#include "verbs.h"

#include <string.h>

static const bp_option own_rows[OWN_COUNT] = {
    [OWN_OUTPUT] = {.name = "output",
                    .letter = 'o',
                    .kind = BP_OPTION_TEXT,
                    .argument = "FILE",
                    .group = "program",
                    .help = "write the result to FILE, whole or not at all; - is standard output"},
    [OWN_FORCE] = {.name = "force",
                   .letter = 'f',
                   .kind = BP_OPTION_SWITCH,
                   .group = "program",
                   .help = "write over the input file, or a model to a terminal"},
    [OWN_JSON] = {.name = "json",
                  .kind = BP_OPTION_SWITCH,
                  .group = "program",
                  .help = "print the result, and any error, as JSON"},
    [OWN_QUIET] = {.name = "quiet",
                   .letter = 'q',
                   .kind = BP_OPTION_SWITCH,
                   .group = "program",
                   .help = "no notes and no progress, only the result and errors"},
    [OWN_SECTION] = {.name = "section",
                     .kind = BP_OPTION_INTEGER,
                     .argument = "N",
                     .low = 1,
                     .high = 6,
                     .group = "program",
                     .help = "show one section of the tutorial only"},
    [OWN_LOG] =
        {.name = "log",
         .kind = BP_OPTION_TEXT,
         .argument = "FILE",
         .group = "program",
         .help = "write a line for every epoch (tune: every trial): CSV, or JSON Lines where it "
                 "ends in .jsonl"},
    [OWN_TENSORBOARD] = {.name = "tensorboard",
                         .kind = BP_OPTION_TEXT,
                         .argument = "FOLDER",
                         .group = "program",
                         .help = "write an event file that TensorBoard reads"},
    [OWN_PLOT] = {.name = "plot",
                  .kind = BP_OPTION_TEXT,
                  .argument = "FILE",
                  .group = "program",
                  .help = "draw it as a picture, FILE.svg"},
    [OWN_WEIGHTS] = {.name = "weights",
                     .kind = BP_OPTION_SWITCH,
                     .group = "program",
                     .help = "every weight and bias too, by what it belongs to"},
    [OWN_INITIAL] = {.name = "initial",
                     .kind = BP_OPTION_SWITCH,
                     .group = "program",
                     .help = "beside it the network as it was before training"},
    [OWN_ROW] = {.name = "row",
                 .kind = BP_OPTION_INTEGER,
                 .argument = "N",
                 .low = 1,
                 .high = 1e15,
                 .fallback = "1",
                 .group = "program",
                 .help = "which row of the table, from 1"},
    [OWN_COLUMN] = {.name = "column",
                    .kind = BP_OPTION_TEXT,
                    .argument = "NAME",
                    .group = "program",
                    .help = "how the answers depend on this input, by name or as #3"},
    [OWN_ICE] = {.name = "ice",
                 .kind = BP_OPTION_INTEGER,
                 .argument = "N",
                 .low = 1,
                 .high = 1e6,
                 .group = "program",
                 .help = "with --column: the curves of N single rows too, in JSON and the picture"},
    [OWN_METRIC] = {.name = "metric",
                    .kind = BP_OPTION_TEXT,
                    .argument = "NAME",
                    .group = "program",
                    .help = "what judges: of explain accuracy of classes, else r2; of tune "
                            "log-loss, else rmse, where none is given"},
    [OWN_SHAPLEY] = {.name = "shapley",
                     .kind = BP_OPTION_SWITCH,
                     .group = "program",
                     .help = "with --row: Shapley values by sampling, with standard errors"},
    [OWN_SAMPLES] = {.name = "samples",
                     .kind = BP_OPTION_INTEGER,
                     .argument = "N",
                     .low = 4,
                     .high = 1e8,
                     .fallback = "1000",
                     .group = "program",
                     .help = "with --shapley: how many orders of the columns"},
    [OWN_ROWS] = {.name = "rows",
                  .letter = 'n',
                  .kind = BP_OPTION_INTEGER,
                  .argument = "N",
                  .low = 1,
                  .high = 1e7,
                  .fallback = "200",
                  .group = "program",
                  .help = "how many rows to make"},
    [OWN_NOISE] =
        {.name = "noise",
         .kind = BP_OPTION_REAL,
         .argument = "X",
         .low = 0,
         .high = 1e6,
         .fallback = "0",
         .group = "program",
         .help =
             "standard deviation of what is added: to each input where there are classes, to y in "
             "regression"},
    [OWN_MIN] = {.name = "min",
                 .kind = BP_OPTION_TEXT,
                 .argument = "METRIC=X",
                 .group = "program",
                 .help = "exit with status 1 unless the metric is at least X; commas between "
                         "several"},
    [OWN_MAX] = {.name = "max",
                 .kind = BP_OPTION_TEXT,
                 .argument = "METRIC=X",
                 .group = "program",
                 .help = "the same, of metrics of which less is better: at most X"},
    [OWN_BASELINE] = {.name = "baseline",
                      .kind = BP_OPTION_SWITCH,
                      .fallback = "yes",
                      .group = "program",
                      .help = "beside it a linear model and the zero rule, learned from the same "
                              "rows by folds"},
    [OWN_RESAMPLES] = {.name = "resamples",
                       .kind = BP_OPTION_INTEGER,
                       .argument = "N",
                       .low = 0,
                       .high = 1e6,
                       .choices = "auto",
                       .fallback = "auto",
                       .group = "program",
                       .help = "of the bootstrap that finds the intervals; 0: none; auto: 1000, of "
                               "very many rows fewer, but 200"},
    [OWN_COMPARE] = {.name = "compare",
                     .kind = BP_OPTION_TEXT,
                     .argument = "OPTIONS",
                     .group = "program",
                     .help = "beside it, on the same folds, the same with these options on top, as "
                             "\"--recipe linear\"; is one better?"},
    [OWN_BUDGET] = {.name = "budget",
                    .kind = BP_OPTION_TEXT,
                    .argument = "TIME",
                    .group = "program",
                    .help = "how long it may take, as 30s, 5m or 2h: turned into steps once, at a "
                            "speed measured at the start"},
    [OWN_BUDGET_STEPS] = {.name = "budget-steps",
                          .kind = BP_OPTION_INTEGER,
                          .argument = "N",
                          .low = 1,
                          .high = 9007199254740992.0,
                          .group = "program",
                          .help = "the same as work, which gives the same result every time: a "
                                  "step is a million weights that learn from a row"},
    [OWN_PROBA] = {.name = "proba",
                   .kind = BP_OPTION_SWITCH,
                   .group = "program",
                   .help = "the probability of each class too; CSV with a header line"},
    [OWN_TOP] = {.name = "top",
                 .kind = BP_OPTION_INTEGER,
                 .argument = "K",
                 .low = 1,
                 .high = 1e6,
                 .group = "program",
                 .help = "the K most probable classes too, the most probable first, and how "
                         "probable they are; CSV with a header line"},
    [OWN_WHY] = {.name = "why",
                 .kind = BP_OPTION_INTEGER,
                 .argument = "K",
                 .low = 1,
                 .high = 1e6,
                 .group = "program",
                 .help = "the K columns too that moved each answer most, each with its share; CSV "
                         "with a header line"},
    [OWN_APPEND] = {.name = "append",
                    .kind = BP_OPTION_SWITCH,
                    .group = "program",
                    .help = "all columns of the table first, as they were written; CSV with a "
                            "header line"},
    [OWN_SETS] = {.name = "sets",
                  .kind = BP_OPTION_SWITCH,
                  .group = "program",
                  .help = "the classes that a calibrated model leaves open too, bars between; CSV "
                          "with a header line"},
    [OWN_INTERVALS] = {.name = "intervals",
                       .kind = BP_OPTION_SWITCH,
                       .group = "program",
                       .help = "the interval around each number of a calibrated model too; CSV "
                               "with a header line"},
    [OWN_COVERAGE] = {.name = "coverage",
                      .kind = BP_OPTION_REAL,
                      .argument = "X",
                      .low = 0,
                      .high = 1,
                      .fallback = "0.9",
                      .group = "program",
                      .help = "the share of rows whose set of classes, or interval, is to have "
                              "the truth"},
    [OWN_THRESHOLD] = {.name = "threshold",
                       .kind = BP_OPTION_TEXT,
                       .argument = "FOR",
                       .group = "program",
                       .help = "of two classes, answer the second from the probability on that is "
                               "best for f1, mcc, balanced-accuracy, youden, or cost=FP:FN, the "
                               "costs of a false second and a false first class"},
    [OWN_MAN] = {.name = "man",
                 .kind = BP_OPTION_SWITCH,
                 .group = "program",
                 .help = "print the manual page backprop(1) as roff"},
    [OWN_HELP] = {.name = "help",
                  .letter = 'h',
                  .kind = BP_OPTION_SWITCH,
                  .group = "program",
                  .help = "print this help"},
    [OWN_VERSION] = {.name = "version",
                     .letter = 'V',
                     .kind = BP_OPTION_SWITCH,
                     .group = "program",
                     .help = "print the version"},
};

const bp_option *option_row(size_t index)
{
    size_t published = bp_option_count();
    if (index < published)
        return bp_option_at(index);
    return index - published < OWN_COUNT ? &own_rows[index - published] : NULL;
}

bool command_has(const struct command *command, enum own_option option)
{
    return command->own[option] != NULL;
}

bool switch_stands(int argc, char **argv, const char *flag)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], flag) == 0)
            return true;
    return false;
}

/* ---- Finding a row ---------------------------------------------------------- */

/* The row of a name of `length` bytes, whichever verb takes it. */
static const bp_option *find_name(const char *name, size_t length)
{
    const bp_option *row;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++)
        if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
            return row;
    return NULL;
}

/* The row of a letter that the verb takes; of any verb where it is NULL. */
static const bp_option *find_letter(const struct verb *verb, char letter)
{
    const bp_option *row;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++)
        if (row->letter == letter && (verb == NULL || verb_takes(verb, row)))
            return row;
    return NULL;
}

static bp_status fail_unknown(const struct verb *verb, const char *name, bp_error *error)
{
    const char *candidates[OPTION_LIMIT];
    const bp_option *row;
    size_t count = 0;
    for (size_t i = 0; (row = option_row(i)) != NULL && count < OPTION_LIMIT; i++)
        if (verb_takes(verb, row))
            candidates[count++] = row->name;
    const char *nearest = bp_nearest(name, candidates, count);
    if (nearest != NULL)
        return fail(error, BP_E_OPTION, "unknown option --%s; did you mean --%s?", name, nearest);
    return fail(error, BP_E_OPTION, "unknown option --%s; see backprop help %s", name, verb->name);
}

/* The option is another verb's: say whose. */
static bp_status fail_elsewhere(const struct verb *verb, const bp_option *row, bp_error *error)
{
    char takers[128] = "";
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        if (!verb_takes(verb_at(i), row))
            continue;
        size_t used = strlen(takers);
        if (used + strlen(verb_at(i)->name) + 3 > sizeof takers)
            break;
        strcat(strcat(takers, used > 0 ? ", " : ""), verb_at(i)->name);
    }
    return fail(error, BP_E_OPTION, "%s does not take --%s; it is an option of: %s", verb->name,
                row->name, takers);
}

/* ---- Setting a value -------------------------------------------------------- */

static bp_status set_value(struct command *command, const bp_option *row, const char *value,
                           bp_error *error)
{
    if (row < own_rows || row >= own_rows + OWN_COUNT)
        return bp_config_set(command->config, row->name, value, error);
    bp_status status = bp_option_check(row, value, error);
    if (status == BP_OK)
        command->own[row - own_rows] = value;
    return status;
}

/* What is left of the command line, from `next` on. */
struct words {
    int count, next;
    char **at;
};

static bp_status next_value(struct words *words, const bp_option *row, const char **value,
                            bp_error *error)
{
    if (words->next == words->count)
        return fail(error, BP_E_OPTION, "--%s needs a value: --%s %s", row->name, row->name,
                    row->argument);
    *value = words->at[words->next++];
    return BP_OK;
}

/* "--name", "--name=value" or "--no-name", without the dashes. */
static bp_status read_long(struct command *command, struct words *words, const char *text,
                           bp_error *error)
{
    size_t length = strcspn(text, "=");
    const char *value = text[length] == '=' ? text + length + 1 : NULL;
    const bp_option *row = find_name(text, length);
    bool negated = false;
    if (row == NULL && length > 3 && strncmp(text, "no-", 3) == 0) {
        row = find_name(text + 3, length - 3);
        negated = row != NULL && row->kind == BP_OPTION_SWITCH && row->fallback != NULL;
        row = negated ? row : NULL;
    }
    if (row == NULL) {
        char name[64];
        size_t kept = length < sizeof name - 1 ? length : sizeof name - 1;
        memcpy(name, text, kept);
        name[kept] = '\0';
        drop_cut_character(name);
        return fail_unknown(command->verb, name, error);
    }
    if (!verb_takes(command->verb, row))
        return fail_elsewhere(command->verb, row, error);
    if (row->kind != BP_OPTION_SWITCH) {
        bp_status status = value != NULL ? BP_OK : next_value(words, row, &value, error);
        return status == BP_OK ? set_value(command, row, value, error) : status;
    }
    if (value != NULL)
        return fail(error, BP_E_OPTION, "--%.*s takes no value", (int)length, text);
    return set_value(command, row, negated ? "no" : "yes", error);
}

static bp_status fail_letter(const struct verb *verb, const char *text, bp_error *error)
{
    int bytes = 1; /* a letter that no option has may be of several */
    while (bytes < 4 && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes++;
    return fail(error, BP_E_OPTION, "unknown option -%.*s; see backprop help %s", bytes, text,
                verb->name);
}

/* "-o FILE", "-oFILE", "-qf", without the dash. */
static bp_status read_short(struct command *command, struct words *words, const char *text,
                            bp_error *error)
{
    for (; *text != '\0'; text++) {
        const bp_option *row = find_letter(command->verb, *text);
        if (row == NULL && find_letter(NULL, *text) != NULL)
            return fail_elsewhere(command->verb, find_letter(NULL, *text), error);
        if (row == NULL)
            return fail_letter(command->verb, text, error);
        if (row->kind != BP_OPTION_SWITCH) {
            const char *value = text + 1;
            bp_status status = *value != '\0' ? BP_OK : next_value(words, row, &value, error);
            return status == BP_OK ? set_value(command, row, value, error) : status;
        }
        bp_status status = set_value(command, row, "yes", error);
        if (status != BP_OK)
            return status;
    }
    return BP_OK;
}

static bp_status add_operand(struct command *command, const char *text, bp_error *error)
{
    const struct verb *verb = command->verb;
    if (command->operand_count == verb->most)
        return fail(error, BP_E_ARGUMENT, "unexpected \"%s\"; usage: backprop %s [options]%s%s",
                    text, verb->name, verb->operands[0] != '\0' ? " " : "", verb->operands);
    if (text[0] == '\0')
        return fail(error, BP_E_ARGUMENT, "an operand is empty; usage: backprop %s [options] %s",
                    verb->name, verb->operands);
    command->operands[command->operand_count++] = text;
    return BP_OK;
}

static bp_status read_word(struct command *command, struct words *words, bool *only_operands,
                           bp_error *error)
{
    const char *text = words->at[words->next++];
    if (*only_operands || text[0] != '-' || text[1] == '\0')
        return add_operand(command, text, error);
    if (text[1] != '-')
        return read_short(command, words, text + 1, error);
    if (text[2] != '\0')
        return read_long(command, words, text + 2, error);
    *only_operands = true;
    return BP_OK;
}

bp_status command_read(struct command *command, int argc, char **argv, int first, bp_error *error)
{
    struct words words = {argc, first, argv};
    bool only_operands = false;
    bp_status status = bp_config_new(&command->config, NULL, NULL, error);
    while (status == BP_OK && words.next < words.count)
        status = read_word(command, &words, &only_operands, error);
    if (status != BP_OK || command_has(command, OWN_HELP))
        return status;
    const struct verb *verb = command->verb;
    if (command->operand_count < verb->least)
        return fail(error, BP_E_ARGUMENT, "%s needs %s; see backprop help %s", verb->name,
                    verb->operands, verb->name);
    return BP_OK;
}

bp_status command_read_options(struct command *command, int count, char **words, bp_error *error)
{
    struct words rest = {count, 0, words};
    bool only_operands = false;
    bp_status status = BP_OK;
    while (status == BP_OK && rest.next < rest.count)
        status = read_word(command, &rest, &only_operands, error);
    if (status == BP_OK && command->operand_count > 0)
        return fail(error, BP_E_ARGUMENT, "\"%s\" is no option", command->operands[0]);
    return status;
}

void command_release(struct command *command)
{
    bp_config_free(command->config);
    command->config = NULL;
}
