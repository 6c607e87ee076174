#!/bin/sh
# training.sh: the training toolbox on the command line: what contradicts is refused before
# any work; early stopping, logs, event files, checkpoints and resuming.
. "$SOURCE_DIR/tests/cli/support.sh"

printf 'a,b,kind,w\n1,2,x,1\n3,4,y,2\n5,6,x,1\n7,8,y,0\n2,2,x,1\n4,4,y,1\n' >good.csv
printf 'a,b,size\n1,2,3.5\n3,4,7.25\n5,6,11.5\n7,8,15.75\n2,2,4.5\n4,4,8.5\n' >sizes.csv

# ---- Contradictions ----
begin="train good.csv -t kind -o new.model"
bad 2 "backprop: --momentum is for --optimizer momentum or nesterov, and that is sgd here" $begin --momentum 0.8
bad 2 "backprop: --beta1 is for --optimizer adam or adamw, and that is momentum here" $begin --optimizer momentum --beta1 0.8
bad 2 "backprop: --rho is for --optimizer rmsprop, and that is adam here" $begin --optimizer adam --rho 0.9
bad 2 "backprop: --epsilon is for --optimizer adam, adamw, adagrad or rmsprop, and that is sgd here" $begin --epsilon 1e-6
bad 2 "backprop: --huber-delta is for --loss huber, and that is auto here" $begin --huber-delta 2
bad 2 "backprop: --quantile is for --loss quantile, and that is huber here" $begin --loss huber --quantile 0.9
bad 2 "backprop: --label-smoothing is for --loss cross-entropy or likelihood, and that is auto here" $begin --label-smoothing 0.1
bad 2 "backprop: --initial-low is for --initializer uniform, and that is auto here" $begin --initial-low 0
bad 2 "backprop: --schedule-factor is for --schedule step, exponential or plateau, and that is constant here" $begin --schedule-factor 0.5
bad 2 "backprop: --average-decay is for --average ema, and that is none here" $begin --average-decay 0.5
bad 2 "backprop: --resume says nothing without --checkpoint" $begin --resume
bad 2 "backprop: --checkpoint-every takes a number of epochs, as 10, or a time, as 30s, 5m or 1h, not \"soon\"" $begin --checkpoint c --checkpoint-every soon
bad 2 "backprop: --time-limit takes a time, as 90s, 10m or 2h, not \"10\"" $begin --time-limit 10
bad 2 "backprop: --valid and --valid-file both say what to judge by; give one of them" $begin --valid 0.2 --valid-file good.csv
bad 2 "backprop: --stop-on accuracy looks at held-out rows; add --valid 0.2 or --valid-file FILE" $begin --stop-on accuracy
bad 2 "backprop: --valid takes a number from 0.0001 to 0.9999, or none|auto, not \"1\"" $begin --valid 1
bad 2 "backprop: --learning-rate takes a number from 0 to 1000000, or auto, not \"-0.1\"" $begin --learning-rate=-0.1
bad 2 "backprop: unknown value of --optimizer \"adm\"; did you mean \"adam\"?" $begin --optimizer adm
bad 2 "backprop: --layer-rates takes one number, or one for each of 2 layers with commas between, not \"1,2,3\"" $begin --layer-rates 1,2,3
bad 2 "backprop: --initial-bias takes one number, or one for each of 2 layers with commas between, not \"x\"" $begin --initial-bias x
bad 2 "backprop: softmax outputs need the loss cross-entropy, not squared-error" $begin --output-activation softmax
bad 2 "backprop: the loss poisson needs exponential outputs, not linear" train sizes.csv -o new.model --loss poisson --output-activation linear
bad 2 "backprop: softmax outputs are for classes and this is a regression; use --output-activation linear, or --task classification" train sizes.csv -o new.model --output-activation softmax
bad 2 "backprop: the loss cross-entropy is for classes and this is a regression; use --loss squared-error, or --task classification" train sizes.csv -o new.model --loss cross-entropy
bad 2 "backprop: --class-weights balanced is for classes, and this is a regression" train sizes.csv -o new.model --class-weights balanced
bad 2 "backprop: --stop-on rmse is for regression, and these are classes" $begin --valid 0.5 --stop-on rmse
bad 2 "backprop: --weight kind is the target, which cannot be a weight; --target says another one" $begin --weight kind
bad 2 "backprop: good.csv: unknown column \"nothing\"; there are 4 columns, \"a\" to \"w\"" $begin --weight nothing
printf 'a,kind,w\n1,x,1\n2,y,-1\n3,x,1\n' >minus.csv
bad 3 "backprop: minus.csv:3:5: a row's weight must be a number of at least 0 (column w)" train minus.csv -t kind -o new.model --weight w
bad 4 "backprop: nowhere.model: cannot open: No such file or directory" $begin --initial-model nowhere.model
bad 5 "backprop: nowhere/log.csv: cannot write: No such file or directory" $begin --log nowhere/log.csv
bad 5 "backprop: nowhere/c: cannot write: No such file or directory" $begin --checkpoint nowhere/c
for option in --log --checkpoint; do
    bad 2 "backprop: good.csv: this is a file that is read; use another name" $begin $option good.csv
