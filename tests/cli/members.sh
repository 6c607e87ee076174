#!/bin/sh
# members.sh: the recipe auto: several networks, each of which holds out rows of its own.
. "$SOURCE_DIR/tests/cli/support.sh"
recipe=
small="--hidden 12,8 --epochs 6"
good train "$seeds" $small -o some.model
notes "members       8 such networks, whose answers are averaged  (--members)"
notes "training      6 epochs of batches of 64, seed 1  (--epochs, --batch, --seed)"
notes "held out      other rows by each network  (--valid, --keep-best)"
good train "$seeds" $small -q -o again.model --threads 2
cmp -s some.model again.model || complain "threads make another model"
good show some.model --json
compact "$answers/out" | grep -q '"members":8' || complain "show does not tell of 8 members"
good show some.model
is 8 "$(grep -cE '^  [1-8] +[0-9]+ +[0-9]+ +[0-9.]+ +[0-9]+ +[0-9.]+ +[0-9]+$' "$answers/out")" \
    "lines of networks that show has"
good train "$seeds" $small -q -o one.model --members 1
good show one.model --json
compact "$answers/out" | grep -q '"members":1[,}]' || complain "show does not tell of 1 member"

# What the members held out tells how sure the model is.
good predict some.model "$seeds" -q --sets --proba
awk 'NR <= 200 { print }' "$seeds" >less.csv
good data make friedman --rows 120 --noise 0.5 --seed 3 -o numbers.csv
good train numbers.csv $small -q -o numbers.model
good predict numbers.model numbers.csv -q --intervals
good eval numbers.model numbers.csv
good step some.model "$seeds" --row 3
good explain some.model "$seeds" --row 3
good report some.model "$seeds" -o report.html -q

# Tables of a few rows have nothing to hold out; caller's choices are kept.
printf 'a,b\n1,2\n2,4\n3,6\n' >few.csv
good train few.csv $small -q -o few.model
good predict few.model few.csv -q
good train "$seeds" $small -q -o tuned.model --optimizer sgd --learning-rate 0.01 --valid none
good train "$seeds" $small -o tuned.model --force --valid-file "$seeds"
notes "held out      the same rows by each network  (--valid, --keep-best)"
good train "$seeds" $small -q -o chunks.model --chunk-rows 64
bad 2 "backprop: --chunk-rows prepares the rows of one network at a time; use --members 1" \
    train "$seeds" -q -o bad.model --chunk-rows 64 --members 3
bad 2 "backprop: --temper looks at held-out rows; add --valid 0.2 or --valid-file FILE" \
    train "$seeds" -q -o bad.model --valid none --temper

# What suits some tables and not others is tried where one waits for it.
good train numbers.csv --recipe auto-plus --hidden 8 --epochs 12 -o plus.model
notes "tried         pieces-share=0.5|0|1,target-scaling=standard|log-standard, which held-out rows choose from  (--try)"
grep -Eq '^chosen        pieces-share [01.5]+, target-scaling [a-z-]+: [0-9.]+ off where rows were held out, the least of 4  \(--try\)$' "$answers/err" ||
    complain "it does not tell what was chosen"
good show plus.model
grep -q '^chosen        pieces-share ' "$answers/out" || complain "show does not tell what was chosen"
good show plus.model --json
contains "$answers/out" '"trials":{"models":[{"options":{"pieces-share":"0.5","target-scaling":"standard"},"held_out":'
good predict plus.model numbers.csv -q

# Half of the members of a regression read pieces, of few classes none.
good train numbers.csv --hidden 8 --epochs 3 -o half.model
notes "pieces        8 more inputs tell where a number lies in its range  (--pieces)"
notes "              4 of the 8 networks read them  (--pieces-share)"
good cv numbers.csv --hidden 8 --epochs 3 --folds 2
contains "$answers/out" "              4 of the 8 networks read them  (--pieces-share)"
contains "$answers/out" "network       hidden layers of 8, mish  (--hidden, --activation)"
contains "$answers/out" "members       8 such networks, whose answers are averaged  (--members)"
contains "$answers/out" "training      3 epochs of batches of 64, seed 1  (--epochs, --batch, --seed)"
good explain half.model numbers.csv
good show half.model --plot half.svg
contains half.svg "the last of 8 networks" # of which the first does not read all inputs
rm -f half.svg
good train numbers.csv --hidden 8 --epochs 3 -q -o half.model --valid-file numbers.csv
good train numbers.csv --hidden 8 --epochs 3 -o half.model --pieces-share 0.25
notes "              2 of the 8 networks read them  (--pieces-share)"
bad 2 "backprop: --pieces-share 0.2 of 2 members is none; add --members, or leave out --pieces" \
    train numbers.csv -q -o bad.model --pieces 4 --pieces-share 0.2 --members 2
good cv "$seeds" --recipe linear --folds 2
contains "$answers/out" "network       no hidden layer  (--hidden)"
good show some.model --json
contains "$answers/out" '"trials":null'
good cv "$seeds" --recipe auto-plus --hidden 8 --epochs 3 --folds 2 -q
good train "$seeds" --recipe auto-plus --hidden 8 --epochs 3 -q -o saved.model --checkpoint saved.ckpt
bad 2 "backprop: --checkpoint keeps one training, and --try makes several; leave out one" \
    train "$seeds" -q -o bad.model --recipe auto --try 'pieces=0|4' --checkpoint saved.ckpt

# Answers held out that overflow leave the model uncalibrated, and that is said; a training that
# diverged is an error as ever.
awk 'BEGIN { print "x,z,y"; for (i = 0; i < 60; i++) print i % 7 / 7 "," i % 11 / 11 "," i % 5 }' >counts.csv
awk 'BEGIN { print "x,z,y"; for (i = 0; i < 12; i++) print i % 7 / 7 "," i % 11 / 11 "," i % 5; print "5000,2000,3" }' >beyond.csv
counting="--recipe plain --task regression --loss poisson --target-scaling none --scaling none --activation relu -e 3 --temper"
good train counts.csv $counting --valid-file beyond.csv -l 0.001 -o over.model
notes "calibration   none: answers to rows held out are no numbers  (--temper)"
good predict over.model counts.csv -q
good show over.model --json
contains "$answers/out" '"not_calibrated":"answers to rows held out are no numbers"'
good train counts.csv $counting --valid-file counts.csv -l 0.001 -o within.model
grep -q "^calibration" "$answers/err" && complain "it tells of no calibration"
run train counts.csv $counting --valid-file beyond.csv -l 1000000 -o bad.model
is 3 "$status" "exit status of a training that diverged"
good cv "$seeds" $small -q --folds 3
good cv "$seeds" $small -q --folds 3 --threads 2
rm -f ./*.model ./*.csv report.html
is "" "$(ls -A)" "files left behind"
finish
