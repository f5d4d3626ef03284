"""Reads study.yaml as Saddle writes it: sections of one level, values in flow style. For files of people there are YAML libraries."""


def read(text):
    study, section = {}, None
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        place = study if line[0] != " " else section
        if rest.strip():
            place[name] = _value(rest.strip())
        else:
            section = place[name] = {}
    return study


def _value(text):
    value, rest = _parse(text, "")
    if rest.strip():
        raise ValueError(f"'{text}' is not as Saddle writes it")
    return value


def _parse(text, ends):
    text = text.lstrip()
    if text[:1] == "[":
        return _collect(text[1:], "]", lambda rest: _parse(rest, ",]"), list)
    if text[:1] == "{":
        return _collect(text[1:], "}", _pair, dict)
    if text[:1] in ("'", '"'):
        return _quoted(text)
    end = min((text.find(mark) for mark in ends if mark in text), default=len(text))
    return _scalar(text[:end].strip()), text[end:]


def _collect(text, end, item, kind):
    items = []
    while True:
        text = text.lstrip()
        if text[:1] == end:
            return kind(items), text[1:]
        if not text:
            raise ValueError(f"'{end}' is missing")
        value, text = item(text)
        items.append(value)
        text = text.lstrip().removeprefix(",") if hasattr(text, "removeprefix") else text.lstrip().lstrip(",")


def _pair(text):
    name, _, rest = text.partition(":")
    value, rest = _parse(rest, ",}")
    return (name.strip(), value), rest


def _quoted(text):
    mark, index, found = text[0], 1, ""
    while index < len(text):
        character = text[index]
        if mark == '"' and character == "\\":
            import json

            length = 6 if text[index + 1] == "u" else 2
            found += json.loads(f'"{text[index : index + length]}"')
            index += length
        elif character == mark:
            if mark == "'" and text[index + 1 : index + 2] == "'":
                found += "'"
                index += 2
            else:
                return found, text[index + 1 :]
        else:
            found += character
            index += 1
    raise ValueError(f"a quotation mark is missing in {text}")


def _scalar(text):
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    if text in words:
        return words[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
