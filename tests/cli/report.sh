#!/bin/sh
# report.sh: the page about a model is one file that needs nothing, its pictures are well-formed,
# and nothing in a name or a cell becomes markup.
. "$SOURCE_DIR/tests/cli/support.sh"

# stands_alone FILE: one page, nothing fetched, nothing run, every picture well-formed.
stands_alone()
{
    [ "$(wc -c <"$1")" -lt 1000000 ] || complain "$1 is above 1 MB"
    head -c 15 "$1" | grep -q '<!DOCTYPE html>' || complain "$1 is no page"
    grep -q '<script\|<iframe\|src=\|url(\|@import\|onload' "$1" && complain "$1 needs something else"
    [ "$(grep -o 'https*://[a-z0-9.]*' "$1" | sort -u)" = 'http://www.w3.org' ] ||
        complain "$1 names another address"
    if command -v python3 >/dev/null; then
        python3 - "$1" <<'P' 2>"$answers/err" || complain "$1 is not well-formed"
import re, sys, html.parser, xml.etree.ElementTree as tree
text = open(sys.argv[1], encoding="utf-8").read()
pictures = re.findall(r"<svg.*?</svg>", text, re.S)
assert pictures
for picture in pictures:
    tree.fromstring(picture)
class Balance(html.parser.HTMLParser):
    open_tags = []
    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "link"):
            self.open_tags.append(tag)
    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, tag
balance = Balance()
balance.feed(re.sub(r"<svg.*?</svg>", "", text, flags=re.S))
assert not balance.open_tags, balance.open_tags
P
    fi
    return 0
}

good train "$seeds" -q -o seeds.model
good report seeds.model "$seeds" -o seeds.html
stands_alone seeds.html
contains seeds.html '<title>seeds.model on wheat-seeds.csv</title>'
contains seeds.html 'A linear model is right in'
contains seeds.html 'Where it errs'
cp seeds.html first.html
good report seeds.model "$seeds" -o - --threads 2
cmp -s "$answers/out" first.html || complain "it is another page on standard output"
good report seeds.model "$seeds" -o seeds.html --no-baseline --resamples 0
grep -q 'A linear model' seeds.html && complain "it is beside a linear model"

good data make friedman --rows 200 --noise 1 -o friedman.csv
good train friedman.csv -q -o friedman.model
good report friedman.model friedman.csv -o friedman.html
stands_alone friedman.html
contains friedman.html 'How far off the answers are'
grep -q 'asked for' friedman.html && complain "a model that promises nothing is told to"
good calibrate friedman.model friedman.csv -q -o sure.model
good report sure.model friedman.csv -o friedman.html --resamples 100
stands_alone friedman.html
contains friedman.html '<th>asked for</th>'
grep -q '<td>interval-coverage</td><td>0\.9[0-9]*</td><td>[0-9.]*</td><td>[0-9.]*</td><td>0\.9</td>' \
    friedman.html || complain "no coverage beside what was asked for"

good data make moons --rows 150 --noise 0.2 -o moons.csv
good train moons.csv -q --hidden 8 -o moons.model
good report moons.model moons.csv -o moons.html
stands_alone moons.html
contains moons.html 'Which class is answered where'

# Names and cells that mean something to HTML; missing cells; a class that never comes.
printf 'a<b>,"say ""hi""",k&k\n' >odd.csv
awk 'BEGIN { for (i = 0; i < 60; i++) printf "%s,%s,%s\n", (i % 9 == 0 ? "" : i), \
    (i % 2 ? "</table><script>alert(1)</script>" : "b&amp;"), (i % 3 ? "<i>yes" : "no\"") }' >>odd.csv
good train odd.csv -q --epochs 20 -o odd.model
good report odd.model odd.csv -o odd.html
stands_alone odd.html
head -n 2 odd.csv >one.csv
good report odd.model one.csv -o one.html
stands_alone one.html

# ---- eval --plot ----
good eval seeds.model "$seeds" -q --plot matrix.svg
contains matrix.svg 'Which class is taken for which'
good eval friedman.model friedman.csv -q --plot residuals.svg
contains residuals.svg 'How far off the answers are'
bad 2 "backprop: --plot draws SVG: give a name that ends in .svg, not \"x.png\"" \
    eval seeds.model "$seeds" --plot x.png
good eval seeds.model "$seeds" --plot -
cmp -s "$answers/out" matrix.svg || complain "it is another picture on standard output"
bad 2 '{"error":{"code":"BP_E_ARGUMENT","message":"--plot - would write into the same standard output; give it a file","exit_status":2}}' \
    eval seeds.model "$seeds" --plot - --json
bad 2 "backprop: seeds.model: this is the model itself; use another name" \
    eval seeds.model "$seeds" --plot seeds.model

# ---- Asked wrong ----
bad 2 "backprop: say where the page goes: -o report.html, or -o - for standard output" \
    report seeds.model "$seeds"
cp "$seeds" own.csv
bad 2 "backprop: own.csv: this is the table itself; use another name" \
    report seeds.model own.csv -o own.csv
cut -d, -f1-7 "$seeds" >unlabelled.csv
bad 3 "backprop: unlabelled.csv: there is no column variety, so that answers cannot be judged; backprop predict needs none" \
    report seeds.model unlabelled.csv -o new.html

finish
