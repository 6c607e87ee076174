/* test_calibration.c: temperatures, coverage and thresholds come to what they should, travel with
 * the model, and are trusted in nothing when a file is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "model/model.h"
#include "support/failing_allocator.h"

#include <backprop.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Models that answer what their inputs say --------------------------------- */

typedef struct subject {
    bp_table *table;
    bp_model *model;
    bp_predictor *predictor;
} subject;

/* One layer of `outputs` units that reads its own input, `factor` times. Its table has one column
 * an output, then the targets. */
static void open_subject(subject *s, const char *text, const char *target, bp_task task,
                         size_t outputs, bp_activation activation, double factor)
{
    size_t widths[] = {outputs, outputs};
    bp_loss loss = task == BP_TASK_REGRESSION ? BP_SQUARED_ERROR : BP_CROSS_ENTROPY;
    bp_preparation_options options;
    bp_preparation *preparation = NULL;
    bp_net *net = NULL;
    bp_error error;
    bp_table_options reading;
    bp_table_options_init(&reading);
    reading.type = BP_F64;
    assert_int_equal(bp_table_read_memory(&s->table, text, strlen(text), &reading, &error), BP_OK);
    bp_preparation_options_init(&options);
    options.target = target;
    options.task = task;
    options.scaling = options.target_scaling = BP_SCALING_NONE;
    assert_int_equal(bp_preparation_new(&preparation, s->table, &options, &error), BP_OK);
    assert_int_equal(
        bp_preparation_fit(preparation, s->table, NULL, bp_table_row_count(s->table), &error),
        BP_OK);
    assert_int_equal(bp_net_new_layers(&net, 1, widths, &activation, loss, NULL, &error), BP_OK);
    assert_int_equal(bp_model_new(&s->model, preparation, net, BP_F64, 1, NULL, &error), BP_OK);
    double *parameters = calloc(bp_net_parameter_count(net), sizeof *parameters);
    for (size_t k = 0; k < outputs; k++)
        parameters[bp_net_layer(net, 0)->weights + k * outputs + k] = factor;
    bp_model_set_parameters(s->model, 0, parameters);
    free(parameters);
    assert_int_equal(bp_predictor_new(&s->predictor, s->model, NULL, &error), BP_OK);
}

static void close_subject(subject *s)
{
    bp_predictor_free(s->predictor);
    bp_model_free(s->model);
    bp_table_free(s->table);
}

static bp_predictions *predict(const subject *s, const size_t *rows, size_t count)
{
    bp_predictions *predictions = NULL;
    bp_error error;
    assert_int_equal(bp_predict_table(&predictions, s->predictor, s->table, rows, count, &error),
                     BP_OK);
    return predictions;
}

static bp_status calibrate(const subject *s, const size_t *rows, size_t count, double coverage,
                           const char *threshold, bp_error *error)
{
    bp_predictions *predictions = predict(s, rows, count);
    bp_calibrate_options options = {coverage, threshold};
    bp_status status = bp_calibrate(s->model, predictions, s->table, rows, &options, error);
    bp_predictions_free(predictions);
    return status;
}

static double random_at(uint64_t seed, size_t row, uint32_t what)
{
    bp_stream stream = bp_stream_new(seed, BP_PURPOSE_SHUFFLE, 0, 0, 0);
    return bp_stream_uniform(stream, (uint32_t)row, 0, 0, what);
}

/* ---- Temperature ---------------------------------------------------------------- */

static const double groups[4][3] = {
    {0.2, 0.3, 0.5}, {0.7, 0.2, 0.1}, {0.1, 0.8, 0.1}, {0.3, 0.3, 0.4}};
enum { LEAST_SURE = 3, DOUBTED = 2 }; /* the group whose largest is the least, and that class */

/* Ten rows a group, of each class as many as the group's probability of it says, so that these
 * probabilities have the least log loss. */
static void write_groups(char *text)
{
    strcpy(text, "za,zb,zc,kind\n");
    for (size_t g = 0; g < 4; g++)
        for (size_t k = 0; k < 3; k++)
            for (size_t i = 0; i < (size_t)(10 * groups[g][k] + 0.5); i++)
                sprintf(text + strlen(text), "%.17g,%.17g,%.17g,%c\n", log(groups[g][0]),
                        log(groups[g][1]), log(groups[g][2]), (char)('a' + k));
}

/* The log loss of those rows and of the row of doubt by b, where the answers are `factor` times
 * what they should be: the first group is the least sure, and the doubt is that it is of another
 * class than its first row. */
