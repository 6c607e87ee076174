#!/bin/sh
# interrupt.sh: Ctrl-C ends training with exit status 130 and leaves nothing behind.
. "$SOURCE_DIR/tests/cli/support.sh"
command -v timeout >/dev/null || exit 0

for words in "train $seeds -o new.model" "cv $seeds"; do
    asked="backprop $words --epochs 1000000000, interrupted"
    timeout --foreground --preserve-status -s INT 0.5 "$program" $words --epochs 1000000000 \
        >"$answers/out" 2>"$answers/err" </dev/null
    is 130 $? "exit status"
    case $(tail -n 1 "$answers/err") in
    "backprop: stopped after epoch "*" of 1000000000") ;;
    *) complain "the last line is not that it was stopped" ;;
    esac
    is "" "$(ls -A)" "files left behind"
    is "" "$(cat "$answers/out")" "standard output"
done

# Where an interrupt was ignored from the start it stays so.
asked="backprop cv in the background"
(
    trap '' INT
    exec timeout --foreground --preserve-status -s INT 0.3 "$program" cv "$seeds" -q --epochs 1500
) >"$answers/out" 2>"$answers/err" </dev/null
status=$?
case $status in
0) contains "$answers/out" "mean accuracy" ;;
*) complain "exit status $status, not 0" ;;
esac
finish
