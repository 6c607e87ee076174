#!/bin/sh
# preparation.sh: columns of every kind, cells missing: what is left out and shared is said, and
# the answers come from the model file alone.
. "$SOURCE_DIR/tests/cli/support.sh"

{
    echo "id,city,day,member,spare,age,kind"
    awk 'BEGIN { for (i = 1; i <= 60; i++)
        printf "%d,%s,2024-%02d-%02d,%s,7,%s,%s\n", i, i % 9 ? (i % 2 ? "Bern" : "Rome") : "x" i,
            1 + i % 12, 1 + i % 28, i % 3 ? "yes" : "no", i % 7 ? i * 3 % 50 : "", i % 2 ? "a" : "b" }'
} >kinds.csv

good train kinds.csv -o kinds.model --rare 3 --scaling robust --epochs 20
contains "$answers/err" "inputs        4: city, day, member, age  (--drop)"
contains "$answers/err" "left out      id (identifier), spare (constant)  (--keep)"
contains "$answers/err" "categories    6 of city share one input, being rare or too many  (--rare)"
contains "$answers/err" "fit           accuracy 100.000 %"
good predict kinds.model kinds.csv
contains "$answers/err" "accuracy 100.000 % on the 60 rows of kinds.csv, which has the target"

# What was left out need not be there, and what is new harms nothing.
printf 'age,member,day,city\n,no,,\n1e300,,9999-12-31,Nowhere\n' >strange.csv
good predict kinds.model strange.csv
is 2 "$(wc -l <"$answers/out" | tr -d ' ')" "answers"

good train kinds.csv -o kept.model --keep 'id,spare' --drop city --epochs 1 --json -q
contains "$answers/out" '"inputs":["id","day","member","spare","age"]'
contains "$answers/out" '"left_out":[{"name":"city","reason":"dropped"}]'

for scaling in none minmax standard robust quantile log; do
    good cv kinds.csv -k 3 --epochs 2 --scaling "$scaling" -q
    good train kinds.csv -q -o one.model --epochs 3 --scaling "$scaling" --missing median --categories ordinal
    good predict one.model kinds.csv
done
good train kinds.csv -q -o zero.model --epochs 1 --missing zero --no-missing-indicator

good train kinds.csv -o components.model --pca 0.9 --epochs 1 --json -q
contains "$answers/out" '"network":{"inputs":'
good train kinds.csv -o components.model --pca 3 --epochs 1 --json -q
contains "$answers/out" '"network":{"inputs":3,'
good predict components.model kinds.csv
bad 2 "backprop: principal components are a whole number of them, or a share of the variance between 0 and 1" train kinds.csv -o new.model --pca 2.5

# Rows without a target teach nothing, and are answered.
awk -F, 'BEGIN { OFS = "," } NR == 5 || NR == 40 { $7 = "" } { print }' kinds.csv >holes.csv
awk -F, 'NR != 5 && NR != 40' kinds.csv >whole.csv
good train holes.csv -o holes.model --epochs 3
contains "$answers/err" "table         holes.csv: 58 rows, a header line  (--header)"
contains "$answers/err" "2 more without the target left out  (--missing-target)"
good train whole.csv -q -o whole.model --epochs 3
good predict holes.model kinds.csv -q
cp "$answers/out" expected
good predict whole.model kinds.csv -q
cmp -s expected "$answers/out" || complain "rows without a target change what is learned"
good predict holes.model holes.csv -q
is 60 "$(wc -l <"$answers/out" | tr -d ' ')" "answers"
good train holes.csv -q -o holes.model --epochs 3 --json
contains "$answers/out" '"rows":58,"dropped_rows":2,'
good cv holes.csv -q --epochs 3 -k 3 -o held.csv
is 58 "$(sed 1d held.csv | wc -l | tr -d ' ')" "answers to rows held out"
grep -q -e '^4,' -e '^39,' held.csv && complain "rows without a target were held out"
grep -q '^60,' held.csv || complain "rows are not numbered as they were read"
good eval holes.model holes.csv
contains "$answers/err" "left out 2 rows of holes.csv without the target"
good eval holes.model holes.csv --json
contains "$answers/out" '"rows":58,"dropped_rows":2,'
good explain holes.model holes.csv
contains "$answers/err" "left out 2 rows of holes.csv without the target"
good calibrate holes.model holes.csv -o sure.model
contains "$answers/err" "left out 2 rows of holes.csv without the target"
good train whole.csv -q -o valid.model --epochs 3 --valid-file holes.csv
good report holes.model holes.csv -o holes.html
bad 3 "backprop: holes.csv:5:28: the cell is missing (column kind); a target must be known: remove the row" \
    train holes.csv -o new.model --missing-target error
sed 's/,[ab]$/,/' kinds.csv >none.csv
bad 3 "backprop: none.csv: no row has the target kind: all its cells are missing" eval holes.model none.csv
awk -F, 'BEGIN { OFS = "," } NR > 1 { $7 = $7 == "a" ? "+" : "-" } { print }' kinds.csv >signs.csv
bad 3 "backprop: signs.csv: the target kind has fewer than two classes, and 30 missing cells; what counts as missing is said by --missing-markers" \
    train signs.csv -o new.model
good train signs.csv -q -o new.model --epochs 1 --missing-markers NA
rm -f new.model

# Where a number lies in its range, beside the number.
good train kinds.csv -o pieces.model --pieces 3 --epochs 1
contains "$answers/err" "pieces        3 more inputs tell where a number lies in its range  (--pieces)"
good predict pieces.model kinds.csv
good show pieces.model --weights
contains "$answers/out" "age: piece 3"
good explain pieces.model kinds.csv --json
contains "$answers/out" '"age"'
good explain pieces.model kinds.csv --row 7 --json
good explain pieces.model kinds.csv --column age
bad 2 "backprop: --pieces takes a whole number from 0 to 1024, or auto, not \"-1\"" train kinds.csv -o new.model --pieces -1

# Regression: targets by their own scaling, answers in their own units.
awk 'BEGIN { OFS = ","; print "x", "y"; for (i = 0; i < 50; i++) print i, 2.718281828 ^ (i / 10) }' >grows.csv
for scaling in none minmax standard log-standard; do
    good train grows.csv -q -o grows.model --scaling standard --target-scaling "$scaling" --epochs 50
    good predict grows.model grows.csv
    contains "$answers/err" "rmse "
done
good train grows.csv -o grows.model --scaling standard --target-scaling log-standard --epochs 300
good predict grows.model grows.csv
asked="log-standard on a curve that grows by powers"
awk '{ if ($1 <= 0) bad = 1; last = $1 } END { exit bad || last < 100 || last > 180 }' "$answers/out" ||
    complain "answers are not in the target's units"

bad 2 "backprop: unknown value of --scaling \"robbust\"; did you mean \"robust\"?" train kinds.csv -o new.model --scaling robbust
printf 'a,b,kind\n1,5,x\n1,5,y\n' >constant.csv
bad 3 "backprop: constant.csv: no column is left as an input: identifiers and constants are none unless they are kept (--keep)" train constant.csv -o new.model
bad 2 "backprop: the column age is both kept and dropped" train kinds.csv -o new.model --keep age --drop age

finish
