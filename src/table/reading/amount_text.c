/* amount_text.c: numbers as people write amounts; see amount_text.h. */
#include "table/reading/amount_text.h"

#include <string.h>

#define RUNS 16 /* of digits, at most */

/* What is left of a text. */
typedef struct amount_cursor {
    const char *at, *end;
} amount_cursor;

/* Digits between marks. */
typedef struct digit_runs {
    const char *digits[RUNS];
    size_t length[RUNS], count;
    char marks[RUNS]; /* behind each run but the last: , . ' or, of blanks that part nothing, _ */
} digit_runs;

static bool take(amount_cursor *c, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

static bool take_any(amount_cursor *c, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (take(c, words[i]))
            return true;
    return false;
}

static void skip_blanks(amount_cursor *c)
{
    static const char *const blanks[] = {" ", "\xC2\xA0", "\xE2\x80\xAF"};
    while (take_any(c, blanks, sizeof blanks / sizeof blanks[0]))
        ;
}

static bool take_currency(amount_cursor *c)
{
    static const char *const currencies[] = {"$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5"};
    return take_any(c, currencies, sizeof currencies / sizeof currencies[0]);
}

static char take_sign(amount_cursor *c)
{
    return take(c, "-") ? '-' : take(c, "+") ? '+' : '\0';
}

/* A mark that digits follow, or nothing. */
static char take_mark(amount_cursor *c)
{
    static const struct {
        const char *text;
        char mark;
    } marks[] = {{",", ','},        {".", '.'},           {"'", '\''}, {"\xE2\x80\x99", '\''},
                 {"\xC2\xA0", '_'}, {"\xE2\x80\xAF", '_'}};
    amount_cursor start = *c;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (take(c, marks[i].text)) {
            if (c->at < c->end && *c->at >= '0' && *c->at <= '9')
                return marks[i].mark;
            *c = start;
        }
    return '\0';
}

static bool take_digits(amount_cursor *c, digit_runs *runs)
{
    *runs = (digit_runs){.count = 0};
    do {
        size_t run = runs->count++;
        runs->digits[run] = c->at;
        while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
            c->at++;
        runs->length[run] = (size_t)(c->at - runs->digits[run]);
        runs->marks[run] = take_mark(c);
        if (runs->marks[run] == '\0')
            return runs->length[0] > 0;
    } while (runs->count < RUNS);
    return false;
}

/* Whether the first `count` runs are thousands, parted by one mark. */
static bool are_thousands(const digit_runs *runs, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (runs->length[i] != 3 || runs->marks[i - 1] != runs->marks[0])
            return false;
    return runs->length[0] <= 3 && runs->digits[0][0] != '0';
}

/* How many of the runs stand before the decimal mark, which is no other than `decimal` and parts no
 * thousands; 0 where they are no number. */
static size_t count_whole(const digit_runs *runs, char decimal, bool thousands)
{
    size_t whole = runs->count;
    if (whole > 1 && runs->marks[whole - 2] == decimal)
        whole--;
    if (whole == 1)
        return 1;
    char mark = runs->marks[0], last = runs->count > whole ? decimal : '\0';
    bool certain = thousands || whole > 2 || last != '\0' || (mark != ',' && mark != '.');
    return certain && mark != decimal && are_thousands(runs, whole) ? whole : 0;
}

/* As most texts do, which are so told quickly. */
static bool begins_with_letter(const char *text)
{
    int letter = *text | 32;
    return letter >= 'a' && letter <= 'z';
}

size_t bp_amount_literal(const char *text, size_t length, char decimal, bool thousands,
                         char literal[BP_LITERAL_LIMIT])
{
    amount_cursor c = {text, text + length};
    digit_runs runs;
    if (length == 0 || length >= BP_LITERAL_LIMIT || begins_with_letter(text))
        return 0;
    char sign = take_sign(&c);
    bool dressed = take_currency(&c), before = dressed;
    if (before) {
        skip_blanks(&c);
        sign = sign != '\0' ? sign : take_sign(&c);
    }
    if (!take_digits(&c, &runs))
        return 0;
    skip_blanks(&c);
    if (c.at < c.end && !before)
        dressed = take(&c, "%") || take_currency(&c);
    size_t whole = count_whole(&runs, decimal, thousands), used = 0;
    if (c.at < c.end || whole == 0 || !(dressed || whole > 1))
        return 0;
    if (sign != '\0')
        literal[used++] = sign;
    for (size_t i = 0; i < runs.count; i++) {
        if (i == whole)
            literal[used++] = decimal;
        memcpy(literal + used, runs.digits[i], runs.length[i]);
        used += runs.length[i];
    }
    return used;
}

bp_reading bp_amount_read(const bp_table *table, const char *text, size_t length, double *number)
{
    char literal[BP_LITERAL_LIMIT], parting = table->dialect.delimiter; /* '\0' of other forms */
    char decimal = table->decimal_comma ? ',' : '.';
    size_t used =
        parting == '\0' ? 0 : bp_amount_literal(text, length, decimal, parting == ',', literal);
    return used > 0 ? bp_read_cell(table, literal, used, number) : BP_READ_TEXT;
}
