/* predictor.c: prepared rows in, outputs out, averaged over the members. */
#include "predict/predictor.h"
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "predict/probabilities.h"
#include "table/prepared_row.h"

#include <math.h>

#define BLOCK_ROWS 256u /* rows that go through the network at a time */
#define FEW_ROWS 8u     /* below which they go one by one */

struct bp_predictor {
    bp_allocator allocator;
    const bp_model *model;
    size_t width;    /* outputs of a row */
    bp_plan *plan;   /* of single rows */
    bp_plan *blocks; /* of many */
    double *sums;    /* [BLOCK_ROWS][outputs] */
    double *member;  /* [BLOCK_ROWS][outputs] */
    double *answers; /* [BLOCK_ROWS][outputs] */
    bp_raw_rows raw;
    void *rows; /* [numbers_room]: BLOCK_ROWS rows of numbers, of the model's type */
};

static size_t numbers_room(const bp_predictor *predictor)
{
    return BLOCK_ROWS * bp_preparation_width(bp_model_preparation(predictor->model))
           + BP_PLAIN_LANES;
}

void bp_predictor_options_init(bp_predictor_options *options)
{
    *options = (bp_predictor_options){0};
}

static bp_status make_plan(bp_plan **plan, const bp_model *model,
                           const bp_predictor_options *options, size_t batch, bp_error *error)
{
    bp_plan_options plan_options;
    bp_plan_options_init(&plan_options);
    plan_options.type = bp_model_type(model);
    plan_options.engine = plan_options.type == BP_F32 ? "fast" : "textbook";
    if (options->engine != NULL)
        plan_options.engine = options->engine;
    plan_options.threads = options->threads;
    plan_options.batch = batch;
    plan_options.members = bp_model_members(model);
    plan_options.allocator = options->allocator;
    bp_status status = bp_plan_new(plan, bp_model_net(model), &plan_options, error);
    for (size_t m = 0; m < bp_model_members(model) && status == BP_OK; m++)
        bp_plan_set_parameters(*plan, m, bp_model_parameters(model, m));
    return status;
}

static bp_status take_room(bp_predictor *predictor, bp_error *error)
{
    const bp_allocator *memory = &predictor->allocator;
    const bp_preparation *preparation = bp_model_preparation(predictor->model);
    size_t outputs = predictor->width;
    predictor->sums = bp_allocate(memory, BLOCK_ROWS, outputs * sizeof(double), error);
    predictor->member = bp_allocate(memory, BLOCK_ROWS, outputs * sizeof(double), error);
    predictor->answers = bp_allocate(memory, BLOCK_ROWS, outputs * sizeof(double), error);
    predictor->rows = bp_allocate(memory, numbers_room(predictor),
                                  bp_type_size(bp_model_type(predictor->model)), error);
    bool whole = predictor->sums != NULL && predictor->member != NULL && predictor->answers != NULL
                 && predictor->rows != NULL;
    return whole ? bp_raw_rows_open(&predictor->raw, preparation, bp_model_type(predictor->model),
                                    memory, error)
                 : BP_E_MEMORY;
}

bp_status bp_predictor_new(bp_predictor **out, const bp_model *model,
                           const bp_predictor_options *options, bp_error *error)
{
    *out = NULL;
    bp_predictor_options defaults;
    bp_predictor_options_init(&defaults);
    if (options == NULL)
        options = &defaults;
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_predictor *predictor = bp_allocate(&memory, 1, sizeof *predictor, error);
    if (predictor == NULL)
        return BP_E_MEMORY;
    predictor->allocator = memory;
    predictor->model = model;
    predictor->width = bp_net_output_count(bp_model_net(model));
    bp_status status = make_plan(&predictor->plan, model, options, 1, error);
    if (status == BP_OK)
        status = make_plan(&predictor->blocks, model, options, BLOCK_ROWS, error);
    if (status == BP_OK)
        status = take_room(predictor, error);
    if (status != BP_OK) {
        bp_predictor_free(predictor);
        return status;
    }
    *out = predictor;
    return BP_OK;
}

