#!/usr/bin/env bash
# Builds Saddle and installs the program, its completions and its manual pages.
#   scripts/install.sh                    into ~/.local
#   scripts/install.sh --prefix /usr/local
#   scripts/install.sh --uninstall
set -euo pipefail
cd "$(dirname "$0")/.."
prefix="$HOME/.local"
action=install
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) prefix="${2:?--prefix needs a folder}"; shift 2 ;;
        --prefix=*) prefix="${1#--prefix=}"; shift ;;
        --uninstall) action=uninstall; shift ;;
        -h|--help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "install.sh: '$1' is not known; expected --prefix FOLDER or --uninstall" >&2; exit 2 ;;
    esac
done
program="$prefix/bin/saddle"
bash="$prefix/share/bash-completion/completions/saddle"
zsh="$prefix/share/zsh/site-functions/_saddle"
fish="$prefix/share/fish/vendor_completions.d/saddle.fish"
manual="$prefix/share/man/man1"

if [ "$action" = uninstall ]; then
    rm -f "$program" "$bash" "$zsh" "$fish" "$manual"/saddle.1 "$manual"/saddle.*.1
    echo "Removed saddle from $prefix."
    exit 0
fi

source scripts/prepare.sh
# On Linux a program that needs nothing of Swift, in a folder of its own, which the Python package shares.
build=(swift build -c release)
[ "$(uname)" != Linux ] || build+=(--static-swift-stdlib -Xswiftc -static-stdlib --scratch-path .build/static)
"${build[@]}" --product saddle
built="$("${build[@]}" --show-bin-path)/saddle"
mkdir -p "$(dirname "$program")" "$(dirname "$bash")" "$(dirname "$zsh")" "$(dirname "$fish")" "$manual"
install -m 755 "$built" "$program"
"$program" --generate-completion-script bash > "$bash"
"$program" --generate-completion-script zsh > "$zsh"
"$program" --generate-completion-script fish > "$fish"
# Pages are made from the same descriptions as --help.
pages="$(mktemp -d)"
trap 'rm -rf "$pages"' EXIT
if swift package --disable-sandbox --allow-writing-to-directory "$pages" generate-manual --multi-page --output-directory "$pages" > "$pages/log" 2>&1; then
    find "$pages" -name '*.1' -exec install -m 644 {} "$manual" \;
else
    echo "No manual pages were made: $(tail -1 "$pages/log")"
fi
echo "Installed $("$program" --version) as $program."
case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) echo "Add it to your PATH:  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
