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

# ---- What the model promises: only where it does, beside what was asked for, without a baseline ----
grep -q 'coverage' first && complain "a model that promises nothing is told to"
good calibrate seeds.model "$seeds" -q -o sure.model --coverage 0.8
good eval sure.model "$seeds"
grep -q '^set-coverage  *0\.[0-9]*  *0\.[0-9]* to [01][.0-9]*  *asked for 0\.8$' "$answers/out" ||
    complain "no coverage of sets"
grep -q '^set-size  *[0-9.]*  *[0-9.]* to [0-9.]*$' "$answers/out" || complain "no size of sets"
[ "$(awk 'length > 79' "$answers/out" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
good eval sure.model "$seeds" -q --no-baseline --min set-coverage=0.7 --max set-coverage=0.95,set-size=2
bad 2 "backprop: of set-size less is better; use --max set-size=NUMBER" \
    eval sure.model "$seeds" --no-baseline --resamples 0 --min set-size=1
bad 2 "backprop: there is no set-size of this model: it is not calibrated (backprop calibrate)" \
    eval seeds.model "$seeds" --no-baseline --resamples 0 --max set-size=1
bad 2 "backprop: there is no interval-width of this model: it is of the other task" \
    eval sure.model "$seeds" --no-baseline --resamples 0 --max interval-width=1
"$program" data make friedman --rows 300 --noise 1 -o rows.csv
good train rows.csv -q -o quantile.model --hidden 8 --loss quantile --quantile 0.75 --epochs 20
bad 2 "backprop: there is no interval-width of this model: it is not calibrated (backprop calibrate)" \
    eval quantile.model rows.csv --no-baseline --resamples 0 --max interval-width=1
good calibrate quantile.model rows.csv -q -o sure.model
good eval sure.model rows.csv --json --resamples 100
cp "$answers/out" document
if command -v python3 >/dev/null; then
    good predict sure.model rows.csv -q --intervals --append
    python3 - document "$answers/out" <<'P' || complain "the coverage is not that of the intervals"
import csv, json, sys
d = json.load(open(sys.argv[1]))
m = d["targets"][0]["metrics"]
rows = [[float(x) for x in r[-4:]] for r in list(csv.reader(open(sys.argv[2])))[1:]]
share = lambda f: sum(map(f, rows)) / len(rows)
assert abs(m["interval-coverage"]["score"] - share(lambda r: r[2] <= r[0] <= r[3])) < 1e-9
assert abs(m["quantile-coverage"]["score"] - share(lambda r: r[0] <= r[1])) < 1e-9
assert abs(m["interval-width"]["score"] - share(lambda r: r[3] - r[2])) < 1e-9
assert m["interval-coverage"]["asked"] == 0.9 and m["quantile-coverage"]["asked"] == 0.75
assert m["interval-coverage"]["low"] < m["interval-coverage"]["score"] < m["interval-coverage"]["high"]
assert "asked" not in m["rmse"] and "asked" not in m["interval-width"]
assert set(d["baseline"]["metrics"]) == {"rmse", "mae", "r2", "median-error", "mape"}
P
fi

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
