"""A request at work: started, watched until it is over, and turned into its outcome."""
import ctypes
import json
import math
import os
import sys
import warnings

from ._errors import Failure, SaddleWarning, StudyError
from ._library import File, library, take
from ._progress import Progress
from ._words import named, spoken


class Job:
    """Owns a job of the library; what it hands out keeps it alive."""

    def __init__(self, request, files):
        table = (File * max(len(files), 1))()
        for entry, file in zip(table, files):
            entry.path, entry.head, entry.head_length = file.path.encode(), file.head, len(file.head)
            entry.body, entry.body_length = file.address, file.length
        self._library, self._files = library(), files
        self._job = self._library.saddle_start(json.dumps(request).encode(), table, len(files))

    def __del__(self):
        if getattr(self, "_job", None):
            self._library.saddle_release(self._job)

    def outcome(self, progress=None):
        """Waits for what comes out. The interpreter's lock is free meanwhile; Ctrl-C stops the work and keeps what it has."""
        bar = Progress(progress)
        notes = []
        try:
            # Short waits, for between them Python sees Ctrl-C.
            while not self._library.saddle_wait(self._job, 0.05):
                self._tell(bar, notes)
        except KeyboardInterrupt:
            self._library.saddle_stop(self._job)
            self._library.saddle_wait(self._job, 1.0)
            raise
        finally:
            self._tell(bar, notes)
            bar.close()
        outcome = json.loads(named(self._library.saddle_outcome(self._job).decode(), self._files, _within_json))
        error = outcome.get("error")
        if error:
            raise (StudyError if error["kind"] == "input" else Failure)(spoken(error["message"], self._files))
        for text in notes:
            warnings.warn(spoken(text, self._files), SaddleWarning, stacklevel=_level())
        return outcome

    def _tell(self, bar, notes):
        while True:
            text = take(self._library.saddle_event(self._job))
            if text is None:
                break
            event = json.loads(text)
            if event["kind"] == "warning":
                notes.append(event["text"])
            else:
                bar.event(event)
        bar.update(self._library.saddle_progress(self._job))

    def arrays(self):
        """The arrays of the answer by name, in place: read-only views that keep the job alive."""
        import numpy

        found = {}
        for index in range(self._library.saddle_array_count(self._job)):
            array = self._library.saddle_array_at(self._job, index)
            shape = tuple(array.shape[axis] for axis in range(array.rank))
            count = math.prod(shape)
            buffer = (ctypes.c_double * count).from_address(ctypes.addressof(array.values.contents)) if count else (ctypes.c_double * 0)()
            buffer._owner = self
            values = numpy.frombuffer(buffer, dtype=numpy.float64).reshape(shape)
            values.flags.writeable = False
            found[array.name.decode()] = values
        return found

    def page(self):
        return named(take(self._library.saddle_page(self._job)), self._files)


def _within_json(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _level():
    """How many calls lie between a warning and the code that is not of this package."""
    level, place = 1, sys._getframe(1)
    while place is not None and os.path.dirname(place.f_code.co_filename) == os.path.dirname(__file__):
        level, place = level + 1, place.f_back
    return level
