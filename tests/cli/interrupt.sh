#!/bin/sh
# interrupt.sh: Ctrl-C ends training with exit status 130 and leaves nothing behind.
. "$SOURCE_DIR/tests/cli/support.sh"
command -v timeout >/dev/null || exit 0

for words in "train $seeds -o new.model" "cv $seeds"; do
    asked="backprop $words --epochs 1000000000, interrupted"
    timeout --foreground --preserve-status -s INT 1 "$program" $words --epochs 1000000000 \
        >"$answers/out" 2>"$answers/err" </dev/null
    is 130 $? "exit status"
    case $(tail -n 1 "$answers/err") in
    "backprop: stopped after epoch "*" of 1000000000") ;;
    *) complain "the last line is not that it was stopped" ;;
    esac
    is "" "$(ls -A)" "files left behind"
    is "" "$(cat "$answers/out")" "standard output"
done

# Where an interrupt is ignored from the start, as in a script's background, it stays so.
asked="backprop cv in the background, interrupted"
"$program" cv --recipe plain "$seeds" -q --epochs 1500 >"$answers/out" 2>"$answers/err" </dev/null &
sleep 0.3
kill -INT $! 2>/dev/null
wait $!
is 0 $? "exit status"
contains "$answers/out" "mean accuracy"
finish
