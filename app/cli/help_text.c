/* help_text.c: examples first, then the options with their defaults, from the tables. */
#include "help_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 80
#define VERB_INDENT 14
#define CHOICE_INDENT 18
#define OPTION_INDENT 28
#define EXAMPLE_INDENT 6
#define OVERVIEW_EXAMPLES 4 /* the first verbs are those one begins with */

const char help_usage[] = "Usage: backprop VERB [options] [FILE]\n"
                          "\n"
                          "Start with one of:\n"
                          "  backprop tutorial                         learn how it works\n"
                          "  backprop cv TABLE.csv                     how well can it predict?\n"
                          "  backprop train TABLE.csv -o TABLE.model   train a network\n"
                          "  backprop predict TABLE.model NEW.csv      use it\n"
                          "  backprop help                             all verbs\n";

/* ---- Facts about options ---------------------------------------------------- */

/* Whether a row is the first of its group. */
static bool opens_group(size_t index)
{
    const char *group = option_row(index)->group;
    for (size_t i = 0; i < index; i++)
        if (strcmp(option_row(i)->group, group) == 0)
            return false;
    return true;
}

const char *help_next_group(const char *group)
{
    const bp_option *row;
    bool passed = group == NULL;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++) {
        if (!opens_group(i))
            continue;
        if (passed)
            return row->group;
        passed = strcmp(row->group, group) == 0;
    }
    return NULL;
}

void help_option_flag(const bp_option *option, char *text, size_t size)
{
    char letter[5] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    bool value = option->kind != BP_OPTION_SWITCH;
    snprintf(text, size, "%s--%s%s%s%s", letter,
             option->kind == BP_OPTION_SWITCH && option->fallback != NULL ? "[no-]" : "",
             option->name, value ? " " : "", value ? option->argument : "");
}

static void append(char *text, size_t size, const char *format, ...) BP_PRINTF(3, 4);

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static const char *shown(const char *value)
{
    return value[0] == '\0' ? "\"\"" : value;
}

/* Names with a bar between, as a list for people. */
static void append_choices(const char *choices, char *text, size_t size)
{
    append(text, size, "one of ");
    for (; *choices != '\0'; choices++)
        append(text, size, *choices == '|' ? ", " : "%c", *choices);
}

/* Whether the recipe that this one is based on says the same. */
static bool says_as_base(const char *recipe, const char *option, const char *task,
                         const char *value)
{
    const char *base = bp_recipe_base(recipe);
    const char *its = base != NULL ? bp_recipe_value(base, option, task) : NULL;
    return its != NULL && strcmp(its, value) == 0;
}

/* What a recipe says of the option, where that is not the default. */
static void append_recipe(const bp_option *option, const char *recipe, const char **separator,
                          char *text, size_t size)
{
    static const char *const tasks[] = {"classification", "regression"};
    const char *value = bp_recipe_value(recipe, option->name, NULL);
    if (value != NULL && (option->fallback == NULL || strcmp(value, option->fallback) != 0)
        && !says_as_base(recipe, option->name, NULL, value)) {
        append(text, size, "%srecipe %s: %s", *separator, recipe, shown(value));
        *separator = "; ";
    }
    for (size_t t = 0; t < 2 && value == NULL; t++) {
        const char *own = bp_recipe_value(recipe, option->name, tasks[t]);
        if (own == NULL || says_as_base(recipe, option->name, tasks[t], own))
            continue;
        append(text, size, "%srecipe %s, %s: %s", *separator, recipe, tasks[t], shown(own));
        *separator = "; ";
    }
}

void help_option_values(const bp_option *option, bool recipes, char *text, size_t size)
{
    const char *separator = "";
    text[0] = '\0';
    if (option->kind == BP_OPTION_CHOICE && option->choices != NULL) {
        append_choices(option->choices, text, size);
        separator = "; ";
    }
    if (option->kind != BP_OPTION_CHOICE && option->choices != NULL) {
        append(text, size, "a number or %s", option->choices); /* words beside numbers */
        separator = "; ";
    }
    if (option->fallback != NULL && option->fallback[0] != '\0') {
        append(text, size, "%sdefault %s", separator, option->fallback);
        separator = "; ";
    }
    for (size_t i = 0; recipes && bp_recipe_name(i) != NULL; i++)
        append_recipe(option, bp_recipe_name(i), &separator, text, size);
}

/* ---- Printing --------------------------------------------------------------- */

/* A word, or of one that is longer than a line what is before its last comma there. */
static size_t word_length(const char *text, size_t line)
{
    size_t length = strcspn(text, " ");
    for (size_t i = line; i > 0 && length > line; i--)
        if (text[i - 1] == ',')
            return i;
    return length;
}

