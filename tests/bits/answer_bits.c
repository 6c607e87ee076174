/* answer_bits.c: made-up and described tables, answers, metrics, calibration, explanations and
 * comparisons. */
#include "bits/bits.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ANSWERS 60
#define CLASSES 3

/* ---- Tables ---------------------------------------------------------------------------------- */

static void put_table(bits_sum *sum, const bp_table *table)
{
    for (size_t c = 0; c < bp_table_column_count(table); c++) {
        const uint32_t *codes = bp_table_codes(table, c);
        bits_text(sum, bp_table_column_name(table, c));
        if (codes == NULL) {
            bp_matrix numbers = bp_table_numbers(table, c);
            bits_matrix(sum, &numbers);
        }
        for (size_t r = 0; codes != NULL && r < bp_table_row_count(table); r++)
            bits_text(sum, bp_table_category(table, c, codes[r]));
    }
}

static bp_status work_made(const bits_check *check, const void *context, size_t threads,
                           bits_sum *sum, bp_error *error)
{
    (void)check;
    (void)threads;
    bp_status status = BP_OK;
    for (bp_type type = BP_F32; type <= BP_F64 && status == BP_OK; type++) {
        bp_table *table = NULL;
        status = bp_table_make(&table, context, 33, 0.3, 7, type, NULL, error);
        if (status == BP_OK)
            put_table(sum, table);
        bp_table_free(table);
    }
    return status;
}

static bp_status work_described(const bits_check *check, const void *context, size_t threads,
                                bits_sum *sum, bp_error *error)
{
    (void)threads;
    bp_table *table = NULL;
    bp_description *description = NULL;
    bp_status status = bits_table(&table, check, context, error);
    if (status == BP_OK)
        status = bp_table_describe(&description, table, NULL, NULL, error);
    for (size_t c = 0; status == BP_OK && c < bp_table_column_count(table); c++) {
        const bp_column_summary *column = bp_description_column(description, c);
        const double numbers[] = {column->least,  column->greatest,  column->mean,
                                  column->median, column->deviation, column->skew};
        bits_block(sum, BP_F64, numbers, COUNT_OF(numbers));
        for (size_t b = 0; b < BP_BARS; b++)
            bits_count(sum, column->bars[b]);
        bits_count(sum, column->distinct);
    }
    bp_description_free(description);
    bp_table_free(table);
    return status;
}

/* ---- Metrics --------------------------------------------------------------------------------- */

/* Answers made by whole numbers, three quarters of them right. */
static bp_status work_metric(const bits_check *check, const void *context, size_t threads,
                             bits_sum *sum, bp_error *error)
{
    static uint32_t actual[ANSWERS], predicted[ANSWERS];
    static double probabilities[ANSWERS * CLASSES], truth[ANSWERS], answers[ANSWERS];
    const bp_metric *metric = context;
    (void)check;
    (void)threads;
    (void)error;
    for (size_t i = 0; i < ANSWERS; i++) {
        actual[i] = (uint32_t)(i * i % 7 % CLASSES);
        predicted[i] = i % 4 == 3 ? (uint32_t)(i % CLASSES) : actual[i];
        double first = (double)(1 + i * 13 % 29) / 120, second = (double)(1 + i * 7 % 31) / 120;
        for (uint32_t k = 0; k < CLASSES; k++)
            probabilities[i * CLASSES + k] = k == predicted[i] ? 1 - first - second
                                             : k == (predicted[i] + 1) % CLASSES ? first
                                                                                 : second;
        truth[i] = (double)(i * 37 % 101) / 3 - 9;
        answers[i] = truth[i] + ((double)(i * 11 % 23) - 11) / 7;
    }
    double *room = bits_need(calloc(bp_answers_room(ANSWERS, CLASSES), sizeof(double)));
    const bp_answers given = {.count = ANSWERS,
                              .classes = CLASSES,
                              .actual_classes = actual,
                              .predicted_classes = predicted,
                              .probabilities = probabilities,
                              .actual = truth,
                              .predicted = answers,
                              .room = room};
    bits_number(sum, BP_F64, metric->compute(&given));
    free(room);
    return BP_OK;
}

