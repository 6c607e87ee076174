"""The suite: its sets, their splits, the figures of answers, files of results. README.md
says what is what; `python3 bench/accuracy/suite.py` checks the tables that are found."""
import csv
import hashlib
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ["set", "method", "repetition", "fold", "part", "trained", "tested",
          "error", "log_loss", "rmse", "r2", "seconds", "model_bytes"]
FIGURES = ["error", "log_loss", "rmse", "r2"]
PARTS = 10  # of the test rows of a fixed split, for its standard error
SMALL = 2000  # rows: below it a set has three repetitions
LEAST = 1e-7  # probabilities below it count as that


class Set:
    """A line of suite.csv, with the rows of its table as texts."""

    def __init__(self, line):
        self.name, self.task, self.target = line["set"], line["task"], line["target"]
        self.rows, self.split = int(line["rows"]), line["split"].split()
        self.categories = line["categories"].split()
        self.sha256 = line["sha256"]
        self.classification = self.task == "classification"
        self.fixed = self.split[0] != "5-fold"
        self.small = self.rows < SMALL

    def read(self):
        folder = os.environ.get("BACKPROP_DATA")
        if not folder:
            sys.exit("BACKPROP_DATA is not set: name the folder that has tables/ "
                     "(bench/accuracy/README.md)")
        path = os.path.join(folder, "tables", self.name + ".csv")
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            sys.exit(f"{path}: {error.strerror}")
        if hashlib.sha256(content).hexdigest() != self.sha256:
            sys.exit(f"{path}: its sha256 is not that of bench/accuracy/suite.csv")
        # No cell of the suite is quoted, and the target is the last column.
        self.header, *self.lines = content.decode().splitlines()
        self.truth = [line.rsplit(",", 1)[1] for line in self.lines]
        return self

    def folds(self, repetition):
        """(number, rows to learn from, rows to be asked) of each fold, rows in file order."""
        if self.fixed and repetition > 0:
            return
        number = fixed_split(self) if self.fixed else deal(self, repetition)
        for fold in range(1 if self.fixed else 5):
            asked = 1 if self.fixed else fold
            yield (fold, [i for i, k in enumerate(number) if k != asked],
                   [i for i, k in enumerate(number) if k == asked])

    def repetitions(self, asked=None):
        return 1 if self.fixed else asked or (3 if self.small else 1)


def read_sets(names=None, size="all"):
    with open(os.path.join(HERE, "suite.csv"), newline="", encoding="utf-8") as file:
        sets = [Set(line) for line in csv.DictReader(file)]
    if names:
        known = {s.name for s in sets}
        for name in names:
            if name not in known:
                sys.exit(f"--sets: there is no set '{name}'; there are {', '.join(sorted(known))}")
        sets = [s for s in sets if s.name in names]
    sets = [s for s in sets if size == "all" or s.small]
    return sets or sys.exit(f"--size {size}: none of the sets is")


# ---- splits


def mix(z):
    """One step of splitmix64."""
    ones = 2**64 - 1
    z = (z + 0x9E3779B97F4A7C15) & ones
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ones
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ones
    return z ^ (z >> 31)


def groups(data, repetition):
    """The shuffled rows: of each class, classes in the order of their names, or of all."""
    order = sorted(range(data.rows), key=lambda i: (mix(repetition * 2**32 + i), i))
    if not data.classification:
        return [order]
    of = {name: [] for name in sorted(set(data.truth))}
    for i in order:
        of[data.truth[i]].append(i)
    return list(of.values())


def deal(data, repetition):
    """The fold of each row."""
    fold, dealt = [0] * data.rows, 0
    for group in groups(data, repetition):
        for i in group:
            fold[i] = dealt % 5
            dealt += 1
    return fold


def fixed_split(data):
    """1 for each row to be tested on."""
    kind, value = data.split
    if kind == "first":
        return [int(i >= int(value)) for i in range(data.rows)]
    test = [0] * data.rows
    for group in groups(data, 0):
        for i in group[:round(float(value) * len(group))]:
            test[i] = 1
    return test


# ---- figures


def class_figures(truth, predicted, probabilities, classes):
    """probabilities[i] has those of `classes`; a class that training did not see has none."""
    place = {name: k for k, name in enumerate(classes)}
    wrong, loss = 0, 0.0
    for t, answer, p in zip(truth, predicted, probabilities):
        wrong += answer != t
        clipped = [min(max(float(x), LEAST), 1.0) for x in p]
        if not all(map(math.isfinite, map(float, p))):
            raise ValueError("a probability is no number")
        of_truth = clipped[place[t]] if t in place else LEAST
        loss -= math.log(of_truth / math.fsum(clipped))
    return {"error": wrong / len(truth), "log_loss": loss / len(truth)}


def number_figures(truth, predicted):
    mean = math.fsum(truth) / len(truth)
    squares = math.fsum((a - t) ** 2 for a, t in zip(predicted, truth))
    if not math.isfinite(squares):
        raise ValueError("an answer is no number")
    around = math.fsum((t - mean) ** 2 for t in truth)
    return {"rmse": math.sqrt(squares / len(truth)), "r2": 1 - squares / around}


def fold_results(data, method, repetition, fold, trained, asked, answer, seconds, size=""):
    """The lines of one fit. `answer(places)` gives the figures of those of the test rows;
    of a fixed split there is a line for each of its parts as well."""
    parts = [("", range(len(asked)))]
    if data.fixed:
        parts += [(part, range(part, len(asked), PARTS)) for part in range(PARTS)]
    for part, places in parts:
        line = dict.fromkeys(FIELDS, "")
        line.update(set=data.name, method=method, repetition=repetition, fold=fold, part=part,
                    trained=len(trained), tested=len(places), **answer(places))
        if part == "":
            line.update(seconds=seconds, model_bytes=size)
        yield line


# ---- files of results


def read_results(path):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}")
    for line in lines:
        for name in FIGURES + ["seconds", "model_bytes"]:
            line[name] = float(line[name]) if line[name] else ""
        for name in ("repetition", "fold", "part", "trained", "tested"):
            line[name] = int(line[name]) if line[name] else ""
    return lines


def write_results(path, lines):
    """Whole or not at all; figures have six digits."""
    fresh = path + ".new"
    with open(fresh, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        for line in lines:
            table.writerow({name: f"{value:.6g}" if isinstance(value, float) else value
                            for name, value in line.items()})
    os.replace(fresh, path)


def main():
    for data in read_sets():
        data.read()
        if len(data.lines) != data.rows or data.header.rsplit(",", 1)[1] != data.target:
            sys.exit(f"{data.name}: not the table that suite.csv tells of")
        for repetition in range(data.repetitions()):
            sizes = [f"{len(learned)}/{len(asked)}" for _, learned, asked in data.folds(repetition)]
            print(f"{data.name} {repetition}: rows to learn from/to be asked {' '.join(sizes)}")


if __name__ == "__main__":
    main()
