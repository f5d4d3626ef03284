"""Questions: the same numbers as the command line, arrays in memory like files, errors with names."""
import csv
import json
import subprocess

import numpy as np
import pytest

import saddle

STUDY = {
    "name": "small",
    "data": {"source": "digits", "classes": [0, 1], "train": 12, "test": 10},
    "training": {"steps": 8},
    "simulate": {"widths": [8, 16], "networks": 12},
}


def run_program(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True)


def test_numbers_are_those_of_the_command_line(program):
    answer = saddle.predict.criticality(activation="gelu")
    done = run_program(program, "predict", "criticality", "--activation", "gelu", "--json")
    stored = json.loads(done.stdout)["quantities"]
    assert set(stored) == set(answer.quantities)
    compared = 0
    for name, entry in stored.items():
        if "value" in entry and entry["value"] is not None:
            assert float(entry["value"]) == answer[name].value, name
            compared += 1
        elif "values" in entry:
            expected = np.array([np.nan if x is None else float(x) for x in entry["values"]])
            assert np.array_equal(expected, np.ravel(answer[name].value), equal_nan=True), name
            compared += 1
    assert compared > 3


def test_a_study_gives_the_bytes_of_the_command_line(program):
    saddle.run(STUDY, output="python", progress=False)
    # The file that Python's run wrote, with every default.
    done = run_program(program, "run", "python/study.yaml", "--output", "program", "--quiet")
    assert done.returncode in (0, 3), done.stderr
    for name in ["theory.npz", "ensemble.npz", "comparison.npz"]:
        with open(f"python/{name}", "rb") as own, open(f"program/{name}", "rb") as other:
            assert own.read() == other.read(), name


def test_runs_open_without_the_library(monkeypatch):
    made = saddle.run(STUDY, progress=False)
    monkeypatch.setattr("saddle._library.path", lambda: "/nowhere")
    run = saddle.open(made.folder)
    assert run.verdict == run.summary["verdict"]
    assert run.study["network"]["activation"] == "tanh" and run.study["data"]["classes"] == [0, 1]
    assert run.theory["test_loss"].shape == run.time.shape
    assert set(run.ensembles) == {8, 16} and run.ensembles[8]["test_loss_mean"].shape == run.time.shape
    assert run.ensembles[16].networks == 12
    with pytest.raises(KeyError, match="did you mean .*test_output_bias"):
        run.theory["test_output_bais"]
    # Two ways to the same number.
    assert run.summary["test_loss"]["infinite_width"]["value"] == run.theory["test_loss"][-1]
    assert len(run.table()) == 6
    with pytest.raises(FileNotFoundError, match="no run folder"):
        saddle.open(".")


def test_arrays_in_memory_are_those_of_files():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((300, 3)) @ rng.standard_normal((3, 12))
    np.save("points.npy", points)
    in_memory, from_file = saddle.measure.dims(points), saddle.measure.dims("points.npy")
    assert set(in_memory.arrays) == set(from_file.arrays)
    for name, array in from_file.arrays.items():
        assert np.array_equal(array, in_memory.arrays[name], equal_nan=True), name
    # Any order, type and library of arrays.
    for other in [np.asfortranarray(points), points[::-1][::-1], points.astype("f4").astype("f8")]:
        close = saddle.measure.dims(other)
        for name, quantity in from_file.quantities.items():
            if isinstance(quantity.value, float):
                assert close[name].value == pytest.approx(quantity.value, rel=1e-4), name


def test_data_in_a_study_are_kept_beside_the_run():
    rng = np.random.default_rng(1)
    inputs = rng.standard_normal((30, 5))
    study = {
        "name": "mine",
        "data": {"source": inputs, "labels": np.sign(inputs[:, 0]), "train": 20, "test": 10},
        "training": {"steps": 5},
        "predict": {"accuracy": 1},
    }
    run = saddle.predict(study, progress=False)
    again = saddle.predict(f"{run.folder}/study.yaml", output="again", progress=False)
    assert np.array_equal(run.theory["train_output"], again.theory["train_output"])