done
bad 2 "backprop: cv does not take --checkpoint; it is an option of: train, tune" cv good.csv --checkpoint c

bad 2 "backprop: --dropout takes shares of at least 0 and below 1" $begin --dropout 1
bad 2 "backprop: --dropout takes one number, or one for each of 1 layers with commas between, not \"0.1,0.2\"" $begin --dropout 0.1,0.2
bad 2 "backprop: --input-noise takes a number from 0 to 1000000, not \"-1\"" $begin --input-noise=-1
begin_whole="$begin --optimizer l-bfgs"
bad 2 "backprop: --momentum is for --optimizer momentum or nesterov, and that is l-bfgs here" $begin_whole --momentum 0.9
bad 2 "backprop: --learning-rate says nothing to --optimizer l-bfgs, which finds its own steps from all rows at once" $begin_whole --learning-rate 0.1
bad 2 "backprop: --batch says nothing to --optimizer l-bfgs, which finds its own steps from all rows at once" $begin_whole --batch 32
bad 2 "backprop: levenberg-marquardt is for the loss squared-error, not for cross-entropy" $begin --optimizer levenberg-marquardt --loss cross-entropy
bad 2 "backprop: levenberg-marquardt computes in f64 alone" $begin --optimizer levenberg-marquardt --precision f32
bad 2 "backprop: levenberg-marquardt is for small networks: it keeps the square of their 23552 parameters" $begin --optimizer levenberg-marquardt --hidden 150,150
bad 2 "backprop: --gradient-tolerance is for methods that take all rows at once, as --optimizer l-bfgs" $begin --gradient-tolerance 1e-6

# ---- Every name trains ----
words=$("$program" train --help)
for name in leaky-relu elu selu gelu silu swish mish softplus softsign hard-sigmoid gaussian sine; do
    good train good.csv -t kind -o new.model -q --epochs 2 --activation $name
done
for name in adamw nesterov adagrad rmsprop rprop; do
    good train good.csv -t kind -o new.model -q --epochs 2 --optimizer $name --l1 0.001 --clip-norm 1
done
good train good.csv -t kind -o new.model --epochs 20 --optimizer levenberg-marquardt -q
for name in cg-fletcher-reeves cg-polak-ribiere l-bfgs; do
    good train good.csv -t kind -o new.model --epochs 200 --optimizer $name --l2 0.01 --gradient-tolerance 1e-6
    grep -q '^training      stopped after [0-9]* of 200 epochs' "$answers/err" || complain "it does not stop where the gradient is flat"
    grep -q '^engine        fast f64' "$answers/err" || complain "it computes in float32"
done
for name in absolute-error huber log-cosh quantile poisson; do
    good train sizes.csv -o new.model -q --epochs 2 --loss $name
done
good train good.csv -t kind -o new.model -q --epochs 2 --weight w --class-weights balanced --loss cross-entropy --focal 2 --label-smoothing 0.1
good train good.csv -t kind -o again.model -q --epochs 0 --weight w --loss cross-entropy --initial-model new.model
bad 2 "backprop: the layers of the model in --initial-model are not those asked for (--hidden) or the data differ" train good.csv -t kind --drop w -o other.model -q --hidden 7 --initial-model new.model
rm -f new.model again.model

