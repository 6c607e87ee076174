/* test_classics.c: the problems that networks have always been tried on, with fixed seeds, by
 * rules and by methods for all rows at once; and what those methods promise. */
#include "support/failing_allocator.h"
#include "support/network_case.h"

#include <backprop.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPTIONS_MAX 24

/* ---- Whole trainings ------------------------------------------------------------------------ */

/* "name=value" texts, the last NULL. */
static bp_model *fit(bp_table *table, const char *const *options)
{
    bp_config *config = NULL;
    bp_model *model = NULL;
    bp_error error;
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
    for (size_t i = 0; options[i] != NULL; i++) {
        char name[64] = "";
        const char *equals = strchr(options[i], '=');
        memcpy(name, options[i], (size_t)(equals - options[i]));
        if (bp_config_set(config, name, equals + 1, &error) != BP_OK)
            fail_msg("%s: %s", options[i], error.message);
    }
    if (bp_fit_table(&model, table, NULL, 0, config, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    bp_config_free(config);
    return model;
}

/* Right answers in classification; the root of the mean square of the errors in regression. */
static double score(bp_table *table, const bp_model *model, size_t target)
{
    bp_predictor *predictor = NULL;
    bp_predictions *answers = NULL;
    size_t rows = bp_table_row_count(table);
    double sum = 0;
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&answers, predictor, table, NULL, rows, NULL), BP_OK);
    bool classes = bp_predictions_classes(answers) != NULL;
    bp_matrix outputs = bp_predictions_outputs(answers);
    for (size_t i = 0; i < rows; i++) {
        char text[64];
        bp_table_cell_text(table, i, target, text, sizeof text);
        double number = 0;
        if (bp_table_codes(table, target) != NULL)
            snprintf(text, sizeof text, "%s",
                     bp_table_category(table, target, bp_table_codes(table, target)[i]));
        else
            number = ((const double *)bp_table_numbers(table, target).data)[i];
        if (classes)
            sum += strcmp(bp_predictions_class_name(answers, i), text) == 0;
        else
            sum += pow(((const double *)outputs.data)[i * outputs.row_stride] - number, 2);
    }
    bp_predictions_free(answers);
    bp_predictor_free(predictor);
    return classes ? sum / (double)rows : sqrt(sum / (double)rows);
}

static double fit_made(const char *kind, size_t rows, double noise, const char *const *options)
{
    bp_table *table = NULL;
    assert_int_equal(bp_table_make(&table, kind, rows, noise, 1, BP_F64, NULL, NULL), BP_OK);
    bp_model *model = fit(table, options);
    double result = score(table, model, bp_table_column_count(table) - 1);
    bp_model_free(model);
    bp_table_free(table);
    return result;
}

static void xor_by_everything(void **state)
{
    (void)state;
    static const char *const ways[][3] = {{"optimizer=sgd", "batch=1", "learning-rate=0.5"},
                                          {"optimizer=momentum", "batch=1", "learning-rate=0.1"},
                                          {"optimizer=nesterov", "batch=4", "learning-rate=0.2"},
                                          {"optimizer=adagrad", "batch=4", "learning-rate=0.5"},
                                          {"optimizer=rmsprop", "batch=4", "learning-rate=0.02"},
                                          {"optimizer=adam", "batch=4", "learning-rate=0.05"},
                                          {"optimizer=adamw", "batch=4", "learning-rate=0.05"},
                                          {"optimizer=rprop", "batch=all", "learning-rate=0.05"},
                                          {"optimizer=cg-fletcher-reeves"},
                                          {"optimizer=cg-polak-ribiere"},
                                          {"optimizer=l-bfgs"},
                                          {"optimizer=irprop+"},
                                          {"optimizer=levenberg-marquardt", "loss=squared-error"}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *options[] = {"hidden=6", "activation=tanh", "epochs=1500",
                                 "seed=3",   "precision=f64",   ways[i][0],
                                 ways[i][1], ways[i][2],        NULL};
        double right = fit_made("xor", 40, 0.05, options);
        if (right < 1)
            print_error("%s: %g\n", ways[i][0], right);
        assert_true(right == 1);
    }
}

