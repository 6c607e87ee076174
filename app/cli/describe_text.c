/* describe_text.c: a description for people: two lines a column, then what to mind. */
#include "data_describe.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 79
#define NAME_WIDTH 17  /* of a column, in characters */
#define VALUE_WIDTH 16 /* of a common value */
#define INDENT 6
#define STRAYS_SHOWN 20

/* ---- Names ------------------------------------------------------------------- */

static void print_column_name(struct output *out, const char *name)
{
    size_t used = output_name_cut(out, name, NAME_WIDTH);
    output_print(out, "%*s", (int)(NAME_WIDTH - used), "");
}

static void print_bars(struct output *out, const bp_column_summary *summary, bool utf8)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const letters[] = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};
    size_t most = 0;
    for (size_t i = 0; i < BP_BARS; i++)
        most = summary->bars[i] > most ? summary->bars[i] : most;
    for (size_t i = 0; i < BP_BARS && most > 0; i++) {
        double share = (double)summary->bars[i] / (double)most;
        size_t height = summary->bars[i] == 0 ? 0 : 1 + (size_t)(share * 7.999);
        output_text(out, (utf8 ? blocks : letters)[height > 8 ? 8 : height]);
    }
}

/* ---- Numbers ------------------------------------------------------------------ */

static void print_dates(struct output *out, const bp_column_summary *summary)
{
    char first[32], middle[32], last[32];
    write_day(summary->least, first);
    write_day(summary->median, middle);
    write_day(summary->greatest, last);
    output_print(out, "%s to %s, median %s", first, last, middle);
}

/* Four digits are enough to get a picture; --json has them all. */
static void print_number(struct output *out, const char *label, double value)
{
    double size = value < 0 ? -value : value;
    output_print(out, size >= 1000 && size < 1e9 ? "%s %.0f" : "%s %.4g", label, value);
}

static void print_numbers(struct output *out, const bp_column_summary *summary)
{
    print_number(out, "min", summary->least);
    print_number(out, "  median", summary->median);
    print_number(out, "  mean", summary->mean);
    print_number(out, "  max", summary->greatest);
    if (summary->deviation >= 0)
        print_number(out, "  std", summary->deviation);
}

/* ---- Values ------------------------------------------------------------------- */

/* The most common values with their rows, as many as the line holds. */
static void print_common(struct output *out, const bp_table *table,
                         const bp_column_summary *summary, size_t column)
{
    bool texts = bp_table_codes(table, column) != NULL;
    size_t at = INDENT;
    char number[BP_NUMBER_SIZE], rows[32];
    for (size_t i = 0; i < summary->common_count; i++) {
        int digits = snprintf(rows, sizeof rows, " (%zu)", summary->common_rows[i]);
        bp_number_write(summary->common_number[i], number);
        const char *value = texts ? bp_table_category(table, column, summary->common[i]) : number;
        size_t width = strlen(value) < VALUE_WIDTH ? strlen(value) : VALUE_WIDTH;
        if (at + width + (size_t)digits + 2 + 5 > LINE_WIDTH) {
            output_text(out, ", ...");
            return;
        }
        output_text(out, i > 0 ? ", " : "");
        at += output_name_cut(out, value, VALUE_WIDTH) + (size_t)digits + 2;
        output_text(out, rows);
    }
    if (summary->common_count < summary->distinct)
        output_text(out, ", ...");
}

/* One of the texts that tell rows apart. */
static void print_sample(struct output *out, const bp_table *table,
                         const bp_column_summary *summary, size_t column)
{
    output_text(out, "such as ");
    output_name_cut(out, bp_table_category(table, column, summary->common[0]), LINE_WIDTH - 20);
}

/* ---- Columns ------------------------------------------------------------------ */

/* How many, and their share, "<1 %" for the smallest. */
static void print_missing(struct output *out, size_t missing, size_t rows)
{
    size_t percent = (size_t)(100 * (double)missing / (double)rows);
    if (missing == 0)
        output_print(out, "%8s", "-");
    else if (percent == 0)
        output_print(out, "%8zu   <1 %%", missing);
    else
        output_print(out, "%8zu  %3zu %%", missing, percent);
}

