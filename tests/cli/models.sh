#!/bin/sh
# models.sh: model files that earlier versions wrote give the answers they gave, and a reader that
# shares nothing with the program computes them from the files alone.
. "$SOURCE_DIR/tests/cli/support.sh"

models=$source/tests/models
known=0
for model in "$models"/*.model; do
    case $model in
    *-mixed.model | *-classes.model | *-ordinal.model) table=mixed.csv ;;
    *) table=seeds.csv ;;
    esac
    good predict "$model" "$models/$table" -q --json
    cmp -s "$answers/out" "${model%.model}.answers" || complain "the answers are others than they were"
    good show "$model"
    good show "$model" --json
    known=$((known + 1))
done
[ "$known" -ge 9 ] || complain "only $known models are there"

reader=
for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null && reader=$python
done
if [ -n "$reader" ]; then
    for name in 1-seeds 1-tutorial 1-regression 3-components 5-pieces; do
        asked="numpy-reader $name"
        "$reader" "$source/tests/numpy-reader" "$models/$name.model" "$models/seeds.csv" \
            "$models/$name.answers" >"$answers/out" 2>"$answers/err" || complain "NumPy reads it otherwise"
    done
fi

# The same model saved again is the same file, and every cut of it is refused in one line.
good train "$seeds" -q --epochs 5 -o new.model
good train "$seeds" -q --epochs 5 -o again.model
cmp -s new.model again.model || complain "equal runs write different files"
size=$(wc -c <new.model)
for length in 0 7 8 100 $((size / 2)) $((size - 1)); do
    head -c "$length" new.model >cut.model
    run predict cut.model "$seeds"
    [ "$status" -eq 4 ] || complain "of $length bytes: exit status $status, not 4"
    [ "$(wc -l <"$answers/err")" -eq 1 ] || complain "of $length bytes: not one line"
done

finish
