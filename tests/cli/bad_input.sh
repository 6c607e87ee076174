#!/bin/sh
# bad_input.sh: every mistake is one line with its place, has its exit status, and leaves
# nothing behind.
. "$SOURCE_DIR/tests/cli/support.sh"

printf 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n' >good.csv
good train good.csv -q -o good.model --epochs 1

# ---- Tables ----
: >empty.csv
printf 'a,b,kind\n' >header.csv
printf 'a,b,kind\n1,2,x\n3,y\n5,6,x\n' >ragged.csv
awk 'BEGIN { print "a,b,kind"; for (i = 1; i <= 40; i++) print i "," (i == 30 ? "abc" : i) "," (i % 2 ? "x" : "y") }' >word.csv
printf 'a,b,kind\n1,2,x\n3,NaN,y\n5,6,x\n7,8,y\n' >nan.csv
printf 'a,b,kind\n1,2,x\n3,4,y\n5,,x\n7,8,y\n' >hole.csv
printf 'a,b,kind\n1,2,x\n3,4,\n5,6,x\n7,8,y\n' >noclass.csv
for verb in "cv -k 2" "train -o new.model" "predict good.model"; do
    bad 3 "backprop: nowhere.csv: cannot open: No such file or directory" $verb nowhere.csv
    bad 3 "backprop: .: cannot read: Is a directory" $verb .
    bad 3 "backprop: empty.csv:1:1: the file is empty" $verb empty.csv
    bad 3 "backprop: header.csv:1:1: there are no rows below the header" $verb header.csv
    bad 3 "backprop: ragged.csv:3:1: 2 fields where the first line has 3" $verb ragged.csv
done
for verb in "cv -k 2" "train -o new.model"; do
    bad 3 "backprop: word.csv:31:4: \"abc\" is not a number (column b); correct it, write NA where it is missing, or use --categorical b" $verb word.csv
done
# What a column is has been decided by then.
bad 3 "backprop: word.csv:31:4: \"abc\" is not a number, as the model takes column b; correct it, or write NA where it is missing" predict good.model word.csv
good train good.csv -q -o strict.model --epochs 1 --missing error
for verb in "cv -k 2 --missing error" "train -o new.model --missing error" "predict strict.model"; do
    bad 3 "backprop: nan.csv:3:3: the cell is missing (column b); remove the row, drop the column, or let missing cells be filled (--missing)" $verb nan.csv
    bad 3 "backprop: hole.csv:4:3: the cell is missing (column b); remove the row, drop the column, or let missing cells be filled (--missing)" $verb hole.csv
done
rm -f strict.model

# A class that is missing stops training on it where that is asked for, and nothing else.
bad 3 "backprop: noclass.csv:3:5: the cell is missing (column kind); a target must be known: remove the row" \
    train noclass.csv --missing-target error -o new.model
good predict good.model noclass.csv
is 4 "$(wc -l <"$answers/out" | tr -d ' ')" "answers"
notes "not scored: noclass.csv:3:5: the cell is missing (column kind); a target must be known: remove the row"

# ---- Models ----
printf 'no model' >bad.model
head -c 100 good.model >short.model
bad 4 "backprop: nowhere.model: cannot open: No such file or directory" predict nowhere.model good.csv
bad 4 "backprop: bad.model: not a safetensors file, or cut short: its header would not fit in it" predict bad.model good.csv
bad 4 "backprop: short.model: not a safetensors file, or cut short: its header would not fit in it" predict short.model good.csv
bad 4 "backprop: good.csv: not a safetensors file, or cut short: its header would not fit in it" predict good.csv good.csv

# ---- Tables that do not suit the model ----
printf 'a,c\n1,2\n' >other.csv
bad 3 "backprop: other.csv: the table has no column \"b\", which the model needs" predict good.model other.csv

# ---- Output ----
bad 5 "backprop: no/where.model: cannot write: No such file or directory" train good.csv -o no/where.model
bad 5 "backprop: good.csv/x.model: cannot write: Not a directory" train good.csv -o good.csv/x.model
bad 5 "backprop: .: cannot write: Is a directory" train good.csv -o .
bad 5 "backprop: no/where.txt: cannot write: No such file or directory" predict good.model good.csv -o no/where.txt
bad 2 "backprop: train needs a place for the model: -o MODEL, or -o - for standard output" train good.csv
bad 2 "backprop: good.csv: this is the table itself; use another name or --force" train good.csv -o good.csv
bad 2 "backprop: ./good.csv: this is the table itself; use another name or --force" predict good.model good.csv -o ./good.csv
bad 2 "backprop: good.model: this is the model itself; use another name or --force" predict good.model good.csv -o good.model
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked && chmod 555 locked
    bad 5 "backprop: locked/x.model: cannot write: Permission denied" train good.csv -o locked/x.model
    chmod 755 locked
fi
if [ -c /dev/full ]; then
    full="backprop: standard output: cannot write: No space left on device"
    for words in tutorial help version engines "help train" "help --man" "completion zsh" \
        "cv good.csv -k 2 --epochs 1" "predict good.model good.csv" \
        "train good.csv -q -o - --epochs 1"; do
        asked="backprop $words >/dev/full"
        "$program" $words >/dev/full 2>"$answers/err" </dev/null
        is 5 $? "exit status"
        [ "$(tail -n 1 "$answers/err")" = "$full" ] || complain "standard error is not: $full"
    done
    bad 5 "backprop: /dev/full: cannot write: No space left on device" train good.csv -q -o /dev/full --epochs 1
    bad 5 "backprop: /dev/full: cannot write: No space left on device" predict good.model good.csv -q -o /dev/full
