#!/bin/sh
# step.sh: one row through a model, written out; its numbers are those of training.
. "$SOURCE_DIR/tests/cli/support.sh"

good train "$seeds" -q -o a.model --epochs 0 --precision f64 --engine textbook
good step a.model "$seeds" --row 17
silent
for words in "Row 17 of " "network of 7-5-3" "neuron 5" "z = " "The network answers " "e = " \
    "Update     w = w + r d x,  b = b + r d,  r = 0.1    (8), (9)"; do
    contains "$answers/out" "$words"
done
[ "$(awk 'length > 79' "$answers/out" | wc -l)" -eq 0 ] || complain "lines are wider than a terminal"
grep -q ' $' "$answers/out" && complain "lines end in blanks"
good step a.model "$seeds" --row 17 --json --learning-rate 0.3

# Training on that row alone, once, at the same rate, ends in the weights that it shows.
if command -v python3 >/dev/null; then
    cp "$answers/out" step.json
    awk -F, 'NR == 1 { print $0 ",w" } NR > 1 { print $0 "," (NR == 18 ? 1 : 0) }' "$seeds" >weighted.csv
    good train weighted.csv -t variety -q -o one.model --epochs 1 --batch 1 --precision f64 \
        --engine textbook --learning-rate 0.3 --reduction sum --initial-model a.model --weight w
    python3 - <<'PYTHON' || complain "training gives other weights"
import json, struct
step = json.load(open("step.json"))
data = open("one.model", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + size])
def numbers(name):
    a, b = head[name]["data_offsets"]
    return struct.unpack("<%dd" % ((b - a) // 8), data[8 + size + a:8 + size + b])
for l, layer in enumerate(step["layers"]):
    names = [n for n in head if n != "__metadata__" and ".%d." % l in n]
    weights = numbers([n for n in names if n.endswith("weight")][0])
    biases = numbers([n for n in names if n.endswith("bias")][0])
    for j, neuron in enumerate(layer["neurons"]):
        n = len(neuron["weights_after"])
        # the one row that counts has the weight 210, so that the mean is 1
        for was, after, got in zip(neuron["weights_before"] + [neuron["bias_before"]],
                                   neuron["weights_after"] + [neuron["bias_after"]],
                                   list(weights[j * n:j * n + n]) + [biases[j]]):
            assert abs((got - was) - 210 * (after - was)) < 1e-11 * max(1, abs(got)), (was, after, got)
PYTHON
fi

# Wide layers are folded, cross-entropy and regression have words of their own.
good train "$seeds" -q -o wide.model --epochs 1 --hidden 40 --loss cross-entropy --activation gelu
good step wide.model "$seeds"
contains "$answers/out" "... and 30 more neurons (--json has them all)"
contains "$answers/out" "+ ... (30 more terms)"
contains "$answers/out" "d = t - y, as the derivatives of loss and activation cancel"
good data make friedman --rows 30 -o f.csv
good train f.csv -q -o f.model --epochs 1
good step f.model f.csv --row 30
contains "$answers/out" "The network answers "

bad 3 "backprop: there is no row 211: the table has 210" step a.model "$seeds" --row 211
bad 2 "backprop: --row takes a whole number from 1 to 1000000000000000, not \"0\"" step a.model "$seeds" --row 0
bad 4 "backprop: nowhere.model: cannot open: No such file or directory" step nowhere.model "$seeds"
finish
