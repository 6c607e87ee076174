#!/bin/sh
# explain.sh: what a model looks at, in all its forms: the wheat seeds against a golden text, every
# kind of column, images, and what is refused.
. "$SOURCE_DIR/tests/cli/support.sh"
unset LANG LC_CTYPE
export LC_ALL=C

# fits FILE: nothing is wider than a terminal, no line ends in blanks.
fits()
{
    [ "$(awk 'length > 79' "$1" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
    grep -q ' $' "$1" && complain "lines end in blanks"
    return 0
}

well_formed()
{
    head -c 4 "$1" | grep -q '<svg' || complain "$1 is no picture"
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" 2>"$answers/err" || complain "$1 is not well-formed"
    elif command -v python3 >/dev/null; then
        python3 -c "import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])" "$1" \
            2>"$answers/err" || complain "$1 is not well-formed"
    fi
    return 0
}

# explains MODEL FILE OPTIONS...: as text (left in `text`), JSON (`json`) and a picture.
explains()
{
    good explain "$@" --plot picture.svg
    silent
    fits "$answers/out"
    cp "$answers/out" text
    well_formed picture.svg
    good explain "$@" --plot -
    cmp -s "$answers/out" picture.svg || complain "the same picture differs on standard output"
    good explain "$@" --json
    cp "$answers/out" json
    is '"backprop.explain/1"' "$(number json schema)" "schema"
    if command -v python3 >/dev/null; then
        python3 -c "import json; json.load(open('json'))" 2>"$answers/err" || complain "no JSON"
    fi
}

# same FILE: `text` is this golden text.
same()
{
    cmp -s "$golden/$1" text || complain "it is not $1: $(diff "$golden/$1" text | head -n 5)"
}

cp "$seeds" wheat-seeds.csv
good train wheat-seeds.csv -q -o seeds.model

# Three views of the wheat seeds, as golden text.
explains seeds.model wheat-seeds.csv
cp text all
contains picture.svg "<title>groove_length: 0."
is '"accuracy"' "$(number json metric)" "metric"
is 10 "$(number json repeats)" "repeats"
explains seeds.model wheat-seeds.csv --row 17
{ echo; cat text; } >>all
contains picture.svg "why row 17 is answered 1"
explains seeds.model wheat-seeds.csv --row 17 --shapley --samples 200
{ echo; cat text; } >>all
explains seeds.model wheat-seeds.csv --column area --ice 5
{ echo; cat text; } >>all
is 15 "$(grep -c 'thin faint"' picture.svg)" "curves of rows in the picture"
mv all text
same explain-seeds.txt
LC_ALL=C.UTF-8 run explain seeds.model wheat-seeds.csv
contains "$answers/out" "█"

# What the shares add up to; equal for equal seeds, others for others, on any number of threads.
if command -v python3 >/dev/null; then
    for how in "" --shapley; do
        good explain seeds.model wheat-seeds.csv --row 200 --json $how
        cp "$answers/out" json
        python3 - <<'PYTHON' || complain "the shares are not complete"
import json
one = json.load(open("json"))["answers"][0]
gap = sum(c["share"] for c in one["columns"]) - (one["answer"] - one["baseline"])
assert abs(gap) < 1e-3 and abs(gap - one["gap"]) < 1e-12
PYTHON
    done
fi
good explain seeds.model wheat-seeds.csv --metric log-loss --json
cp "$answers/out" one
good explain seeds.model wheat-seeds.csv --metric log-loss --json --threads 2
cmp -s one "$answers/out" || complain "threads change the answer"
good explain seeds.model wheat-seeds.csv --metric log-loss --json --seed 2
cmp -s one "$answers/out" && complain "another seed gives the same"
good explain seeds.model wheat-seeds.csv --repeats 1
contains "$answers/out" "each column 1 time, seed 1"

# Another's figures: partial dependence by hand, from answers to a table that was changed.
if command -v python3 >/dev/null; then
    good explain seeds.model wheat-seeds.csv --column area --json
    cp "$answers/out" json
    awk -F, 'BEGIN { OFS = "," } NR > 1 { $1 = 21.18 } { print }' wheat-seeds.csv >changed.csv
    good predict seeds.model changed.csv --json -q
    cp "$answers/out" predicted
    python3 - <<'PYTHON' || complain "partial dependence is not the mean of the answers"
import json
last = json.load(open("json"))["grid"][-1]
assert last["cell"] == "21.18"
rows = [json.loads(line)["outputs"] for line in open("predicted")]
for k, name in enumerate(["1", "2", "3"]):
    mean = sum(r[name] / sum(r.values()) for r in rows) / len(rows)
    assert abs(mean - last["mean"][k]) < 1e-12
PYTHON
fi

# Regression of several targets, every kind of column, gaps, names that mean something to XML.
awk 'BEGIN {
    print "area,\"co<l>&o\"\"r\",sold,day,price,tax"
    for (i = 0; i < 60; i++)
        printf "%s,%s,%s,%d-%02d-%02d,%d,%g\n", i % 9 ? i * 37 % 61 : "",
            i % 7 == 6 ? "" : i % 2 ? "\"<red>\"" : "bl]]>ue", i % 3 ? "yes" : "no",
            2020 + i % 5, 1 + i % 12, 1 + i % 28, 1000 + (i * 37 % 61) * 7, i % 17 / 10 }' >mixed.csv
