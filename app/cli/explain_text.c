/* explain_text.c: an explanation for people: a table with bars, and what it means. */
#include "decisions.h"
#include "explain.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 20 /* columns, and no more */
#define NAME_WIDTH 18
#define CELL_WIDTH 14
#define FIGURE_WIDTH 10
#define BAR_WIDTH 20
#define ANSWERS_SHOWN 4
#define LINE_WIDTH 79

/* ---- Pieces ------------------------------------------------------------------------- */

/* Decimals that show four digits of the largest of some figures. */
static int decimals_for(double largest)
{
    double size = fabs(largest);
    if (!(size > 0) || !isfinite(size))
        return 1;
    int digits = 3 - (int)floor(log10(size));
    return digits < 0 ? 0 : digits > 12 ? 12 : digits;
}

/* A figure; 0 without its sign, and a large one as a power of ten. */
static void write_figure(double value, int decimals, const char *sign, char text[32])
{
    double unit = pow(10, -decimals);
    if (isnan(value))
        snprintf(text, 32, "-");
    else if (fabs(value) >= 1e8)
        snprintf(text, 32, "%s%.3g", value > 0 ? sign : "", value);
    else if (fabs(value) < unit / 2)
        snprintf(text, 32, "%.*f", value == 0 ? 0 : decimals, 0.0);
    else
        snprintf(text, 32, "%s%.*f", value > 0 ? sign : "", decimals, value);
}

static void put_figure(struct output *out, double value, int decimals, const char *sign)
{
    char text[32];
    write_figure(value, decimals, sign, text);
    output_print(out, "%*s", FIGURE_WIDTH, text);
}

static void put_cell(struct output *out, const char *text, size_t width)
{
    size_t used = output_name_cut(out, text, width);
    output_print(out, "%*s", (int)(width - used), "");
}

/* A share of 0 to 1 as a bar, in eighths of a character where there are such; what counts against
 * an answer is hatched. */
static void put_bar(struct output *out, double share, bool against)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    bool unicode = terminal_is_unicode(), fine = unicode && !against;
    const char *block = unicode ? against ? "░" : "█" : against ? "-" : "#";
    const size_t most = (size_t)BAR_WIDTH * 8;
    size_t parts = share > 0 ? (size_t)(share * BAR_WIDTH * 8 + 0.5) : 0;
    parts = parts > most ? most : parts;
    parts = fine ? parts : (parts + 4) / 8 * 8;
    if (parts > 0)
        output_text(out, "  ");
    for (size_t i = 0; i < parts / 8; i++)
        output_text(out, block);
    output_text(out, eighths[parts % 8]);
}

/* Sentences broken into lines; names in them may be anyone's. */
static void put_sentences(struct output *out, const char *text)
{
    size_t at = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " "), width = 0;
        for (size_t i = 0; i < length; i++)
            width += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (at > 0 && at + 1 + width > LINE_WIDTH - 1) {
            output_text(out, "\n");
            at = 0;
        }
        if (at > 0)
            output_text(out, " ");
        char word[512];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        output_name(out, word);
        at += width + (at > 0);
        text += length;
        text += strspn(text, " ");
    }
    output_text(out, "\n");
}

static void print_head(struct output *out, const struct explained *x)
{
    print_label(out, "model");
    output_name(out, x->path);
    output_text(out, "\n");
    print_label(out, "table");
    output_name(out, bp_table_name(x->table));
    if (x->kind == EXPLAINED_ROW)
        output_print(out, ", row %zu of %zu\n", x->row + 1, x->rows);
    else
        output_print(out, ": %zu row%s\n", x->rows, x->rows == 1 ? "" : "s");
}

static size_t shown_of(const struct explained *x)
{
    return x->inputs <= SHOWN ? x->inputs : SHOWN;
}

static void print_rest(struct output *out, const struct explained *x)
{
    if (x->inputs > shown_of(x))
        output_print(out, "... and %zu more columns (--json has them all)\n",
                     x->inputs - shown_of(x));
}

static const char *input_name(const struct explained *x, size_t place)
{
    return bp_preparation_input_name(x->preparation, x->order[place]);
}

static bool has_classes(const struct explained *x)
{
    return bp_preparation_class_count(x->preparation) > 0;
}

