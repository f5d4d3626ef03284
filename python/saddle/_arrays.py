"""Arrays and tables of Python as files that the library reads from memory, without writing any."""
import collections.abc
import csv
import io
import itertools
import zipfile

from ._errors import StudyError

_count = itertools.count(1)


class MemoryFile:
    """A file of that name; `owner` holds the memory at `address`. label: what the caller calls it."""

    def __init__(self, name, label, head, owner=None, address=None, length=0):
        self.path, self.label = f"/dev/saddle-{next(_count)}/{name}", label
        self.head, self.owner, self.address, self.length = head, owner, address, length

    @property
    def content(self):
        return self.head + (b"" if self.owner is None else memoryview(self.owner.ravel(order="K")).cast("B").tobytes())


def is_array(value):
    return hasattr(value, "__array__") or hasattr(value, "detach")


def is_frame(value):
    return hasattr(value, "to_csv") and hasattr(value, "columns")


def numbers(value, label):
    """The array of a NumPy, PyTorch or JAX array or a list, with numbers alone."""
    import numpy

    if hasattr(value, "detach"):
        if "strided" not in str(value.layout):
            raise StudyError(f"{label}: a sparse tensor; expected a dense one, as .to_dense() makes it")
        value = value.detach().cpu()
        value = (value.float() if "bfloat16" in str(value.dtype) else value).numpy()
    if isinstance(value, numpy.ma.MaskedArray) and numpy.ma.getmaskarray(value).any():
        raise StudyError(f"{label}: a masked array, {numpy.ma.getmaskarray(value).sum()} numbers of which are masked; expected all numbers, or rows left out")
    try:
        array = numpy.asarray(value)
    except (ValueError, TypeError) as error:
        raise StudyError(f"{label}: no array ({error}); expected rows of one length") from None
    if array.dtype.name == "bfloat16":
        array = array.astype(numpy.float32)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise StudyError(f"{label}: an array of {array.dtype}; expected real numbers (float, int or bool)")
    if array.ndim == 0 or array.size == 0:
        raise StudyError(f"{label}: an array of shape {array.shape}; expected at least one axis and one number")
    # A sum is finite if all numbers are, but for very large ones.
    if array.dtype.kind == "f" and not (numpy.isfinite(array.sum(dtype=numpy.float64)) or numpy.isfinite(array).all()):
        place = tuple(int(i) for i in numpy.argwhere(~numpy.isfinite(array))[0])
        raise StudyError(f"{label}: {array[place]} at {list(place)}; expected finite numbers")
    return array


def array_file(value, name, label):
    """A `.npy` file of the array, whose numbers stay where they are."""
    import numpy

    array = numbers(value, label)
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        array = numpy.ascontiguousarray(array)
    head = io.BytesIO()
    numpy.lib.format.write_array_header_1_0(head, numpy.lib.format.header_data_from_array_1_0(array))
    return MemoryFile(name + ".npy", label, head.getvalue(), array, array.ctypes.data, array.nbytes)


def arrays_file(values, name, label):
    """A `.npz` file of arrays by their names."""
    import numpy

    if not values:
        raise StudyError(f"{label}: an empty dictionary; expected arrays by their names")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for key, value in values.items():
            with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
                numpy.lib.format.write_array(member, numbers(value, f"{label}[{key!r}]"), allow_pickle=False)
    return MemoryFile(name + ".npz", label, content.getvalue())


def table_file(value, name, label):
    """A `.csv` file of a data frame, of columns by their names, or of rows as dictionaries."""
    if is_frame(value):
        # Levels of the index that have a name are columns like others.
        named = [level for level in value.index.names if level is not None]
        value = value.reset_index(level=named) if named else value
        columns = {str(key): value[key] for key in value.columns}
        if len(columns) < len(value.columns):
            raise StudyError(f"{label}: two columns are called the same; expected names of their own")
    elif isinstance(value, collections.abc.Mapping):
        columns = {str(key): column for key, column in value.items()}
    else:
        names = list(dict.fromkeys(str(key) for row in value for key in row))
        columns = {key: [row.get(key) for row in value] for key in names}
    columns = {key: _cells(column, f"{label}[{key!r}]") for key, column in columns.items()}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) != 1:
        raise StudyError(f"{label}: columns of different lengths ({lengths}); expected as many rows in each")
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    return MemoryFile(name + ".csv", label, stream.getvalue().encode())


def _cells(column, label):
    """Python's own numbers, which are written with all of their digits; what is missing is an empty cell."""
    if isinstance(column, (str, bytes)) or not isinstance(column, collections.abc.Iterable):
        raise StudyError(f"{label}: {type(column).__name__}; expected a list of numbers, one a row")
    if hasattr(column, "detach") or getattr(getattr(column, "dtype", None), "kind", "") == "V":
        column = numbers(column, label)
    if hasattr(column, "isna"):
        column = [None if missing else cell for cell, missing in zip(column.tolist(), column.isna().tolist())]
    cells = column.tolist() if hasattr(column, "tolist") else list(column)
    return ["" if cell is None or cell != cell else int(cell) if isinstance(cell, bool) else cell for cell in cells]


def data_file(value, name, label, kind):
    """Whatever is taken in place of a file; None for what is none.

    kind: "data" for samples × features, "table" for rows of measurements, "labels" for one label a sample, "arrays" for arrays by name.
    """
    is_rows = isinstance(value, (list, tuple)) and len(value) > 0
    if kind == "labels" and is_frame(value):
        if len(value.columns) != 1:
            raise StudyError(f"{label}: {len(value.columns)} columns; expected one of labels")
        value = value.iloc[:, 0].to_numpy()
    if is_frame(value) or kind == "table" and is_rows and all(isinstance(row, collections.abc.Mapping) for row in value):
        return table_file(value, name, label)
    if isinstance(value, collections.abc.Mapping):
        return table_file(value, name, label) if kind == "table" else arrays_file(value, name, label)
    if is_array(value) or is_rows and not isinstance(value[0], (str, bytes)) and not hasattr(value[0], "__fspath__"):
        if kind == "table":
            raise StudyError(f"{label}: an array; expected a data frame or a dictionary of columns")
        if kind == "arrays":
            raise StudyError(f"{label}: an array; expected a dictionary of arrays by their names")
        return array_file(value, name, label)
    return None
