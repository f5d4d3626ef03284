"""The recorder: what it writes is what modules compute, by hand; runs, seeds and ensembles come together; `saddle` reads it and judges rightly."""
import csv
import importlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import tokenize
from pathlib import Path

import numpy
import pytest

SOURCE = Path(__file__).resolve().parents[1] / "saddle" / "record.py"
SADDLE = os.environ.get("SADDLE_PROGRAM") or shutil.which("saddle")
spec = importlib.util.spec_from_file_location("record", SOURCE)  # the one file alone, as somebody would copy it
record = importlib.util.module_from_spec(spec)
spec.loader.exec_module(record)
WIDTHS, SEEDS = (64, 128, 256, 512), (0, 1)


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def saddle(folder, *arguments):
    if not SADDLE:
        pytest.skip("the program saddle is not in the path, and SADDLE_PROGRAM names none")
    call = [SADDLE, *map(str, arguments)]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


class TwoLayers(record.Recorder):
    """W·x, then its sum: small enough for every number to be known."""

    def outputs_of(self, x):
        hidden = x @ self.model
        return {"hidden": hidden, "": hidden.sum(1, keepdims=True)}


def test_sizes_losses_and_arrays(tmp_path):
    x = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    for seed in (0, 10):
        weights = numpy.eye(2)
        with TwoLayers(tmp_path, weights, width=2, seed=seed, lr=0.5) as r:
            r.sizes(0, x)
            r.outputs(test=x, train=(x[:1],))
            r.loss(0, numpy.float32(4), test_loss=2)
            weights *= 3
            r.sizes(1, x)
            r.outputs(test=x, train=x[:1])
            r.loss(1, 1)
            r.activations(x, labels=[0, 1])
    record.gather(tmp_path)
    rows = table(tmp_path / "coordinates.csv")
    assert [list(row) for row in rows] == [["width", "seed", "lr", "step", "module", "of", "rms"]] * 12
    sizes = {(r["step"], r["module"], r["of"]): float(r["rms"]) for r in rows if r["seed"] == "10"}
    hidden, output = (30 / 4) ** 0.5, (58 / 2) ** 0.5
    expected = {
        ("0", "hidden", "activations"): hidden, ("0", "output", "activations"): output, ("1", "hidden", "activations"): 3 * hidden,
        ("1", "output", "activations"): 3 * output, ("1", "hidden", "updates"): 2 * hidden, ("1", "output", "updates"): 2 * output,
    }
    assert sizes == pytest.approx(expected, rel=1e-12)
    losses = table(tmp_path / "losses.csv")
    assert [r["test_loss"] for r in losses] == ["2.0", "", "2.0", ""] and losses[0]["loss"] == "4.0"
    with numpy.load(tmp_path / "ensemble.npz") as ensemble:
        assert {k: v.shape for k, v in ensemble.items()} == {"test_output_2": (2, 2, 2, 1), "train_output_2": (2, 2, 1, 1)}
        assert ensemble["test_output_2"][1, :, :, 0].tolist() == [[3, 7], [9, 21]]
    with numpy.load(tmp_path / "activations-width2-seed10-lr0.5.npz") as arrays:
        assert arrays["hidden"].tolist() == (3 * x).tolist() and arrays["labels"].tolist() == [0, 1] and "output" in arrays


def test_a_run_takes_its_own_place_and_a_failed_one_leaves_none(tmp_path):
    for loss in (1, 2):
        with TwoLayers(tmp_path, None, width=2, seed=0) as r:
            r.loss(0, loss)
    with pytest.raises(ZeroDivisionError), TwoLayers(tmp_path, None, width=2, seed=1) as r:
        r.loss(0, 1 / 0)
    record.gather(tmp_path)
    assert [r["loss"] for r in table(tmp_path / "losses.csv")] == ["2.0"]


def test_networks_of_an_ensemble_differ_by_seed_alone(tmp_path):
    for rate in (0.1, 0.2):
        with TwoLayers(tmp_path, numpy.eye(2), width=2, seed=0, lr=rate) as r:
            r.outputs(test=numpy.eye(2))
    with pytest.raises(ValueError, match="'lr': 0.1.*'lr': 0.2"):
        record.gather(tmp_path)