/* ---- Columns ------------------------------------------------------------------------ */

static void print_importance(struct output *out, const struct explained *x, size_t place,
                             int decimals, double largest)
{
    const bp_importance *one = &x->importances[x->order[place]];
    char low[32], high[32], interval[80];
    put_cell(out, input_name(x, place), NAME_WIDTH);
    put_figure(out, one->mean, decimals, "");
    write_figure(one->low, decimals, "", low);
    write_figure(one->high, decimals, "", high);
    snprintf(interval, sizeof interval, "%s%s%s", low, isnan(one->low) ? "" : " to ",
             isnan(one->low) ? "" : high);
    output_print(out, "  %22s", interval);
    put_bar(out, largest > 0 ? one->mean / largest : 0, false);
    output_text(out, "\n");
}

/* Columns that chance alone, or nothing, could explain. */
static size_t count_idle(const struct explained *x)
{
    size_t count = 0;
    for (size_t i = 0; i < x->inputs; i++)
        count += !(x->importances[i].low > 0) && x->repeats > 1;
    return count;
}

static void print_meaning(struct output *out, const struct explained *x)
{
    char text[1024], figure[32];
    double most = x->importances[x->order[0]].mean;
    size_t idle = count_idle(x);
    write_figure(most, decimals_for(most), "", figure);
    if (!(most > 0)) {
        put_sentences(out, "Shuffling no column makes the score worse: the model does not rely on "
                           "any of them.");
        return;
    }
    snprintf(text, sizeof text,
             "Shuffling %.200s among the rows makes %s %s by %s on average: the model relies on it "
             "most.",
             input_name(x, 0), x->metric->name, x->metric->higher_is_better ? "lower" : "higher",
             figure);
    size_t used = strlen(text);
    if (idle > 0)
        snprintf(text + used, sizeof text - used,
                 " The interval of %zu column%s reaches 0: chance alone could explain what "
                 "shuffling %s shows.",
                 idle, idle == 1 ? "" : "s", idle == 1 ? "it" : "them");
    put_sentences(out, text);
    put_sentences(out, "Columns that tell the same stand in for one another: each then looks less "
                       "important than it is.");
}

static void print_columns(struct output *out, const struct explained *x)
{
    double most = x->importances[x->order[0]].mean;
    int decimals = decimals_for(most > 0 ? most : 0.1);
    print_head(out, x);
    print_label(out, "score");
    if (strcmp(x->metric->name, "accuracy") == 0)
        output_print(out, "accuracy %.3f %%\n", x->score * 100);
    else
        output_print(out, "%s %.6g\n", x->metric->name, x->score);
    print_label(out, "shuffled");
    output_print(out, "each column %zu time%s, seed %.0f  (--repeats, --seed)\n\n", x->repeats,
                 x->repeats == 1 ? "" : "s", x->seed);
    output_print(out, "%-*s%*s  %22s\n", NAME_WIDTH, "column", FIGURE_WIDTH, "importance",
                 "95 % interval");
    for (size_t i = 0; i < shown_of(x); i++)
        print_importance(out, x, i, decimals, most);
    print_rest(out, x);
    output_text(out, "\n");
    print_meaning(out, x);
}

/* ---- A row --------------------------------------------------------------------------- */

static void print_share(struct output *out, const struct explained *x, size_t answer, size_t place,
                        int decimals, double largest)
{
    char cell[256];
    double share = x->values[answer * x->inputs + x->order[place]];
    explained_cell(x, x->order[place], cell, sizeof cell);
    put_cell(out, input_name(x, place), NAME_WIDTH);
    output_text(out, "  ");
    put_cell(out, cell[0] != '\0' ? cell : "missing", CELL_WIDTH);
    put_figure(out, share, decimals, "+");
    if (x->shapley)
        put_figure(out, x->errors[answer * x->inputs + x->order[place]], decimals, "");
    put_bar(out, largest > 0 ? fabs(share) / largest : 0, share < 0);
    output_text(out, "\n");
}

static double largest_share(const struct explained *x, size_t answer)
{
    double largest = 0;
    for (size_t i = 0; i < x->inputs; i++)
        largest = fmax(largest, fabs(x->values[answer * x->inputs + i]));
    return largest;
}

