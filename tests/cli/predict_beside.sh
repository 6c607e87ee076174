#!/bin/sh
# predict_beside.sh: what predict prints beside the answers: probabilities, the most probable
# classes, the table itself; and the note of columns that the model does not use.
. "$SOURCE_DIR/tests/cli/support.sh"

tr -d '\r' <"$seeds" | awk -F, -v OFS=, 'BEGIN { split("Kama;Rosa, red;A \"wheat\"", name, ";")
        for (i in name) { gsub(/"/, "\"\"", name[i]); if (i > 1) name[i] = "\"" name[i] "\"" } }
    NR > 1 { $8 = name[$8] } { print }' >named.csv
cut -d, -f1-7 named.csv >unnamed.csv
good train named.csv -q -o seeds.model --epochs 100
good predict seeds.model unnamed.csv
cp "$answers/out" alone

# line N: a line of what came.
line()
{
    sed -n "$1p" "$answers/out"
}

# ---- --proba ----
good predict seeds.model unnamed.csv --proba
silent
is 'variety,p(Kama),"p(Rosa, red)","p(A ""wheat"")"' "$(line 1)" "header"
is 211 "$(wc -l <"$answers/out" | tr -d ' ')" "lines"
good train "$seeds" -q -o codes.model --epochs 100
good predict codes.model "$seeds" --proba -q
is 'variety,p(1),p(2),p(3)' "$(line 1)" "header"
is "" "$(awk -F, 'NR > 1 { d = $2 + $3 + $4 - 1; most = $2 > $3 ? $2 : $3; if ($4 > most) most = $4
    if (d > 1e-12 || d < -1e-12 || $($1 + 1) != most) print }' "$answers/out")" "answers that are not the most probable"
cp "$answers/out" probabilities
good predict codes.model "$seeds"
tail -n +2 probabilities | cut -d, -f1 | cmp -s - "$answers/out" || complain "--proba changed the answers"
good predict codes.model "$seeds" --proba -q -o into.csv
cmp -s probabilities into.csv || complain "-o changed the answers"
good predict codes.model "$seeds" --proba --json -q
awk -F, 'NR > 1 { printf "\"probabilities\":{\"1\":%s,\"2\":%s,\"3\":%s}}\n", $2, $3, $4 }' probabilities >wanted
sed 's/.*\("probabilities"\)/\1/' "$answers/out" | cmp -s wanted - || complain "the probabilities differ as JSON"

# ---- --top ----
good predict codes.model "$seeds" --proba --top 2 -q
is 'variety,p(1),p(2),p(3),class 1,p 1,class 2,p 2' "$(line 1)" "header"
is "" "$(awk -F, 'NR > 1 && ($5 != $1 || $6 != $($5 + 1) || $8 != $($7 + 1) || $8 > $6 || $7 == $5 \
    || $(7 - $5 - $7) > $8)' "$answers/out")" "rows in another order"
good predict codes.model "$seeds" --top 9 -q
is 'variety,class 1,p 1,class 2,p 2,class 3,p 3' "$(line 1)" "all there are"
good predict seeds.model unnamed.csv --top 3
contains "$answers/out" ',"Rosa, red",0.'
contains "$answers/out" ',"A ""wheat""",0.'
good predict codes.model "$seeds" --top 2 --json -q
case $(line 1) in
'{"row":1,"class":"1","outputs":{'*'},"top":[{"class":"1","probability":0.'*'},{"class":"'[23]'","probability":'*'}]}') ;;
*) complain "the first line is $(line 1)" ;;
esac

# Among equals the lower class is first: no epoch is learned from, and all weights are 0.
printf 'a,kind\n1,x\n2,y\n3,z\n4,x\n' >equal.csv
good train equal.csv -q -o equal.model --epochs 0 --initializer zeros
good predict equal.model equal.csv --top 3 -q
is 'x,x,0.3333333333333333,y,0.3333333333333333,z,0.3333333333333333' "$(line 2)" "equal classes"

# ---- --append ----
good predict codes.model "$seeds" --append
contains "$answers/err" "accuracy "
is "$(head -n 1 "$seeds" | tr -d '\r'),predicted variety" "$(line 1)" "header"
cut -d, -f1-8 "$answers/out" >cells
tr -d '\r' <"$seeds" | cmp -s - cells || complain "the cells are not as they were written"
cut -d, -f9 "$answers/out" | tail -n +2 >behind
cut -d, -f1 probabilities | tail -n +2 | cmp -s - behind || complain "--append changed the answers"
good predict codes.model "$seeds" --append --proba --top 1 -q
is "$(head -n 1 "$seeds" | tr -d '\r'),predicted variety,p(1),p(2),p(3),class 1,p 1" "$(line 1)" "header"
good predict seeds.model named.csv --append -q
cut -d, -f8- named.csv | tail -n +2 >kinds
tail -n +2 "$answers/out" | cut -d, -f8- >"$answers/kinds"
is 210 "$(paste -d '\n' kinds "$answers/kinds" | awk 'NR % 2 { kind = $0; next } index($0, kind ",") == 1 { n++ } END { print n }')" "classes as they were written"

