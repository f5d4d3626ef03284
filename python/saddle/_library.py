"""The Swift library behind saddle.h, through ctypes; loaded when it is first needed."""
import ctypes
import functools
import os
import pathlib
import sys

from ._errors import SaddleError

_NAME = "libSaddleInterface" + (".dylib" if sys.platform == "darwin" else ".so")


class File(ctypes.Structure):
    _fields_ = [
        ("path", ctypes.c_char_p),
        ("head", ctypes.c_char_p),
        ("head_length", ctypes.c_size_t),
        ("body", ctypes.c_void_p),
        ("body_length", ctypes.c_size_t),
    ]


class Array(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("rank", ctypes.c_int64),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("values", ctypes.POINTER(ctypes.c_double)),
    ]


def path():
    return os.environ.get("SADDLE_LIBRARY") or str(pathlib.Path(__file__).with_name(_NAME))


@functools.lru_cache(maxsize=None)
def library():
    try:
        loaded = ctypes.CDLL(path())
    except OSError as error:
        raise SaddleError(
            f"the library of Saddle cannot be loaded: {error}; expected as 'pip install ./python' installs it, or where "
            "SADDLE_LIBRARY says (saddle.open reads run folders without it)"
        ) from None
    job, text = ctypes.c_void_p, ctypes.c_void_p
    for name, result, arguments in [
        ("saddle_version", ctypes.c_char_p, []),
        ("saddle_start", job, [ctypes.c_char_p, ctypes.POINTER(File), ctypes.c_size_t]),
        ("saddle_wait", ctypes.c_int32, [job, ctypes.c_double]),
        ("saddle_event", text, [job]),
        ("saddle_progress", ctypes.c_double, [job]),
        ("saddle_stop", None, [job]),
        ("saddle_outcome", ctypes.c_char_p, [job]),
        ("saddle_array_count", ctypes.c_size_t, [job]),
        ("saddle_array_at", Array, [job, ctypes.c_size_t]),
        ("saddle_page", text, [job]),
        ("saddle_release", None, [job]),
        ("saddle_free", None, [text]),
    ]:
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


def take(text):
    """A text that the library hands over, or None."""
    if not text:
        return None
    try:
        return ctypes.string_at(text).decode()
    finally:
        library().saddle_free(text)
