/* lesson.c: the tutorial's six sections as calls of the library. */
#include "lesson.h"

#include "decisions.h"

#include <string.h>

const double lesson_rows[TRAINED_ROWS][LESSON_INPUTS] = {
    {2.7810836, 2.550537003},   {1.465489372, 2.362125076}, {3.396561688, 4.400293529},
    {1.38807019, 1.850220317},  {3.06407232, 3.005305973},  {7.627531214, 2.759262235},
    {5.332441248, 2.088626775}, {6.922596716, 1.77106367},  {8.675418651, -0.242068655},
    {7.673756466, 3.508563011},
};

const uint32_t lesson_classes[TRAINED_ROWS] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};

/* Section 1: a network of one hidden layer with the tutorial's first weights. */
static bp_status initialize(bp_net **net, const char *shape, double *weights, bp_error *error)
{
    bp_status status = bp_net_new(net, shape, BP_SQUARED_ERROR, NULL, error);
    if (status != BP_OK)
        return status;
    bp_initialization initialization;
    bp_initialization_init(&initialization);
    initialization.initializer = BP_UNIFORM;
    initialization.low = 0;
    initialization.high = 1;
    initialization.generator = BP_MERSENNE;
    initialization.seed = LESSON_SEED;
    bp_net_initialize(*net, &initialization, BP_F64, weights);
    return BP_OK;
}

/* Sections 2 and 3: one row forward; the outputs that the tutorial gives, backward. */
static void propagate(struct lesson *lesson)
{
    static const double row[LESSON_INPUTS] = {1, 0};
    static const double given[SMALL_UNITS] = {0.7105668883115941, 0.6213859615555266,
                                              0.6573693455986976};
    static const double expected[LESSON_OUTPUTS] = {0, 1};
    memcpy(lesson->forward_row, row, sizeof row);
    memcpy(lesson->given_outputs, given, sizeof given);
    memcpy(lesson->expected, expected, sizeof expected);
    bp_textbook_forward(lesson->small, lesson->weights, lesson->forward_row, lesson->sums,
                        lesson->outputs);
    bp_textbook_backward(lesson->small, lesson->weights, NULL, lesson->given_outputs,
                         lesson->expected, lesson->deltas);
}

/* Section 4, the part to check by hand: the update after the first row. */
static void update_once(struct lesson *lesson)
{
    double expected[LESSON_OUTPUTS] = {0, 0};
    expected[lesson_classes[0]] = 1;
    memcpy(lesson->first_update, lesson->initial, sizeof lesson->initial);
    bp_textbook_forward(lesson->net, lesson->initial, lesson_rows[0], NULL, lesson->first_outputs);
    bp_textbook_backward(lesson->net, lesson->initial, NULL, lesson->first_outputs, expected,
                         lesson->first_deltas);
    bp_textbook_update(lesson->net, lesson->first_update, lesson_rows[0], lesson->first_outputs,
                       lesson->first_deltas, TRAINED_RATE);
}

/* Section 4: online training, row by row in order. */
static void train(struct lesson *lesson, bp_plan *plan)
{
    const bp_samples samples = {
        .inputs = bp_matrix_f64(&lesson_rows[0][0], TRAINED_ROWS, LESSON_INPUTS),
        .classes = lesson_classes,
    };
    bp_plan_set_parameters(plan, 0, lesson->initial);
    for (size_t epoch = 0; epoch < TRAINED_EPOCHS; epoch++) {
        bp_run run = {.samples = &samples, .count = TRAINED_ROWS, .rate = TRAINED_RATE};
        bp_plan_step(plan, &run);
        lesson->errors[epoch] = 2 * run.loss; /* exact: the loss is half of it */
    }
    bp_plan_get_parameters(plan, 0, lesson->trained);
}

/* Section 5: the class is the larger output. */
static void predict(struct lesson *lesson)
{
    double outputs[TRAINED_UNITS];
    const double *last = outputs + bp_textbook_offset(lesson->net, 1);
    for (size_t row = 0; row < TRAINED_ROWS; row++) {
        bp_textbook_forward(lesson->net, lesson->trained, lesson_rows[row], NULL, outputs);
        memcpy(lesson->answers[row], last, sizeof lesson->answers[row]);
        lesson->predicted[row] = last[1] > last[0];
    }
}

bp_status lesson_make(struct lesson *lesson, bp_error *error)
{
    bp_plan *plan = NULL;
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "textbook";
    options.type = BP_F64;
    options.batch = 1;
    bp_status status = initialize(&lesson->small, "2-1-2", lesson->weights, error);
    if (status == BP_OK)
        status = initialize(&lesson->net, "2-2-2", lesson->initial, error);
    if (status == BP_OK)
        status = bp_plan_new(&plan, lesson->net, &options, error);
    if (status != BP_OK)
        return status;
    propagate(lesson);
    update_once(lesson);
    train(lesson, plan);
    predict(lesson);
    bp_plan_free(plan);
    return BP_OK;
}

bp_status lesson_make_wheat(struct lesson *lesson, const char *path, const bp_config *recipe,
                            const bp_observer *observer, bp_error *error)
{
    bp_status status = bp_table_open(&lesson->table, path, recipe, error);
    if (status == BP_OK)
        status = bp_config_preparation(&lesson->preparation, lesson->table, recipe, error);
    if (status == BP_OK)
        status = bp_cross_validate(&lesson->validation, lesson->table, recipe, observer, error);
    return status;
}

void lesson_free(struct lesson *lesson)
{
    bp_validation_free(lesson->validation);
    bp_preparation_free(lesson->preparation);
    bp_table_free(lesson->table);
    bp_net_free(lesson->net);
    bp_net_free(lesson->small);
}