def test_each_recorder_has_at_most_sixty_lines_of_code():
    lines = set()
    with open(SOURCE, "rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING):
                if not (token.type == tokenize.STRING and token.string.startswith('"""')):
                    lines.update(range(token.start[0], token.end[0] + 1))
    assert len(lines) <= 120, "both recorders and what they share"


# PyTorch


def test_torch_modules(tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.mix, self.norm = torch.nn.Linear(3, 4), torch.nn.Linear(4, 4), torch.nn.LayerNorm(4)
            self.rnn, self.drop, self.act = torch.nn.GRU(4, 4, batch_first=True), torch.nn.Dropout(0.5), torch.nn.ReLU(inplace=True)

        def forward(self, x):
            u = self.embed(x)
            v = self.mix(self.act(self.mix(u)))
            return {"logits": self.norm(self.rnn(self.drop(v))[0])}

    model = Model()
    model.drop.eval()
    x = torch.randn(5, 2, 3)
    found = record.TorchRecorder(tmp_path, model, width=4, seed=0).outputs_of(x)
    assert list(found) == ["embed", "mix", "mix.", "rnn", ""]
    assert model.training and model.mix.training and not model.drop.training and not model.mix._forward_hooks
    with torch.no_grad():
        u = model.embed(x)
        first = model.mix(u)
        numpy.testing.assert_allclose(found["mix"], first.numpy(), rtol=1e-6)  # as it was before what acts in place
        assert (found["mix"] < 0).any()
        second = model.mix(first.relu())
        numpy.testing.assert_allclose(found["mix."], second.numpy(), rtol=1e-6)
        numpy.testing.assert_allclose(found[""], model.norm(model.rnn(second)[0]).numpy(), rtol=1e-6)
    half = torch.nn.Sequential(torch.nn.Linear(3, 4)).to(torch.bfloat16)
    assert record.TorchRecorder(tmp_path, half, width=4, seed=0).outputs_of(x.to(torch.bfloat16))["0"].dtype == numpy.float64


def torch_check(folder, maximal):
    """Two hidden layers of tanh: maximal updates by hand, or the standard parameterisation."""
    import torch

    torch.set_num_threads(1)
    g = torch.Generator().manual_seed(9)
    x, y = torch.randn(32, 8, generator=g), torch.randn(32, 4, generator=g)
    for n, seed in itertools.product(WIDTHS, SEEDS):
        torch.manual_seed(seed)
        model = torch.nn.Sequential()
        for name, i, o in (("embed", 8, n), ("fc", n, n), ("head", n, 4)):
            layer = torch.nn.Linear(i, o, bias=False)
            torch.nn.init.normal_(layer.weight, std=1 / n if maximal and name == "head" else i**-0.5)
            model.add_module(name, layer)
            if name != "head":
                model.add_module(f"tanh_{name}", torch.nn.Tanh())
        rates = [n, 1, 1 / n] if maximal else [1, 1, 1]
        optimizer = torch.optim.SGD([{"params": p, "lr": 0.1 * r} for p, r in zip(model.parameters(), rates)])
        with record.TorchRecorder(folder, model, width=n, seed=seed) as r:
            for step in range(3):
                r.sizes(step, x)
                optimizer.zero_grad()
                loss = ((model(x) - y) ** 2).mean()
                r.loss(step, loss)
                loss.backward()
                optimizer.step()
            r.activations(x, labels=y[:, 0] > 0)
    record.gather(folder)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("maximal", [True, False])
def test_torch_coordinates_are_judged(tmp_path, maximal):
    pytest.importorskip("torch")
    torch_check(tmp_path, maximal)
    answer = saddle(tmp_path, "measure", "coordinates", "coordinates.csv")
    assert answer.returncode == (0 if maximal else 3), answer.stdout + answer.stderr
    assert ("Agrees" if maximal else "Disagrees") in answer.stdout
    answer = saddle(tmp_path, "measure", "all", "activations-width64-seed1.npz", "--inputs", "fc")
    assert answer.returncode == 0 and "32 samples × 64 features" in answer.stdout, answer.stdout + answer.stderr
    answer = saddle(tmp_path, "measure", "seeds", "losses.csv", "--group-column", "width")
    assert answer.returncode == 0 and "8 runs in 4 groups" in answer.stdout, answer.stdout + answer.stderr


# JAX


def maximal_updates_in_jax(folder, apply, initialize, forward):
    import jax

    x, y = jax.random.normal(jax.random.key(9), (32, 8)), jax.random.normal(jax.random.key(8), (32, 4))
    for n, seed in itertools.product(WIDTHS, SEEDS):
        model, params = apply(n), initialize(n, seed, x)
        rates = {"embed": n, "fc": 1, "head": 1 / n}
        gradient = jax.jit(jax.grad(lambda p, n=n: ((forward(n, p, x) - y) ** 2).mean()))
        with record.JaxRecorder(folder, model, width=n, seed=seed) as r:
            for step in range(3):
                r.sizes(step, params, x)
                r.outputs(test=(params, x))
                step_of = gradient(params)
                params = jax.tree_util.tree_map_with_path(
                    lambda path, p, g, rates=rates: p - 0.1 * next(r for k, r in rates.items() if k in str(path)) * g, params, step_of)
    record.gather(folder)
    modules = {row["module"] for row in table(folder / "coordinates.csv")}
    assert modules == {"embed", "fc", "head"}
    answer = saddle(folder, "measure", "coordinates", "coordinates.csv")
    assert answer.returncode == 0 and "Agrees" in answer.stdout, answer.stdout + answer.stderr


def test_jax_pytrees(tmp_path):
    jax = pytest.importorskip("jax")
    jnp = jax.numpy

    def initialize(n, seed, x):
        keys, std = jax.random.split(jax.random.key(seed), 3), {"embed": 8**-0.5, "fc": n**-0.5, "head": 1 / n}
        shapes = {"embed": (8, n), "fc": (n, n), "head": (n, 4)}
        return {k: std[k] * jax.random.normal(key, shapes[k]) for k, key in zip(shapes, keys)}

    def apply(params, x):
        embed = x @ params["embed"]
        fc = jnp.tanh(embed) @ params["fc"]
        head = jnp.tanh(fc) @ params["head"]
        return head, {"embed": embed, "fc": fc, "head": head}

    maximal_updates_in_jax(tmp_path, lambda n: apply, initialize, lambda n, p, x: apply(p, x)[0])
    plain = record.JaxRecorder(tmp_path, lambda v, x: x * v, width=1, seed=0).outputs_of(jnp.bfloat16(2), jnp.ones((2, 1), jnp.bfloat16))
    assert list(plain) == [""] and plain[""].tolist() == [[2], [2]]


def test_flax(tmp_path):
    jax, nn = pytest.importorskip("jax"), pytest.importorskip("flax.linen")

    class Model(nn.Module):
        n: int

        @nn.compact
        def __call__(self, x):
            def dense(o, s, name):
                return nn.Dense(o, use_bias=False, kernel_init=nn.initializers.normal(s), name=name)

            x = jax.numpy.tanh(dense(self.n, 8**-0.5, "embed")(x))
            x = jax.numpy.tanh(dense(self.n, self.n**-0.5, "fc")(x))
            return dense(4, 1 / self.n, "head")(x)

    maximal_updates_in_jax(tmp_path, Model, lambda n, seed, x: Model(n).init(jax.random.key(seed), x), lambda n, v, x: Model(n).apply(v, x))


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_the_transformer_of_the_examples(tmp_path, monkeypatch, library):
    """The first of its three tables, in both parameterisations; it computes all by itself when it is run."""
    pytest.importorskip(library)
    monkeypatch.syspath_prepend(SOURCE.parents[2] / "examples" / "transformer")
    example = importlib.import_module(f"{library}_transformer")
    for model, word in (("mup", "Agrees"), ("standard", "Disagrees")):
        for width, seed in itertools.product((32, 64, 128, 256), (0, 1)):
            example.train(tmp_path / model, model, width, seed, 2**-8, 4, (0, 1, 3))
        example.gather(tmp_path / model)
        answer = saddle(tmp_path, "measure", "coordinates", f"{model}/coordinates.csv", "--optimizer", "adam")
        assert word in answer.stdout and answer.returncode == {"Agrees": 0, "Disagrees": 3}[word], answer.stdout + answer.stderr
