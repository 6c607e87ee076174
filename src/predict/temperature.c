/* temperature.c: the temperature of the least log loss, equation (60). */
#include "predict/calibrating.h"

#include "base/math.h"

#include <math.h>
#include <string.h>

#define COLDEST 0.01
#define HOTTEST 100.0
#define STEPS 200
#define NEAR 1e-12

/* First and second derivative of the log loss of all rows by b = 1 / T, in which it is convex. */
typedef struct slope {
    double first, second;
} slope;

static void add_row(slope *sum, const double *logs, uint32_t truth, size_t classes, double b)
{
    double most = logs[0], weights = 0, mean = 0, square = 0;
    for (size_t k = 1; k < classes; k++)
        most = logs[k] > most ? logs[k] : most;
    for (size_t k = 0; k < classes; k++) {
        double weight = bp_exp(b * (logs[k] - most)), above = logs[k] - logs[truth];
        weights += weight;
        mean += weight * above;
        square += weight * above * above;
    }
    mean /= weights;
    sum->first += mean;
    sum->second += square / weights - mean * mean;
}

static slope slope_at(const double *logs, const uint32_t *truth, size_t count, size_t classes,
                      double b)
{
    slope sum = {0, 0};
    for (size_t i = 0; i < count; i++)
        add_row(&sum, logs + i * classes, truth[i], classes, b);
    return sum;
}

/* The row of doubt, behind the others: the least sure one, were it answered wrongly. */
static void add_doubt(double *logs, uint32_t *truth, size_t count, size_t classes)
{
    size_t n = classes, least = 0, other = 0;
    double *doubted = logs + count * n, lowest = 1; /* logarithms are not above 0 */
    for (size_t i = 0; i < count; i++) {
        double most = logs[i * n];
        for (size_t k = 1; k < n; k++)
            most = logs[i * n + k] > most ? logs[i * n + k] : most;
        if (i == 0 || most < lowest) {
            lowest = most;
            least = i;
        }
    }
    memcpy(doubted, logs + least * n, n * sizeof(double));
    other = truth[least] == 0 ? 1 : 0;
    for (size_t k = 0; k < n; k++)
        if (k != truth[least] && doubted[k] > doubted[other])
            other = k;
    truth[count] = (uint32_t)other;
}

/* Newton's steps, between ends that close in: outside of them the middle, by logarithms. */
double bp_best_temperature(double *logs, uint32_t *truth, size_t count, size_t classes)
{
    double low = 1 / HOTTEST, high = 1 / COLDEST, b = 1;
    if (count == 0 || classes < 2)
        return 1;
    add_doubt(logs, truth, count++, classes);
    if (slope_at(logs, truth, count, classes, low).first >= 0)
        return HOTTEST;
    if (slope_at(logs, truth, count, classes, high).first <= 0)
        return 1;
    for (size_t step = 0; step < STEPS; step++) {
        slope s = slope_at(logs, truth, count, classes, b);
        if (s.first < 0)
            low = b;
        else
            high = b;
        double next = b - s.first / s.second;
        if (!(next >= low && next <= high))
            next = sqrt(low * high);
        double moved = fabs(next - b);
        b = next;
        if (moved <= NEAR * b)
            break;
    }
    return 1 / b;
}
