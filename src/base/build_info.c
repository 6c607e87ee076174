/* build_info.c: which library this is. */
#include <backprop/base.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "an unknown compiler"
#endif

/* The libraries that read more forms of tables. */
#ifdef BACKPROP_HAS_ZLIB
#define ZLIB ", zlib"
#else
#define ZLIB ""
#endif
#ifdef BACKPROP_HAS_ZSTD
#define ZSTD ", zstd"
#else
#define ZSTD ""
#endif

#ifdef BACKPROP_HAS_SQLITE
#define SQLITE ", sqlite"
#else
#define SQLITE ""
#endif

const char *bp_version(void)
{
    return BP_VERSION;
}

const char *bp_build_info(void)
{
    return "backprop " BP_VERSION ", built with " COMPILER ZLIB ZSTD SQLITE;
}
