/* verb_completion.c: `backprop completion SHELL`: scripts made from the tables. */
#include "report.h"
#include "verbs.h"

#include <string.h>

static const char *const shells[] = {"bash", "zsh", "fish"};

#define SHELL_COUNT (sizeof shells / sizeof shells[0])

/* The names of a bar-separated list, with `separator` between. */
static void write_choices(struct output *out, const char *choices, const char *separator)
{
    for (; *choices != '\0'; choices++) {
        if (*choices == '|')
            output_text(out, separator);
        else
            output_bytes(out, choices, 1);
    }
}

static bool is_negatable(const bp_option *option)
{
    return option->kind == BP_OPTION_SWITCH && option->fallback != NULL;
}

static bool takes_file(const bp_option *option)
{
    return option->kind == BP_OPTION_TEXT && strcmp(option->argument, "FILE") == 0;
}

/* What stands for a verb's operands: the verbs, its actions, a list; nothing for files. */
static void write_operand_words(struct output *out, const struct verb *verb)
{
    bool any = strncmp(verb->operands, "[VERB", 5) == 0;
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_is_action(verb_at(i), verb) || (any && !verb_is_action(verb_at(i), NULL)))
            output_print(out, " %s", verb_last_word(verb_at(i)));
    for (size_t i = 0; verb->choice != NULL && verb->choice(i) != NULL; i++)
        output_print(out, " %s", verb->choice(i));
    if (strchr(verb->operands, '|') != NULL) {
        output_text(out, " ");
        write_choices(out, verb->operands, " ");
    }
}

static bool operands_are_files(const struct verb *verb)
{
    return strstr(verb->operands, "FILE") != NULL;
}

/* ---- bash ------------------------------------------------------------------- */

static void write_bash_options(struct output *out, const struct verb *verb)
{
    const bp_option *row;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++) {
        if (!verb_takes(verb, row))
            continue;
        output_print(out, " --%s", row->name);
        if (is_negatable(row))
            output_print(out, " --no-%s", row->name);
    }
}

/* After an option with a value: its choices, files, or nothing. */
static void write_bash_values(struct output *out)
{
    const bp_option *row;
    output_text(out, "    case \"$previous\" in\n");
    for (size_t i = 0; (row = option_row(i)) != NULL; i++) {
        if (row->kind == BP_OPTION_SWITCH)
            continue;
        output_print(out, "    --%s", row->name);
        if (row->letter != 0)
            output_print(out, " | -%c", row->letter);
        output_text(out, ")\n        ");
        if (takes_file(row)) {
            output_text(out, "COMPREPLY=($(compgen -f -- \"$word\"))\n");
        } else if (row->kind == BP_OPTION_CHOICE) {
            output_text(out, "COMPREPLY=($(compgen -W \"");
            write_choices(out, row->choices, " ");
            output_text(out, "\" -- \"$word\"))\n");
        } else {
            output_text(out, "COMPREPLY=()\n");
        }
        output_text(out, "        return ;;\n");
    }
    output_text(out, "    esac\n");
}

/* Behind an action the verb is both words. */
static void write_bash_action(struct output *out)
{
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_has_actions(verb_at(i)))
            output_print(out,
                         "    if [ \"$verb\" = %s ] && [ \"$COMP_CWORD\" -gt 2 ]; then\n"
                         "        verb=\"$verb ${COMP_WORDS[2]}\"\n"
                         "    fi\n",
                         verb_at(i)->name);
}

static void write_bash(struct output *out)
{
    output_text(out, "# bash completion for backprop, made from its option table\n"
                     "_backprop()\n{\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                     "    local previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
                     "    local options= operands= verb=${COMP_WORDS[1]}\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                     "        COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (!verb_is_action(verb_at(i), NULL))
            output_print(out, "%s%s", i > 0 ? " " : "", verb_at(i)->name);
    output_text(out, "\" -- \"$word\"))\n        return\n    fi\n");
    write_bash_values(out);
    write_bash_action(out);
    output_text(out, "    case \"$verb\" in\n");
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        output_print(out, "    '%s')\n        options=\"", verb_at(i)->name);
        write_bash_options(out, verb_at(i));
        output_text(out, "\"\n        operands=\"");
        write_operand_words(out, verb_at(i));
        output_text(out, "\" ;;\n");
    }
    output_text(out, "    esac\n"
                     "    case \"$word\" in\n"
                     "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                     "    *)\n"
                     "        if [ -n \"$operands\" ]; then\n"
                     "            COMPREPLY=($(compgen -W \"$operands\" -- \"$word\"))\n"
                     "        else\n"
                     "            COMPREPLY=($(compgen -f -- \"$word\"))\n"
                     "        fi ;;\n"
                     "    esac\n"
                     "}\n"
                     "complete -o filenames -F _backprop backprop\n");
}

