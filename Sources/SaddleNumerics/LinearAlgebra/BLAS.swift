import CSaddle

/// The BLAS library in use, and whether it has recognised the processor.
///
/// OpenBLAS holds kernels for many processors and picks one when the program starts. A processor newer than the library may be taken for
/// a very old one: Debian 12's takes recent Intel servers for a Prescott of 2004, whose products of matrices are about three times slower.
/// The choice is made before any code of ours runs and cannot be changed in the same process; the environment variable
/// `OPENBLAS_CORETYPE` makes it. A program that uses this package as a library looks once:
///
///     if let better = BLAS.recommendedKernel {
///         print("OpenBLAS uses its \(BLAS.kernel!) kernel; start with OPENBLAS_CORETYPE=\(better)")
///     }
///
/// The program `saddle` starts itself again with the better kernel. On macOS (Accelerate) there is nothing to choose.
///
/// - Note: The last bits of results depend on the kernel, and so do not agree between kernels as they do between numbers of threads.
public enum BLAS {
    /// Library, version and how it was built.
    public static var library: String { String(cString: sd_blas_description()) }

    /// The kernel that OpenBLAS picked, such as "Haswell"; nil for Accelerate.
    public static var kernel: String? { sd_blas_kernel().map { String(cString: $0) } }

    /// Whether it holds kernels for several processors, as distributions build it; else there is nothing to choose.
    public static var hasManyKernels: Bool { library.contains("DYNAMIC_ARCH") }

    /// The vector instructions of the processor that the operating system lets programs use, of those that kernels ask for.
    public static var processorFeatures: ProcessorFeatures { ProcessorFeatures(rawValue: sd_processor_features()) }

    /// The value of `OPENBLAS_CORETYPE` that makes full use of this processor; nil if the kernel in use does so, is not known here, or
    /// is the only one.
    public static var recommendedKernel: String? {
        guard hasManyKernels, let kernel else { return nil }
        return recommendedKernel(insteadOf: kernel, features: processorFeatures)
    }

    /// The decision of ``recommendedKernel`` for any kernel and processor.
    package static func recommendedKernel(insteadOf kernel: String, features: ProcessorFeatures) -> String? {
        guard let used = KernelClass(kernel: kernel), let possible = KernelClass(features), used < possible else { return nil }
        return possible.kernel
    }
}

/// Vector instructions of x86 processors.
public struct ProcessorFeatures: OptionSet, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// AVX, 256-bit vectors of floating-point numbers.
    public static let avx = ProcessorFeatures(rawValue: 1)
    /// AVX2, the same of integers.
    public static let avx2 = ProcessorFeatures(rawValue: 2)
    /// FMA, fused multiplication and addition.
    public static let fma = ProcessorFeatures(rawValue: 4)
    /// The subsets F, CD, BW, DQ and VL, which the kernels for SkylakeX need.
    public static let avx512 = ProcessorFeatures(rawValue: 8)

    public var description: String {
        let names: [(ProcessorFeatures, String)] = [(.avx, "AVX"), (.avx2, "AVX2"), (.fma, "FMA"), (.avx512, "AVX-512")]
        let present = names.filter { contains($0.0) }.map(\.1)
        return present.isEmpty ? "none that kernels ask for" : present.joined(separator: ", ")
    }
}

/// Kernels of OpenBLAS by the widest vector instructions that they use.
private enum KernelClass: Int, Comparable {
    case sse, avx, avx2, avx512

    static func < (a: KernelClass, b: KernelClass) -> Bool { a.rawValue < b.rawValue }

    /// That of a kernel, by the names in OpenBLAS's `dynamic.c`; nil for other processors and names unknown here.
    init?(kernel: String) {
        switch kernel.lowercased() {
        case "katmai", "coppermine", "northwood", "prescott", "banias", "core2", "penryn", "dunnington", "atom", "nano",
            "nehalem",
            "athlon", "opteron", "opteron_sse3", "barcelona", "bobcat":
            self = .sse
        case "sandybridge", "bulldozer", "piledriver", "steamroller": self = .avx
        case "haswell", "zen", "excavator": self = .avx2
        case "skylakex", "cooperlake", "sapphirerapids": self = .avx512
        default: return nil
        }
    }

    /// The best that a processor can run; nil without AVX, where all kernels are alike.
    init?(_ features: ProcessorFeatures) {
        if features.isSuperset(of: [.avx, .avx2, .fma, .avx512]) {
            self = .avx512
        } else if features.isSuperset(of: [.avx, .avx2, .fma]) {
            self = .avx2
        } else if features.contains(.avx) {
            self = .avx
        } else {
            return nil
        }
    }

    /// The kernel to ask for: the oldest of its class, which every OpenBLAS that knows the class has.
    var kernel: String {
        switch self {
        case .sse: "Prescott"
        case .avx: "Sandybridge"
        case .avx2: "Haswell"
        case .avx512: "SkylakeX"
        }
    }
}
