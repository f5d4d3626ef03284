# Sourced by site.sh and undocumented.sh: symbol graphs of the modules, and the tool that reads them.
source scripts/prepare.sh

modules="SaddleNumerics SaddleModels SaddleTheory SaddleNetworks SaddleMeasures SaddleLaws SaddleComparisons SaddleReport SaddleStudies"

# The path of a tool that comes with Swift.
tool() {
    if [ "$(uname)" = Darwin ]; then
        xcrun --find "$1"
    else
        echo "$(dirname "$(readlink -f "$(command -v swift)")")/$1"
    fi
}

compile_site_tool() {
    if [ ! -x "$1" ] || [ -n "$(find scripts/site -newer "$1" -name '*.swift')" ]; then
        swiftc -O -swift-version 6 scripts/site/*.swift -o "$1"
    fi
}

# From the modules of a release build, or of the one that SADDLE_BUILD names.
extract_symbols() {
    local build="${SADDLE_BUILD:-}" module map maps=() sdk=() target
    if [ -z "$build" ]; then
        swift build -c release
        build="$(swift build -c release --show-bin-path)"
    fi
    build="$(cd "$build" && pwd)"
    target="$(swift -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",*/\1/p' | head -1)"
    if [ "$(uname)" = Darwin ]; then
        target="${target}15.0"
        sdk=(-sdk "$(xcrun --show-sdk-path)")
    fi
    # C modules: of this package, of its dependencies, and those that the build made.
    while IFS= read -r map; do maps+=(-Xcc "-fmodule-map-file=$map"); done < <(
        { find Sources "$build/../../checkouts" -name module.modulemap -not -path '*/Tests/*'
          ls "$build"/CSaddle.build/module.modulemap "$build"/CDigits.build/module.modulemap; } 2>/dev/null)
    rm -rf "$1"
    mkdir -p "$1"
    for module in $modules; do
        "$(tool swift-symbolgraph-extract)" -module-name "$module" -target "$target" "${sdk[@]}" -I "$build/Modules" \
            -I Sources/CSaddle/include "${maps[@]}" -minimum-access-level public -skip-synthesized-members -output-dir "$1"
    done
}
