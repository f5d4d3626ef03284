#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// Spectral entropy of diffusion on points: how many regions a random walk of t steps tells apart, in bits.
///
///     S = −Σᵢ pᵢ log₂ pᵢ,   pᵢ = |λᵢ|ᵗ/Σⱼ|λⱼ|ᵗ,   λ the eigenvalues of ``DiffusionOperator``
///
/// Between 0 (all points in one place) and log₂ n (all further apart than the bandwidth). Source: Liao et al., arXiv 2312.04823.
public enum DiffusionEntropy {
    /// - Parameter time: t above 0, not necessarily whole.
    public static func bits(_ eigenvalues: [Double], time: Double) -> Double {
        precondition(time > 0, "time \(time)")
        // Relative to the largest, so that no power underflows that counts.
        let largest = eigenvalues.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return 0 }
        let powers = eigenvalues.map { pow(abs($0) / largest, time) }
        let total = powers.reduce(0, +)
        let entropy = powers.reduce(0) { $1 > 0 ? $0 - $1 / total * log2($1 / total) : $0 }
        return entropy == 0 ? 0 : entropy
    }

    /// S of points, at several times.
    public static func bits(squaredDistances: Matrix, bandwidth: Double, times: [Double]) throws -> [Double] {
        let values = try DiffusionOperator(squaredDistances: squaredDistances, bandwidth: bandwidth).eigenvalues()
        return times.map { bits(values, time: $0) }
    }

    /// S of points, one a row.
    public static func bits(_ points: Matrix, bandwidth: Double, time: Double = 1) throws -> Double {
        try bits(squaredDistances: PointCloud(points).squaredDistances, bandwidth: bandwidth, times: [time])[0]
    }
}
