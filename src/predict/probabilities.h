/* probabilities.h: what outputs mean: a class, and a probability for each. */
#ifndef PREDICT_PROBABILITIES_H
#define PREDICT_PROBABILITIES_H

#include <backprop/net.h>

/* The class of the largest output, the first among equals; of a single output the second class
 * where it is above 1/2. */
uint32_t bp_class_of(const double *outputs, size_t width);

/* The same of many rows, outputs[count][width]. */
void bp_classes_of(const double *outputs, size_t width, size_t count, uint32_t *classes);

/* Equation (36): probabilities[classes], which sum to 1, from `width` outputs. */
void bp_probabilities_of(const double *outputs, size_t width, double *probabilities,
                         size_t classes);

/* The logarithm that equation (60) takes of a probability. */
double bp_log_probability(double probability);

/* Equation (60): probabilities[classes] at a temperature, as they are at 1. */
void bp_temper(double *probabilities, size_t classes, double temperature);

#endif
