"""Run folders: read with NumPy alone."""
import collections.abc
import functools
import json
import os
import pathlib
import re

from ._answer import frame, read_answer
from ._errors import StudyError
from ._words import nearest


class Arrays(collections.abc.Mapping):
    """The arrays of an `.npz` file by name, read when they are first asked for."""

    def __init__(self, path, prefix="", suffix=""):
        self._path, self._prefix, self._suffix = path, prefix, suffix

    @functools.cached_property
    def _names(self):
        import zipfile

        with zipfile.ZipFile(self._path) as archive:
            names = [name[: -len(".npy")] for name in archive.namelist()]
        start, end = len(self._prefix), len(self._suffix)
        return [n[start : len(n) - end] for n in names if n.startswith(self._prefix) and n.endswith(self._suffix)]

    @functools.lru_cache(maxsize=None)
    def _read(self, name):
        import numpy

        with numpy.load(self._path) as file:
            return file[f"{self._prefix}{name}{self._suffix}"]

    def __getitem__(self, name):
        if name not in self._names:
            raise KeyError(f"no array '{name}'{nearest(name, self._names)}")
        return self._read(name)

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __repr__(self):
        return f"<{len(self)} arrays of {self._path}>"

    def __hash__(self):
        return id(self)


class Ensemble(Arrays):
    """The networks of one width: arrays as "test_loss_mean", "test_loss_mean_error", "test_loss_variance"; networks: how many there are."""

    def __init__(self, path, width, networks):
        super().__init__(path, suffix=f"_{width}")
        self.width, self.networks = width, networks


class Run:
    """A run folder.

    theory: arrays of theory.npz, as run.theory["test_loss"], run.theory["test_loss_error"]. ensembles: by width, as
    run.ensembles[64]["test_loss_mean"]. answers: answers to single questions by their names, as run.answers["measure-hessian"].
    """

    def __init__(self, path):
        if not isinstance(getattr(path, "folder", path), (str, os.PathLike)):
            raise StudyError(f"path: {type(path).__name__}; expected the path of a run folder")
        path = getattr(path, "folder", path)
        self.folder = str(path)
        self._path = pathlib.Path(path)
        if not (self._path / "manifest.json").exists():
            what = "it is no run folder (manifest.json is missing)" if self._path.is_dir() else "it is a file" if self._path.exists() else "there is no such folder"
            raise FileNotFoundError(f"{path}: {what}; expected one that Saddle made, such as runs/NAME")

    @property
    def manifest(self):
        """Version, seeds, machine, timings."""
        return self._json("manifest.json")

    @property
    def summary(self):
        """Losses, verdicts and costs as `saddle run --json` prints them; empty where nothing of the kind was computed."""
        return self._json("summary.json") if (self._path / "summary.json").exists() else {}

    @property
    def study(self):
        """The study with every default filled in, as a dictionary."""
        from ._yaml import read

        return read((self._path / "study.yaml").read_text(encoding="utf-8"))

    @property
    def verdict(self):
        """'agrees', 'disagrees', 'outside the 1/N regime' or 'cannot tell'; None where nothing was compared."""
        return self.summary.get("verdict")

    @property
    def reason(self):
        return self.summary.get("explanation")

    @property
    def time(self):
        """The recorded steps."""
        return (self.theory or self._ensemble_file)["time"]

    @functools.cached_property
    def theory(self):
        path = self._path / "theory.npz"
        return Arrays(path) if path.exists() else {}

    @functools.cached_property
    def ensembles(self):
        whole = self._ensemble_file
        counts = zip(whole["widths"], whole["networks"]) if whole else ()
        return {int(width): Ensemble(whole._path, int(width), int(count)) for width, count in counts}

    @functools.cached_property
    def _ensemble_file(self):
        path = self._path / "ensemble.npz"
        return Arrays(path) if path.exists() else {}

    @property
    def comparison(self):
        """Every compared number: predicted, measured, error and z."""
        path = self._path / "comparison.npz"
        return Arrays(path) if path.exists() else {}

    @property
    def answers(self):
        names = [path.stem for path in sorted(self._path.glob("*.json")) if re.match("(predict|simulate|measure|plan)-", path.name)]
        return {name: read_answer(self._path, name) for name in names}

    def table(self):
        """The losses at the last step by width (infinite width first), as a pandas DataFrame or, without pandas, rows."""
        from ._answer import _frame

        rows = []
        for name in ["train_loss", "test_loss"]:
            loss = self.summary.get(name)
            if not loss:
                continue
            limit = loss.get("infinite_width")
            if limit:
                rows.append({"loss": name, "width": float("inf"), "predicted": limit["value"], "predicted_error": limit["error"]})
            for entry in loss["widths"]:
                row = {"loss": name, "width": entry["width"]}
                for key in ["predicted", "measured"]:
                    for kind, column in [("mean", key), ("spread", f"{key}_spread")]:
                        number = entry.get(f"{key}_{kind}")
                        if number:
                            row[column], row[f"{column}_error"] = number["value"], number["error"]
                rows.append(row)
        return _frame(rows)

    def plot(self, observable="test_loss"):
        """A loss against the steps with matplotlib: infinite width, the predicted mean of each width, and the measured one with its
        spread over networks. Returns the figure."""
        import matplotlib.pyplot as pyplot
        import numpy

        figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
        if observable in self.theory:
            axes.plot(self.time, self.theory[observable], color="#222222", label="infinite width")
        for index, (width, arrays) in enumerate(self.ensembles.items()):
            mean, spread = arrays[f"{observable}_mean"], numpy.sqrt(arrays[f"{observable}_variance"])
            steps = self._ensemble_file["time"]
            line = axes.plot(steps, mean, "o", markersize=3, label=f"N = {width}, measured")[0]
            axes.fill_between(steps, mean - spread, mean + spread, color=line.get_color(), alpha=0.15, linewidth=0)
            correction = f"{observable}_correction"
            if correction in self.theory:
                predicted = self.theory[observable] + self.theory[correction] / width
                axes.plot(self.time, predicted, color=line.get_color(), linewidth=1, label=f"N = {width}, predicted")
        axes.set_xscale("symlog", linthresh=1)
        axes.set_xlabel("step")
        axes.set_ylabel(observable.replace("_", " "))
        axes.legend(fontsize=8)
        return figure

    def report(self, path=None):
        """The report, HTML in one file: written to that path, or returned."""
        page = self._path / "report.html"
        if not page.exists():
            raise FileNotFoundError(f"{self.folder} has no report.html; 'saddle report {self.folder}' draws it")
        text = page.read_text(encoding="utf-8")
        if path is None:
            return text
        pathlib.Path(path).write_text(text, encoding="utf-8")
        return path

    def _json(self, name):
        return json.loads((self._path / name).read_text(encoding="utf-8"))

    def _repr_html_(self):
        return frame(self.report()) if (self._path / "report.html").exists() else None

    def __repr__(self):
        verdict = f", {self.verdict}" if self.verdict else ""
        return f"<saddle.Run {self.folder}{verdict}>"
