/* engines.c: the list of engines, and the only file that knows more than one. */
#include "base/names.h"
#include "engine/engine_methods.h"

#include <stddef.h>

#define ENGINE_COUNT 1

static const bp_engine_methods *const engines[ENGINE_COUNT] = {&bp_textbook_engine};

const char *bp_engine_name(size_t index)
{
    return index < ENGINE_COUNT ? engines[index]->name : NULL;
}

const char *bp_engine_help(size_t index)
{
    return index < ENGINE_COUNT ? engines[index]->help : NULL;
}

const bp_engine_methods *bp_engine_find(const char *name, bp_error *error)
{
    const char *names[ENGINE_COUNT];
    for (size_t i = 0; i < ENGINE_COUNT; i++)
        names[i] = engines[i]->name;
    size_t index = bp_name_find(name, names, ENGINE_COUNT, "engine", error);
    return index < ENGINE_COUNT ? engines[index] : NULL;
}