/* The columns that say most for the answer and most against it. */
static void print_reasons(struct output *out, const struct explained *x, size_t answer)
{
    const double *values = x->values + answer * x->inputs;
    size_t up = 0, down = 0;
    char text[1024] = "", figure[32];
    int decimals = decimals_for(largest_share(x, answer));
    for (size_t i = 1; i < x->inputs; i++) {
        up = values[i] > values[up] ? i : up;
        down = values[i] < values[down] ? i : down;
    }
    bool classes = has_classes(x);
    if (values[up] > 0) {
        write_figure(values[up], decimals, "", figure);
        snprintf(text, sizeof text, "%.150s %s by %s.",
                 bp_preparation_input_name(x->preparation, up),
                 classes ? "speaks most for this class: it raises the probability"
                         : "raises the answer most,",
                 figure);
    }
    if (values[down] < 0) {
        size_t used = strlen(text);
        write_figure(-values[down], decimals, "", figure);
        snprintf(text + used, sizeof text - used, "%s%.150s %s by %s.", used > 0 ? " " : "",
                 bp_preparation_input_name(x->preparation, down),
                 classes ? "speaks most against it: it lowers the probability" : "lowers it most,",
                 figure);
    }
    put_sentences(out, text[0] != '\0' ? text : "No column moves this answer.");
}

static void print_answer(struct output *out, const struct explained *x, size_t answer)
{
    const bp_attribution *told = &x->told[answer];
    double largest = largest_share(x, answer);
    int decimals = decimals_for(largest);
    print_label(out, "answer");
    output_text(out, has_classes(x) ? "class " : "");
    output_name(out, explained_name(x, x->first + answer));
    output_print(out, has_classes(x) ? ", probability %.6g\n" : " %.6g\n", told->answer);
    print_label(out, "compared with");
    output_print(out, "%.6g, %s\n", told->baseline,
                 x->shapley ? "the mean over the rows started from" : "of the mean of all rows");
    print_label(out, "method");
    if (x->shapley)
        output_print(out, "Shapley values, %zu orders of the columns, seed %.0f", told->steps,
                     x->seed);
    else
        output_print(out, "integrated gradients, %zu steps", told->steps);
    if (fabs(told->gap) < 1e-9) /* nothing but rounding */
        output_text(out, "; no gap\n\n");
    else
        output_print(out, "; gap %.2g\n\n", told->gap);
    output_print(out, "%-*s  %-*s%*s", NAME_WIDTH, "column", CELL_WIDTH, "cell", FIGURE_WIDTH,
                 "share");
    if (x->shapley)
        output_print(out, "%*s", FIGURE_WIDTH, "error");
    output_text(out, "\n");
    for (size_t i = 0; i < shown_of(x); i++)
        print_share(out, x, answer, i, decimals, largest);
    print_rest(out, x);
    output_text(out, "\n");
    print_reasons(out, x, answer);
}

static void print_row(struct output *out, const struct explained *x)
{
    print_head(out, x);
    for (size_t i = 0; i < x->count; i++) {
        if (i > 0)
            output_text(out, "\n");
        print_answer(out, x, i);
    }
    put_sentences(
        out, x->shapley ? "A share is what the column's cell adds, on average over the orders in "
                          "which columns take this row's cells; together they are the distance "
                          "between the two answers."
                        : "A share is what the column adds on the straight way from the mean of "
                          "all rows to this one; together they are the distance between the two "
                          "answers, but for the gap.");
}

/* ---- A column -------------------------------------------------------------------------- */

/* Of one answer over the grid: targets have units of their own, probabilities have not. */
static double largest_mean(const struct explained *x, size_t answer)
{
    double largest = 0;
    for (size_t i = 0; i < bp_dependence_points(x->dependence); i++)
        largest = fmax(largest, fabs(bp_dependence_mean(x->dependence, i, answer)));
    return has_classes(x) ? 0.5 : largest;
}

static void print_point(struct output *out, const struct explained *x, size_t point, size_t shown)
{
    char cell[256];
    explained_point(x, point, cell, sizeof cell);
    put_cell(out, cell, NAME_WIDTH);
    for (size_t k = 0; k < shown; k++) {
        output_text(out, "  ");
        put_figure(out, bp_dependence_mean(x->dependence, point, k),
                   decimals_for(largest_mean(x, k)), "");
    }
    output_text(out, "\n");
}

