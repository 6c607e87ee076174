/* calibrated.c: what a model's calibration is. */
#include "calibrated.h"
#include "json_fields.h"

#include "decisions.h"

#include <math.h>
#include <string.h>

#define NAME_WIDTH 24
#define TARGETS_SHOWN 20

/* ---- In words -------------------------------------------------------------------- */

void calibrated_print_threshold(struct output *out, const bp_model *model)
{
    const bp_calibration *c = bp_model_calibration(model);
    output_name_cut(out, bp_preparation_class_name(bp_model_preparation(model), 1), NAME_WIDTH);
    output_print(out, " where its probability is above %.5g, for the %s ", c->threshold,
                 strncmp(c->criterion, "cost", 4) == 0 ? "least" : "best");
    output_name(out, c->criterion);
}

static void print_sets(struct output *out, const bp_calibration *c)
{
    print_label(out, "coverage");
    output_print(out, "%.5g by the classes of at least %.4g before the temperature\n", c->coverage,
                 1 - c->quantiles[0]);
    print_label(out, "");
    output_text(out, "(predict --sets)\n");
}

static void print_intervals(struct output *out, const bp_model *model)
{
    const bp_calibration *c = bp_model_calibration(model);
    const bp_preparation *preparation = bp_model_preparation(model);
    size_t targets = bp_preparation_target_count(preparation);
    print_label(out, "coverage");
    output_print(out, "%.5g by what is this near the answer  (predict --intervals)\n", c->coverage);
    for (size_t t = 0; t < targets && t < TARGETS_SHOWN; t++) {
        print_label(out, "");
        output_name_cut(out, bp_preparation_target_name(preparation, t), NAME_WIDTH);
        output_print(out, " +- %.5g\n", c->quantiles[t]);
    }
    if (targets > TARGETS_SHOWN) {
        print_label(out, "");
        output_print(out, "and %zu more targets (--json has them all)\n", targets - TARGETS_SHOWN);
    }
}

void calibrated_print(struct output *out, const bp_model *model)
{
    const bp_calibration *c = bp_model_calibration(model);
    if (c == NULL)
        return;
    bool classes = bp_preparation_class_count(bp_model_preparation(model)) > 0;
    print_label(out, "calibration");
    output_print(out, "found on %zu rows", c->rows);
    if (classes)
        output_print(out, ", temperature %.5g", c->temperature);
    output_text(out, "\n");
    if (classes)
        print_sets(out, c);
    else
        print_intervals(out, model);
    if (isnan(c->threshold))
        return;
    print_label(out, "threshold");
    calibrated_print_threshold(out, model);
    output_text(out, "\n");
}

/* ---- As JSON --------------------------------------------------------------------- */

void calibrated_write(bp_json *json, const bp_model *model)
{
    const bp_calibration *c = bp_model_calibration(model);
    const bp_preparation *preparation = bp_model_preparation(model);
    bool classes = bp_preparation_class_count(preparation) > 0;
    if (c == NULL) {
        bp_json_null(json);
        return;
    }
    bp_json_object_begin(json);
    bp_json_key(json, "rows");
    bp_json_integer(json, (int64_t)c->rows);
    if (classes)
        json_number(json, "temperature", c->temperature);
    json_number(json, "coverage", c->coverage);
    bp_json_key(json, "quantiles");
    bp_json_array_begin(json);
    for (size_t t = 0; t < (classes ? 1 : bp_preparation_target_count(preparation)); t++)
        bp_json_number(json, c->quantiles[t]);
    bp_json_array_end(json);
    if (!isnan(c->threshold)) {
        json_number(json, "threshold", c->threshold);
        bp_json_key(json, "criterion");
        bp_json_string(json, c->criterion);
    }
    bp_json_object_end(json);
}
