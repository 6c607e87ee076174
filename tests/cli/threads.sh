#!/bin/sh
# threads.sh: what every verb answers with four threads is what it answers with one, to the byte.
. "$SOURCE_DIR/tests/cli/support.sh"

# A table that is worth dividing among threads when it is read.
good data make moons --rows 30000 --seed 3 -o moons.csv

# same VERB ARGUMENTS...: standard output and file `made`, where there is one.
same()
{
    rm -f made one.made
    good "$@" --threads 1
    cp "$answers/out" one.out
    [ ! -f made ] || mv made one.made
    good "$@" --threads 4
    cmp -s one.out "$answers/out" || complain "four threads answer otherwise"
    [ ! -f one.made ] || cmp -s one.made made || complain "four threads write otherwise"
}

few="--epochs 2 -q"
# Every way of computing: one network alone, a group of them, rows in batches.
same train moons.csv $few -o made --hidden 64,64 --batch 256 --optimizer adam --dropout 0.1
same train "$seeds" $few -o made --batch 32 --hidden 32
same train "$seeds" $few -o made --hidden 8 --optimizer l-bfgs
same cv "$seeds" --epochs 2 --folds 7 --repeats 2 -q
same cv "$seeds" --epochs 2 --batch 16 --hidden 24,24 -o made -q
good train "$seeds" -q -o seeds.model --epochs 20
same predict seeds.model "$seeds" --proba
same eval seeds.model "$seeds" --json
same explain seeds.model "$seeds"
same explain seeds.model "$seeds" --row 17 --shapley
same tune "$seeds" --epochs 9 --hidden 8 --budget-steps 300 -o made --json
same report seeds.model "$seeds" -o made
same calibrate seeds.model "$seeds" -o made
finish
