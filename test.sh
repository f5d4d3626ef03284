#!/usr/bin/env bash
# Checks formatting and runs all tests in the release build (numerical tests take minutes in debug builds), then those of the Python package.
# On Debian and Ubuntu it first installs the libraries that are missing; on macOS there is nothing to install.
# With arguments, as --filter NAME, only the Swift tests that they choose.
set -euo pipefail
cd "$(dirname "$0")"
source scripts/prepare.sh

swift format lint --strict -r Sources Tests Package.swift
swift test -c release -Xswiftc -enable-testing "$@"
[ $# -gt 0 ] || scripts/test-python.sh
