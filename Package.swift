// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "saddle",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "saddle", targets: ["saddle"]),
        .library(
            name: "Saddle",
            targets: [
                "SaddleNumerics", "SaddleModels", "SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleComparisons",
            ]),
        // For other languages, behind the functions of saddle.h; the Python package holds it.
        .library(name: "SaddleInterface", type: .dynamic, targets: ["SaddleInterface"]),
        // For the tests of those who add an activation, an operator, a family of kernels, a spectrum.
        .library(name: "SaddleLaws", targets: ["SaddleLaws"]),
    ],
    dependencies: [
        // Command line: typed arguments, generated help and shell completions.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Study files: a YAML node tree that knows line and column, so that errors can name them.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Complex numbers: resolvents of random matrices live off the real axis.
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    ],
    targets: [
        // BLAS and LAPACK on Linux; macOS has the same symbols in Accelerate.
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        // Inflate, for gzip files and compressed .npz.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // SQLite: the catalogue of runs.
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        // The only target that sees BLAS headers; also the loops that need vector instructions.
        .target(
            name: "CSaddle",
            dependencies: [.target(name: "COpenBLAS", condition: .when(platforms: [.linux]))],
            cSettings: [.define("ACCELERATE_NEW_LAPACK", .when(platforms: [.macOS]))],
            linkerSettings: [
                .linkedFramework("Accelerate", .when(platforms: [.macOS])),
                .linkedLibrary("m", .when(platforms: [.linux])),
            ]),

        // The bundled digits, embedded in the program.
        .target(name: "CDigits", exclude: ["digits.csv.gz", "README.md"]),

        .target(
            name: "SaddleNumerics",
            dependencies: ["CSaddle", "CZlib", .product(name: "Numerics", package: "swift-numerics")]),
        .target(name: "SaddleModels", dependencies: ["SaddleNumerics", "CDigits"]),
        .target(
            name: "SaddleTheory",
            dependencies: [
                "SaddleModels", "SaddleNumerics", "CSaddle", .product(name: "Numerics", package: "swift-numerics"),
            ]),
        .target(
            name: "SaddleNetworks",
            dependencies: ["SaddleModels", "SaddleNumerics", "CSaddle", .product(name: "Numerics", package: "swift-numerics")]),
        .target(
            name: "SaddleMeasures",
            dependencies: ["SaddleModels", "SaddleNumerics", .product(name: "Numerics", package: "swift-numerics")]),
        .target(
            name: "SaddleLaws",
            dependencies: [
                "SaddleTheory", "SaddleModels", "SaddleNumerics", .product(name: "Numerics", package: "swift-numerics"),
            ]),
        .target(
            name: "SaddleComparisons",
            dependencies: ["SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleModels", "SaddleNumerics"]),
        .target(name: "SaddleReport", dependencies: ["SaddleNumerics"]),
        .target(
            name: "SaddleStudies",
            dependencies: [
                "SaddleComparisons", "SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleReport", "SaddleModels",
                "SaddleNumerics", "CSQLite", .product(name: "Yams", package: "Yams"),
                .product(name: "Numerics", package: "swift-numerics"),
            ]),
        .executableTarget(
            name: "saddle",
            dependencies: [
                "SaddleStudies", "SaddleComparisons", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // The header of the library for other languages, and the functions behind it.
        .target(name: "CSaddleInterface"),
        .target(name: "SaddleInterface", dependencies: ["CSaddleInterface", "SaddleNumerics", "SaddleStudies"]),

        .target(name: "TestSupport", dependencies: ["SaddleNumerics"], path: "Tests/TestSupport"),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport", "SaddleNumerics"]),
        .testTarget(name: "PackageTests"),
        .testTarget(
            name: "SaddleNumericsTests",
            dependencies: [
                "SaddleNumerics", "SaddleLaws", "TestSupport", .product(name: "Numerics", package: "swift-numerics"),
            ]),
        .testTarget(
            name: "SaddleLawsTests",
            dependencies: ["SaddleLaws", "TestSupport", .product(name: "Numerics", package: "swift-numerics")]),
        .testTarget(name: "SaddleModelsTests", dependencies: ["SaddleModels", "SaddleLaws", "TestSupport"]),
        .testTarget(
            name: "SaddleTheoryTests",
            dependencies: [
                "SaddleTheory", "SaddleNetworks", "SaddleLaws", "TestSupport",
                .product(name: "Numerics", package: "swift-numerics"),
            ]),
        .testTarget(name: "SaddleNetworksTests", dependencies: ["SaddleNetworks", "TestSupport"]),
        .testTarget(
            name: "SaddleMeasuresTests",
            dependencies: ["SaddleMeasures", "TestSupport", .product(name: "Numerics", package: "swift-numerics")]),
        .testTarget(name: "SaddleReportTests", dependencies: ["SaddleReport", "TestSupport"]),
        .testTarget(
            name: "SaddleComparisonsTests",
            dependencies: ["SaddleComparisons", "TestSupport", .product(name: "Numerics", package: "swift-numerics")]),
        .testTarget(name: "SaddleStudiesTests", dependencies: ["SaddleStudies", "TestSupport"]),
    ]
)