# ---- Dropout: the same on every instruction set, engine by engine, and with several threads ----
noisy="train --recipe plain $seeds -q --epochs 5 --hidden 24,12 --dropout 0.3,0.1 --input-dropout 0.05 --input-noise 0.02 --batch 16 --optimizer adam --max-norm 2"
good $noisy -o a.model
good $noisy -o b.model --threads 2
cmp -s a.model b.model || complain "threads change what is dropped"
asked="$noisy, by each instruction set"
for isa in scalar avx2 avx512 neon; do
    BP_ISA=$isa "$program" $noisy -o b.model 2>"$answers/err" || continue
    cmp -s a.model b.model || complain "$isa gives another model"
done
good $noisy -o b.model --chunk-rows 1000
good predict a.model "$seeds" --json
cp "$answers/out" "$answers/all"
good predict b.model "$seeds" --json
cmp -s "$answers/out" "$answers/all" || complain "chunks change what is dropped"

# ---- Early stopping, log, events ----
good train "$seeds" -o a.model --epochs 400 --valid 0.2 --patience 5 --batch 16 --optimizer adam --learning-rate 0.05 --log log.csv --tensorboard events --loss cross-entropy
grep -q '^training      stopped after [0-9]* of 400 epochs' "$answers/err" || complain "it does not say when it stopped"
grep -q '^held out      best after epoch [0-9]*  (--valid' "$answers/err" || complain "it does not say which epoch was best"
is "epoch,train_loss,valid_loss,judged,learning_rate,seconds" "$(head -n 1 log.csv)" "first line of the log"
last=$(tail -n 1 log.csv | cut -d, -f1)
is "$((last + 1))" "$(wc -l <log.csv | tr -d ' ')" "lines of the log"
grep -q "stopped after $last of" "$answers/err" || complain "the log ends elsewhere"
good train "$seeds" -o b.model --epochs 3 --log log.jsonl -q
is 3 "$(grep -c '^{"epoch": [0-9]*, "train_loss": 0\.[0-9]*, "valid_loss": null, ' log.jsonl)" "lines of the log"
is 1 "$(ls events | wc -l | tr -d ' ')" "event files"
if command -v python3 >/dev/null; then # an independent reader of the records
    python3 - "$last" events/* <<'PYTHON' || complain "the event file is wrong"
import struct, sys
def crc(data):
    c = 0xFFFFFFFF
    for byte in data:
        c ^= byte
        for _ in range(8):
            c = c >> 1 ^ (0x82F63B78 if c & 1 else 0)
    c ^= 0xFFFFFFFF
    return ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF
data = open(sys.argv[2], "rb").read()
records = 0
while data:
    size, check = struct.unpack("<QI", data[:12])
    assert check == crc(data[:8])
    body = data[12:12 + size]
    assert struct.unpack("<I", data[12 + size:16 + size])[0] == crc(body)
    assert body[0] == 9  # wall_time, a double
    assert b"brain.Event:2" in body if records == 0 else b"loss/train" in body and b"loss/valid" in body
    data = data[16 + size:]
    records += 1
assert records == int(sys.argv[1]) + 1
PYTHON
fi
rm -rf a.model b.model log.csv log.jsonl events

good train "$seeds" -o limited.model --epochs 1000000000 --time-limit 0.3s
grep -q '^training      stopped after [0-9]* of 1000000000 epochs' "$answers/err" || complain "it does not stop in time"
good predict limited.model "$seeds"
rm -f limited.model

# ---- Chunks ----
for how in "--no-shuffle --chunk-rows 50" "--no-shuffle --chunk-rows 1" "--chunk-rows 1000"; do
    order=$(echo "$how" | grep -o -e '--no-shuffle' || true)
    for batch in 1 16; do
        good train "$seeds" -q -o some.model --epochs 3 --batch $batch --schedule cosine $how
        good train "$seeds" -q -o all.model --epochs 3 --batch $batch --schedule cosine $order
        good predict all.model "$seeds" --json
        cp "$answers/out" "$answers/all"
        good predict some.model "$seeds" --json
        cmp -s "$answers/out" "$answers/all" || complain "$how with batches of $batch gives another model"
    done
done
good train "$seeds" -q -o some.model --epochs 3 --chunk-rows 64 --batch 8 --valid 0.2 --optimizer adam
good train "$seeds" -q -o again.model --epochs 3 --chunk-rows 64 --batch 8 --valid 0.2 --optimizer adam --threads 2
cmp -s some.model again.model || complain "chunks give another model the second time"
rm -f all.model some.model again.model

# ---- Checkpoints: killed at any moment, resumed to the same bytes ----
kills=${KILLS:-12}
common="train --recipe plain $seeds -q --epochs 3000 --hidden 9 --optimizer adam --batch 8 --schedule cosine --valid 0.1"
good $common -o whole.model
asked="backprop train --checkpoint, killed and resumed"
times=0
while [ "$times" -lt "$kills" ]; do
    rm -f part.model part.checkpoint
    rounds=0
    while [ "$rounds" -lt 3 ]; do
        "$program" $common -o part.model --checkpoint part.checkpoint --checkpoint-every 50 --resume \
            >"$answers/out" 2>"$answers/err" &
        sleep "0.0$(((times * 7 + rounds * 3) % 10))"
        kill -9 $! 2>/dev/null
        wait $! 2>/dev/null
        rounds=$((rounds + 1))
    done
    run $common -o part.model --checkpoint part.checkpoint --checkpoint-every 50 --resume
    is 0 "$status" "exit status"
    cmp -s whole.model part.model || complain "another model after $times kills"
    times=$((times + 1))
done
is "" "$(ls -A | grep -v -e '\.model$' -e '\.csv$' -e '^part\.checkpoint$' -e '\.part')" "files left behind"

# A checkpoint knows its rows: their weights, and those that are judged by.
awk -F, 'NR == 1 { print $0 ",w"; next } { print $0 "," 1 + NR % 3 }' "$seeds" >weighed.csv
awk -F, 'NR == 1 { print; next } { sub(/[0-9]*$/, 1 + NR % 2); print }' weighed.csv >otherwise.csv
weighed="--target #8 --weight w -q --epochs 9 --checkpoint w.checkpoint --checkpoint-every 3"
good train weighed.csv $weighed -o w.model
bad 2 "backprop: w.checkpoint: this checkpoint is of another training: its options, data or network differ; give the same again, or another checkpoint file" \
    train otherwise.csv $weighed -o w.model --force --resume
judged="-q --epochs 9 --checkpoint v.checkpoint --checkpoint-every 3 --valid-file valid.csv"
head -30 "$seeds" >valid.csv
good train "$seeds" $judged -o v.model
head -20 "$seeds" >valid.csv
bad 2 "backprop: v.checkpoint: this checkpoint is of another training: its options, data or network differ; give the same again, or another checkpoint file" \
    train "$seeds" $judged -o v.model --force --resume
rm -f w.checkpoint v.checkpoint

# Ctrl-C saves, and the log goes on where the checkpoint was.
if command -v timeout >/dev/null; then
    asked="backprop train --checkpoint, interrupted"
    timeout --foreground --preserve-status -s INT 1 "$program" train --recipe plain "$seeds" -o c.model \
        --epochs 100000000 --checkpoint c.checkpoint --log c.csv >"$answers/out" 2>"$answers/err" </dev/null
    is 130 $? "exit status"
    case $(tail -n 1 "$answers/err") in
    "backprop: stopped after epoch "*" of 100000000; the same command with --resume goes on") ;;
    *) complain "it does not say how to go on" ;;
    esac
    [ -s c.checkpoint ] || complain "no checkpoint was written"
    stopped=$(tail -n 1 c.csv | cut -d, -f1)
    timeout --foreground --preserve-status -s INT 0.5 "$program" train --recipe plain "$seeds" -o c.model \
        --epochs 100000000 --checkpoint c.checkpoint --log c.csv --resume >"$answers/out" 2>"$answers/err" </dev/null
    is 130 $? "exit status"
    is "$(sed -n "$((stopped + 2))p" c.csv | cut -d, -f1)" "$((stopped + 1))" "the epoch that follows in the log"
    is "" "$(cut -d, -f1 c.csv | sed 1d | sort | uniq -d | head -n 1)" "epochs that are there twice"
fi
finish
