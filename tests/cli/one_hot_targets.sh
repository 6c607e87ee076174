#!/bin/sh
# one_hot_targets.sh: classes that several columns tell, from the table to the answers and scores.
. "$SOURCE_DIR/tests/cli/support.sh"

# Two tables of the same rows: one column of classes, and one for each class.
awk 'BEGIN { print "a,b,kind" > "one.csv"; print "a,b,x,y,z" > "three.csv"
    for (i = 0; i < 60; i++) {
        k = i % 3; a = k + i % 7 / 10; b = i % 11 / 4
        print a "," b "," substr("xyz", k + 1, 1) > "one.csv"
        print a "," b "," (k == 0) "," (k == 1) "," (k == 2) > "three.csv"
    } }'
good train one.csv -o one.model --epochs 30
good train three.csv --target x,y,z -o three.model --epochs 30
notes "task          classification, 3 classes: x, y, z  (--task)"
good predict one.model one.csv
cp "$answers/out" "$answers/one"
good predict three.model three.csv
cmp -s "$answers/one" "$answers/out" || complain "the answers are not those of one column of classes"
notes "accuracy 88.333 % on the 60 rows of three.csv, which has the target"

# The scores and the zero rule too.
good cv one.csv --epochs 30 --json
sed 's/.*"folds"/"folds"/' "$answers/out" >"$answers/one"
good cv three.csv --target 'x,y,z' --epochs 30 --json
sed 's/.*"folds"/"folds"/' "$answers/out" >"$answers/three"
cmp -s "$answers/one" "$answers/three" || complain "the scores are not those of one column of classes"

printf 'a,b,x,y\n1,2,0,1\n3,4,1,1\n5,6,1,0\n' >both.csv
bad 3 "backprop: both.csv:3:5: 2 of the row's targets are 1; of several targets that are classes each row has exactly one" train both.csv --target x,y --task classification -o no.model
good train both.csv --target x,y -o both.model --epochs 1
notes "task          regression  (--task)"
finish
