"""A small transformer in PyTorch, from its definition to three judged tables: coordinates, transfer of learning rates, seeds.

    python examples/transformer/torch_transformer.py      # a minute or two on two cores; needs torch, numpy and the program saddle

It learns to predict the next byte of this project's documentation: with maximal updates (mup), and in the standard parameterisation with one
learning rate of Adam. In code they differ by the two lines of `build` that ask for mup. What the verdicts must be is checked at the end.
"""
import argparse
import csv
import itertools
import statistics
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "python" / "saddle"))  # record.py alone is enough; with the package: from saddle.record import …
from record import TorchRecorder, gather  # noqa: E402

CONTEXT, BATCH, HEAD = 32, 8, 16  # bytes that a sequence has, sequences of a batch, dimension of an attention head
BASE = 32  # the width at which mup and standard have the same learning rates


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        u = functional.layer_norm(x, x.shape[-1:])
        q, k, v = (part(u).unflatten(-1, (-1, HEAD)).transpose(1, 2) for part in (self.query, self.key, self.value))
        x = x + self.mix(functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(functional.layer_norm(x, x.shape[-1:]))))


class Transformer(nn.Module):
    def __init__(self, width, blocks=2):
        super().__init__()
        self.embed, self.embed_position = nn.Embedding(256, width), nn.Embedding(CONTEXT, width)
        self.blocks, self.head = nn.ModuleList(Block(width) for _ in range(blocks)), nn.Linear(width, 256, bias=False)

    def forward(self, tokens):
        x = self.embed(tokens) + self.embed_position(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(functional.layer_norm(x, x.shape[-1:]))


def build(width, seed, rate, model):
    """A network and its optimiser. Weights of order one by fan-in, and Adam; heads have a fixed dimension, so that attention needs no other scale."""
    torch.manual_seed(seed)
    network, groups = Transformer(width), []
    for name, weight in network.named_parameters():
        is_matrix = not name.startswith("embed")  # its fan-in grows with the width
        nn.init.normal_(weight, std=weight.shape[1] ** -0.5 if is_matrix else 1)
        if model == "mup" and name == "head.weight":
            weight.data *= width**-0.5
        groups.append({"params": [weight], "start": rate * BASE / width if model == "mup" and is_matrix else rate})
    return network, torch.optim.Adam(groups, lr=rate, betas=(0.9, 0.95))


def text():
    files = sorted((ROOT / "Documentation").glob("*.md"))
    return torch.frombuffer(bytearray(b"\n".join(file.read_bytes() for file in files)), dtype=torch.uint8).long()


def batches(data, seed, size=BATCH):
    generator = torch.Generator().manual_seed(seed)
    while True:
        start = torch.randint(len(data) - CONTEXT, (size, 1), generator=generator)
        window = data[start + torch.arange(CONTEXT + 1)]
        yield window[:, :-1], window[:, 1:]


def loss_of(network, tokens, targets):
    return functional.cross_entropy(network(tokens).flatten(0, 1), targets.flatten())


def train(folder, model, width, seed, rate, steps, sizes=()):
    """One training, recorded in `folder`; the loss is that of text which is never trained on."""
    torch.set_num_threads(1)
    data, (network, optimizer) = text(), build(width, seed, rate, model)
    stream, (inputs, targets) = batches(data[:-20000], seed), next(batches(data[-20000:], 0, 64))
    with TorchRecorder(folder, network, width=width, seed=seed, model=model, lr=rate) as record:
        for step in range(steps):
            if step in sizes:
                record.sizes(step, inputs)
            for group in optimizer.param_groups:
                group["lr"] = group["start"] * (1 if sizes else 1 - step / steps)
            optimizer.zero_grad()
            loss_of(network, *next(stream)).backward()
            optimizer.step()
        with torch.no_grad():
            record.loss(steps, loss_of(network, inputs, targets))


def best_rate(path, width):
    """The learning rate of the lowest mean loss of a width."""
    losses = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if int(row["width"]) == width:
                losses.setdefault(float(row["lr"]), []).append(float(row["loss"]))
    return min(losses, key=lambda rate: statistics.fmean(losses[rate]))


def judge(question, path, *options):
    print(f"\n$ saddle measure {question} {path}", *options, flush=True)
    call = ["saddle", "measure", question, path, *options, "--output", path.parent / "saddle", "--force"]
    answer = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=False)
    print("\n".join(answer.stdout.splitlines()[2:7]), f"\nexit code {answer.returncode}", flush=True)
    return answer.stdout.splitlines()[3]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/transformer"))
    folder = parser.parse_args().folder
    models, widths, seeds, rates, steps = ("mup", "standard"), (32, 64, 128), (0, 1), [2.0**k for k in range(-10, -3)], 60
    with ProcessPoolExecutor(2) as pool:

        def train_all(jobs):
            list(pool.map(train, *zip(*jobs)))

        train_all((folder / m / "check", m, w, s, 2**-8, 4, (0, 1, 3)) for m in models for w in (*widths, 256) for s in seeds)
        train_all((folder / m / "sweep", m, w, s, r, steps) for m in models for w in widths for s in seeds for r in rates)
        for model, part in itertools.product(models, ("check", "sweep")):
            gather(folder / model / part)
        best = {m: best_rate(folder / m / "sweep" / "losses.csv", widths[0]) for m in models}
        train_all((folder / "seeds", m, widths[-1], s, best[m], steps) for m in models for s in range(6))
        gather(folder / "seeds")
    verdicts = {m: judge("coordinates", folder / m / "check" / "coordinates.csv", "--optimizer", "adam") for m in models}
    assert verdicts["mup"].startswith("Agrees") and verdicts["standard"].startswith("Disagrees"), verdicts
    verdicts = {m: judge("transfer", folder / m / "sweep" / "losses.csv") for m in models}
    assert verdicts["mup"].startswith("The rate transfers") and verdicts["standard"].startswith("The optimum moves"), verdicts
    print(f"\nwith the rates that are best at width {widths[0]} ({best}), networks of width {widths[-1]}:")
    assert "mup" in judge("seeds", folder / "seeds" / "losses.csv", "--compare", "mup,standard")