/* ---- zsh -------------------------------------------------------------------- */

/* Text inside single quotes and brackets of an _arguments specification. */
static void write_zsh_text(struct output *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            output_text(out, "'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            output_print(out, "\\%c", *text);
        else
            output_bytes(out, text, 1);
    }
}

static void write_zsh_flag(struct output *out, const bp_option *option, const char *dashes,
                           const char *name)
{
    output_print(out, " \\\n            '%s%s", dashes, name);
    if (option->kind != BP_OPTION_SWITCH && dashes[1] == '-')
        output_text(out, "=");
    output_text(out, "[");
    write_zsh_text(out, option->help);
    output_text(out, "]");
    if (option->kind != BP_OPTION_SWITCH) {
        output_text(out, ":");
        write_zsh_text(out, option->argument);
        output_text(out, ":");
        if (takes_file(option))
            output_text(out, "_files");
        if (option->kind == BP_OPTION_CHOICE) {
            output_text(out, "(");
            write_choices(out, option->choices, " ");
            output_text(out, ")");
        }
    }
    output_text(out, "'");
}

static void write_zsh_option(struct output *out, const bp_option *option)
{
    const char letter[2] = {option->letter, '\0'};
    write_zsh_flag(out, option, "--", option->name);
    if (option->letter != 0)
        write_zsh_flag(out, option, "-", letter);
    if (is_negatable(option))
        write_zsh_flag(out, option, "--no-", option->name);
}

static void write_zsh_verb(struct output *out, const struct verb *verb)
{
    const bp_option *row;
    if (verb_has_actions(verb))
        return;
    output_print(out, "    '%s')\n        _arguments", verb->name);
    for (size_t i = 0; (row = option_row(i)) != NULL; i++)
        if (verb_takes(verb, row))
            write_zsh_option(out, row);
    if (operands_are_files(verb)) {
        output_text(out, " \\\n            '*:file:_files'");
    } else if (verb->most > 0) {
        output_text(out, " \\\n            '1:word:(");
        write_operand_words(out, verb);
        output_text(out, ")'");
    }
    output_text(out, " ;;\n");
}

/* The names and summaries of the verbs, or of the actions of one, as a list to choose from. */
static void write_zsh_list(struct output *out, const char *list, const struct verb *verb,
                           const char *indent)
{
    output_print(out, "%slocal -a %s\n%s%s=(\n", indent, list, indent, list);
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        if (verb_is_action(verb_at(i), verb) != (verb != NULL))
            continue;
        output_print(out, "%s    '%s:", indent, verb_last_word(verb_at(i)));
        write_zsh_text(out, verb_at(i)->summary);
        output_text(out, "'\n");
    }
    output_print(out, "%s)\n", indent);
}

/* Behind a verb with actions comes one of them, and behind that the verb is both words. */
static void write_zsh_action(struct output *out, const struct verb *verb)
{
    output_print(out, "    if [[ $verb == %s ]]; then\n", verb->name);
    write_zsh_list(out, "actions", verb, "        ");
    output_text(out, "        if (( CURRENT == 2 )); then\n"
                     "            _describe action actions\n"
                     "            return\n"
                     "        fi\n"
                     "        verb=\"$verb ${words[2]}\"\n"
                     "        shift words\n"
                     "        (( CURRENT-- ))\n"
                     "    fi\n");
}

