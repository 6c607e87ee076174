#!/bin/sh
# calibrate.sh: a model made believable: probabilities at a temperature, sets of classes,
# intervals, a threshold; what is said of it, and every way to ask wrong.
. "$SOURCE_DIR/tests/cli/support.sh"

# part N: the header and a third of the rows, of a table whose classes take turns.
part()
{
    awk -v n="$1" 'NR == 1 || int((NR - 2) / 6) % 3 == n - 1'
}

"$program" data make blobs --rows 594 --noise 4 --seed 5 -o blobs.csv
for i in 1 2 3; do part $i <blobs.csv >blobs$i.csv; done
good train blobs1.csv -q -o plain.model --hidden 16 --epochs 300
cp plain.model kept.model
good calibrate plain.model blobs2.csv -o sure.model
cmp -s plain.model kept.model || complain "it changed the model that it read"
grep -q '^calibration   found on 198 rows, temperature [0-9.]*$' "$answers/err" || complain "no temperature"
grep -q '^coverage      0.9 by the classes of at least 0\.' "$answers/err" || complain "no coverage"
grep -q '^sets          [0-9.]* classes each, on average$' "$answers/err" || complain "no size of sets"
grep -q '^scores        log-loss 0\.[0-9]*, before 0\.[0-9]*$' "$answers/err" || complain "no log loss"
grep -q '^              calibration-error 0\.[0-9]*, before 0\.[0-9]*$' "$answers/err" || complain "no calibration error"
grep -q '^learned from' "$answers/err" && complain "it warns of rows that are new"
notes "model         sure.model"
[ "$(awk 'length > 79' "$answers/err" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
[ -s "$answers/out" ] && complain "it wrote to standard output"

# ---- The same again: the same bytes, from a calibrated model too ----
good calibrate sure.model blobs2.csv -q -o again.model
silent
cmp -s sure.model again.model || complain "another file"
good calibrate plain.model blobs2.csv -q -o - --threads 2
cmp -s sure.model "$answers/out" || complain "another file on standard output"
good calibrate plain.model blobs2.csv -o again.model --json
silent
is '"backprop.calibrate/1"' "$(number "$answers/out" schema)" "schema"
is false "$(number "$answers/out" learned_from_these_rows)" "whether it learned from them"
is 198 "$(number "$answers/out" rows)" "rows"
if command -v python3 >/dev/null; then
    python3 - "$answers/out" <<'P' || complain "the document contradicts itself"
import json, sys
d = json.load(open(sys.argv[1]))
c = d["calibration"]
assert c["temperature"] > 0 and c["coverage"] == 0.9 and 0 < c["quantiles"][0] < 1
assert "threshold" not in c and 0 < d["set_size"] < 3
assert d["after"]["log-loss"] <= d["before"]["log-loss"]
assert d["after"]["accuracy"] == d["before"]["accuracy"]
P
fi
good calibrate plain.model blobs1.csv -o again.model
notes "learned from  these very rows: answers to others are worse than this promises;"
good calibrate plain.model blobs1.csv -o again.model --json
is true "$(number "$answers/out" learned_from_these_rows)" "whether it learned from them"

# ---- Answers: the same classes, other probabilities, sets ----
good predict plain.model blobs3.csv -q
cp "$answers/out" alone
good predict sure.model blobs3.csv -q
cmp -s alone "$answers/out" || complain "the answers are others"
good predict sure.model blobs3.csv -q --sets
is 'class,set' "$(sed -n 1p "$answers/out")" "header"
tail -n +2 "$answers/out" | cut -d, -f1 | cmp -s alone - || complain "--sets changed the answers"
grep -q ',"[abc]|[abc]"$' "$answers/out" || complain "no set of two"
good predict sure.model blobs3.csv -q --sets --append
is 'x1,x2,class,predicted class,set' "$(sed -n 1p "$answers/out")" "header"
covered=$(tail -n +2 "$answers/out" | awk -F, '$5 ~ $3 { n++ } END { print n }')
[ "$covered" -ge 168 ] && [ "$covered" -le 192 ] || complain "$covered of 198 sets have the truth"
good predict sure.model blobs3.csv -q --sets --proba --top 1 --json
grep -q '"top":\[{.*}\],"set":\["[abc]"\]}$' "$answers/out" || complain "no set as JSON"
good predict plain.model blobs3.csv -q --proba
cp "$answers/out" before
good predict sure.model blobs3.csv -q --proba
cmp -s before "$answers/out" && complain "the probabilities are the same"
for model in plain sure; do
    good eval $model.model blobs3.csv --no-baseline --resamples 0 --json
    number "$answers/out" accuracy >$model.accuracy
    compact "$answers/out" | sed 's/.*"log-loss":{"score":\([^,]*\).*/\1/' >$model.loss
done
cmp -s plain.accuracy sure.accuracy || complain "the accuracy changed"
awk -v a="$(cat plain.loss)" -v b="$(cat sure.loss)" 'BEGIN { exit !(b != a && b < a + 0.02) }' \
    || complain "the log loss on other rows: $(cat plain.loss), then $(cat sure.loss)"
good show sure.model
grep -q '^calibration   found on 198 rows, temperature' "$answers/out" || complain "show does not tell"
good show sure.model --json
grep -q '"calibration":{"rows":198,"temperature":' "$answers/out" || complain "show does not tell"
good show plain.model --json
grep -q '"calibration":null' "$answers/out" || complain "there is a calibration"
good report sure.model blobs3.csv -q --no-baseline --resamples 0 -o page.html

# ---- Numbers ----
"$program" data make friedman --rows 900 --noise 1 --seed 7 -o numbers.csv
for i in 1 2 3; do part $i <numbers.csv >numbers$i.csv; done
good train numbers1.csv -q -o numbers.model --epochs 100
good calibrate numbers.model numbers2.csv -o near.model --coverage 0.8
grep -q '^coverage      0.8 by what is this near the answer' "$answers/err" || complain "no coverage"
grep -q '^              y +- [0-9.]*$' "$answers/err" || complain "no width"
good predict near.model numbers3.csv -q --intervals --append
is 'x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,y,predicted y,low,high' "$(sed -n 1p "$answers/out")" "header"
covered=$(tail -n +2 "$answers/out" | awk -F, '$13 <= $11 && $11 <= $14 { n++ } END { print n }')
[ "$covered" -ge 216 ] && [ "$covered" -le 264 ] || complain "$covered of 300 intervals have the truth"
good predict near.model numbers3.csv -q --intervals --json
grep -q '^{"row":1,"outputs":{"y":[0-9.]*},"low":{"y":[0-9.]*},"high":{"y":[0-9.]*}}$' "$answers/out" \
    || complain "no interval as JSON"
good calibrate numbers.model numbers2.csv -o near.model --json
grep -q '"calibration":{"rows":300,"coverage":0.9,"quantiles":\[[0-9.]*\]}}$' "$answers/out" \
    || complain "the document is another"
printf 'a,y,z\n' >two.csv
awk 'BEGIN { for (i = 0; i < 40; i++) print i "," 2 * i + i % 3 "," 9 * i + i % 5 }' >>two.csv
good train two.csv -t y,z -q -o two.model --task regression
good calibrate two.model two.csv -q -o two.model --force
good predict two.model two.csv -q --intervals
is 'y,z,low y,high y,low z,high z' "$(sed -n 1p "$answers/out")" "header"

# ---- A threshold ----
"$program" data make moons --rows 600 --noise 0.4 --seed 3 -o moons.csv
for i in 1 2 3; do part $i <moons.csv >moons$i.csv; done
good train moons1.csv -q -o moons.model --epochs 100
for criterion in f1 mcc balanced-accuracy youden; do
    good calibrate moons.model moons2.csv -o parted.model --threshold $criterion
    grep -q "^threshold     b where its probability is above 0\.[0-9]*, for the best $criterion\$" \
        "$answers/err" || complain "no threshold"
done
good calibrate moons.model moons2.csv -o parted.model --threshold cost=1:20
cp "$answers/err" said
grep '^threshold' said | sed 's/^threshold     /the answer is /' >wanted
grep -q 'for the least cost=1:20$' wanted || complain "no threshold"
for metric in balanced-accuracy f1 mcc; do
    grep -q "^              $metric -*[0-9.]*, before -*[0-9.]*\$" said || complain "no $metric"
done
good predict moons.model moons3.csv
answered=$(grep -c b "$answers/out")
good predict parted.model moons3.csv
[ "$(grep -c b "$answers/out")" -gt "$answered" ] || complain "not more answers of the costly class"
head -n 1 "$answers/err" | cmp -s wanted - || complain "predict does not tell"
good predict parted.model moons3.csv -q
silent
good show parted.model
contains "$answers/out" "$(grep '^threshold' said)"
good show parted.model --json
contains "$answers/out" '"criterion":"cost=1:20"'

# ---- Where rows tell nothing ----
printf 'a,kind\n' >clear.csv
awk 'BEGIN { for (i = 0; i < 40; i++) print i "," (i < 20 ? "x" : "y") }' >>clear.csv
good train clear.csv -q -o clear.model --epochs 500
good calibrate clear.model clear.csv -o again.model
notes "              all rows are answered right: a wrong one that is made up bounds it"
number=$(sed -n 's/.*temperature \(0\.[0-9]*\)$/\1/p' "$answers/err")
[ -n "$number" ] || complain "no temperature below 1"
sed 's/x$/z/; s/y$/x/; s/z$/y/' clear.csv >wrong.csv
good calibrate clear.model wrong.csv -o again.model
notes "              the highest there is: the answers tell nothing about these rows"

# ---- Asked wrong ----
head -n 9 blobs2.csv >few.csv
cut -d, -f1-2 blobs2.csv >blind.csv
grep -v ',b$' moons2.csv >one.csv
bad 2 "backprop: calibrate needs MODEL FILE; see backprop help calibrate" calibrate plain.model
bad 2 "backprop: calibrate needs a place for the model: -o MODEL, or -o - for standard output" \
    calibrate plain.model blobs2.csv
bad 2 "backprop: MODEL and FILE cannot both be standard input" calibrate - - -o x.model
bad 2 '{"error":{"code":"BP_E_ARGUMENT","message":"--json and -o - would both write to standard output; give -o a file","exit_status":2}}' \
    calibrate plain.model blobs2.csv -o - --json
bad 2 "backprop: plain.model: this is the model itself; use another name or --force" \
    calibrate plain.model blobs2.csv -o plain.model
bad 2 "backprop: blobs2.csv: this is the table itself; use another name or --force" \
    calibrate plain.model blobs2.csv -o blobs2.csv
bad 3 "backprop: blind.csv: there is no column class, so that answers cannot be compared with the truth" \
    calibrate plain.model blind.csv -o x.model
bad 3 "backprop: few.csv: a coverage of 0.9 takes at least 9 rows, and there are 8" \
    calibrate plain.model few.csv -o x.model
bad 3 "backprop: blobs2.csv: a coverage of 0.999 takes at least 999 rows, and there are 198" \
    calibrate plain.model blobs2.csv -o x.model --coverage 0.999
bad 2 "backprop: --coverage lies between 0 and 1, without these" \
    calibrate plain.model blobs2.csv -o x.model --coverage 1
bad 2 "backprop: --coverage takes a number from 0 to 1, not \"90\"" \
    calibrate plain.model blobs2.csv -o x.model --coverage 90
bad 2 "backprop: --threshold is about two classes, and this model has 3" \
    calibrate plain.model blobs2.csv -o x.model --threshold f1
bad 2 "backprop: --threshold is about two classes, and this model predicts numbers" \
    calibrate numbers.model numbers2.csv -o x.model --threshold f1
bad 2 "backprop: unknown value of --threshold \"f2\"; did you mean \"f1\"?" \
    calibrate moons.model moons2.csv -o x.model --threshold f2
bad 2 "backprop: --threshold cost=FP:FN takes what a false second class costs and what a false first one, as in cost=1:5" \
    calibrate moons.model moons2.csv -o x.model --threshold cost=5
bad 3 "backprop: one.csv: all rows are of the class a; a threshold needs rows of both" \
    calibrate moons.model one.csv -o x.model --threshold f1
bad 2 "backprop: plain.model: --sets takes a calibrated model; backprop calibrate makes one" \
    predict plain.model blobs3.csv --sets
bad 2 "backprop: numbers.model: --intervals takes a calibrated model; backprop calibrate makes one" \
    predict numbers.model numbers3.csv --intervals
bad 2 "backprop: near.model: --sets is about classes, and this model predicts numbers" \
    predict near.model numbers3.csv --sets
bad 2 "backprop: sure.model: --intervals is about numbers, and this model predicts classes" \
    predict sure.model blobs3.csv --intervals

# A file whose calibration is damaged.
sed 's/coverage\\":0\.9,/coverage\\":9.9,/' sure.model >damaged.model
bad 4 "backprop: damaged.model: not a calibration: its coverage is not between 0 and 1" \
    predict damaged.model blobs3.csv
sed 's/temperature\\":/temperatuer\\":/' sure.model >damaged.model
bad 4 "backprop: damaged.model: not a calibration: a part is missing" show damaged.model

finish
