"""Records what networks do while they are trained, in the tables that `saddle measure` and `saddle compare` read.

    from saddle.record import TorchRecorder, gather     # or copy this file: it needs numpy and your framework, nothing else

    for width, seed in itertools.product((64, 128, 256, 512), (0, 1)):
        model = build(width, seed)
        with TorchRecorder("records", model, width=width, seed=seed) as record:    # further columns: lr=0.1, model="ours"
            for step in range(101):
                if step < 4:
                    record.sizes(step, inputs)          # the same inputs at every step; 0 is before any update
                if step in (0, 50, 100):
                    record.outputs(test=test_inputs)    # at the steps that the study records, samples in its order
                record.loss(step, train_one_step(model))
            record.activations(inputs, labels=labels)
    gather("records")       # coordinates.csv, losses.csv, ensemble.npz; activations-….npz of each run are there already

JaxRecorder("records", apply, …) takes variables first: record.sizes(step, variables, inputs), record.outputs(test=(variables, inputs)).
A run that is recorded again takes the place of what it left. Many jobs may write to one folder; whoever comes last gathers.
"""
import csv
from pathlib import Path

import numpy


class Recorder:
    """Of any framework: `outputs_of(*inputs)` gives by name what modules compute and, under "", what the whole model does."""

    def __init__(self, folder, model, /, width, seed, **columns):
        self.folder, self.model, self.columns = Path(folder), model, {"width": width, "seed": seed, **columns}
        self.start, self.rows, self.kept = {}, {"coordinates": [], "losses": []}, {}
        self.run = "-".join(f"{key}{value}" for key, value in self.columns.items()).replace("/", "_")
        (self.folder / "runs").mkdir(parents=True, exist_ok=True)

    def loss(self, step, loss, **more):
        """A row of losses.csv, with further columns as in test_loss=0.3."""
        numbers = {key: float(getattr(value, "item", lambda value=value: value)()) for key, value in {"loss": loss, **more}.items()}
        self.rows["losses"].append({**self.columns, "step": step, **numbers})

    def sizes(self, step, *inputs):
        """Rows of coordinates.csv: root mean squares of what modules compute, and of its change since the first call."""
        found = self.outputs_of(*inputs)
        whole = found.pop("")
        if not any(numpy.array_equal(whole, value, equal_nan=True) for value in found.values()):
            found["output"] = whole
        changes = {name: value - self.start[name] for name, value in found.items() if name in self.start}
        for of, values in (("activations", found), ("updates", changes)):
            for module, value in values.items():
                row = {"step": step, "module": module, "of": of, "rms": float(numpy.sqrt(numpy.mean(value**2)))}
                self.rows["coordinates"].append({**self.columns, **row})
        self.start = self.start or found

    def outputs(self, **inputs):
        """One recorded step of ensemble.npz: outputs on test=inputs and perhaps train=inputs."""
        for name, value in inputs.items():
            found = self.outputs_of(*(value if isinstance(value, tuple) else (value,)))
            self.kept.setdefault(f"{name}_output", []).append(found[""])

    def activations(self, *inputs, **more):
        """An array of each module, samples first, in activations-….npz; further arrays as in labels=labels."""
        found = {name or "output": value for name, value in self.outputs_of(*inputs).items()}
        numpy.savez(self.folder / f"activations-{self.run}.npz", **found, **{k: numpy.asarray(v) for k, v in more.items()})

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        for table, rows in self.rows.items() if failure is None else ():
            write(self.folder / "runs" / f"{table}-{self.run}.csv", rows)
        if failure is None and self.kept:
            setting = str({key: value for key, value in self.columns.items() if key != "seed"})
            numpy.savez(self.folder / "runs" / f"outputs-{self.run}.npz", setting=setting, width=self.columns["width"], **self.kept)


class TorchRecorder(Recorder):
    """A model of PyTorch; its modules are those that own a weight matrix."""

    def outputs_of(self, *inputs):
        import torch

        def keep(name, value):
            while not isinstance(value, torch.Tensor):  # of several outputs the first
                value = next(iter(value.values() if hasattr(value, "values") else value))
            while name in found:  # a module that is called again
                name += "."
            found[name] = value.detach().to("cpu", torch.float64, copy=True).numpy()

        model, found = getattr(self.model, "_orig_mod", self.model), {}  # what torch.compile has wrapped
        modes = [(module, module.training) for module in model.modules()]
        owners = [(n, m) for n, m in model.named_modules() if n and any(p.ndim > 1 for p in m.parameters(recurse=False))]
        hooks = [m.register_forward_hook(lambda _, __, value, n=n: keep(n, value)) for n, m in owners]
        try:
            with torch.no_grad():
                keep("", model.eval()(*inputs))
        finally:
            for hook in hooks:
                hook.remove()
            for module, mode in modes:
                module.training = mode
        return found


class JaxRecorder(Recorder):
    """A Flax model (linen), or a function that gives the output, or the output and a pytree of what modules compute."""

    def outputs_of(self, variables, *inputs):
        from jax.tree_util import keystr, tree_leaves_with_path

        if hasattr(self.model, "apply"):
            whole, state = self.model.apply(variables, *inputs, capture_intermediates=True, mutable=["intermediates"])
            modules = state["intermediates"]
        else:
            whole = self.model(variables, *inputs)
            whole, modules = whole if isinstance(whole, tuple) else (whole, {})
        found = {keystr(path, simple=True, separator="."): value for path, value in tree_leaves_with_path(modules)}
        found = {name.replace(".__call__.0", ""): value for name, value in found.items() if name != "__call__.0"}
        return {name: numpy.asarray(value).astype(numpy.float64) for name, value in (*found.items(), ("", whole))}


def write(path, rows):
    with open(path, "w", newline="") as file:
        table = csv.DictWriter(file, list({name: None for row in rows for name in row}), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def gather(folder):
    """Joins what the runs of a folder left to its tables and its ensemble."""
    folder, ensemble = Path(folder), {}
    for table in ("coordinates", "losses"):
        paths = sorted((folder / "runs").glob(f"{table}-*.csv"))
        write(folder / f"{table}.csv", [row for path in paths for row in csv.DictReader(path.read_text().splitlines())])
    runs = [dict(numpy.load(path)) for path in sorted((folder / "runs").glob("outputs-*.npz"))]
    for width in {int(run["width"]) for run in runs}:
        networks = [run for run in runs if run["width"] == width]
        if len(settings := {str(run["setting"]) for run in networks}) > 1:
            raise ValueError(f"networks of an ensemble differ by their seeds alone; here also by {' and '.join(sorted(settings))}")
        for name in (name for name in networks[0] if name.endswith("_output")):
            ensemble[f"{name}_{width}"] = numpy.stack([run[name] for run in networks])
    if ensemble:
        numpy.savez(folder / "ensemble.npz", **ensemble)
