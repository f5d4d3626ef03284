"""Lessons: every one runs, ends in its verdict, and the verdict depends on the number that the reader is told to change."""
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")
FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
spec = importlib.util.spec_from_file_location("render", FOLDER / "render.py")
render = importlib.util.module_from_spec(spec)
spec.loader.exec_module(render)

# What a reader could put in the place of the last cell's number, for the verdict to be the other one.
CONTROLS = {
    "1_lazy_to_rich": "tolerance = 0.02",
    "2_edge_of_stability": "tolerance = 0.001",
    "3_how_wide": "tested_width = 12",
    "4_variance_and_depth": "tolerance = 0.01",
    "5_universality": "standard_errors = 30.0",
    "6_scaling_laws": "fitted_up_to = 900",
    "7_grokking": "tolerance = 0.01",
    "8_your_own_model": "factor = 1.0",
}
NUMBER = re.compile(r"^(\w+) = .*  # change this number$", re.MULTILINE)
HARNESS = """
import json, sys
parts, control = json.load(sys.stdin)
space = {"__name__": "__main__"}
for number, part in enumerate(parts):
    exec(compile(part, f"cell {number + 1}", "exec"), space)
try:
    exec(compile(control, "control", "exec"), space)
except AssertionError as error:
    print("control:", error)
else:
    sys.exit("the verdict is the same for another number")
"""


def test_there_are_eight_lessons_and_each_ends_in_a_verdict():
    assert {path.stem for path in render.lessons()} == set(CONTROLS)
    for path in render.lessons():
        code = [text for kind, text in render.cells(path) if kind == "code"]
        assert len(NUMBER.findall(code[-1])) == 1 and "assert" in code[-1], path.name
        assert NUMBER.search(code[-1]).group(1) == CONTROLS[path.stem].split()[0]
        assert not any(NUMBER.search(text) for text in code[:-1])
        texts = [text for kind, text in render.cells(path) if kind == "markdown"]
        assert texts[0].startswith("# ") and any("## The verdict" in text for text in texts) and "## What to try" in texts[-1]


@pytest.mark.parametrize("path", render.lessons(), ids=lambda path: path.stem)
def test_lesson(path, tmp_path):
    import json

    code = [text for kind, text in render.cells(path) if kind == "code"]
    control = NUMBER.sub(CONTROLS[path.stem], code[-1])
    where = FOLDER / "runs" / f"{tmp_path.name}-{os.getpid()}"  # lessons look for the checkout above them
    where.mkdir(parents=True)
    environment = {**os.environ, "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "SADDLE_PROGRESS": "0"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(FOLDER.parent), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run([sys.executable, "-c", HARNESS], input=json.dumps([code, control]), cwd=where, env=environment,
                              capture_output=True, text=True, timeout=600, check=False)  # fmt: skip
    finally:
        import shutil

        shutil.rmtree(where)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert "control:" in done.stdout


def test_a_lesson_is_rendered(tmp_path, monkeypatch):
    pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(FOLDER.parent), os.environ.get("PYTHONPATH")])))
    made = render.execute(FOLDER / "5_universality.py")
    page = render.markdown(made, "universality", tmp_path)
    assert page.startswith("# Universality") and "![" in page and "standard errors" in page and "Traceback" not in page
    assert (tmp_path / "universality-1.png").stat().st_size > 10_000
