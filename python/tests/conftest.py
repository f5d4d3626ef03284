import os
import warnings

import pytest

warnings.simplefilter("ignore", ResourceWarning)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def program():
    """The command line, to compare with."""
    path = os.environ.get("SADDLE_PROGRAM")
    if not path:
        pytest.skip("SADDLE_PROGRAM names no program")
    return path