static void two_spirals(void **state)
{
    (void)state;
    static const char *const ways[][3] = {{"optimizer=l-bfgs"},
                                          {"optimizer=adam", "batch=16", "learning-rate=0.01"}};
    for (size_t i = 0; i < 2; i++) {
        const char *options[] = {"hidden=24,24",       "activation=tanh",
                                 "loss=cross-entropy", "epochs=6000",
                                 "scaling=standard",   "seed=2",
                                 ways[i][0],           ways[i][1],
                                 ways[i][2],           NULL};
        double right = fit_made("spirals", 194, 0.03, options);
        if (right < 1)
            print_error("%s: %g\n", ways[i][0], right);
        assert_true(right == 1);
    }
}

/* All 1,024 rows of ten bits: is their number odd? */
static void parity(void **state)
{
    (void)state;
    static char text[1024 * 32] = "a,b,c,d,e,f,g,h,i,j,odd\n";
    size_t used = strlen(text);
    for (int n = 0; n < 1024; n++) {
        int ones = 0;
        for (int bit = 0; bit < 10; bit++) {
            ones += n >> bit & 1;
            text[used++] = (char)('0' + (n >> bit & 1));
            text[used++] = ',';
        }
        used += (size_t)sprintf(text + used, "%s\n", ones % 2 ? "yes" : "no");
    }
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, text, used, NULL, NULL), BP_OK);
    static const char *const options[] = {
        "hidden=20",          "activation=tanh",  "epochs=4000",
        "loss=cross-entropy", "scaling=standard", "optimizer=rprop",
        "batch=all",          "seed=3",           NULL};
    bp_model *model = fit(table, options);
    assert_true(score(table, model, 10) == 1);
    bp_model_free(model);
    bp_table_free(table);
}

/* The mean loss falls to 1e-8 of the targets' variance and below where plain descent is far
 * from it after as many passes. */
static void sine(void **state)
{
    (void)state;
    static const char *const fine[] = {"optimizer=l-bfgs", "optimizer=levenberg-marquardt"};
    static const char *const plain[] = {
        "hidden=10", "activation=tanh", "epochs=5000", "optimizer=sgd",
        "batch=10",  "precision=f64",   NULL};
    for (size_t i = 0; i < 2; i++) {
        const char *options[] = {"hidden=10", "activation=tanh", "epochs=5000", fine[i], NULL};
        double error = fit_made("sine", 100, 0, options); /* of variance 1/2 */
        assert_true(error * error / 2 <= 1e-8 / 2);
    }
    double error = fit_made("sine", 100, 0, plain);
    assert_true(error * error / 2 > 1e-5);
}

/* Friedman #1 with its own noise: learned to about that noise. */
static void friedman(void **state)
{
    (void)state;
    static const char *const options[] = {"hidden=12",        "activation=tanh", "epochs=300",
                                          "optimizer=l-bfgs", "l2=0.0001",       NULL};
    double error = fit_made("friedman", 500, 1, options);
    assert_true(error > 0.6 && error < 1.05);
}

/* ---- What the methods promise ------------------------------------------------------------------
 */

static bp_trainer *train_on(const network_case *made, bp_plan **plan, bp_method method, double l2,
                            size_t epochs)
{
    bp_plan_options options;
    bp_trainer_options training;
    bp_trainer *trainer = NULL;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = made->shape.rows;
    assert_int_equal(bp_plan_new(plan, made->net, &options, NULL), BP_OK);
    bp_plan_set_parameters(*plan, 0, made->parameters_f64);
    bp_trainer_options_init(&training);
    training.epochs = epochs;
    training.batch = options.batch;
    training.method = method;
    training.l2 = l2;
    const bp_trainer_member member = {.samples = &made->samples_f64, .count = made->shape.rows};
    assert_int_equal(bp_trainer_new(&trainer, *plan, &member, &training, NULL), BP_OK);
    return trainer;
}

/* Every iteration goes down, and all methods find the one minimum of a convex problem; but
 * irprop+ goes up at times, and along the biases of a softmax, which may all be shifted alike. */
