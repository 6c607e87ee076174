#!/bin/sh
# tables.sh: how a table is read, told by options, and every way to tell it wrong.
. "$SOURCE_DIR/tests/cli/support.sh"

# ---- The same table however it is written ----
printf 'a,b,kind\n1.5,10,x\n2.5,20,y\n3.5,30,x\n4.5,40,y\n' >plain.csv
printf 'a;b;kind\n1,5;10;x\n2,5;20;y\n3,5;30;x\n4,5;40;y\n' >comma.csv
printf '# by hand\na\tb\tkind\n1.5\t10\tx\n#1.5\t0\tx\n2.5\t20\ty\n3.5\t30\tx\n4.5\t40\ty\n' >tab.csv
printf "'a','b','kind'\r\n'1.5','10','x'\r\n'2.5','20','y'\r\n'3.5','30','x'\r\n'4.5','40','y'\r\n" >single.csv
printf 'a|b|kind|\n1.5|10|x|\n2.5|20|y|\n3.5|30|x|\n4.5|40|y|\n' >trailing.csv
printf '"a" "b" "kind"\n1,5 10 "x"\n2,5 20 "y"\n3,5 30 "x"\n4,5 40 "y"\n' >blanks.txt
printf '"a" "b" "kind"\n"p" 1.5 10 "x"\n"q" 2.5 20 "y"\n"r" 3.5 30 "x"\n"s" 4.5 40 "y"\n' >named.txt
printf 'a,b,kind\n$1.50,10 %%,x\n2.5,20%%,y\n"$3.50",30 €,x\n4.5,£40,y\n' >amounts.csv
good train plain.csv -q --epochs 3 -o plain.model
good predict plain.model plain.csv --json -q
cp "$answers/out" expected
printf 'written by "hand\n4,2\na,b,kind\n1.5,10,x\n2.5,20,y\n3.5,30,x\n4.5,40,y\n' >above.csv
printf 'sep=;\r\na;b;kind\r\n1,5;10;x\r\n2,5;20;y\r\n3,5;30;x\r\n4,5;40;y\r\n' >sheet.csv
for form in "comma.csv --decimal comma" "comma.csv" "sheet.csv" "tab.csv --comment #" "single.csv" "trailing.csv" \
    "single.csv --quote single" "trailing.csv --delimiter bar --header yes --format csv" \
    "above.csv --skip-lines 2" "blanks.txt" "named.txt" "amounts.csv"; do
    # shellcheck disable=SC2086
    good predict plain.model $form --json -q
    cmp -s expected "$answers/out" || complain "other answers than from plain.csv"
done

# ---- Kinds ----
printf 'zip,v,kind\n1010,1,x\n02020,2,y\n1010,3,x\n02020,4,y\n' >zip.csv
good train zip.csv --categorical zip,v --epochs 1 -q -o zip.model
grep -a -q 02020 zip.model || complain "the texts of zip are not kept"
good train zip.csv --kinds 'z*=category' --epochs 1 -q -o same.model
grep -a -q 02020 same.model || complain "the texts of zip are not kept"
printf 'v,kind\n1,x\n-9,x\n3,y\n4,y\n' >marker.csv
bad 3 "backprop: marker.csv:3:1: the cell is missing (column v); remove the row, drop the column, or let missing cells be filled (--missing)" \
    train marker.csv --missing error --missing-markers -9,none -o new.model

# ---- Dates whose day comes first, or whose month does ----
# A model remembers which, so that a row alone is read as the table was; JSON and converted tables
# give the same answers.
awk 'BEGIN { print "day,v,kind"; for (i = 0; i < 60; i++) printf "%02d.%02d.2024,%d,%s\n", i % 28 + 1, i % 12 + 1, i, (i % 28 < 14 ? "x" : "y") }' >days.csv
good train days.csv --epochs 20 --members 1 -o days.model
contains "$answers/err" "a header line, dates by day first  (--header, --dates)"
grep -a -q 'dates.*day-first' days.model || complain "the model does not say how dates are written"
printf 'day,v\n03.04.2024,5\n' >one.csv
printf 'day,v\n2024-04-03,5\n' >iso.csv
printf '{"day":"3/4/2024","v":5}\n' >one.jsonl
good predict days.model iso.csv --proba -q
cp "$answers/out" expected
for one in one.csv one.jsonl "one.csv --dates day-first"; do
    good predict days.model $one --proba -q
    cmp -s expected "$answers/out" || complain "other answers than to the date of ISO 8601"
done
good predict days.model one.csv --dates month-first --proba -q
cmp -s expected "$answers/out" && complain "--dates says nothing"
rm iso.csv
good data convert days.csv iso.csv
contains iso.csv "2024-01-01,0,x"
good train iso.csv --epochs 20 --members 1 -o iso.model
grep -a -q 'day-first' iso.model && complain "a model of ISO's dates says more than it did"
bad 3 'backprop: one.csv:2:1: "03.04.2024" is not a date, as the model takes column day; correct it, or write NA where it is missing' \
    predict iso.model one.csv
printf 'day,v,kind\n01.02.2024,1,x\n03.04.2024,2,y\n03.04.2024,3,y\n' >doubt.csv
good data describe doubt.csv --json
contains "$answers/out" '{"name":"day","kind":"category"'
good data describe doubt.csv --dates day-first --json
contains "$answers/out" '{"name":"day","kind":"date"'
bad 2 'backprop: unknown value of --dates "us"; there are auto, iso, day-first, month-first' train days.csv --dates us -o new.model

# ---- Told wrong ----
awk 'BEGIN { print "v,kind"; for (i = 1; i <= 40; i++) print (i == 30 ? "abc" : i) "," (i % 2 ? "x" : "y") }' >word.csv
bad 3 "backprop: word.csv:31:1: \"abc\" is not a number (column v); correct it, write NA where it is missing, or use --categorical v" \
    train word.csv -o new.model
awk 'BEGIN { print "v;kind"; for (i = 1; i <= 200000; i++) print (i == 190000 ? "1,5" : i) ";" (i % 2 ? "x" : "y") }' >late.csv
bad 3 "backprop: late.csv:190001:1: \"1,5\" is not a number (column v); numbers with decimal commas are read by --decimal comma" \
    train late.csv -o new.model
rm -f new.model
bad 3 "backprop: plain.csv:6:1: 9 lines are to be skipped, and the file ends here" \
    train plain.csv --skip-lines 9 -o new.model
printf '150,2\n1,2,x\n2,3,y\n' >above.csv
{ printf 'one\ntwo "lines\n' && cat word.csv; } >under.csv
bad 3 "backprop: under.csv:33:1: \"abc\" is not a number (column v); correct it, write NA where it is missing, or use --categorical v" \
    train under.csv --skip-lines 2 -o new.model
bad 3 "backprop: above.csv:2:1: 3 fields where the first line has 2; lines above the table are skipped by --skip-lines" \
    train above.csv -o new.model
bad 2 "backprop: --comment takes one character, as in --comment '#'" train plain.csv --comment '//' -o new.model
bad 2 "backprop: \"cvs\" is no form of table that is known here; did you mean csv?" \
    train plain.csv --format cvs -o new.model
bad 2 "backprop: \"a\" is not COLUMN=KIND, as in zip=category" train plain.csv --kinds a -o new.model
bad 2 "backprop: \"categry\" is no kind of column; did you mean category? there are number, category, boolean, date, identifier or constant" \
    train plain.csv --kinds a=categry -o new.model
bad 2 "backprop: plain.csv: unknown column \"kindd\"; did you mean \"kind\"?" \
    train plain.csv --categorical kindd -o new.model

finish
