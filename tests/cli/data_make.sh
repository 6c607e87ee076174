#!/bin/sh
# data_make.sh: tables made up: the same text everywhere, kinds offered, files written whole.
. "$SOURCE_DIR/tests/cli/support.sh"

good data make xor --rows 4
silent
is "x1,x2,class 0,0,a 1,0,b 0,1,b 1,1,a" "$(echo $(cat "$answers/out"))" "the corners"
good data make sine --rows 2
is "x,y 0,0 3.141592653589793,1.2246467991473532e-16" "$(echo $(cat "$answers/out"))" "sine"

# The same text on every machine.
for kind in xor moons circles spirals blobs checkerboard friedman linear sine; do
    good data make $kind --rows 50 --noise 0.25 --seed 7
    cat "$answers/out"
done >"$answers/all"
is "$(cat "$golden/made-up.cksum")" "$(cksum <"$answers/all")" "checksum of all kinds"
good help data make
for kind in xor moons circles spirals blobs checkerboard friedman linear sine; do
    contains "$answers/out" "  $kind  "
done

# A table made up is one that the other verbs read.
good data make blobs --rows 90 -o blobs.csv
[ -s "$answers/out" ] && complain "it wrote to standard output too"
good train blobs.csv -o blobs.model --epochs 5
notes "task          classification, 3 classes: a, b, c  (--task)"

bad 2 "backprop: data needs ACTION; see backprop help data" data
bad 2 'backprop: unknown action "mak" of data; did you mean "make"?' data mak xor
bad 2 'backprop: unknown action "nothing" of data; backprop help data lists them' data nothing
bad 2 'backprop: unknown action "mak" of data; did you mean "make"?' help data mak
bad 2 "backprop: cv has no actions; see backprop help cv" help cv now
bad 2 "backprop: data make needs KIND; see backprop help data make" data make
bad 2 'backprop: unknown kind of table "moon"; did you mean "moons"?' data make moon
bad 2 'backprop: unknown kind of table "zzzzzzz"; there are xor, moons, circles, spirals, blobs, checkerboard, friedman, linear, sine' data make zzzzzzz
bad 2 'backprop: --rows takes a whole number from 1 to 10000000, not "0"' data make xor --rows 0
bad 2 'backprop: --noise takes a number from 0 to 1000000, not "-1"' data make xor --noise -1
bad 2 "backprop: cv does not take --noise; it is an option of: data make" cv --noise 1
bad 5 "backprop: nowhere/x.csv: cannot write: No such file or directory" data make xor -o nowhere/x.csv
finish
