#!/usr/bin/env python3
"""The suite's reference and other peers, as Debian's scikit-learn and XGBoost have them.

  OMP_NUM_THREADS=1 /usr/bin/python3 bench/accuracy/peers.py [--methods sk-MLP,RF]
      [--sets a,b] [--size small|all] [--reps N] [--out bench/results/accuracy-peers.csv]

All with their defaults and the seed 1000 + fold; README.md has the preparation. Lines of FILE about
other sets and methods stay; those of the same set and method are written anew."""
import argparse
import os
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np  # noqa: E402  (after the number of threads)

import suite  # noqa: E402

warnings.filterwarnings("ignore")  # "not converged" is what the defaults do
METHODS = ["sk-MLP", "linear", "RF", "HistGB", "XGB"]


def make(method, classification, categorical, seed):
    """A fresh model; `categorical` tells which columns are, for HistGB."""
    from sklearn import ensemble, linear_model, neural_network
    if method == "sk-MLP":
        return (neural_network.MLPClassifier if classification
                else neural_network.MLPRegressor)(random_state=seed)
    if method == "linear":
        return (linear_model.LogisticRegression(max_iter=1000) if classification
                else linear_model.Ridge(1e-3))
    if method == "RF":
        return (ensemble.RandomForestClassifier if classification
                else ensemble.RandomForestRegressor)(random_state=seed)
    if method == "HistGB":
        return (ensemble.HistGradientBoostingClassifier if classification
                else ensemble.HistGradientBoostingRegressor)(
                    random_state=seed, categorical_features=categorical)
    import xgboost
    return (xgboost.XGBClassifier if classification
            else xgboost.XGBRegressor)(random_state=seed, n_jobs=1)


def columns_of(data):
    """Numbers (NaN where missing) and texts of the inputs, each a list of columns."""
    cells = list(zip(*(line.split(",")[:-1] for line in data.lines)))
    numbers, texts = [], []
    for name, column in zip(data.header.split(","), cells):
        if name in data.categories:
            texts.append(np.array(column))
        else:
            numbers.append(np.array([float(cell) if cell else np.nan for cell in column]))
    return numbers, texts


def prepare(numbers, texts, trained, method):
    """All rows as inputs, fitted on the rows `trained`, and which of them are categorical."""
    inputs = []
    for column in numbers:
        if method not in ("HistGB", "XGB"):
            column = np.where(np.isnan(column), np.nanmedian(column[trained]), column)
        inputs.append(column)
    categorical = [False] * len(inputs)
    for column in texts:
        known = np.unique(column[trained])  # a missing cell is the category ""
        if method == "HistGB":
            place = {text: k for k, text in enumerate(known) if text}
            inputs.append(np.array([place.get(text, np.nan) for text in column], float))
        else:
            inputs += [(column == text).astype(float) for text in known]
        categorical += [method == "HistGB"] * (len(inputs) - len(categorical))
    inputs = np.stack(inputs, axis=1)
    if method in ("sk-MLP", "linear"):
        from sklearn.preprocessing import StandardScaler
        inputs = StandardScaler().fit(inputs[trained]).transform(inputs)
    return inputs, np.array(categorical)


def fit(data, method, columns, repetition, fold, trained, asked):
    inputs, categorical = prepare(*columns, trained, method)
    model = make(method, data.classification, categorical, 1000 + fold)
    truth = [data.truth[i] for i in asked]
    if data.classification:
        classes, codes = np.unique([data.truth[i] for i in trained], return_inverse=True)
        start = time.perf_counter()
        model.fit(inputs[trained], codes)
        seconds = time.perf_counter() - start
        probabilities = model.predict_proba(inputs[asked])
        predicted = classes[model.predict(inputs[asked])]
        return suite.fold_results(
            data, method, repetition, fold, trained, asked,
            lambda places: suite.class_figures(
                [truth[i] for i in places], [str(predicted[i]) for i in places],
                [probabilities[i] for i in places], [str(name) for name in classes]), seconds)
    truth = [float(text) for text in truth]
    targets = np.array([float(data.truth[i]) for i in trained])
    mean, deviation = (targets.mean(), targets.std()) if method == "sk-MLP" else (0.0, 1.0)
    start = time.perf_counter()
    model.fit(inputs[trained], (targets - mean) / deviation)
    seconds = time.perf_counter() - start
    predicted = model.predict(inputs[asked]) * deviation + mean
    return suite.fold_results(
        data, method, repetition, fold, trained, asked,
        lambda places: suite.number_figures([truth[i] for i in places],
                                            [float(predicted[i]) for i in places]), seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--sets", type=lambda text: text.split(","))
    parser.add_argument("--size", choices=["small", "all"], default="all")
    parser.add_argument("--reps", type=int)
    parser.add_argument("--out", default=os.path.join(suite.HERE, "../results/accuracy-peers.csv"))
    asked = parser.parse_args()
    methods = asked.methods.split(",")
    for method in methods:
        if method not in METHODS:
            parser.error(f"--methods: there is no '{method}'; there are {', '.join(METHODS)}")
    sets = suite.read_sets()
    place = {(data.name, method): (i, k) for i, data in enumerate(sets)
             for k, method in enumerate(METHODS)}
    lines = suite.read_results(asked.out) if os.path.exists(asked.out) else []
    for method in methods:
        for data in suite.read_sets(asked.sets, asked.size):
            columns = columns_of(data.read())
            made = [line for repetition in range(data.repetitions(asked.reps))
                    for fold, trained, tested in data.folds(repetition)
                    for line in fit(data, method, columns, repetition, fold, trained, tested)]
            lines = [old for old in lines
                     if (old["set"], old["method"]) != (data.name, method)] + made
            lines.sort(key=lambda line: place[line["set"], line["method"]])
            suite.write_results(asked.out, lines)
            print(f"{data.name} {method}: {len(made)} lines", flush=True)


if __name__ == "__main__":
    main()
