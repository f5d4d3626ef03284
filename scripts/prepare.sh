# Sourced by demo.sh and test.sh: makes sure that the compiler and the system libraries are there.

if ! command -v swift >/dev/null; then
    echo "Swift is missing: install version 6.3 or later from https://www.swift.org/install, then run this again." >&2
    exit 1
fi

if [ "$(uname)" = Linux ] && command -v apt-get >/dev/null; then
    missing=()
    for package in libopenblas-dev zlib1g-dev libsqlite3-dev pkg-config; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        echo "Installing ${missing[*]} …"
        as_root=()
        [ "$(id -u)" -eq 0 ] || as_root=(sudo)
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
fi