/* ---- A model's answers ------------------------------------------------------------------------
 */

typedef struct answer_case {
    const char *table, *options;
} answer_case;

static const answer_case three = {"classes", "epochs=4 optimizer=adam learning-rate=0.02 "
                                             "activation=tanh loss=cross-entropy hidden=6"};
static const answer_case two = {"two", "epochs=9 loss=cross-entropy output-activation=sigmoid"};
static const answer_case numbers = {"numbers", "epochs=5 activation=leaky-relu target=up,down"};

static const answer_case quantile = {"numbers", "epochs=5 activation=leaky-relu target=up "
                                                "loss=quantile quantile=0.7"};

static const answer_case components = {"numbers", "epochs=5 activation=leaky-relu target=up "
                                                  "drop=down pca=2"};

/* A model that answers all rows of its table. */
typedef struct subject {
    bp_table *table;
    bp_model *model;
    bp_predictor *predictor;
    bp_predictions *predictions;
} subject;

static bp_status open_subject(subject *s, const bits_check *check, const answer_case *of,
                              size_t threads, bp_error *error)
{
    *s = (subject){.table = NULL};
    bp_status status = bits_table(&s->table, check, of->table, error);
    if (status == BP_OK)
        status = bits_fit(&s->model, s->table, check, of->options, threads, NULL, error);
    if (status == BP_OK)
        status = bits_answer(&s->predictor, &s->predictions, s->model, s->table, threads, error);
    return status;
}

static void close_subject(subject *s)
{
    bp_predictions_free(s->predictions);
    bp_predictor_free(s->predictor);
    bp_model_free(s->model);
    bp_table_free(s->table);
}

static void put_answers(bits_sum *sum, const subject *s)
{
    double room[16], low, high;
    uint32_t set[16];
    bp_matrix outputs = bp_predictions_outputs(s->predictions);
    size_t classes = bp_preparation_class_count(bp_model_preparation(s->model));
    bits_matrix(sum, &outputs);
    for (size_t i = 0; i < bp_predictions_count(s->predictions); i++) {
        if (classes > 0) {
            bits_count(sum, bp_predictions_classes(s->predictions)[i]);
            bp_predictions_probabilities(s->predictions, i, room);
            bits_block(sum, BP_F64, room, classes);
            bits_count(sum, bp_predictions_set(s->predictions, i, room, set));
        } else {
            bp_predictions_interval(s->predictions, i, 0, &low, &high);
            bits_number(sum, BP_F64, low);
            bits_number(sum, BP_F64, high);
        }
    }
}

/* Bootstrap intervals of every metric. */
static bp_status evaluate_subject(const subject *s, size_t threads, bits_sum *sum, bp_error *error)
{
    bp_evaluation *evaluation = NULL;
    bp_evaluation_options options;
    bp_evaluation_options_init(&options);
    options.resamples = 50;
    options.threads = threads;
    bp_status status = bp_evaluate(&evaluation, s->predictions, s->table, NULL, &options, error);
    for (size_t m = 0; status == BP_OK && bp_evaluation_metric(evaluation, m) != NULL; m++)
        for (size_t t = 0; t < bp_evaluation_targets(evaluation); t++) {
            bits_number(sum, BP_F64, bp_evaluation_score(evaluation, m, t));
            bits_number(sum, BP_F64, bp_evaluation_low(evaluation, m, t));
            bits_number(sum, BP_F64, bp_evaluation_high(evaluation, m, t));
        }
    bp_evaluation_free(evaluation);
    return status;
}

static bp_status work_evaluated(const bits_check *check, const void *context, size_t threads,
                                bits_sum *sum, bp_error *error)
{
    subject s;
    bp_status status = open_subject(&s, check, context, threads, error);
    if (status == BP_OK)
        status = evaluate_subject(&s, threads, sum, error);
    close_subject(&s);
    return status;
}