static double loss_by(double b, double factor)
{
    double loss = 0;
    for (size_t g = 0; g < 4; g++) {
        double sum = 0;
        for (size_t k = 0; k < 3; k++)
            sum += exp(b * factor * log(groups[g][k]));
        for (size_t k = 0; k < 3; k++)
            loss += 10 * groups[g][k] * (log(sum) - b * factor * log(groups[g][k]));
        if (g == LEAST_SURE)
            loss += log(sum) - b * factor * log(groups[g][DOUBTED]);
    }
    return loss;
}

static double best_by_thirds(double factor)
{
    double low = -6, high = 6; /* of the logarithm of b */
    for (int step = 0; step < 200; step++) {
        double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (loss_by(exp(a), factor) < loss_by(exp(b), factor))
            high = b;
        else
            low = a;
    }
    return exp(-low);
}

static void test_temperature(void **state)
{
    (void)state;
    static const double factors[] = {0.02, 0.25, 0.9, 1, 1.5, 2, 5, 12};
    static char text[8192];
    write_groups(text);
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        subject s;
        double p[3];
        double best = best_by_thirds(factors[f]), q[3];
        open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, 3, BP_SOFTMAX, factors[f]);
        bp_predictions *before = predict(&s, NULL, 40);
        assert_int_equal(calibrate(&s, NULL, 40, 0.9, NULL, NULL), BP_OK);
        const bp_calibration *c = bp_model_calibration(s.model);
        assert_true(fabs(c->temperature / best - 1) < 1e-6);
        assert_true(isnan(c->threshold) && c->criterion[0] == '\0' && c->rows == 40);
        bp_predictions *after = predict(&s, NULL, 40);
        assert_memory_equal(bp_predictions_classes(before), bp_predictions_classes(after),
                            40 * sizeof(uint32_t));
        for (size_t g = 0; g < 4; g++) {
            bp_predictions_probabilities(after, 10 * g, p);
            for (size_t k = 0; k < 3; k++)
                q[k] = pow(groups[g][k], factors[f] / best);
            for (size_t k = 0; k < 3; k++)
                assert_true(fabs(p[k] - q[k] / (q[0] + q[1] + q[2])) < 1e-6);
            assert_true(fabs(p[0] + p[1] + p[2] - 1) < 1e-15);
        }
        bp_predictions_free(after);
        bp_predictions_free(before);
        close_subject(&s);
    }
}

/* Where all rows are right the row of doubt alone bounds the temperature: of 20 rows that are sure
 * by exp(3) to 1 that is where they are so by 20 to 1. Where none is, no temperature is high
 * enough. */
static void test_no_minimum(void **state)
{
    (void)state;
    static const double factors[] = {3, -3};
    const double expected[] = {3 / log(20), 100};
    char text[4096] = "za,zb,kind\n";
    for (size_t i = 0; i < 20; i++)
        sprintf(text + strlen(text), "%d,%d,%c\n", i % 2 == 0, i % 2 != 0, i % 2 == 0 ? 'a' : 'b');
    for (size_t f = 0; f < 2; f++) {
        subject s;
        open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, 2, BP_SOFTMAX, factors[f]);
        assert_int_equal(calibrate(&s, NULL, 20, 0.9, NULL, NULL), BP_OK);
        assert_true(fabs(bp_model_calibration(s.model)->temperature / expected[f] - 1) < 1e-6);
        close_subject(&s);
    }
}

/* ---- Coverage ---------------------------------------------------------------------- */

enum { DRAWS = 100, KNOWN = 99, FRESH = 400 };

/* The share of fresh rows whose set or interval has the truth, over all draws; each is calibrated
 * by rows of its own. */
static double covered(const subject *s, double coverage, size_t target)
{
    size_t rows[KNOWN + FRESH], right = 0;
    static uint32_t codes[FRESH];
    static double numbers[2 * FRESH];
    bool classes = bp_preparation_class_count(bp_model_preparation(s->model)) > 0;
    for (size_t draw = 0; draw < DRAWS; draw++) {
        for (size_t i = 0; i < KNOWN + FRESH; i++)
            rows[i] = draw * (KNOWN + FRESH) + i;
        assert_int_equal(calibrate(s, rows, KNOWN, coverage, NULL, NULL), BP_OK);
        bp_predictions *fresh = predict(s, rows + KNOWN, FRESH);
        assert_int_equal(bp_preparation_truth(bp_model_preparation(s->model), s->table,
                                              rows + KNOWN, FRESH, codes, numbers, NULL),
                         BP_OK);
        for (size_t i = 0; i < FRESH; i++) {
            double room[3], low, high, truth = numbers[target * FRESH + i];
            uint32_t set[3];
            bool within = false;
            if (classes) {
                size_t count = bp_predictions_set(fresh, i, room, set);
                for (size_t k = 0; k < count; k++)
                    within = within || set[k] == codes[i];
            } else {
                bp_predictions_interval(fresh, i, target, &low, &high);
                within = low <= truth && truth <= high;
            }
            right += within;
        }
        bp_predictions_free(fresh);
    }
    return (double)right / (DRAWS * FRESH);
}

