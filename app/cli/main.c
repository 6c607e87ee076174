/* main.c: the program backprop: finds the verb, reads its options, runs it, and turns
 * what happened into an exit status. */
#include "help_text.h"
#include "report.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A closed standard stream would give its number to the next file that is opened. Its
 * place is taken by one that cannot be written, so that writing to it is noticed. */
static void occupy_standard_streams(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            return;
}

/* The verb that the first words mean and how many they are; "-h" and "--version" stand for
 * verbs too. */
static const struct verb *first_verb(char **words, size_t count, size_t *used, bp_error *error)
{
    const char *word = words[0];
    *used = 1;
    if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
        return verb_find("help", error);
    if (strcmp(word, "-V") == 0 || strcmp(word, "--version") == 0)
        return verb_find("version", error);
    if (word[0] == '-') {
        fail(error, BP_E_ARGUMENT,
             "a verb comes first: backprop VERB [options]; see backprop help");
        return NULL;
    }
    return verb_read((const char *const *)words, count, used, error);
}

static bp_status run(struct command *command, int argc, char **argv, size_t first, bp_error *error)
{
    bp_status status = command_read(command, argc, argv, (int)first, error);
    if (status != BP_OK)
        return status;
    if (command_has(command, OWN_HELP)) {
        help_verb(command->out, command->verb);
        return BP_OK;
    }
    return command->verb->run(command, error);
}

int main(int argc, char **argv)
{
    bp_error error = {.status = BP_OK};
    struct output out;
    occupy_standard_streams();
    if (argc < 2) {
        fputs(help_usage, stderr);
        return exit_status_of(BP_E_ARGUMENT);
    }
    bool json = switch_stands(argc, argv, "--json");
    size_t used = 0;
    struct command command = {.verb = first_verb(argv + 1, (size_t)argc - 1, &used, &error),
                              .out = &out};
    if (command.verb == NULL)
        return report_error(&error, json);
    output_open(&out, NULL, NULL);
    bp_status status = run(&command, argc, argv, 1 + used, &error);
    if (status == BP_OK)
        status = output_finish(&out, &error);
    output_discard(&out);
    command_release(&command);
    return status == BP_OK ? (command.denied ? 1 : 0) : report_error(&error, json);
}
