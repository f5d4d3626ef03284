#!/usr/bin/env bash
# Tests the Python package, and runs the lessons, with the release build that test.sh makes. What Python lacks for it is installed into .build/venv.
set -euo pipefail
cd "$(dirname "$0")/.."

has() { "$1" -c "import $2" 2>/dev/null; }
python=python3
if ! command -v python3 >/dev/null; then
    echo "There is no python3: the Python package is not tested."
    exit 0
fi
if ! has python3 'numpy, pytest, pandas, matplotlib'; then
    own="$PWD/.build/venv/bin/python"
    if has "$own" 'numpy, pytest, pandas, matplotlib' \
        || { python3 -m venv .build/venv && "$own" -m pip install -q 'numpy>=1.22' 'pytest>=7' pandas matplotlib; }; then
        python="$own"
    elif ! has python3 'numpy, pytest'; then
        echo "NumPy and pytest cannot be installed: the Python package is not tested."
        exit 0
    fi
fi

build=(swift build -c release -Xswiftc -enable-testing)
"${build[@]}" --product SaddleInterface
folder="$("${build[@]}" --show-bin-path)"
library="$folder/libSaddleInterface.so"
[ "$(uname)" = Linux ] || library="$folder/libSaddleInterface.dylib"
cd python
"$python" make_stub.py --check
PYTHONPATH="$PWD" PYTHONDONTWRITEBYTECODE=1 SADDLE_LIBRARY="$library" SADDLE_PROGRAM="$folder/saddle" "$python" -m pytest -q -p no:cacheprovider "$@"