/* A softmax that is far too sure of what is drawn by a milder one. */
static void test_sets(void **state)
{
    (void)state;
    static char text[DRAWS * (KNOWN + FRESH) * 32];
    char *end = text + sprintf(text, "za,zb,zc,kind\n");
    for (size_t i = 0; i < DRAWS * (KNOWN + FRESH); i++) {
        double z[3], sum = 0, share = random_at(1, i, 9);
        for (uint32_t k = 0; k < 3; k++)
            sum += exp(z[k] = 4 * random_at(1, i, k));
        size_t kind = i < 3 ? i : share < exp(z[0]) / sum ? 0 : share < 1 - exp(z[2]) / sum ? 1 : 2;
        end += sprintf(end, "%.5f,%.5f,%.5f,%c\n", z[0], z[1], z[2], (char)('a' + kind));
    }
    subject s;
    open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, 3, BP_SOFTMAX, 3);
    static const double asked[] = {0.5, 0.8, 0.9, 0.95};
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(covered(&s, asked[i], 0) - asked[i]) < 0.015);
    close_subject(&s);
}

/* Errors that are larger where the number is, and not even around 0. */
static void test_intervals(void **state)
{
    (void)state;
    static char text[DRAWS * (KNOWN + FRESH) * 48];
    char *end = text + sprintf(text, "xa,xb,ya,yb\n");
    for (size_t i = 0; i < DRAWS * (KNOWN + FRESH); i++) {
        double x = random_at(2, i, 0), noise = random_at(2, i, 1);
        end += sprintf(end, "%.6f,%.6f,%.6f,%.6f\n", x, x, x + x * (noise - 0.3),
                       x + 100 * noise * noise);
    }
    subject s;
    open_subject(&s, text, "ya,yb", BP_TASK_REGRESSION, 2, BP_LINEAR, 1);
    for (size_t target = 0; target < 2; target++)
        for (size_t i = 8; i < 10; i++)
            assert_true(fabs(covered(&s, (double)i / 10, target) - (double)i / 10) < 0.015);
    const double *quantiles = bp_model_calibration(s.model)->quantiles;
    double low, high;
    assert_true(quantiles[1] > 50 * quantiles[0]);
    assert_true(bp_model_calibration(s.model)->temperature == 1);
    assert_int_equal(bp_model_set_calibration(s.model, NULL, NULL), BP_OK);
    bp_predictions *answers = predict(&s, NULL, 1);
    bp_predictions_interval(answers, 0, 0, &low, &high);
    assert_true(isnan(low) && isnan(high));
    bp_predictions_free(answers);
    close_subject(&s);
}

/* ---- Threshold ----------------------------------------------------------------------- */

enum { ROWS = 120 };

static double by_criterion(const char *criterion, const uint32_t *truth, const uint32_t *classes)
{
    double cost = 0, room[3 * ROWS + 16];
    bp_answers answers = {.count = ROWS,
                          .classes = 2,
                          .actual_classes = truth,
                          .predicted_classes = classes,
                          .room = room};
    if (strncmp(criterion, "cost=", 5) != 0)
        return bp_metric_find(strcmp(criterion, "youden") == 0 ? "balanced-accuracy" : criterion)
            ->compute(&answers);
    for (size_t i = 0; i < ROWS; i++)
        cost += truth[i] == classes[i] ? 0 : truth[i] == 0 ? 1 : 7;
    return -cost;
}

/* The best that any threshold comes to: that of the probability of each row, and one below all. */
static double best_of_all(const char *criterion, const uint32_t *truth, const double *second)
{
    double best = -INFINITY;
    for (size_t t = 0; t <= ROWS; t++) {
        uint32_t classes[ROWS];
        for (size_t i = 0; i < ROWS; i++)
            classes[i] = second[i] > (t < ROWS ? second[t] : 0);
        double score = by_criterion(criterion, truth, classes);
        best = score > best ? score : best;
    }
    return best;
}

