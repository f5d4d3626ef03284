"""Answers: named quantities with errors and units, as a table, a picture, a page."""
import json
import operator
import pathlib

from ._words import nearest


class Quantity:
    """One number, array of numbers or list of words of an answer.

    value: a float, an array, a word or a list of words. error: its standard error, of the same shape, or None where it is exact to its last
    digit. unit, title, symbol: as on the page. along: the names of the quantities along its axes.
    """

    def __init__(self, name, entry, value, error):
        self.name, self.value, self.error = name, value, error
        self.title, self.symbol, self.unit = entry["title"], entry.get("symbol"), entry.get("unit")
        self.along, self.shape = tuple(entry["along"]), tuple(entry["shape"])

    @property
    def label(self):
        return (self.symbol or self.title) + (f" / {self.unit}" if self.unit else "")

    def __repr__(self):
        unit = f" {self.unit}" if self.unit else ""
        if isinstance(self.value, float):
            error = f" ± {self.error:.2g}" if self.error else ""
            return f"<{self.name} = {self.value:.6g}{error}{unit}: {self.title}>"
        if isinstance(self.value, str):
            return f"<{self.name} = '{self.value}': {self.title}>"
        return f"<{self.name}, shape {self.shape}{unit}: {self.title}>"

    def __float__(self):
        return float(self.value)

    def __int__(self):
        return int(self.value)

    def __format__(self, spec):
        return format(self.value, spec)

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self.value, dtype=dtype) if copy else numpy.asarray(self.value, dtype=dtype)

    def __bool__(self):
        return bool(self.value)

    def __round__(self, digits=None):
        return round(self.value, digits)

    def __len__(self):
        return len(self.value)

    def __iter__(self):
        return iter(self.value)

    def __getitem__(self, index):
        return self.value[index]

    __hash__ = object.__hash__


def _with_operators(kind):
    """Quantities calculate as their values do."""

    def value(other):
        return other.value if isinstance(other, Quantity) else other

    def forward(function):
        return lambda self, other: function(self.value, value(other))

    def backward(function):
        return lambda self, other: function(value(other), self.value)

    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]:
        setattr(kind, f"__{name}__", forward(getattr(operator, name)))
        setattr(kind, f"__r{name}__", backward(getattr(operator, name)))
    for name in ["lt", "le", "gt", "ge", "eq", "ne"]:
        setattr(kind, f"__{name}__", forward(getattr(operator, name)))
    for name in ["neg", "pos", "abs"]:
        setattr(kind, f"__{name}__", lambda self, function=getattr(operator, name): function(self.value))


_with_operators(Quantity)


