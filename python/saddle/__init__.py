"""Know how your network will learn before you train it.

    import saddle

    run = saddle.run({"name": "digits", "network": {"activation": "tanh"}, "simulate": {"widths": [64, 256], "networks": 100}})
    run.verdict, run.table(), run.plot()

    answer = saddle.predict.spectrum(ensemble="wishart")
    answer.quantities, answer.table(), answer.plot()

A study is a dictionary of sections, or the path of a study file; every key may be left out (saddle.keys lists them). Questions are
functions: saddle.predict.NAME, saddle.simulate.NAME, saddle.measure.NAME, saddle.plan.NAME. Data are paths, or arrays and tables in memory.
"""
from functools import partial as _partial

from ._answer import Answer, Quantity
from ._errors import Failure, SaddleError, SaddleWarning, StudyError
from ._questions import Verb as _Verb
from ._request import Request as _Request
from ._request import keys as _keys
from ._request import registry as _registry
from ._run import Run

__all__ = [
    "Answer", "Failure", "Quantity", "Run", "SaddleError", "SaddleWarning", "StudyError", "compare", "data", "keys", "measure", "plan",
    "predict", "run", "simulate", "sweep",
]  # fmt: skip


def _carry_out(command, study=None, *, output=None, force=False, threads=None, progress=None, set=None):
    request = _Request(command, output, force, threads).study({} if study is None else study).settings(set)
    outcome, _ = request.run(progress, keeps=True)
    return Run(outcome["folder"])


def run(study=None, *, output=None, force=False, threads=None, progress=None, set=None):
    """Carries out a study: theory, ensembles of networks, their comparison, a report. Returns its Run.

    study: a dictionary of sections or the path of a study file. output: the run folder; runs/NAME by default. What is in it already and
    still fits is not computed again, and an interrupted run continues where it was. set: keys by their paths, as {"training.steps": 40}.
    """
    return _carry_out("run", study, output=output, force=force, threads=threads, progress=progress, set=set)


predict = _Verb("predict", _partial(_carry_out, "predict"), "Solves the theory of a study, without training any network; returns its Run.")
simulate = _Verb("simulate", _partial(_carry_out, "simulate"), "Trains the networks of a study, without the theory; returns its Run.")
measure = _Verb("measure", None, "Reads order parameters off data, runs and measured curves.")
plan = _Verb("plan", lambda *given, **keywords: plan.width(*given, **keywords), "How wide is wide enough: saddle.plan.width.")


def sweep(study=None, vary=None, *, only=None, ask=None, output=None, force=False, threads=None, progress=None, set=None):
    """Asks the same of a study for many values of its keys. Returns an Answer; its table() has one row a point.

    vary: values by keys, as {"training.learning_rate": [0.1, 1], "network.activation": ["relu", "tanh"]}, or in the words of the command
    line, as {"learning_rate": "log:0.05..5:12"}. only: "theory" or "networks". ask: another question, as "predict criticality".
    """
    request = _Request("sweep", output, force, threads).study({} if study is None else study).settings(set)
    if vary is not None and not isinstance(vary, dict):
        raise StudyError(f'vary: {type(vary).__name__}; expected keys with values, as {{"training.learning_rate": [0.1, 1]}}')
    if not vary:
        raise StudyError('vary: nothing varies; expected keys with values, as {"training.learning_rate": [0.1, 1]}')
    request.content["vary"] = [f"{key}={_values(values, key)}" for key, values in vary.items()]
    for name, value in [("only", only), ("ask", ask)]:
        if value is not None:
            request.content[name] = getattr(value, "__qualname__", str(value)).replace(".", " ").replace("_", "-")
    return Answer.of(*request.run(progress, keeps=True))


def _values(values, key):
    from ._request import _typed

    if isinstance(values, str):
        return values
    if isinstance(values, (int, float)):
        values = [values]
    for value in values:
        if isinstance(value, str) and "," in value:
            raise StudyError(f"vary[{key!r}]: {value!r}; expected values without commas, which part values")
        if getattr(value, "ndim", 0) or hasattr(value, "columns"):
            raise StudyError(f"vary[{key!r}]: arrays; expected numbers, texts or lists")
    return ",".join(_typed(value, f"vary[{key!r}]") for value in values)


def compare(run, ensemble, *, output=None, progress=None):
    """Compares the theory of a run with networks that were trained elsewhere. Returns the Run of the comparison.

    ensemble: the path of a .npz or .safetensors file, or a dictionary of arrays: test_output_64, train_output_64, … for every width, each
    networks × recorded steps × samples × outputs (axes of length one may be left out).
    """
    from ._arrays import arrays_file

    request = _Request("compare", output)
    request.content["sources"] = [str(getattr(run, "folder", run))]
    if isinstance(run, dict):
        raise StudyError("argument 'run': a study; expected a run with theory, or its folder")
    if not isinstance(ensemble, (dict, str)) and not hasattr(ensemble, "__fspath__"):
        raise StudyError(f"argument 'ensemble': {type(ensemble).__name__}; expected a dictionary of arrays, or a path")
    if isinstance(ensemble, dict):
        file = arrays_file(ensemble, "ensemble", "argument 'ensemble'")
        request.files.append(file)
        request.content["ensemble"] = file.path
    else:
        request.content["ensemble"] = str(ensemble)
    outcome, _ = request.run(progress)
    return Run(outcome["folder"])


def data(study=None, *, set=None):
    """The samples of a study as its networks see them, for networks of one's own: a dictionary of arrays train_inputs, train_labels,
    test_inputs, test_labels, a sample a row, and train_classes and test_classes where there are classes.
    """
    _, job = _Request("data").study({} if study is None else study).settings(set).run(False)
    return job.arrays()


def open(path):  # noqa: A001, as files are opened
    """The run folder of that path, read with NumPy alone. Returns its Run."""
    return Run(path)


def keys(section=None):
    """The keys of a study, or of one of its sections, with what they mean, what they accept and what they are unless given."""
    if section is not None and not isinstance(section, str):
        raise StudyError(f"section: {type(section).__name__}; expected the name of a section, as 'network'")
    found = [key for path, key in _keys().items() if section is None or path == section or path.startswith(f"{section}.")]
    if not found:
        from ._words import nearest

        raise StudyError(f"section: there is no '{section}'{nearest(section, {path.split('.')[0] for path in _keys()})}")
    return {key["path"]: {name: key.get(name) for name in ["summary", "accepted", "initial", "unit"]} for key in found}


def __getattr__(name):
    if name == "__version__":
        return _registry()["version"]
    raise AttributeError(f"module 'saddle' has no attribute '{name}'")
