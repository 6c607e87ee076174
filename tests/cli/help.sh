#!/bin/sh
# help.sh: help for every verb, the manual page, the completion scripts, the version.
. "$SOURCE_DIR/tests/cli/support.sh"

good help
silent
cp "$answers/out" "$answers/overview"
good --help
cmp -s "$answers/overview" "$answers/out" || complain "it differs from backprop help"
good -h
cmp -s "$answers/overview" "$answers/out" || complain "it differs from backprop help"
good help --man
cp "$answers/out" "$answers/manual"
if command -v mandoc >/dev/null; then
    is "" "$(mandoc -Tlint "$answers/manual")" "mandoc -Tlint"
fi

run
is 2 "$status" "exit status"
[ -s "$answers/out" ] && complain "usage is not for standard output"
contains "$answers/err" "Usage: backprop VERB"

# Every verb has help, in two spellings, with its examples before its options; every
# option that its reader takes is listed there, in the manual page and in completion.
verbs=$(sed -n '/^Verbs$/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' "$answers/overview")
is "tutorial cv train predict tune eval calibrate report show explain step data engines help version completion" "$(echo $verbs)" "verbs"
for shell in bash zsh fish; do
    good completion $shell
    silent
    cp "$answers/out" "$answers/completion.$shell"
    if command -v $shell >/dev/null; then
        $shell -n "$answers/completion.$shell" || complain "$shell cannot read it"
    fi
done
actions="data-describe data-make"
for verb in $verbs $actions; do
    verb=$(echo "$verb" | tr - ' ')
    good $verb --help
    silent
    cp "$answers/out" "$answers/help"
    good help $verb
    cmp -s "$answers/help" "$answers/out" || complain "it differs from backprop $verb --help"
    good $verb -h
    examples=$(grep -n '^Examples' "$answers/out" | cut -d: -f1)
    options=$(grep -n '^Options' "$answers/out" | head -n 1 | cut -d: -f1)
    [ "$examples" -lt "$options" ] || complain "the examples do not come first"
    [ "$(awk 'length > 80' "$answers/out" | wc -l)" -eq 0 ] || complain "a line is too long"
    contains "$answers/manual" "$verb"
    for name in $(sed -n 's/^  \(-., \|    \)--\(\[no-\]\)\{0,1\}\([a-z][-a-z0-9]*\).*/\3/p' "$answers/help"); do
        contains "$answers/completion.bash" "--$name"
        contains "$answers/completion.zsh" "--$name"
        contains "$answers/completion.fish" "-l $name"
        contains "$answers/manual" "$(echo "--$name" | sed 's/-/\\-/g')"
    done
done
for flag in recipe target task drop hidden activation loss initializer optimizer learning-rate \
    batch epochs folds scaling engine precision seed json quiet; do
    good help cv
    grep -q -e "--\(\[no-\]\)\{0,1\}$flag" "$answers/out" || complain "--$flag is not listed"
done
contains "$answers/out" "recipe tutorial: "
contains "$answers/out" "leaks"

# bash offers verbs, options and choices.
if command -v bash >/dev/null; then
    offer()
    {
        asked="completion of: $1"
        bash -c '. "$1"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _backprop; echo "${COMPREPLY[*]}"' \
            bash "$answers/completion.bash" "$1"
    }
    is "train" "$(offer 'backprop trai')" "verbs"
    is "--hidden" "$(offer 'backprop train --hid')" "options"
    is "classification" "$(offer 'backprop train --task cl')" "choices"
    is "make" "$(offer 'backprop data ma')" "actions"
    is "moons" "$(offer 'backprop data make mo')" "kinds"
    is "--noise" "$(offer 'backprop data make --no')" "options of an action"
    is "calibrate completion cv" "$(offer 'backprop help c' | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')" "operands"
fi

good version
is "backprop" "$(head -n 1 "$answers/out" | cut -d' ' -f1)" "first word"
contains "$answers/out" "MIT"
cp "$answers/out" "$answers/version"
good --version
cmp -s "$answers/version" "$answers/out" || complain "it differs from backprop version"
good version --json
contains "$answers/out" '"schema":"backprop.version/1"'

good engines
contains "$answers/out" "textbook"
good engines --json
contains "$answers/out" '"engines":[{"name":"textbook"'
finish