good train mixed.csv -q -o mixed.model -t price,tax --epochs 30
explains mixed.model mixed.csv
contains text "score         r2 "
explains mixed.model mixed.csv --row 1
contains text "area                missing"
contains text "day                 2020-01-01"
contains text "answer        tax "
explains mixed.model mixed.csv --column '#2' --ice 3
contains text "missing"
contains text "<red>"
contains picture.svg "answers by co&lt;l&gt;&amp;o&quot;r"
contains json '"cell":"bl]]>ue"'
explains mixed.model mixed.csv --column day
contains text "2020-01-01"
explains mixed.model mixed.csv --column sold
contains text "yes"
is 2 "$(tr '{' '\n' <json | grep -c '"cell"')" "cells"

# Many columns: the first of them as text; an image where they are a square of numbers.
awk 'BEGIN { for (i = 0; i < 144; i++) printf "p%d,", i; print "digit"
    for (r = 0; r < 40; r++) { for (i = 0; i < 144; i++)
        printf "%d,", (i * (r + 3) * 7919) % 251 + (r % 2 ? i : 144 - i); print r % 2 } }' >image.csv
good train image.csv -q -o image.model --hidden 4 --epochs 20
explains image.model image.csv --repeats 2 --metric log-loss
contains text "... and 124 more columns (--json has them all)"
contains picture.svg "144 columns as an image of 12 by 12"
is 144 "$(tr '{' '\n' <json | grep -c '"importance"')" "columns as JSON"
explains image.model image.csv --row 3
contains picture.svg "fill-opacity"

# What is refused, in one line.
bad 2 'backprop: unknown metric "acuracy"; did you mean "accuracy"?' explain seeds.model "$seeds" --metric acuracy
bad 2 'backprop: the metric rmse is of numbers; the model answers with classes' explain seeds.model "$seeds" --metric rmse
bad 2 'backprop: --shapley is a way to explain a row: give --row N too' explain seeds.model "$seeds" --shapley
bad 2 'backprop: --samples is of --shapley alone' explain seeds.model "$seeds" --row 1 --samples 10
bad 2 'backprop: --ice draws curves of one column: give --column NAME too' explain seeds.model "$seeds" --ice 3
bad 2 'backprop: --row explains one answer, --column one column; give one of them' explain seeds.model "$seeds" --row 1 --column area
bad 2 'backprop: --metric is for all columns, not for --row or --column' explain seeds.model "$seeds" --row 1 --metric f1
bad 2 'backprop: --repeats is for all columns, not for --row or --column' explain seeds.model "$seeds" --column area --repeats 3
bad 3 'backprop: there is no row 211: the table has 210' explain seeds.model "$seeds" --row 211
bad 2 "backprop: $seeds: unknown column \"aria\"; did you mean \"area\"?" explain seeds.model "$seeds" --column aria
bad 2 'backprop: the column "variety" is no input of the model; backprop show lists them' explain seeds.model "$seeds" --column variety
bad 2 'backprop: MODEL and FILE cannot both be standard input' explain - -
bad 2 'backprop: --plot draws SVG: give a name that ends in .svg, not "p.png"' explain seeds.model "$seeds" --plot p.png
bad 2 '{"error":{"code":"BP_E_ARGUMENT","message":"--plot - would write into the same standard output; give it a file","exit_status":2}}' explain seeds.model "$seeds" --plot - --json
cp seeds.model seeds.svg
bad 2 'backprop: seeds.svg: this is the model itself; use another name' explain seeds.svg "$seeds" --plot seeds.svg
bad 4 "backprop: nowhere.model: cannot open: No such file or directory" explain nowhere.model "$seeds"
cut -d, -f1-7 "$seeds" >inputs.csv
good explain seeds.model inputs.csv --row 3
run explain seeds.model inputs.csv
is 3 "$status" "exit status without the target"

# Where the network reads principal components, columns are told of all the same.
good train "$seeds" -q -o components.model --pca 3 --scaling standard --epochs 100
good explain components.model "$seeds" --json
is 7 "$(grep -o '"importance":' "$answers/out" | wc -l)" "importances"
good explain components.model "$seeds" --row 17
grep -q '^groove_length  *[0-9.]*  *[+-]0\.[0-9]* ' "$answers/out" || complain "no share of a column"
good explain components.model "$seeds" --row 17 --json
cp "$answers/out" gradients
good explain components.model "$seeds" --row 17 --shapley --json
if command -v python3 >/dev/null; then
    python3 - gradients "$answers/out" <<'P' || complain "the shares are not those of the answer"
import json, sys
for path in sys.argv[1:]:
    a = json.load(open(path))["answers"][0]
    shares = [c["share"] for c in a["columns"]]
    assert len(shares) == 7 and max(map(abs, shares)) > 0.01, shares
    assert abs(sum(shares) - (a["answer"] - a["baseline"])) < 1e-3, a
P
fi
good explain components.model "$seeds" --column area --ice 3 --plot area.svg
good report components.model "$seeds" -o components.html --no-baseline --resamples 50
grep -q 'Shuffling [a-z_]* among the rows' components.html || complain "the page does not tell what matters"
finish
