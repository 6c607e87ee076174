#!/bin/sh
# layers.sh: tools/check-layers accepts a lawful tree and names both files of each offence.
. "$SOURCE_DIR/tests/cli/support.sh"

# file PATH LINE...: a source file of the tree under test.
file()
{
    path=tree/$1
    shift
    mkdir -p "$(dirname "$path")"
    printf '%s\n' "$@" >"$path"
}

check()
{
    asked="check-layers: $1"
    sh "$source/tools/check-layers" tree >"$answers/out" 2>"$answers/err"
    status=$?
}

# refused FILE LINE OTHER: the last file written is the one offence; then it is taken away.
refused()
{
    check "$1 includes $3"
    [ "$status" -eq 1 ] || complain "exit status $status, not 1"
    is 1 "$(wc -l <"$answers/err" | tr -d ' ')" "lines"
    contains "$answers/err" "$1:$2: includes $3: "
    rm "$path"
}

file include/backprop.h '#include <backprop/base.h>' '#include <backprop/train.h>'
file include/backprop/base.h '#include <stddef.h>'
file include/backprop/net.h '#include <backprop/base.h>'
file include/backprop/train.h '#include <backprop/net.h>'
file src/base/memory.h '#include <backprop/base.h>'
file src/net/net.h '#include <backprop/net.h>'
file src/engine/methods.h '#include "net/net.h"'
file src/engine/textbook/rows.h '#include "engine/methods.h"'
file src/engine/fast/way.h '#include "engine/methods.h"'
file src/engine/engines.c '#include "engine/fast/way.h"' '#include "engine/textbook/rows.h"'
file src/train/trainer.c '#include <backprop/train.h>' '#include "engine/methods.h"' \
    '#include "base/memory.h"' '#include <math.h>'
file src/train/schedule.h '#include <backprop/base.h>'
file app/cli/verbs.h '#include <backprop.h>' '#include <stdio.h>'
file app/show/chart.c '#include "cli/verbs.h"'
file examples/shortest.c '#include <backprop.h>'
file tests/test_net.c '#include "net/net.h"' '#include "train/schedule.h"'
check "a lawful tree"
[ "$status" -eq 0 ] || complain "exit status $status, not 0"
silent

file src/base/upward.c '' '#include "train/schedule.h"'
refused src/base/upward.c 2 train/schedule.h
file src/base/upward.c '#  include <backprop/train.h>'
refused src/base/upward.c 1 backprop/train.h
file src/metric/stranger.c '#include "net/net.h"'
refused src/metric/stranger.c 1 net/net.h
file src/model/stranger.c '#include "engine/methods.h"'
refused src/model/stranger.c 1 engine/methods.h
file src/engine/fast/peer.c '#include "engine/textbook/rows.h"'
refused src/engine/fast/peer.c 1 engine/textbook/rows.h
file src/engine/plan.c '#include "engine/fast/way.h"'
refused src/engine/plan.c 1 engine/fast/way.h
file src/train/beneath.c '#include "engine/fast/way.h"'
refused src/train/beneath.c 1 engine/fast/way.h
file src/train/umbrella.c '#include <backprop.h>'
refused src/train/umbrella.c 1 include/backprop.h
file src/net/short.c '#include "net.h"'
refused src/net/short.c 1 net.h
file src/other/homeless.c '#include "base/memory.h"'
refused src/other/homeless.c 1 base/memory.h
file include/backprop/table.h '#include <backprop/net.h>'
refused include/backprop/table.h 1 backprop/net.h
file app/cli/private.c '#include "net/net.h"'
refused app/cli/private.c 1 net/net.h
file app/cli/private.c '#include "../../src/net/net.h"'
refused app/cli/private.c 1 ../../src/net/net.h
file app/cli/topic.c '#include <backprop/net.h>'
refused app/cli/topic.c 1 include/backprop/net.h
file examples/private.c '#include "net/net.h"'
refused examples/private.c 1 net/net.h

file bench/trainer.c '#include <backprop.h>'
check "two files of one name"
[ "$status" -eq 1 ] || complain "exit status $status, not 1"
contains "$answers/err" "src/train/trainer.c:1: has the same name as bench/trainer.c"
finish
