#!/bin/sh
# tune.sh: `backprop tune`: the same steps give the same model on any number of threads and after
# any interruption; the command that it prints makes it again; what is said, and what is refused.
. "$SOURCE_DIR/tests/cli/support.sh"

small="tune $seeds --epochs 9 --hidden 8"
good $small --budget-steps 600 -o whole.model --log trials.csv --plot tuned.svg --threads 1
cp "$answers/out" "$answers/whole"
grep -qE '^tried         [0-9]+ candidates, by log-loss of the rows held out, 5 folds  \(--metric\)$' "$answers/out" \
    || complain "it does not say what was tried"
grep -qE '^budget        600 steps, of which it took [0-9]+  \(--budget-steps\)$' "$answers/out" || complain "no budget"
grep -qE '^ +1 epoch +3 epochs +9 epochs' "$answers/out" || complain "no rungs"
grep -qE '^ +[0-9]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +auto as it is$' "$answers/out" || complain "no line of auto"
is 1 "$(grep -cE '^(the best candidate is better than auto|auto is as good as the best candidate): log-loss [0-9.]+,' "$answers/out")" \
    "sentences"
notes "recipe        auto  (--recipe)"
svg=$(tail -n 1 tuned.svg)
is "</svg>" "$svg" "end of the picture"
contains tuned.svg "auto as it is"

# The command that is printed makes the very same model.
tail -n 1 "$answers/out" | sed 's/^backprop/"$program"/; s/whole\.model$/again.model -q/' >command
sh -c "program='$program'; $(cat command)" || complain "the command fails: $(cat command)"
cmp -s whole.model again.model || complain "the command makes another model: $(cat command)"

# The log has a line for each trial, and columns for what is searched, all of which the documentation
# has.
head -n 1 trials.csv | cut -d, -f1-7 >"$answers/columns"
is "candidate,rung,repeat,epochs,networks,steps,mean" "$(cat "$answers/columns")" "columns"
for option in $(head -n 1 trials.csv | cut -d, -f8- | tr , ' '); do
    grep -q "^| \`--$option\`" "$source/docs/recipes.md" || complain "docs/recipes.md does not have --$option"
done
is "" "$(sed -n 's/^| `--\([a-z0-9-]*\)`.*| \(.*RealMLP.*\) |$/\1/p' "$source/docs/recipes.md" | while read -r option; do
    head -n 1 trials.csv | tr , '\n' | grep -qx "$option" || echo "$option"; done)" "options documented and not searched"
is 0 "$(awk -F, 'NR > 1 && $1 == 0 { for (i = 8; i <= NF; i++) if ($i != "") n++ } END { print n + 0 }' trials.csv)" \
    "settings of the recipe as it is"

# Threads; -q; a number of steps alone.
good $small --budget-steps 600 -o other.model --threads 2 -q
cmp -s whole.model other.model || complain "two threads give another model"
is 2 "$(wc -l <"$answers/out" | tr -d ' ')" "lines with -q"
is "$(tail -n 2 "$answers/whole" | head -n 1)" "$(head -n 1 "$answers/out")" "sentence with -q"
silent
good $small --budget-steps 600 -o other.model --log trials.jsonl --json --seed 2
silent
contains "$answers/out" '"schema":"backprop.tune/1"'
is 1 "$(wc -l <"$answers/out" | tr -d ' ')" "lines of JSON"
is "$(($(wc -l <trials.jsonl)))" "$(compact "$answers/out" | grep -o '"candidate":[0-9]*,"rung"' | wc -l | tr -d ' ')" "trials"
cmp -s whole.model other.model && complain "another seed gives the same model"
asked="backprop tune -o -"
"$program" $small --budget-steps 600 -o - >piped.model 2>"$answers/err"
cmp -s whole.model piped.model || complain "another model on standard output"
contains "$answers/err" "backprop train $seeds"

# A time becomes steps, which give the same again.
# There is little to search, so that it ends long before its time, however slow the program is.
few="$small --learning-rate 0.05 --beta2 0.95 --dropout 0 --weight-decay 0.02 --label-smoothing 0.1 --batch 32 --scaling robust --pieces 0"
good $few --budget 10m -o timed.model
steps=$(sed -n 's/^budget        10m, which at the speed measured is --budget-steps \([0-9]*\)$/\1/p' "$answers/err")
if [ -n "$steps" ]; then
    good $few --budget-steps "$steps" -o stepped.model -q
    cmp -s timed.model stepped.model || complain "--budget-steps $steps is not the same"
else
    complain "it does not say what the time is"
fi

# Killed at any moment and taken up, it ends in the very same model.
kills=${KILLS:-4}
asked="backprop tune --checkpoint, killed and resumed"
times=0
while [ "$times" -lt "$kills" ]; do
    rm -f part.model part.tune
    rounds=0
    while [ "$rounds" -lt 3 ]; do
        "$program" $small --budget-steps 600 -o part.model --checkpoint part.tune --resume -q \
            >"$answers/out" 2>"$answers/err" &
        sleep "0.$(((times * 7 + rounds * 3) % 10))"
        kill -9 $! 2>/dev/null
        wait $! 2>/dev/null
        rounds=$((rounds + 1))
    done
    run $small --budget-steps 600 -o part.model --checkpoint part.tune --resume -q
    is 0 "$status" "exit status"
    cmp -s whole.model part.model || complain "another model after $times kills"
    times=$((times + 1))
