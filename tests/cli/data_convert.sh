#!/bin/sh
# data_convert.sh: a table in another form is the same to every verb.
. "$SOURCE_DIR/tests/cli/support.sh"

good data convert "$seeds" seeds.safetensors
[ -s "$answers/out" ] && complain "it wrote to standard output"
notes "wrote seeds.safetensors: 210 rows, 8 columns"
good data convert seeds.safetensors seeds.csv -q
silent

# The same model, but for the fingerprint of the file that it was made from.
good train "$seeds" -o text.model --epochs 3 -q
good train seeds.safetensors -o cache.model --epochs 3 -q
for model in text cache; do
    sed 's/table_sha256[^,}]*//' $model.model >$model.bare
done
cmp text.bare cache.bare || complain "the cache trains another model than the text"
cmp -s text.model cache.model && complain "two files have one fingerprint"
good predict text.model "$seeds" -o text.answers -q
good predict text.model seeds.safetensors -o cache.answers -q
cmp text.answers cache.answers || complain "the cache gets other answers"

bad 2 "backprop: seeds.csv: this is the table itself; use another name or --force" data convert seeds.csv seeds.csv
good data convert seeds.csv seeds.csv -f -q
bad 2 "backprop: OUT is a file; its ending says in which form it is written: .csv or .safetensors" data convert seeds.csv -
bad 2 "backprop: seeds.xls: the name tells no form to write; end it in .csv or .safetensors" data convert seeds.csv seeds.xls
bad 3 "backprop: text.model: the file is a model, not a table" data convert text.model x.csv
bad 4 "backprop: seeds.safetensors: not a model that can be read: a safetensors file, but not one that backprop wrote" predict seeds.safetensors seeds.csv
bad 2 "backprop: data convert needs IN OUT; see backprop help data convert" data convert
finish
