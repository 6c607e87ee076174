#!/bin/sh
# out_of_fold.sh: `backprop cv -o`: the answer to every row held out, in a file.
. "$SOURCE_DIR/tests/cli/support.sh"

line()
{
    sed -n "$1p" "$2"
}

# Columns of classes: row, fold, truth, answer, probabilities that sum to 1. Every row is there
# once, in order, and what is right among them is the accuracy.
good cv "$seeds" --epochs 20 -o out.csv
silent
says "answers       out.csv: 210 rows held out  (--output)"
is "row,fold,variety,predicted variety,p(1),p(2),p(3)" "$(line 1 out.csv)" "header"
is "211" "$(wc -l <out.csv | tr -d ' ')" "lines"
is "" "$(awk -F, 'NR > 1 && $1 != NR - 1' out.csv)" "rows out of order"
is "$(sed 1d "$seeds" | awk -F, '{ print $NF }')" "$(sed 1d out.csv | cut -d, -f3)" "truth"
is "" "$(awk -F, 'NR > 1 && ($5 + $6 + $7 - 1) ^ 2 > 1e-12' out.csv)" "sums of probabilities"
is "$(sed -n 's/^mean accuracy //p' "$answers/out")" \
    "$(awk -F, 'NR > 1 { right += $3 == $4 } END { printf "%.3f %%", 100 * right / 210 }' out.csv)" "accuracy"
is "1 42 2 42 3 42 4 42 5 42" \
    "$(awk -F, 'NR > 1 { n[$2]++ } END { for (f = 1; f <= 5; f++) printf "%d %d ", f, n[f] }' out.csv | sed 's/ $//')" "folds"

# The scores are the same with and without; the same seed gives the same bytes; --json and -q.
cp out.csv first.csv
good cv "$seeds" --epochs 20 -q
cp "$answers/out" "$answers/scores"
good cv "$seeds" --epochs 20 -q --output=out.csv
cmp -s "$answers/scores" "$answers/out" || complain "the scores are others"
cmp -s first.csv out.csv || complain "the same seed gave another file"
good cv "$seeds" --epochs 20 --json -o out.csv
contains "$answers/out" '"schema":"backprop.cv/1"'
cmp -s first.csv out.csv || complain "--json gave another file"

# Repeats: sorted by row, then by repeat; folds count from 1 in each.
good cv "$seeds" --epochs 2 --folds 3 --repeats 2 -q -o out.csv
is "row,repeat,fold,variety,predicted variety,p(1),p(2),p(3)" "$(line 1 out.csv)" "header"
is "421" "$(wc -l <out.csv | tr -d ' ')" "lines"
is "" "$(awk -F, 'NR > 1 && ($1 != int(NR / 2) || $2 != 1 + NR % 2 || $3 < 1 || $3 > 3)' out.csv)" "places"
good cv "$seeds" --epochs 2 --test-fraction 0.1 --repeats 2 -q -o out.csv
is "43" "$(wc -l <out.csv | tr -d ' ')" "lines of two times a tenth"
is "" "$(awk -F, 'NR > 1 && $3 != 1' out.csv)" "folds of one part"

# Rows that are never held out are absent: the first of a split by time.
good cv "$seeds" --epochs 2 --time file-order --folds 6 -q -o out.csv
is "31,1" "$(line 2 out.csv | cut -d, -f1,2)" "first row"
is "210,6" "$(tail -n 1 out.csv | cut -d, -f1,2)" "last row"
is "181" "$(wc -l <out.csv | tr -d ' ')" "lines"

# Numbers: the truth as the table has it, several targets side by side, names in quotes.
awk 'BEGIN { print "a,\"y, m\",z"; for (i = 0; i < 40; i++) print i % 10 "," i % 7 + 0.5 "," i * 2 }' >two.csv
good cv two.csv --target '#2,z' --task regression --epochs 2 -q -o out.csv
is 'row,fold,"y, m",z,"predicted y, m",predicted z' "$(line 1 out.csv)" "header"
is "$(sed 1d two.csv | cut -d, -f2,3)" "$(sed 1d out.csv | cut -d, -f3,4)" "truth of numbers"
is "6" "$(line 2 out.csv | tr ',' '\n' | wc -l | tr -d ' ')" "fields"

# Classes that several columns tell are called by the columns; names with a comma in quotes.
awk 'BEGIN { print "a,x,y"; for (i = 0; i < 40; i++) print i "," i % 2 "," 1 - i % 2 }' >one.csv
good cv one.csv --target x,y --epochs 2 -q -o out.csv
is "row,fold,class,predicted class,p(x),p(y)" "$(line 1 out.csv)" "header"
is "1,y" "$(line 2 out.csv | cut -d, -f1,3)" "truth"
awk 'BEGIN { print "a,k"; for (i = 0; i < 40; i++) print i "," (i % 2 ? "\"b, c\"" : "d") }' >quoted.csv
good cv quoted.csv --epochs 2 -q -o out.csv
is 'row,fold,k,predicted k,"p(b, c)",p(d)' "$(line 1 out.csv | sed 's/,p(d),"p(b, c)"$/,"p(b, c)",p(d)/')" "header"
contains out.csv '"b, c"'

# It can be read back as a table; a device is written to; a failure leaves the old file.
good data describe out.csv --target 'predicted k'
good cv one.csv --epochs 2 -q -o /dev/null
cp out.csv first.csv
bad 3 "backprop: nowhere.csv: cannot open: No such file or directory" cv nowhere.csv -o out.csv
cmp -s first.csv out.csv || complain "a failure changed the file"

bad 2 "backprop: one.csv: this is the table itself; use another name" cv one.csv -o one.csv
bad 2 "backprop: ./one.csv: this is the table itself; use another name" cv one.csv -o ./one.csv
bad 2 "backprop: -o - would write into the same standard output as the scores; give it a file" cv one.csv -o -
bad 5 "backprop: no/where.csv: cannot write: No such file or directory" cv one.csv -o no/where.csv
bad 5 "backprop: .: cannot write: Is a directory" cv one.csv -o .
bad 2 "backprop: --output needs a value: --output FILE" cv one.csv -o
finish
