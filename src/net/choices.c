/* choices.c: activations, losses, initializers and update rules by name. Each is a row
 * of a list in net.h; its formula stands in each engine. */
#include "base/names.h"

#include <backprop/net.h>

#include <string.h>

#define ROW_NAME(member, name, help) name,
#define ROW_HELP(member, name, help) help,

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

DEFINE_CHOICE(activation, bp_activation, BP_ACTIVATION_MAP, BP_ACTIVATION_COUNT, same, "activation")
DEFINE_CHOICE(loss, bp_loss, BP_LOSS_MAP, BP_LOSS_COUNT, same, "loss")
DEFINE_CHOICE(initializer, bp_initializer, BP_INITIALIZER_MAP, BP_INITIALIZER_COUNT, without_alias,
              "initializer")
DEFINE_CHOICE(rule, bp_rule_kind, BP_RULE_MAP, BP_RULE_COUNT, same, "optimizer")

size_t bp_rule_state_count(bp_rule_kind kind)
{
    static const size_t counts[] = {[BP_SGD] = 0, [BP_MOMENTUM] = 1, [BP_ADAM] = 2};
    return (size_t)kind < BP_RULE_COUNT ? counts[kind] : 0;
}

void bp_rule_init(bp_rule *rule)
{
    *rule =
        (bp_rule){.kind = BP_SGD, .momentum = 0.9, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
}
