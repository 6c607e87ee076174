#!/bin/sh
# readme.sh: the README is true. Its console blocks are run, in order, in a copy of what
# they need; where a block shows output it is compared, "..." standing for any lines. The
# figures of the recipe auto may improve, so outside the recipe `tutorial` every number is
# read as N. Its C program is compiled and run. Its links lead somewhere.
. "$SOURCE_DIR/tests/cli/support.sh"
: "${BUILD_DIR:?the folder of the build}" "${CC:?the C compiler}"
mkdir bin && ln -s "$program" bin/backprop
cp -r "$source/data" data
PATH=$scratch/bin:$PATH

# Not run: what installs, builds or fetches; the rest of the tests do.
skipped()
{
    case $1 in
    make\ * | git\ * | sudo\ *) return 0 ;;
    *) return 1 ;;
    esac
}

# masked COMMAND: standard input without its figures, where they are no promise.
masked()
{
    case $1 in
    *tutorial*) cat ;;
    *) sed 's/[0-9][0-9.]*/N/g' ;;
    esac
}

# matches EXPECTED ACTUAL: line by line; "..." in EXPECTED is any number of lines.
matches()
{
    awk 'NR == FNR { want[++wants] = $0; next }
        { got[++gots] = $0 }
        END {
            g = 1
            for (w = 1; w <= wants; w++) {
                if (want[w] == "...") {
                    if (w == wants)
                        exit 0
                    while (g <= gots && got[g] != want[w + 1])
                        g++
                } else if (g > gots || got[g++] != want[w]) {
                    print "    the README has: " want[w]
                    print "    it printed:     " got[g - 1]
                    exit 1
                }
            }
            exit g <= gots
        }' "$1" "$2"
}

# Each command becomes N.command, the lines after it N.expected.
mkdir "$answers/readme"
awk -v folder="$answers/readme" '
    /^```console$/ { inside = 1; next }
    /^```$/ { inside = 0; next }
    inside && /^\$ / {
        base = sprintf("%s/%02d", folder, ++count)
        print substr($0, 3) > (base ".command")
        printf "" > (base ".expected")
        next
    }
    inside { print > (base ".expected") }' "$source/README.md"

ran=0
for file in "$answers"/readme/*.command; do
    command=$(cat "$file")
    skipped "$command" && continue
    asked=$command
    sh -c "$command" >"$answers/out" 2>&1 </dev/null || complain "it failed"
    ran=$((ran + 1))
    expected=${file%.command}.expected
    [ -s "$expected" ] || continue
    masked "$command" <"$expected" >"$answers/want"
    masked "$command" <"$answers/out" >"$answers/got"
    : >"$answers/err"
    matches "$answers/want" "$answers/got" >"$answers/err" || complain "not what the README shows"
done
[ "$ran" -ge 10 ] || complain "only $ran commands were found"

asked="the C program of the README"
rm -f seeds.model
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$source/README.md" >program.c
{ $CC ${INSTRUMENT:-} -std=c11 -Wall -Wextra -Werror -I"$source/include" program.c \
    "$BUILD_DIR/libbackprop.a" $(sed -n "s,^Libs.private: ,,p" "$BUILD_DIR/backprop.pc") -o program && ./program; } >"$answers/out" 2>"$answers/err" \
    || complain "it does not compile and run"
[ -s seeds.model ] || complain "it made no model"

asked="the links of the documents"
for document in README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md docs/equations.md; do
    for path in $(grep -oE '\]\([^)#:]+\)' "$source/$document" | sed 's/^](//; s/)$//'); do
        [ -e "$source/$(dirname "$document")/$path" ] || complain "$document links to $path"
    done
done
finish
