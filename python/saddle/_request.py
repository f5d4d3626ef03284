"""From what a caller gives, a study, keywords and arrays, to the request that the library carries out."""
import collections.abc
import functools
import json
import math
import os
import pathlib

from . import _arrays
from ._errors import StudyError
from ._job import Job

# Keys whose value is a file of arrays.
_DATA_KEYS = {"data.source", "data.labels", "data.test_source", "data.test_labels"}


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
            self.content["output"] = os.fspath(output)
        if threads is not None:
            self.content["threads"] = int(threads)
        self.files = []

    def run(self, progress=None, keeps=False):
        """The outcome, and the job that holds its arrays.

        keeps: whether there is a run folder, beside which data are written, so that it can be read later.
        """
        if keeps:
            self._write_files()
        job = Job(self.content, self.files)
        try:
            return job.outcome(progress), job
        except (StudyError, RuntimeError) as error:
            message = str(error)
            for file in self.files:
                message = message.replace(file.path, file.label)
            raise type(error)(message) from None

    # What the caller gives

    def study(self, study):
        """A study by its path, as a dictionary, or that of a run folder."""
        if isinstance(study, collections.abc.Mapping):
            self.content["name"] = str(study.get("name", "study"))
            self._section(study, "", "study")
        elif study is not None:
            path = pathlib.Path(getattr(study, "folder", study))
            self.content["sources"].append(str(path / "study.yaml" if path.is_dir() else path))
        return self

    def source(self, value, name, is_data):
        """What stands where the command line has a file."""
        file = _arrays.data_file(value, name, f"argument '{name}'", is_data)
        if file is not None:
            self.files.append(file)
        elif not isinstance(value, (str, os.PathLike)) and not hasattr(value, "folder"):
            raise StudyError(f"argument '{name}': {type(value).__name__}; expected an array, a table, a path or a study")
        self.content["sources"].append(file.path if file else str(getattr(value, "folder", value)))
        return self

    def settings(self, values):
        """Keys by their paths, as {"training.steps": 40}."""
        for path, value in (values or {}).items():
            self._key(path, value, f"set[{path!r}]")
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
        known = keys().get(path, {})
        if path not in _DATA_KEYS and not known.get("is_file"):
            return None
        name = path.split(".")[-1]
        is_text_list = isinstance(value, (list, tuple)) and known.get("is_text")
        file = None if is_text_list else _arrays.data_file(value, name, place, path in _DATA_KEYS)
        if file is None:
            return None
        self.files.append(file)
        return file.path

    def _write_files(self):
        """Arrays of a study that is kept are kept beside its run folder, where its study.yaml finds them."""
        folder = self.content.get("output") or f"runs/{self.content.get('name', 'study')}"
        for file in self.files:
            path = pathlib.Path(f"{folder}-data") / file.path.split("/")[-1]
            path.parent.mkdir(parents=True, exist_ok=True)
            file.write(path)
            place = str(path.resolve())
            for setting in self.content["keys"] + self.content["options"]:
                setting["value"] = setting["value"].replace(file.path, place)
            self.content["sources"] = [place if source == file.path else source for source in self.content["sources"]]
        self.files = []


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


def nearest(word, known):
    import difflib

    found = difflib.get_close_matches(str(word), list(known), 3)
    return f"; did you mean {' or '.join(repr(name) for name in found)}?" if found else f"; expected one of {', '.join(sorted(known))}"
