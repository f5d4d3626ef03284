import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// Measured correlations and responses beside the theory.
///
/// At size N a mean is q∞ + b/N + O(1/N²). It is extrapolated to 1/N = 0 by a straight line through the sizes (``DepthCheck``) and compared
/// with q∞ by Student's law over matrices.
struct LinearResponseCheck: Sendable {
    struct Numbers: Encodable, Sendable {
        let sizes: [Int]
        let matrices: Int
        let largestCorrection: Double
        let check: CheckSummary
    }

    /// Of a step of the integrator, relative to x: 0.2⁵/120 and a margin.
    private static let integrationError = 1e-5

    let answer: LinearResponseAnswer
    let ensembles: [RandomDynamicsEnsemble]
    private(set) var check = Check()
    /// Largest |q_N − q∞| of the means at the largest size, relative to √(q(t, t) q(t′, t′)).
    private(set) var largestCorrection = 0.0

    init(_ answer: LinearResponseAnswer, _ ensembles: [RandomDynamicsEnsemble]) {
        self.answer = answer
        self.ensembles = ensembles
        let recorded = answer.study.recorded
        for (i, gi) in recorded.enumerated() {
            for (j, gj) in recorded.enumerated() where j <= i {
                func compare(_ quantity: String, _ matrix: Matrix, _ measured: (RandomDynamicsEnsemble) -> Estimate) {
                    add(
                        quantity, i, j, predicted: matrix[gi, gj],
                        scale: matrix[gi, gi].squareRoot() * matrix[gj, gj].squareRoot(), measured
                    )
                }
                compare("C", answer.twoTime.correlation) { $0.correlation(i, j) }
                // With t′ = 0 P is R, and at both it is 1 by construction.
                if j > 0 { compare("P", answer.perturbation) { $0.perturbation(i, j) } }
            }
            if i > 0 {
                let scale = answer.perturbation[gi, gi].squareRoot()
                add("R", i, 0, predicted: answer.twoTime.response[gi, 0], scale: scale) { $0.response(i) }
            }
        }
    }

    private mutating func add(
        _ quantity: String, _ i: Int, _ j: Int, predicted: Double, scale: Double, _ measured: (RandomDynamicsEnsemble) -> Estimate
    ) {
        let times = ensembles[0].times, values = ensembles.map(measured)
        let line = SizeExtrapolation(sizes: ensembles.map(\.size))
        let limit = line.limit(values.map(\.mean))
        // x = 0 at the start, or decayed beyond the range of doubles: nothing to compare.
        if scale == 0 && abs(limit) < 1e-150 { return }
        // Without spread (couplings of strength 0, say) the integrator errs more than the mean; theory errs by the step of its grid.
        let integration = Self.integrationError * RandomDynamicsEnsemble.stepCount(answer.model, duration: times[i] + times[j])
        let freedom = values.map { EffectiveFreedom.positive($0, scale: scale) }
        largestCorrection = max(largestCorrection, abs(values.last!.mean - limit) / scale)
        check.add(
            .mean(
                quantity,
                at: "t = \(NumberText.exponent(times[i]))" + (quantity == "R" ? "" : ", t′ = \(NumberText.exponent(times[j]))"),
                predicted: predicted,
                uncertainties: [
                    Uncertainty(error: integration * scale),
                    Uncertainty(
                        error: answer.stepError(
                            ofPerturbation: quantity != "C", answer.study.recorded[i], answer.study.recorded[j])),
                ],
                measured: values, freedom: freedom, line: line, scale: scale))
    }

    var numbers: Numbers {
        Numbers(
            sizes: ensembles.map(\.size), matrices: answer.study.matrices, largestCorrection: largestCorrection,
            check: CheckSummary(check))
    }
}
