/* probabilities.c: outputs as classes and their probabilities, equations (19), (36) and (60). */
#include "predict/probabilities.h"

#include "base/math.h"

#include <float.h>

uint32_t bp_class_of(const double *outputs, size_t width)
{
    if (width == 1)
        return outputs[0] > 0.5;
    size_t best = 0;
    double most = outputs[0];
    for (size_t k = 1; k < width; k++) { /* chosen without branching: classes are anyone's guess */
        bool more = outputs[k] > most;
        best = more ? k : best;
        most = more ? outputs[k] : most;
    }
    return (uint32_t)best;
}

void bp_classes_of(const double *outputs, size_t width, size_t count, uint32_t *classes)
{
    for (size_t i = 0; i < count; i++)
        classes[i] = bp_class_of(outputs + i * width, width);
}

/* What is no number counts as 0. */
static double within(double x, double high)
{
    return x > high ? high : x > 0 ? x : 0;
}

void bp_probabilities_of(const double *outputs, size_t width, double *probabilities, size_t classes)
{
    double sum = 0;
    if (width == 1) {
        probabilities[1] = within(outputs[0], 1);
        probabilities[0] = 1 - probabilities[1];
        return;
    }
    for (size_t k = 0; k < classes; k++) {
        probabilities[k] = within(outputs[k], DBL_MAX);
        sum += probabilities[k];
    }
    for (size_t k = 0; k < classes; k++)
        probabilities[k] = sum > 0 && sum <= DBL_MAX ? probabilities[k] / sum : 1 / (double)classes;
}

/* One below 2^-52 counts as that, as in (21f): what a float32 output says below it is noise. */
double bp_log_probability(double probability)
{
    return bp_log(probability > DBL_EPSILON ? probability : DBL_EPSILON);
}

/* The largest keeps its place: its power is 1, and none is larger. */
void bp_temper(double *probabilities, size_t classes, double temperature)
{
    double most = 0, sum = 0;
    if (temperature == 1)
        return;
    for (size_t k = 0; k < classes; k++)
        most = probabilities[k] > most ? probabilities[k] : most;
    for (size_t k = 0; k < classes; k++) {
        double below = bp_log_probability(probabilities[k]) - bp_log_probability(most);
        probabilities[k] = bp_exp(below / temperature);
        sum += probabilities[k];
    }
    for (size_t k = 0; k < classes; k++)
        probabilities[k] /= sum;
}
