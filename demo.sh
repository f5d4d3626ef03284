#!/usr/bin/env bash
# Builds Saddle and runs the example study: theory of infinite width, ensembles of real networks, comparison, report.
# On Debian and Ubuntu it first installs the libraries that are missing; on macOS there is nothing to install.
set -euo pipefail
cd "$(dirname "$0")"
source scripts/prepare.sh

swift build -c release --product saddle
saddle="$(swift build -c release --show-bin-path)/saddle"
"$saddle" run examples/digits.yaml --output runs/digits-0-1 "$@"
echo
echo "Open the report in a browser: file://$PWD/runs/digits-0-1/report.html"