static void print_names_of_answers(struct output *out, const struct explained *x, size_t shown)
{
    put_cell(out, "cell", NAME_WIDTH);
    for (size_t k = 0; k < shown; k++) {
        size_t characters = 0;
        for (const char *at = explained_name(x, k); *at != '\0'; at++)
            characters += ((unsigned char)*at & 0xC0) != 0x80;
        size_t blanks = characters < FIGURE_WIDTH ? FIGURE_WIDTH - characters : 0;
        output_print(out, "  %*s", (int)blanks, "");
        output_name_cut(out, explained_name(x, k), FIGURE_WIDTH);
    }
    output_text(out, "\n");
}

/* How far an answer moves over the grid, and between which points. */
static double span_of(const struct explained *x, size_t answer, size_t *lowest, size_t *highest)
{
    *lowest = *highest = 0;
    for (size_t i = 1; i < bp_dependence_points(x->dependence); i++) {
        double mean = bp_dependence_mean(x->dependence, i, answer);
        *lowest = mean < bp_dependence_mean(x->dependence, *lowest, answer) ? i : *lowest;
        *highest = mean > bp_dependence_mean(x->dependence, *highest, answer) ? i : *highest;
    }
    return bp_dependence_mean(x->dependence, *highest, answer)
           - bp_dependence_mean(x->dependence, *lowest, answer);
}

static void print_move(struct output *out, const struct explained *x, size_t answer)
{
    size_t low, high;
    char text[1024], low_cell[128], high_cell[128];
    double span = span_of(x, answer, &low, &high);
    explained_point(x, low, low_cell, sizeof low_cell);
    explained_point(x, high, high_cell, sizeof high_cell);
    if (span > 0)
        snprintf(text, sizeof text,
                 "%s %.100s %s: its mean is least, %.4g, at %.60s and greatest, %.4g, at %.60s.",
                 has_classes(x) ? "The probability of class" : "The answer",
                 explained_name(x, answer), has_classes(x) ? "moves most" : "moves",
                 bp_dependence_mean(x->dependence, low, answer), low_cell,
                 bp_dependence_mean(x->dependence, high, answer), high_cell);
    else
        snprintf(text, sizeof text, "%s the same whatever stands in this column.",
                 has_classes(x) ? "The probabilities are" : "The answer is");
    put_sentences(out, text);
}

/* The class that moves most, or each target. */
static void print_moves(struct output *out, const struct explained *x, size_t shown)
{
    size_t most = 0, low, high;
    for (size_t k = 1; k < x->answers; k++)
        most = span_of(x, k, &low, &high) > span_of(x, most, &low, &high) ? k : most;
    if (has_classes(x))
        print_move(out, x, most);
    for (size_t k = 0; k < shown && !has_classes(x); k++)
        print_move(out, x, k);
    put_sentences(out, "All else stays as it is in each row, also where no such row could be.");
    if (x->curves > 0)
        output_print(out, "The curves of %zu row%s are in the picture (--plot) and in --json.\n",
                     x->curves, x->curves == 1 ? "" : "s");
}

static void print_dependence(struct output *out, const struct explained *x)
{
    size_t points = bp_dependence_points(x->dependence);
    size_t shown = x->answers <= ANSWERS_SHOWN ? x->answers : ANSWERS_SHOWN;
    print_head(out, x);
    print_label(out, "column");
    output_name(out, bp_preparation_input_name(x->preparation, x->input));
    output_print(out, ", %zu cell%s\n", points, points == 1 ? "" : "s");
    print_label(out, "shown");
    output_print(out, "the mean %s when all rows have that cell\n\n",
                 has_classes(x) ? "probability of each class" : "answer");
    print_names_of_answers(out, x, shown);
    for (size_t i = 0; i < points; i++)
        print_point(out, x, i, shown);
    if (x->answers > shown)
        output_print(out, "... and %zu more answers (--json has them all)\n", x->answers - shown);
    output_text(out, "\n");
    print_moves(out, x, shown);
}

void explain_print(struct output *out, const struct explained *x)
{
    if (x->kind == EXPLAINED_COLUMNS)
        print_columns(out, x);
    else if (x->kind == EXPLAINED_ROW)
        print_row(out, x);
    else
        print_dependence(out, x);
}
