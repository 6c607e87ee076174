/* textbook_rows.c: the method, one row at a time, as the equations stand in
 * docs/equations.md. Plain and in order on purpose: this is what every faster way of
 * computing is held against. */
#include <backprop/engine.h>

#include <float.h>
#include <math.h>

/* Equation (2): a neuron's output from its weighted sum. Softmax needs the whole layer
 * and is done by softmax(). */
static double transfer(bp_activation activation, double sum)
{
    switch (activation) {
    case BP_SIGMOID: return 1 / (1 + exp(-sum));
    case BP_TANH: return tanh(sum);
    case BP_RELU: return sum > 0 ? sum : 0;
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return sum;
}

/* Equation (2a): the slope of the transfer function, told from the output. */
static double transfer_derivative(bp_activation activation, double output)
{
    switch (activation) {
    case BP_SIGMOID: return output * (1 - output);
    case BP_TANH: return 1 - output * output;
    case BP_RELU: return output > 0 ? 1 : 0;
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return 1;
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

void bp_textbook_forward(const bp_net *net, const double *parameters, const double *row,
                         double *sums, double *outputs)
{
    const double *inputs = row;
    for (size_t i = 0; i < bp_net_layer_count(net); i++) { /* equation (3) */
        const bp_layer *layer = bp_net_layer(net, i);
        forward_layer(layer, parameters, inputs, sums, outputs);
        inputs = outputs;
        outputs += layer->outputs;
        if (sums != NULL)
            sums += layer->outputs;
    }
}

/* Equations (5) and (7) for the output layer. With cross-entropy the derivative of the
 * loss by the output cancels that of softmax or sigmoid. */
static void output_deltas(const bp_net *net, const bp_layer *layer, const double *outputs,
                          const double *expected, double *deltas)
{
    for (size_t j = 0; j < layer->outputs; j++) {
        double error = expected[j] - outputs[j];
        deltas[j] = bp_net_loss(net) == BP_CROSS_ENTROPY
                        ? error
                        : error * transfer_derivative(layer->activation, outputs[j]);
    }
}

/* Equations (6) and (7) for a hidden layer, from the deltas of the layer that follows. */
static void hidden_deltas(const bp_layer *layer, const bp_layer *next, const double *parameters,
                          const double *outputs, const double *next_deltas, double *deltas)
{
    for (size_t j = 0; j < layer->outputs; j++) {
        double error = 0;
        for (size_t k = 0; k < next->outputs; k++)
            error = error + parameters[next->weights + k * next->inputs + j] * next_deltas[k];
        deltas[j] = error * transfer_derivative(layer->activation, outputs[j]);
    }
}

void bp_textbook_backward(const bp_net *net, const double *parameters, const double *outputs,
                          const double *expected, double *deltas)
{
    size_t last = bp_net_layer_count(net) - 1;
    size_t offset = bp_textbook_offset(net, last);
    output_deltas(net, bp_net_layer(net, last), outputs + offset, expected, deltas + offset);
    for (size_t i = last; i-- > 0;) {
        const bp_layer *layer = bp_net_layer(net, i);
        const double *next_deltas = deltas + offset;
        offset -= layer->outputs;
        hidden_deltas(layer, bp_net_layer(net, i + 1), parameters, outputs + offset, next_deltas,
                      deltas + offset);
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

/* -log of a probability, kept finite where the probability underflowed to 0. */
static double surprise(double probability)
{
    return -log(probability > DBL_MIN ? probability : DBL_MIN);
}

double bp_textbook_loss(const bp_net *net, const double *outputs, const double *expected)
{
    size_t last = bp_net_layer_count(net) - 1;
    const bp_layer *layer = bp_net_layer(net, last);
    const double *y = outputs + bp_textbook_offset(net, last);
    double sum = 0;
    for (size_t j = 0; j < layer->outputs; j++) {
        if (bp_net_loss(net) == BP_SQUARED_ERROR) { /* equation (4) */
            double error = expected[j] - y[j];
            sum = sum + error * error;
        } else { /* equation (4b); a sigmoid output also says how likely "not j" is */
            if (expected[j] > 0)
                sum = sum + expected[j] * surprise(y[j]);
            if (layer->activation == BP_SIGMOID && expected[j] < 1)
                sum = sum + (1 - expected[j]) * surprise(1 - y[j]);
        }
    }
    return bp_net_loss(net) == BP_SQUARED_ERROR ? sum / 2 : sum;
}
