/* eval_text.c: an evaluation for people: every metric with its interval and beside simpler
 * models, then class by class. */
#include "eval.h"

#include "decisions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH 18
#define CLASS_WIDTH 16

/* ---- Metrics ---------------------------------------------------------------------- */

static size_t print_interval(struct output *out, double low, double high)
{
    char text[48] = "";
    if (!isnan(low))
        snprintf(text, sizeof text, "%.4g to %.4g", low, high);
    output_print(out, "  %s", text);
    return strlen(text);
}

static void print_metric(struct output *out, const struct evaluated *evaluated, size_t metric,
                         size_t target)
{
    const bp_evaluation *e = evaluated->evaluation;
    output_print(out, "%-*s %-10.5g", NAME_WIDTH, bp_evaluation_metric(e, metric)->name,
                 bp_evaluation_score(e, metric, target));
    size_t length = print_interval(out, bp_evaluation_low(e, metric, target),
                                   bp_evaluation_high(e, metric, target));
    if (!isnan(bp_evaluation_asked(e, metric)))
        output_print(out, "%*s asked for %.5g", 20 - (int)length, "",
                     bp_evaluation_asked(e, metric));
    if (evaluated_has_baseline(evaluated, metric) && bp_evaluation_targets(e) == 1)
        output_print(out, "%*s %-10.5g %.5g", 20 - (int)length, "",
                     evaluated_baseline(evaluated, metric, false),
                     evaluated_baseline(evaluated, metric, true));
    output_text(out, "\n");
}

static void print_metrics(struct output *out, const struct evaluated *evaluated, size_t target)
{
    const bp_evaluation *e = evaluated->evaluation;
    bool beside = evaluated->baseline != NULL && bp_evaluation_targets(e) == 1;
    output_print(out, "%-*s %-10s  %s%s\n", NAME_WIDTH, "", "this model", "95 % interval",
                 beside ? "        linear     zero rule" : "");
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++)
        print_metric(out, evaluated, m, target);
}

/* With several targets simpler models are scored by the mean over them. */
static void print_baseline(struct output *out, const struct evaluated *evaluated)
{
    const bp_evaluation *e = evaluated->evaluation;
    if (evaluated->baseline == NULL || bp_evaluation_targets(e) == 1)
        return;
    output_print(out, "\n%-*s %-10s %s\n", NAME_WIDTH, "mean over targets", "linear", "zero rule");
    for (size_t m = 0; evaluated_has_baseline(evaluated, m); m++)
        output_print(out, "%-*s %-10.5g %.5g\n", NAME_WIDTH, bp_evaluation_metric(e, m)->name,
                     evaluated_baseline(evaluated, m, false),
                     evaluated_baseline(evaluated, m, true));
}

static void explain_baseline(struct output *out, const struct evaluated *evaluated)
{
    if (evaluated->baseline != NULL)
        output_print(out,
                     "\nlinear: a linear model; zero rule: always the most common class, or the "
                     "mean;\nlearned from these rows in %zu folds, scored on those held out  "
                     "(--no-baseline)\n",
                     bp_validation_folds(evaluated->baseline));
    else if (evaluated->why.status != BP_OK)
        output_print(out, "\nnot beside a linear model: %s\n", evaluated->why.message);
}

/* ---- Classes ------------------------------------------------------------------------ */

static const char *class_name(const struct evaluated *evaluated, size_t code)
{
    return bp_preparation_class_name(bp_model_preparation(evaluated->model), (uint32_t)code);
}

static void print_class_name(struct output *out, const char *name)
{
    size_t width = output_name_cut(out, name, CLASS_WIDTH);
    for (; width < CLASS_WIDTH; width++)
        output_text(out, " ");
}

static void print_share(struct output *out, double share)
{
    if (isnan(share))
        output_print(out, " %9s", "-");
    else
        output_print(out, " %9.3f", share);
}