/* The same with what a calibration promises: all rows again, answered with it. */
static bp_status work_evaluated_promises(const bits_check *check, const void *context,
                                         size_t threads, bits_sum *sum, bp_error *error)
{
    subject s;
    bp_status status = open_subject(&s, check, context, threads, error);
    if (status == BP_OK)
        status = bp_calibrate(s.model, s.predictions, s.table, NULL, NULL, error);
    if (status == BP_OK)
        status = evaluate_subject(&s, threads, sum, error);
    close_subject(&s);
    return status;
}

typedef struct calibrated_case {
    const answer_case *of;
    const char *threshold;
} calibrated_case;

static bp_status work_calibrated(const bits_check *check, const void *context, size_t threads,
                                 bits_sum *sum, bp_error *error)
{
    const calibrated_case *calibrated = context;
    subject s;
    bp_calibrate_options options;
    bp_calibrate_options_init(&options);
    options.threshold = calibrated->threshold;
    bp_status status = open_subject(&s, check, calibrated->of, threads, error);
    if (status == BP_OK)
        status = bp_calibrate(s.model, s.predictions, s.table, NULL, &options, error);
    if (status == BP_OK) {
        const bp_calibration *found = bp_model_calibration(s.model);
        size_t targets = bp_preparation_target_count(bp_model_preparation(s.model));
        bits_number(sum, BP_F64, found->temperature);
        bits_number(sum, BP_F64, found->threshold);
        bits_block(sum, BP_F64, found->quantiles, targets);
        bp_predictions_free(s.predictions);
        bp_predictor_free(s.predictor);
        s.predictions = NULL;
        s.predictor = NULL;
        status = bits_answer(&s.predictor, &s.predictions, s.model, s.table, threads, error);
    }
    if (status == BP_OK)
        put_answers(sum, &s);
    close_subject(&s);
    return status;
}

/* ---- Explanations ------------------------------------------------------------------------------
 */

typedef bp_status explain_work(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                               bp_error *error);

#define INPUTS_MAX 16

static bp_status importance(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                            bp_error *error)
{
    bp_importance importances[INPUTS_MAX];
    double score = 0;
    size_t inputs = bp_preparation_input_count(bp_model_preparation(model));
    bp_status status = bp_explain_importance(explainer, NULL, 3, NULL, &score, importances, error);
    bits_number(sum, BP_F64, score);
    for (size_t i = 0; i < inputs && status == BP_OK; i++) {
        bits_number(sum, BP_F64, importances[i].mean);
        bits_number(sum, BP_F64, importances[i].deviation);
        bits_number(sum, BP_F64, importances[i].low);
        bits_number(sum, BP_F64, importances[i].high);
    }
    return status;
}

static bp_status dependence(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                            bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(model);
    bp_status status = BP_OK;
    for (size_t i = 0; i < bp_preparation_input_count(preparation) && status == BP_OK; i++) {
        bp_dependence *found = NULL;
        status = bp_explain_dependence(&found, explainer, i, 5, 2, error);
        for (size_t p = 0; status == BP_OK && p < bp_dependence_points(found); p++) {
            bits_number(sum, BP_F64, bp_dependence_value(found, p));
            bits_number(sum, BP_F64, bp_dependence_mean(found, p, 0));
            for (size_t c = 0; c < bp_dependence_curves(found); c++)
                bits_number(sum, BP_F64, bp_dependence_curve(found, c, p, 0));
        }
        bp_dependence_free(found);
    }
    return status;
}

static bp_status gradients(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                           bp_error *error)
{
    double values[INPUTS_MAX];
    bp_attribution attribution;
    size_t inputs = bp_preparation_input_count(bp_model_preparation(model));
    bp_status status = bp_explain_gradients(explainer, 1, 0, values, &attribution, error);
    if (status == BP_OK) {
        bits_block(sum, BP_F64, values, inputs);
        bits_number(sum, BP_F64, attribution.gap);
        bits_count(sum, attribution.steps);
    }
    return status;
}

