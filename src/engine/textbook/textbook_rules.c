/* textbook_rules.c: the update rules and what may stand beside them, as the equations stand
 * in docs/equations.md: plain float64, one weight after the other. */
#include "engine/textbook/textbook_rules.h"

#include <math.h>

bool textbook_is_plain(const bp_rule *rule)
{
    return rule->kind == BP_SGD && rule->l1 == 0 && rule->l2 == 0 && rule->weight_decay == 0
           && rule->clip_value == 0 && rule->clip_norm == 0 && rule->max_norm == 0
           && rule->layer_rates == NULL && rule->bias_rates == NULL;
}

void textbook_reset_clock(textbook_member *member)
{
    member->beta1_power = member->beta2_power = 1;
    member->moved = false;
}

static double sign(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/* Equation (15h): what the gradient is multiplied by. */
static double clipped_scale(const textbook_update *update)
{
    double sum = 0;
    if (!(update->rule.clip_norm > 0))
        return update->scale;
    for (size_t i = 0; i < bp_net_parameter_count(update->net); i++)
        sum = sum + update->gradient[i] * update->gradient[i];
    double share = update->rule.clip_norm / (update->scale * sqrt(sum) + 1e-6);
    return share < 1 ? update->scale * share : update->scale;
}

/* Equations (15e) and (15g): a number of the gradient as the rule sees it. */
static double prepared_gradient(const textbook_update *update, double scale, size_t i, double w,
                                bool is_weight)
{
    const bp_rule *rule = &update->rule;
    double g = scale * update->gradient[i];
    if (rule->clip_value > 0)
        g = g > rule->clip_value ? rule->clip_value : g < -rule->clip_value ? -rule->clip_value : g;
    return is_weight ? g + rule->l2 * w + rule->l1 * sign(w) : g;
}

/* A rule finds the states that it asks for; others are NULL and not looked at.
 * NOLINTBEGIN(clang-analyzer-core.NullDereference) */

/* Equation (15d). */
static double rprop_move(const textbook_update *update, textbook_member *member, size_t i, double g)
{
    double *last = &member->first[i], *size = &member->second[i];
    double turn = sign(g) * sign(*last);
    if (!member->moved)
        *size = update->rate;
    if (turn > 0)
        *size = *size * 1.2 < 50 ? *size * 1.2 : 50;
    if (turn < 0)
        *size = *size * 0.5 > 1e-6 ? *size * 0.5 : 1e-6;
    *last = turn < 0 ? 0 : g;
    return *size * sign(*last);
}

/* By how much a weight becomes less. */
static double move_of(const textbook_update *update, textbook_member *member, size_t i, double g,
                      double share)
{
    const bp_rule *rule = &update->rule;
    double rate = update->rate * share;
    double *first = member->first != NULL ? &member->first[i] : NULL;
    double *second = member->second != NULL ? &member->second[i] : NULL;
    switch (rule->kind) {
    case BP_MOMENTUM: /* equation (12) */
        *first = rule->momentum * *first + g;
        return rate * *first;
    case BP_NESTEROV: /* equation (15a) */
        *first = rule->momentum * *first + g;
        return rate * (g + rule->momentum * *first);
    case BP_ADAM:
    case BP_ADAMW: {
        *first = rule->beta1 * *first + (1 - rule->beta1) * g;       /* equation (13) */
        *second = rule->beta2 * *second + (1 - rule->beta2) * g * g; /* equation (14) */
        double m_unbiased = *first / (1 - member->beta1_power);
        double v_unbiased = *second / (1 - member->beta2_power);
        return rate * m_unbiased / (sqrt(v_unbiased) + rule->epsilon); /* (15) */
    }
    case BP_ADAGRAD: /* equation (15b) */
        *first = *first + g * g;
        return rate * g / (sqrt(*first) + rule->epsilon);
    case BP_RMSPROP: /* equation (15c) */
        *first = rule->rho * *first + (1 - rule->rho) * g * g;
        return rate * g / (sqrt(*first) + rule->epsilon);
    case BP_RPROP: return share * rprop_move(update, member, i, g);
    case BP_SGD:
    case BP_RULE_COUNT: break;
    }
    return rate * g; /* equation (11) */
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */

static void change(const textbook_update *update, textbook_member *member, double *w, double scale,
                   double share, size_t i, bool is_weight)
{
    double g = prepared_gradient(update, scale, i, *w, is_weight);
    if (is_weight) /* equation (15f) */
        *w = *w - update->rate * share * update->rule.weight_decay * *w;
    *w = *w - move_of(update, member, i, g, share);
}

/* Adam's step of the scale of an input, by the slope of the loss along it. */
static void move_scale(const textbook_update *update, textbook_member *member, size_t i,
                       double slope)
{
    const bp_rule *rule = &update->rule;
    size_t inputs = bp_net_input_count(update->net);
    double *scale = member->scales + i, *first = scale + inputs, *second = first + inputs;
    *first = rule->beta1 * *first + (1 - rule->beta1) * slope;
    *second = rule->beta2 * *second + (1 - rule->beta2) * slope * slope;
    double m_unbiased = *first / (1 - member->beta1_power);
    double v_unbiased = *second / (1 - member->beta2_power);
    *scale =
        *scale - update->rate * rule->input_scale * m_unbiased / (sqrt(v_unbiased) + rule->epsilon);
}

/* Equation (15j): the weights of the first layer. */
static void change_scaled(const textbook_update *update, textbook_member *member, double scale)
{
    const bp_layer *layer = bp_net_layer(update->net, 0);
    double share = update->rule.layer_rates[0];
    for (size_t i = 0; i < layer->inputs; i++) {
        double before = member->scales[i], slope = 0;
        for (size_t p = i; p < layer->inputs * layer->outputs; p += layer->inputs)
            slope = slope + member->source[p] * update->gradient[layer->weights + p];
        move_scale(update, member, i, scale * slope);
        for (size_t p = i; p < layer->inputs * layer->outputs; p += layer->inputs) {
            change(update, member, &member->source[p], scale * before, share, layer->weights + p,
                   true);
            member->parameters[layer->weights + p] = member->scales[i] * member->source[p];
        }
    }
}

/* Equation (15i). */
static void limit_norms(const textbook_update *update, const bp_layer *layer, double *parameters)
{
    double most = update->rule.max_norm;
    for (size_t j = 0; j < layer->outputs && most > 0; j++) {
        double *weights = parameters + layer->weights + j * layer->inputs, sum = 0;
        for (size_t i = 0; i < layer->inputs; i++)
            sum = sum + weights[i] * weights[i];
        for (size_t i = 0; i < layer->inputs && sqrt(sum) > most; i++)
            weights[i] = weights[i] * (most / sqrt(sum));
    }
}

void textbook_apply_rule(const textbook_update *update, textbook_member *member)
{
    double scale = clipped_scale(update);
    member->beta1_power *= update->rule.beta1;
    member->beta2_power *= update->rule.beta2;
    for (size_t l = 0; l < bp_net_layer_count(update->net); l++) {
        const bp_layer *layer = bp_net_layer(update->net, l);
        double share = update->rule.layer_rates[l];
        if (l == 0 && member->source != NULL)
            change_scaled(update, member, scale);
        for (size_t i = layer->weights; i < layer->biases && (l > 0 || member->source == NULL); i++)
            change(update, member, &member->parameters[i], scale, share, i, true);
        for (size_t i = layer->biases; i < layer->biases + layer->outputs; i++)
            change(update, member, &member->parameters[i], scale, update->rule.bias_rates[l], i,
                   false);
        limit_norms(update, layer, member->parameters);
    }
    member->moved = true;
}
