#!/bin/sh
# compare.sh: `backprop cv --compare`: two recipes on the same folds.
. "$SOURCE_DIR/tests/cli/support.sh"

# The means are those of each recipe alone.
mean()
{
    compact "$answers/out" | sed 's/.*"accuracy":{"scores":[^]]*\],"mean":\([^,]*\),.*/\1/'
}
good cv "$seeds" --epochs 20 --json
first=$(mean)
good cv "$seeds" --epochs 20 --recipe linear --json
second=$(mean)
good cv "$seeds" --epochs 20 --compare "--recipe linear" --json
silent
contains "$answers/out" '"schema":"backprop.cv/1"'
is 1 "$(wc -l <"$answers/out" | tr -d ' ')" "lines of JSON"
is "$first" "$(mean)" "mean of the first"
compact "$answers/out" | sed 's/.*"comparison"://' >comparison.json
is '{"with":"--recipelinear","engine"' "$(cut -d: -f1-2 comparison.json | sed 's/,"engine".*/,"engine"/')" "what is compared"
accuracy=$(sed 's/.*"metrics":{"accuracy":\({[^}]*}\).*/\1/' comparison.json)
echo "$accuracy" >accuracy.json
is "$first" "$(number accuracy.json first)" "the first"
is "$second" "$(number accuracy.json second)" "the second"
is 4 "$(number accuracy.json freedom)" "freedom"
is 0.95 "$(number comparison.json level)" "level"
for key in difference low high deviation error statistic p; do
    is 1 "$(number accuracy.json $key | grep -cE '^-?[0-9.]+(e-?[0-9]+)?$')" "a number: $key"
done
contains comparison.json '"recipe":{"value":"linear","from":"caller"}'
contains comparison.json '"epochs":{"value":"20","from":"caller"}'
contains comparison.json '"sentence":"'

# For people: a table and one sentence. 40 epochs more of the same beside nothing learned.
good cv "$seeds" --epochs 0 --compare '--epochs 60 --hidden "8,4"'
silent
says 'second        --epochs 60 --hidden "8,4"  (--compare)'
grep -qE '^ +first +second +difference +95 % interval +p$' "$answers/out" || complain "no heading"
grep -qE '^the second is better by [0-9.]+ points of accuracy \([0-9.]+ to [0-9.]+\), p (=|<) 0\.[0-9]+$' \
    "$answers/out" || complain "no sentence that the second is better"
good cv "$seeds" --epochs 60 --compare '--epochs 0' -q
is 16 "$(wc -l <"$answers/out" | tr -d ' ')" "lines with -q"
grep -qE '^the first is better by [0-9.]+ points of accuracy \([0-9.]+ to [0-9.]+\), p (=|<) 0\.[0-9]+$' \
    "$answers/out" || complain "no sentence that the first is better"

# The same beside itself; errors of numbers are better where they are lower.
good cv "$seeds" --epochs 5 --compare="--epochs=5" -q
says "no difference is shown: both have the same accuracy"
good data make friedman --rows 80 -o f.csv
good cv f.csv --epochs 1 --repeats 2 --compare "--recipe linear --epochs 50" -q
grep -qE '^the second is better by [0-9.]+ of rmse \([0-9.]+ to [0-9.]+\), p (=|<) 0\.[0-9]+$' "$answers/out" \
    || complain "no sentence about rmse"
good cv f.csv --epochs 30 --compare "--seed 1 --drop x10" -q
grep -qE '^no difference is shown: the (first|second) is ahead by [0-9.e-]+ of rmse \(-[0-9.e-]+ to [0-9.e-]+\), p = [0-9.]+$' \
    "$answers/out" || complain "no sentence that nothing is shown"

# A metric that a fold of one class does not have says so by a dash, and null in JSON.
good cv "$seeds" --epochs 2 --stratify no --time file-order --compare "--recipe linear" -q
grep -qE '^roc-auc .* - +-$' "$answers/out" || complain "no dash"
good cv "$seeds" --epochs 2 --time file-order --compare "--recipe linear" --json
contains "$answers/out" '"p":null'

# From standard input; a quoted name with a blank in it.
awk 'BEGIN { print "a,b c,k"; for (i = 0; i < 40; i++) print i "," i % 7 "," i % 2 }' >blank.csv
asked="backprop cv - --compare <blank.csv"
program cv - -q --epochs 5 --compare "--drop 'b c'" <blank.csv >"$answers/out" 2>"$answers/err"
is 0 $? "exit status"

bad 2 'backprop: --compare needs options, as --compare "--recipe linear"' cv blank.csv --compare " "
bad 2 'backprop: --compare needs a value: --compare OPTIONS' cv blank.csv --compare
bad 2 'backprop: --compare: a quote is not closed' cv blank.csv --compare "--drop 'b c"
bad 2 'backprop: "x" is no option' cv blank.csv --compare "--epochs 3 x"
bad 2 'backprop: unknown option --hiden; did you mean --hidden?' cv blank.csv --compare "--hiden 3"
bad 2 'backprop: --epochs needs a value: --epochs N' cv blank.csv --compare "--epochs"
bad 2 'backprop: --compare takes options of a recipe, not --quiet' cv blank.csv --compare "-q"
bad 2 'backprop: --compare: both are scored on the same rows, so --seed is the same for both, not "1" and "2"' \
    cv blank.csv --compare "--seed 2"
bad 2 'backprop: --compare: both are scored on the same rows, so --folds is the same for both, not "5" and "3"' \
    cv blank.csv --compare "-k 3"
bad 2 'backprop: --compare: both are scored on the same rows, so --generator is the same for both, not "philox" and "mersenne"' \
    cv blank.csv --compare "--recipe tutorial"
bad 2 'backprop: --compare: both are scored on the same rows, so --target is the same for both, not "" and "a"' \
    cv blank.csv --compare "--target a"
bad 2 'backprop: --compare: both are scored on the same rows, so --header is the same for both, not "auto" and "no"' \
    cv blank.csv --compare "--header no"
bad 2 'backprop: --output is for the answers of one recipe: leave out --compare' \
    cv blank.csv --compare "--recipe linear" -o out.csv
bad 2 'backprop: a comparison needs at least 2 folds, and there is one' \
    cv blank.csv --epochs 1 --test-fraction 0.2 --compare "--recipe linear"
bad 2 'backprop: train does not take --compare; it is an option of: cv' train blank.csv --compare x -o m
finish