static void one_minimum(void **state)
{
    (void)state;
    static const network_shape problems[] = {
        {.depth = 1,
         .widths = {5, 3},
         .output = BP_SOFTMAX,
         .loss = BP_CROSS_ENTROPY,
         .classes = true,
         .rows = 40,
         .weighted = true},
        {.depth = 1, .widths = {6, 2}, .output = BP_LINEAR, .loss = BP_SQUARED_ERROR, .rows = 40}};
    for (size_t p = 0; p < 2; p++) {
        double found[BP_METHOD_COUNT], weights[BP_METHOD_COUNT][64] = {{0}};
        network_case made;
        network_case_init(&made, &problems[p], 11 + p);
        for (int method = BP_CG_FLETCHER_REEVES; method < BP_METHOD_COUNT; method++) {
            bp_plan *plan = NULL;
            bp_trainer_record record;
            double last = INFINITY;
            if (method == BP_LEVENBERG_MARQUARDT && problems[p].loss != BP_SQUARED_ERROR)
                continue;
            bp_trainer *trainer = train_on(&made, &plan, (bp_method)method, 0.01, 500);
            for (record.stop = BP_TRAINS_ON; record.stop == BP_TRAINS_ON; last = record.loss) {
                bp_trainer_epoch(trainer);
                bp_trainer_record_of(trainer, 0, &record);
                assert_true(record.loss <= last || method == BP_IRPROP_PLUS);
            }
            assert_true(record.slope < (method == BP_IRPROP_PLUS ? 1e-5 : 1e-7));
            found[method] = record.loss;
            bp_plan_get_parameters(plan, 0, weights[method]);
            assert_true(fabs(found[method] - found[BP_CG_FLETCHER_REEVES]) <= 1e-8 * found[method]);
            for (size_t i = 0; i < made.parameter_count && method != BP_IRPROP_PLUS; i++)
                assert_true(fabs(weights[method][i] - weights[BP_CG_FLETCHER_REEVES][i]) < 1e-5);
            bp_trainer_free(trainer);
            bp_plan_free(plan);
        }
        network_case_free(&made);
    }
}

/* The slope of the mean loss along the way from a to b, at the weights that the plan has. */
static double slope_along(const network_case *made, bp_plan *plan, const double *a, const double *b,
                          double *loss)
{
    double gradient[64], sum = 0;
    size_t rows = made->shape.rows;
    bp_plan_gradient(plan, 0, &made->samples_f64, NULL, rows, gradient, loss);
    *loss /= (double)rows;
    for (size_t i = 0; i < made->parameter_count; i++)
        sum += gradient[i] / (double)rows * (b[i] - a[i]);
    return sum;
}

/* Every step of a line search holds to the strong Wolfe conditions, seen from outside. */
static void strong_wolfe(void **state)
{
    (void)state;
    static const network_shape shape = {.depth = 2,
                                        .widths = {4, 6, 2},
                                        .hidden = BP_TANH,
                                        .output = BP_SOFTMAX,
                                        .loss = BP_CROSS_ENTROPY,
                                        .classes = true,
                                        .rows = 30};
    network_case made;
    network_case_init(&made, &shape, 8);
    for (int method = BP_CG_FLETCHER_REEVES; method <= BP_LBFGS; method++) {
        double before[64], after[64], loss_before, loss_after;
        double curvature = method == BP_LBFGS ? 0.9 : 0.1;
        bp_plan *plan = NULL;
        bp_trainer *trainer = train_on(&made, &plan, (bp_method)method, 0, 60);
        for (int e = 0; e < 60; e++) {
            bp_plan_get_parameters(plan, 0, before);
            bp_trainer_epoch(trainer);
            bp_plan_get_parameters(plan, 0, after);
            double end = slope_along(&made, plan, before, after, &loss_after);
            bp_plan_swap_parameters(plan, 0, before); /* and back again */
            memcpy(after, before, sizeof after);
            bp_plan_get_parameters(plan, 0, before);
            double start = slope_along(&made, plan, before, after, &loss_before);
            bp_plan_swap_parameters(plan, 0, after);
            assert_true(start < 0);
            assert_true(loss_after <= loss_before + 1e-4 * start + 1e-15);
            assert_true(fabs(end) <= curvature * fabs(start) * (1 + 1e-9));
        }
        bp_trainer_free(trainer);
        bp_plan_free(plan);
    }
    network_case_free(&made);
}

