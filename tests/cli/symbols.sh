#!/bin/sh
# symbols.sh: tools/check-symbols accepts a lawful library and names what breaks a law.
. "$SOURCE_DIR/tests/cli/support.sh"
: "${CC:?the C compiler}"

mkdir -p tree/include/backprop build
echo 'BP_API int bp_answer(void);' >tree/include/backprop/base.h

# check SOURCE [OTHER]: a library of one file, said.c, or two, other.c.
check()
{
    asked="check-symbols: $1"
    rm -f build/libbackprop.* ./*.c.o
    printf '%s\n' '#include <math.h>' '#include <stdio.h>' '#include <stdlib.h>' "$1" >said.c
    printf '%s\n' "${2:-typedef int nothing;}" >other.c
    for file in said.c other.c; do
        $CC -O1 -fno-builtin -fPIC -c $file -o $file.o 2>"$answers/err" || complain "no object"
    done
    ar rc build/libbackprop.a said.c.o other.c.o
    $CC -shared said.c.o other.c.o -o build/libbackprop.so -lm
    sh "$source/tools/check-symbols" build tree >"$answers/out" 2>"$answers/err"
    status=$?
}

refused()
{
    [ "$status" -eq 1 ] || complain "exit status $status, not 1"
    is "symbols: $1" "$(cat "$answers/err")" "the offence"
}

check 'static const int n = 42; int bp_answer(void) { return (int)sqrt(n); }'
[ "$status" -eq 0 ] || complain "exit status $status, not 0"
silent
check 'int bp_answer(void) { return printf("42"); }'
refused "said.c calls printf: the library does not"
check 'int bp_answer(void) { abort(); }'
refused "said.c calls abort: the library does not"
check 'int bp_answer(void) { free(0); return (int)sqrt(42); }'
refused "said.c calls free: that is for memory.c alone"
check 'int bp_answer(void) { return (int)exp(42); }'
refused "said.c calls exp: that is for textbook_rows.c alone"
for name in expf logf tanhf powf sinf cosf erff exp2 log2 cbrt hypot lgamma tgamma fmod sinh atan2; do
    check "int bp_answer(void) { return ((int (*)(void))$name)(); }"
    refused "said.c calls $name: the library does not"
done
check 'double exp(double) __attribute__((weak)); int bp_answer(void) { return (int)exp(42); }'
refused "said.c calls exp: that is for textbook_rows.c alone"
check 'int bp_answer(void) { return (int)exp(42); }' \
    'static double exp(double x) { return x + 1; } double (*const bp_one)(double) __attribute__((visibility("hidden"))) = exp;'
refused "said.c calls exp: that is for textbook_rows.c alone"
check 'static int n; int bp_answer(void) { return n += (int)sqrt(42); }'
refused "said.c keeps n, which can be written"
check 'int bp_answer(void) { return (int)sqrt(42); } int bp_private(void) { return 1; }'
refused "exported, in no public header: bp_private"
check 'int bp_other(void) { return (int)sqrt(42); } int bp_answer(void) __attribute__((visibility("hidden"))); int bp_answer(void) { return 42; }'
contains "$answers/err" "symbols: published in a header, not in the library: bp_answer"
finish
