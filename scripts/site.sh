#!/usr/bin/env bash
# Builds the documentation site with DocC: pages of Documentation/, a page for each question with the picture of its example, and the reference of the library.
#   scripts/site.sh                    into .build/site
#   scripts/site.sh --output FOLDER    elsewhere
#   scripts/site.sh --base-path /NAME  for a site that is served below a folder
#   scripts/site.sh --serve            and shows it at http://localhost:8000 (with python3)
# SADDLE_PROGRAM and SADDLE_BUILD may name a program and the folder of a build (with Modules) that are there already.
set -euo pipefail
cd "$(dirname "$0")/.."
output=.build/site
base=/
serve=no
while [ $# -gt 0 ]; do
    case "$1" in
        --output) output="${2:?--output needs a folder}"; shift 2 ;;
        --base-path) base="${2:?--base-path needs a path}"; shift 2 ;;
        --serve) serve=yes; shift ;;
        -h|--help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "site.sh: '$1' is not known; expected --output FOLDER, --base-path PATH or --serve" >&2; exit 2 ;;
    esac
done

source scripts/symbols.sh
if [ -z "${SADDLE_PROGRAM:-}" ]; then
    swift build -c release --product saddle
    SADDLE_PROGRAM="$(swift build -c release --show-bin-path)/saddle"
fi
work=.build/site-work
mkdir -p "$work"
extract_symbols "$work/graphs"
compile_site_tool "$work/site"
echo "Asking every question once, for its picture: some minutes …"
"$work/site" catalogue "$PWD" "$SADDLE_PROGRAM" "$work/graphs" "$work/Saddle.docc"
rm -rf "$output"
"$(tool docc)" convert "$work/Saddle.docc" --additional-symbol-graph-dir "$work/symbols" --output-path "$output" \
    --fallback-display-name Saddle --fallback-bundle-identifier saddle --hosting-base-path "$base" --warnings-as-errors
echo "The site is in $output: serve that folder and open ${base%/}/documentation/saddle."
if [ "$serve" = yes ]; then
    echo "http://localhost:8000${base%/}/documentation/saddle"
    python3 -m http.server 8000 --directory "$output"
fi
