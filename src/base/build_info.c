/* build_info.c: which library this is. */
#include <backprop/base.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "an unknown compiler"
#endif

const char *bp_version(void)
{
    return BP_VERSION;
}

const char *bp_build_info(void)
{
    return "backprop " BP_VERSION ", built with " COMPILER;
}
