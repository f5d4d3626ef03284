"""Writes saddle/__init__.pyi, the types of every question, from saddle/registry.json: python make_stub.py [--check]"""
import json
import keyword
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent / "saddle"
HEAD = '''# Made by make_stub.py from registry.json.
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Union

from ._answer import Answer as Answer
from ._answer import Quantity as Quantity
from ._errors import Failure as Failure
from ._errors import SaddleError as SaddleError
from ._errors import SaddleWarning as SaddleWarning
from ._errors import StudyError as StudyError
from ._run import Run as Run

_Path = Union[str, PathLike[str]]
_Study = Union[Mapping[str, Any], _Path, Run, None]
_Table = Any  # a path, a data frame or a dictionary of columns
_Data = Any  # a path, an array, a dictionary of arrays or a data frame
_Settings = Union[Mapping[str, Any], None]

__version__: str

def run(study: _Study = ..., *, output: Union[_Path, None] = ..., force: bool = ..., threads: Any = ..., progress: Union[bool, None] = ..., set: _Settings = ...) -> Run: ...
def sweep(study: _Study = ..., vary: Union[Mapping[str, Any], None] = ..., *, only: Union[str, None] = ..., ask: Union[str, None] = ..., output: Union[_Path, None] = ..., force: bool = ..., threads: Any = ..., progress: Union[bool, None] = ..., set: _Settings = ...) -> Answer: ...
def compare(run: Union[Run, _Path], ensemble: Union[Mapping[str, Any], _Path], *, output: Union[_Path, None] = ..., progress: Union[bool, None] = ...) -> Run: ...
def data(study: _Study = ..., *, set: _Settings = ...) -> dict[str, Any]: ...
def open(path: _Path) -> Run: ...
def keys(section: Union[str, None] = ...) -> dict[str, dict[str, Any]]: ...
'''
COMMON = "output: Union[_Path, None] = ..., force: bool = ..., threads: Any = ..., progress: Union[bool, None] = ..., set: _Settings = ..."
RESULT = {"predict": "Run", "simulate": "Run", "plan": "Answer"}


def kind(key):
    if key.get("is_file") or key.get("path", "").startswith("data."):
        return "Any"  # also arrays and tables
    if key.get("words") == ["true", "false"]:
        one = "bool"
    elif key.get("is_text"):
        one = "str"
    elif key.get("is_whole"):
        one = "int"
    else:
        return "Any"
    return f"Union[{one}, Sequence[{one}], Any, None]" if key.get("is_list") or key.get("is_file") else f"Union[{one}, None]"


def stub(registry):
    keys = {key["path"]: key for key in registry["keys"]}
    lines = [HEAD]
    for verb in ["predict", "simulate", "measure", "plan"]:
        lines += ["", f"class _{verb.capitalize()}:"]
        if verb in RESULT:
            lines.append(f"    def __call__(self, study: _Study = ..., **keywords: Any) -> {RESULT[verb]}: ...")
        for entry in registry["questions"]:
            if entry["verb"] != verb:
                continue
            argument = entry.get("argument")
            first = "study: _Study" if argument is None else f"{'data: _Data' if argument['is_data'] else 'table: _Table'}"
            options = [f"{name + '_' if keyword.iskeyword(name) else name}: {kind(keys.get(path, {}))} = ..." for name, path in sorted(entry["options"].items()) if not argument or path != argument["key"]]
            options = [option for option in options if option.split(":")[0] not in {"output", "force", "threads", "progress", "set"}]
            lines.append(f"    def {entry['name'].replace('-', '_')}(self, *{first}, {', '.join(options + [COMMON])}) -> Answer:")
            lines.append(f"        {json.dumps(entry['summary'], ensure_ascii=False)}")
    lines += [""] + [f"{verb}: _{verb.capitalize()}" for verb in ["predict", "simulate", "measure", "plan"]]
    return "\n".join(lines) + "\n"


text = stub(json.loads((HERE / "registry.json").read_text(encoding="utf-8")))
path = HERE / "__init__.pyi"
if "--check" in sys.argv:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        raise SystemExit("saddle/__init__.pyi is not what make_stub.py makes of registry.json; run it")
else:
    path.write_text(text, encoding="utf-8")