static void check_threshold(const char *criterion, uint64_t seed, size_t outputs)
{
    static char text[ROWS * 48];
    uint32_t truth[ROWS];
    double second[ROWS], p[2];
    char *end = text + sprintf(text, outputs == 1 ? "z,kind\n" : "za,zb,kind\n");
    for (size_t i = 0; i < ROWS; i++) {
        double z = floor(60 * random_at(seed, i, 0)) / 10 - 2; /* some are equal */
        truth[i] = i < 2 ? (uint32_t)i : (uint32_t)(random_at(seed, i, 1) < 0.9 / (1 + exp(3 - z)));
        if (outputs == 2)
            end += sprintf(end, "%.1f,", (double)(i % 3) / 10);
        end += sprintf(end, "%.1f,%s\n", z, truth[i] ? "yes" : "no");
    }
    subject s;
    open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, outputs,
                 outputs == 1 ? BP_SIGMOID : BP_SOFTMAX, 1);
    assert_int_equal(calibrate(&s, NULL, ROWS, 0.9, criterion, NULL), BP_OK);
    const bp_calibration *c = bp_model_calibration(s.model);
    assert_true(c->threshold >= 0 && c->threshold <= 1);
    assert_string_equal(c->criterion, criterion);
    bp_predictions *answers = predict(&s, NULL, ROWS);
    bp_matrix raw = bp_predictions_outputs(answers);
    for (size_t i = 0; i < ROWS; i++) {
        bp_predictions_probabilities(answers, i, p);
        second[i] = p[1];
        assert_int_equal(bp_predictions_classes(answers)[i], p[1] > c->threshold);
        assert_int_equal(
            bp_predictor_class(s.predictor, (const double *)raw.data + i * raw.row_stride),
            p[1] > c->threshold);
    }
    assert_true(by_criterion(criterion, truth, bp_predictions_classes(answers))
                == best_of_all(criterion, truth, second));
    bp_predictions_free(answers);
    close_subject(&s);
}

static void test_threshold(void **state)
{
    (void)state;
    static const char *const criteria[] = {"f1", "mcc", "balanced-accuracy", "youden", "cost=1:7"};
    for (size_t c = 0; c < 5; c++)
        for (uint64_t seed = 1; seed <= 10; seed++)
            for (size_t outputs = 1; outputs <= 2; outputs++)
                check_threshold(criteria[c], seed, outputs);
}

/* ---- Refused ---------------------------------------------------------------------------- */

static void check_refused(const subject *s, size_t count, double coverage, const char *threshold,
                          const char *message)
{
    bp_error error;
    assert_int_not_equal(calibrate(s, NULL, count, coverage, threshold, &error), BP_OK);
    assert_string_equal(error.message, message);
    assert_null(bp_model_calibration(s->model));
}

static void test_refused(void **state)
{
    (void)state;
    static char text[8192];
    subject s, other;
    write_groups(text);
    open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, 3, BP_SOFTMAX, 1);
    check_refused(&s, 40, 1, NULL, "--coverage lies between 0 and 1, without these");
    check_refused(&s, 40, (double)NAN, NULL, "--coverage lies between 0 and 1, without these");
    check_refused(&s, 8, 0.9, NULL, "a coverage of 0.9 takes at least 9 rows, and there are 8");
    check_refused(&s, 40, 0.99, NULL,
                  "a coverage of 0.99 takes at least 99 rows, and there are 40");
    check_refused(&s, 40, 0.9, "f1", "--threshold is about two classes, and this model has 3");
    assert_int_equal(calibrate(&s, NULL, 9, 0.9, NULL, NULL), BP_OK);
    open_subject(&other, text, "kind", BP_TASK_CLASSIFICATION, 3, BP_SOFTMAX, 1);
    bp_predictions *answers = predict(&other, NULL, 40);
    assert_int_equal(bp_calibrate(s.model, answers, s.table, NULL, NULL, NULL), BP_E_ARGUMENT);
    bp_predictions_free(answers);
    close_subject(&other);
    close_subject(&s);
    strcpy(text, "z,kind\n");
    for (size_t i = 0; i < 30; i++)
        sprintf(text + strlen(text), "%zu,%s\n", i % 5, i < 20 ? "no" : "yes");
    open_subject(&s, text, "kind", BP_TASK_CLASSIFICATION, 1, BP_SIGMOID, 1);
    check_refused(&s, 20, 0.9, "mcc",
                  "all rows are of the class no; a threshold needs rows of both");
    check_refused(&s, 30, 0.9, "cost=1",
                  "--threshold cost=FP:FN takes what a false second class "
                  "costs and what a false first one, as in cost=1:5");
    check_refused(&s, 30, 0.9, "cost=0:0",
                  "--threshold cost=FP:FN takes what a false second class "
                  "costs and what a false first one, as in cost=1:5");
    check_refused(&s, 30, 0.9, "yuden",
                  "unknown value of --threshold \"yuden\"; did you mean \"youden\"?");
    check_refused(&s, 30, 0.9, "cost=1:0000000000000000000000000",
                  "--threshold takes at most 31 characters");
    close_subject(&s);
}

