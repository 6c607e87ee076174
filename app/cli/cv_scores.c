/* cv_scores.c: fold scores beside the zero rule, as text and as JSON. */
#include "cv_scores.h"
#include "json_fields.h"

#include "decisions.h"

#include <math.h>
#include <string.h>

#define NAME_FORMAT "%-18s " /* of a metric */
#define LISTED_LIMIT 100     /* scores shown one by one */

static bool is_accuracy(const bp_metric *metric)
{
    return strcmp(metric->name, "accuracy") == 0;
}

/* ---- Text ------------------------------------------------------------------- */

/* A share of right answers in percent, rounded once: 100 times the count of right ones
 * over the count of rows. (100 times the share would have been rounded twice.) */
static double percent(const bp_validation *validation, size_t metric, size_t fold, bool baseline)
{
    double rows = (double)bp_validation_rows(validation, fold);
    double right = round(bp_validation_score(validation, metric, fold, baseline) * rows);
    return 100.0 * right / rows;
}

double cv_mean_percent(const bp_validation *validation, size_t metric, bool baseline)
{
    double sum = 0;
    size_t folds = bp_validation_folds(validation);
    for (size_t fold = 0; fold < folds; fold++)
        sum += percent(validation, metric, fold, baseline);
    return sum / (double)folds;
}

/* Where a fold's score stands: on the first line, below it, or further right. */
static const char *gap(const bp_validation *validation, size_t fold, const char *indent)
{
    size_t each =
        bp_validation_folds(validation) / bp_split_repeats(bp_validation_split(validation));
    return fold == 0 ? "" : fold % each == 0 ? indent : " ";
}

/* Folds of single rows, whose scores say little, or one part alone: what counts is the score
 * of all rows held out. */
static bool is_scored_at_once(const bp_validation *validation)
{
    size_t folds = bp_validation_folds(validation), single = 0;
    for (size_t fold = 0; fold < folds; fold++)
        single += bp_validation_rows(validation, fold) == 1;
    return folds == 1 || single == folds;
}

/* Very many scores are for --json. */
static bool is_worth_listing(const bp_validation *validation)
{
    return !is_scored_at_once(validation) && bp_validation_folds(validation) <= LISTED_LIMIT;
}

static void list_percents(struct output *out, const bp_validation *validation, size_t metric)
{
    print_label(out, "fold scores");
    for (size_t fold = 0; fold < bp_validation_folds(validation); fold++)
        output_print(out, "%s%.3f", gap(validation, fold, "\n              "),
                     percent(validation, metric, fold, false));
    output_text(out, "\n");
}

static void print_accuracy(struct output *out, const bp_validation *validation, size_t metric)
{
    if (is_worth_listing(validation))
        list_percents(out, validation, metric);
    print_label(out, bp_validation_folds(validation) > 1 ? "mean accuracy" : "accuracy");
    output_print(out, "%.3f %%\n", cv_mean_percent(validation, metric, false));
    print_label(out, "zero rule");
    output_print(out, "%.3f %%\n", cv_mean_percent(validation, metric, true));
}

static void print_metric(struct output *out, const bp_validation *validation, size_t metric)
{
    static const char below[] = "\n                                                       ";
    output_print(out, NAME_FORMAT, bp_validation_metric(validation, metric)->name);
    if (is_scored_at_once(validation)) {
        output_print(out, "%-11.5g %.5g\n", bp_validation_pooled(validation, metric, false),
                     bp_validation_pooled(validation, metric, true));
        return;
    }
    bool listed = is_worth_listing(validation);
    output_print(out, listed ? "%-11.5g %-11.5g %-11.5g " : "%-11.5g %-11.5g %.5g",
                 bp_validation_mean(validation, metric, false),
                 bp_validation_deviation(validation, metric, false),
                 bp_validation_mean(validation, metric, true));
    for (size_t fold = 0; listed && fold < bp_validation_folds(validation); fold++)
        output_print(out, "%s%.5g", gap(validation, fold, below),
                     bp_validation_score(validation, metric, fold, false));
    output_text(out, "\n");
}

static void print_heading(struct output *out, const bp_validation *validation)
{
    output_print(out, NAME_FORMAT, "");
    if (is_scored_at_once(validation))
        output_print(out, "%-11s %s\n", "held out", "zero rule");
    else
        output_print(out, "%-11s %-11s %s\n", "mean", "deviation",
                     is_worth_listing(validation) ? "zero rule   folds" : "zero rule");
}

void cv_print_scores(struct output *out, const bp_validation *validation, bool brief)
{
    const bp_metric *metric;
    bool headed = false;
    for (size_t i = 0; (metric = bp_validation_metric(validation, i)) != NULL; i++) {
        if (is_accuracy(metric)) {
            print_accuracy(out, validation, i);
            continue;
        }
        if (brief && bp_validation_task(validation) == BP_TASK_CLASSIFICATION)
            continue;
        if (!headed)
            print_heading(out, validation);
        headed = true;
        print_metric(out, validation, i);
    }
}

/* ---- JSON ------------------------------------------------------------------- */

static void write_scores(bp_json *json, const char *key, const bp_validation *validation,
                         size_t metric, bool baseline)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t fold = 0; fold < bp_validation_folds(validation); fold++)
        bp_json_number(json, bp_validation_score(validation, metric, fold, baseline));
    bp_json_array_end(json);
}

void cv_write_percents(bp_json *json, const char *key, const bp_validation *validation,
                       size_t metric, bool baseline)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t fold = 0; fold < bp_validation_folds(validation); fold++)
        bp_json_number(json, percent(validation, metric, fold, baseline));
    bp_json_array_end(json);
}

static void write_summary(bp_json *json, const bp_validation *validation, size_t metric,
                          bool baseline)
{
    write_scores(json, "scores", validation, metric, baseline);
    json_number(json, "mean", bp_validation_mean(validation, metric, baseline));
    json_number(json, "deviation", bp_validation_deviation(validation, metric, baseline));
    json_number(json, "pooled", bp_validation_pooled(validation, metric, baseline));
}

static void write_metric(bp_json *json, const bp_validation *validation, size_t metric)
{
    const bp_metric *what = bp_validation_metric(validation, metric);
    bp_json_key(json, what->name);
    bp_json_object_begin(json);
    write_summary(json, validation, metric, false);
    bp_json_key(json, "baseline");
    bp_json_object_begin(json);
    write_summary(json, validation, metric, true);
    bp_json_object_end(json);
    if (is_accuracy(what)) {
        cv_write_percents(json, "scores_percent", validation, metric, false);
        json_number(json, "mean_percent", cv_mean_percent(validation, metric, false));
        cv_write_percents(json, "zero_rule_scores_percent", validation, metric, true);
        json_number(json, "zero_rule_mean_percent", cv_mean_percent(validation, metric, true));
    }
    bp_json_object_end(json);
}

void cv_write_metrics(bp_json *json, const bp_validation *validation)
{
    bp_json_key(json, "metrics");
    bp_json_object_begin(json);
    for (size_t i = 0; bp_validation_metric(validation, i) != NULL; i++)
        write_metric(json, validation, i);
    bp_json_object_end(json);
}
