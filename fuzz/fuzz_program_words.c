/* fuzz_program_words.c: lines as the words of a command line: a verb, its options and operands.
 * What is taken reads back and can be read again, what is refused is told in one line. */
#include "fuzz.h"

#include "cli/options.h"
#include "cli/verbs.h"

#include "cli/cv_second.h"

#define WORDS_MAX 64

/* Control characters are taken out when it is printed. */
static void check_message(const bp_error *error, bool utf8)
{
    FUZZ_CHECK(error->status != BP_OK && error->message[0] != '\0');
    FUZZ_CHECK(!utf8 || bp_utf8_is_valid(error->message, strlen(error->message)));
}

static void check_command(const struct command *command, char **words, int count)
{
    const struct verb *verb = command->verb;
    FUZZ_CHECK(command->operand_count <= verb->most);
    for (size_t i = 0; i < command->operand_count; i++)
        FUZZ_CHECK(command->operands[i][0] != '\0');
    for (int i = 0; i < OWN_COUNT; i++)
        if (command_has(command, (enum own_option)i))
            FUZZ_CHECK(
                bp_option_check(option_row(bp_option_count() + (size_t)i), command->own[i], NULL)
                == BP_OK);
    struct command again = {.verb = verb};
    FUZZ_CHECK(command_read(&again, count, words, 0, NULL) == BP_OK);
    for (size_t i = 0; i < bp_option_count(); i++) {
        const char *name = bp_option_at(i)->name;
        FUZZ_CHECK(strcmp(bp_config_get(command->config, name), bp_config_get(again.config, name))
                   == 0);
    }
    command_release(&again);
}

/* The options of --compare are words within a word. */
static void check_second(const struct command *command)
{
    struct second second = {.count = 0};
    bp_error error = {.status = BP_OK};
    if (!command_has(command, OWN_COMPARE))
        return;
    if (second_read(&second, command, &error) != BP_OK)
        check_message(&error, false);
    second_release(&second);
}

static void read_words(char **words, size_t count, bool utf8)
{
    bp_error error = {.status = BP_OK};
    size_t used = 0;
    struct command command = {.verb = verb_read((const char *const *)words, count, &used, &error)};
    if (command.verb == NULL) {
        check_message(&error, utf8);
        return;
    }
    FUZZ_CHECK(used > 0 && used <= count);
    int left = (int)(count - used);
    if (command_read(&command, left, words + used, 0, &error) == BP_OK) {
        check_command(&command, words + used, left);
        check_second(&command);
    } else {
        check_message(&error, utf8);
    }
    command_release(&command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    char *words[WORDS_MAX + 1] = {NULL};
    size_t count = 0;
    bool utf8 = true;
    while (input.size > 0 && count < WORDS_MAX) {
        words[count] = fuzz_text(&input, '\n');
        utf8 = utf8 && bp_utf8_is_valid(words[count], strlen(words[count]));
        count++;
    }
    if (count > 0)
        read_words(words, count, utf8);
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    return 0;
}
