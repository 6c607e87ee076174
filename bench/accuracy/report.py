#!/usr/bin/env python3
"""Judges a file of results: python3 bench/accuracy/report.py FILE.csv [--compare OTHER.csv]

Prints each set beside the peers, the scores, and where the reference (scikit-learn's MLP) is
better by more than two standard errors. All is on the folds that FILE has: the peers are
those of bench/results/accuracy-peers.csv on the same folds, or, marked * or ~, what peers.csv
says of the first repetition."""
import argparse
import csv
import math
import os
import statistics
import sys

import suite

PEERS = os.path.join(suite.HERE, "../results/accuracy-peers.csv")
REFERENCE = "sk-MLP"
METHODS = ["linear", "RF", "HistGB", "XGB"]  # besides the reference
RECORDED = ["TD-S", "TD-S x4"]
TITLES = {"error": "Test error in %", "log_loss": "Test log-loss",
          "rmse": "Test RMSE", "r2": "Test R2"}
SHOWN = {"error": lambda x: f"{100 * x:.2f}", "log_loss": lambda x: f"{x:.4f}",
         "rmse": lambda x: f"{x:.4g}", "r2": lambda x: f"{x:.4f}"}
# What is added to both sides of a ratio, so that an error of 0 has one.
ADDED = {"error": 0.01, "log_loss": 0.01, "rmse": 0.0}


def by_set(lines):
    """{set: {(repetition, fold, part): line}}"""
    sets = {}
    for line in lines:
        key = (line["repetition"], line["fold"], line["part"])
        sets.setdefault(line["set"], {})[key] = line
    return sets


def by_method(lines):
    methods = {}
    for line in lines:
        methods.setdefault(line["method"], []).append(line)
    return {method: by_set(of) for method, of in methods.items()}


def read_one(path):
    """The lines of a file that has one method, or of the one named: FILE.csv:METHOD."""
    method = None
    if not os.path.exists(path) and ":" in path:
        path, method = path.rsplit(":", 1)
    lines = suite.read_results(path)
    methods = list(dict.fromkeys(line["method"] for line in lines))
    method = method or (methods[0] if len(methods) == 1 else None)
    if method not in methods:
        sys.exit(f"{path} has {', '.join(methods) or 'no results'}: name one as {path}:METHOD")
    return [line for line in lines if line["method"] == method]


def read_recorded():
    """{(method, figure, set): (mean, folds of the first repetition that were run)}"""
    with open(os.path.join(suite.HERE, "peers.csv"), newline="", encoding="utf-8") as file:
        return {(line["method"], line["statistic"], line["set"]):
                (float(line["mean"]), int(line["folds"])) for line in csv.DictReader(file)}


def whole_folds(folds):
    return [key for key in folds if key[2] == ""]


def mean(folds, keys, figure):
    return statistics.fmean(folds[key][figure] for key in keys)


def common(ours, theirs):
    return [key for key in whole_folds(ours) if key in theirs]


def difference(ours, theirs, figure):
    """(mean difference, its standard error, the corrected one); errors are None where one
    fold is all there is. Folds are paired; of a fixed split, the parts of the test rows."""
    keys = common(ours, theirs)
    parts = [key for key in ours if key[2] != "" and key in theirs]
    d = [ours[key][figure] - theirs[key][figure] for key in parts or keys]
    overall = mean(ours, keys, figure) - mean(theirs, keys, figure)
    if len(d) < 2:
        return overall, None, None
    deviation, share = statistics.stdev(d), 1 / len(d)
    plain = deviation * math.sqrt(share)
    if parts:  # of one model: there are no overlapping trainings to correct for
        return overall, plain, plain
    tested = sum(ours[key]["tested"] for key in keys)
    trained = sum(ours[key]["trained"] for key in keys)
    return overall, plain, deviation * math.sqrt(share + tested / trained)


def ratio(ours, theirs, figure):
    return (ours + ADDED[figure]) / (theirs + ADDED[figure])


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def print_table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
    print()


def show_figure(figure, sets, peers, recorded):
    shown = SHOWN[figure]
    rows = [["set", "folds", "backprop", REFERENCE, "difference", "se", "corrected",
             *METHODS, *RECORDED]]
    for name, ours in sets.items():
        reference = peers.get(REFERENCE, {}).get(name, {})
        keys = common(ours, reference) or whole_folds(ours)
        row = [name, str(len(keys)), shown(mean(ours, keys, figure))]
        if common(ours, reference):
            row.append(shown(mean(reference, keys, figure)))
            row += ["" if x is None else shown(x) for x in difference(ours, reference, figure)]
        else:
            row += ["-"] * 4
        for method in METHODS + RECORDED:
            theirs = peers.get(method, {}).get(name, {})
            if all(key in theirs for key in keys):
                row.append(shown(mean(theirs, keys, figure)))
            elif (method, figure, name) in recorded:
                value, folds = recorded[method, figure, name]
                row.append(shown(value) + ("~" if folds == 2 else "*"))
            else:
                row.append("-")
        rows.append(row)
    print(TITLES[figure])
    print_table(rows)


