/* cpu.h: which instruction sets this machine has and which one is used. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <backprop/base.h>

typedef enum bp_isa { BP_ISA_SCALAR, BP_ISA_AVX2, BP_ISA_AVX512, BP_ISA_NEON, BP_ISA_COUNT } bp_isa;

const char *bp_isa_name(bp_isa isa); /* "scalar", "avx2", "avx512", "neon" */

/* NULL where this build and processor have it, else the reason ("this processor has no
 * AVX-512", "not built for this architecture"). */
const char *bp_isa_lack(bp_isa isa);

/* The instruction set for a new plan: that of the environment variable BP_ISA where it
 * is set (BP_E_UNSUPPORTED with the reason where it cannot be had, BP_E_OPTION where it
 * is no name), else the best this processor has. */
bp_status bp_isa_choose(bp_isa *isa, bp_error *error);

/* Processors that this process may run on, at least 1. */
size_t bp_processors(void);

/* Whether BP_ISA chose it: then it is used even where another would be quicker. */
bool bp_isa_is_forced(void);

#endif