void bp_predictor_free(bp_predictor *predictor)
{
    if (predictor == NULL)
        return;
    bp_allocator memory = predictor->allocator;
    size_t outputs = predictor->width;
    bp_raw_rows_close(&predictor->raw, &memory);
    bp_release(&memory, predictor->rows, numbers_room(predictor),
               bp_type_size(bp_model_type(predictor->model)));
    bp_release(&memory, predictor->answers, BLOCK_ROWS, outputs * sizeof(double));
    bp_release(&memory, predictor->member, BLOCK_ROWS, outputs * sizeof(double));
    bp_release(&memory, predictor->sums, BLOCK_ROWS, outputs * sizeof(double));
    bp_plan_free(predictor->blocks);
    bp_plan_free(predictor->plan);
    bp_release(&memory, predictor, 1, sizeof *predictor);
}

/* A view of rows start and on, where rows are taken in order. */
static bp_matrix rows_from(const bp_matrix *inputs, size_t start)
{
    bp_matrix view = *inputs;
    view.data = (const unsigned char *)inputs->data
                + start * inputs->row_stride * bp_type_size(inputs->type);
    view.rows = inputs->rows - start;
    return view;
}

/* One block: members one after another, each added in float64 in member order. */
static void average_block(bp_predictor *predictor, const bp_matrix *inputs, const size_t *rows,
                          size_t count)
{
    bp_plan *plan = count < FEW_ROWS ? predictor->plan : predictor->blocks;
    size_t members = bp_plan_members(plan), width = predictor->width;
    bp_matrix_out into = bp_matrix_out_f64(predictor->member, count, width);
    for (size_t i = 0; i < count * width; i++)
        predictor->sums[i] = 0;
    for (size_t m = 0; m < members; m++) {
        bp_plan_forward(plan, m, inputs, rows, count, &into);
        for (size_t i = 0; i < count * width; i++)
            predictor->sums[i] += predictor->member[i];
    }
    for (size_t i = 0; i < count * width; i++)
        predictor->sums[i] /= (double)members;
}

/* A single member is its own average. What is added makes a zero of either sign the sum's. */
static void answer_alone(bp_predictor *predictor, const bp_matrix *inputs, const size_t *rows,
                         size_t count, const bp_matrix_out *outputs)
{
    bp_plan *plan = count < FEW_ROWS ? predictor->plan : predictor->blocks;
    double *numbers = outputs->data;
    bp_plan_forward(plan, 0, inputs, rows, count, outputs);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < predictor->width; j++)
            numbers[i * outputs->row_stride + j] += 0.0;
}

/* Outputs from row `start` on. */
static bp_matrix_out outputs_from(const bp_matrix_out *outputs, size_t start)
{
    bp_matrix_out view = *outputs;
    view.data =
        (unsigned char *)outputs->data + start * outputs->row_stride * bp_type_size(outputs->type);
    view.rows = outputs->rows - start;
    return view;
}

void bp_predictor_outputs(bp_predictor *predictor, const bp_matrix *inputs, const size_t *rows,
                          size_t count, const bp_matrix_out *outputs)
{
    size_t width = predictor->width;
    bool alone = bp_model_members(predictor->model) == 1 && outputs->type == BP_F64;
    for (size_t start = 0; start < count; start += BLOCK_ROWS) {
        size_t left = count - start, block = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        bp_matrix view = rows != NULL ? *inputs : rows_from(inputs, start);
        const size_t *own_rows = rows != NULL ? rows + start : NULL;
        if (alone) {
            bp_matrix_out own = outputs_from(outputs, start);
            answer_alone(predictor, &view, own_rows, block, &own);
            continue;
        }
        average_block(predictor, &view, own_rows, block);
        for (size_t i = 0; i < block; i++)
            for (size_t j = 0; j < width; j++)
                bp_matrix_set(outputs, start + i, j, predictor->sums[i * width + j]);
    }
}

uint32_t bp_predictor_class(const bp_predictor *predictor, const double *outputs)
{
    const bp_calibration *calibration = bp_model_calibration(predictor->model);
    double probabilities[2]; /* a threshold is of two classes */
    if (calibration == NULL || isnan(calibration->threshold))
        return bp_class_of(outputs, predictor->width);
    bp_predictor_probabilities(predictor, outputs, probabilities);
    return probabilities[1] > calibration->threshold;
}

