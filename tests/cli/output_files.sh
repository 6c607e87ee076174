#!/bin/sh
# output_files.sh: a file is written beside its name and renamed: never through a link that
# another has laid where the temporary file goes, and over what a killed process left there.
. "$SOURCE_DIR/tests/cli/support.sh"
good train "$seeds" -q -o seeds.model --epochs 3
good predict seeds.model "$seeds" -q -o expected
cp seeds.model expected.model
echo "not yours" >victim

# occupied KIND EXPECTED COMMAND...: its temporary name is taken already.
occupied()
{
    kind=$1
    expected=$2
    shift 2
    asked="backprop $* ($kind)"
    rm -f made
    case $kind in
    link) ln -s victim made.backprop-0.tmp ;;
    left) echo a much longer rest >made.backprop-0.tmp ;;
    esac
    program "$@" >"$answers/out" 2>"$answers/err" </dev/null \
        || complain "exit status $?, not 0"
    cmp -s "$expected" made || complain "the file is not what it is elsewhere"
    [ ! -L made ] || complain "the file is a link"
    is "not yours" "$(cat victim)" "what the link points to"
    [ "$kind" = left ] || rm -f made.backprop-0.tmp
    is "" "$(ls | grep tmp)" "what is left behind"
}

for kind in link left; do
    occupied "$kind" expected predict seeds.model "$seeds" -q -o made
    occupied "$kind" expected.model train "$seeds" -q -o made --epochs 3
done
finish
