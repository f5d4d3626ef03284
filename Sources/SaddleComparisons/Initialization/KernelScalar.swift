import SaddleMeasures
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One number that is made of a kernel.
package enum KernelScalar: Int, CaseIterable, Sendable {
    /// The mean of the diagonal.
    case diagonal
    /// ‖K − K∞‖/‖K∞‖
    case distance
    /// Centred alignment with the targets.
    case alignment
    /// (Σλ)²/Σλ²
    case rank

    /// Of a kernel beside what it is compared with; nil where it is not defined.
    package func value(_ kernel: Matrix, reference: Matrix, targets: Matrix) -> Double? {
        switch self {
        case .diagonal: kernel.diagonalMean
        case .distance:
            zip(kernel.elements, reference.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                / reference.norm
        case .alignment: KernelMeasures.alignment(kernel, labels: targets)
        case .rank: KernelMeasures.participationRatio(kernel)
        }
    }

    /// On the scale on which fluctuations are nearly normal: sizes by their logarithm.
    func scored(_ value: Double) -> Double? {
        switch self {
        case .alignment: value
        case .diagonal, .distance, .rank: value > 0 ? log(value) : nil
        }
    }
}

/// How far one number lies from those of a sample that it may belong to.
package enum SampleScore {
    /// The scores of all members, each against the others: t = (x − mean)/(s √(1 + 1/n)) with mean and s of the n others, as the normal
    /// score of Student's law with n − 1 degrees of freedom. Members that are exchangeable have exchangeable scores.
    ///
    /// - Returns: nil where the others are all equal, up to rounding.
    package static func leaveOneOut(_ x: [Double]) -> [Double]? {
        let n = Double(x.count - 1)
        precondition(x.count >= 4, "\(x.count) members")
        let centre = x.reduce(0, +) / (n + 1), d = x.map { $0 - centre }, squares = d.reduce(0) { $0 + $1 * $1 }
        let size = x.reduce(0) { max($0, abs($1)) }
        var scores: [Double] = []
        for value in d {
            let mean = -value / n, rest = squares - value * value - n * mean * mean
            // One far member leaves nothing of the sum but rounding: then it is summed again.
            let exact = rest > 1e-6 * squares ? rest : Self.squares(d, without: value, mean: mean)
            let deviation = (exact / (n - 1)).squareRoot()
            if deviation <= 1e-13 * size { return nil }
            scores.append(normalScore(t: (value - mean) / (deviation * (1 + 1 / n).squareRoot()), degreesOfFreedom: n - 1))
        }
        return scores
    }

    private static func squares(_ d: [Double], without value: Double, mean: Double) -> Double {
        let skipped = d.firstIndex(of: value)!
        return d.indices.reduce(0) { $1 == skipped ? $0 : $0 + (d[$1] - mean) * (d[$1] - mean) }
    }
}
