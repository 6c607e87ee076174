#!/bin/sh
# cross_validation.sh: `backprop cv` gives the published scores, and regression's.
. "$SOURCE_DIR/tests/cli/support.sh"

good cv "$seeds" --recipe tutorial --seed 1
silent
says "fold scores   90.476 92.857 97.619 92.857 92.857"
says "mean accuracy 93.333 %"
says "zero rule     28.095 %"
contains "$answers/out" "(--target)"
contains "$answers/out" "(--task)"
contains "$answers/out" "which leaks  (--scale-on)"

good cv "$seeds" --recipe=tutorial --seed=1 --json
silent
for key in scores_percent zero_rule_scores_percent; do
    is "$(number_list "$oracle" $key)" "$(number_list "$answers/out" $key)" "$key"
done
for key in mean_percent zero_rule_mean_percent; do
    is "$(number "$oracle" $key)" "$(number "$answers/out" $key)" "$key"
done
contains "$answers/out" '"schema":"backprop.cv/1"'
is 1 "$(wc -l <"$answers/out" | tr -d ' ')" "lines of JSON"

# Quiet: the scores alone. The same seed twice: the same scores.
good cv "$seeds" -q --epochs 20
is 3 "$(wc -l <"$answers/out" | tr -d ' ')" "lines with -q"
cp "$answers/out" "$answers/first"
good cv "$seeds" -q --epochs 20
cmp -s "$answers/first" "$answers/out" || complain "the same seed gave other scores"

# From standard input.
asked="backprop cv - <wheat-seeds.csv"
program cv - -q --epochs 20 <"$seeds" >"$answers/out" 2>"$answers/err"
is 0 $? "exit status"
cmp -s "$answers/first" "$answers/out" || complain "standard input gave other scores"

# Regression reports the error beside the zero rule's.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 60; i++) print i % 10 ",", i % 7 ",", (i % 10) * 2.5 - (i % 7) + 0.5 }' \
    | tr -d ' ' >line.csv
good cv line.csv --epochs 50 --json
for metric in rmse mae r2; do
    contains "$answers/out" "\"$metric\":{\"scores\":["
done
good cv line.csv --epochs 50
contains "$answers/out" "rmse"
contains "$answers/out" "zero rule"
finish
