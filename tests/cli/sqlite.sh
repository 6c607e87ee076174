#!/bin/sh
# sqlite.sh: tables by query from SQLite databases, which python3's own module makes.
. "$SOURCE_DIR/tests/cli/support.sh"
if ! "$program" version | grep -q sqlite; then
    printf 'SQLite format 3\000%0100d' 0 >t.db
    bad 3 "backprop: t.db: the file is an SQLite database, which this build cannot read; export the table as CSV: sqlite3 -csv -header FILE 'select ...'" data describe t.db
    finish
fi
if ! python3 -c 'import sqlite3' 2>"$answers/found"; then
    echo "python3 with sqlite3 is not here"
    exit 77
fi
python3 - "$seeds" <<'PYTHON'
import csv, sqlite3, sys
rows = list(csv.reader(open(sys.argv[1])))
names = ", ".join('"%s"' % n for n in rows[0])
db = sqlite3.connect("seeds.db")
db.execute("create table seeds (%s)" % names)
marks = ",".join("?" * len(rows[0]))
db.executemany("insert into seeds values (%s)" % marks,
               [[float(c) for c in r[:-1]] + [int(r[-1])] for r in rows[1:]])
db.commit()
two = sqlite3.connect("two.db")
two.execute("create table people (name text, age integer, joined text, note text, raw blob)")
two.execute("create table \"odd \"\"name\" (a, b)")
two.executemany("insert into people values (?,?,?,?,?)", [
    ("Ann, \"A\"", 31, "2024-01-31", None, b"\x00\x01"),
    ("Bob", None, "2024-02-29", "two\nlines", b"\x02"),
    ("Cyd", 2**53 - 1, "2024-03-31", "", None)])
two.executemany("insert into \"odd \"\"name\" values (?,?)", [(1, 0.1), (2, 1e300), (3, -2.5)])
two.commit()
wal = sqlite3.connect("wal.db")
wal.execute("pragma journal_mode = wal")
wal.execute("create table t (a, b)")
wal.executemany("insert into t values (?,?)", [(i, i * i) for i in range(10)])
wal.commit()
sqlite3.connect("empty.db").execute("create table gone (a)").connection.execute("drop table gone")
PYTHON

# The same table as the CSV: the same model but for the fingerprint of the file.
good train "$seeds" -q -o csv.model --epochs 3
good train seeds.db -q -o db.model --epochs 3
good predict csv.model "$seeds"
cp "$answers/out" "$answers/csv"
good predict db.model seeds.db
cmp -s "$answers/out" "$answers/csv" || complain "the database gives other answers than the CSV"
good predict db.model seeds.db --query 'select * from seeds where area > 15 order by area'
[ "$(wc -l <"$answers/out")" -lt 210 ] || complain "the query was not asked"
"$program" data describe - <seeds.db >"$answers/out" 2>"$answers/err" || complain "standard input is not read"
contains "$answers/out" "210 rows"
good data convert two.db out.csv --query 'select name, age, joined, note from people'
printf 'name,age,joined,note\n"Ann, ""A""",31,2024-01-31,\nBob,,2024-02-29,"two\nlines"\nCyd,9007199254740991,2024-03-31,\n' >want.csv
cmp -s want.csv out.csv || complain "people differ: $(cat out.csv)"
good data convert two.db odd.csv --query 'select * from "odd ""name"'
is "a,b 1,0.1 2,1e+300 3,-2.5" "$(echo $(cat odd.csv))" "numbers"
good data describe wal.db
contains "$answers/out" "10 rows"
good data convert two.db one.csv --query 'select note from people'
rm -f out.csv want.csv odd.csv one.csv csv.model db.model wal.db-shm wal.db-wal

bad 3 "backprop: two.db: the database has 2 tables (odd \"name, people); say what to read, as --query 'select * from odd \"\"name'" data describe two.db
bad 3 "backprop: two.db: SQLite: no such table: persons" data describe two.db --query 'select * from persons'
bad 3 "backprop: two.db: SQLite: near \"selct\": syntax error" data describe two.db --query 'selct 1'
bad 2 "backprop: two.db: --query reads; it takes a select, nothing that writes" data describe two.db --query 'delete from people'
bad 2 "backprop: two.db: --query takes one statement" data describe two.db --query 'select 1; drop table people'
bad 2 "backprop: two.db: --query is empty; say what to read, as 'select ...'" data describe two.db --query ' '
bad 3 "backprop: two.db: column raw of the query has bytes (a blob), not numbers or text; leave it out of the query" data describe two.db --query 'select raw from people'
bad 3 "backprop: empty.db: the database has no tables" data describe empty.db
bad 3 "backprop: two.db: the file unpacks to more than 50 bytes; if it is to be trusted, raise --size-limit" data describe two.db --query 'select p.name, q.name from people p, people q' --size-limit 50
bad 2 "backprop: --query is for SQLite databases and NPZ archives, and this is $seeds" data describe "$seeds" --query 'select 1'
head -c 3000 two.db >cut.db
bad 3 "backprop: cut.db: SQLite: database disk image is malformed" data describe cut.db --query 'select * from people'
finish
