/* arithmetic.c: the numbers of the update rules, computed once for all ways. */
#include "engine/fast/arithmetic.h"

#include "engine/samples.h"

#include <float.h>
#include <math.h>

void bp_rule_clock_reset(bp_rule_clock *clock)
{
    clock->beta1_power = 1.0;
    clock->beta2_power = 1.0;
}

static double rounded(bp_type type, double value)
{
    return type == BP_F32 ? (double)(float)value : value;
}

bp_objective bp_objective_of(const bp_net *net, bp_type type)
{
    const bp_loss_settings *settings = bp_net_loss_settings(net);
    bp_class_targets class = bp_net_class_targets(net);
    return (bp_objective){.loss = bp_net_loss(net),
                          .on = rounded(type, class.on),
                          .off = rounded(type, class.off),
                          .huber_delta = rounded(type, settings->huber_delta),
                          .quantile = rounded(type, settings->quantile),
                          .focal = rounded(type, settings->focal)};
}

/* 1 / rows, divided in the plan's type. */
static double inverse_rows(bp_type type, size_t rows)
{
    return type == BP_F32 ? (double)(1.0f / (float)rows) : 1.0 / (double)rows;
}

static double product(bp_type type, double a, double b)
{
    return type == BP_F32 ? (double)((float)a * (float)b) : a * b;
}

/* A power below the normal numbers no longer shows in 1 - power: 0 is quicker. */
static double next_power(double power, double beta)
{
    power *= beta;
    return power < DBL_MIN ? 0.0 : power;
}

static void adam_factors(bp_rule_factors *factors, bp_rule_clock *clock, const bp_rule *rule,
                         bp_type type, double rate)
{
    clock->beta1_power = next_power(clock->beta1_power, rule->beta1);
    clock->beta2_power = next_power(clock->beta2_power, rule->beta2);
    double correction = sqrt(1.0 - clock->beta2_power);
    factors->step = rounded(type, rate * correction / (1.0 - clock->beta1_power));
    factors->epsilon = rounded(type, rule->epsilon * correction);
    factors->beta1 = rounded(type, rule->beta1);
    factors->beta2 = rounded(type, rule->beta2);
    factors->beta1_rest = rounded(type, 1.0 - rule->beta1);
    factors->beta2_rest = rounded(type, 1.0 - rule->beta2);
}

void bp_rule_factors_next(bp_rule_factors *factors, bp_rule_clock *clock, const bp_rule *rule,
                          bp_type type, bp_reduction reduction, size_t rows, double rate)
{
    *factors = (bp_rule_factors){.step = rounded(type, rate), .scale = 1.0};
    if (reduction == BP_MEAN)
        factors->scale = inverse_rows(type, rows);
    if (rule->kind == BP_SGD)
        factors->step = product(type, factors->step, factors->scale);
    else if (rule->kind == BP_MOMENTUM)
        factors->momentum = rounded(type, rule->momentum);
    else
        adam_factors(factors, clock, rule, type, rate);
}
