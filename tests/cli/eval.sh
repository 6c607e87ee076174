#!/bin/sh
# eval.sh: a model judged on rows whose truth is known: as text and as JSON, beside simpler ones,
# as a gate; and every way to ask wrong.
. "$SOURCE_DIR/tests/cli/support.sh"

good train "$seeds" -q -o seeds.model
good eval seeds.model "$seeds"
grep -q '^accuracy  *0.9' "$answers/out" || complain "there is no accuracy"
grep -q '^roc-auc .* to .* 0.5$' "$answers/out" || complain "there is no zero rule"
grep -q '^learned from  these very rows' "$answers/out" || complain "it does not say that it flatters"
grep -q '^truth . answer' "$answers/out" || complain "there is no confusion matrix"
[ "$(awk 'length > 79' "$answers/out" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
grep -q ' $' "$answers/out" && complain "lines end in blanks"
cp "$answers/out" first
good eval seeds.model "$seeds" --threads 2
cmp -s first "$answers/out" || complain "two threads say something else"

# ---- As JSON: the scores of the confusion matrix that it prints ----
good eval seeds.model "$seeds" --json
"$program" eval seeds.model "$seeds" --json >document
if command -v python3 >/dev/null; then
    python3 - document <<'P' || complain "the document contradicts itself"
import json, sys
d = json.load(open(sys.argv[1]))
m = [c["answers"] for c in d["classes"]]
right = sum(m[i][i] for i in range(len(m)))
rows = sum(map(sum, m))
accuracy = d["targets"][0]["metrics"]["accuracy"]
assert rows == d["rows"] == 210 and d["schema"] == "backprop.eval/1"
assert abs(accuracy["score"] - right / rows) < 1e-15
assert accuracy["low"] <= accuracy["score"] <= accuracy["high"]
assert d["learned_from_these_rows"] and d["baseline"]["folds"] == 5
assert abs(d["baseline"]["metrics"]["accuracy"]["zero_rule"] - 1 / 3) < 1e-12
assert d["baseline"]["metrics"]["accuracy"]["linear"] > 0.9
P
fi
head -n 100 "$seeds" >some.csv
good eval seeds.model some.csv --json --no-baseline --resamples 0
grep -q '"learned_from_these_rows":false' "$answers/out" || complain "other rows are not told apart"
grep -q '"baseline":null' "$answers/out" || complain "there is a baseline"
grep -q '"low":null' "$answers/out" || complain "there are intervals"

# ---- A gate ----
good eval seeds.model "$seeds" -q --no-baseline --min accuracy=0.9,f1=0.9 --max log-loss=0.5
run eval seeds.model "$seeds" -q --no-baseline --min accuracy=0.999 --max log-loss=0.5
[ "$status" -eq 1 ] || complain "exit status $status, not 1"
grep -q '^backprop: accuracy is 0.9[0-9]*, at least 0.999 was asked for$' "$answers/err" ||
    complain "it does not say what is missing"
grep -q '^accuracy' "$answers/out" || complain "the scores are not printed"

# ---- Several targets; what cannot be beside it is said ----
printf 'a,b,y,z\n1,2,3,4\n2,3,4,5\n3,1,2,2\n4,4,1,7\n5,3,3,8\n6,2,8,9\n' >two.csv
good train two.csv -t y,z -q -o two.model
good eval two.model two.csv
grep -q '^target z$' "$answers/out" || complain "the second target is not told"
grep -q '^mean over targets' "$answers/out" || complain "there is no baseline"
printf 'a,b,y,z\n1,2,3,4\n2,3,4,5\n' >few.csv
good eval two.model few.csv
grep -q '^not beside a linear model: ' "$answers/out" || complain "it does not say why"

# ---- Asked wrong ----
cut -d, -f1-3 two.csv >short.csv
bad 3 "backprop: short.csv: there is no column z, so that answers cannot be judged; backprop predict needs none" \
    eval two.model short.csv
bad 2 "backprop: MODEL and FILE cannot both be standard input" eval - -
bad 2 "backprop: unknown metric \"acuracy\"; did you mean \"accuracy\"?" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --min acuracy=1
bad 2 "backprop: rmse is no metric of a classification, which this model does" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --max rmse=1
bad 2 "backprop: of accuracy more is better; use --min accuracy=NUMBER" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --max accuracy=1
bad 2 "backprop: of log-loss less is better; use --max log-loss=NUMBER" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --min log-loss=1
bad 2 "backprop: --min takes METRIC=NUMBER, as in --min accuracy=0.9" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --min accuracy
bad 2 "backprop: --max takes METRIC=NUMBER, as in --max rmse=2.5" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --max log-loss=x

finish
