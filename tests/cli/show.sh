#!/bin/sh
# show.sh: a model file looked into: as text, as JSON that has the file's own weights, as a
# picture that is well-formed whatever the names are.
. "$SOURCE_DIR/tests/cli/support.sh"

# fits FILE: nothing is wider than a terminal, no line ends in blanks.
fits()
{
    [ "$(awk 'length > 79' "$1" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
    grep -q ' $' "$1" && complain "lines end in blanks"
    return 0
}

# shows MODEL: in all its forms.
shows()
{
    good show "$1" --weights --plot picture.svg
    silent
    fits "$answers/out"
    cp "$answers/out" text
    head -c 4 picture.svg | grep -q '<svg' || complain "there is no picture"
    if command -v xmllint >/dev/null; then
        xmllint --noout picture.svg 2>"$answers/err" || complain "the picture is not well-formed"
    elif command -v python3 >/dev/null; then
        python3 -c "import xml.etree.ElementTree as t; t.parse('picture.svg')" \
            2>"$answers/err" || complain "the picture is not well-formed"
    fi
    [ "$(wc -c <picture.svg)" -lt 300000 ] || complain "the picture is too large"
    good show "$1" --plot -
    cmp -s "$answers/out" picture.svg || complain "the same picture differs on standard output"
    good show "$1" --json --weights
    cp "$answers/out" json
    is '"backprop.show/1"' "$(number json schema)" "schema"
    if command -v python3 >/dev/null; then
        python3 -c "import json; json.load(open('json'))" 2>"$answers/err" || complain "no JSON"
    fi
}

good train "$seeds" -q -o seeds.model
shows seeds.model
contains text "target        variety"
contains text "task          classification, 3 classes: 1, 2, 3"
contains text "  area             number   10.59 to 21.18           14.85            1"
contains text "network       7-5-3, 58 parameters"
contains text "  layer 2     3 sigmoid of 5 inputs: 15 weights, 3 biases"
contains text "members       1 network of type f32"
contains text "training      500 epochs on 210 rows"
contains text "$(sha256sum <"$seeds" | cut -d' ' -f1)"
grep -q '^options' text && complain "nobody set an option"
is 2 "$(grep -c '^  neuron 5 ' text)" "lines of a unit of the first layer"
contains text "kernel_length  kernel_width   asymmetry  groove_length"
contains picture.svg "<title>kernel_width to neuron 2: "
contains picture.svg ">groove_length</text>"
contains picture.svg "predicts variety"
contains picture.svg "prefers-color-scheme:dark"
is '["1","2","3"]' "$(number_list json outputs)" "outputs"
good show seeds.model
is 1 "$(grep -c '^  area' "$answers/out")" "weights that were not asked for"
good show seeds.model --json
grep -q '"networks"' "$answers/out" && complain "weights that were not asked for"

# The weights are those of the file, to the last bit, those of every member.
if command -v python3 >/dev/null; then
    good train "$seeds" -q -o f64.model --epochs 2 --precision f64
    python3 - <<'PYTHON' || complain "the file could not be doubled"
import json, struct
data = open("f64.model", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
head, body = json.loads(data[8:8 + size]), data[8 + size:]
two = {"__metadata__": head["__metadata__"]}
for name, tensor in head.items():
    if name != "__metadata__":
        two[name] = tensor
        a, b = tensor["data_offsets"]
        two[name.replace("net.0", "net.1")] = dict(tensor, data_offsets=[a + len(body), b + len(body)])
text = json.dumps(two).encode()
text += b" " * (-len(text) % 8)
open("two.model", "wb").write(struct.pack("<Q", len(text)) + text + body + body)
PYTHON
    for model in seeds f64 two; do
        shows $model.model
        python3 - $model.model <<'PYTHON' || complain "other weights than the file's"
import json, struct, sys
data = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + size])
shown = json.load(open("json"))
f32 = shown["type"] == "f32"
def packed(numbers):
    return struct.pack("<%d%s" % (len(numbers), "f" if f32 else "d"), *numbers)
