#!/bin/sh
# tutorial.sh: `backprop tutorial` shows the published numbers.
. "$SOURCE_DIR/tests/cli/support.sh"

# The text, all of it.
cd "$source" || exit 1
good tutorial
silent
cmp -s "$answers/out" "$golden/tutorial.txt" || near "$answers/out" "$golden/tutorial.txt" || {
    complain "the text is not that of golden/tutorial.txt"
    diff "$golden/tutorial.txt" "$answers/out" | head -n 20
}
says ">epoch=0, lrate=0.500, error=6.350"
says ">epoch=19, lrate=0.500, error=1.132"
says "mean accuracy 93.333 %"
is 5 "$(grep -cx 'Expected=0, Got=0' "$answers/out")" "rows of class 0 predicted right"
is 5 "$(grep -cx 'Expected=1, Got=1' "$answers/out")" "rows of class 1 predicted right"

# The JSON, section by section, digit by digit: each has the oracle's keys in its order.
section()
{
    sed 's/.*"'"$1"'":\(.*\),"'"$2"'":.*/\1/' <"$3"
}
compact "$oracle" >"$answers/oracle"
good tutorial --json
silent
compact "$answers/out" >"$answers/lesson"
previous=
for next in initialize forward backward train predict wheat; do
    if [ -n "$previous" ]; then
        section $previous $next "$answers/oracle" >"$answers/theirs"
        section $previous $next "$answers/lesson" >"$answers/ours"
        cmp -s "$answers/theirs" "$answers/ours" || near "$answers/theirs" "$answers/ours" ||
            complain "section $previous is not the published one"
    fi
    previous=$next
done
wheat=$(sed 's/.*"wheat":\(.*"zero_rule_printed":"[^"]*"\).*/\1/' <"$answers/oracle")
contains "$answers/lesson" "\"wheat\":$wheat}}"

# One section alone, and a place for the table.
good tutorial --section 3
contains "$answers/out" "delta = -0.00053480480466105"
grep -q "epoch=" "$answers/out" && complain "--section 3 shows section 4"
cp "$seeds" "$scratch/elsewhere.csv"
cd "$scratch" || exit 1
good tutorial elsewhere.csv --section 6 --json
contains "$answers/out" '"mean_percent":93.33333333333334'

# Without the table (an installed copy may stand in for it) the rest is shown.
good tutorial
says ">epoch=19, lrate=0.500, error=1.132"
if ! grep -q "^mean accuracy" "$answers/out"; then
    contains "$answers/err" "backprop tutorial FILE"
    bad 3 "backprop: data/wheat-seeds.csv: not found; give the wheat seeds as backprop tutorial FILE" \
        tutorial --section 6
fi
bad 3 "backprop: nowhere.csv: cannot open: No such file or directory" tutorial nowhere.csv
bad 2 'backprop: --section takes a whole number from 1 to 6, not "7"' tutorial --section 7
finish