void bp_predictor_probabilities(const bp_predictor *predictor, const double *outputs,
                                double *probabilities)
{
    bp_model_probabilities(predictor->model, outputs, probabilities);
}

void bp_model_probabilities(const bp_model *model, const double *outputs, double *probabilities)
{
    size_t classes = bp_preparation_class_count(bp_model_preparation(model));
    const bp_calibration *calibration = bp_model_calibration(model);
    bp_probabilities_of(outputs, bp_net_output_count(bp_model_net(model)), probabilities, classes);
    if (calibration != NULL)
        bp_temper(probabilities, classes, calibration->temperature);
}

bp_status bp_predict_row(bp_predictor *predictor, const double *numbers, double *outputs,
                         bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(predictor->model);
    bp_type type = bp_model_type(predictor->model);
    size_t inputs = bp_preparation_input_count(preparation), done = 0;
    bp_matrix values = bp_matrix_f64(numbers, 1, inputs);
    bp_status status =
        bp_raw_rows_prepare(&predictor->raw, &values, 0, 1, predictor->rows, &done, error);
    if (status != BP_OK)
        return status;
    size_t width = bp_preparation_width(preparation);
    bp_matrix input = {predictor->rows, type, 1, width, width};
    bp_matrix_out into = {outputs, BP_F64, 1, predictor->width, predictor->width};
    if (bp_model_members(predictor->model) == 1)
        answer_alone(predictor, &input, NULL, 1, &into);
    else
        bp_predictor_outputs(predictor, &input, NULL, 1, &into);
    if (bp_preparation_class_count(preparation) == 0)
        bp_preparation_restore(preparation, outputs);
    return BP_OK;
}

void bp_predictor_classes(const bp_predictor *predictor, const double *outputs, size_t count,
                          uint32_t *classes)
{
    const bp_calibration *calibration = bp_model_calibration(predictor->model);
    if (calibration == NULL || isnan(calibration->threshold)) {
        bp_classes_of(outputs, predictor->width, count, classes);
        return;
    }
    for (size_t i = 0; i < count; i++)
        classes[i] = bp_predictor_class(predictor, outputs + i * predictor->width);
}

/* One block: outputs[][width], and the classes where they are asked for. */
static void finish_block(const bp_predictor *predictor, double *outputs, size_t count,
                         uint32_t *classes)
{
    const bp_preparation *preparation = bp_model_preparation(predictor->model);
    bool numbers = bp_preparation_class_count(preparation) == 0;
    for (size_t i = 0; i < count && numbers; i++)
        bp_preparation_restore(preparation, outputs + i * predictor->width);
    if (classes != NULL && !numbers)
        bp_predictor_classes(predictor, outputs, count, classes);
}

bp_status bp_predict_rows(bp_predictor *predictor, const bp_matrix *numbers, double *outputs,
                          uint32_t *classes, bp_error *error)
{
    size_t width = bp_preparation_width(bp_model_preparation(predictor->model));
    bp_status status = BP_OK;
    for (size_t start = 0; start < numbers->rows && status == BP_OK; start += BLOCK_ROWS) {
        size_t left = numbers->rows - start, count = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        double *own = outputs != NULL ? outputs + start * predictor->width : predictor->answers;
        size_t done = 0;
        status = bp_raw_rows_prepare(&predictor->raw, numbers, start, count, predictor->rows, &done,
                                     error);
        bp_matrix inputs = {predictor->rows, bp_model_type(predictor->model), done, width, width};
        bp_matrix_out into = bp_matrix_out_f64(own, done, predictor->width);
        bp_predictor_outputs(predictor, &inputs, NULL, done, &into);
        finish_block(predictor, own, done, classes != NULL ? classes + start : NULL);
        if (status != BP_OK && error != NULL)
            error->line = start + done + 1;
    }
    return status;
}

const bp_model *bp_predictor_model(const bp_predictor *predictor)
{
    return predictor->model;
}

bp_allocator bp_predictor_allocator(const bp_predictor *predictor)
{
    return predictor->allocator;
}
