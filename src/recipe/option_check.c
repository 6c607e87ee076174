/* option_check.c: whether a value suits its option. */
#include "base/error.h"
#include "base/names.h"

#include <backprop/recipe.h>

#include <string.h>

#define CHOICE_LIMIT 32
#define CHOICES_SIZE 512

/* The words of "a|b|c", into `text`, which they point into. */
static size_t split_choices(const char *choices, char text[CHOICES_SIZE],
                            const char *words[CHOICE_LIMIT])
{
    size_t count = 0, length = strlen(choices);
    if (length >= CHOICES_SIZE)
        return 0;
    memcpy(text, choices, length + 1);
    for (char *word = text; count < CHOICE_LIMIT;) {
        words[count++] = word;
        char *bar = strchr(word, '|');
        if (bar == NULL)
            break;
        *bar = '\0';
        word = bar + 1;
    }
    return count;
}

static bp_status check_choice(const bp_option *option, const char *value, bp_error *error)
{
    char text[CHOICES_SIZE] = "", kind[64] = "value of --";
    const char *words[CHOICE_LIMIT] = {NULL};
    size_t count = split_choices(option->choices, text, words);
    strncat(kind, option->name, sizeof kind - strlen(kind) - 1);
    return bp_name_find(value, words, count, kind, error) < count ? BP_OK : BP_E_OPTION;
}

static bool is_word(const bp_option *option, const char *value)
{
    return option->choices != NULL && check_choice(option, value, NULL) == BP_OK;
}

static bp_status check_number(const bp_option *option, const char *value, bp_error *error)
{
    double number = 0;
    bool whole = option->kind == BP_OPTION_INTEGER;
    bool fits = bp_number_read(value, strlen(value), &number) && number >= option->low
                && number <= option->high;
    if (fits && whole)
        fits = strspn(value, "0123456789") == strlen(value);
    if (fits)
        return BP_OK;
    char low[BP_NUMBER_SIZE], high[BP_NUMBER_SIZE];
    bp_number_write(option->low, low);
    bp_number_write(option->high, high);
    bool open = option->low < -1e299 && option->high > 1e299;
    return bp_fail(error, BP_E_OPTION, "--%s takes a %snumber%s%s%s%s%s%s, not \"%s\"",
                   option->name, whole ? "whole " : "", open ? "" : " from ", open ? "" : low,
                   open ? "" : " to ", open ? "" : high, option->choices != NULL ? ", or " : "",
                   option->choices != NULL ? option->choices : "", value);
}

static bp_status check_widths(const bp_option *option, const char *value, bp_error *error)
{
    const char *place = value;
    while (*place != '\0') {
        size_t length = strspn(place, "0123456789");
        double width = 0;
        if (!bp_number_read(place, length, &width) || width < option->low || width > option->high)
            break;
        place += length;
        if (*place == '\0')
            return BP_OK;
        if (*place != ',')
            break;
        place++;
        if (*place == '\0')
            break;
    }
    if (value[0] == '\0')
        return BP_OK;
    return bp_fail(error, BP_E_OPTION,
                   "--%s takes whole numbers above 0 with commas between, as 64,32, not \"%s\"",
                   option->name, value);
}

static bp_status check_switch(const bp_option *option, const char *value, bp_error *error)
{
    if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)
        return BP_OK;
    return bp_fail(error, BP_E_OPTION, "--%s is yes or no, not \"%s\"", option->name, value);
}

bp_status bp_option_check(const bp_option *option, const char *value, bp_error *error)
{
    switch (option->kind) {
    case BP_OPTION_CHOICE: return check_choice(option, value, error);
    case BP_OPTION_INTEGER:
    case BP_OPTION_REAL: return is_word(option, value) ? BP_OK : check_number(option, value, error);
    case BP_OPTION_WIDTHS: return check_widths(option, value, error);
    case BP_OPTION_SWITCH: return check_switch(option, value, error);
    case BP_OPTION_TEXT: break;
    }
    return BP_OK;
}
