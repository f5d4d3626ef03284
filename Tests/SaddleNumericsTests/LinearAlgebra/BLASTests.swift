import SaddleNumerics
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Which kernel of OpenBLAS suits which processor. It would catch a recent processor that is left with kernels for SSE, a kernel
// recommended whose instructions the processor lacks, and one good kernel exchanged for another.

@Suite struct BLASTests {
    static let avx2: ProcessorFeatures = [.avx, .avx2, .fma]
    static let avx512: ProcessorFeatures = [.avx, .avx2, .fma, .avx512]

    @Test(
        arguments: [
            // Taken for older ones.
            ("Prescott", avx512, "SkylakeX"), ("Prescott", avx2, "Haswell"), ("Prescott", [.avx], "Sandybridge"),
            ("Nehalem", avx512, "SkylakeX"), ("Core2", avx2, "Haswell"), ("Barcelona", avx2, "Haswell"),
            ("prescott", avx2, "Haswell"),
            ("Sandybridge", avx2, "Haswell"), ("Haswell", avx512, "SkylakeX"), ("Zen", avx512, "SkylakeX"),
            // As they should be.
            ("SkylakeX", avx512, nil), ("Cooperlake", avx512, nil), ("SapphireRapids", avx512, nil), ("Haswell", avx2, nil),
            ("Zen", avx2, nil), ("Excavator", avx2, nil), ("Sandybridge", [.avx], nil), ("Bulldozer", [.avx, .fma], nil),
            ("Prescott", [], nil), ("Nehalem", [], nil),
            // An operating system that keeps the wide registers to itself; AVX-512 without its companions.
            ("Prescott", [.avx2, .fma, .avx512], nil), ("Sandybridge", [.avx, .avx512], nil),
            // Names unknown here are left alone.
            ("NeoverseN1", [], nil), ("armv8", [], nil), ("PlanetX", avx512, nil), ("", avx512, nil),
        ] as [(String, ProcessorFeatures, String?)])
    func recommendation(kernel: String, features: ProcessorFeatures, expected: String?) {
        #expect(BLAS.recommendedKernel(insteadOf: kernel, features: features) == expected)
    }

    /// What is recommended needs no further recommendation.
    @Test(arguments: (0..<16).map { ProcessorFeatures(rawValue: $0) }) func recommendationIsFinal(features: ProcessorFeatures) {
        guard let better = BLAS.recommendedKernel(insteadOf: "Prescott", features: features) else { return }
        #expect(BLAS.recommendedKernel(insteadOf: better, features: features) == nil)
    }

    #if os(Linux)
        /// The description of OpenBLAS names the kernel too, and Linux lists what the processor has.
        @Test func thisMachine() throws {
            let kernel = try #require(BLAS.kernel)
            #expect(BLAS.library.contains(kernel))
            let info = String(decoding: try WholeFile.read("/proc/cpuinfo"), as: UTF8.self)
            let flags = info.split(separator: "\n").first { $0.hasPrefix("flags") }.map {
                Set($0.split(separator: " ").map(String.init))
            }
            guard let flags else { return }
            for (feature, needed) in [
                (ProcessorFeatures.avx, ["avx"]), (.avx2, ["avx2"]), (.fma, ["fma"]),
                (.avx512, ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]),
            ] { #expect(BLAS.processorFeatures.contains(feature) == flags.isSuperset(of: needed), "\(needed)") }
        }
    #else
        @Test func accelerateHasNoKernels() { #expect(BLAS.kernel == nil && BLAS.recommendedKernel == nil) }
    #endif
}
