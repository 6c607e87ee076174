/* manual.c: backprop(1) from the tables. */
#include "manual.h"

#include "help_text.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 66            /* escapes not counted */
#define MANUAL_DATE "2026-11-24" /* of the last change to the wording below */

/* Characters in which nothing is taken for roff: no escape, no hyphen to break at. */
static size_t write_word(struct output *out, const char *word, size_t length)
{
    size_t written = length;
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\' || word[i] == '-') {
            output_text(out, word[i] == '-' ? "\\-" : "\\e");
            written++;
        } else {
            output_bytes(out, word + i, 1);
        }
    }
    return written;
}

static void write_text(struct output *out, const char *text)
{
    write_word(out, text, strlen(text));
}

static bool ends_sentence(const char *word, size_t length)
{
    return length > 1 && word[length - 1] == '.';
}

/* Text as roff wants it: short lines, a new one for each sentence, none that begins with
 * a control character. */
static void write_paragraph(struct output *out, const char *text)
{
    size_t at = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (at > 0 && at + length > LINE_WIDTH) {
            output_text(out, "\n");
            at = 0;
        } else if (at > 0) {
            output_text(out, " ");
            at++;
        }
        if (at == 0 && (*text == '.' || *text == '\''))
            output_text(out, "\\&");
        at += write_word(out, text, length);
        if (ends_sentence(text, length) && text[length] != '\0') {
            output_text(out, "\n");
            at = 0;
        }
        text += length;
        text += strspn(text, " ");
    }
    output_text(out, "\n");
}

static void write_head(struct output *out)
{
    output_print(out, ".TH BACKPROP 1 %s \"backprop %s\" \"User Commands\"\n", MANUAL_DATE,
                 bp_version());
    output_text(out, ".SH NAME\n"
                     "backprop \\- small feed\\-forward neural networks from a table of data\n"
                     ".SH SYNOPSIS\n");
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        const struct verb *verb = verb_at(i);
        if (verb_has_actions(verb))
            continue;
        output_print(out, "%s.B backprop %s\n[\\fIoptions\\fR]", i > 0 ? ".br\n" : "", verb->name);
        if (verb->operands[0] != '\0')
            output_print(out, " \\fI%s\\fR", verb->operands);
        output_text(out, "\n");
    }
    output_text(out, ".SH DESCRIPTION\n");
    write_paragraph(out, "backprop trains, explains, evaluates and applies feed-forward neural "
                         "networks. Its input is a table: comma, semicolon, tab or white space "
                         "between the cells, with or without a header line. The same seed gives "
                         "the same model, bit for bit. For any file name - means standard input or "
                         "standard output. The answer goes to standard output, progress and "
                         "messages to standard error.");
}

/* What a verb's operand may be, one a line. */
static void write_choices(struct output *out, const struct verb *verb)
{
    if (verb->choice == NULL)
        return;
    output_print(out, "%s is one of\n.RS\n", verb->operands);
    for (size_t i = 0; verb->choice(i) != NULL; i++) {
        output_print(out, ".TP\n.B %s\n", verb->choice(i));
        write_paragraph(out, verb->choice_help(i));
    }
    output_text(out, ".RE\n");
}

static void write_verbs(struct output *out)
{
    output_text(out, ".SH VERBS\n");
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        const struct verb *verb = verb_at(i);
        if (verb_has_actions(verb))
            continue;
        output_print(out, ".TP\n.B %s\n", verb->name);
        write_paragraph(out, verb->description);
        write_choices(out, verb);
    }
}

/* The names of the verbs that take an option, the help verbs' own aside. */
static void write_takers(struct output *out, const bp_option *option)
{
    const char *separator = ".br\nTaken by ";
    size_t at = 0;
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        if (!verb_takes(verb_at(i), option) || verb_has_actions(verb_at(i)))
            continue;
        at += strlen(verb_at(i)->name) + 2;
        output_print(out, "%s%s", separator, verb_at(i)->name);
        separator = at < LINE_WIDTH - 20 ? ", " : ",\n";
        at = at < LINE_WIDTH - 20 ? at : 0;
    }
    output_text(out, ".\n");
}