/* Equation (34d), written out beside the one in the library. */
static void signs(void **state)
{
    (void)state;
    static const network_shape shape = {.depth = 2,
                                        .widths = {4, 6, 2},
                                        .hidden = BP_TANH,
                                        .output = BP_LINEAR,
                                        .loss = BP_ABSOLUTE_ERROR,
                                        .rows = 30};
    double w[64], g[64], size[64], move[64] = {0}, last_g[64] = {0}, found[64], loss, last_loss = 0;
    size_t risen = 0;
    network_case made;
    network_case_init(&made, &shape, 8);
    bp_plan *plan = NULL, *beside = NULL;
    bp_trainer *trainer = train_on(&made, &plan, BP_IRPROP_PLUS, 0, 200);
    bp_trainer_free(train_on(&made, &beside, BP_IRPROP_PLUS, 0, 200));
    bp_plan_get_parameters(beside, 0, w);
    for (size_t i = 0; i < made.parameter_count; i++)
        size[i] = 0.0125;
    for (int e = 0; e < 200; e++) {
        bp_plan_set_parameters(beside, 0, w);
        bp_plan_gradient(beside, 0, &made.samples_f64, NULL, 30, g, &loss);
        for (size_t i = 0; i < made.parameter_count; i++) {
            double turn = g[i] / 30 * last_g[i];
            if (turn < 0) {
                size[i] = fmax(size[i] / 2, 1e-6);
                w[i] -= e > 0 && loss > last_loss ? move[i] : 0;
                risen += loss > last_loss;
                last_g[i] = 0;
                continue;
            }
            if (turn > 0)
                size[i] = fmin(size[i] * 1.2, 50);
            move[i] = g[i] > 0 ? -size[i] : g[i] < 0 ? size[i] : 0;
            w[i] += move[i];
            last_g[i] = g[i] / 30;
        }
        last_loss = loss;
        bp_trainer_epoch(trainer);
        bp_plan_get_parameters(plan, 0, found);
        assert_memory_equal(found, w, made.parameter_count * sizeof(double));
    }
    assert_true(risen > 0);
    bp_trainer_free(trainer);
    bp_plan_free(plan);
    bp_plan_free(beside);
    network_case_free(&made);
}

static void resumed_methods(void **state)
{
    (void)state;
    static const network_shape shape = {.depth = 2,
                                        .widths = {4, 6, 2},
                                        .hidden = BP_TANH,
                                        .output = BP_LINEAR,
                                        .loss = BP_SQUARED_ERROR,
                                        .rows = 30};
    network_case made;
    network_case_init(&made, &shape, 5);
    const char *path = "test-classics.checkpoint";
    for (int method = BP_CG_FLETCHER_REEVES; method < BP_METHOD_COUNT; method++) {
        double whole[64] = {0}, again[64] = {0};
        bp_plan *plan = NULL;
        bp_trainer *trainer = train_on(&made, &plan, (bp_method)method, 0, 25);
        assert_int_equal(bp_trainer_run(trainer, NULL, NULL), BP_OK);
        bp_plan_get_parameters(plan, 0, whole);
        bp_trainer_free(trainer);
        bp_plan_free(plan);
        trainer = train_on(&made, &plan, (bp_method)method, 0, 25);
        for (int e = 0; e < 9; e++)
            bp_trainer_epoch(trainer);
        assert_int_equal(bp_trainer_save(trainer, path, NULL), BP_OK);
        bp_trainer_free(trainer);
        bp_plan_free(plan);
        trainer = train_on(&made, &plan, (bp_method)method, 0, 25);
        assert_int_equal(bp_trainer_load(trainer, path, NULL), BP_OK);
        assert_int_equal(bp_trainer_run(trainer, NULL, NULL), BP_OK);
        bp_plan_get_parameters(plan, 0, again);
        assert_memory_equal(whole, again, sizeof whole);
        bp_trainer_free(trainer);
        bp_plan_free(plan);
    }
    remove(path);
    network_case_free(&made);
}

