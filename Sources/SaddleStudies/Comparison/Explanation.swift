#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics
import SaddleReport

/// What a difference between theory and ensembles means, by how it changes with width.
///
/// Theory claims to know the limit and the term of order 1/N; what it neglects falls with the next power. A deviation from what it
/// claims does not fall like that. So two laws with one free factor each are fitted to the deviations at all widths, and the better
/// one explains them; a straight line to 1/N = 0 decides where neither fits. A single width has both explanations.
struct Explanation {
    struct Deviation {
        var width: Int
        var value: Double
        /// Standard error of the measured side.
        var error: Double
        /// Whether it is beyond the threshold.
        var fails: Bool
    }

    let verdict: Verdict
    let sentence: String

    /// One law must fit better than the other by so much in χ²: two standard errors.
    private static let margin = 4.0

    /// - Parameters:
    ///   - deviations: measured less predicted, widths in ascending order.
    ///   - common: standard error of theory, the same at every width.
    ///   - neglected: p, when the first neglected term falls as N^{−p}.
    ///   - claimed: powers with which an error in what theory claims would fall.
    ///   - threshold: the |z| that chance does not exceed.
    init(_ deviations: [Deviation], common: Double, neglected p: Double, claimed: [Double], threshold: Double) {
        let text = deviations.map { "\(NumberText.withError($0.value, $0.error)) at width \($0.width)" }
        guard deviations.count > 1, let widest = deviations.last else {
            verdict = .cannotTell
            sentence = "One width cannot tell an error from a term beyond 1/N: add a larger width to 'simulate.widths'."
            return
        }
        let fit = LawFit(deviations, common: common)
        let beyond = fit.chiSquare(power: p)
        let within = claimed.map { fit.chiSquare(power: $0) }.min()!
        let line = SizeExtrapolation(
            sizes: deviations.map(\.width), power: p, weights: deviations.map { 1 / ($0.error * $0.error) })
        let values = deviations.map(\.value)
        let noise = zip(line.coefficients, deviations).reduce(common * common) { $0 + $1.0 * $1.0 * $1.1.error * $1.1.error }
        let bend = line.curvature(values, scale: values.map(abs).max()!, noise: noise.squareRoot())
        let intercept = line.limit(values) / (noise + bend * bend).squareRoot()
        let course = "The deviation is \(text.joined(separator: ", "))"
        if abs(intercept) > threshold || (beyond - within > Self.margin && within <= threshold * threshold) {
            verdict = .disagrees
            sentence = "\(course): it does not fall as a term beyond 1/N would."
        } else if within - beyond > Self.margin || (!widest.fails && beyond <= within) {
            verdict = .outsideRegime
            sentence = "\(course): it falls as a term beyond 1/N does."
        } else {
            verdict = .cannotTell
            sentence =
                "\(course); whether it falls as a term beyond 1/N does, the error bars leave open: more networks, or a larger width, would tell."
        }
    }
}

/// Least squares of deviations on a single power of the width.
private struct LawFit {
    private let deviations: [Explanation.Deviation]
    private let common: Double

    init(_ deviations: [Explanation.Deviation], common: Double) {
        self.deviations = deviations
        self.common = common
    }

    /// The smallest (d − c n)ᵀ Σ⁻¹ (d − c n) over c, with n = N^{−power} and Σ = diag(eᵢ²) + τ².
    func chiSquare(power: Double) -> Double {
        let d = deviations.map(\.value), n = deviations.map { pow(Double($0.width), -power) }
        let nn = product(n, n)
        return nn > 0 ? product(d, d) - product(d, n) * product(d, n) / nn : product(d, d)
    }

    /// aᵀ Σ⁻¹ b, by the formula of Sherman and Morrison.
    private func product(_ a: [Double], _ b: [Double]) -> Double {
        let weights = deviations.map { 1 / ($0.error * $0.error) }
        func sum(_ x: [Double]) -> Double { zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 } }
        let direct = sum(zip(a, b).map { $0 * $1 })
        let square = common * common
        return direct - sum(a) * sum(b) * square / (1 + square * weights.reduce(0, +))
    }
}
