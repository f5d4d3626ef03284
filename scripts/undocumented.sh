#!/usr/bin/env bash
# Lists public declarations without documentation, file:line: name; fails if there are any.
# SADDLE_BUILD may name the folder of a build (with Modules) that is there already.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/symbols.sh
mkdir -p .build/site-work
extract_symbols .build/site-work/graphs
compile_site_tool .build/site-work/site
.build/site-work/site undocumented "$PWD" .build/site-work/graphs