static void print_column(struct output *out, const bp_table *table,
                         const bp_description *description, size_t column, bool utf8)
{
    const bp_column_summary *summary = bp_description_column(description, column);
    bp_column_kind kind = bp_table_column_kind(table, column);
    bool numbers = bp_table_codes(table, column) == NULL;
    output_print(out, "%4zu  ", column + 1);
    print_column_name(out, bp_table_column_name(table, column));
    output_print(out, "  %-10s %8zu  ", bp_column_kind_name(kind), summary->distinct);
    print_missing(out, summary->missing, bp_table_row_count(table));
    if (numbers && summary->distinct > 1) {
        output_text(out, summary->missing > 0 ? "  " : "         ");
        print_bars(out, summary, utf8);
    }
    output_print(out, "\n%*s", INDENT, "");
    if (summary->distinct == 0)
        output_text(out, "every cell is missing");
    else if (numbers && kind == BP_COLUMN_DATE)
        print_dates(out, summary);
    else if (numbers && (summary->distinct > BP_COMMON || kind == BP_COLUMN_IDENTIFIER))
        print_numbers(out, summary);
    else if (!numbers && kind == BP_COLUMN_IDENTIFIER)
        print_sample(out, table, summary, column);
    else
        print_common(out, table, summary, column);
    output_text(out, "\n");
}

/* ---- What to mind ------------------------------------------------------------- */

/* Words broken into lines behind a sign. */
static void print_item(struct output *out, const char *text)
{
    size_t at = 4;
    output_text(out, "  -");
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (at + length + 1 > LINE_WIDTH) {
            output_text(out, "\n   ");
            at = 4;
        }
        output_text(out, " ");
        char word[336];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        output_name(out, word);
        at += length + 1;
        text += length;
        text += strspn(text, " ");
    }
    output_text(out, "\n");
}

static void print_stray(struct output *out, const bp_table *table, size_t row, size_t column)
{
    char text[40];
    bp_error place = {.line = 0};
    bp_table_place(table, row, column, &place);
    bp_table_cell_text(table, row, column, text, sizeof text);
    output_print(out, "    %zu:%zu  ", place.line, place.column);
    output_name_cut(out, bp_table_column_name(table, column), NAME_WIDTH);
    output_text(out, "  \"");
    output_name_cut(out, text, 30);
    output_text(out, "\"\n");
}

static void print_strays(struct output *out, const bp_table *table)
{
    size_t row, column, count = bp_table_stray_count(table);
    if (count == 0)
        return;
    output_print(out,
                 "\n%zu cell%s no number%s in a column of numbers (line:column). Correct %s or\n"
                 "write NA; or make the column one of categories: --categorical NAME\n",
                 count, count == 1 ? " is" : "s are", count == 1 ? "" : "s",
                 count == 1 ? "it" : "them");
    for (size_t i = 0; i < STRAYS_SHOWN && bp_table_stray(table, i, &row, &column); i++)
        print_stray(out, table, row, column);
    if (count > STRAYS_SHOWN)
        output_print(out, "    ... and %zu more (--json lists up to 1,000)\n",
                     count - STRAYS_SHOWN);
}

void description_print(struct output *out, const bp_table *table, const bp_description *description)
{
    bool utf8 = terminal_is_unicode();
    const bp_finding *finding = bp_description_finding(description, 0);
    output_name(out, bp_table_name(table));
    output_print(out, ": %zu rows, %zu columns\n", bp_table_row_count(table),
                 bp_table_column_count(table));
    output_print(out, "read as %s\ntarget ", bp_table_form(table));
    output_name(out, bp_table_column_name(table, bp_description_target(description)));
    output_print(out, "  (--target)\n\n   #  %-*s  %-10s %8s  %8s\n", NAME_WIDTH, "column", "kind",
                 "distinct", "missing");
    for (size_t column = 0; column < bp_table_column_count(table); column++)
        print_column(out, table, description, column, utf8);
    print_strays(out, table);
    output_text(out, finding != NULL ? "\nTo mind\n" : "\nNothing suspicious was found.\n");
    for (size_t i = 0; (finding = bp_description_finding(description, i)) != NULL; i++)
        print_item(out, finding->text);
}
