#!/usr/bin/env python3
"""PyTorch and scikit-learn on W2 and W3 of bench/speed, as far as they are installed.

  OMP_NUM_THREADS=1 python3 bench/peers.py [--repeats N] [--csv FILE --date TEXT]

Data of the same shapes, made here; rows shuffled and gathered batch by batch. Prints
samples a second: median, least, most."""
import argparse
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np  # noqa: E402  (after the number of threads)

WORKLOADS = {
    "W2": {"rows": 12800, "widths": (784, 512, 256, 10), "batches": (128,)},
    "W3": {"rows": 25600, "widths": (20, 64, 64, 2), "batches": (32, 256)},
}


def make_data(rows, width, classes):
    random = np.random.default_rng(7)
    labels = np.arange(rows) % classes
    centers = random.random((classes, width)) * (random.random((classes, width)) < 0.25)
    inputs = np.maximum(centers[labels] + random.random((rows, width)) - 0.5, 0)
    return inputs.astype(np.float32), labels


def torch_runs(inputs, labels, widths, batch, rule):
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    layers = []
    for before, after in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    if rule == "SGD":
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    else:
        optimizer = torch.optim.Adam(net.parameters(), lr=0.001, foreach=True)
    loss = torch.nn.CrossEntropyLoss()
    x, t = torch.from_numpy(inputs), torch.from_numpy(labels.astype(np.int64))

    def epoch():
        order = torch.randperm(len(x))
        for start in range(0, len(x), batch):
            rows = order[start:start + batch]
            optimizer.zero_grad()
            loss(net(x[rows]), t[rows]).backward()
            optimizer.step()

    return epoch


def sklearn_runs(inputs, labels, widths, batch, rule):
    import sklearn.neural_network

    net = sklearn.neural_network.MLPClassifier(
        widths[1:-1], solver=rule.lower(), alpha=0, batch_size=batch, momentum=0,
        learning_rate_init=0.05 if rule == "SGD" else 0.001)
    classes = np.unique(labels)
    return lambda: net.partial_fit(inputs, labels, classes)


def measure(epoch, rows, repeats):
    epoch()  # warms up, and is not counted
    figures = []
    for _ in range(repeats):
        start = time.perf_counter()
        epoch()
        figures.append(rows / (time.perf_counter() - start))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--csv")
    parser.add_argument("--date", default="")
    asked = parser.parse_args()
    threads = os.environ["OMP_NUM_THREADS"]
    for workload, made in WORKLOADS.items():
        inputs, labels = make_data(made["rows"], made["widths"][0], made["widths"][-1])
        for peer, runs in (("PyTorch", torch_runs), ("scikit-learn", sklearn_runs)):
            for rule in ("SGD", "Adam"):
                for batch in made["batches"]:
                    name = f"{peer}, {rule}, batch {batch}, {threads} thread(s)"
                    try:
                        epoch = runs(inputs, labels, made["widths"], batch, rule)
                    except ImportError:
                        print(f"{workload} {name}: left out: not installed")
                        continue
                    figures = measure(epoch, made["rows"], asked.repeats)
                    middle = statistics.median(figures)
                    print(f"{workload} {name}: {middle:,.0f} samples/s"
                          f" ({min(figures):,.0f} to {max(figures):,.0f})")
                    if asked.csv:
                        with open(asked.csv, "a", encoding="utf-8") as file:
                            file.write(f'{asked.date},,,,{workload},"{name}",samples/s,{middle:.6g},'
                                       f"{min(figures):.6g},{max(figures):.6g},{asked.repeats},,\n")


if __name__ == "__main__":
    main()
