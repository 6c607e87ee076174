/* cv_second.c: the options of --compare, split into words and set on top of the first's. */
#include "cv_second.h"

#include "report.h"
#include "verbs.h"

#include <stdlib.h>
#include <string.h>

/* ---- Words --------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Writes the word that begins at *from to *to, without the quotes in it, and moves both behind
 * it. A quote of either kind takes everything to the next of its kind. */
static bool take_word(const char **from, char **to)
{
    char quote = '\0';
    for (; **from != '\0' && (quote != '\0' || !is_blank(**from)); (*from)++) {
        if (**from == quote)
            quote = '\0';
        else if (quote == '\0' && (**from == '\'' || **from == '"'))
            quote = **from;
        else
            *(*to)++ = **from;
    }
    *(*to)++ = '\0';
    return quote == '\0';
}

/* A word and the 0 behind it never take more room than what they were written with, and are at
 * most half as many as there are bytes. */
static bp_status split_words(struct second *second, const char *options, bp_error *error)
{
    size_t length = strlen(options);
    second->text = malloc(length + 1);
    second->words = calloc(length / 2 + 1, sizeof *second->words);
    if (second->text == NULL || second->words == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the options of --compare");
    for (char *to = second->text;;) {
        while (is_blank(*options))
            options++;
        if (*options == '\0')
            break;
        second->words[second->count++] = to;
        if (!take_word(&options, &to))
            return fail(error, BP_E_OPTION, "--compare: a quote is not closed");
    }
    if (second->count == 0)
        return fail(error, BP_E_OPTION,
                    "--compare needs options, as --compare \"--recipe linear\"");
    return BP_OK;
}

/* ---- Options -------------------------------------------------------------------- */

static bp_status copy_options(bp_config *to, const bp_config *from, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < bp_option_count() && status == BP_OK; i++) {
        const char *name = bp_option_at(i)->name;
        if (bp_config_origin(from, name) == BP_FROM_CALLER)
            status = bp_config_set(to, name, bp_config_get(from, name), error);
    }
    return status;
}

/* The table is read once; rows are dealt, and predicted, alike. */
static bool is_shared(const bp_option *option)
{
    static const char *const names[] = {"target", "task", "seed", "generator", "precision"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(option->name, names[i]) == 0)
            return true;
    return strcmp(option->group, "table") == 0 || strcmp(option->group, "validation") == 0;
}

static bp_status check_shared(const bp_config *first, const bp_config *second, bp_error *error)
{
    for (size_t i = 0; i < bp_option_count(); i++) {
        const bp_option *option = bp_option_at(i);
        const char *one = bp_config_get(first, option->name);
        const char *two = bp_config_get(second, option->name);
        if (is_shared(option) && strcmp(one, two) != 0)
            return fail(error, BP_E_OPTION,
                        "--compare: both are scored on the same rows, so --%s is the same for "
                        "both, not \"%s\" and \"%s\"",
                        option->name, one, two);
    }
    return BP_OK;
}

static bp_status check_own(const struct command *command, bp_error *error)
{
    for (size_t i = 0; i < OWN_COUNT; i++)
        if (command->own[i] != NULL)
            return fail(error, BP_E_OPTION, "--compare takes options of a recipe, not --%s",
                        option_row(bp_option_count() + i)->name);
    return BP_OK;
}

bp_status second_read(struct second *second, const struct command *first, bp_error *error)
{
    struct command *command = &second->command;
    *second = (struct second){.command = {.verb = first->verb}};
    bp_status status = split_words(second, first->own[OWN_COMPARE], error);
    if (status == BP_OK)
        status = bp_config_new(&command->config, NULL, NULL, error);
    if (status == BP_OK)
        status = copy_options(command->config, first->config, error);
    if (status == BP_OK)
        status = command_read_options(command, second->count, second->words, error);
    if (status == BP_OK)
        status = check_own(command, error);
    if (status == BP_OK)
        status = check_shared(first->config, command->config, error);
    return status == BP_OK ? bp_config_check(command->config, error) : status;
}

void second_release(struct second *second)
{
    command_release(&second->command);
    free(second->words);
    free(second->text);
}
