#!/bin/sh
# equations.sh: every equation that a comment cites stands in docs/equations.md, and every
# file named there is there.
. "$SOURCE_DIR/tests/cli/support.sh"
asked=docs/equations.md
cd "$source" || exit 1
: >"$answers/err"

# "equation (2a)", "Equations (5) to (7)", "equations (16) and (18)"
grep -rhoiE 'equations? \([0-9]+[a-z]?\)(,? *(and|to|or)? *\([0-9]+[a-z]?\))*' \
    include src app examples tests/*.c | grep -oE '\([0-9]+[a-z]?\)' | sort -u >"$answers/cited"
[ "$(wc -l <"$answers/cited")" -gt 20 ] || complain "hardly any equation is cited"
while read -r number; do
    grep -qE "^\*\*.*\\$(echo "$number" | sed 's/)/\\)/')" docs/equations.md \
        || complain "$number is cited and not there: $(grep -rlF "$number" include src app | head -n 1)"
done <"$answers/cited"
for path in $(grep -oE '`(src|app|include)/[^`]*\.[ch]`' docs/equations.md | tr -d '`'); do
    [ -f "$path" ] || complain "there is no $path"
done
finish
