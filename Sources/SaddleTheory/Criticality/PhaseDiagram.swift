import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The phases of deep random networks in the plane of bias and weight variance.
///
/// For every (C_b, C_W) the limit of the kernel with depth from K = 1, its phase and its susceptibilities. The line between order
/// and chaos needs no search: the fixed points with χ_⊥ = 1 are the curve C_W = 1/⟨φ′²⟩_K, C_b = K − C_W⟨φ²⟩_K. Source:
/// Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli, "Exponential expressivity in deep neural networks through transient
/// chaos" (1606.05340), figure 1, with K here their q.
public struct PhaseDiagram: Sendable {
    /// C_b and C_W of the columns and rows.
    public let biasVariances: [Double], weightVariances: [Double]
    /// `limits[i][j]` for `weightVariances[i]` and `biasVariances[j]`.
    public let limits: [[KernelLimit]]
    /// Points of the line χ_⊥ = 1, by growing K*; only fixed points that kernels tend to (χ_∥ ≤ 1).
    public let criticalLine: [(kernel: Double, biasVariance: Double, weightVariance: Double)]

    /// - Throws: ``CriticalityError`` of the first point that has no answer.
    public init(of activation: Activation, biasVariances: [Double], weightVariances: [Double]) throws {
        self.biasVariances = biasVariances
        self.weightVariances = weightVariances
        let known = KernelMap.averagesOnTheWay(of: activation, from: 1)
        limits = try Threads.map(weightVariances.count) { i in
            try biasVariances.map {
                try KernelMap(activation, weightVariance: weightVariances[i], biasVariance: $0).limit(from: 1, known: known)
            }
        }
        criticalLine = try Self.criticalLine(of: activation, upTo: biasVariances.max() ?? 0)
    }

    /// The line χ_⊥ = 1 for 0 ≤ C_b ≤ `largest` and one point beyond, 16 points a decade of K.
    public static func criticalLine(
        of activation: Activation, upTo largest: Double
    ) throws(CriticalityError) -> [(kernel: Double, biasVariance: Double, weightVariance: Double)] {
        var line: [(kernel: Double, biasVariance: Double, weightVariance: Double)] = []
        for i in -96...96 {
            let kernel = pow(10, Double(i) / 16)
            let m: ActivationAverages
            do { m = try ActivationAverages(of: activation, kernel: kernel) } catch {
                if case .average(_, _, .notFinite) = error { break }
                throw error
            }
            let weightVariance = 1 / m.slopeSquare
            let biasVariance = kernel - weightVariance * m.square
            if biasVariance < -1e-12 * kernel || weightVariance * m.squareDerivative > 1 + 1e-9 { continue }
            if biasVariance > largest && line.isEmpty { continue }
            line.append((kernel, max(biasVariance, 0), weightVariance))
            if biasVariance > largest { break }
        }
        return line
    }
}
