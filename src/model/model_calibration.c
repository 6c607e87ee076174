/* model_calibration.c: how far a model's answers can be believed: kept, written and read.
 * Equations (60) to (63). */
#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"

#include <float.h>
#include <math.h>
#include <string.h>

size_t bp_calibration_quantiles(const bp_model *model)
{
    return bp_preparation_class_count(model->preparation) > 0
               ? 1
               : bp_preparation_target_count(model->preparation);
}

/* ---- Kept ------------------------------------------------------------------------ */

static bool are_quantiles(const bp_model *model, const double *quantiles)
{
    double most = bp_preparation_class_count(model->preparation) > 0 ? 1 : DBL_MAX;
    for (size_t i = 0; i < bp_calibration_quantiles(model); i++)
        if (!(quantiles[i] >= 0 && quantiles[i] <= most))
            return false;
    return true;
}

/* Of two classes alone, and named. */
static bool is_threshold(const bp_model *model, const bp_calibration *c)
{
    return bp_preparation_class_count(model->preparation) == 2 && c->threshold >= 0
           && c->threshold <= 1 && c->criterion[0] != '\0'
           && memchr(c->criterion, '\0', sizeof c->criterion) != NULL;
}

static const char *wrong_with(const bp_model *model, const bp_calibration *c)
{
    if (c->rows == 0)
        return "it was found on no rows";
    if (!(c->temperature > 0 && c->temperature <= DBL_MAX))
        return "its temperature is no number above 0";
    if (!(c->coverage > 0 && c->coverage < 1))
        return "its coverage is not between 0 and 1";
    if (!are_quantiles(model, c->quantiles))
        return "its quantiles are not those of such a model";
    if (!isnan(c->threshold) && !is_threshold(model, c))
        return "its threshold is not one of such a model";
    return NULL;
}

bp_status bp_model_set_calibration(bp_model *model, const bp_calibration *calibration,
                                   bp_error *error)
{
    size_t count = bp_calibration_quantiles(model);
    double *quantiles = NULL;
    if (calibration != NULL) {
        const char *wrong = wrong_with(model, calibration);
        if (wrong != NULL)
            return bp_fail(error, BP_E_ARGUMENT, "not a calibration: %s", wrong);
        quantiles = bp_allocate(&model->allocator, count, sizeof *quantiles, error);
        if (quantiles == NULL)
            return BP_E_MEMORY;
        memcpy(quantiles, calibration->quantiles, count * sizeof *quantiles);
        model->calibration = *calibration;
        model->calibration.quantiles = quantiles;
        if (isnan(calibration->threshold))
            model->calibration.criterion[0] = '\0';
    }
    bp_release(&model->allocator, model->quantiles, count, sizeof *quantiles);
    model->quantiles = quantiles;
    return BP_OK;
}

const bp_calibration *bp_model_calibration(const bp_model *model)
{
    return model->quantiles != NULL ? &model->calibration : NULL;
}

/* ---- Written --------------------------------------------------------------------- */

static void write_number(bp_json *json, const char *key, double value)
{
    bp_json_key(json, key);
    bp_json_number(json, value);
}

void bp_calibration_write(const bp_model *model, bp_json *json)
{
    const bp_calibration *c = &model->calibration;
    bp_json_object_begin(json);
    bp_json_key(json, "rows");
    bp_json_integer(json, (int64_t)c->rows);
    if (bp_preparation_class_count(model->preparation) > 0)
        write_number(json, "temperature", c->temperature);
    write_number(json, "coverage", c->coverage);
    bp_json_key(json, "quantiles");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_calibration_quantiles(model); i++)
        bp_json_number(json, c->quantiles[i]);
    bp_json_array_end(json);
    if (!isnan(c->threshold)) {
        write_number(json, "threshold", c->threshold);
        bp_json_key(json, "criterion");
        bp_json_string(json, c->criterion);
    }
    bp_json_object_end(json);
}

/* ---- Read ------------------------------------------------------------------------ */

static bool read_quantiles(const bp_json_value *value, double *quantiles, size_t count)
{
    if (bp_json_kind_of(value) != BP_JSON_ARRAY || bp_json_count(value) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!bp_json_as_number(bp_json_at(value, i), &quantiles[i]))
            return false;
    return true;
}

/* The threshold and its criterion are there together, or neither is. */
static bool read_threshold(const bp_json_value *root, bp_calibration *c)
{
    const bp_json_value *threshold = bp_json_get(root, "threshold");
    const bp_json_value *criterion = bp_json_get(root, "criterion");
    const char *text = "";
    c->threshold = (double)NAN;
    if (threshold == NULL && criterion == NULL)
        return true;
    if (!bp_json_as_number(threshold, &c->threshold) || !bp_json_as_string(criterion, &text)
        || strlen(text) >= sizeof c->criterion)
        return false;
    strcpy(c->criterion, text);
    return true;
}

bp_status bp_calibration_read(bp_model *model, const bp_json_value *root, bp_error *error)
{
    size_t count = bp_calibration_quantiles(model);
    bp_calibration c = {.temperature = 1};
    double *quantiles = bp_allocate(&model->allocator, count, sizeof *quantiles, error);
    if (quantiles == NULL)
        return BP_E_MEMORY;
    c.quantiles = quantiles;
    bool whole = bp_json_as_size(bp_json_get(root, "rows"), &c.rows)
                 && bp_json_as_number(bp_json_get(root, "coverage"), &c.coverage)
                 && read_quantiles(bp_json_get(root, "quantiles"), quantiles, count)
                 && read_threshold(root, &c);
    if (whole && bp_preparation_class_count(model->preparation) > 0)
        whole = bp_json_as_number(bp_json_get(root, "temperature"), &c.temperature);
    bp_status status = whole
                           ? bp_model_set_calibration(model, &c, error)
                           : bp_fail(error, BP_E_ARGUMENT, "not a calibration: a part is missing");
    bp_release(&model->allocator, quantiles, count, sizeof *quantiles);
    return status;
}
