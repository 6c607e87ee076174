#!/bin/sh
# large.sh: tables of very many columns or classes are learned from, or refused at once in one line.
. "$SOURCE_DIR/tests/cli/support.sh"

# limited ARGUMENTS...: no more than a minute: what is refused is refused before any work.
limited()
{
    "$program" "$@" >"$answers/out" 2>"$answers/err" </dev/null &
    child=$!
    (sleep 60 && kill $child) >"$answers/kill" 2>&1 &
    watch=$!
    wait $child
    status=$?
    asked="backprop $*"
    kill $watch 2>"$answers/kill"
}

for rows in 100000 1000000; do
    awk -v n=$rows 'BEGIN { print "a,b,y"; for (i = 0; i < n; i++) print i % 97 "," i % 89 ",n" i }' >texts.csv
    limited train texts.csv -o new.model
    fails_with 3 "backprop: texts.csv: the target y tells rows apart: $rows different texts in $rows rows; choose another by --target, or say --task classification"
done

# So many classes all the same: their answers alone are more than the limit.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 100000; i++) print i % 97 "," i % 89 ",n" i % 50000 }' >classes.csv
limited train classes.csv -o new.model --recipe plain --memory-limit 30000000000
fails_with 5 "backprop: this takes at least 40004400180 bytes of memory and --memory-limit is 30000000000: 1 x 1 networks of 300015 weights, 100000 rows of 2 inputs and 50000 outputs; learn from fewer rows or of fewer classes"

# 100,000 columns: learned from by a small network, too many for several large ones.
awk 'BEGIN { n = 100000; for (c = 0; c < n; c++) printf "c%d,", c; print "y"
             for (r = 0; r < 3; r++) { for (c = 0; c < n; c++) printf "%d,", (c * 7 + r * 3) % 11; print r ".5" } }' >wide.csv
limited train --recipe plain -e 2 -q wide.csv -o wide.model
is 0 "$status" "exit status"
limited predict wide.model wide.csv
is 3 "$(wc -l <"$answers/out" | tr -d ' ')" "answers"
limited train wide.csv -o new.model --memory-limit 1000000000
fails_with 5 "backprop: this takes at least 4941762648 bytes of memory and --memory-limit is 1000000000: 1 x 8 networks of 25732097 weights, 3 rows of 100000 inputs and 1 outputs; ask for smaller layers (--hidden) or fewer --members, or drop columns"
[ ! -e new.model ] || complain "a model was written"

# Names that no file would hold are told of before the training.
awk 'BEGIN { n = 110000; for (c = 0; c < n; c++) printf "c%01000d,", c; print "y"
             for (r = 0; r < 3; r++) { for (c = 0; c < n; c++) printf "%d,", (c + r * 3) % 11; print r ".5" } }' >names.csv
limited train --recipe plain names.csv -o new.model
fails_with 3 "backprop: no model file holds the names of 110000 inputs and 0 classes; drop columns, or choose another target"

finish
