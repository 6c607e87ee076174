#!/bin/sh
# packed.sh: compressed tables are read as what they hold, and nothing unpacks without bound.
. "$SOURCE_DIR/tests/cli/support.sh"

# answers_alike FILE: the same scores as from the table itself.
answers_alike()
{
    good cv "$1" --epochs 5 -q
    cmp -s expected "$answers/out" || complain "other scores than from the table itself"
}

# damaged NAME MESSAGE: what is said of a broken file.
damaged()
{
    bad 3 "backprop: $1:1:1: $2" cv "$1"
}

good cv "$seeds" --epochs 5 -q
cp "$answers/out" expected

if "$program" version | grep -q zlib && command -v gzip >"$answers/found"; then
    gzip -c "$seeds" >seeds.csv.gz
    answers_alike seeds.csv.gz
    mv seeds.csv.gz seeds.data # known by its bytes, not by its name
    answers_alike seeds.data
    { head -n 100 "$seeds" | gzip -c && tail -n +101 "$seeds" | gzip -c && printf '\0\0'; } >members.gz
    answers_alike members.gz
    head -c 1000 seeds.data >short.gz
    damaged short.gz "the compressed file is cut short"
    { head -c 1000 seeds.data && printf 'zzzzzzzzzzzzzzzz' && tail -c +1017 seeds.data; } >odd.gz
    run cv odd.gz
    grep -q '^backprop: odd.gz:1:1: the compressed file is damaged' "$answers/err" || complain "not called damaged"
    head -c 50000000 /dev/zero | gzip -c >bomb.gz
    bad 3 "backprop: bomb.gz:1:1: the file unpacks to more than 1000000 bytes; if it is to be trusted, raise --size-limit" \
        cv bomb.gz --size-limit 1000000
    printf '\037\213' >empty.gz
    damaged empty.gz "the compressed file is cut short"
else
    echo "gzip is left out: not in this build or machine"
fi

if "$program" version | grep -q zstd && command -v zstd >"$answers/found"; then
    zstd -q -c "$seeds" >seeds.csv.zst
    answers_alike seeds.csv.zst
    { head -n 100 "$seeds" | zstd -q -c && tail -n +101 "$seeds" | zstd -q -c; } >frames.zst
    answers_alike frames.zst
    head -c 1000 seeds.csv.zst >short.zst
    damaged short.zst "the compressed file is cut short"
    head -c 50000000 /dev/zero | zstd -q -c >bomb.zst
    bad 3 "backprop: bomb.zst:1:1: the file unpacks to more than 1000000 bytes; if it is to be trusted, raise --size-limit" \
        cv bomb.zst --size-limit 1000000
else
    echo "zstd is left out: not in this build or machine"
fi

finish
