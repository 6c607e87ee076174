#!/bin/sh
# hardening.sh: tools/check-hardening accepts a hardened program and names what one lacks.
. "$SOURCE_DIR/tests/cli/support.sh"
: "${CC:?the C compiler}"
cat >said.c <<'END'
#include <stdio.h>
#include <string.h>
int main(int count, char **words)
{
    char page[3 * 4096];
    char text[16];
    snprintf(page, sizeof page, "%s", words[0]);
    strcpy(text, page);
    return count > 1 && text[0] != page[count % 4096];
}
END
all="-fPIE -pie -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
    -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack"

# check NAME FLAGS...: a program built with all, then with these.
check()
{
    name=$1
    shift
    asked="check-hardening $name: $*"
    $CC -O2 -U_FORTIFY_SOURCE $all "$@" said.c -o said 2>"$answers/err" || return 1
    sh "$source/tools/check-hardening" "$name" said >"$answers/out" 2>"$answers/err"
    status=$?
}

accepted()
{
    check "$1" || return 0 # a compiler, linker or processor without it
    [ "$status" -eq 0 ] || complain "exit status $status, not 0"
    silent
}

# refused NAME REASON FLAGS...
refused()
{
    name=$1
    reason=$2
    shift 2
    check "$name" "$@" || return 0
    [ "$status" -eq 1 ] || complain "exit status $status, not 1"
    is "hardening: said lacks $name: $reason" "$(cat "$answers/err")" "the offence"
}

accepted pie,relro,now,noexecstack
refused pie "it has one address" -fno-pie -no-pie
refused relro "no segment GNU_RELRO" -Wl,-z,norelro
refused now "no BIND_NOW" -Wl,-z,lazy
refused noexecstack "a segment is RWE" -Wl,-z,execstack
accepted stack-protector-strong
refused stack-protector-strong "nothing calls __stack_chk_fail" -fno-stack-protector
if echo '#include <features.h>
__GLIBC__' | $CC -E - 2>/dev/null | grep -qx '[0-9]*'; then
    accepted fortify
    refused fortify "no checked function is called" -U_FORTIFY_SOURCE
fi
case $(uname -m) in
x86_64)
    accepted stack-clash-protection
    refused stack-clash-protection "no frame is touched page by page" \
        -fno-stack-clash-protection
    ;;
esac
refused luck "this is not known to check-hardening"
asked="check-hardening of what is no program"
sh "$source/tools/check-hardening" pie said.c >"$answers/out" 2>"$answers/err"
is 2 $? "the exit status"
finish