/* ---- The file ------------------------------------------------------------------------------ */

static void open_pair(subject *s)
{
    static char text[4096];
    strcpy(text, "z,kind\n");
    for (size_t i = 0; i < 30; i++)
        sprintf(text + strlen(text), "%zu,%s\n", i % 5, i < 20 ? "no" : "yes");
    open_subject(s, text, "kind", BP_TASK_CLASSIFICATION, 1, BP_SIGMOID, 1);
}

/* With a calibration whose text is known. */
static void set_known(bp_model *model)
{
    static const double quantile = 0.75;
    bp_calibration known = {.rows = 30,
                            .temperature = 2.5,
                            .coverage = 0.9,
                            .quantiles = &quantile,
                            .threshold = 0.25,
                            .criterion = "f1"};
    assert_int_equal(bp_model_set_calibration(model, &known, NULL), BP_OK);
}

static void test_round_trip(void **state)
{
    (void)state;
    subject s;
    bp_model *loaded = NULL;
    void *plain = NULL, *bytes = NULL, *again = NULL;
    size_t plain_size = 0, size = 0, other = 0;
    open_pair(&s);
    assert_int_equal(bp_model_save_memory(s.model, &plain, &plain_size, NULL), BP_OK);
    assert_int_equal(calibrate(&s, NULL, 30, 0.8, "cost=1:7", NULL), BP_OK);
    assert_int_equal(bp_model_save_memory(s.model, &bytes, &size, NULL), BP_OK);
    assert_int_equal(bp_model_load_memory(&loaded, bytes, size, "memory", NULL, NULL), BP_OK);
    const bp_calibration *a = bp_model_calibration(s.model), *b = bp_model_calibration(loaded);
    assert_true(a->rows == b->rows && a->temperature == b->temperature);
    assert_true(a->coverage == b->coverage && a->threshold == b->threshold);
    assert_true(a->quantiles[0] == b->quantiles[0] && a->quantiles != b->quantiles);
    assert_string_equal(b->criterion, "cost=1:7");
    assert_int_equal(bp_model_save_memory(loaded, &again, &other, NULL), BP_OK);
    assert_int_equal(size, other);
    assert_memory_equal(bytes, again, size);
    bp_model_release_memory(loaded, again, other);
    bp_model_release_memory(s.model, bytes, size);
    /* Without one the file is what it was, and is read as before. */
    assert_int_equal(bp_model_set_calibration(loaded, NULL, NULL), BP_OK);
    assert_null(bp_model_calibration(loaded));
    assert_int_equal(bp_model_save_memory(loaded, &again, &other, NULL), BP_OK);
    assert_int_equal(plain_size, other);
    assert_memory_equal(plain, again, other);
    bp_model_release_memory(loaded, again, other);
    bp_model_free(loaded);
    assert_int_equal(bp_model_load_memory(&loaded, plain, plain_size, "memory", NULL, NULL), BP_OK);
    assert_null(bp_model_calibration(loaded));
    bp_model_free(loaded);
    bp_model_release_memory(s.model, plain, plain_size);
    close_subject(&s);
}

/* Finds `text` in the file and writes as many other characters over it. */
static void check_change(const unsigned char *bytes, size_t size, const char *text,
                         const char *other, const char *message)
{
    size_t length = strlen(text), at = 0;
    unsigned char *changed = malloc(size);
    bp_model *model = NULL;
    bp_error error;
    assert_int_equal(length, strlen(other));
    memcpy(changed, bytes, size);
    while (at + length < size && memcmp(changed + at, text, length) != 0)
        at++;
    assert_true(at + length < size);
    memcpy(changed + at, other, length);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    assert_int_equal(
        bp_model_load_memory(&model, changed, size, "changed", &counting.allocator, &error),
        BP_E_MODEL);
    assert_string_equal(error.message, message);
    assert_true(failing_allocator_is_clean(&counting));
    free(changed);
}

