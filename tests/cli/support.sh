# support.sh: what the tests of the program share. Sourced with BACKPROP_BIN (the
# program) and SOURCE_DIR (the root of the repository) set.
set -u
: "${BACKPROP_BIN:?the path of the program}" "${SOURCE_DIR:?the root of the repository}"
case $BACKPROP_BIN in
/*) program=$BACKPROP_BIN ;;
*) program=$(pwd)/$BACKPROP_BIN ;;
esac
case $SOURCE_DIR in
/*) source=$SOURCE_DIR ;;
*) source=$(pwd)/$SOURCE_DIR ;;
esac
seeds=$source/data/wheat-seeds.csv
oracle=$source/tests/oracle/tutorial.json
golden=$source/tests/cli/golden
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
asked=

# What the program says, kept outside the folder it works in.
answers=$scratch.answers
mkdir "$answers" || exit 1
trap 'rm -rf "$scratch" "$answers"' EXIT

# What train and cv use where no recipe is said: what an option does shows on a plain network, at
# once. A test of the default itself empties it.
recipe=plain

# program ARGUMENTS...: the program, with that recipe.
program()
{
    own=$recipe
    case ${1-} in
    train | cv) ;;
    *) own= ;;
    esac
    for word in "$@"; do
        case $word in
        --recipe | --recipe=* | -r | --help) own= ;;
        esac
    done
    if [ -n "$own" ]; then
        word=$1
        shift
        set -- "$word" --recipe "$own" "$@"
    fi
    "$program" "$@"
}

# run ARGUMENTS...: runs the program; $status, $answers/out and $answers/err are what came.
run()
{
    asked="backprop $*"
    program "$@" >"$answers/out" 2>"$answers/err" </dev/null
    status=$?
}

complain()
{
    failures=$((failures + 1))
    echo "FAILED: $asked: $*"
    sed 's/^/    stderr: /' "$answers/err" | head -n 20
}

# fails_with STATUS LINE: the exit status, the one line on standard error, and nothing
# on standard output.
fails_with()
{
    [ "$status" -eq "$1" ] || complain "exit status $status, not $1"
    [ "$(cat "$answers/err")" = "$2" ] || complain "standard error is not: $2"
    [ -s "$answers/out" ] && complain "it wrote to standard output"
    return 0
}

# bad STATUS LINE ARGUMENTS...: runs and expects to fail so, leaving no file behind.
bad()
{
    wanted_status=$1
    wanted_line=$2
    shift 2
    ls -A >"$answers/before"
    run "$@"
    fails_with "$wanted_status" "$wanted_line"
    ls -A >"$answers/after"
    cmp -s "$answers/before" "$answers/after" || complain "a file was left behind or is gone"
}

# good ARGUMENTS...: runs and expects success.
good()
{
    run "$@"
    [ "$status" -eq 0 ] || complain "exit status $status, not 0"
}

# says LINE, notes LINE: standard output, or standard error, has exactly this line.
says()
{
    grep -qxF -e "$1" "$answers/out" || complain "no line on standard output: $1"
}

notes()
{
    grep -qxF -e "$1" "$answers/err" || complain "no line on standard error: $1"
}

# contains FILE TEXT: the file has this text somewhere.
contains()
{
    grep -qF -e "$2" "$1" || complain "$(basename "$1") does not contain: $2"
}

# is EXPECTED ACTUAL WHAT
is()
{
    [ "$1" = "$2" ] || complain "$3: expected $1, got $2"
}

silent()
{
    [ ! -s "$answers/err" ] || complain "it wrote to standard error"
}

# A JSON document on one line without spaces.
compact()
{
    tr -d ' \n' <"$1"
}

# number_list FILE KEY: the text of the first "KEY":[...] of flat values, compacted.
number_list()
{
    compact "$1" | sed 's/.*"'"$2"'":\(\[[^]]*\]\).*/\1/'
}

# number FILE KEY: the same for one number.
number()
{
    compact "$1" | sed 's/.*"'"$2"'":\([^],}]*\).*/\1/'
}

# Each number of a file on a line of its own, and what stands between them.
tokens()
{
    awk '{ while (match($0, /-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/)) {
               print substr($0, 1, RSTART - 1); print substr($0, RSTART, RLENGTH)
               $0 = substr($0, RSTART + RLENGTH) }
           print }' "$1"
}

# near FILE OTHER: equal but for the last digits of numbers, on a machine whose exp is not
# the one that the published numbers were computed with. Says so.
near()
{
    [ "$(uname -m)" != x86_64 ] || return 1
    tokens "$1" >"$answers/tokens"
    tokens "$2" | paste "$answers/tokens" - | awk -F '\t' '
        $1 != $2 { d = $1 - $2; if (d == 0 || d * d > 1e-18 * $1 * $1) bad = 1 }
        END { exit bad }' || return 1
    echo "note: $asked: equal to 1e-9 only; this machine computes exp otherwise"
}

finish()
{
    [ "$failures" -eq 0 ] && exit 0
    echo "$failures failed"
    exit 1
}
