#!/bin/sh
# augment.sh: images moved about while they are learned from: which tables have images, what is
# refused, that threads, chunks and interruptions change nothing, and that held-out rows stay still.
. "$SOURCE_DIR/tests/cli/support.sh"

# 60 images of four lines of five pixels: a stroke upright, or lying; as IDX with labels, and CSV.
awk 'BEGIN {
    images = "\\0\\0\\10\\3\\0\\0\\0\\74\\0\\0\\0\\4\\0\\0\\0\\5"
    labels = "\\0\\0\\10\\1\\0\\0\\0\\74"
    csv = ""
    for (i = 0; i < 60; i++) {
        upright = i % 2
        for (p = 0; p < 20; p++) {
            bright = upright ? p % 5 == i % 3 + 1 : int(p / 5) == i % 4
            value = bright ? 200 + i % 50 : (i * 7 + p) % 5 == 0 ? 20 : 0
            images = images sprintf("\\%03o", value)
            csv = csv value ","
        }
        labels = labels sprintf("\\%03o", upright)
        csv = csv (upright ? "upright" : "lying") "\n"
    }
    printf "%s", images >"images"
    printf "%s", labels >"labels"
    printf "%s", csv >"strokes.csv"
}'
printf "$(cat images)" >few-images-idx3-ubyte
printf "$(cat labels)" >few-labels-idx1-ubyte
rm images labels
idx=few-images-idx3-ubyte

# ---- What is told, and what is learned ----
some="--epochs 6 --batch 8 --optimizer adam --hidden 6"
moved="--augment shift,rotate=20,scale=0.1,shear,elastic=4:1"
good train $idx -o a.model $some $moved
notes "images        moved about while they are learned from: shift,rotate=20,scale=0.1,shear,elastic=4:1  (--augment)"
notes "scaling       common fitted on training rows  (--scaling)"
contains "$answers/err" "inputs        20: p0,"
good train $idx -o b.model -q $some --scaling common --keep '*'
cmp -s a.model b.model && complain "nothing was moved"
good predict a.model $idx
good train strokes.csv -o b.model -q $some --augment shift --image 4x5
good train $idx -o b.model -q $some --augment elastic --scaling none
awk '{ print NR % 3 + 1 "," NR % 4 "," $0 }' strokes.csv >more.csv
good train more.csv -o b.model -q $some --augment shift --image 4x5 --weight '#1' --drop '#2'
good cv $idx -q $some $moved --folds 3
good train $idx -q -o b.model --recipe auto --epochs 2 --augment rotate

# ---- The same bytes: threads, chunks, instruction sets, after an interruption ----
for more in "--threads 3" "--chunk-rows 1000"; do
    good train $idx -o b.model -q $some $moved $more
    good predict b.model $idx --json
    cp "$answers/out" "$answers/other"
    good predict a.model $idx --json
    cmp -s "$answers/out" "$answers/other" || complain "$more gives another model"
done
for isa in scalar avx2 avx512 neon; do
    BP_ISA=$isa "$program" train $idx --recipe plain -o b.model -q $some $moved 2>"$answers/err" || continue
    cmp -s a.model b.model || complain "$isa gives another model"
done
long="-q --epochs 1500 --batch 8 --optimizer adam --schedule cosine --hidden 6 $moved"
good train $idx -o b.model $long
asked="train --augment, killed and resumed"
"$program" train --recipe plain $idx -o c.model $long --checkpoint check --checkpoint-every 40 2>"$answers/err" &
waited=0
while [ ! -f check ] && [ "$waited" -lt 1000 ]; do
    sleep 0.01
    waited=$((waited + 1))
done
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
rm -f c.model
[ -f check ] || complain "there is no checkpoint"
good train $idx -o c.model $long --checkpoint check --resume
cmp -s b.model c.model || complain "it goes on to another model"
rm -f c.model
bad 2 "backprop: check: this checkpoint is of another training: its options, data or network differ; give the same again, or another checkpoint file" train $idx -o c.model -q $some --augment shift --checkpoint check --resume
rm -f check

# ---- Held-out rows stay as they are ----
still="--learning-rate 0 --epochs 2 --batch 8 --hidden 6 --valid 0.3"
good train $idx -o b.model -q -f $still $moved --log moved.csv
good train $idx -o b.model -q -f $still --scaling common --keep '*' --log still.csv
is "$(cut -d, -f3 still.csv | tail -n 1)" "$(cut -d, -f3 moved.csv | tail -n 1)" "the loss of held-out rows"
[ "$(cut -d, -f2 still.csv | tail -n 1)" != "$(cut -d, -f2 moved.csv | tail -n 1)" ] || complain "rows learned from stay still"
[ "$(cut -d, -f2 moved.csv | sed -n 2p)" != "$(cut -d, -f2 moved.csv | sed -n 3p)" ] || complain "every epoch is moved alike"

# ---- Refusals ----
begin="train $idx -o new.model -q"
bad 2 'backprop: unknown word of --augment "rotaet"; did you mean "rotate"?' $begin --augment shift,rotaet=5
bad 2 'backprop: --augment rotate takes a number from 0 to 180, not "200"' $begin --augment rotate=200
bad 2 'backprop: --augment shift takes a number from 0 to 100, not ""' $begin --augment shift=
bad 2 'backprop: --augment scale takes a number from 0 to 0.9, not "0.1:2"' $begin --augment scale=0.1:2
bad 2 'backprop: --augment elastic takes a number from 0 to 10000, or two as 37:5.5, the second from 0.5 to 16, not "37:99"' $begin --augment elastic=37:99
bad 2 'backprop: --image takes the lines of an image and the pixels of a line, from 1 to 4096, as 28x28, not "4"' $begin --augment shift --image 4
bad 2 'backprop: --image says nothing without --augment' $begin --image 4x5
bad 2 "backprop: $idx: images of 3x5 have 15 pixels, and there are 20 inputs; --drop what is none of them" $begin --augment shift --image 3x5
bad 2 "backprop: $idx: images of 4x5 have 20 pixels, and there are 19 inputs; --drop what is none of them" $begin --augment shift --drop p3
bad 2 "backprop: --augment brings what is in one pixel into another, so all are to be scaled alike: --scaling common or none, not minmax" $begin --augment shift --scaling minmax
bad 2 "backprop: --augment moves pixels, and --pca leaves none; use one of them" $begin --augment shift --pca 3
bad 2 "backprop: --augment says nothing to --optimizer l-bfgs, which finds its own steps from all rows at once" $begin --augment shift --optimizer l-bfgs
begin="train strokes.csv -o new.model -q"
bad 2 "backprop: strokes.csv: --augment moves pixels, and the table does not tell the size of its images; say it, as --image 28x28" $begin --augment shift
printf '1,red,a\n2,blue,b\n3,red,a\n4,blue,b\n' >colors.csv
bad 2 "backprop: colors.csv: --augment moves pixels, and the column #2 is no number" train colors.csv -o new.model -q --augment shift --image 1x2
finish