static void print_classes(struct output *out, const struct evaluated *evaluated,
                          const bp_class_score *scores, size_t classes)
{
    output_print(out, "\n%-*s %9s %9s %9s %9s %9s %9s\n", CLASS_WIDTH, "class", "rows", "answered",
                 "right", "precision", "recall", "f1");
    for (size_t k = 0; k < classes && k < EVAL_CLASSES_SHOWN; k++) {
        print_class_name(out, class_name(evaluated, k));
        output_print(out, " %9zu %9zu %9zu", scores[k].actual, scores[k].predicted,
                     scores[k].right);
        print_share(out, scores[k].precision);
        print_share(out, scores[k].recall);
        print_share(out, scores[k].f1);
        output_text(out, "\n");
    }
    if (classes > EVAL_CLASSES_SHOWN)
        output_print(out, "and %zu more classes; --json has them all\n",
                     classes - EVAL_CLASSES_SHOWN);
}

static int digits_of(size_t number)
{
    return snprintf(NULL, 0, "%zu", number);
}

/* As many columns as fit a terminal; a row for each class of the truth. */
static void print_confusion(struct output *out, const struct evaluated *evaluated,
                            const size_t *counts, size_t classes)
{
    int width = 4;
    for (size_t i = 0; i < classes * classes; i++)
        width = digits_of(counts[i]) > width ? digits_of(counts[i]) : width;
    if (classes * (size_t)(width + 1) > 62)
        return; /* --json, and pictures, have it */
    output_print(out, "\n%-*s", CLASS_WIDTH, "truth \\ answer");
    for (size_t k = 0; k < classes; k++) {
        size_t written = 0;
        struct output name;
        output_open_memory(&name);
        written = output_name_cut(&name, class_name(evaluated, k), (size_t)width);
        output_discard(&name);
        output_print(out, " %*s", width - (int)written, "");
        output_name_cut(out, class_name(evaluated, k), (size_t)width);
    }
    output_text(out, "\n");
    for (size_t a = 0; a < classes; a++) {
        print_class_name(out, class_name(evaluated, a));
        for (size_t p = 0; p < classes; p++)
            output_print(out, " %*zu", width, counts[a * classes + p]);
        output_text(out, "\n");
    }
}

static void print_by_class(struct output *out, const struct evaluated *evaluated)
{
    const bp_answers *answers = bp_evaluation_answers(evaluated->evaluation, 0);
    size_t classes = answers->classes;
    bp_class_score *scores = calloc(classes, sizeof *scores);
    size_t *counts = calloc(classes * classes, sizeof *counts);
    if (scores == NULL || counts == NULL) {
        output_lacks_memory(out);
    } else {
        bp_answers_class_scores(answers, scores);
        print_classes(out, evaluated, scores, classes);
        bp_answers_confusion(answers, counts);
        print_confusion(out, evaluated, counts, classes);
    }
    free(counts);
    free(scores);
}

/* ---- The whole ------------------------------------------------------------------------ */

void eval_print(struct output *out, const struct evaluated *evaluated)
{
    const bp_evaluation *e = evaluated->evaluation;
    const bp_preparation *preparation = bp_model_preparation(evaluated->model);
    if (!command_has(evaluated->command, OWN_QUIET)) {
        print_label(out, "table");
        output_name(out, bp_table_name(evaluated->table));
        output_print(out, ": %zu rows\n", bp_table_row_count(evaluated->table));
        print_label(out, "task");
        output_print(out, "%s, target ", bp_task_name(bp_evaluation_task(e)));
        for (size_t t = 0; t < bp_preparation_target_count(preparation); t++) {
            output_text(out, t > 0 ? ", " : "");
            output_name(out, bp_preparation_target_name(preparation, t));
        }
        output_text(out, "\n");
        if (evaluated->seen)
            output_text(out, "learned from  these very rows: the scores of this model flatter\n");
        output_text(out, "\n");
    }
    for (size_t t = 0; t < bp_evaluation_targets(e); t++) {
        if (bp_evaluation_targets(e) > 1) {
            output_print(out, "%starget ", t > 0 ? "\n" : "");
            output_name(out, bp_preparation_target_name(preparation, t));
            output_text(out, "\n");
        }
        print_metrics(out, evaluated, t);
    }
    print_baseline(out, evaluated);
    if (command_has(evaluated->command, OWN_QUIET))
        return;
    if (bp_evaluation_task(e) == BP_TASK_CLASSIFICATION)
        print_by_class(out, evaluated);
    explain_baseline(out, evaluated);
}