static void write_option(struct output *out, const bp_option *option)
{
    char values[512], text[520];
    bool negatable = option->kind == BP_OPTION_SWITCH && option->fallback != NULL;
    output_text(out, ".TP\n");
    if (option->letter != 0)
        output_print(out, "\\fB\\-%c\\fR, ", option->letter);
    output_text(out, "\\fB\\-\\-");
    write_text(out, option->name);
    output_text(out, "\\fR");
    if (negatable) {
        output_text(out, ", \\fB\\-\\-no\\-");
        write_text(out, option->name);
        output_text(out, "\\fR");
    }
    if (option->kind != BP_OPTION_SWITCH)
        output_print(out, " \\fI%s\\fR", option->argument);
    output_text(out, "\n");
    write_paragraph(out, option->help);
    help_option_values(option, true, values, sizeof values);
    if (values[0] != '\0') {
        snprintf(text, sizeof text, "[%s]", values);
        write_paragraph(out, text);
    }
    write_takers(out, option);
}

static bool is_taken(const bp_option *option)
{
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_takes(verb_at(i), option))
            return true;
    return false;
}

static void write_options(struct output *out)
{
    const bp_option *row;
    output_text(out, ".SH OPTIONS\n");
    write_paragraph(out, "A value follows its option as the next word or after an equals sign. "
                         "Two dashes alone end the options. Options are never abbreviated.");
    for (const char *group = NULL; (group = help_next_group(group)) != NULL;) {
        output_print(out, ".SS \"Options: %s\"\n", group);
        for (size_t i = 0; (row = option_row(i)) != NULL; i++)
            if (strcmp(row->group, group) == 0 && is_taken(row))
                write_option(out, row);
    }
}

static void write_recipes(struct output *out)
{
    output_text(out, ".SH RECIPES\nA recipe is a set of defaults; any option overrides it.\n");
    for (size_t i = 0; bp_recipe_name(i) != NULL; i++) {
        output_print(out, ".TP\n.B %s\n", bp_recipe_name(i));
        write_paragraph(out, bp_recipe_help(i));
    }
}

static void write_examples(struct output *out)
{
    output_text(out, ".SH EXAMPLES\n");
    for (size_t i = 0; verb_at(i) != NULL; i++) {
        const struct verb *verb = verb_at(i);
        for (size_t j = 0;
             !verb_has_actions(verb) && j < VERB_EXAMPLE_LIMIT && verb->examples[j].command != NULL;
             j++) {
            output_text(out, ".TP\n\\fB");
            write_text(out, verb->examples[j].command);
            output_text(out, "\\fR\n");
            write_paragraph(out, verb->examples[j].meaning[0] != '\0' ? verb->examples[j].meaning
                                                                      : verb->summary);
        }
    }
}

void manual_write(struct output *out)
{
    write_head(out);
    write_verbs(out);
    write_options(out);
    write_recipes(out);
    output_text(out, ".SH \"EXIT STATUS\"\n"
                     ".TP\n.B 0\nDone.\n"
                     ".TP\n.B 1\nThe answer is no: a score is not what --min or --max asks for.\n"
                     ".TP\n.B 2\nWrong usage: an unknown verb, option or column, or a bad value.\n"
                     ".TP\n.B 3\nBad data, or training that diverged.\n"
                     ".TP\n.B 4\nBad model file.\n"
                     ".TP\n.B 5\nTrouble with the machine: disk, memory.\n"
                     ".TP\n.B 130\nInterrupted.\n"
                     ".SH ENVIRONMENT\n"
                     ".TP\n.B NO_COLOR\nNo colors where this is set and not empty.\n"
                     ".TP\n.B TERM\nNo progress line and no colors where this is \\fBdumb\\fR.\n");
    write_examples(out);
}
