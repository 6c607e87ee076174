/* report_page.c: the page from its title to its end. */
#include "report_page.h"

#include "page.h"
#include "show/diagram.h"
#include "show/explained_picture.h"
#include "show/sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t metric_of(const bp_evaluation *e, const char *name)
{
    size_t m = 0;
    while (strcmp(bp_evaluation_metric(e, m)->name, name) != 0)
        m++;
    return m;
}

/* ---- In a few sentences ------------------------------------------------------------- */

static void summarize_classes(struct output *out, const struct evaluated *evaluated)
{
    const bp_evaluation *e = evaluated->evaluation;
    size_t m = metric_of(e, "accuracy");
    char beside[160] = "";
    if (evaluated->baseline != NULL)
        snprintf(beside, sizeof beside,
                 " A linear model is right in %.1f %% of them, always answering the most common "
                 "class in %.1f %%.",
                 100 * evaluated_baseline(evaluated, m, false),
                 100 * evaluated_baseline(evaluated, m, true));
    page_paragraph(out,
                   "Its answers are right in %.1f %% of %zu rows (95 %% interval: %.1f to %.1f).%s",
                   100 * bp_evaluation_score(e, m, 0), bp_evaluation_answers(e, 0)->count,
                   100 * bp_evaluation_low(e, m, 0), 100 * bp_evaluation_high(e, m, 0), beside);
}

static void summarize_numbers(struct output *out, const struct evaluated *evaluated, size_t target)
{
    const bp_evaluation *e = evaluated->evaluation;
    size_t mae = metric_of(e, "mae"), r2 = metric_of(e, "r2");
    char beside[160] = "";
    if (evaluated->baseline != NULL && bp_evaluation_targets(e) == 1)
        snprintf(beside, sizeof beside,
                 " A linear model is off by %.4g on average, always answering the mean by %.4g.",
                 evaluated_baseline(evaluated, mae, false),
                 evaluated_baseline(evaluated, mae, true));
    page_paragraph(out,
                   "For %.200s its answers to %zu rows are off by %.4g on average (95 %% interval: "
                   "%.4g to %.4g), and explain %.1f %% of its variance.%s",
                   bp_preparation_target_name(bp_model_preparation(evaluated->model), target),
                   bp_evaluation_answers(e, target)->count, bp_evaluation_score(e, mae, target),
                   bp_evaluation_low(e, mae, target), bp_evaluation_high(e, mae, target),
                   100 * bp_evaluation_score(e, r2, target), beside);
}

static void summarize(struct output *out, const struct reported *reported)
{
    const struct evaluated *evaluated = &reported->evaluated;
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    size_t inputs = bp_preparation_input_count(preparation);
    page_paragraph(
        out,
        "A neural network that predicts %.200s from %zu column%s of a table, judged on %.200s.",
        bp_preparation_target_name(preparation, 0), inputs, inputs == 1 ? "" : "s",
        bp_table_name(evaluated->table));
    if (bp_evaluation_task(evaluated->evaluation) == BP_TASK_CLASSIFICATION) {
        summarize_classes(out, evaluated);
        return;
    }
    for (size_t t = 0; t < bp_evaluation_targets(evaluated->evaluation); t++)
        summarize_numbers(out, evaluated, t);
}

/* ---- What matters ---------------------------------------------------------------------- */

static void write_importances(struct output *out, const struct reported *reported)
{
    const struct explained *x = &reported->explained;
    page_section(out, "columns", "What matters");
    if (x->importances == NULL) {
        page_paragraph(out, "Which of its %zu columns the model relies on: backprop explain tells.",
                       bp_preparation_input_count(bp_model_preparation(x->model)));
        page_section_end(out);
        return;
    }
    page_paragraph(out,
                   "Shuffling %.200s among the rows makes %s worse by %.3g: the model relies on it "
                   "most. Columns that tell the same stand in for one another, and each then looks "
                   "less important than it is.",
                   bp_preparation_input_name(x->preparation, x->order[0]), x->metric->name,
                   x->importances[x->order[0]].mean);
    page_figure(out);
    explained_draw(out, x);
    page_figure_end(out, "How much worse the score is without what a column tells; the thin lines "
                         "are intervals of 95 % over shuffles.");
    page_section_end(out);
}

/* ---- The data and the model ------------------------------------------------------------ */

static void write_data(struct output *out, const struct reported *reported)
{
    page_section(out, "data", "The data");
    page_paragraph(out, "%.200s: %zu rows, %zu columns.", bp_table_name(reported->evaluated.table),
                   bp_table_row_count(reported->evaluated.table),
                   bp_table_column_count(reported->evaluated.table));
    page_figure(out);
    sheet_draw(out, reported->evaluated.table, reported->description);
    page_figure_end(out, "A panel for each column: how its numbers are spread, or which categories "
                         "there are.");
    page_section_end(out);
}

static void write_model(struct output *out, const struct reported *reported)
{
    struct output text;
    page_section(out, "model", "The model");
    page_figure(out);
    diagram_draw(out, &reported->shown);
    page_figure_end(out, "Lines are weights: the thicker the larger; colors tell the sign.");
    output_open_memory(&text);
    show_print(&text, &reported->shown);
    page_lines(out, &text);
    output_discard(&text);
    page_section_end(out);
}

static void write_commands(struct output *out, const struct reported *reported)
{
    char command[2048];
    struct output text;
    page_section(out, "again", "To see it again");
    output_open_memory(&text);
    snprintf(command, sizeof command,
             "backprop eval %s %s\nbackprop explain %s %s\nbackprop predict %s NEW.csv --proba\n",
             reported->shown.path, bp_table_name(reported->evaluated.table), reported->shown.path,
             bp_table_name(reported->evaluated.table), reported->shown.path);
    output_text(&text, command);
    page_lines(out, &text);
    output_discard(&text);
    page_note(out,
              "Written by backprop %s. This page is one file: it fetches nothing and runs "
              "nothing.",
              bp_version());
    page_section_end(out);
}

/* Without its folders. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

void report_page(struct output *out, const struct reported *reported)
{
    char title[600];
    snprintf(title, sizeof title, "%.250s on %.250s", base_name(reported->shown.path),
             base_name(bp_table_name(reported->evaluated.table)));
    page_begin(out, title);
    summarize(out, reported);
    report_judge(out, reported);
    report_errors(out, reported);
    write_importances(out, reported);
    if (reported->description != NULL)
        write_data(out, reported);
    write_model(out, reported);
    write_commands(out, reported);
    page_end(out);
}