fi
asked="backprop version >&-"
"$program" version >&- 2>"$answers/err" </dev/null
is 5 $? "exit status"
contains "$answers/err" "backprop: standard output: cannot write: "
asked="backprop help --man | true"
{ "$program" help --man 2>"$answers/err"; echo $? >"$answers/status"; } | true
case $(cat "$answers/status") in
0 | 141) silent ;;
*) complain "exit status $(cat "$answers/status")" ;;
esac

# ---- The command line ----
bad 2 'backprop: unknown verb "trian"; did you mean "train"?' trian good.csv
bad 2 'backprop: unknown verb "xyzzy"; backprop help lists them' xyzzy
bad 2 'backprop: a verb comes first: backprop VERB [options]; see backprop help' --seed 1 cv good.csv
bad 2 'backprop: unknown option --hiden; did you mean --hidden?' cv good.csv --hiden 3
bad 2 'backprop: unknown option --lerning-rate; did you mean --learning-rate?' cv good.csv --lerning-rate=3
bad 2 'backprop: unknown option --xyzzy; see backprop help cv' cv good.csv --xyzzy
bad 2 'backprop: unknown option -Z; see backprop help cv' cv good.csv -Z
bad 2 'backprop: unknown option --hid; see backprop help cv' cv good.csv --hid 3
bad 2 'backprop: train does not take --folds; it is an option of: cv, tune' train good.csv --folds 3 -o new.model
bad 2 'backprop: eval does not take --output; it is an option of: cv, train, predict, tune, calibrate, report, data make' eval good.model good.csv -o x
bad 2 'backprop: --seed needs a value: --seed N' cv good.csv --seed
bad 2 'backprop: --json takes no value' cv good.csv --json=yes
bad 2 'backprop: cv needs FILE; see backprop help cv' cv
bad 2 'backprop: predict needs MODEL FILE; see backprop help predict' predict good.model
bad 2 'backprop: unexpected "more.csv"; usage: backprop cv [options] FILE' cv good.csv more.csv
bad 2 'backprop: an operand is empty; usage: backprop cv [options] FILE' cv ""
bad 3 'backprop: two lines: cannot open: No such file or directory' cv 'two
lines'
bad 2 'backprop: --seed takes a whole number from 0 to 9007199254740992, not "x"' cv good.csv --seed x
bad 2 'backprop: --epochs takes a whole number from 0 to 1000000000, or auto, not "-1"' cv good.csv --epochs -1
bad 2 'backprop: --hidden takes whole numbers above 0 with commas between, as 64,32, not "4,x"' cv good.csv --hidden 4,x
bad 2 'backprop: unknown value of --task "clasification"; did you mean "classification"?' cv good.csv --task clasification
bad 2 'backprop: unknown value of --recipe "tutoral"; did you mean "tutorial"?' cv good.csv --recipe tutoral
bad 2 'backprop: good.csv: unknown column "knd"; did you mean "kind"?' cv good.csv --target knd
bad 2 'backprop: good.csv: unknown column "knd"; did you mean "kind"?' train good.csv --drop knd -o new.model
bad 2 'backprop: 5 folds cannot be made of 4 rows' cv good.csv --folds 5
bad 2 'backprop: no completion for "tcsh"; there are bash, zsh and fish' completion tcsh
bad 2 'backprop: MODEL and FILE cannot both be standard input' predict - -
bad 3 "backprop: --x.csv: cannot open: No such file or directory" cv -- --x.csv

# ---- Sizes and numbers at the edge ----
bad 5 "backprop: this takes at least 12000000072000000000 bytes of memory and --memory-limit is 1000000000: 1 x 1 networks of 1000000006000000002 weights, 4 rows of 2 inputs and 2 outputs; ask for smaller layers (--hidden) or fewer --members, or drop columns" \
    train good.csv -o new.model --hidden 1000000000,1000000000 --memory-limit 1000000000
bad 2 "backprop: the network has more weights than memory can hold" train good.csv -o new.model --hidden 1000000000,1000000000,1000000000,1000000000,1000000000,1000000000,1000000000,1000000000,1000000000,1000000000
printf 'a,b,kind\n1e30,2,1.5\n3,4e30,2.5\n5,6,3e30\n' >wild.csv
bad 3 "backprop: the loss is not a finite number after epoch 1: the learning rate 1000000 is probably too high, or inputs are not scaled; try a tenth of it" \
    train wild.csv -o new.model --task regression --scaling none --activation linear --epochs 1 --batch all --learning-rate 1000000 -q
good train good.csv -q -o huge.model --batch 1000000000 --dropout 0.2 --epochs 2
good train good.csv -q -o none.model --epochs 0
good cv good.csv -q -k 2 --epochs 0
rm -f huge.model none.model

# ---- As JSON ----
bad 2 '{"error":{"code":"BP_E_ARGUMENT","message":"--json and -o - would both write to standard output; give -o a file","exit_status":2}}' train good.csv -o - --json
bad 3 '{"error":{"code":"BP_E_DATA","message":"2 fields where the first line has 3","file":"ragged.csv","line":3,"column":1,"exit_status":3}}' cv ragged.csv --json
bad 2 '{"error":{"code":"BP_E_OPTION","message":"unknown option --hiden; did you mean --hidden?","exit_status":2}}' cv --json good.csv --hiden 3
finish
