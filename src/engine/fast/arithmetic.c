/* arithmetic.c: the numbers of the update rules, computed once for all ways. */
#include "engine/fast/arithmetic.h"

#include "engine/samples.h"

#include <float.h>
#include <math.h>

void bp_rule_clock_reset(bp_rule_clock *clock)
{
    clock->beta1_power = 1.0;
    clock->beta2_power = 1.0;
    clock->moved = false;
}

static bool stands_alone(const bp_rule *rule)
{
    return rule->l1 == 0 && rule->l2 == 0 && rule->weight_decay == 0 && rule->clip_value == 0
           && rule->clip_norm == 0 && rule->max_norm == 0;
}

bool bp_rule_is_plain(const bp_rule *rule)
{
    return (rule->kind == BP_SGD || rule->kind == BP_MOMENTUM || rule->kind == BP_ADAM)
           && stands_alone(rule) && rule->layer_rates == NULL && rule->bias_rates == NULL
           && rule->input_scale == 0;
}

/* Not sgd, which as a plain rule rounds the product of rate and scale. */
bool bp_rule_is_fused(const bp_rule *rule)
{
    return bp_rule_is_plain(rule)
           || ((rule->kind == BP_MOMENTUM || rule->kind == BP_ADAM) && stands_alone(rule));
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
                         bp_type type, double rate, double beta1)
{
    clock->beta1_power = next_power(clock->beta1_power, beta1);
    clock->beta2_power = next_power(clock->beta2_power, rule->beta2);
    double correction = sqrt(1.0 - clock->beta2_power);
    factors->step = rounded(type, rate * correction / (1.0 - clock->beta1_power));
    factors->epsilon = rounded(type, rule->epsilon * correction);
    factors->beta1 = rounded(type, beta1);
    factors->beta2 = rounded(type, rule->beta2);
    factors->beta1_rest = rounded(type, 1.0 - beta1);
    factors->beta2_rest = rounded(type, 1.0 - rule->beta2);
}

void bp_rule_factors_next(bp_rule_factors *factors, bp_rule_clock *clock, const bp_rule *rule,
                          bp_type type, bp_reduction reduction, size_t rows, double rate,
                          double momentum)
{
    *factors = (bp_rule_factors){.step = rounded(type, rate), .scale = 1.0};
    if (reduction == BP_MEAN)
        factors->scale = inverse_rows(type, rows);
    factors->momentum = rounded(type, momentum > 0 ? momentum : rule->momentum);
    factors->epsilon = rounded(type, rule->epsilon);
    factors->rho = rounded(type, rule->rho);
    factors->rho_rest = rounded(type, 1.0 - rule->rho);
    factors->l1 = rounded(type, rule->l1);
    factors->l2 = rounded(type, rule->l2);
    factors->decay = rounded(type, rate * rule->weight_decay);
    factors->clip_value = rounded(type, rule->clip_value);
    factors->input_scale = rounded(type, rule->input_scale);
    factors->first = clock->moved ? 0 : 1;
    clock->moved = true;
    factors->product = product(type, factors->step, factors->scale);
    if (rule->kind == BP_ADAM || rule->kind == BP_ADAMW)
        adam_factors(factors, clock, rule, type, rate, momentum > 0 ? momentum : rule->beta1);
}

double bp_rule_clipped_scale(const bp_rule *rule, bp_type type, double scale, double norm)
{
    double share = rule->clip_norm / (scale * norm + 1e-6);
    return share < 1 ? rounded(type, scale * share) : scale;
}
