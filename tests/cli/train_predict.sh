#!/bin/sh
# train_predict.sh: a model file from a table, and answers from the model file.
. "$SOURCE_DIR/tests/cli/support.sh"

# The wheat seeds under names of their own, with a header.
tr -d '\r' <"$seeds" | awk -F, -v OFS=, 'BEGIN { split("Kama,Rosa,Canadian wheat", name, ",") }
    NR > 1 { $8 = name[$8] } { print }' >named.csv
cut -d, -f1-7 named.csv >unnamed.csv
cut -d, -f8 named.csv | tail -n +2 >truth

good train named.csv -o seeds.model --epochs 100
[ -s seeds.model ] || complain "there is no model"
[ -s "$answers/out" ] && complain "it wrote to standard output"
contains "$answers/err" "classification, 3 classes: Kama, Rosa, Canadian wheat  (--task)"
contains "$answers/err" "7-5-3"
contains "$answers/err" "parameters"
contains "$answers/err" "accuracy "

# With and without the class column: the same answers, spelt as they were.
good predict seeds.model named.csv
cp "$answers/out" with
contains "$answers/err" "accuracy "
good predict seeds.model unnamed.csv
silent
cmp -s with "$answers/out" || complain "the class column changed the answers"
is 210 "$(wc -l <with | tr -d ' ')" "answers"
is "" "$(sort -u with | grep -vx -e Kama -e Rosa -e 'Canadian wheat')" "names that are no class"
right=$(paste with truth | awk -F'\t' '$1 == $2 { n++ } END { print n }')
[ "$right" -ge 180 ] || complain "only $right of 210 are right"

# The note on standard error tells the truth.
good predict seeds.model named.csv
contains "$answers/err" "$(awk -v r="$right" 'BEGIN { printf "accuracy %.3f %%", r / 210 * 100 }')"
good predict seeds.model named.csv -q
silent

# Columns are found by name, wherever they stand; further ones are let be.
awk -F, '{ print $7 ",x," $6 "," $5 "," $4 "," $3 "," $2 "," $1 }' unnamed.csv >turned.csv
good predict seeds.model turned.csv
cmp -s with "$answers/out" || complain "the order of the columns changed the answers"

# JSON: a line an answer, with the outputs.
good predict seeds.model unnamed.csv --json
is 210 "$(wc -l <"$answers/out" | tr -d ' ')" "lines of JSON"
first=$(head -n 1 "$answers/out")
case $first in
'{"row":1,"class":"'*'","outputs":{"Kama":'*',"Rosa":'*',"Canadian wheat":'*'}}') ;;
*) complain "the first line is $first" ;;
esac

# Into a file; standard input and output; the same bytes every time.
good predict seeds.model named.csv -q -o answers.txt
cmp -s with answers.txt || complain "-o changed the answers"
[ -s "$answers/out" ] && complain "-o wrote to standard output too"
asked="backprop train - -o - <named.csv"
program train - -q -o - --epochs 100 <named.csv >piped.model 2>"$answers/err"
is 0 $? "exit status"
cmp -s seeds.model piped.model || complain "the model is not the same"
asked="backprop predict - named.csv <seeds.model"
"$program" predict - named.csv -q <seeds.model >"$answers/out" 2>"$answers/err"
is 0 $? "exit status"
cmp -s with "$answers/out" || complain "the model from standard input answers differently"

# A device is written to, never replaced by a file.
good train named.csv -q -o /dev/null --epochs 1
[ -c /dev/null ] || complain "/dev/null is no device any more"
good predict seeds.model named.csv -q -o /dev/null
[ -c /dev/null ] || complain "/dev/null is no device any more"

# Numbers as classes come back as they were written.
tr -d '\r' <"$seeds" | sed '2,$s/$/.0/' >tenths.csv
good train tenths.csv -q -o tenths.model --epochs 20 --task classification
good predict tenths.model tenths.csv
is "" "$(sort -u "$answers/out" | grep -vx -e '[123]\.0')" "names that are no class"
good train "$seeds" -q -o numbers.model --epochs 20
cut -d, -f1-7 "$seeds" >inputs.csv
good predict numbers.model inputs.csv
silent
is "" "$(sort -u "$answers/out" | grep -vx -e '[123]')" "names that are no class"

# The summary as JSON.
good train "$seeds" -o numbers.model --epochs 20 --json
silent
contains "$answers/out" '"schema":"backprop.train/1"'
contains "$answers/out" '"metric":"accuracy"'

# Regression: one number a line; several with commas.
awk 'BEGIN { OFS = ","; print "a", "b", "y", "z"; for (i = 0; i < 60; i++) print i % 10, i % 7, (i % 10) * 2.5 + 0.5, i % 7 + 0.25 }' >lines.csv
good train lines.csv -t y --drop z -o y.model --epochs 200
contains "$answers/err" "regression"
contains "$answers/err" "rmse "
good predict y.model lines.csv
is 60 "$(wc -l <"$answers/out" | tr -d ' ')" "answers"
is "" "$(grep -vE '^-?[0-9.]+(e-?[0-9]+)?$' "$answers/out")" "answers that are no number"
contains "$answers/err" "rmse "
good train lines.csv -t y,z -q -o yz.model --epochs 200
good predict yz.model lines.csv --json
contains "$answers/out" '{"row":60,"outputs":{"y":'
contains "$answers/err" "y: rmse "
good predict yz.model lines.csv -q
is 60 "$(grep -cE '^-?[0-9.e-]+,-?[0-9.e-]+$' "$answers/out")" "answers of two numbers"
finish