static void write_zsh(struct output *out)
{
    output_text(out, "#compdef backprop\n"
                     "# zsh completion for backprop, made from its option table\n"
                     "_backprop()\n{\n");
    write_zsh_list(out, "verbs", NULL, "    ");
    output_text(out, "    if (( CURRENT == 2 )); then\n"
                     "        _describe verb verbs\n"
                     "        return\n"
                     "    fi\n"
                     "    local verb=${words[2]}\n"
                     "    shift words\n"
                     "    (( CURRENT-- ))\n");
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_has_actions(verb_at(i)))
            write_zsh_action(out, verb_at(i));
    output_text(out, "    case $verb in\n");
    for (size_t i = 0; verb_at(i) != NULL; i++)
        write_zsh_verb(out, verb_at(i));
    output_text(out, "    esac\n}\n"
                     "if [ \"$funcstack[1]\" = _backprop ]; then\n"
                     "    _backprop \"$@\"\n"
                     "else\n"
                     "    compdef _backprop backprop\n"
                     "fi\n");
}

/* ---- fish ------------------------------------------------------------------- */

static void write_fish_text(struct output *out, const char *text)
{
    output_text(out, "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            output_text(out, "\\");
        output_bytes(out, text, 1);
    }
    output_text(out, "'");
}

/* "; and" for an action: both of its words were seen. */
static void write_fish_seen(struct output *out, const struct verb *verb)
{
    output_print(out, "__fish_seen_subcommand_from %.*s", (int)strcspn(verb->name, " "),
                 verb->name);
    if (verb_is_action(verb, NULL))
        output_print(out, "; and __fish_seen_subcommand_from %s", verb_last_word(verb));
}

/* The option behind a verb, or an action, that takes it. */
static void write_fish_option(struct output *out, const struct verb *verb, const bp_option *option,
                              const char *prefix)
{
    output_text(out, "complete -c backprop -n '");
    write_fish_seen(out, verb);
    output_print(out, "' -l %s%s", prefix, option->name);
    if (option->letter != 0 && prefix[0] == '\0')
        output_print(out, " -s %c", option->letter);
    if (takes_file(option))
        output_text(out, " -r -F");
    else if (option->kind != BP_OPTION_SWITCH)
        output_text(out, " -x");
    if (option->kind == BP_OPTION_CHOICE) {
        output_text(out, " -a '");
        write_choices(out, option->choices, " ");
        output_text(out, "'");
    }
    output_text(out, " -d ");
    write_fish_text(out, option->help);
    output_text(out, "\n");
}

static void write_fish_verb(struct output *out, const struct verb *verb)
{
    if (!verb_is_action(verb, NULL)) {
        output_print(out, "complete -c backprop -n __fish_use_subcommand -f -a %s -d ", verb->name);
        write_fish_text(out, verb->summary);
        output_text(out, "\n");
    }
    if (verb->most == 0 || operands_are_files(verb))
        return;
    output_text(out, "complete -c backprop -n '");
    write_fish_seen(out, verb);
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_is_action(verb_at(i), verb))
            output_print(out, "; and not __fish_seen_subcommand_from %s",
                         verb_last_word(verb_at(i)));
    output_text(out, "' -f -a '");
    write_operand_words(out, verb);
    output_text(out, "'\n");
}

static void write_fish(struct output *out)
{
    const bp_option *row;
    output_text(out, "# fish completion for backprop, made from its option table\n");
    for (size_t i = 0; verb_at(i) != NULL; i++)
        write_fish_verb(out, verb_at(i));
    for (size_t i = 0; verb_at(i) != NULL; i++)
        for (size_t j = 0; (row = option_row(j)) != NULL; j++) {
            if (!verb_takes(verb_at(i), row))
                continue;
            write_fish_option(out, verb_at(i), row, "");
            if (is_negatable(row))
                write_fish_option(out, verb_at(i), row, "no-");
        }
}

bp_status verb_completion(struct command *command, bp_error *error)
{
    static void (*const writers[SHELL_COUNT])(struct output *) = {write_bash, write_zsh,
                                                                  write_fish};
    for (size_t i = 0; i < SHELL_COUNT; i++)
        if (strcmp(command->operands[0], shells[i]) == 0) {
            writers[i](command->out);
            return BP_OK;
        }
    return fail(error, BP_E_ARGUMENT, "no completion for \"%s\"; there are bash, zsh and fish",
                command->operands[0]);
}
