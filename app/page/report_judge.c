/* report_judge.c: how good a model is, and against what. */
#include "report_page.h"

#include "page.h"
#include "show/boundary.h"
#include "show/judged.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLASSES_LISTED 50

/* Whether a score is one that aims at a number. */
static bool has_aims(const bp_evaluation *e)
{
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++)
        if (!isnan(bp_evaluation_asked(e, m)))
            return true;
    return false;
}

static void write_metrics(struct output *out, const struct evaluated *evaluated, size_t target)
{
    const char *heads[7] = {"metric", "this model", "from", "to"};
    const bp_evaluation *e = evaluated->evaluation;
    bool beside = evaluated->baseline != NULL && bp_evaluation_targets(e) == 1, aims = has_aims(e);
    size_t columns = 4;
    if (aims)
        heads[columns++] = "asked for";
    if (beside) {
        heads[columns++] = "linear";
        heads[columns++] = "zero rule";
    }
    page_table(out, heads, columns);
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++) {
        page_row(out);
        page_cell(out, bp_evaluation_metric(e, m)->name);
        page_number(out, bp_evaluation_score(e, m, target));
        page_number(out, bp_evaluation_low(e, m, target));
        page_number(out, bp_evaluation_high(e, m, target));
        if (aims)
            page_number(out, bp_evaluation_asked(e, m));
        if (beside) {
            page_number(out, evaluated_baseline(evaluated, m, false));
            page_number(out, evaluated_baseline(evaluated, m, true));
        }
    }
    page_table_end(out);
}

static void explain_metrics(struct output *out, const struct evaluated *evaluated)
{
    if (evaluated->resamples > 0)
        page_note(out,
                  "From and to: 95 %% of %zu drawings of as many rows, with replacement, scored "
                  "between them (percentile bootstrap). Of two models whose intervals overlap "
                  "widely, neither is shown to be better.",
                  evaluated->resamples);
    if (has_aims(evaluated->evaluation))
        page_note(out, "Coverage: the share of rows whose set of classes, or interval, has the "
                       "truth, or whose truth is not above the answer. It is to come near what was "
                       "asked for, neither above nor below.");
    if (evaluated->baseline != NULL)
        page_note(out,
                  "Linear: logistic or linear regression; zero rule: always the most common class, "
                  "or the mean. Both learned from these rows in %zu folds and were scored on those "
                  "held out.",
                  bp_validation_folds(evaluated->baseline));
    else if (evaluated->why.status != BP_OK)
        page_note(out, "Not beside a linear model: %s", evaluated->why.message);
}

static void write_classes(struct output *out, const struct evaluated *evaluated,
                          const bp_answers *answers)
{
    static const char *const heads[] = {"class",     "rows",   "answered", "right",
                                        "precision", "recall", "f1"};
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    bp_class_score scores[CLASSES_LISTED];
    if (answers->classes > CLASSES_LISTED)
        return;
    bp_answers_class_scores(answers, scores);
    page_table(out, heads, 7);
    for (size_t k = 0; k < answers->classes; k++) {
        page_row(out);
        page_cell(out, bp_preparation_class_name(preparation, (uint32_t)k));
        page_number(out, (double)scores[k].actual);
        page_number(out, (double)scores[k].predicted);
        page_number(out, (double)scores[k].right);
        page_number(out, scores[k].precision);
        page_number(out, scores[k].recall);
        page_number(out, scores[k].f1);
    }
    page_table_end(out);
}

static void draw_classes(struct output *out, const struct evaluated *evaluated)
{
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, 0);
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    write_classes(out, evaluated, answers);
    page_figure(out);
    confusion_draw(out, answers, preparation);
    page_figure_end(out, "A row for each class of the truth: what its rows were answered as. The "
                         "right answers are on the diagonal.");
    page_figure(out);
    class_curves_draw(out, answers, preparation);
    page_figure_end(out, "Left and middle: each point is a threshold on the class's probability; "
                         "the nearer to the upper corner, the better. Right: answers by their "
                         "probability; on the dashed line they come true as often as they say.");
}

static void draw_boundary(struct output *out, const struct evaluated *evaluated)
{
    if (!boundary_is_possible(evaluated))
        return;
    page_figure(out);
    boundary_draw(out, evaluated);
    page_figure_end(out,
                    "The colors of the plane are answers, the stronger the surer; those of the "
                    "points are the truth.");
}

void report_judge(struct output *out, const struct reported *reported)
{
    const struct evaluated *evaluated = &reported->evaluated;
    const bp_evaluation *e = evaluated->evaluation;
    page_section(out, "scores", "How good it is");
    if (evaluated->seen)
        page_paragraph(out, "These are the very rows that the model learned from, so that its "
                            "scores flatter; rows that it has not seen would tell more.");
    for (size_t t = 0; t < bp_evaluation_targets(e); t++) {
        const char *name = bp_preparation_target_name(bp_model_preparation(evaluated->model), t);
        if (bp_evaluation_targets(e) > 1)
            page_paragraph(out, "Target %.200s:", name);
        write_metrics(out, evaluated, t);
        if (bp_evaluation_task(e) == BP_TASK_CLASSIFICATION)
            continue;
        page_figure(out);
        residuals_draw(out, bp_evaluation_answers(e, t), name);
        page_figure_end(out, "On the dashed lines answers are right.");
    }
    explain_metrics(out, evaluated);
    if (bp_evaluation_task(e) == BP_TASK_CLASSIFICATION)
        draw_classes(out, evaluated);
    draw_boundary(out, evaluated);
    page_section_end(out);
}
