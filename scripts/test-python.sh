#!/usr/bin/env bash
# Tests the Python package and its lessons with the release build that test.sh makes. Where NumPy, pytest or matplotlib are missing, an environment is made in .build.
set -euo pipefail
cd "$(dirname "$0")/.."

python=python3
if ! command -v python3 >/dev/null; then
    echo "There is no python3: the Python package is not tested."
    exit 0
fi
if ! python3 -c 'import matplotlib, numpy, pytest' 2>/dev/null; then
    python="$PWD/.build/venv/bin/python"
    if ! "$python" -c 'import matplotlib, numpy, pytest' 2>/dev/null; then
        if ! { python3 -m venv .build/venv && "$python" -m pip install -q 'numpy>=1.22' 'pytest>=7' matplotlib; }; then
            echo "NumPy, pytest and matplotlib cannot be installed: the Python package is not tested."
            exit 0
        fi
    fi
fi

build=(swift build -c release -Xswiftc -enable-testing)
"${build[@]}" --product SaddleInterface
folder="$("${build[@]}" --show-bin-path)"
library="$(ls "$folder"/libSaddleInterface.{so,dylib} 2>/dev/null | head -1)"
cd python
"$python" make_stub.py --check
PYTHONPATH="$PWD" PYTHONDONTWRITEBYTECODE=1 SADDLE_LIBRARY="$library" SADDLE_PROGRAM="$folder/saddle" "$python" -m pytest -q -p no:cacheprovider "$@"