static void test_hostile(void **state)
{
    (void)state;
#define MISSING_PART "not a calibration: a part is missing"
#define TEMPERATURE "not a calibration: its temperature is no number above 0"
#define QUANTILES "not a calibration: its quantiles are not those of such a model"
#define THRESHOLD "not a calibration: its threshold is not one of such a model"
    static const char *const changes[][3] = {
        {"rows\\\":30,\\\"temp", "rows\\\":-1,\\\"temp", MISSING_PART},
        {"rows\\\":30,\\\"temp", "rows\\\": 0,\\\"temp",
         "not a calibration: it was found on no rows"},
        {"temperature\\\":2.5", "temperature\\\":0.0", TEMPERATURE},
        {"temperature\\\":2.5", "temperature\\\":-25", TEMPERATURE},
        {"temperature\\\":2.5", "temperatura\\\":2.5", MISSING_PART},
        {"coverage\\\":0.9", "coverage\\\":1.0",
         "not a calibration: its coverage is not between 0 and 1"},
        {"coverage\\\":0.9", "coverage\\\":0.0",
         "not a calibration: its coverage is not between 0 and 1"},
        {"[0.75]", "[1.75]", QUANTILES},
        {"[0.75]", "[-1.0]", QUANTILES},
        {"[0.75]", "[null]", MISSING_PART},
        {"[0.75]", "[7,75]", MISSING_PART},
        {"[0.75]", "[    ]", MISSING_PART},
        {"\\\"threshold\\\":0.25", "\\\"threshold\\\":1.25", THRESHOLD},
        {"\\\"threshold\\\":0.25", "\\\"threshold\\\":null", MISSING_PART},
        {"\\\"threshold\\\":0.25", "\\\"thresholt\\\":0.25", MISSING_PART},
        {"\\\"criterion\\\":\\\"f1", "\\\"criterios\\\":\\\"f1", MISSING_PART},
    };
    subject s;
    void *block = NULL;
    size_t size = 0;
    open_pair(&s);
    set_known(s.model);
    assert_int_equal(bp_model_save_memory(s.model, &block, &size, NULL), BP_OK);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        check_change(block, size, changes[i][0], changes[i][1], changes[i][2]);
    unsigned char *bytes = malloc(size);
    memcpy(bytes, block, size);
    for (size_t i = 0; i < size; i++) /* any byte */
        for (unsigned bit = 0; bit < 8; bit++) {
            bp_model *model = NULL;
            bytes[i] ^= (unsigned char)(1u << bit);
            bp_status status = bp_model_load_memory(&model, bytes, size, "changed", NULL, NULL);
            assert_true(status == BP_OK || status == BP_E_MODEL);
            bp_model_free(model);
            bytes[i] ^= (unsigned char)(1u << bit);
        }
    for (size_t n = 1;; n++) { /* every allocation refused once */
        failing_allocator failing;
        bp_model *model = NULL;
        failing_allocator_init(&failing, n);
        bp_status status =
            bp_model_load_memory(&model, bytes, size, "whole", &failing.allocator, NULL);
        bp_model_free(model);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
    free(bytes);
    bp_model_release_memory(s.model, block, size);
    close_subject(&s);
}

/* What no caller may set. */
static void test_set(void **state)
{
    (void)state;
    subject s;
    open_pair(&s);
    set_known(s.model);
    const bp_calibration good = *bp_model_calibration(s.model);
    assert_int_equal(bp_model_set_calibration(s.model, bp_model_calibration(s.model), NULL), BP_OK);
    assert_true(bp_model_calibration(s.model)->quantiles[0] == 0.75);
    bp_calibration bad[6];
    double nan = (double)NAN;
    for (size_t i = 0; i < 6; i++) {
        bad[i] = good;
        bad[i].quantiles = bp_model_calibration(s.model)->quantiles;
    }
    bad[0].temperature = (double)INFINITY;
    bad[1].temperature = nan;
    bad[2].coverage = nan;
    bad[3].quantiles = &nan;
    memset(bad[4].criterion, 'x', sizeof bad[4].criterion);
    bad[5].criterion[0] = '\0';
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(bp_model_set_calibration(s.model, &bad[i], NULL), BP_E_ARGUMENT);
    assert_true(bp_model_calibration(s.model)->temperature == 2.5); /* it stays as it was */
    close_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_temperature), cmocka_unit_test(test_no_minimum),
        cmocka_unit_test(test_sets),        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_threshold),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
