/* choices.c: activations, losses, initializers and update rules by name. Each is a row
 * of a list in net.h; its formula stands in each engine. */
#include "base/names.h"

#include <backprop/net.h>

#include <string.h>

#define FIRST(first, ...) first
#define ROW_NAME(member, name, ...) name,
#define ROW_HELP(member, name, ...) FIRST(__VA_ARGS__, 0),

/* Defines bp_<noun>_name, bp_<noun>_help and bp_<noun>_find over the rows of MAP. */
#define DEFINE_CHOICE(noun, type, MAP, COUNT, find_name, kind)                                     \
    static const char *const noun##_names[] = {MAP(ROW_NAME)};                                     \
    static const char *const noun##_helps[] = {MAP(ROW_HELP)};                                     \
    const char *bp_##noun##_name(type value)                                                       \
    {                                                                                              \
        return (size_t)value < COUNT ? noun##_names[value] : NULL;                                 \
    }                                                                                              \
    const char *bp_##noun##_help(type value)                                                       \
    {                                                                                              \
        return (size_t)value < COUNT ? noun##_helps[value] : NULL;                                 \
    }                                                                                              \
    bp_status bp_##noun##_find(const char *name, type *value, bp_error *error)                     \
    {                                                                                              \
        size_t index = bp_name_find(find_name(name), noun##_names, COUNT, kind, error);            \
        if (index == COUNT)                                                                        \
            return BP_E_OPTION;                                                                    \
        *value = (type)index;                                                                      \
        return BP_OK;                                                                              \
    }

static const char *same(const char *name)
{
    return name;
}

/* Xavier is Glorot's first name; both are in use. */
static const char *without_alias(const char *name)
{
    if (strcmp(name, "xavier-uniform") == 0)
        return "glorot-uniform";
    if (strcmp(name, "xavier-normal") == 0)
        return "glorot-normal";
    return name;
}

/* Ramachandran, Zoph and Le called swish what was known as SiLU. */
static const char *without_swish(const char *name)
{
    return strcmp(name, "swish") == 0 ? "silu" : name;
}

DEFINE_CHOICE(activation, bp_activation, BP_ACTIVATION_MAP, BP_ACTIVATION_COUNT, without_swish,
              "activation")
DEFINE_CHOICE(loss, bp_loss, BP_LOSS_MAP, BP_LOSS_COUNT, same, "loss")
DEFINE_CHOICE(initializer, bp_initializer, BP_INITIALIZER_MAP, BP_INITIALIZER_COUNT, without_alias,
              "initializer")
DEFINE_CHOICE(rule, bp_rule_kind, BP_RULE_MAP, BP_RULE_COUNT, same, "optimizer")

#define ROW_BY_SUM(member, name, help, initializer, by_sum) by_sum,
#define ROW_INITIALIZER(member, name, help, initializer, by_sum) initializer,

bool bp_activation_is_by_sum(bp_activation activation)
{
    static const bool by_sum[] = {BP_ACTIVATION_MAP(ROW_BY_SUM)};
    return (size_t)activation < BP_ACTIVATION_COUNT && by_sum[activation];
}

bp_initializer bp_activation_initializer(bp_activation activation)
{
    static const bp_initializer initializers[] = {BP_ACTIVATION_MAP(ROW_INITIALIZER)};
    return (size_t)activation < BP_ACTIVATION_COUNT ? initializers[activation] : BP_GLOROT_UNIFORM;
}

#define ROW_STATES(member, name, help, states) states,

size_t bp_rule_state_count(bp_rule_kind kind)
{
    static const size_t counts[] = {BP_RULE_MAP(ROW_STATES)};
    return (size_t)kind < BP_RULE_COUNT ? counts[kind] : 0;
}

bool bp_rule_learns_scales(const bp_rule *rule, size_t layers)
{
    return rule->input_scale > 0 && layers > 1;
}

void bp_rule_init(bp_rule *rule)
{
    *rule = (bp_rule){.kind = BP_SGD,
                      .momentum = 0.9,
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .rho = 0.99,
                      .epsilon = 1e-8};
}
