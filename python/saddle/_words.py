"""Messages of the library in Python's words: arguments by their names, options as keywords."""
import functools
import re


@functools.lru_cache(maxsize=None)
def _options():
    """The words that each option may have after it; True for those that have none."""
    from ._request import keys

    known = {"force": True, "output": []}
    for path, key in keys().items():
        known[path.split(".")[-1].replace("_", "-")] = True if key["words"] == ["true", "false"] else key["words"]
    return known


def nearest(word, known):
    """The end of a message about a word that is not known."""
    import difflib

    found = difflib.get_close_matches(str(word), list(known), 3)
    return f"; did you mean {' or '.join(repr(name) for name in found)}?" if found else f"; expected one of {', '.join(sorted(known))}"


def named(text, files, form=str):
    """The text with what the caller called the files in memory, in that form."""
    for file in files:
        text = text.replace(file.path, form(file.label))
    return text


def spoken(text, files):
    """A message with what the caller called the files in memory, and `--missing drop` as missing='drop'."""
    text = named(text, files)
    for file in files:
        while f"{file.label}: {file.label}" in text:
            text = text.replace(f"{file.label}: {file.label}", file.label)
    return re.sub(r"--([a-z]+(?:-[a-z]+)*)(?: ([a-z_]+))?", _keyword, text)


def _keyword(match):
    name, word = match.group(1), match.group(2)
    known = _options().get(name)
    rest = f" {word}" if word else ""
    if known is None:
        return match.group(0)
    python = name.replace("-", "_")
    if known is True:
        return f"{python}=True{rest}"
    return f"{python}={word!r}" if word in known else f"{python}={rest}"
