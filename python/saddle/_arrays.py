"""Arrays and tables of Python as files that the library reads from memory, without writing any."""
import collections.abc
import csv
import io
import itertools

from ._errors import StudyError

_count = itertools.count(1)


class MemoryFile:
    """A file of that name; `owner` holds the memory at `address`."""

    def __init__(self, name, label, head, owner=None, address=None, length=0):
        self.path, self.label = f"/dev/saddle-{next(_count)}/{name}", label
        self.head, self.owner, self.address, self.length = head, owner, address, length

    def write(self, path):
        with open(path, "wb") as file:
            file.write(self.head)
            if self.owner is not None:
                file.write(memoryview(self.owner.ravel(order="K")).cast("B"))


def is_array(value):
    return hasattr(value, "__array__") or hasattr(value, "detach")


def is_frame(value):
    return hasattr(value, "to_csv") and hasattr(value, "columns")


def numbers(value, label):
    """The array of a NumPy, PyTorch or JAX array or a list, with numbers alone."""
    import numpy

    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    array = numpy.asarray(value)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise StudyError(f"{label}: an array of {array.dtype}; expected real numbers (float, int or bool)")
    if array.ndim == 0 or array.size == 0:
        raise StudyError(f"{label}: an array of shape {array.shape}; expected at least one axis and one number")
    if array.dtype.kind == "f" and not numpy.isfinite(array).all():
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

    content = io.BytesIO()
    numpy.savez(content, **{str(key): numbers(value, f"{label}[{key!r}]") for key, value in values.items()})
    return MemoryFile(name + ".npz", label, content.getvalue())


def table_file(value, name, label):
    """A `.csv` file of a data frame, or of columns by their names."""
    columns = {str(key): value[key] for key in (value.columns if is_frame(value) else value)}
    # Python's own numbers, which are written with all of their digits; what is missing is an empty cell.
    columns = {key: column.tolist() if hasattr(column, "tolist") else list(column) for key, column in columns.items()}
    columns = {key: ["" if cell is None or cell != cell else cell for cell in column] for key, column in columns.items()}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) != 1:
        raise StudyError(f"{label}: columns of different lengths ({lengths}); expected as many rows in each")
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    return MemoryFile(name + ".csv", label, stream.getvalue().encode())


def data_file(value, name, label, is_data):
    """Whatever a question takes in place of a file; None for what is none.

    is_data: whether samples × features are wanted; else a table.
    """
    if is_frame(value):
        return table_file(value, name, label)
    if isinstance(value, collections.abc.Mapping):
        return arrays_file(value, name, label) if is_data else table_file(value, name, label)
    if is_array(value) or isinstance(value, (list, tuple)) and value and not isinstance(value[0], str):
        return array_file(value, name, label)
    return None
