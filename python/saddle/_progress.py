"""One line that says what is done, how far it is and how long it will take: on a terminal or in a notebook."""
import os
import sys
import time


class Progress:
    """Shows nothing for work that is over within a second."""

    def __init__(self, wanted=None):
        stream = sys.stderr
        self._notebook = _notebook_display()
        if wanted is None:
            seen = bool(self._notebook or (stream is not None and stream.isatty()))
            wanted = seen and os.environ.get("SADDLE_PROGRESS") != "0"
        self._shows = wanted
        self._stage, self._begin, self._start = "", time.monotonic(), time.monotonic()
        self._shown, self._handle, self._fraction = "", None, 0.0

    def event(self, event):
        if event["kind"] == "started":
            self._stage, self._begin, self._fraction = event["text"], time.monotonic(), 0.0

    def update(self, fraction):
        now = time.monotonic()
        if not self._shows or now - self._start < 1 or not self._stage:
            return
        spent, text = now - self._begin, f"{self._stage} … {100 * fraction:.0f} %"
        if fraction > 0.01 and spent > 2:
            text += f", {_duration(spent * (1 - fraction) / fraction)} left"
        if text != self._shown:
            self._shown = text
            self._write(text)

    def close(self):
        if self._shown:
            self._write("")

    def _write(self, text):
        if self._notebook:
            self._handle = self._handle or self._notebook({"text/plain": text}, raw=True, display_id=True)
            self._handle.update({"text/plain": text}, raw=True)
        else:
            sys.stderr.write("\r\x1b[K" + text[:120])
            sys.stderr.flush()


def _notebook_display():
    """IPython's display where a notebook is in front; nothing else is imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython and hasattr(ipython, "get_ipython") else None
    if shell is None or type(shell).__name__ != "ZMQInteractiveShell":
        return None
    from IPython.display import display

    return display


def _duration(seconds):
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
