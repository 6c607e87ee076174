#!/bin/sh
# accuracy.sh: bench/accuracy computes its figures by their definitions, splits as the files
# of splits say, and gives the same figures twice.
. "$SOURCE_DIR/tests/cli/support.sh"
command -v python3 >/dev/null || {
    echo "python3 was not found"
    exit 77
}
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$source/bench/accuracy
export PYTHONDONTWRITEBYTECODE PYTHONPATH

asked="bench/accuracy: figures and splits"
python3 - <<'P' 2>"$answers/err" || complain "they are not what the definitions give"
import math
import os
import report, suite

def near(a, b):
    assert abs(a - b) < 1e-12, (a, b)

found = suite.class_figures(["a", "b", "c"], ["a", "a", "b"],
                            [["0.75", "0.25"], ["1", "0"], ["0.5", "0.5"]], ["a", "b"])
near(found["error"], 2 / 3)
near(found["log_loss"], -(math.log(0.75) + math.log(1e-7 / (1 + 1e-7)) + math.log(1e-7)) / 3)
found = suite.number_figures([1.0, 2.0, 6.0], [1.0, 4.0, 6.0])
near(found["rmse"], math.sqrt(4 / 3))
near(found["r2"], 1 - 4 / 14)
for answer in (lambda: suite.number_figures([1.0, 2.0], [1.0, math.nan]),
               lambda: suite.class_figures(["a"], ["a"], [["nan", "0"]], ["a", "b"])):
    try:
        answer()
    except ValueError:
        continue
    raise AssertionError("nan was taken for an answer")
assert suite.mix(0) == 0xE220A8397B1DCDAF  # splitmix64's first number of the seed 0

def folds(*errors):
    return {(0, k, ""): {"error": e, "tested": 20, "trained": 80} for k, e in enumerate(errors)}
difference = report.difference(folds(0.1, 0.2, 0.3), folds(0.1, 0.1, 0.1), "error")
near(difference[0], 0.1)
near(difference[1], 0.1 / math.sqrt(3))
near(difference[2], 0.1 * math.sqrt(1 / 3 + 1 / 4))
assert report.difference(folds(0.1), folds(0.2), "error")[1:] == (None, None)
near(report.ratio(0.01, 0.03, "error"), 0.5)
near(report.geometric_mean([0.5, 2.0]), 1)

made = suite.Set({"set": "made", "task": "classification", "target": "t", "rows": "23",
                  "split": "hash 0.3", "categories": "", "sha256": ""})
made.truth = list("aaabbbbbbbccccccccccccc")
test = suite.fixed_split(made)
assert [sum(t for t, name in zip(test, made.truth) if name == of) for of in "abc"] == [1, 2, 4]
made.fixed, seen = False, []
for _, trained, asked in made.folds(0):
    assert sorted(trained + asked) == list(range(23)) and len(asked) in (4, 5)
    seen += asked
assert sorted(seen) == list(range(23))

splits = os.path.join(os.environ.get("BACKPROP_DATA", ""), "splits", "")
for data in suite.read_sets():
    if not os.path.exists(splits + data.name + ".csv"):
        continue
    data.read()
    with open(splits + data.name + ".csv") as file:
        columns = list(zip(*(map(int, line.split(",")) for line in list(file)[1:])))
    for repetition, column in enumerate(columns[1:]):
        mine = suite.fixed_split(data) if data.fixed else suite.deal(data, repetition)
        assert mine == list(column), data.name
P

if [ -z "${BACKPROP_DATA:-}" ]; then
    asked="run.py without BACKPROP_DATA"
    python3 "$source/bench/accuracy/run.py" >"$answers/out" 2>"$answers/err"
    status=$?
    fails_with 1 \
        "BACKPROP_DATA is not set: name the folder that has tables/ (bench/accuracy/README.md)"
    finish
fi

# figures FILE: a file of results without the times.
figures()
{
    cut -d, -f1-11,13 "$1"
}

for name in first second; do
    asked="run.py --sets iris,boston ($name time)"
    python3 "$source/bench/accuracy/run.py" --program "$program" --sets iris,boston --reps 1 \
        --folds 2 --options "--recipe linear" --out "$name.csv" >"$name" 2>"$answers/err" ||
        complain "exit status $?"
done
is 5 "$(wc -l <first.csv | tr -d ' ')" "lines of results"
figures first.csv >one
figures second.csv | cmp -s - one || complain "two runs differ"
grep -q "^iris  *2 " first || complain "no line about iris"
grep -q "^boston  *2 " first || complain "no line about boston"
contains first "Is no set worse than sk-MLP"

asked="report.py --compare"
python3 "$source/bench/accuracy/report.py" first.csv --compare second.csv >"$answers/out" \
    2>"$answers/err" || complain "exit status $?"
grep -q "^geometric mean .* 1.000$" "$answers/out" ||
    complain "equal results have another ratio than 1"
finish