# What was written stays: digits, gaps, quotes, delimiters, texts that are long.
long=$(awk 'BEGIN { for (i = 0; i < 600; i++) printf "0" }')
printf 'a;note;b;kind\n1.50;"say ""hi"", twice";NA;x\n+2;;3e0;y\n%s3;plain;;x\n4; b ;7;y\n' "$long" >odd.csv
good train odd.csv -q -o odd.model --drop note --epochs 1 --seed 2
good predict odd.model odd.csv --append -q
sed 's/,[xy]$//' "$answers/out" >"$answers/cells"
printf 'a,note,b,kind,predicted kind\n1.50,"say ""hi"", twice",NA,x\n+2,,3e0,y\n%s3,plain,,x\n4,b,7,y\n' "$long" >wanted
cmp -s wanted "$answers/cells" || complain "the cells are not as they were written: $(cut -c1-80 "$answers/cells")"
good predict odd.model odd.csv --append --json -q
case $(line 1) in
'{"row":1,"columns":{"a":"1.50","note":"say \"hi\", twice","b":"NA","kind":"x"},"class":"'[xy]'","outputs":{'*'}}') ;;
*) complain "the first line is $(line 1)" ;;
esac
good data convert odd.csv odd.safetensors -q
good predict odd.model odd.safetensors --append -q
case $(line 2) in
'1.5,"say ""hi"", twice",,x,'[xy]) ;;
*) complain "the first row is $(line 2)" ;;
esac

# Without a header line, columns are called by their places.
tail -n +2 odd.csv | sed 's/;[xy]$//' | cut -d ';' -f1,3 >bare.csv
good predict odd.model bare.csv --append --header no
silent
is '#1,#2,predicted kind' "$(line 1)" "header"

# ---- Regression ----
awk 'BEGIN { OFS = ","; print "a", "b", "y", "z"; for (i = 0; i < 20; i++) print i % 10, i % 7, i * 2.5, i % 7 + 0.25 }' >lines.csv
good train lines.csv -t y,z -q -o yz.model --epochs 5
good predict yz.model lines.csv --append -q
is 'a,b,y,z,predicted y,predicted z' "$(line 1)" "header"
is 20 "$(grep -cE '^[0-9.]+,[0-9],[0-9.]+,[0-9.]+,-?[0-9.e-]+,-?[0-9.e-]+$' "$answers/out")" "rows"
bad 2 'backprop: yz.model: --proba is about classes, and this model predicts numbers' predict yz.model lines.csv --proba
bad 2 'backprop: yz.model: --top is about classes, and this model predicts numbers' predict yz.model lines.csv --top 2 --proba
bad 2 '{"error":{"code":"BP_E_OPTION","message":"--top is about classes, and this model predicts numbers","file":"yz.model","exit_status":2}}' predict yz.model lines.csv --top 2 --json
bad 2 'backprop: --top takes a whole number from 1 to 1000000, not "0"' predict seeds.model named.csv --top 0
bad 2 'backprop: --top takes a whole number from 1 to 1000000, not "1.5"' predict seeds.model named.csv --top 1.5
bad 2 'backprop: --top needs a value: --top K' predict seeds.model named.csv --top
bad 2 'backprop: --proba takes no value' predict seeds.model named.csv --proba=yes
bad 2 'backprop: cv does not take --append; it is an option of: predict' cv named.csv --append

# Classes that several columns tell are no column's.
printf 'a,red,green\n1,1,0\n2,0,1\n3,1,0\n4,0,1\n' >hot.csv
good train hot.csv -t red,green -q -o hot.model --epochs 1
good predict hot.model hot.csv --proba -q
is 'class,p(red),p(green)' "$(line 1)" "header"
good predict hot.model hot.csv --append -q
is 'a,red,green,predicted class' "$(line 1)" "header"

# ---- Columns that are not used ----
awk -F, -v OFS=, 'NR == 1 { print "id", $0, "note"; next } { print NR, $0, "n" }' unnamed.csv >more.csv
good predict seeds.model more.csv
is "ignored 2 columns of more.csv that the model does not use: id, note" "$(cat "$answers/err")" "standard error"
cmp -s alone "$answers/out" || complain "further columns changed the answers"
good predict seeds.model more.csv -q
silent
awk -F, -v OFS=, 'NR == 1 { print "id", $0; next } { print NR, $0 }' named.csv >scored.csv
good predict seeds.model scored.csv
is "ignored 1 column of scored.csv that the model does not use: id" "$(head -n 1 "$answers/err")" "the first note"
contains "$answers/err" "accuracy "
awk -F, 'NR == 1 { for (i = 1; i <= 12; i++) printf "x%d,", i; print; next } { print "1,2,3,4,5,6,7,8,9,10,11,12," $0 }' unnamed.csv >many.csv
good predict seeds.model many.csv
is "ignored 12 columns of many.csv that the model does not use: x1, x2, x3, x4, x5, x6, x7, x8, x9, x10 and 2 more" "$(cat "$answers/err")" "standard error"
printf 'perimeter,area\n1,2\n' >few.csv
bad 3 'backprop: few.csv: the table has no column "compactness", which the model needs' predict seeds.model few.csv
printf '1,2\n3,4\n' >few.csv
bad 3 'backprop: few.csv: the table has no column "area", which the model needs: without column names there must be 8 columns, or the 7 inputs alone, not 2' predict seeds.model few.csv

