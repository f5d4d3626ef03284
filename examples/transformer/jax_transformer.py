"""The transformer of torch_transformer.py in plain JAX: weights are a dictionary, and `apply` gives the output and what its modules compute.

    python examples/transformer/jax_transformer.py      # two minutes on two cores; needs jax, numpy and the program saddle
"""
import sys

import jax
import jax.numpy as jnp

import experiment
from experiment import BASE, CONTEXT, HEAD, HELD_OUT

sys.path.append(str(experiment.ROOT / "python" / "saddle"))  # record.py alone is enough; with the package: from saddle.record import …
from record import JaxRecorder, gather  # noqa: E402


def initialize(width, seed, model, blocks=2):
    """Weights, and of each the factor of the learning rate."""
    shapes = {"embed": (256, width), "embed_position": (CONTEXT, width), "head": (width, 256)}
    for block in range(blocks):
        shapes |= {f"{block}.{name}": (width, width) for name in ("query", "key", "value", "mix")}
        shapes |= {f"{block}.up": (width, 4 * width), f"{block}.down": (4 * width, width)}
    weights, factors = {}, {}
    for key, (name, shape) in zip(jax.random.split(jax.random.key(seed), len(shapes)), shapes.items()):
        is_matrix = not name.startswith("embed")  # its fan-in grows with the width
        weights[name] = jax.random.normal(key, shape) * (shape[0] ** -0.5 if is_matrix else 1)
        if model == "mup" and name == "head":
            weights[name] *= width**-0.5
        factors[name] = BASE / width if model == "mup" and is_matrix else 1.0
    return weights, factors


def normed(x):
    return (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)


def apply(weights, tokens):
    seen = {"embed": weights["embed"][tokens], "embed_position": weights["embed_position"][jnp.arange(tokens.shape[1])]}

    def module(name, x):
        seen[name] = x @ weights[name]
        return seen[name]

    x, block = seen["embed"] + seen["embed_position"], 0
    mask = jnp.tril(jnp.ones((tokens.shape[1],) * 2, bool))
    while f"{block}.query" in weights:
        u = normed(x)
        q, k, v = (module(f"{block}.{name}", u).reshape(*u.shape[:2], -1, HEAD) for name in ("query", "key", "value"))
        scores = jnp.where(mask, jnp.einsum("bihd,bjhd->bhij", q, k) / HEAD**0.5, -jnp.inf)
        x = x + module(f"{block}.mix", jnp.einsum("bhij,bjhd->bihd", jax.nn.softmax(scores), v).reshape(u.shape))
        x = x + module(f"{block}.down", jax.nn.gelu(module(f"{block}.up", normed(x)), approximate=False))
        block += 1
    return module("head", normed(x)), seen


def loss_of(weights, tokens, targets):
    return -jnp.take_along_axis(jax.nn.log_softmax(apply(weights, tokens)[0]), targets[..., None], -1).mean()


@jax.jit
def adam(weights, first, second, factors, rate, step, batch):
    gradient = jax.grad(loss_of)(weights, *batch)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
    second = jax.tree.map(lambda v, g: 0.95 * v + 0.05 * g**2, second, gradient)

    def moved(w, m, v, factor):
        return w - rate * factor * (m / (1 - 0.9**step)) / (jnp.sqrt(v / (1 - 0.95**step)) + 1e-8)

    return jax.tree.map(moved, weights, first, second, factors), first, second


def train(folder, model, width, seed, rate, steps, sizes):
    """One training, recorded in `folder`; the loss is that of text which is never trained on."""
    data, (weights, factors) = experiment.text(), initialize(width, seed, model)
    stream, held_out = experiment.batches(data[:-HELD_OUT], seed), next(experiment.batches(data[-HELD_OUT:], 0, 64))
    first = second = jax.tree.map(jnp.zeros_like, weights)
    with JaxRecorder(folder, apply, width=width, seed=seed, model=model, lr=rate) as record:
        for step in range(steps):
            if step in sizes:
                record.sizes(step, weights, held_out[0])
            now = rate * (1 if sizes else 1 - step / steps)  # down to zero, but in a check
            weights, first, second = adam(weights, first, second, factors, now, step + 1, next(stream))
        record.loss(steps, loss_of(weights, *held_out))


if __name__ == "__main__":
    experiment.run(train, gather, __doc__)
