"""Builds the Swift library and puts it into the package; see pyproject.toml for the rest."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

from setuptools import setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # older setuptools
    from wheel.bdist_wheel import bdist_wheel

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = "libSaddleInterface" + (".dylib" if sys.platform == "darwin" else ".so")


def build_library():
    """The path of the library: that in SADDLE_LIBRARY, or newly built from the sources beside this folder."""
    given = os.environ.get("SADDLE_LIBRARY")
    if given:
        return pathlib.Path(given)
    root = HERE.parent
    if not (root / "Package.swift").exists():
        raise SystemExit("saddle: the Swift sources are not beside this folder; expected to be installed from a checkout, as in: pip install ./python")
    # Installs the system's libraries where they are missing, and says what is if it cannot.
    prepare = subprocess.run(["bash", "-c", "source scripts/prepare.sh"], cwd=root)
    if prepare.returncode:
        raise SystemExit("saddle: the Swift library cannot be built, see above")
    command = ["swift", "build", "-c", "release", "--product", "SaddleInterface"]
    if sys.platform == "linux":
        # Nothing of Swift is needed where the wheel is used; in the folder of scripts/install.sh.
        command += ["--static-swift-stdlib", "--scratch-path", ".build/static"]
        # Of programs the package manager thinks itself; without symbols for debuggers.
        command += ["-Xswiftc", "-static-stdlib", "-Xlinker", "-s"]
        about = json.loads(subprocess.run(["swift", "-print-target-info"], check=True, capture_output=True, text=True).stdout)
        command += ["-Xlinker", f"-L{about['paths']['runtimeResourcePath']}_static/linux"]
    if subprocess.run(command, cwd=root).returncode:
        raise SystemExit("saddle: the Swift library cannot be built, see above")
    folder = subprocess.run(command + ["--show-bin-path"], cwd=root, check=True, capture_output=True, text=True).stdout
    return pathlib.Path(folder.strip()) / LIBRARY


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        if not self.editable_mode:
            shutil.copy(build_library(), pathlib.Path(self.build_lib) / "saddle" / LIBRARY)
        else:
            shutil.copy(build_library(), HERE / "saddle" / LIBRARY)


class PlatformWheel(bdist_wheel):
    """For one system, and every Python 3: nothing is compiled against Python."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


version = json.loads((HERE / "saddle" / "registry.json").read_text())["version"]
setup(version=version, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