def bytes_of(name):
    a, b = head[name]["data_offsets"]
    return data[8 + size + a:8 + size + b]
assert len(shown["networks"]) == shown["members"] == (2 if "two" in sys.argv[1] else 1)
for m, network in enumerate(shown["networks"]):
    for l, layer in enumerate(network):
        flat = [w for row in layer["weights"] for w in row]
        assert packed(flat) == bytes_of("net.%d.layer.%d.weight" % (m, l))
        assert packed(layer["biases"]) == bytes_of("net.%d.layer.%d.bias" % (m, l))
PYTHON
    done
    contains text "Network 2 of 2"
    contains text "members       2 networks of type f64"
    contains picture.svg "the first of 2 networks"
fi

# As it was before training: drawn again from the seed, to the digit what a training without steps
# leaves; in all forms, and refused where the file cannot tell.
good train "$seeds" -q -o still.model --learning-rate 0 --epochs 1 --seed 5
good train "$seeds" -q -o moved.model --epochs 30 --seed 5
good show still.model --json --weights
compact "$answers/out" | sed 's/.*"networks"://' >still
good show moved.model --json --weights --initial
compact "$answers/out" | sed 's/.*"initial_networks"://; s/,"networks":.*/}/' >first
cmp -s still first || complain "the first weights are others"
good show moved.model --json --weights
compact "$answers/out" | grep -q initial_networks && complain "first weights that were not asked for"
good show moved.model --weights --initial --plot both.svg
fits "$answers/out"
cp "$answers/out" text
is 2 "$(grep -c '^Layer 1, ' text)" "tables of the first layer"
is "$(grep -n '^Before training' text | cut -d: -f1) $(grep -n '^After training' text | cut -d: -f1)" \
    "$(grep -n '^[BA][a-z]* training' text | cut -d: -f1 | tr '\n' ' ' | sed 's/ $//')" "the order"
contains both.svg '>before training</text>'
contains both.svg '>after training</text>'
contains both.svg ' of both networks</text>'
is 2 "$(grep -c '<title>area to neuron 1: ' both.svg)" "lines from area to neuron 1"
is 2 "$(grep '<title>area to neuron 1: ' both.svg | sort -u | wc -l)" "weights from area to neuron 1"
if command -v python3 >/dev/null; then
    python3 -c "import xml.etree.ElementTree as t; t.parse('both.svg')" || complain "the picture is not well-formed"
fi
good show moved.model --plot alone.svg
grep -q 'before training' alone.svg && complain "a network that was not asked for"
good train "$seeds" -q -o next.model --initial-model moved.model --epochs 1
bad 2 "backprop: next.model: --initial cannot be: its networks began with the weights of the model moved.model (--initial-model), which are not in this one" \
    show next.model --initial --weights
bad 2 "backprop: --initial shows first weights beside the trained ones: add --plot FILE.svg or --weights" \
    show moved.model --initial

# Regression of every kind of column, with gaps, rare categories and names that mean something
# to XML; options of the caller and of the recipe.
awk 'BEGIN {
    print "area,\"co<l>&o\"\"r\",sold,day,price"
    for (i = 0; i < 60; i++)
        printf "%s,%s,%s,%d-%02d-%02d,%d\n", i % 9 ? i * 2.5 : "",
            i % 7 == 6 ? "" : i == 8 ? "once" : i == 9 ? "one time" : i % 2 ? "\"<red>\"" : "bl]]>ue",
            i % 3 ? "yes" : "no", 2020 + i % 5, 1 + i % 12, 1 + i % 28, 1000 + i * i * 7.5 }' >mixed.csv
good train mixed.csv -q -o mixed.model --rare 2 --hidden 4,3 --activation tanh --epochs 5 \
    --target-scaling standard --valid 0.2
