#!/usr/bin/env python3
"""Judges `backprop train` on the sets of suite.csv: trains on each fold, asks for the rest.

  BACKPROP_DATA=FOLDER python3 bench/accuracy/run.py [--sets a,b] [--size small|all]
      [--reps N] [--folds N] [--options "--recipe linear"] [--jobs N]
      [--out FILE.csv] [--compare OTHER.csv]

The command is the default one, with the task and the target said. Prints the sets beside
the peers and the scores (report.py). FILE is written after each set, so that what is done
stays if a later one fails. The figures of two runs are the same, but for the times."""
import argparse
import concurrent.futures
import os
import shlex
import subprocess
import sys
import tempfile
import time

import report
import suite

PROGRAM = os.path.join(suite.HERE, "../../build/backprop")


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"exit status {done.returncode}: {shlex.join(words)}\n{done.stderr.strip()}")
    return done.stdout.splitlines()


def write_rows(path, data, rows, with_target):
    lines = [data.header] + [data.lines[i] for i in rows]
    if not with_target:
        lines = [line.rsplit(",", 1)[0] for line in lines]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def answers(data, lines, truth):
    """What gives the figures of some of the test rows."""
    if len(lines) != len(truth) + data.classification:
        sys.exit(f"{data.name}: {len(lines)} lines of answers to {len(truth)} rows")
    if not data.classification:
        truth, predicted = list(map(float, truth)), list(map(float, lines))
        return lambda places: suite.number_figures([truth[i] for i in places],
                                                   [predicted[i] for i in places])
    classes = [name[2:-1] for name in lines[0].split(",")[1:]]  # p(NAME)
    rows = [line.split(",") for line in lines[1:]]
    return lambda places: suite.class_figures([truth[i] for i in places],
                                              [rows[i][0] for i in places],
                                              [rows[i][1:] for i in places], classes)


def fit(data, repetition, fold, trained, asked, options, method, program):
    """The lines of results of one fold. The program never sees the truth of a test row."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        model, learned, rest = (os.path.join(folder, name)
                                for name in ("fold.model", "learned.csv", "rest.csv"))
        write_rows(learned, data, trained, True)
        write_rows(rest, data, asked, False)
        start = time.perf_counter()
        command(program, "train", learned, "--quiet", "--target", data.target,
                "--task", data.task, *options, "--output", model)
        seconds = time.perf_counter() - start
        proba = ["--proba"] if data.classification else []
        lines = command(program, "predict", model, rest, "--quiet", *proba)
        size = os.path.getsize(model)
    answer = answers(data, lines, [data.truth[i] for i in asked])
    return list(suite.fold_results(data, method, repetition, fold, trained, asked, answer,
                                   seconds, size))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=lambda text: text.split(","), help="only these")
    parser.add_argument("--size", choices=["small", "all"], default="all",
                        help=f"small: sets of fewer than {suite.SMALL} rows")
    parser.add_argument("--reps", type=int, choices=range(1, 4),
                        help="of the sets with folds; 3 of small sets, else 1")
    parser.add_argument("--folds", type=int, choices=range(1, 6), default=5,
                        help="only the first so many of each repetition")
    parser.add_argument("--options", default="", help='for train, as "--recipe linear"; '
                        "where it is one word: --options=--word")
    parser.add_argument("--jobs", type=int, default=1, help="fits at once")
    parser.add_argument("--out", help="the figures of each fold, as CSV")
    parser.add_argument("--compare", help="a file of results to compare with")
    parser.add_argument("--program", default=PROGRAM)
    asked = parser.parse_args()
    options = shlex.split(asked.options)
    method = " ".join(["backprop"] + options)
    other = report.read_one(asked.compare) if asked.compare else None
    lines = []
    for data in suite.read_sets(asked.sets, asked.size):
        data.read()
        fits = [(repetition, *fold) for repetition in range(data.repetitions(asked.reps))
                for fold in data.folds(repetition) if fold[0] < asked.folds]
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            done = list(pool.map(lambda one: fit(data, *one, options, method, asked.program),
                                 fits))
        made = [line for fold in done for line in fold]
        lines += made
        if asked.out:
            suite.write_results(asked.out, lines)
        seconds = sum(line["seconds"] for line in made if line["part"] == "")
        print(f"{data.name}: {len(fits)} fits in {seconds:.1f} s", file=sys.stderr, flush=True)
    report.show(lines)
    if other:
        report.compare(lines, other)


if __name__ == "__main__":
    main()
