"""From what a caller gives, a study, keywords and arrays, to the request that the library carries out."""
import collections.abc
import functools
import hashlib
import json
import math
import operator
import os
import pathlib

from . import _arrays
from ._errors import StudyError
from ._job import Job

# What keys take in place of a file, besides tables.
_KINDS = {
    "data.source": "data", "data.test_source": "data", "data.labels": "labels", "data.test_labels": "labels",
    "measured_kernel.weights": "arrays",
}  # fmt: skip


@functools.lru_cache(maxsize=None)
def registry():
    """What can be asked and set, as `saddle help registry` prints it."""
    return json.loads(pathlib.Path(__file__).with_name("registry.json").read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def keys():
    """The keys of a study by their paths."""
    return {key["path"]: key for key in registry()["keys"]}


class Request:
    def __init__(self, command, output=None, force=False, threads=None):
        self.content = {"command": command, "force": bool(force), "sources": [], "keys": [], "options": []}
        if output is not None:
            if not isinstance(output, (str, os.PathLike)) or not os.fspath(output):
                raise StudyError(f"output: {output!r}; expected the path of a folder")
            folder = os.fspath(output)
            self.content["output"] = folder.rstrip("/") or folder
        if threads is not None:
            self.content["threads"] = _count(threads, "threads")
        self.files = []

    def run(self, progress=None, keeps=False):
        """The outcome, and the job that holds its arrays.

        keeps: whether there is a run folder, beside which data are written, so that it can be read later.
        """
        written = self._write_files() if keeps else []
        try:
            job = Job(self.content, self.files)
            return job.outcome(progress), job
        except BaseException as error:
            # What was written for a call that is refused goes with it.
            for path in written if isinstance(error, StudyError) else []:
                path.unlink(missing_ok=True)
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()
            raise

    # What the caller gives

    def study(self, study):
        """A study by its path, as a dictionary, or that of a run folder."""
        if isinstance(study, collections.abc.Mapping):
            name = study.get("name")
            self.content["name"] = "study" if name is None else str(name)
            if any(mark in self.content["name"] for mark in "/\\\0") or self.content["name"].startswith("."):
                raise StudyError(f"study['name']: {name!r}; expected a name for the run folder: letters, digits, blanks, '.', '-' and '_'")
            self._section({key: value for key, value in study.items() if key != "name"}, "", "study")
        elif isinstance(study, (str, os.PathLike)) or hasattr(study, "folder"):
            path = pathlib.Path(getattr(study, "folder", study))
            self.content["sources"].append(str(path / "study.yaml" if path.is_dir() else path))
        elif study is not None:
            raise StudyError(f"argument 'study': {type(study).__name__}; expected a dictionary of sections, the path of a study file, or a run")
        return self

    def source(self, value, name, kind):
        """What stands where the command line has a file."""
        label = f"argument '{name}'"
        file = _arrays.data_file(value, name, label, kind)
        if file is not None:
            self.files.append(file)
        elif not isinstance(value, (str, os.PathLike)) and not hasattr(value, "folder"):
            raise StudyError(f"{label}: {type(value).__name__}; expected {_EXPECTED[kind]}, or a path")
        elif not str(getattr(value, "folder", value)) or value == "-":
            raise StudyError(f"{label}: {value!r}; expected {_EXPECTED[kind]}, or a path")
        self.content["sources"].append(file.path if file else str(getattr(value, "folder", value)))
        return self

    def settings(self, values):
        """Keys by their paths, as {"training.steps": 40}."""
        if values is not None and not isinstance(values, collections.abc.Mapping):
            raise StudyError(f"set: {type(values).__name__}; expected keys with values, as {{'training.steps': 40}}")
        self._section(values or {}, "", "set")
        return self

    def option(self, name, path, value):
        """A keyword of a question."""
        text = self._file(path, value, name) or _typed(value, name)
        self.content["options"].append({"key": name.rstrip("_").replace("_", "-"), "value": text, "place": name})
        return self

    def _section(self, section, prefix, place):
        for name, value in section.items():
            path, here = f"{prefix}{name}", f"{place}[{name!r}]"
            is_section = any(known.startswith(path + ".") for known in keys())
            if isinstance(value, collections.abc.Mapping) and is_section:
                self._section(value, path + ".", here)
            else:
                self._key(path, value, here)

    def _key(self, path, value, place):
        if value is None:
            return
        text = self._file(path, value, place)
        text = json.dumps(text) if text else _yaml(value, place)
        self.content["keys"].append({"key": path, "value": text, "place": place})

    def _file(self, path, value, place):
        """The path of a memory file, where the key takes files and the value is an array or a table."""
        kind = _KINDS.get(path) or ("table" if keys().get(path, {}).get("is_file") else None)
        if kind and isinstance(value, str) and value == "-":
            raise StudyError(f"{place}: '-'; expected {_EXPECTED[kind]}, or a path")
        file = kind and _arrays.data_file(value, path.split(".")[-1], place, kind)
        if not file:
            return None
        self.files.append(file)
        return file.path

    def _write_files(self):
        """Arrays of a study that is kept are kept beside its run folder, where its study.yaml finds them, under names that follow from
        what is in them: nothing that is there is touched. Returns the paths that are new."""
        folder, new = self.content.get("output") or f"runs/{self.content.get('name', 'study')}", []
        for file in self.files:
            content = file.content
            stem, ending = file.path.split("/")[-1].split(".")
            path = pathlib.Path(f"{folder}-data") / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
            try:
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    draft = path.with_name(f".{path.name}.{os.getpid()}.{id(file)}")
                    draft.write_bytes(content)
                    draft.replace(path)
                    new.append(path)
            except OSError as error:
                raise StudyError(f"{file.label}: the data cannot be kept beside the run folder: {error}; expected an output where files can be written") from None
            place = str(path.resolve())
            for setting in self.content["keys"] + self.content["options"]:
                setting["value"] = setting["value"].replace(file.path, place)
            self.content["sources"] = [place if source == file.path else source for source in self.content["sources"]]
        self.files = []
        return new


_EXPECTED = {
    "data": "arrays, a dictionary of arrays or a data frame", "table": "a data frame or a dictionary of columns",
    "labels": "an array of labels", "arrays": "a dictionary of arrays",
}  # fmt: skip


def _count(value, place):
    try:
        count = operator.index(value)
    except TypeError:
        count = 0
    if not 1 <= count <= 1 << 16:
        raise StudyError(f"{place}: {value!r}; expected a whole number, 1 or more")
    return count


def _plain(value, place):
    """The value with lists for arrays, and Python's numbers for those of NumPy."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        raise StudyError(f"{place}: {value}; expected a finite number")
    if isinstance(value, collections.abc.Mapping):
        return {str(key): _plain(part, place) for key, part in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [_plain(part, place) for part in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise StudyError(f"{place}: {type(value).__name__}; expected a number, a text, true or false, or a list of these")


def _yaml(value, place):
    return json.dumps(_plain(value, place), ensure_ascii=False)


def _typed(value, place):
    """As it would be typed on the command line: texts without quotes."""
    plain = _plain(value, place)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