# A cell that cannot be read leaves no answer, wherever it stands.
awk -F, -v OFS=, 'NR == 90 { $3 = "1e99" } { print }' unnamed.csv >late.csv
run predict seeds.model late.csv --append --proba
[ "$status" -eq 3 ] || complain "exit status $status, not 3"
[ -s "$answers/out" ] && complain "answers before the error"

# Where a file cannot be written whole there is none, and the old one stays as it was.
for i in 1 2 3 4 5 6 7 8 9 10; do tail -n +2 unnamed.csv; done >ten.csv
echo old >whole.jsonl
ls -A >"$answers/before"
asked="backprop predict seeds.model ten.csv --proba --json -o whole.jsonl, files being limited"
(
    trap '' XFSZ
    ulimit -f 200
    "$program" predict seeds.model ten.csv --proba --json -q -o whole.jsonl >"$answers/out" 2>"$answers/err"
)
is 5 $? "exit status"
contains "$answers/err" '"message":"cannot write: '
ls -A >"$answers/after"
cmp -s "$answers/before" "$answers/after" || complain "a file was left behind"
is old "$(cat whole.jsonl)" "the old file"
good predict seeds.model ten.csv --proba --json -q -o whole.jsonl
is 2100 "$(wc -l <whole.jsonl | tr -d ' ')" "answers"

# ---- Why: the columns that moved each answer most, beside a row of missing cells ----
good train "$seeds" -q -o why.model --scaling standard --epochs 60 --loss cross-entropy
good predict why.model "$seeds" -q
cp "$answers/out" alone
good predict why.model "$seeds" -q --why 2
silent
cp "$answers/out" why
is 'variety,why 1,share 1,why 2,share 2' "$(head -n 1 why)" "header"
tail -n +2 why | cut -d, -f1 | cmp -s alone - || complain "--why changed the answers"
good predict why.model "$seeds" -q --why 99 --proba --append
is 22 "$(head -n 1 "$answers/out" | tr , '\n' | grep -c 'why\|share\|^[a-z_]*$')" "columns beside all that there are"
head -n 1 "$seeds" >one.csv
sed -n 101p "$seeds" >>one.csv
good predict why.model one.csv -q --why 2
is "$(sed -n 101p why)" "$(sed -n 2p "$answers/out")" "the reasons of a row alone"
"$program" predict why.model - -q --why 2 <"$seeds" >piped
cmp -s why piped || complain "other reasons in a pipe"
good predict why.model "$seeds" -q --why 2 --threads 2
cmp -s why "$answers/out" || complain "other reasons by two threads"
good predict why.model "$seeds" -q --why 7 --proba --json
cp "$answers/out" reasons
head -n 1 "$seeds" >empty.csv
printf ',,,,,,,\n,,,,,,,\n' >>empty.csv
good predict why.model empty.csv -q --proba --json
if command -v python3 >/dev/null; then
    python3 - reasons "$answers/out" <<'P' || complain "the reasons do not add up to the answer"
import json, sys
empty = json.loads(open(sys.argv[2]).readline())["probabilities"]
for line in open(sys.argv[1]):
    row = json.loads(line)
    (name, why), = row["why"].items()
    shares = [c["share"] for c in why["columns"]]
    assert name == row["class"] and len(shares) == 7
    assert abs(why["baseline"] - empty[name]) < 1e-6
    assert abs(sum(shares) - (row["probabilities"][name] - empty[name])) < 1e-6
    assert [abs(s) for s in shares] == sorted((abs(s) for s in shares), reverse=True)
P
fi
printf 'a,b,y,z\n1,2,3,4\n2,3,4,5\n3,1,2,2\n4,4,1,7\n5,3,3,8\n6,2,8,9\n' >two.csv
good train two.csv -t y,z -q -o two.model --epochs 20
good predict two.model two.csv -q --why 1
is 'y,z,why 1 y,share 1 y,why 1 z,share 1 z' "$(head -n 1 "$answers/out")" "header of several targets"
good train "$seeds" -q -o strict.model --missing error --epochs 1
bad 2 "backprop: strict.model: --why compares each row with one of missing cells, which this model refuses (--missing error); backprop explain --row compares with others" \
    predict strict.model "$seeds" --why 2
bad 2 'backprop: --why takes a whole number from 1 to 1000000, not "0"' predict why.model "$seeds" --why 0
finish
