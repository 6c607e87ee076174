/* cv_compare.c: means, difference, interval and p of two recipes, as text and as JSON. */
#include "cv_compare.h"
#include "json_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEVEL 0.95
#define SENTENCE_SIZE 256

bp_status compared_make(struct compared *compared, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t m = 0; bp_validation_metric(compared->first, m) != NULL && status == BP_OK; m++)
        status =
            bp_compare(&compared->metrics[m], compared->first, compared->second, m, LEVEL, error);
    return status;
}

/* ---- A sentence ------------------------------------------------------------------- */

static void write_p(char text[static 16], double p)
{
    if (p < 0.001)
        strcpy(text, "p < 0.001");
    else
        snprintf(text, 16, "p = %.2g", p);
}

/* The difference and its interval times `scale`, which turns them round where it is below 0. */
static void write_gain(char text[static 128], const bp_comparison *c, double scale,
                       const char *unit)
{
    double low = scale > 0 ? c->low : c->high, high = scale > 0 ? c->high : c->low;
    snprintf(text, 128, "%.3g %s (%.3g to %.3g)", scale * c->difference, unit, scale * low,
             scale * high);
}

/* What the first metric of the task shows; a share of right answers in points of percent. */
static void write_sentence(char text[static SENTENCE_SIZE], const struct compared *compared)
{
    const bp_metric *metric = bp_validation_metric(compared->first, 0);
    const bp_comparison *c = &compared->metrics[0];
    bool accuracy = strcmp(metric->name, "accuracy") == 0;
    double scale = (accuracy ? 100 : 1) * (metric->higher_is_better ? 1 : -1);
    bool second = scale * c->difference > 0;
    char gain[128], p[16], unit[48];
    if (isnan(c->p)) {
        snprintf(text, SENTENCE_SIZE, "%s is not defined in every fold: nothing can be said of it",
                 metric->name);
        return;
    }
    write_p(p, c->p);
    snprintf(unit, sizeof unit, "%s%s", accuracy ? "points of " : "of ", metric->name);
    write_gain(gain, c, second ? scale : -scale, unit);
    if (c->p < 1 - LEVEL)
        snprintf(text, SENTENCE_SIZE, "the %s is better by %s, %s", second ? "second" : "first",
                 gain, p);
    else if (c->difference == 0)
        snprintf(text, SENTENCE_SIZE, "no difference is shown: both have the same %s",
                 metric->name);
    else
        snprintf(text, SENTENCE_SIZE, "no difference is shown: the %s is ahead by %s, %s",
                 second ? "second" : "first", gain, p);
}

/* ---- Text ------------------------------------------------------------------------- */

static void print_metric(struct output *out, const char *name, const bp_comparison *c)
{
    char interval[48] = "-";
    if (!isnan(c->low))
        snprintf(interval, sizeof interval, "%.4g to %.4g", c->low, c->high);
    output_print(out, "%-18s %-10.5g %-10.5g %-11.4g %-22s ", name, c->first, c->second,
                 c->difference, interval);
    if (isnan(c->p))
        output_text(out, "-\n");
    else
        output_print(out, "%.2g\n", c->p);
}

void compared_print(struct output *out, const struct compared *compared)
{
    char sentence[SENTENCE_SIZE];
    const bp_metric *metric;
    output_print(out, "%-18s %-10s %-10s %-11s %-22s p\n", "", "first", "second", "difference",
                 "95 % interval");
    for (size_t m = 0; (metric = bp_validation_metric(compared->first, m)) != NULL; m++)
        print_metric(out, metric->name, &compared->metrics[m]);
    write_sentence(sentence, compared);
    output_print(out, "\n%s\n", sentence);
}

/* ---- JSON ------------------------------------------------------------------------- */

static void write_metric(bp_json *json, const struct compared *compared, size_t metric)
{
    const bp_comparison *c = &compared->metrics[metric];
    bp_json_key(json, bp_validation_metric(compared->first, metric)->name);
    bp_json_object_begin(json);
    bp_json_key(json, "scores");
    bp_json_array_begin(json);
    for (size_t fold = 0; fold < bp_validation_folds(compared->second); fold++)
        bp_json_number(json, bp_validation_score(compared->second, metric, fold, false));
    bp_json_array_end(json);
    json_number(json, "first", c->first);
    json_number(json, "second", c->second);
    json_number(json, "difference", c->difference);
    json_number(json, "low", c->low);
    json_number(json, "high", c->high);
    json_number(json, "deviation", c->deviation);
    json_number(json, "error", c->error);
    json_number(json, "statistic", c->statistic);
    bp_json_key(json, "freedom");
    bp_json_integer(json, (int64_t)c->freedom);
    json_number(json, "p", c->p);
    bp_json_object_end(json);
}

void compared_write(bp_json *json, const struct compared *compared)
{
    char sentence[SENTENCE_SIZE];
    write_sentence(sentence, compared);
    bp_json_key(json, "comparison");
    bp_json_object_begin(json);
    bp_json_key(json, "with");
    bp_json_string(json, compared->options);
    bp_json_key(json, "engine");
    bp_json_string(json, bp_validation_description(compared->second));
    json_number(json, "level", LEVEL);
    bp_json_key(json, "metrics");
    bp_json_object_begin(json);
    for (size_t m = 0; bp_validation_metric(compared->first, m) != NULL; m++)
        write_metric(json, compared, m);
    bp_json_object_end(json);
    bp_json_key(json, "sentence");
    bp_json_string(json, sentence);
    bp_json_key(json, "options");
    bp_config_write(compared->config, json);
    bp_json_object_end(json);
}
