/* textbook_rows.c: the method, one row at a time, as the equations stand in
 * docs/equations.md. Plain and in order on purpose: this is what every faster way of
 * computing is held against. */
#include "engine/textbook/textbook_rows.h"

#include <float.h>
#include <math.h>

#define SELU_SCALE 1.0507009873554804934
#define SELU_ALPHA 1.6732632423543772848
#define LEAK 0.01

/* 1 / (1 + exp(-z)), and the normal distribution function and its density. */
static double logistic(double z)
{
    return 1 / (1 + exp(-z));
}

static double normal(double z)
{
    return 0.5 * (1 + erf(z * 0.70710678118654752440));
}

static double normal_density(double z)
{
    return 0.39894228040143267794 * exp(-z * z / 2);
}

static double softplus(double z)
{
    return (z > 0 ? z : 0) + log1p(exp(-fabs(z)));
}

/* Equation (2): a neuron's output from its weighted sum. Softmax needs the whole layer
 * and is done by softmax(). */
static double transfer(bp_activation activation, double sum)
{
    switch (activation) {
    case BP_SIGMOID: return logistic(sum);
    case BP_TANH: return tanh(sum);
    case BP_RELU: return sum > 0 ? sum : 0;
    case BP_LEAKY_RELU: return sum > 0 ? sum : LEAK * sum;
    case BP_ELU: return sum > 0 ? sum : expm1(sum);
    case BP_SELU: return SELU_SCALE * (sum > 0 ? sum : SELU_ALPHA * expm1(sum));
    case BP_GELU: return sum * normal(sum);
    case BP_SILU: return sum * logistic(sum);
    case BP_MISH: return sum * tanh(softplus(sum));
    case BP_SOFTPLUS: return softplus(sum);
    case BP_SOFTSIGN: return sum / (1 + fabs(sum));
    case BP_HARD_SIGMOID: return sum <= -3 ? 0 : sum >= 3 ? 1 : sum / 6 + 0.5; /* NaN stays */
    case BP_GAUSSIAN: return exp(-sum * sum);
    case BP_SINE: return sin(sum);
    case BP_EXPONENTIAL: return exp(sum);
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return sum;
}

static double mish_slope(double sum)
{
    double t = tanh(softplus(sum));
    return t + sum * (1 - t * t) * logistic(sum);
}

/* Equation (2a): the slope of the transfer function, told from the output or, where that
 * does not tell it (bp_activation_is_by_sum), from the sum. */
static double transfer_derivative(bp_activation activation, double sum, double output)
{
    switch (activation) {
    case BP_SIGMOID: return output * (1 - output);
    case BP_TANH: return 1 - output * output;
    case BP_RELU: return output > 0 ? 1 : 0;
    case BP_LEAKY_RELU: return output > 0 ? 1 : LEAK;
    case BP_ELU: return output > 0 ? 1 : output + 1;
    case BP_SELU: return output > 0 ? SELU_SCALE : output + SELU_SCALE * SELU_ALPHA;
    case BP_GELU: return normal(sum) + sum * normal_density(sum);
    case BP_SILU: return logistic(sum) * (1 + sum * (1 - logistic(sum)));
    case BP_MISH: return mish_slope(sum);
    case BP_SOFTPLUS: return logistic(sum);
    case BP_SOFTSIGN: return (1 - fabs(output)) * (1 - fabs(output));
    case BP_HARD_SIGMOID: return output > 0 && output < 1 ? 1.0 / 6 : 0;
    case BP_GAUSSIAN: return -2 * sum * output;
    case BP_SINE: return cos(sum);
    case BP_EXPONENTIAL: return output;
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return 1;
}

/* No layer asks where the caller has none. */
static double sum_at(const double *sums, size_t j)
{
    return sums != NULL ? sums[j] : 0;
}

static const double *sums_from(const double *sums, size_t offset)
{
    return sums != NULL ? sums + offset : NULL;
}

/* Equation (19): outputs[n] holds sums and becomes probabilities. Taking the largest
 * sum from all of them changes no probability and keeps exp from overflowing. */
static void softmax(double *outputs, size_t n)
{
    double largest = outputs[0], total = 0;
    for (size_t k = 1; k < n; k++)
        if (outputs[k] > largest)
            largest = outputs[k];
    for (size_t k = 0; k < n; k++) {
        outputs[k] = exp(outputs[k] - largest);
        total = total + outputs[k];
    }
    for (size_t k = 0; k < n; k++)
        outputs[k] = outputs[k] / total;
}

size_t bp_textbook_offset(const bp_net *net, size_t layer)
{
    size_t offset = 0;
    for (size_t i = 0; i < layer; i++)
        offset += bp_net_layer(net, i)->outputs;
    return offset;
}

/* Equations (1) and (2) for one layer: inputs[layer->inputs] to outputs[layer->outputs]. */
static void forward_layer(const bp_layer *layer, const double *parameters, const double *inputs,
                          double *sums, double *outputs)
{
    for (size_t j = 0; j < layer->outputs; j++) {
        const double *weights = parameters + layer->weights + j * layer->inputs;
        double sum = parameters[layer->biases + j];
        for (size_t i = 0; i < layer->inputs; i++)
            sum = sum + weights[i] * inputs[i];
        if (sums != NULL)
            sums[j] = sum;
        outputs[j] = transfer(layer->activation, sum);
    }
    if (layer->activation == BP_SOFTMAX)
        softmax(outputs, layer->outputs);
}

void textbook_masked_forward(const bp_net *net, const double *parameters, const double *row,
                             const double *masks, double *sums, double *plain, double *outputs)
{
    const double *inputs = row;
    size_t layers = bp_net_layer_count(net);
    for (size_t i = 0; i < layers; i++) { /* equation (3) */
        const bp_layer *layer = bp_net_layer(net, i);
        forward_layer(layer, parameters, inputs, sums, outputs);
        for (size_t j = 0; j < layer->outputs && plain != NULL; j++)
            plain[j] = outputs[j];
        for (size_t j = 0; j < layer->outputs && masks != NULL && i + 1 < layers; j++)
            outputs[j] = masks[j] * outputs[j]; /* equation (35) */
        inputs = outputs;
        outputs += layer->outputs;
        sums = sums != NULL ? sums + layer->outputs : NULL;
        plain = plain != NULL ? plain + layer->outputs : NULL;
        masks = masks != NULL ? masks + layer->outputs : NULL;
    }
}

void bp_textbook_forward(const bp_net *net, const double *parameters, const double *row,
                         double *sums, double *outputs)
{
    textbook_masked_forward(net, parameters, row, NULL, sums, NULL, outputs);
}

/* -log of a probability, kept finite where the probability underflowed to 0. */
static double surprise(double probability)
{
    return -log(probability < DBL_MIN ? DBL_MIN : probability);
}

/* Equation (4b), what one output adds; a sigmoid also says how likely "not this" is. */
static double cross_entropy(bp_activation activation, double output, double expected)
{
    double entropy = expected > 0 ? expected * surprise(output) : 0;
    if (activation == BP_SIGMOID && expected < 1)
        entropy = entropy + (1 - expected) * surprise(1 - output);
    return entropy;
}

/* Equations (4), (4c) to (4f): what one output adds to the loss. */
static double loss_term(const bp_net *net, double output, double expected)
{
    const bp_loss_settings *settings = bp_net_loss_settings(net);
    double error = expected - output, size = fabs(error), delta = settings->huber_delta;
    switch (bp_net_loss(net)) {
    case BP_ABSOLUTE_ERROR: return size;
    case BP_HUBER: return size > delta ? delta * (size - delta / 2) : error * error / 2;
    case BP_LOG_COSH: return size + log1p(exp(-2 * size)) - 0.69314718055994530942;
    case BP_QUANTILE:
        return error > 0 ? settings->quantile * error : (settings->quantile - 1) * error;
    case BP_POISSON: return output - expected * log(output < DBL_MIN ? DBL_MIN : output);
    case BP_SQUARED_ERROR:
    case BP_CROSS_ENTROPY:
    case BP_LOSS_COUNT: break;
    }
    return error * error / 2;
}

/* Equation (5): -dLoss/doutput, of a loss by outputs. */
static double output_error(const bp_net *net, double output, double expected)
{
    const bp_loss_settings *settings = bp_net_loss_settings(net);
    double error = expected - output, delta = settings->huber_delta;
    switch (bp_net_loss(net)) {
    case BP_ABSOLUTE_ERROR: return error > 0 ? 1 : error < 0 ? -1 : 0;
    case BP_HUBER: return error > delta ? delta : error < -delta ? -delta : error;
    case BP_LOG_COSH: return tanh(error);
    case BP_QUANTILE:
        return error > 0 ? settings->quantile : error < 0 ? settings->quantile - 1 : 0;
    case BP_SQUARED_ERROR:
    case BP_CROSS_ENTROPY:
    case BP_POISSON:
    case BP_LOSS_COUNT: break;
    }
    return error;
}

/* Equation (4h): a cross-entropy as the focal loss has it, and how its slope grows. */
static double focal_loss(double focal, double entropy)
{
    return focal > 0 ? pow(1 - exp(-entropy), focal) * entropy : entropy;
}

static double focal_slope(double focal, double entropy)
{
    double right = exp(-entropy), wrong = 1 - right;
    if (!(focal > 0))
        return 1;
    return wrong > 0 ? pow(wrong, focal) * (1 + focal * entropy * right / wrong) : 0;
}

/* The cross-entropy of a softmax layer's row. */
static double row_entropy(const bp_layer *layer, const double *outputs, const double *expected)
{
    double entropy = 0;
    for (size_t k = 0; k < layer->outputs; k++)
        entropy = entropy + cross_entropy(layer->activation, outputs[k], expected[k]);
    return entropy;
}

/* Equations (5) and (7) for the output layer. With cross-entropy the derivative of the
 * loss by the output cancels that of softmax or sigmoid; so does poisson's that of exp. */
static void output_deltas(const bp_net *net, const bp_layer *layer, const double *sums,
                          const double *outputs, const double *expected, double *deltas)
{
    double focal = bp_net_loss_settings(net)->focal, row = 1;
    if (layer->activation == BP_SOFTMAX)
        row = focal_slope(focal, row_entropy(layer, outputs, expected));
    for (size_t k = 0; k < layer->outputs; k++) {
        double error = output_error(net, outputs[k], expected[k]);
        if (bp_net_loss(net) == BP_CROSS_ENTROPY)
            deltas[k] = error
                        * (layer->activation == BP_SOFTMAX
                               ? row
                               : focal_slope(focal, cross_entropy(layer->activation, outputs[k],
                                                                  expected[k])));
        else if (bp_net_loss(net) == BP_POISSON)
            deltas[k] = error;
        else
            deltas[k] = error * transfer_derivative(layer->activation, sum_at(sums, k), outputs[k]);
    }
}

/* Equations (6) and (7) for a hidden layer, from the deltas of the layer that follows. */
static void hidden_deltas(const bp_layer *layer, const bp_layer *next, const double *parameters,
                          const double *masks, const double *sums, const double *outputs,
                          const double *next_deltas, double *deltas)
{
    for (size_t j = 0; j < layer->outputs; j++) {
        double error = 0;
        for (size_t k = 0; k < next->outputs; k++)
            error = error + parameters[next->weights + k * next->inputs + j] * next_deltas[k];
        if (masks != NULL)
            error = masks[j] * error;
        deltas[j] = error * transfer_derivative(layer->activation, sum_at(sums, j), outputs[j]);
    }
}

/* From the last layer's deltas, those of all layers before it. */
static void propagate_deltas(const bp_net *net, const double *parameters, const double *masks,
                             const double *sums, const double *outputs, double *deltas)
{
    size_t last = bp_net_layer_count(net) - 1;
    size_t offset = bp_textbook_offset(net, last);
    for (size_t i = last; i-- > 0;) {
        const bp_layer *layer = bp_net_layer(net, i);
        const double *next_deltas = deltas + offset;
        offset -= layer->outputs;
        hidden_deltas(layer, bp_net_layer(net, i + 1), parameters, sums_from(masks, offset),
                      sums_from(sums, offset), outputs + offset, next_deltas, deltas + offset);
    }
}

void textbook_masked_backward(const bp_net *net, const double *parameters, const double *masks,
                              const double *sums, const double *outputs, const double *expected,
                              double *deltas)
{
    size_t last = bp_net_layer_count(net) - 1;
    size_t offset = bp_textbook_offset(net, last);
    output_deltas(net, bp_net_layer(net, last), sums_from(sums, offset), outputs + offset, expected,
                  deltas + offset);
    propagate_deltas(net, parameters, masks, sums, outputs, deltas);
}

void bp_textbook_backward(const bp_net *net, const double *parameters, const double *sums,
                          const double *outputs, const double *expected, double *deltas)
{
    textbook_masked_backward(net, parameters, NULL, sums, outputs, expected, deltas);
}

/* Equation (38), by the sums of the last layer. */
static void share_deltas(const bp_layer *layer, const double *sums, const double *outputs,
                         const double *shares, double *deltas)
{
    double mean = 0;
    for (size_t k = 0; k < layer->outputs; k++)
        mean = mean + shares[k] * outputs[k];
    for (size_t k = 0; k < layer->outputs; k++)
        deltas[k] =
            layer->activation == BP_SOFTMAX
                ? outputs[k] * (shares[k] - mean)
                : shares[k] * transfer_derivative(layer->activation, sum_at(sums, k), outputs[k]);
}

void bp_textbook_input_gradient(const bp_net *net, const double *parameters, const double *sums,
                                const double *outputs, const double *shares, double *deltas,
                                double *gradient)
{
    const bp_layer *first = bp_net_layer(net, 0);
    size_t last = bp_net_layer_count(net) - 1, offset = bp_textbook_offset(net, last);
    share_deltas(bp_net_layer(net, last), sums_from(sums, offset), outputs + offset, shares,
                 deltas + offset);
    propagate_deltas(net, parameters, NULL, sums, outputs, deltas);
    for (size_t i = 0; i < first->inputs; i++)
        gradient[i] = 0;
    for (size_t j = 0; j < first->outputs; j++) {
        const double *weights = parameters + first->weights + j * first->inputs;
        for (size_t i = 0; i < first->inputs; i++)
            gradient[i] = gradient[i] + weights[i] * deltas[j];
    }
}

void bp_textbook_update(const bp_net *net, double *parameters, const double *row,
                        const double *outputs, const double *deltas, double rate)
{
    const double *inputs = row;
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        for (size_t j = 0; j < layer->outputs; j++) {
            double *weights = parameters + layer->weights + j * layer->inputs;
            for (size_t i = 0; i < layer->inputs; i++) /* equation (8) */
                weights[i] = weights[i] + rate * deltas[j] * inputs[i];
            double *bias = parameters + layer->biases + j; /* equation (9) */
            *bias = *bias + rate * deltas[j];
        }
        inputs = outputs;
        outputs += layer->outputs;
        deltas += layer->outputs;
    }
}

/* Squares are summed before they are halved, as the method always did. */
static double half_squares(const bp_layer *layer, const double *outputs, const double *expected)
{
    double sum = 0;
    for (size_t k = 0; k < layer->outputs; k++) {
        double error = expected[k] - outputs[k];
        sum = sum + error * error;
    }
    return sum / 2;
}

double bp_textbook_loss(const bp_net *net, const double *outputs, const double *expected)
{
    size_t last = bp_net_layer_count(net) - 1;
    const bp_layer *layer = bp_net_layer(net, last);
    const double *y = outputs + bp_textbook_offset(net, last);
    double focal = bp_net_loss_settings(net)->focal, sum = 0;
    if (bp_net_loss(net) == BP_SQUARED_ERROR)
        return half_squares(layer, y, expected);
    if (layer->activation == BP_SOFTMAX)
        return focal_loss(focal, row_entropy(layer, y, expected));
    for (size_t k = 0; k < layer->outputs; k++)
        sum = sum
              + (bp_net_loss(net) == BP_CROSS_ENTROPY
                     ? focal_loss(focal, cross_entropy(layer->activation, y[k], expected[k]))
                     : loss_term(net, y[k], expected[k]));
    return sum;
}
