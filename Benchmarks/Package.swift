// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Saddle builds it. Run all benchmarks or those named:
//
//     swift run -c release --package-path Benchmarks Benchmarks [--json] [name …]
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "saddle", path: "..")],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [.product(name: "Saddle", package: "saddle")])
    ]
)
