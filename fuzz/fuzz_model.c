/* fuzz_model.c: any bytes as a model: no leak, a calibration within its bounds, the same bytes
 * after what was read is written, read and written again, and answers to a row. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/predict.h>

#include <math.h>

static void check_calibration(const bp_calibration *c)
{
    if (c == NULL)
        return;
    FUZZ_CHECK(c->rows > 0 && c->temperature > 0 && isfinite(c->temperature));
    FUZZ_CHECK(c->coverage > 0 && c->coverage < 1);
    FUZZ_CHECK(c->quantiles[0] >= 0 && isfinite(c->quantiles[0]));
    FUZZ_CHECK(isnan(c->threshold) || (c->threshold >= 0 && c->threshold <= 1));
    FUZZ_CHECK(memchr(c->criterion, '\0', sizeof c->criterion) != NULL);
}

static void check_way_back(const bp_model *model)
{
    void *bytes = NULL, *again = NULL;
    size_t size = 0, other = 0;
    bp_model *loaded = NULL;
    FUZZ_CHECK(bp_model_save_memory(model, &bytes, &size, NULL) == BP_OK);
    FUZZ_CHECK(bp_model_load_memory(&loaded, bytes, size, "again", NULL, NULL) == BP_OK);
    FUZZ_CHECK(bp_model_save_memory(loaded, &again, &other, NULL) == BP_OK);
    FUZZ_CHECK(size == other && memcmp(bytes, again, size) == 0);
    FUZZ_CHECK((bp_model_calibration(model) == NULL) == (bp_model_calibration(loaded) == NULL));
    bp_model_release_memory(loaded, again, other);
    bp_model_release_memory(model, bytes, size);
    bp_model_free(loaded);
}

static void check_answer(const bp_model *model, const bp_predictions *answers)
{
    bp_matrix outputs = bp_predictions_outputs(answers);
    size_t classes = bp_preparation_class_count(bp_model_preparation(model));
    FUZZ_CHECK(outputs.rows == 1 && bp_predictions_count(answers) == 1);
    if (classes == 0) {
        double low = 0, high = 0;
        bp_predictions_interval(answers, 0, 0, &low, &high);
        FUZZ_CHECK(!(low > high));
        return;
    }
    double *probabilities = malloc(classes * sizeof *probabilities);
    uint32_t *set = malloc(classes * sizeof *set);
    FUZZ_CHECK(probabilities != NULL && set != NULL);
    FUZZ_CHECK(bp_predictions_classes(answers)[0] < classes);
    FUZZ_CHECK(bp_predictions_class_name(answers, 0) != NULL);
    size_t left = bp_predictions_set(answers, 0, probabilities, set);
    FUZZ_CHECK(left <= classes);
    for (size_t i = 0; i < left; i++)
        FUZZ_CHECK(set[i] < classes && (i == 0 || set[i] > set[i - 1]));
    bp_predictions_probabilities(answers, 0, probabilities);
    for (size_t i = 0; i < classes; i++)
        FUZZ_CHECK(!(probabilities[i] < 0 || probabilities[i] > 1));
    free(set);
    free(probabilities);
}

/* A row of ones, as a table without a header whose columns are the inputs. */
static void check_predicting(const bp_model *model)
{
    size_t inputs = bp_preparation_input_count(bp_model_preparation(model));
    char *text = malloc(2 * inputs + 2);
    bp_table_options options;
    bp_table *table = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *answers = NULL;
    bp_error error = {.status = BP_OK};
    bp_table_options_init(&options);
    options.header = 0;
    FUZZ_CHECK(text != NULL);
    for (size_t i = 0; i < inputs; i++)
        memcpy(text + 2 * i, "1,", 2);
    bp_status status =
        bp_table_read_memory(&table, text, inputs > 0 ? 2 * inputs - 1 : 0, &options, &error);
    FUZZ_CHECK(status == BP_OK || inputs == 0);
    FUZZ_CHECK(bp_predictor_new(&predictor, model, NULL, &error) == BP_OK);
    if (status == BP_OK)
        status = bp_predict_table(&answers, predictor, table, NULL, 1, &error);
    if (status == BP_OK)
        check_answer(model, answers);
    else
        fuzz_check_message(&error, true);
    bp_predictions_free(answers);
    bp_predictor_free(predictor);
    bp_table_free(table);
    free(text);
}

/* What a description of the model goes through. */
static void check_parts(const bp_model *model)
{
    const bp_preparation *preparation = bp_model_preparation(model);
    const bp_net *net = bp_model_net(model);
    bp_prepared_column column;
    char name[40];
    FUZZ_CHECK(bp_model_members(model) > 0 && bp_net_layer_count(net) > 0);
    FUZZ_CHECK(bp_net_input_count(net) == bp_preparation_width(preparation));
    for (size_t i = 0; i < bp_preparation_input_count(preparation); i++)
        FUZZ_CHECK(bp_preparation_input_column(preparation, i, &column));
    for (size_t i = 0; i < bp_preparation_target_count(preparation); i++)
        FUZZ_CHECK(bp_preparation_target_column(preparation, i, &column));
    for (size_t i = 0; i < bp_net_input_count(net); i++)
        bp_preparation_feature_name(preparation, i, name, sizeof name);
    for (size_t i = 0; i < bp_model_members(model); i++)
        FUZZ_CHECK(bp_model_parameters(model, i) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n <= 7; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_model *model = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status =
            bp_model_load_memory(&model, data, size, "bytes", &failing.allocator, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (model != NULL));
        FUZZ_CHECK(status == BP_OK || status == (failing.refused ? BP_E_MEMORY : BP_E_MODEL));
        if (status == BP_OK && n == 0) {
            check_calibration(bp_model_calibration(model));
            check_way_back(model);
            check_parts(model);
            check_predicting(model);
        }
        bp_model_free(model);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
