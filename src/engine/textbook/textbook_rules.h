/* textbook_rules.h: how a gradient changes the weights. */
#ifndef TEXTBOOK_TEXTBOOK_RULES_H
#define TEXTBOOK_TEXTBOOK_RULES_H

#include <backprop/engine.h>

/* One network of the group: its weights and what its rule keeps. */
typedef struct textbook_member {
    double *parameters; /* [parameter_count] */
    double *first;      /* [parameter_count]: the first number of state */
    double *second;     /* [parameter_count]: the second */
    double *source;     /* [the first layer's parameters] without the scales of inputs, or NULL */
    double *scales;     /* [3][inputs] and the rule's two numbers of each */
    double beta1_power, beta2_power; /* beta^t, as running products */
    bool moved;                      /* a step was made */
} textbook_member;

/* One application of a gradient. */
typedef struct textbook_update {
    const bp_net *net;
    bp_rule rule;           /* layer_rates and bias_rates given */
    const double *gradient; /* [parameter_count], summed over rows */
    double scale;           /* what it is multiplied by: 1 / rows, or 1 */
    double rate;
} textbook_update;

/* Whether the rule is the tutorial's own: sgd with nothing beside it. */
bool textbook_is_plain(const bp_rule *rule);

void textbook_reset_clock(textbook_member *member);
void textbook_apply_rule(const textbook_update *update, textbook_member *member);

#endif
