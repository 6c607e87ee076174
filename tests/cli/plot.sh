#!/bin/sh
# plot.sh: pictures are well-formed SVG, whatever the table holds, and equal for equal runs.
. "$SOURCE_DIR/tests/cli/support.sh"

# well_formed FILE: by whatever reader of XML is here.
well_formed()
{
    head -c 4 "$1" | grep -q '<svg' || complain "$1 is no picture"
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" 2>"$answers/err" || complain "$1 is not well-formed"
    elif command -v python3 >/dev/null; then
        python3 -c "import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])" "$1" \
            2>"$answers/err" || complain "$1 is not well-formed"
    fi
    grep -q 'prefers-color-scheme:dark' "$1" || complain "$1 has no dark colors"
    grep -q '<script\|http[^"]*\.js\|url(' "$1" && complain "$1 needs something else"
    return 0
}

good data describe "$seeds" --plot seeds.svg
well_formed seeds.svg
contains seeds.svg "<title>wheat-seeds.csv</title>"
contains seeds.svg ">groove_length</text>"
is 8 "$(grep -c 'class="strong"' seeds.svg)" "panels"
good data describe "$seeds" --plot -
well_formed "$answers/out"
cmp -s "$answers/out" seeds.svg || complain "the same picture differs in a file"
LC_ALL=de_DE.UTF-8 good data describe "$seeds" --plot again.svg
cmp -s again.svg seeds.svg || complain "the same picture differs in another locale"

# Names and values that mean something to XML, are no UTF-8, or are long; odd columns.
printf 'a<b>&"c,\001xy,%s,day,one,gone\n' "$(printf '%0200d' 7)" >odd.csv
printf '1,<&>,x,2020-01-31,5,\n2,",\303\244",y,2021-02-28,5,\n3,"]]>",x,2022-03-31,5,\n1e300,t,x,,5,\n' >>odd.csv
good data describe odd.csv --plot odd.svg
well_formed odd.svg
contains odd.svg 'a&lt;b&gt;&amp;&quot;c'
contains odd.svg '2020-01-31'
awk 'BEGIN { for (i = 0; i < 300; i++) printf "c%d%s", i, i < 299 ? "," : "\n"
    for (r = 0; r < 3; r++) for (i = 0; i < 300; i++) printf "%d%s", i * r, i < 299 ? "," : "\n" }' >wide.csv
good data describe wide.csv --plot wide.svg
well_formed wide.svg
contains wide.svg "240 more columns are not drawn"
printf 'a,b\n1,2\n' >row.csv
good data describe row.csv --plot row.svg
well_formed row.svg

good train "$seeds" -q -o a.model --epochs 20 --valid 0.2 --schedule cosine --plot curves.svg
well_formed curves.svg
contains curves.svg ">best: epoch "
contains curves.svg ">learning rate<"
good train "$seeds" -q -o a.model --epochs 1 --plot one.svg
well_formed one.svg
good train "$seeds" -q -o a.model --epochs 0 --plot none.svg
well_formed none.svg
good train "$seeds" -q -o a.model --epochs 2 --plot -
well_formed "$answers/out"

rm -f a.model
bad 2 'backprop: --plot draws SVG: give a name that ends in .svg, not "p.png"' data describe "$seeds" --plot p.png
bad 2 'backprop: --plot draws SVG: give a name that ends in .svg, not "p.png"' train "$seeds" -o a.model --plot p.png
bad 5 'backprop: nowhere/p.svg: cannot write: No such file or directory' train "$seeds" -o a.model --plot nowhere/p.svg
bad 2 'backprop: --plot - would write into the same standard output; give it a file' train "$seeds" -o - --plot -
finish