static bp_status shapley(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                         bp_error *error)
{
    double values[INPUTS_MAX], errors[INPUTS_MAX];
    bp_attribution attribution;
    size_t inputs = bp_preparation_input_count(bp_model_preparation(model));
    bp_status status = bp_explain_shapley(explainer, 2, 0, 20, values, errors, &attribution, error);
    if (status == BP_OK) {
        bits_block(sum, BP_F64, values, inputs);
        bits_block(sum, BP_F64, errors, inputs);
        bits_number(sum, BP_F64, attribution.baseline);
    }
    return status;
}

static bp_status from_missing(bp_explainer *explainer, const bp_model *model, bits_sum *sum,
                              bp_error *error)
{
    double values[INPUTS_MAX], errors[INPUTS_MAX];
    bp_attribution attribution;
    size_t inputs = bp_preparation_input_count(bp_model_preparation(model));
    bp_status status =
        bp_explain_from_missing(explainer, 2, 0, 16, values, errors, &attribution, error);
    if (status == BP_OK) {
        bits_block(sum, BP_F64, values, inputs);
        bits_number(sum, BP_F64, attribution.baseline);
    }
    return status;
}

typedef struct explain_case {
    const char *title;
    const answer_case *of;
    explain_work *explain;
} explain_case;

static bp_status work_explained(const bits_check *check, const void *context, size_t threads,
                                bits_sum *sum, bp_error *error)
{
    const explain_case *explained = context;
    subject s;
    bp_explainer *explainer = NULL;
    bp_explainer_options options;
    bp_explainer_options_init(&options);
    options.engine = "fast";
    options.threads = threads;
    bp_status status = open_subject(&s, check, explained->of, threads, error);
    if (status == BP_OK)
        status = bp_explainer_new(&explainer, s.model, s.table, NULL, bp_table_row_count(s.table),
                                  &options, error);
    if (status == BP_OK)
        status = explained->explain(explainer, s.model, sum, error);
    bp_explainer_free(explainer);
    close_subject(&s);
    return status;
}

/* ---- Comparison --------------------------------------------------------------------------------
 */

static bp_status validate(bp_validation **validation, bp_table *table, const bits_check *check,
                          const char *options, size_t threads, bp_error *error)
{
    bp_config *config = NULL;
    bp_status status = bits_config(&config, check, options, threads, error);
    if (status == BP_OK)
        status = bp_cross_validate(validation, table, config, NULL, error);
    bp_config_free(config);
    return status;
}

static bp_status work_compared(const bits_check *check, const void *context, size_t threads,
                               bits_sum *sum, bp_error *error)
{
    bp_table *table = NULL;
    bp_validation *first = NULL, *second = NULL;
    bp_comparison found;
    bp_status status = bits_table(&table, check, context, error);
    if (status == BP_OK)
        status = validate(&first, table, check, "epochs=2 folds=5", threads, error);
    if (status == BP_OK)
        status = validate(&second, table, check, "epochs=6 folds=5 optimizer=adam", threads, error);
    for (size_t m = 0; status == BP_OK && bp_validation_metric(first, m) != NULL; m++) {
        status = bp_compare(&found, first, second, m, 0.95, error);
        const double all[] = {found.first,     found.second, found.difference,
                              found.deviation, found.error,  found.statistic,
                              found.low,       found.high,   found.p};
        bits_block(sum, BP_F64, all, COUNT_OF(all));
    }
    bp_validation_free(second);
    bp_validation_free(first);
    bp_table_free(table);
    return status;
}

/* ---- A search ----------------------------------------------------------------------------------
 */

/* What was drawn, and what it scored. */
static void put_trial(bits_sum *sum, const bp_tuning *tuning, size_t index)
{
    bp_tune_trial trial = bp_tuning_trial(tuning, index);
    const char *name;
    bits_count(sum, trial.candidate);
    for (size_t i = 0; (name = bp_tuning_setting(tuning, trial.candidate, i)) != NULL; i++) {
        bits_text(sum, name);
        bits_text(sum, bp_config_get(bp_tuning_config(tuning, trial.candidate), name));
    }
    bits_block(sum, BP_F64, trial.scores, trial.folds);
}

