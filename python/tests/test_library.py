"""The library as a guest in Python: start, threads, Ctrl-C, memory, speed that people notice."""
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

import saddle

LONG = {
    "name": "long",
    "data": {"source": "digits", "train": 100, "test": 50},
    "simulate": {"widths": [512], "networks": 400},
    "training": {"steps": 2000},
}


def test_import_needs_neither_numpy_nor_the_library():
    code = "import saddle, sys; print('numpy' in sys.modules, saddle.__version__)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "SADDLE_LIBRARY": "/nowhere"}, capture_output=True, text=True)
    assert done.stdout.split() == ["False", saddle.__version__], done.stderr


def test_a_missing_library_is_a_sentence():
    code = "import saddle\ntry: saddle.predict.criticality()\nexcept saddle.SaddleError as error: print(error)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "SADDLE_LIBRARY": "/nowhere"}, capture_output=True, text=True)
    assert "cannot be loaded" in done.stdout and "pip install" in done.stdout, done.stderr


def test_ctrl_c_ends_within_a_second_and_loses_nothing():
    main = threading.current_thread()
    timer = threading.Timer(1.5, lambda: signal.pthread_kill(main.ident, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        saddle.simulate(LONG, progress=False)
    ended = time.monotonic()
    timer.join()
    assert time.monotonic() - ended < 2
    # The next call works, and so does the folder.
    assert saddle.predict.criticality().quantities


def test_the_interpreter_runs_on_and_two_calls_at_once():
    counted, answers = 0, []
    threads = [threading.Thread(target=lambda: answers.append(saddle.predict.spectrum(size=400))) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counted += 1
        time.sleep(0.001)
    assert counted > 10
    first, second = answers
    for name, array in first.arrays.items():
        assert np.array_equal(array, second.arrays[name], equal_nan=True), name


def test_arrays_live_as_long_as_they_are_held():
    arrays = saddle.predict.spectrum(size=200).arrays
    name = max(arrays, key=lambda name: arrays[name].size)
    held, before = arrays[name], arrays[name].copy()
    del arrays
    for _ in range(20):
        saddle.predict.criticality()
    assert np.array_equal(held, before, equal_nan=True)
    assert not held.flags.writeable


def test_warnings_are_pythons():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = saddle.measure.seeds({"seed": [0, 1, 2, 3], "loss": [1.0, 1.1, None, 0.9]}, missing="drop")
    told = [str(warning.message) for warning in caught if issubclass(warning.category, saddle.SaddleWarning)]
    assert told and told == list(answer.warnings)


def test_memory_does_not_grow():
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc")
    points = np.random.default_rng(0).standard_normal((2000, 20))
    bad = points.copy()
    bad[0, 0] = np.nan

    def call():
        # An error after all the work of handing data over.
        with pytest.raises(saddle.StudyError):
            saddle.measure.dims(points, set={"dims.nothing": 1})

    for _ in range(100):
        call()
    before = resident()
    for _ in range(300):
        call()
    # Each call hands over 320 kB.
    assert resident() - before < 20e6


def test_pages_tables_and_pictures():
    answer = saddle.predict.criticality(activation="relu")
    page = answer.report()
    assert page.startswith("<!DOCTYPE html>") and answer.title in page
    assert answer.report("page.html") == "page.html" and os.path.getsize("page.html") > 1000
    assert "<iframe" in answer._repr_html_()
    assert len(answer.table("numbers")) >= 1
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    for question in [answer, saddle.predict.spectrum(size=200)]:
        for index, figure in enumerate(question.plot()):
            figure.savefig(f"{question.question}-{index}.png")


def test_every_question_has_a_signature_and_a_text():
    import inspect
    import keyword

    from saddle._request import registry

    for entry in registry()["questions"]:
        function = getattr(getattr(saddle, entry["verb"]), entry["name"].replace("-", "_"))
        assert entry["summary"] in function.__doc__
        own = entry.get("argument", {}).get("key")
        options = {name for name, path in entry["options"].items() if path != own and not keyword.iskeyword(name)}
        assert options <= set(inspect.signature(function).parameters)