def score(figure, sets, theirs, reference):
    """(geometric mean of ratios, sets) of one method on the folds of `sets`."""
    ratios = []
    for name, ours in sets.items():
        keys = common(ours, reference.get(name, {}))
        if keys and all(key in theirs.get(name, {}) for key in keys):
            ratios.append(ratio(mean(theirs[name], keys, figure),
                                mean(reference[name], keys, figure), figure))
    return (geometric_mean(ratios), len(ratios)) if ratios else None


def recorded_score(figure, sets, method, recorded, reference):
    """The same of a recorded method, on the folds that it was run on."""
    ratios = []
    for name in sets:
        value, folds = recorded.get((method, figure, name), (None, 0))
        keys = [(0, fold, "") for fold in range(folds)]
        theirs = reference.get(name, {})
        if keys and all(key in theirs for key in keys):
            ratios.append(ratio(value, mean(theirs, keys, figure), figure))
    return (geometric_mean(ratios), len(ratios)) if ratios else None


def show_scores(halves, peers, recorded):
    def cells(scores):
        return [text for one in scores
                for text in ([f"{one[0]:.3f}", str(one[1])] if one else ["-", "0"])]

    rows = [["", *(text for figure in ADDED for text in (figure, "sets"))]]
    reference = peers.get(REFERENCE, {})
    ours = {figure: halves[figure] for figure in ADDED}
    rows.append(["backprop", *cells(score(figure, ours[figure], ours[figure], reference)
                                    for figure in ADDED)])
    for method in METHODS:
        theirs = peers.get(method, {})
        rows.append([method, *cells(score(figure, ours[figure], theirs, reference)
                                    for figure in ADDED)])
    for method in RECORDED:
        rows.append([method + "*", *cells(recorded_score(figure, ours[figure], method,
                                                         recorded, reference)
                                          for figure in ADDED)])
    print(f"Scores: geometric mean over the sets of the ratio to {REFERENCE}; below 1 is better")
    print_table(rows)


def show_verdicts(halves, reference):
    print(f"Is no set worse than {REFERENCE} by more than two standard errors?")
    for title, which in (("standard error", 1), ("corrected standard error", 2)):
        for figure in ADDED:
            worse, told = [], 0
            for name, ours in halves[figure].items():
                if not common(ours, reference.get(name, {})):
                    continue
                found = difference(ours, reference[name], figure)
                told += found[which] is not None
                if found[which] is not None and found[0] > 2 * found[which]:
                    worse.append(name)
            if halves[figure]:
                answer = "not told" if not told else "no: " + ", ".join(worse) if worse else "yes"
                print(f"  {figure}, {title}, {told} sets: {answer}")
    print()


def show_costs(sets):
    rows = [["set", "fits", "seconds a fit", "most", "model in KB"]]
    for name, ours in sets.items():
        fits = [ours[key] for key in whole_folds(ours)]
        seconds = [line["seconds"] for line in fits]
        rows.append([name, str(len(fits)), f"{statistics.median(seconds):.3f}",
                     f"{max(seconds):.3f}",
                     f"{statistics.median(line['model_bytes'] for line in fits) / 1000:.1f}"])
    print("Costs: median time of train, and its model")
    print_table(rows)


def show(lines):
    sets = by_set(lines)
    peers = by_method(suite.read_results(PEERS)) if os.path.exists(PEERS) else {}
    recorded = read_recorded()
    halves = {figure: {name: folds for name, folds in sets.items()
                       if folds[whole_folds(folds)[0]][figure] != ""} for figure in TITLES}
    print(f"{lines[0]['method']}, {len(sets)} sets\n")
    for figure, half in halves.items():
        if half:
            show_figure(figure, half, peers, recorded)
    print("folds: those that the reference has as well; difference: to it, with its paired\n"
          "standard error, plain and corrected for overlapping trainings (docs/equations.md 50);\n"
          "* recorded: all folds of the first repetition, ~ two of them\n")
    show_costs(sets)
    show_scores(halves, peers, recorded)
    show_verdicts(halves, peers.get(REFERENCE, {}))


def compare(lines, others):
    """The ratios of two results on the folds that both have."""
    ours, theirs = by_set(lines), by_set(others)
    print(f"{lines[0]['method']} (A) over {others[0]['method']} (B), on the folds of both; "
          "below 1 is better")
    for figure in ADDED:
        rows, ratios = [["set", "folds", "A", "B", "ratio", "difference", "se"]], []
        for name, folds in ours.items():
            keys = common(folds, theirs.get(name, {}))
            if not keys or folds[keys[0]][figure] == "":
                continue
            a, b = mean(folds, keys, figure), mean(theirs[name], keys, figure)
            ratios.append(ratio(a, b, figure))
            d, se, _ = difference(folds, theirs[name], figure)
            rows.append([name, str(len(keys)), SHOWN[figure](a), SHOWN[figure](b),
                         f"{ratios[-1]:.3f}", SHOWN[figure](d),
                         "" if se is None else SHOWN[figure](se)])
        if ratios:
            rows.append(["geometric mean", "", "", "", f"{geometric_mean(ratios):.3f}", "", ""])
            print(TITLES[figure])
            print_table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="FILE.csv, or FILE.csv:METHOD where it has several")
    parser.add_argument("--compare", help="the same")
    asked = parser.parse_args()
    lines = read_one(asked.file)
    show(lines)
    if asked.compare:
        compare(lines, read_one(asked.compare))


if __name__ == "__main__":
    main()
