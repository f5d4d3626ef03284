"""A small transformer in PyTorch, from its definition to three judged tables: coordinates, transfer of learning rates, seeds.

    python examples/transformer/torch_transformer.py      # a minute or two on two cores; needs torch, numpy and the program saddle

It learns to predict the next byte of this project's documentation: with maximal updates (mup), and in the standard parameterisation with one
learning rate of Adam. In code they differ by the two lines of `build` that ask for mup.
"""
import sys

import torch
from torch import nn
from torch.nn import functional

import experiment
from experiment import BASE, CONTEXT, HEAD, HELD_OUT

sys.path.append(str(experiment.ROOT / "python" / "saddle"))  # record.py alone is enough; with the package: from saddle.record import …
from record import TorchRecorder, gather  # noqa: E402


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
    """A network and its optimiser."""
    torch.manual_seed(seed)
    network, groups = Transformer(width), []
    for name, weight in network.named_parameters():
        is_matrix = not name.startswith("embed")  # its fan-in grows with the width
        nn.init.normal_(weight, std=weight.shape[1] ** -0.5 if is_matrix else 1)
        if model == "mup" and name == "head.weight":
            weight.data *= width**-0.5
        groups.append({"params": [weight], "start": rate * BASE / width if model == "mup" and is_matrix else rate})
    return network, torch.optim.Adam(groups, lr=rate, betas=(0.9, 0.95))


def loss_of(network, tokens, targets):
    return functional.cross_entropy(network(tokens).flatten(0, 1), targets.flatten())


def train(folder, model, width, seed, rate, steps, sizes):
    """One training, recorded in `folder`; the loss is that of text which is never trained on."""
    torch.set_num_threads(1)
    data, (network, optimizer) = experiment.text().astype("int64"), build(width, seed, rate, model)
    stream, held_out = experiment.batches(data[:-HELD_OUT], seed), next(experiment.batches(data[-HELD_OUT:], 0, 64))
    held_out = [torch.from_numpy(part) for part in held_out]
    with TorchRecorder(folder, network, width=width, seed=seed, model=model, lr=rate) as record:
        for step in range(steps):
            if step in sizes:
                record.sizes(step, held_out[0])
            for group in optimizer.param_groups:  # down to zero, but in a check
                group["lr"] = group["start"] * (1 if sizes else 1 - step / steps)
            optimizer.zero_grad()
            loss_of(network, *(torch.from_numpy(part) for part in next(stream))).backward()
            optimizer.step()
        with torch.no_grad():
            record.loss(steps, loss_of(network, *held_out))


if __name__ == "__main__":
    experiment.run(train, gather, __doc__)
