/* cpu.c: which instruction sets this processor has, and how many processors there are. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/cpu.h"

#include "base/error.h"
#include "base/names.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const isa_names[BP_ISA_COUNT] = {"scalar", "avx2", "avx512", "neon"};

const char *bp_isa_name(bp_isa isa)
{
    return isa_names[isa];
}

#if defined(__x86_64__)

const char *bp_isa_lack(bp_isa isa)
{
    __builtin_cpu_init();
    if (isa == BP_ISA_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                   ? NULL
                   : "this processor has no AVX2 with FMA";
    if (isa == BP_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                       && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
                       && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                   ? NULL
                   : "this processor has no AVX-512 (F, DQ, BW, VL)";
    return isa == BP_ISA_SCALAR ? NULL : "not built for this architecture";
}

#else

const char *bp_isa_lack(bp_isa isa)
{
#if defined(__aarch64__)
    if (isa == BP_ISA_NEON)
        return NULL;
#endif
    return isa == BP_ISA_SCALAR ? NULL : "not built for this architecture";
}

#endif

static bp_isa best_isa(void)
{
    static const bp_isa by_speed[] = {BP_ISA_AVX512, BP_ISA_AVX2, BP_ISA_NEON};
    for (size_t i = 0; i < sizeof by_speed / sizeof *by_speed; i++)
        if (bp_isa_lack(by_speed[i]) == NULL)
            return by_speed[i];
    return BP_ISA_SCALAR;
}

size_t bp_processors(void)
{
#if defined(__linux__) /* a container or taskset may allow fewer than there are */
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (size_t)CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

bool bp_isa_is_forced(void)
{
    const char *forced = getenv("BP_ISA");
    return forced != NULL && *forced != '\0';
}

bp_status bp_isa_choose(bp_isa *isa, bp_error *error)
{
    const char *forced = getenv("BP_ISA");
    *isa = best_isa();
    if (!bp_isa_is_forced())
        return BP_OK;
    size_t index = bp_name_find(forced, isa_names, BP_ISA_COUNT, "instruction set", error);
    if (index >= BP_ISA_COUNT)
        return BP_E_OPTION;
    const char *lack = bp_isa_lack((bp_isa)index);
    if (lack != NULL)
        return bp_fail(error, BP_E_UNSUPPORTED, "BP_ISA=%s: %s", forced, lack);
    *isa = (bp_isa)index;
    return BP_OK;
}