/* L-BFGS writes into the pair whose number its memory holds. */
static void checkpoints_of_wrong_pairs(void **state)
{
    (void)state;
    static const network_shape shape = {.depth = 1,
                                        .widths = {4, 2},
                                        .hidden = BP_TANH,
                                        .output = BP_LINEAR,
                                        .loss = BP_SQUARED_ERROR,
                                        .rows = 30};
    static const double wrong[] = {10, 1e300, 0.5, -1, NAN};
    const char *path = "test-pairs.checkpoint";
    network_case made;
    bp_plan *plan = NULL;
    network_case_init(&made, &shape, 5);
    bp_trainer *trainer = train_on(&made, &plan, BP_LBFGS, 0, 25);
    assert_int_equal(bp_trainer_save(trainer, path, NULL), BP_OK);
    assert_int_equal(bp_trainer_load(trainer, path, NULL), BP_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        unsigned char bytes[8];
        uint64_t bits = 0, header = 0;
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        assert_int_equal(fread(bytes, 1, 8, file), 8);
        for (size_t k = 8; k-- > 0;)
            header = header << 8 | bytes[k];
        memcpy(&bits, &wrong[i], sizeof bits);
        for (size_t k = 0; k < 8; k++)
            bytes[k] = (unsigned char)(bits >> 8 * k);
        /* behind 21 numbers of progress, the fourth */
        assert_int_equal(fseek(file, (long)(8 + header + (21 + 3) * 8), SEEK_SET), 0);
        assert_int_equal(fwrite(bytes, 1, 8, file), 8);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(bp_trainer_load(trainer, path, NULL), BP_E_MODEL);
    }
    remove(path);
    bp_trainer_free(trainer);
    bp_plan_free(plan);
    network_case_free(&made);
}

static void refusals(void **state)
{
    (void)state;
    static const network_shape shape = {.depth = 1,
                                        .widths = {4, 2},
                                        .output = BP_SOFTMAX,
                                        .loss = BP_CROSS_ENTROPY,
                                        .classes = true,
                                        .rows = 30};
    network_case made;
    network_case_init(&made, &shape, 5);
    bp_plan *plan = NULL;
    bp_plan_options options;
    bp_trainer_options training;
    bp_trainer *trainer = NULL;
    bp_error error;
    bp_plan_options_init(&options);
    assert_int_equal(bp_plan_new(&plan, made.net, &options, NULL), BP_OK);
    bp_trainer_options_init(&training);
    training.method = BP_LEVENBERG_MARQUARDT;
    const bp_trainer_member member = {.samples = &made.samples_f64, .count = 30};
    assert_int_equal(bp_trainer_new(&trainer, plan, &member, &training, &error), BP_E_OPTION);
    assert_string_equal(error.message, "levenberg-marquardt is for the loss squared-error, not for "
                                       "cross-entropy");
    assert_null(trainer);
    bp_plan_free(plan);
    network_case_free(&made);
    bp_method method = BP_BY_RULE;
    assert_int_equal(bp_method_find("l-bfsg", &method, &error), BP_E_OPTION);
    assert_true(strstr(error.message, "l-bfgs") != NULL);
    assert_string_equal(bp_method_name(BP_LBFGS), "l-bfgs");
    assert_non_null(bp_method_help(BP_LBFGS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xor_by_everything),
        cmocka_unit_test(two_spirals),
        cmocka_unit_test(parity),
        cmocka_unit_test(sine),
        cmocka_unit_test(friedman),
        cmocka_unit_test(one_minimum),
        cmocka_unit_test(strong_wolfe),
        cmocka_unit_test(signs),
        cmocka_unit_test(resumed_methods),
        cmocka_unit_test(checkpoints_of_wrong_pairs),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
