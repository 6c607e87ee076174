/* kernel_choice.h: the table of kernels of an instruction set and number type, where each
 * way names its tables NAME_ISA_TYPE. */
#ifndef FAST_KERNEL_CHOICE_H
#define FAST_KERNEL_CHOICE_H

#include "base/cpu.h"

#define BP_KERNELS_OF(name, isa, type)                                                             \
    ((type) == BP_F32 ? &name##_##isa##_f32 : &name##_##isa##_f64)

#if defined(__x86_64__)
#define BP_CHOOSE_KERNELS(name, isa, type)                                                         \
    ((isa) == BP_ISA_AVX512 ? BP_KERNELS_OF(name, avx512, type)                                    \
     : (isa) == BP_ISA_AVX2 ? BP_KERNELS_OF(name, avx2, type)                                      \
                            : BP_KERNELS_OF(name, scalar, type))
#elif defined(__aarch64__)
#define BP_CHOOSE_KERNELS(name, isa, type)                                                         \
    ((isa) == BP_ISA_NEON ? BP_KERNELS_OF(name, neon, type) : BP_KERNELS_OF(name, scalar, type))
#else
#define BP_CHOOSE_KERNELS(name, isa, type) ((void)(isa), BP_KERNELS_OF(name, scalar, type))
#endif

#endif
