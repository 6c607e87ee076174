#!/bin/sh
# data_describe.sh: a table described, for people and as JSON: the wheat seeds, a table with
# everything in it that is to be minded, and forms that break lines.
. "$SOURCE_DIR/tests/cli/support.sh"
unset LANG LC_CTYPE
export LC_ALL=C

# same FILE: standard output is this golden text.
same()
{
    cmp -s "$golden/$1" "$answers/out" || complain "standard output is not $1: $(diff "$golden/$1" "$answers/out" | head -n 5)"
}

# valid: standard output is JSON, where there is something to check it with.
valid()
{
    command -v python3 >/dev/null || return 0
    python3 -m json.tool <"$answers/out" >/dev/null || complain "it is no JSON"
}

cp "$seeds" wheat-seeds.csv
good data describe wheat-seeds.csv
silent
same describe-seeds.txt
good data describe wheat-seeds.csv --json
valid
contains "$answers/out" '"schema":"backprop.describe/1"'
contains "$answers/out" '"findings":[]'
LC_ALL=C.UTF-8 run data describe wheat-seeds.csv
contains "$answers/out" "█"

# 120 rows: an identifier, a constant, an empty column, a code by its name and one by its
# gaps, holes, a long tail, the target as other words, dates, two strays, a rare class; rows
# twice and rows that contradict one another.
awk 'BEGIN {
    print "id,same,void,area_code,group,hole,tail,hint,day,value,long name of a column that must be cut,class"
    for (i = 1; i <= 120; i++) {
        k = i > 116 ? i - 60 : i
        class = i == 120 ? "x" : i == 3 ? "rare" : k % 3 ? "x" : "y"
        hint = class == "rare" ? "r" : k % 3 ? "no" : "yes"
        value = i == 7 ? "n/k" : i == 9 ? "\"1\"\"2\"" : k * 37 % 101 / 4
        tail = k == 5 ? 90000 : k % 40 + 0.5
        printf "%d,1,,%d,%d,%s,%s,%s,2024-%02d-%02d,%s,\"a very, very long cell %d\",%s\n", i, 70000 + k % 7 * 11, k % 4 * k % 4 * 13 + k % 5 * 171, i % 3 ? k : "NA", tail, hint, k % 12 + 1, k % 28 + 1, value, k % 2, class
    }
}' >nasty.csv
good data describe nasty.csv
silent
same describe-nasty.txt
[ "$(awk 'length > 80' "$answers/out" | wc -l)" -eq 0 ] || complain "a line is too long"
good data describe nasty.csv --json
valid
contains "$answers/out" '{"column":"value","line":8,"at":'
contains "$answers/out" '"stray_count":2'
for finding in constant identifier code missing skew rare-class conflicts; do
    contains "$answers/out" "{\"finding\":\"$finding\""
done

awk 'BEGIN { print "price,sold,paid,class"; for (i = 0; i < 40; i++) printf "\"$%d,%03d\",%d/%d/%d,%d/%d/2023,%s\n", i + 1, i * 7, i % 12 + 1, i % 9 + 1, 1990 + i, i % 12 + 1, i % 12 + 1, i % 3 ? "b" : "a" }' >sales.csv
good data describe sales.csv
says "read as csv, comma, a header line"
contains "$answers/out" "sold looks like dates; which comes first, day or month, says --dates"
good data describe sales.csv --json
contains "$answers/out" '{"name":"price","kind":"number"'
good data describe sales.csv --dates month-first --json
contains "$answers/out" '{"name":"sold","kind":"date"'
sed '2s,1/1/2023,12/31/2023,' sales.csv >decided.csv
good data describe decided.csv
contains "$answers/out" "csv, comma, a header line, dates by month first"

# A column that is the target in other words; one that is the target in other units; rows
# that are there twice; classes that are uneven.
awk 'BEGIN { print "hint,x,class"; for (i = 0; i < 60; i++) print (i % 30 ? "no" : "yes") "," i % 50 "," (i % 30 ? "b" : "a") }' >leak.csv
good data describe leak.csv --json
contains "$answers/out" "hint gives the target class away: if it is not known beforehand, --drop hint\"}"
contains "$answers/out" "96 % of the rows have one class: accuracy says little, look at the zero rule\"}"
contains "$answers/out" "the rarest class has 2 rows: too few to learn and to score\"}"
contains "$answers/out" "9 rows are equal to an earlier one: held out, they were learned from before\"}"
awk 'BEGIN { print "cm,x,inch"; for (i = 1; i < 60; i++) print i * 2.54 "," i * 17 % 59 / 2 "," i + 0.25 }' >units.csv
good data describe units.csv --json
contains "$answers/out" "cm gives the target inch away: if it is not known beforehand, --drop cm\"}"
is 1 "$(grep -o '"finding":' "$answers/out" | wc -l)" "findings"

# What it says to do is understood.
good data describe nasty.csv --categorical value,area_code
grep -q "no number" "$answers/out" && complain "strays where there are none"
good data describe nasty.csv --target hole
says "target hole  (--target)"

printf 'a,b\n1,2\n' >one.csv
good data describe one.csv
says "one.csv: 1 rows, 2 columns"
bad 2 'backprop: one.csv: unknown column "c"; there are 2 columns, "a" to "b"' data describe one.csv --target c
bad 3 "backprop: none.csv: cannot open: No such file or directory" data describe none.csv
bad 2 "backprop: data describe needs FILE; see backprop help data describe" data describe
finish
