"""Writes sizes of what modules of a Flax model compute, and of its change, for `saddle measure coordinates`.

    for width, seed in itertools.product((64, 128, 256, 512), (0, 1)):
        model, variables = build(width, seed)
        record = Coordinates(model, "coords.csv", width, seed)
        for step in range(4):
            record(step, variables, inputs)   # the same inputs at every step; step 0 before any update
            variables = train_one_step(variables)
"""
import csv
import os

import jax.numpy as jnp
from flax.traverse_util import flatten_dict


class Coordinates:
    def __init__(self, model, path, width, seed):
        self.model, self.path, self.place, self.start = model, path, (width, seed), {}

    def outputs(self, variables, *inputs):
        _, state = self.model.apply(variables, *inputs, capture_intermediates=True, mutable=["intermediates"])
        # A module that is called more than once has several outputs: the first is taken. () is the whole model.
        flat = {path[:-1]: values[0] for path, values in flatten_dict(state["intermediates"]).items()}
        return {"/".join(path) or "output": value for path, value in flat.items() if hasattr(value, "shape")}

    def __call__(self, step, variables, *inputs):
        def rms(x):
            return float(jnp.sqrt(jnp.mean(jnp.square(x.astype(jnp.float32)))))

        rows, found = [], self.outputs(variables, *inputs)
        for name, output in found.items():
            rows.append((*self.place, step, name, "activations", rms(output)))
            if name in self.start:
                rows.append((*self.place, step, name, "updates", rms(output - self.start[name])))
        self.start = self.start or found
        is_new = not os.path.exists(self.path)
        with open(self.path, "a", newline="") as file:
            csv.writer(file).writerows([("width", "seed", "step", "module", "of", "rms")] * is_new + rows)
