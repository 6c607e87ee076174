/* test_failing_memory.c: every ring of the library with its first allocation refused, then with
 * its second, and so on until it gets all that it asks for. Each time BP_E_MEMORY and its line,
 * nothing kept, nothing half written, no memory but from the allocator that was given. Here from
 * fitting on; test_failing_tables.c has what comes before. */
#include "support/memory_sweep.h"
#include "support/thirty_rows.h"

#include <backprop.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH_SIZE 512

static char folder[] = "/tmp/failing_memory_XXXXXX";
static char out_path[PATH_SIZE]; /* what a ring writes; absent when it begins */
static char table_path[PATH_SIZE], model_path[PATH_SIZE], checkpoint_path[PATH_SIZE];

/* ---- What rings stand on, made with all memory there is -------------------------------- */

static bp_table *classes_table, *numbers_table;
static bp_model *classes_model, *numbers_model;
static void *model_bytes[2];
static size_t model_sizes[2];

static const char *const settings_of_models = "epochs=3 hidden=3 seed=4";

static bp_model *model_of(bp_table *table, const char *words)
{
    bp_config *config = NULL;
    bp_model *model = NULL;
    assert_int_equal(config_of_words(&config, settings_of_models, NULL, NULL), BP_OK);
    assert_int_equal(config_set_words(config, words, NULL), BP_OK);
    assert_int_equal(bp_fit_table(&model, table, NULL, 0, config, NULL, NULL), BP_OK);
    bp_config_free(config);
    return model;
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(out_path, sizeof out_path, "%s/out", folder);
    snprintf(table_path, sizeof table_path, "%s.csv", folder);
    snprintf(model_path, sizeof model_path, "%s.model", folder);
    snprintf(checkpoint_path, sizeof checkpoint_path, "%s.checkpoint", folder);
    char *held = thirty_rows_text();
    FILE *file = fopen(table_path, "w");
    assert_true(file != NULL && fputs(held, file) >= 0 && fclose(file) == 0);
    free(held);
    assert_int_equal(thirty_rows_table(&classes_table, NULL, NULL), BP_OK);
    assert_int_equal(thirty_rows_table(&numbers_table, NULL, NULL), BP_OK);
    classes_model = model_of(classes_table, "drop=share");
    numbers_model = model_of(numbers_table, "target=share drop=kind");
    assert_int_equal(bp_model_save(classes_model, model_path, NULL), BP_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(bp_model_save_memory(i == 0 ? classes_model : numbers_model,
                                              &model_bytes[i], &model_sizes[i], NULL),
                         BP_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bp_model_release_memory(classes_model, model_bytes[0], model_sizes[0]);
    bp_model_release_memory(numbers_model, model_bytes[1], model_sizes[1]);
    bp_model_free(classes_model);
    bp_model_free(numbers_model);
    bp_table_free(classes_table);
    bp_table_free(numbers_table);
    remove(table_path);
    remove(model_path);
    remove(checkpoint_path);
    return rmdir(folder);
}

static void sweep(sweep_work *work, const char *what)
{
    memory_sweep(work, what, BP_OK, folder, out_path);
}

/* ---- Fitting ------------------------------------------------------------------------------- */

static bp_status fit(const char *words, const bp_allocator *memory, bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_model *model = NULL;
    bp_status status = config_of_words(&config, settings_of_models, memory, error);
    if (status == BP_OK)
        status = config_set_words(config, words, error);
    if (status == BP_OK)
        status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_fit_table(&model, table, NULL, 0, config, NULL, error);
    assert_true((status == BP_OK) == (model != NULL));
    bp_model_free(model);
    bp_table_free(table);
    bp_config_free(config);
    return status;
}

static void test_optimizers(void **state)
{
    (void)state;
    static const char *const engines[] = {"engine=textbook precision=f64 batch=1",
                                          "engine=fast precision=f64 batch=1",
                                          "engine=fast precision=f32 batch=8"};
    const bp_option *row = bp_option_find("optimizer");
    for (const char *name = row->choices; *name != '\0'; name += *name == '|') {
        char words[PATH_SIZE];
        int length = (int)strcspn(name, "|");
        bool marquardt = strncmp(name, "levenberg", 9) == 0;
        bp_method method;
        char only[64];
        snprintf(only, sizeof only, "%.*s", length, name);
        bool by_rule = bp_method_find(only, &method, NULL) != BP_OK;
        for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
            if ((marquardt && i == 2) || (!by_rule && i == 1))
                continue;
            snprintf(words, sizeof words, "optimizer=%s %.*s%s", only,
                     by_rule ? 99 : (int)(strrchr(engines[i], ' ') - engines[i]), engines[i],
                     marquardt ? " loss=squared-error" : "");
            sweep(fit, words);
        }
        name += length;
    }
}

static void test_fits(void **state)
{
    (void)state;
    char words[2 * PATH_SIZE];
    sweep(fit, "valid=0.3 patience=2");
    sweep(fit, "valid=0.3 stop-on=accuracy patience=2");
    snprintf(words, sizeof words, "target=share drop=kind valid-file=%s", table_path);
    sweep(fit, words);
    snprintf(words, sizeof words, "drop=share initial-model=%s", model_path);
    sweep(fit, words);
    sweep(fit, "target=share drop=kind valid=0.3 stop-on=rmse");
    sweep(fit, "class-weights=balanced weight=share dropout=0.2 input-noise=0.1 batch=4");
    sweep(fit, "chunk-rows=10");
    sweep(fit, "augment=shift,elastic image=1x2 drop=height,place,day batch=4");
    sweep(fit, "average=ema");
    sweep(fit, "try=pieces=0|3,batch=1|4 valid=0.4 temper=yes");
    sweep(fit, "pieces=3 pieces-share=0.5 members=2 valid=0.4 temper=yes batch=4");
    sweep(fit, "recipe=tutorial");
    sweep(fit, "hidden=300 precision=f32 batch=16");
}

/* ---- Training by hand, checkpoints ------------------------------------------------------ */

/* WAY MEMBERS BATCH TYPE: a group of networks on a plan, a step at a time, and its checkpoint. */
static bp_status train(const char *words, const bp_allocator *memory, bp_error *error)
{
    char engine[16], type[4];
    size_t members = 0, batch = 0;
    assert_int_equal(sscanf(words, "%15s %zu %zu %3s", engine, &members, &batch, type), 4);
    bool f32 = strcmp(type, "f32") == 0;
    static const double inputs[8] = {0, 1, 1, 0, 1, 1, 0, 0};
    static const float inputs_f32[8] = {0, 1, 1, 0, 1, 1, 0, 0};
    static const uint32_t classes[4] = {1, 1, 0, 0};
    const bp_samples samples = {.inputs = f32 ? bp_matrix_f32(inputs_f32, 4, 2)
                                              : bp_matrix_f64(inputs, 4, 2),
                                .classes = classes};
    static const double dropout[2] = {0, 0.5};
    bp_trainer_member each[16];
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_trainer *trainer = NULL;
    bp_plan_options how;
    bp_trainer_options options;
    bp_plan_options_init(&how);
    how.engine = engine;
    how.type = f32 ? BP_F32 : BP_F64;
    how.members = members;
    how.batch = batch;
    how.threads = batch > 1 ? 2 : 1;
    how.dropout = dropout;
    how.distortion = (bp_distortion){.height = 1, .width = 2, .elastic = 1, .smoothness = 1};
    how.rule.kind = BP_ADAM;
    how.allocator = memory;
    bp_trainer_options_init(&options);
    options.batch = batch;
    options.epochs = 2;
    options.averaging = BP_MOVING_AVERAGE;
    options.keep_best = true;
    options.allocator = memory;
    for (size_t m = 0; m < members; m++)
        each[m] = (bp_trainer_member){
            .samples = &samples, .count = 4, .learning_rate = 0.1, .number = (uint32_t)m};
    bp_status status = bp_net_new(&net, "2-4-1", BP_SQUARED_ERROR, memory, error);
    if (status == BP_OK)
        status = bp_plan_new(&plan, net, &how, error);
    if (status == BP_OK)
        status = bp_trainer_new(&trainer, plan, each, &options, error);
    if (status == BP_OK)
        status = bp_trainer_run(trainer, NULL, error);
    if (status == BP_OK)
        status = bp_trainer_save(trainer, out_path, error);
    if (status == BP_OK)
        status = bp_trainer_load(trainer, out_path, error);
    if (status != BP_OK)
        remove(out_path); /* whole, where it was reading it that failed */
    bp_trainer_free(trainer);
    bp_plan_free(plan);
    bp_net_free(net);
    return status;
}

/* Keeps a checkpoint after the first epoch, then has the training end. */
static bool keep(void *context, const bp_progress *progress)
{
    (void)context;
    if (progress->trainer != NULL)
        assert_int_equal(bp_trainer_save(progress->trainer, checkpoint_path, NULL), BP_OK);
    return progress->done < 1;
}

static void test_training(void **state)
{
    (void)state;
    char words[2 * PATH_SIZE];
    sweep(train, "textbook 1 1 f64");
    sweep(train, "textbook 2 3 f64");
    sweep(train, "fast 1 1 f64");
    sweep(train, "fast 1 1 f32");
    sweep(train, "fast 16 1 f32"); /* lanes */
    sweep(train, "fast 1 2 f32");
    sweep(train, "fast 2 2 f64");
    snprintf(words, sizeof words, "checkpoint=%s", checkpoint_path);
    const bp_observer observer = {.notify = keep};
    bp_config *config = NULL;
    bp_model *model = NULL;
    assert_int_equal(config_of_words(&config, settings_of_models, NULL, NULL), BP_OK);
    assert_int_equal(config_set_words(config, words, NULL), BP_OK);
    assert_int_equal(bp_fit_table(&model, classes_table, NULL, 0, config, &observer, NULL),
                     BP_E_STOPPED);
    bp_config_free(config);
    strcat(words, " resume=yes");
    sweep(fit, words);
}

/* ---- Models -------------------------------------------------------------------------------- */

static bp_status keep_model(const char *what, const bp_allocator *memory, bp_error *error)
{
    bp_model *model = NULL, *again = NULL, *untrained = NULL;
    void *bytes = NULL;
    size_t size = 0;
    const double quantiles[2] = {0.25, 0.5};
    const bp_calibration calibration = {.rows = 9,
                                        .temperature = 1.5,
                                        .coverage = 0.8,
                                        .quantiles = quantiles,
                                        .threshold = 0.25,
                                        .criterion = "f1"};
    bp_status status = bp_model_load(&model, what, memory, error);
    if (status == BP_OK)
        status = bp_model_set_note(model, "training", "{\"rows\":30}", error);
    if (status == BP_OK && bp_model_learned_from(model, classes_table))
        status = BP_E_DATA;
    if (status == BP_OK)
        status = bp_model_set_calibration(model, &calibration, error);
    if (status == BP_OK)
        status = bp_model_save_memory(model, &bytes, &size, error);
    if (status == BP_OK)
        status = bp_model_load_memory(&again, bytes, size, "again", memory, error);
    if (status == BP_OK)
        status = bp_model_untrained(&untrained, model, memory, error);
    assert_true((status == BP_OK) == (untrained != NULL));
    bp_model_free(untrained);
    if (status == BP_OK)
        status = bp_model_save(again, out_path, error);
    if (bytes != NULL)
        bp_model_release_memory(model, bytes, size);
    bp_model_free(again);
    bp_model_free(model);
    return status;
}

static bool of_numbers(const char *what)
{
    return strstr(what, "numbers") != NULL;
}

static bp_table *table_named(const char *what)
{
    return of_numbers(what) ? numbers_table : classes_table;
}

static bp_status load_named(bp_model **model, const char *what, const bp_allocator *memory,
                            bp_error *error)
{
    bool second = of_numbers(what);
    return bp_model_load_memory(model, model_bytes[second], model_sizes[second], what, memory,
                                error);
}

/* Whole tables and single rows. */
static bp_status predict(const char *what, const bp_allocator *memory, bp_error *error)
{
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.allocator = memory;
    options.threads = 1;
    options.engine = strstr(what, "fast") != NULL ? "fast" : NULL;
    bp_table *table = NULL;
    bp_model *model = NULL;
    bp_status status = load_named(&model, what, memory, error);
    if (status == BP_OK)
        status = bp_predictor_new(&predictor, model, &options, error);
    if (status == BP_OK)
        status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_predict_table(&predictions, predictor, table, NULL, 30, error);
    bp_predictions_free(predictions);
    bp_table_free(table);
    bp_predictor_free(predictor);
    bp_model_free(model);
    return status;
}

/* Answers are evaluated, and calibrate the model where the word says so. */
static bp_status judge(const char *what, const bp_allocator *memory, bp_error *error)
{
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_evaluation *evaluation = NULL;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.allocator = memory;
    options.threads = 1;
    bp_evaluation_options how;
    bp_evaluation_options_init(&how);
    how.resamples = 5;
    how.threads = strstr(what, "threads") != NULL ? 3 : 1;
    const bp_calibrate_options wanted = {.coverage = 0.8,
                                         .threshold = of_numbers(what) ? NULL : "f1"};
    bp_table *table = table_named(what);
    bp_model *model = NULL;
    bp_status status = load_named(&model, what, memory, error);
    if (status == BP_OK)
        status = bp_predictor_new(&predictor, model, &options, error);
    if (status == BP_OK)
        status = bp_predict_table(&predictions, predictor, table, NULL, 30, error);
    if (status == BP_OK)
        status = bp_evaluate(&evaluation, predictions, table, NULL, &how, error);
    if (status == BP_OK) {
        status = bp_calibrate(model, predictions, table, NULL, &wanted, error);
        assert_true((status == BP_OK) == (bp_model_calibration(model) != NULL));
    }
    bp_evaluation_free(evaluation);
    evaluation = NULL;
    if (status == BP_OK) /* with what it promises now */
        status = bp_evaluate(&evaluation, predictions, table, NULL, &how, error);
    bp_evaluation_free(evaluation);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_model_free(model);
    return status;
}

static bp_status explain(const char *what, const bp_allocator *memory, bp_error *error)
{
    bp_explainer *explainer = NULL;
    bp_dependence *number = NULL, *category = NULL;
    bp_explainer_options options;
    bp_explainer_options_init(&options);
    options.allocator = memory;
    options.threads = 1;
    bp_importance importances[8];
    bp_attribution told;
    double score = 0, values[8], errors[8];
    bp_model *model = NULL;
    bp_status status = load_named(&model, what, memory, error);
    if (status == BP_OK)
        status = bp_explainer_new(&explainer, model, table_named(what), NULL, 30, &options, error);
    if (status == BP_OK)
        status = bp_explain_importance(explainer, NULL, 2, NULL, &score, importances, error);
    if (status == BP_OK)
        status = bp_explain_dependence(&number, explainer, 0, 3, 2, error);
    if (status == BP_OK)
        status = bp_explain_dependence(&category, explainer, 2, 3, 2, error);
    if (status == BP_OK)
        status = bp_explain_gradients(explainer, 0, 0, values, &told, error);
    if (status == BP_OK)
        status = bp_explain_shapley(explainer, 0, 0, 4, values, errors, &told, error);
    bp_dependence_free(category);
    bp_dependence_free(number);
    bp_explainer_free(explainer);
    bp_model_free(model);
    return status;
}

static void test_models(void **state)
{
    (void)state;
    sweep(keep_model, model_path);
    sweep(predict, "classes");
    sweep(predict, "numbers fast");
    sweep(judge, "classes");
    sweep(judge, "numbers threads");
    sweep(explain, "classes");
    sweep(explain, "numbers");
}

/* ---- Cross-validation --------------------------------------------------------------------- */

/* The same recipe twice, so that there is something to compare. */
static bp_status validate(const char *words, const bp_allocator *memory, bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_validation *first = NULL;
    bp_comparison comparison;
    bp_status status = config_of_words(&config, settings_of_models, memory, error);
    if (status == BP_OK)
        status = config_set_words(config, words, error);
    if (status == BP_OK)
        status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_cross_validate(&first, table, config, NULL, error);
    if (status == BP_OK)
        status = bp_compare(&comparison, first, first, 0, 0.95, error);
    bp_validation_free(first);
    bp_table_free(table);
    bp_config_free(config);
    return status;
}

static void test_validation(void **state)
{
    (void)state;
    sweep(validate, "folds=3 drop=share");
    sweep(validate, "folds=2 repeats=2 target=share");
    sweep(validate, "group=place folds=3");
    sweep(validate, "recipe=tutorial drop=day,place missing=zero folds=3 epochs=2");
    sweep(validate, "folds=9"); /* more than are trained as one group */
}

/* STEPS WORDS: a search. What it wrote before it failed is whole and goes. */
static bp_status tune(const char *what, const bp_allocator *memory, bp_error *error)
{
    bp_config *config = NULL;
    bp_table *table = NULL;
    bp_tuning *tuning = NULL;
    const bp_tune_options options = {.steps = atof(what)};
    bp_status status = config_of_words(&config, settings_of_models, memory, error);
    if (status == BP_OK)
        status = config_set_words(config, strchr(what, ' '), error);
    if (status == BP_OK)
        status = thirty_rows_table(&table, memory, error);
    if (status == BP_OK)
        status = bp_tune(&tuning, table, config, &options, NULL, error);
    assert_true((status == BP_OK) == (tuning != NULL));
    bp_tuning_free(tuning);
    bp_table_free(table);
    bp_config_free(config);
    return status;
}

/* Takes the last scores from the checkpoint. */
static void forget_scores(void)
{
    char text[4096] = "";
    FILE *file = fopen(checkpoint_path, "r+");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    char *last = strrchr(text, '[');
    assert_true(length > 0 && last != NULL && last[-1] == ',');
    strcpy(last - 1, "]}");
    rewind(file);
    assert_true(fputs(text, file) >= 0 && ftruncate(fileno(file), ftell(file)) == 0
                && fclose(file) == 0);
}

/* A few trials: of groups in two folds another seed makes no others. */
static void test_tuning(void **state)
{
    (void)state;
    char words[2 * PATH_SIZE];
    static const char few[] = "drop=share,day group=place folds=2 epochs=1";
    snprintf(words, sizeof words, "0.7 %s", few);
    sweep(tune, words);
    snprintf(words, sizeof words, "0.7 %s checkpoint=%s", few, checkpoint_path);
    assert_int_equal(tune(words, NULL, NULL), BP_OK);
    strcat(words, " resume=yes");
    sweep(tune, words);
    forget_scores();
    sweep(tune, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {

        cmocka_unit_test(test_optimizers), cmocka_unit_test(test_fits),
        cmocka_unit_test(test_training),   cmocka_unit_test(test_models),
        cmocka_unit_test(test_validation), cmocka_unit_test(test_tuning),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
