/* engines.c: the list of engines, and the only file that knows more than one. */
#include "base/cpu.h"
#include "base/names.h"
#include "engine/engine_methods.h"

#include <stddef.h>

#define ENGINE_COUNT 2

static const bp_engine_methods *const engines[ENGINE_COUNT] = {&bp_textbook_engine,
                                                               &bp_fast_engine};

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

const char *bp_isa_at(size_t index)
{
    return index < BP_ISA_COUNT ? bp_isa_name((bp_isa)index) : NULL;
}

const char *bp_isa_why_not(size_t index)
{
    return index < BP_ISA_COUNT ? bp_isa_lack((bp_isa)index) : NULL;
}

bp_status bp_isa_in_use(size_t *index, bp_error *error)
{
    bp_isa isa = BP_ISA_SCALAR;
    bp_status status = bp_isa_choose(&isa, error);
    *index = (size_t)isa;
    return status;
}