shows mixed.model
contains text "scaling       minmax, standard of targets"
contains text "inputs        4 columns, 14 numbers that the network reads"
contains text " category 2+2 rare: "
contains text " its own category "
contains text "  sold             boolean  no 0, yes 1 "
contains text "  day              date     2020-01-01 to 20"
contains text ", told "
contains text "  told: one number more tells whether the cell is missing"
contains text "options       target-scaling standard"
contains text "              hidden 4,3"
contains text "held out      12 rows, loss "
contains text "area missing"
contains text "co<l>&o\"r = <red>"
contains text "co<l>&o\"r: any other"
contains text "day: month, cosine"
contains picture.svg "co&lt;l&gt;&amp;o&quot;r = &lt;red&gt;"
contains json '"co<l>&o\"r missing"'
good train "$seeds" -q -o tutorial.model --recipe tutorial --missing error --epochs 1
shows tutorial.model
contains text "recipe        tutorial"
contains text "missing cells refused"
contains text "10.59 to 21.18           refused          1"
contains text "              optimizer sgd  (the recipe's)"

# Several targets, no hidden layer, principal components.
awk 'BEGIN { print "a,b,c,y,z"; for (i = 0; i < 30; i++)
    print i % 7 "," i % 5 "," i % 11 "," i + 0.5 "," i * i / 4 }' >two.csv
good train two.csv -q -o flat.model --target y,z --hidden "" --epochs 2 --pca 2
shows flat.model
contains text "target        y, z"
contains text "inputs        3 columns, 2 principal components that the network reads"
contains text "network       2-2, 6 parameters"
contains text "              hidden \"\""
contains text "component 1  component 2"
is '["component1","component2"]' "$(number_list json inputs)" "inputs"
contains picture.svg ">component 2</text>"

# Many inputs, wide and many layers.
awk 'BEGIN { for (i = 0; i < 784; i++) printf "p%d,", i; print "digit"
    for (r = 0; r < 20; r++) { for (i = 0; i < 784; i++) printf "%d,", (i * r * 7919) % 256
        print r % 10 } }' >image.csv
good train image.csv -q -o wide.model --hidden 40,30,9,9,9,9,9,9,9 --loss cross-entropy --epochs 1 --keep "*"
shows wide.model
contains text "  ... and 766 more columns (--json has them all)"
contains text "  ... and 766 more inputs of each (--json --weights has them all)"
contains text "  ... and 22 more units (--json --weights has them all)"
contains picture.svg " 769 more</text>"
contains picture.svg " 4 more layers</text>"

# What is no model, or a damaged one, is said in one line.
bad 4 "backprop: nowhere.model: cannot open: No such file or directory" show nowhere.model
run predict "$seeds" "$seeds"
bad 4 "$(cat "$answers/err")" show "$seeds"
head -c 900 seeds.model >short.model
run predict short.model "$seeds"
bad 4 "$(cat "$answers/err")" show short.model
for note in recipe training; do
    LC_ALL=C sed 's/"backprop.'$note'":"{/"backprop.'$note'":"[/' seeds.model >note.model
    good predict note.model "$seeds" -q
    bad 4 "backprop: note.model: not a model that can be read: its record of the $note is damaged" \
        show note.model
done
bad 2 'backprop: --plot draws SVG: give a name that ends in .svg, not "p.png"' show seeds.model --plot p.png
bad 2 '{"error":{"code":"BP_E_ARGUMENT","message":"--plot - would write into the same standard output; give it a file","exit_status":2}}' show seeds.model --plot - --json
bad 5 'backprop: nowhere/p.svg: cannot write: No such file or directory' show seeds.model --plot nowhere/p.svg
cp seeds.model seeds.svg
bad 2 'backprop: seeds.svg: this is the model itself; use another name' show seeds.svg --plot seeds.svg
bad 2 'backprop: show needs MODEL; see backprop help show' show
finish
