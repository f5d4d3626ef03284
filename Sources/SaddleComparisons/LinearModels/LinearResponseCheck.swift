import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Measured correlations and responses beside the theory.
///
/// At size N a mean is q∞ + b/N + O(1/N²). It is extrapolated to 1/N = 0 by a straight line through the sizes (``DepthCheck``) and compared
/// with q∞ by Student's law over matrices.
package struct LinearResponseCheck: Sendable {
    /// Of a step of the integrator, relative to x: 0.2⁵/120 and a margin.
    private static let integrationError = 1e-5

    package let theory: RandomDynamicsSolution
    /// Steps of the theory's grid at which systems are recorded.
    package let recorded: [Int]
    package let ensembles: [RandomDynamicsEnsemble]
    package private(set) var check = Check()
    /// Largest |q_N − q∞| of the means at the largest size, relative to √(q(t, t) q(t′, t′)).
    package private(set) var largestCorrection = 0.0

    package init(_ theory: RandomDynamicsSolution, recorded: [Int], _ ensembles: [RandomDynamicsEnsemble]) {
        (self.theory, self.recorded, self.ensembles) = (theory, recorded, ensembles)
        for (i, gi) in recorded.enumerated() {
            for (j, gj) in recorded.enumerated() where j <= i {
                func compare(_ quantity: String, _ matrix: Matrix, _ measured: (RandomDynamicsEnsemble) -> Estimate) {
                    add(
                        quantity, i, j, predicted: matrix[gi, gj],
                        scale: matrix[gi, gi].squareRoot() * matrix[gj, gj].squareRoot(), measured
                    )
                }
                compare("C", theory.twoTime.correlation) { $0.correlation(i, j) }
                // With t′ = 0 P is R, and at both it is 1 by construction.
                if j > 0 { compare("P", theory.perturbation) { $0.perturbation(i, j) } }
            }
            if i > 0 {
                let scale = theory.perturbation[gi, gi].squareRoot()
                add("R", i, 0, predicted: theory.twoTime.response[gi, 0], scale: scale) { $0.response(i) }
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
        let integration = Self.integrationError * RandomDynamicsEnsemble.stepCount(theory.model, duration: times[i] + times[j])
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
                        error: theory.stepError(
                            ofPerturbation: quantity != "C", recorded[i], recorded[j])),
                ],
                measured: values, freedom: freedom, line: line, scale: scale))
    }

    /// What would help where nothing can be told.
    package var remedies: [String] {
        guard check.verdict == .cannotTell else { return [] }
        let grid =
            theory.stepError > 0.1
            ? [
                "The step of the theory's grid leaves an error of \(NumberText.short(100 * theory.stepError, digits: 2)) %: raise "
                    + "'linear_response.steps'."
            ] : []
        return grid + ["Errors become smaller with larger 'sizes', more 'matrices' or a shorter 'duration'."]
    }
}
