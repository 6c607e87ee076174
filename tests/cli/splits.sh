#!/bin/sh
# splits.sh: the ways in which `backprop cv` deals rows: what it says of each, as text and as
# JSON, and what it refuses.
. "$SOURCE_DIR/tests/cli/support.sh"

awk -v OFS=, 'BEGIN {
    print "patient,day,part,fold,dose,effect,well"
    for (i = 0; i < 40; i++)
        print "p" i * i % 11, (i * 7) % 20, (i % 4 == 1 ? "test" : i % 10 == 2 ? "valid" : "train"), \
            1 + i % 3, i % 9, i / 4, (i % 9 > 4 ? "yes" : "no")
}' >visits.csv

# counts KEY: the numbers of a list in the JSON, with blanks between.
counts()
{
    number_list "$answers/out" "$1" | tr -d '[]' | tr , ' '
}

lines()
{
    wc -l <"$answers/out" | tr -d ' '
}

# Stratified without being asked, where there are classes.
good cv visits.csv --epochs 2
silent
says "folds         5, stratified by class, each held out once  (--folds, --stratify)"
good cv visits.csv --epochs 2 --stratify no
says "folds         5, each held out once  (--folds)"
good cv visits.csv --epochs 2 --target effect
says "folds         5, each held out once  (--folds)"

good cv visits.csv --epochs 2 --folds 4 --repeats 3
says "folds         4, stratified by class, each held out once  (--folds, --stratify)"
says "repeats       3, shuffled anew  (--repeats)"
is 3 "$(grep -cE '^(fold scores  |             ) [0-9.]+( [0-9.]+){3}$' "$answers/out")" "lines of scores"
good cv visits.csv --epochs 2 --folds 4 --repeats 3 --json
contains "$answers/out" '"folds":12,'
contains "$answers/out" '"repeats":3,'
is true "$(number "$answers/out" stratified)" "stratified"
is "10 10 10 10 10 10 10 10 10 10 10 10" "$(counts fold_rows)" "rows held out"

# The first repeat is what there is without repeats.
first=$(counts scores | cut -d ' ' -f 1-4)
good cv visits.csv --epochs 2 --folds 4 --json
is "$first" "$(counts scores)" "scores of the first repeat"

# Leave-one-out: the mean alone, every score as JSON; regression over all rows at once.
good cv visits.csv --epochs 2 --folds loo
says "folds         40 of one row, each held out once  (--folds)"
contains "$answers/out" "mean accuracy"
grep -q "fold scores" "$answers/out" && complain "it lists the scores of single rows"
good cv visits.csv --epochs 2 -k loo --json
is 40 "$(counts scores | wc -w | tr -d ' ')" "scores"
good cv visits.csv --epochs 2 -k loo --target dose --task regression
contains "$answers/out" "held out    zero rule"
good cv visits.csv --epochs 2 -k loo -q
is 2 "$(lines)" "lines with -q"

# Groups: whole ones, and their column is no input.
good cv visits.csv --epochs 2 --group patient --folds 3
says "folds         3 of whole groups by patient, each held out once  (--folds, --group)"
says "inputs        5: day, part, fold, dose, effect  (--drop)"
good cv visits.csv --epochs 2 --group patient --test-fraction 0.2
says "held out      0.2 of 40 rows in whole groups by patient  (--test-fraction, --group)"
good cv visits.csv --epochs 2 --group patient --folds loo --json
is '"patient"' "$(number "$answers/out" column)" "column"
is '"groups"' "$(number "$answers/out" unit)" "unit"

# Time: each fold after what it learns from.
good cv visits.csv --epochs 2 --time day --folds 4
says "folds         4 by time (day), each learns from all before  (--folds, --time)"
contains "$answers/out" "6: patient, day,"
good cv visits.csv --epochs 2 --time file-order --folds 4 --json
is "8 8 8 8" "$(counts fold_rows)" "rows held out"
is "8 16 24 32" "$(counts training_rows)" "rows learned from"
is null "$(number "$answers/out" column)" "column"
good cv visits.csv --epochs 2 --time day --test-fraction 0.25
says "held out      the last 10 of 40 rows by time (day)  (--test-fraction, --time)"

# A column that says it.
good cv visits.csv --epochs 2 --split part
says "held out      10 of 40 rows, as the column part says; 4 are left out  (--split)"
says "inputs        5: patient, day, fold, dose, effect  (--drop)"
good cv visits.csv --epochs 2 --split fold
says "folds         3 as the column fold says, each held out once  (--split)"
good cv visits.csv --epochs 2 --split fold --json
is "14 13 13" "$(counts fold_rows)" "rows held out"

# A share, once.
good cv visits.csv --epochs 2 --test-fraction 0.3
says "held out      12 of 40 rows, stratified by class  (--test-fraction, --stratify)"
good cv visits.csv --epochs 2 --test-fraction 0.3 --target effect
says "held out      12 of 40 rows  (--test-fraction)"
contains "$answers/out" "held out    zero rule"
good cv visits.csv --epochs 2 --test-fraction 0.3 --json
is null "$(number "$answers/out" deviation)" "deviation of one score"

# The rarest class is noted.
good cv visits.csv --epochs 2 --target fold --folds 14
says "note          class 2 has 13 rows, too few to be in each of 14 parts"
bad 2 'backprop: class 2 has 13 rows, too few for 14 parts with each class; --stratify auto deals them as evenly as can be' \
    cv visits.csv --target fold --folds 14 --stratify yes

# Refused before any work.
bad 2 'backprop: --group and --time both say how rows are dealt: give one of them' \
    cv visits.csv --group patient --time day
bad 2 'backprop: --folds deals folds and --test-fraction holds out once: give one of them' \
    cv visits.csv --folds 3 --test-fraction 0.5
bad 2 'backprop: 8 folds cannot be made of 6 groups' cv visits.csv --group patient -k 8
bad 2 'backprop: visits.csv: unknown column "patent"; did you mean "patient"?' \
    cv visits.csv --group patent
bad 2 'backprop: --group well is the target, which rows cannot be split by; --target says another one' \
    cv visits.csv --group well
bad 2 'backprop: visits.csv: the column patient is text, which has no order of time: it takes numbers or dates' \
    cv visits.csv --time patient
bad 2 'backprop: the generator mersenne (the recipe tutorial'\''s) deals plain folds alone: --repeats takes --generator philox' \
    cv visits.csv --recipe tutorial --repeats 2
bad 2 'backprop: --folds takes a whole number from 2 to 1000000000, or loo, not "1"' cv visits.csv -k 1
bad 2 'backprop: --test-fraction takes a number from 0.0001 to 0.9999, or none, not "1"' \
    cv visits.csv --test-fraction 1
bad 2 'backprop: train does not take --group; it is an option of: cv, tune' \
    train visits.csv --group patient -o new.model
sed '3s/^[^,]*//; 5s/,[^,]*/,/' visits.csv >holes.csv
bad 3 'backprop: holes.csv:3:1: the cell is missing, and the rows are split by its column patient' \
    cv holes.csv --group patient
bad 3 'backprop: holes.csv:5:4: the cell is missing, and the rows are split by its column day' \
    cv holes.csv --time day
finish
