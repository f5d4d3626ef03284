"""What is asked of a transformer, in PyTorch or in JAX: coordinates, transfer of learning rates, seeds; each recorded, judged by `saddle`, and checked.

`train(folder, model, width, seed, rate, steps, sizes)` trains one network in the parameterisation `model`, mup or standard, and records it.
"""
import argparse
import csv
import itertools
import multiprocessing
import statistics
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
CONTEXT, BATCH = 32, 8  # bytes that a sequence has, sequences of a batch
HEAD = 16  # dimension of an attention head: fixed, so that attention needs no scale that knows the width
BASE = 32  # the width at which mup and standard have the same learning rates
HELD_OUT = 20_000  # bytes that are never trained on


def text():
    """This project's documentation, as bytes."""
    files = sorted((ROOT / "Documentation").glob("*.md"))
    return numpy.frombuffer(b"\n".join(file.read_bytes() for file in files), dtype=numpy.uint8).astype(numpy.int32)


def batches(data, seed, size=BATCH):
    """Random sequences and, for each byte of them, the next."""
    rng = numpy.random.default_rng(seed)
    while True:
        window = data[rng.integers(len(data) - CONTEXT, size=(size, 1)) + numpy.arange(CONTEXT + 1)]
        yield window[:, :-1], window[:, 1:]


def best_rate(path, width):
    """The learning rate of the lowest mean loss of a width."""
    losses = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if int(row["width"]) == width:
                losses.setdefault(float(row["lr"]), []).append(float(row["loss"]))
    return min(losses, key=lambda rate: statistics.fmean(losses[rate]))


def judge(question, path, *options):
    """The sentence of the verdict."""
    print(f"\n$ saddle measure {question} {path}", *options, flush=True)
    call = ["saddle", "measure", question, path, *options, "--output", path.parent / "saddle", "--force"]
    answer = subprocess.run(call, capture_output=True, text=True, check=False)
    print("\n".join(answer.stdout.splitlines()[2:6]), answer.stderr if answer.returncode not in (0, 3) else "", flush=True)
    return answer.stdout.splitlines()[3]


def run(train, gather, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/transformer"))
    folder = parser.parse_args().folder
    models, widths, seeds, rates, steps = ("mup", "standard"), (32, 64, 128), (0, 1), [2.0**k for k in range(-10, -3)], 60
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:

        def train_all(jobs):
            list(pool.map(train, *zip(*jobs)))

        train_all((folder / m / "check", m, w, s, 2**-8, 4, (0, 1, 3)) for m in models for w in (*widths, 256) for s in seeds)
        train_all((folder / m / "sweep", m, w, s, r, steps, ()) for m in models for w in widths for s in seeds for r in rates)
        for model, part in itertools.product(models, ("check", "sweep")):
            gather(folder / model / part)
        best = {m: best_rate(folder / m / "sweep" / "losses.csv", widths[0]) for m in models}
        train_all((folder / "seeds", m, widths[-1], s, best[m], steps, ()) for m in models for s in range(6))
        gather(folder / "seeds")
    verdicts = {m: judge("coordinates", folder / m / "check" / "coordinates.csv", "--optimizer", "adam") for m in models}
    assert verdicts["mup"].startswith("Agrees") and verdicts["standard"].startswith("Disagrees"), verdicts
    verdicts = {m: judge("transfer", folder / m / "sweep" / "losses.csv") for m in models}
    assert verdicts["mup"].startswith("The rate transfers") and verdicts["standard"].startswith("The optimum moves"), verdicts
    print(f"\nnetworks of width {widths[-1]}, with the rates that are best at width {widths[0]}: {best}")
    assert judge("seeds", folder / "seeds" / "losses.csv", "--compare", "mup,standard").startswith("mup beats standard")