class Answer:
    """What a question came to.

    Quantities are attributes: `answer.exponent.value`, `answer.exponent.error`; `answer["exponent"]` is the same. `answer.arrays` has the
    arrays of numbers by name, errors as NAME_error.
    """

    def __init__(self, content, arrays, text=None, folder=None, page=None):
        self._content, self.arrays, self._text, self._page = content, arrays, text, page
        self.question, self.title, self.subtitle = content["question"], content["title"], content["subtitle"]
        self.warnings, self.folder = content["warnings"], folder or None
        self.quantities = {name: self._quantity(name) for name in content["order"]}

    @classmethod
    def of(cls, outcome, job):
        """What a job came to."""
        return cls(outcome["answer"], job.arrays(), outcome["text"], outcome["folder"], job.page)

    def _quantity(self, name):
        entry = self._content["quantities"][name]
        if "words" in entry:
            return Quantity(name, entry, entry["words"] if entry["shape"] else entry["words"][0], None)
        if not entry["shape"]:
            return Quantity(name, entry, _number(entry["value"]), _number(entry["error"]) if "error" in entry else None)
        return Quantity(name, entry, self.arrays[name], self.arrays.get(name + "_error"))

    @property
    def verdict(self):
        """'agrees', 'disagrees', 'outside the 1/N regime' or 'cannot tell'; None where nothing was checked."""
        return (self._content.get("check") or {}).get("verdict")

    @property
    def reason(self):
        """Why the verdict is what it is."""
        return (self._content.get("check") or {}).get("reason")

    @property
    def text(self):
        """As the command line prints it."""
        return self._text if self._text is not None else "\n".join(repr(quantity) for quantity in self.quantities.values())

    def __getitem__(self, name):
        try:
            return self.quantities[name]
        except KeyError:
            raise KeyError(f"{self.question} has no quantity '{name}'{nearest(name, self.quantities)}") from None

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.__dict__.get("quantities", {}):
            raise AttributeError(f"no quantity or attribute '{name}'{nearest(name, self.__dict__.get('quantities', {}))}")
        return self.quantities[name]

    def __contains__(self, name):
        return name in self.quantities

    def __iter__(self):
        return iter(self.quantities)

    def __len__(self):
        return len(self.quantities)

    def keys(self):
        return self.quantities.keys()

    def __dir__(self):
        return [*super().__dir__(), *self.quantities]

    def __getstate__(self):
        """Copies of all that it shows, which need no library."""
        page = self._page() if callable(self._page) else self._page
        return {**self.__dict__, "_page": page, "arrays": {name: array.copy() for name, array in self.arrays.items()}, "quantities": None}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.quantities = {name: self._quantity(name) for name in self._content["order"]}

    def __repr__(self):
        verdict = f", {self.verdict}" if self.verdict else ""
        return f"<saddle.Answer {self.question}: {self.title}{verdict}>"

    def table(self, along=None):
        """Quantities as a table: a pandas DataFrame, or without pandas a list of rows as dictionaries.

        along: the name of the quantity along whose axis lists are wanted, as its columns; "numbers" for the single numbers, one a row.
        By default the first table of the page or, where it has none, the single numbers. Errors stand in columns NAME_error.
        """
        lists = [q for q in self.quantities.values() if len(q.shape) == 1]
        if along is None:
            shown = next(self._views("table"), {"_0": []})["_0"]
            names = list(dict.fromkeys(column["quantity"] for column in shown))
            chosen = [q for q in lists if q.name in names and len(q) == len(self[names[0]])]
            along = None if chosen else "numbers"
        if along == "numbers":
            single = [q for q in self.quantities.values() if not q.shape]
            rows = [{"quantity": q.name, "value": q.value, "error": q.error, "unit": q.unit, "title": q.title} for q in single]
            return _frame(rows, index="quantity")
        if along is not None:
            axes = list(dict.fromkeys(q.along[0] for q in lists if q.along and q.along[0]))
            if along not in axes:
                raise KeyError(f"no list lies along '{along}'; expected one of {', '.join([*axes, 'numbers'])}")
            chosen = [q for q in lists if q.name == along or q.along[:1] == (along,)]
        columns = {}
        for quantity in chosen:
            columns[quantity.name] = quantity.value
            if quantity.error is not None:
                columns[quantity.name + "_error"] = quantity.error
        return _frame([dict(zip(columns, row)) for row in zip(*columns.values())])

    def _views(self, kind):
        """The views of that kind on the page, folded ones too."""

        def found(views):
            for view in views:
                if kind in view:
                    yield view[kind]
                elif "folded" in view:
                    yield from found(view["folded"]["_1"])

        page = self._content.get("page", {})
        for views in [page.get("lead", []), *(section["views"] for section in page.get("sections", []))]:
            yield from found(views)

    def plot(self, name=None):
        """The figures of the page, or the one of that name, with matplotlib. Returns the matplotlib figures, or the one."""
        from ._plot import figures

        drawn = figures(self, name)
        return drawn[0] if name is not None and drawn else drawn

    def report(self, path=None):
        """The page, HTML in one file: written to that path, or returned."""
        page = self._page() if callable(self._page) else self._page
        if page is None:
            raise FileNotFoundError(f"the page of {self.question} is not there")
        if path is None:
            return page
        pathlib.Path(path).write_text(page, encoding="utf-8")
        return path

    def _repr_html_(self):
        return frame(self.report()) if self._page else None


def read_answer(folder, question):
    """The answer to a question in a run folder."""
    import numpy

    folder = pathlib.Path(folder)
    content = json.loads((folder / f"{question}.json").read_text(encoding="utf-8"))
    arrays = {}
    for name, entry in content["quantities"].items():
        for key, suffix in [("values", ""), ("errors", "_error")]:
            if key in entry:
                arrays[name + suffix] = numpy.array([_number(x) for x in entry[key]]).reshape(entry["shape"])
    stored = folder / f"{question}.npz"
    if stored.exists():
        with numpy.load(stored) as file:
            arrays.update({name: file[name] for name in file})
    page = folder / f"{question}.html"
    return Answer(content, arrays, None, str(folder), lambda: page.read_text(encoding="utf-8") if page.exists() else None)


def frame(page):
    """A page within a page, as notebooks show it."""
    import html

    return f'<iframe srcdoc="{html.escape(page)}" width="100%" height="700" style="border: 0"></iframe>'


def _number(value):
    return float("nan") if value is None else float(value)


def _frame(rows, index=None):
    try:
        import pandas
    except ImportError:
        return rows
    table = pandas.DataFrame(rows)
    return table.set_index(index) if index and rows else table