static bp_status work_tuned(const bits_check *check, const void *context, size_t threads,
                            bits_sum *sum, bp_error *error)
{
    (void)threads;
    const bp_tune_options options = {.steps = 40};
    bp_table *table = NULL;
    bp_config *config = NULL;
    bp_tuning *tuning = NULL;
    bp_status status = bits_table(&table, check, context, error);
    if (status == BP_OK)
        status = bits_config(&config, check,
                             "recipe=auto epochs=6 members=1 hidden=4 activation=leaky-relu", 1,
                             error); /* test_tune.c has more threads */
    if (status == BP_OK)
        status = bp_tune(&tuning, table, config, &options, NULL, error);
    for (size_t i = 0; status == BP_OK && i < bp_tuning_trials(tuning); i++)
        put_trial(sum, tuning, i);
    bp_tuning_free(tuning);
    bp_config_free(config);
    bp_table_free(table);
    return status;
}

/* ---- The cases ----------------------------------------------------------------------------------
 */

static void check_tables(bits_check *check)
{
    char title[BITS_TITLE];
    for (size_t k = 0; bp_made_name(k) != NULL; k++) {
        snprintf(title, sizeof title, "made %s", bp_made_name(k));
        bits_case(check, title, work_made, bp_made_name(k));
    }
    bits_case(check, "described classes", work_described, "classes");
    bits_case(check, "described numbers", work_described, "numbers");
}

static void check_metrics(bits_check *check)
{
    char title[BITS_TITLE];
    for (size_t m = 0; bp_metric_at(m) != NULL; m++) {
        snprintf(title, sizeof title, "metric %s", bp_metric_at(m)->name);
        bits_case(check, title, work_metric, bp_metric_at(m));
    }
}

static void check_calibrated(bits_check *check)
{
    static const calibrated_case cases[] = {{&three, NULL},
                                            {&numbers, NULL},
                                            {&two, "f1"},
                                            {&two, "mcc"},
                                            {&two, "balanced-accuracy"},
                                            {&two, "youden"},
                                            {&two, "cost=1:5"}};
    char title[BITS_TITLE];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        snprintf(title, sizeof title, "calibrated %s%s%s", cases[i].of->table,
                 cases[i].threshold != NULL ? " " : "",
                 cases[i].threshold != NULL ? cases[i].threshold : "");
        bits_case(check, title, work_calibrated, &cases[i]);
    }
}

/* Gradients are the textbook's, whose functions are the C library's but for such as leaky-relu. */
static void check_explained(bits_check *check)
{
    static const explain_case cases[] = {
        {"importance of classes", &three, importance},
        {"importance of numbers", &numbers, importance},
        {"dependence of classes", &three, dependence},
        {"dependence of numbers", &numbers, dependence},
        {"shapley of classes", &three, shapley},
        {"shapley of numbers", &numbers, shapley},
        {"gradients of numbers", &numbers, gradients},
        {"from missing of classes", &three, from_missing},
        {"from missing of components", &components, from_missing},
        {"shapley of components", &components, shapley},
        {"gradients of components", &components, gradients},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        bits_case(check, cases[i].title, work_explained, &cases[i]);
}

void bits_of_answers(bits_check *check)
{
    check_tables(check);
    check_metrics(check);
    bits_case(check, "evaluated classes", work_evaluated, &three);
    bits_case(check, "evaluated two", work_evaluated, &two);
    bits_case(check, "evaluated numbers", work_evaluated, &numbers);
    bits_case(check, "evaluated sets", work_evaluated_promises, &three);
    bits_case(check, "evaluated intervals", work_evaluated_promises, &numbers);
    bits_case(check, "evaluated quantile", work_evaluated, &quantile);
    check_calibrated(check);
    check_explained(check);
    bits_case(check, "compared classes", work_compared, "classes");
    bits_case(check, "compared numbers", work_compared, "numbers");
    bits_case(check, "tuned classes", work_tuned, "classes");
    bits_case(check, "tuned numbers", work_tuned, "numbers");
}
