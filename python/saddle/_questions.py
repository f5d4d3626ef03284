"""Every question as a function, made from the registry."""
import functools
import keyword

from ._answer import Answer
from ._request import Request, keys, registry
from ._words import nearest

_COMMON = {
    "output": "A run folder, in which the answer is kept. By default it is kept nowhere (of `saddle.plan`: in runs/NAME, as it takes long).",
    "force": "Whether an answer that is there is computed again.",
    "threads": "How many threads to use; all processors by default. Results do not depend on it.",
    "progress": "Whether to show how far it is; by default on terminals and in notebooks, unless SADDLE_PROGRESS=0 is in the environment.",
    "set": "Any keys of the study by their paths, as {'training.steps': 40}.",
}


def _is_study(value):
    """Whether a dictionary is a study rather than a table or named arrays."""
    sections = {path.split(".")[0] for path in keys()}
    return isinstance(value, dict) and bool(value) and set(value) <= sections and any(isinstance(part, dict) for part in value.values())


def _keyword(name):
    """The name as Python takes it: from_, lambda_."""
    return f"{name}_" if keyword.iskeyword(name) else name


def make(entry):
    """The function of a question."""
    argument = entry.get("argument")
    kind = None if argument is None else "data" if argument["is_data"] or not keys()[argument["key"]]["is_file"] else "table"
    place = "study" if kind is None else kind if argument["is_data"] or kind == "table" else argument["key"].split(".")[-1]
    # What the argument sets is no keyword beside it.
    options = {_keyword(name): path for name, path in entry["options"].items() if argument is None or path != argument["key"]}

    def ask(*sources, output=None, force=False, threads=None, progress=None, set=None, **keywords):
        unknown = [name for name in keywords if name not in options]
        if unknown:
            raise TypeError(f"{name}() has no keyword '{unknown[0]}'{nearest(unknown[0], [*options, *_COMMON])}")
        request = Request(entry["id"], output, force, threads)
        if argument is None or len(sources) == 1 and _is_study(sources[0]):
            if len(sources) > 1:
                raise TypeError(f"{name}() takes one study; {len(sources)} are given")
            request.study(sources[0] if sources else None)
        else:
            for source in sources:
                request.source(source, place, kind)
        request.settings(set)
        for option, value in keywords.items():
            if value is not None:
                request.option(option, options[option], value)
        keeps = entry["verb"] == "plan" and output is None
        if keeps:
            request.content["keeps"] = True
        return Answer.of(*request.run(progress, keeps or output is not None))

    # As pickle finds it again.
    name = f"{entry['verb']}.{entry['name'].replace('-', '_')}"
    ask.__name__ = entry["name"].replace("-", "_")
    ask.__qualname__ = name
    ask.__module__ = "saddle"
    ask.__doc__ = _docstring(entry, options, place)
    import inspect

    kinds = inspect.Parameter
    parameters = [kinds(place, kinds.VAR_POSITIONAL)]
    parameters += [kinds(option, kinds.KEYWORD_ONLY, default=None) for option in options if option not in _COMMON]
    parameters += [kinds(option, kinds.KEYWORD_ONLY, default=False if option == "force" else None) for option in _COMMON]
    ask.__signature__ = inspect.Signature(parameters)
    return ask


def _docstring(entry, options, place):
    import textwrap

    argument = entry.get("argument")

    def wrapped(text, indent=""):
        return "\n".join(textwrap.fill(part, 110, initial_indent=indent, subsequent_indent=indent) for part in text.split("\n"))

    if argument is None:
        positional = "study\n" + wrapped("A dictionary of sections, the path of a study file, or nothing: then the defaults, changed by keywords.", "    ")
    else:
        more = " In memory: " + ("arrays, dictionaries of arrays or data frames." if argument["is_data"] else "a data frame or a dictionary of columns.")
        positional = f"*{place}\n" + wrapped(argument["help"] + more, "    ")
    lines = [entry["summary"], "", wrapped(entry["discussion"]), "", "Parameters", "----------", positional]
    for option, path in options.items():
        key = keys().get(path, {})
        unit = f" [{key['unit']}]" if key.get("unit") else ""
        initial = f" {key['initial']} unless given." if key.get("initial") else ""
        lines += [option, wrapped(f"{path}: {key.get('summary', '')}{unit} Accepted: {key.get('accepted', '')}.{initial}", "    ")]
    for option, text in _COMMON.items():
        lines += [option, wrapped(text, "    ")]
    lines += ["", "Returns", "-------", "saddle.Answer", "", "Raises", "------", "saddle.StudyError", "    For what cannot be used."]
    command = f"saddle {entry['verb']} {entry['name']}"
    lines += ["", "On the command line", "-------------------"] + [f"{command} {example}".rstrip() for example in entry["examples"]]
    return "\n".join(lines) + "\n"


class Verb:
    # Questions of one kind as attributes; what `saddle VERB STUDY` does, where there is such a command, when called.

    def __init__(self, name, call=None, doc=""):
        self._name, self._call, self._about, self._made = name, call, doc, {}

    @functools.cached_property
    def _entries(self):
        return {e["name"].replace("-", "_"): e for e in registry()["questions"] if e["verb"] == self._name}

    @property
    def __doc__(self):
        listed = "\n".join(f"    saddle.{self._name}.{key}: {entry['summary']}" for key, entry in self._entries.items())
        return f"{self._about}\n\nQuestions\n{listed}\n"

    def __call__(self, *arguments, **keywords):
        if self._call is None:
            raise TypeError(f"saddle.{self._name} is a family of questions; ask one of them, as saddle.{self._name}.{next(iter(self._entries))}(…)")
        return self._call(*arguments, **keywords)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._entries:
            raise AttributeError(f"saddle.{self._name} has no question '{name}'{nearest(name, self._entries)}")
        if name not in self._made:
            self._made[name] = make(self._entries[name])
        return self._made[name]

    def __dir__(self):
        return list(self._entries)

    def __repr__(self):
        return f"<saddle.{self._name}: {', '.join(self._entries)}>"