done
good $small --budget 1h -o part.model --checkpoint part.tune --resume
says "$(grep '^budget' "$answers/whole")"
cmp -s whole.model part.model || complain "a time is not what it was turned into"
other="part.tune: this checkpoint is of another search: its options, budget or data differ; give the same again, or another checkpoint file"
bad 2 "backprop: $other" $small --budget-steps 601 -o new.model --checkpoint part.tune --resume -q
bad 2 "backprop: $other" $small --budget-steps 600 -o new.model --checkpoint part.tune --resume -q --dropout 0.1
bad 2 "backprop: $other" $small --budget-steps 600 -o new.model --checkpoint part.tune --resume -q --metric f1
sed '$s/0/1/' "$seeds" >changed.csv
bad 2 "backprop: $other" tune changed.csv --epochs 9 --hidden 8 --budget-steps 600 -o new.model --checkpoint part.tune --resume -q
echo '{}' >broken.tune
bad 4 "backprop: broken.tune: this is no checkpoint of a search" $small --budget-steps 600 -o new.model --checkpoint broken.tune --resume -q
rm -f broken.tune changed.csv

# Ctrl-C ends it and keeps what is known.
if command -v timeout >/dev/null; then
    asked="backprop tune, interrupted"
    timeout --foreground --preserve-status -s INT 2 "$program" tune "$seeds" --epochs 90 --hidden 16 --budget-steps 100000000 -o c.model \
        --checkpoint c.tune >"$answers/out" 2>"$answers/err" </dev/null
    is 130 $? "exit status"
    grep -qE '^backprop: stopped after [0-9]+ trials; the same command with --resume goes on$' "$answers/err" \
        || complain "it does not say how to go on"
    [ -s c.tune ] || complain "no checkpoint was written"
    [ ! -e c.model ] || complain "a model was written"
fi

# Numbers, another metric, groups that are no inputs of the model either.
good data make friedman --rows 90 -o f.csv
good tune f.csv --epochs 3 --hidden 4 --pieces 8 --budget-steps 300 --metric mae -o f.model
contains "$answers/out" "candidates, by mae of the rows held out"
notes "pieces        8 more inputs tell where a number lies in its range  (--pieces)"
grep -q "networks read them" "$answers/err" \
    && complain "before the recipe is settled it says how many networks read pieces"
awk -F, 'NR == 1 { print "who," $0; next } { print "p" NR % 9 "," $0 }' f.csv >groups.csv
good tune groups.csv --group who --epochs 3 --hidden 4 --budget-steps 300 -o g.model -q
contains "$answers/out" "--drop '#1'"
good predict g.model f.csv -q

# A recipe that tries options by held-out rows leaves that to the search, and the command says so.
good tune f.csv --recipe auto-plus --members 2 --epochs 3 --hidden 4 --budget-steps 400 -o plus.model -q
contains "$answers/out" "--try none"
good show plus.model --json
contains "$answers/out" '"trials":null'

# Refused before any work.
begin="tune good.csv -o new.model"
printf 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n2,2,x\n4,4,y\n' >good.csv
bad 2 "backprop: tune needs a budget: --budget 5m, or --budget-steps N" $begin
bad 2 "backprop: --budget and --budget-steps both say how much work there is: give one of them" $begin --budget 5m --budget-steps 5
bad 2 "backprop: --budget takes a time, as 30s, 5m or 2h, not \"soon\"" $begin --budget soon
bad 2 "backprop: --budget takes a time, as 30s, 5m or 2h, not \"-5m\"" $begin --budget=-5m
bad 2 "backprop: --budget-steps takes a whole number from 1 to 9007199254740992, not \"0\"" $begin --budget-steps 0
bad 2 "backprop: tune needs a place for the model: -o MODEL, or -o - for standard output" tune good.csv --budget 5m
bad 2 "backprop: the metric rmse is for regression, and these are classes" $begin --budget-steps 5 --metric rmse
bad 2 "backprop: unknown metric \"acuracy\"; did you mean \"accuracy\"?" $begin --budget-steps 5 --metric acuracy
bad 2 "backprop: --resume says nothing without --checkpoint" $begin --budget 5m --resume
bad 2 "backprop: --momentum is for --optimizer momentum or nesterov, and that is adam here" $begin --budget 5m --momentum 0.8
bad 2 "backprop: tune does not take --time-limit; it is an option of: train" $begin --time-limit 5m
bad 2 "backprop: good.csv: this is a file that is read; use another name" $begin --budget 5m --log good.csv
bad 2 "backprop: good.csv: this is a file that is read; use another name" $begin --budget 5m --checkpoint good.csv
bad 2 "backprop: --plot - would write into the same standard output; give it a file" tune good.csv -o - --budget 5m --plot - --force
bad 3 "backprop: nothing.csv: cannot open: No such file or directory" tune nothing.csv -o new.model --budget 5m
run $begin --budget-steps 1 -q
is 2 "$status" "exit status"
grep -qE '^backprop: the budget is too small for this table: it takes --budget-steps [0-9]+, which is [0-9]+ times as much, or fewer --epochs or narrower --hidden$' \
    "$answers/err" || complain "it does not say how much it takes"
finish