/* Text broken at spaces; the cursor is at column `at`, further lines begin at `indent`. */
static void print_wrapped(struct output *out, const char *text, size_t at, size_t indent)
{
    bool first = true;
    while (*text != '\0') {
        size_t length = word_length(text, LINE_WIDTH - 1 - indent);
        if (!first && at + 1 + length > LINE_WIDTH - 1) {
            output_print(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            output_text(out, " ");
            at++;
        }
        output_bytes(out, text, length);
        at += length;
        text += length;
        text += strspn(text, " ");
        first = false;
    }
    output_text(out, "\n");
}

/* `left` in a column of its own, then the text beside or below it. */
static void print_entry(struct output *out, const char *left, const char *text, size_t indent)
{
    output_print(out, "  %s", left);
    size_t at = 2 + strlen(left);
    if (at + 1 >= indent) {
        output_text(out, "\n");
        at = 0;
    }
    output_print(out, "%*s", (int)(indent - at), "");
    print_wrapped(out, text, indent, indent);
}

static bool takes_recipe(const struct verb *verb)
{
    const bp_option *recipe = bp_option_find("recipe");
    return recipe != NULL && verb_takes(verb, recipe);
}

static void print_option(struct output *out, const bp_option *option, bool recipes)
{
    char flag[128], values[512], text[1024];
    help_option_flag(option, flag, sizeof flag);
    help_option_values(option, recipes, values, sizeof values);
    snprintf(text, sizeof text, "%s%s%s%s", option->help, values[0] != '\0' ? " [" : "", values,
             values[0] != '\0' ? "]" : "");
    print_entry(out, flag, text, OPTION_INDENT);
}

static void print_group(struct output *out, const struct verb *verb, const char *group)
{
    const bp_option *row;
    bool any = false;
    for (size_t i = 0; (row = option_row(i)) != NULL; i++) {
        if (strcmp(row->group, group) != 0 || !verb_takes(verb, row))
            continue;
        if (!any)
            output_print(out, "\nOptions: %s\n", group);
        any = true;
        print_option(out, row, takes_recipe(verb));
    }
}

static void print_examples(struct output *out, const struct verb *verb)
{
    for (size_t i = 0; i < VERB_EXAMPLE_LIMIT && verb->examples[i].command != NULL; i++) {
        output_print(out, "  %s\n", verb->examples[i].command);
        if (verb->examples[i].meaning[0] != '\0')
            output_print(out, "%*s%s\n", EXAMPLE_INDENT, "", verb->examples[i].meaning);
    }
}

static void print_recipes(struct output *out)
{
    output_text(out, "\nRecipes (sets of defaults; any option overrides its value)\n");
    for (size_t i = 0; bp_recipe_name(i) != NULL; i++)
        print_entry(out, bp_recipe_name(i), bp_recipe_help(i), VERB_INDENT);
}

/* The actions of a verb that has some. */
static void print_actions(struct output *out, const struct verb *verb)
{
    if (verb_has_actions(verb))
        output_print(out, "\nActions (backprop help %s ACTION tells more)\n", verb->name);
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (verb_is_action(verb_at(i), verb))
            print_entry(out, verb_last_word(verb_at(i)), verb_at(i)->summary, VERB_INDENT);
}

/* What an operand may be, where the verb knows a list of it. */
static void print_choices(struct output *out, const struct verb *verb)
{
    if (verb->choice == NULL)
        return;
    output_print(out, "\n%s is one of\n", verb->operands);
    for (size_t i = 0; verb->choice(i) != NULL; i++)
        print_entry(out, verb->choice(i), verb->choice_help(i), CHOICE_INDENT);
}

void help_verb(struct output *out, const struct verb *verb)
{
    output_print(out, "backprop %s - ", verb->name);
    print_wrapped(out, verb->summary, strlen("backprop  - ") + strlen(verb->name), 4);
    output_print(out, "\nUsage: backprop %s [options]%s%s\n\nExamples\n", verb->name,
                 verb->operands[0] != '\0' ? " " : "", verb->operands);
    print_examples(out, verb);
    output_text(out, "\n");
    print_wrapped(out, verb->description, 0, 0);
    print_actions(out, verb);
    print_choices(out, verb);
    for (const char *group = NULL; (group = help_next_group(group)) != NULL;)
        print_group(out, verb, group);
    if (takes_recipe(verb))
        print_recipes(out);
}

void help_overview(struct output *out)
{
    output_text(out, "backprop - small feed-forward neural networks from a table of data\n\n"
                     "Usage: backprop VERB [options] [FILE]\n\nExamples\n");
    for (size_t i = 0; i < OVERVIEW_EXAMPLES; i++)
        output_print(out, "  %s\n", verb_at(i)->examples[0].command);
    output_text(out, "\nVerbs\n");
    for (size_t i = 0; verb_at(i) != NULL; i++)
        if (!verb_is_action(verb_at(i), NULL))
            print_entry(out, verb_at(i)->name, verb_at(i)->summary, VERB_INDENT);
    print_recipes(out);
    output_text(out, "\n");
    print_wrapped(out,
                  "A FILE is a table: comma, semicolon, tab or white space between the cells, with "
                  "or without a header line; - is standard input. The answer goes to standard "
                  "output, everything else to standard error.",
                  0, 0);
    output_text(out, "\nExit status: 0 done, 2 wrong usage, 3 bad data, 4 bad model file,\n"
                     "5 trouble with the machine (disk, memory), 130 interrupted.\n\n"
                     "More: backprop help VERB, or man backprop\n");
}