def test_tables_in_memory_are_those_of_files():
    rng = np.random.default_rng(2)
    rows = [{"width": w, "seed": s, "lr": lr, "loss": (np.log2(lr) + 3) ** 2 + 1 + 0.1 * rng.random()}
            for w in (64, 128, 256) for s in range(3) for lr in (0.03125, 0.0625, 0.125, 0.25, 0.5)]  # fmt: skip
    with open("table.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    from_file, in_memory = saddle.measure.transfer("table.csv"), saddle.measure.transfer(columns)
    for name, array in from_file.arrays.items():
        assert np.array_equal(array, in_memory.arrays[name], equal_nan=True), name
    pandas = pytest.importorskip("pandas")
    framed = saddle.measure.transfer(pandas.DataFrame(rows))
    for name, array in from_file.arrays.items():
        assert np.array_equal(array, framed.arrays[name], equal_nan=True), name


@pytest.mark.parametrize(
    "data, words",
    [
        (np.array([["a", "b"]]), "argument 'data'.*<U1.*real numbers"),
        (np.array([[1, 2], [3, np.nan]]), r"argument 'data': nan at \[1, 1\]"),
        (np.ones(()), r"argument 'data': .*shape \(\)"),
        (np.ones((0, 3)), "argument 'data': .*at least one"),
        (np.ones((3, 2), complex), "argument 'data': .*complex"),
        (np.ones(5), "argument 'data'"),
        (3, "argument 'data': int"),
    ],
)
def test_bad_arrays_are_named(data, words):
    with pytest.raises(saddle.StudyError, match=words):
        saddle.measure.dims(data)


def test_bad_studies_are_named():
    with pytest.raises(saddle.StudyError, match=r"study\['network'\]\['activation'\].*expected"):
        saddle.predict({"network": {"activation": "tanhh"}})
    with pytest.raises(saddle.StudyError, match=r"study\['networks'\]"):
        saddle.predict({"networks": {"activation": "tanh"}})
    with pytest.raises(saddle.StudyError, match=r"study\['training'\]\['learning_rate'\]: nan"):
        saddle.predict({"training": {"learning_rate": float("nan")}})
    with pytest.raises(saddle.StudyError, match=r"set\['training.step'\]"):
        saddle.predict({}, set={"training.step": 3})
    with pytest.raises(saddle.StudyError, match="nowhere.yaml"):
        saddle.run("nowhere.yaml")
    with pytest.raises(TypeError, match="activation"):
        saddle.predict.criticality(activatoin="relu")
    with pytest.raises(AttributeError, match="criticality"):
        saddle.predict.criticalty
    with pytest.raises(saddle.StudyError, match="activation"):
        saddle.predict.criticality(activation="relux")
    with pytest.raises(saddle.StudyError, match="threads"):
        saddle.predict.criticality(threads=0)


def test_sweeps_are_tables():
    axes = {"training.learning_rate": [0.1, 0.5], "network.richness": [0.5, 1]}
    table = saddle.sweep(STUDY, axes, only="networks", progress=False).table()
    # Four points of two widths.
    assert len(table) == 8
    with pytest.raises(saddle.StudyError, match="nothing varies"):
        saddle.sweep(STUDY)


def test_networks_from_elsewhere_are_compared():
    run = saddle.run(STUDY, progress=False)
    rng = np.random.default_rng(3)

    def drawn(shift):
        """Gaussian networks of two widths as the theory has them, but for a shift."""
        arrays = {}
        for width in (16, 64):
            for part in ("train", "test"):
                mean = run.theory[f"{part}_output"] + run.theory[f"{part}_output_bias"] / width
                spread = np.sqrt(run.theory[f"{part}_output_variance"] / width)
                arrays[f"{part}_output_{width}"] = mean + shift + spread * rng.standard_normal((40, *mean.shape))
        return arrays

    compared = saddle.compare(run, drawn(1), output="shifted")
    assert compared.verdict == "disagrees" and "16" in compared.reason
    with pytest.raises(saddle.StudyError, match="argument 'ensemble'"):
        saddle.compare(run, {"outputs": np.ones((3, 2))}, output="unknown")


def test_samples_are_those_of_the_networks(program):
    data = saddle.data(STUDY)
    assert data["train_inputs"].shape == (12, 64) and data["test_inputs"].shape == (10, 64) and data["train_labels"].shape == (12, 1)
    # The kernel of the program on the same samples, for a network without hidden nonlinearity: xᵀx/D.
    run = saddle.predict({**STUDY, "network": {"hidden_layers": 1, "activation": "linear"}}, output="linear", progress=False)
    inputs = data["train_inputs"]
    assert np.allclose(run.theory["feature_kernel_1"][0], inputs @ inputs.T / 64, rtol=1e-9, atol=1e-9)
    done = run_program(program, "data", "linear/study.yaml", "--output", "samples.npz")
    assert done.returncode == 0, done.stderr
    with np.load("samples.npz") as file:
        assert all(np.array_equal(file[name], array) for name, array in data.items())
    assert run_program(program, "data", "linear/study.yaml", "--output", "samples.npz").returncode == 2
