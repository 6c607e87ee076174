/* cv_scores.c: fold scores beside the zero rule, as text and as JSON. */
#include "cv_scores.h"

#include "decisions.h"

#include <math.h>
#include <string.h>

#define LISTED_LIMIT 100 /* scores shown one by one */

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

/* Every fold is a single row, whose score says little: they are scored together. */
static bool is_of_single_rows(const bp_validation *validation)
{
    for (size_t fold = 0; fold < bp_validation_folds(validation); fold++)
        if (bp_validation_rows(validation, fold) > 1)
            return false;
    return true;
}

/* Very many scores are for --json. */
static bool is_worth_listing(const bp_validation *validation)
{
    return !is_of_single_rows(validation) && bp_validation_folds(validation) <= LISTED_LIMIT;
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
    print_label(out, "mean accuracy");
    output_print(out, "%.3f %%\n", cv_mean_percent(validation, metric, false));
    print_label(out, "zero rule");
    output_print(out, "%.3f %%\n", cv_mean_percent(validation, metric, true));
}

/* A number in a column of its own; "-" where it has none. */
static void print_cell(struct output *out, double value)
{
    if (isnan(value))
        output_print(out, "%-11s ", "-");
    else
        output_print(out, "%-11.5g ", value);
}

static void print_metric(struct output *out, const bp_validation *validation, size_t metric)
{
    static const char below[] = "\n                                                  ";
    const bp_metric *what = bp_validation_metric(validation, metric);
    bool single = is_of_single_rows(validation);
    size_t listed = is_worth_listing(validation) ? bp_validation_folds(validation) : 0;
    print_label(out, what->name);
    print_cell(out, single ? bp_validation_pooled(validation, metric, false)
                           : bp_validation_mean(validation, metric, false));
    if (!single)
        print_cell(out, bp_validation_deviation(validation, metric, false));
    print_cell(out, single ? bp_validation_pooled(validation, metric, true)
                           : bp_validation_mean(validation, metric, true));
    for (size_t fold = 0; fold < listed; fold++)
        output_print(out, "%s%.5g", gap(validation, fold, below),
                     bp_validation_score(validation, metric, fold, false));
    output_text(out, "\n");
}

static void print_heading(struct output *out, const bp_validation *validation)
{
    if (is_of_single_rows(validation))
        output_print(out, "%-11s %s\n", "all rows", "zero rule");
    else
        output_print(out, "%-11s %-11s %-11s %s\n", "mean", "deviation", "zero rule",
                     is_worth_listing(validation) ? "folds" : "");
}

void cv_print_scores(struct output *out, const bp_validation *validation)
{
    const bp_metric *metric;
    bool headed = false;
    for (size_t i = 0; (metric = bp_validation_metric(validation, i)) != NULL; i++) {
        if (is_accuracy(metric)) {
            print_accuracy(out, validation, i);
            continue;
        }
        if (!headed) {
            print_label(out, "");
            print_heading(out, validation);
        }
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

static void write_number(bp_json *json, const char *key, double value)
{
    bp_json_key(json, key);
    bp_json_number(json, value);
}

static void write_summary(bp_json *json, const bp_validation *validation, size_t metric,
                          bool baseline)
{
    write_scores(json, "scores", validation, metric, baseline);
    write_number(json, "mean", bp_validation_mean(validation, metric, baseline));
    write_number(json, "deviation", bp_validation_deviation(validation, metric, baseline));
    write_number(json, "pooled", bp_validation_pooled(validation, metric, baseline));
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
        write_number(json, "mean_percent", cv_mean_percent(validation, metric, false));
        cv_write_percents(json, "zero_rule_scores_percent", validation, metric, true);
        write_number(json, "zero_rule_mean_percent", cv_mean_percent(validation, metric, true));
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
