#!/bin/sh
# predict_stream.sh: a large table is answered as its parts are, from a file and from a pipe; what
# an error in its midst leaves behind.
. "$SOURCE_DIR/tests/cli/support.sh"

good train "$seeds" -q -o seeds.model --epochs 50

# 40 parts of 210 rows each, with cells that stand across blocks and a column of no use.
tr -d '\r' <"$seeds" | awk -F, -v OFS=, 'NR == 1 { print "note", $0; next }
    { print "\"part, \"\"" NR "\"\"\nof it\"", $0 }' >part.csv
head -n 1 part.csv >large.csv
for part in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 \
    34 35 36 37 38 39 40; do
    tail -n +2 part.csv >>large.csv
done

# forty OPTIONS...: what predict prints for a part, forty times, its header line but once.
forty()
{
    good predict seeds.model part.csv -q "$@"
    case " $* " in
    *" --append "* | *" --proba "* | *" --top "*) head -n 1 "$answers/out" >wanted && tail -n +2 "$answers/out" >once ;;
    *) : >wanted && cp "$answers/out" once ;;
    esac
    for part in 1 2 3 4 5 6 7 8; do
        cat once once once once once >>wanted
    done
}

# same WHAT: standard output is as wanted.
same()
{
    cmp -s wanted "$answers/out" || complain "$1 differs"
}

for options in "" "--append" "--proba" "--append --top 2" "--json"; do
    forty $options
    if [ "$options" = --json ]; then
        awk '{ sub(/"row":[0-9]+/, "\"row\":" NR) } { print }' wanted >numbered
        mv numbered wanted
    fi
    good predict seeds.model large.csv -q $options
    same "$options: a large file"
    asked="backprop predict seeds.model - $options"
    "$program" predict seeds.model - -q $options <large.csv >"$answers/out" 2>"$answers/err"
    same "$options: standard input"
    # In pieces of no particular size.
    { head -c 70001 large.csv; sleep 0.1; tail -c +70002 large.csv; } \
        | "$program" predict seeds.model - -q $options >"$answers/out" 2>"$answers/err"
    same "$options: a pipe"
    good predict seeds.model large.csv -q $options -o into.csv
    cmp -s wanted into.csv || complain "-o changed the answers"
done

# Notes are about the whole.
good predict seeds.model part.csv
accuracy=$(sed -n 's/ on the 210 rows.*//p' "$answers/err")
good predict seeds.model large.csv
notes "$accuracy on the 8400 rows of large.csv, which has the target"
notes "ignored 1 column of large.csv that the model does not use: note"

# Numbers have their scores from sums.
cut -d, -f1-7 "$seeds" | tr -d '\r' >numbers.csv
good train numbers.csv -q -o numbers.model --epochs 5
good predict numbers.model numbers.csv
scores=$(sed -n 's/ on the 210 rows.*//p' "$answers/err")
{ cat numbers.csv && for part in 1 2 3 4 5 6 7 8 9; do tail -n +2 numbers.csv; done; } >many.csv
good predict numbers.model many.csv
notes "$scores on the 2100 rows of many.csv, which has the target"

# Packed, and other forms.
forty
if command -v gzip >"$answers/found" && "$program" version | grep -q zlib; then
    gzip -c large.csv >large.csv.gz
    good predict seeds.model large.csv.gz -q
    same "gzip"
fi
if command -v zstd >"$answers/found" && "$program" version | grep -q zstd; then
    zstd -q -c large.csv >large.csv.zst
    good predict seeds.model large.csv.zst -q
    same "zstd"
fi
good data convert large.csv large.safetensors
good predict seeds.model large.safetensors -q
same "safetensors"

# ---- Errors amid the rows ----
# What is above is answered; a file is there when it is whole.
lines=$(wc -l <large.csv | tr -d ' ')
{ cat large.csv && echo 'x,1,2,3,4,five,6,7,1' && tail -n +2 part.csv; } >broken.csv
message="backprop: broken.csv:$((lines + 1)):11: \"five\" is not a number, as the model takes column kernel_width; correct it, or write NA where it is missing"
run predict seeds.model broken.csv -q
is 3 "$status" "exit status"
is "$message" "$(cat "$answers/err")" "standard error"
answered=$(wc -l <"$answers/out" | tr -d ' ')
[ "$answered" -gt 1000 ] || complain "only $answered rows are answered"
head -n "$answered" wanted | cmp -s - "$answers/out" || complain "the rows above are answered otherwise"
bad 3 "$message" predict seeds.model broken.csv -q -o answers.txt
echo before >answers.txt
run predict seeds.model broken.csv -q -o answers.txt
is before "$(cat answers.txt)" "the file that was there"

# A column that the model does not use may hold anything.
awk -F, 'NR == 1 { print "id," $0 } NR > 1 { print (NR == 200 ? "abc" : NR) "," $0 }' "$seeds" >stray.csv
good predict seeds.model stray.csv -q
forty
head -n 210 wanted | cmp -s - "$answers/out" || complain "a column of no use changed the answers"
finish
