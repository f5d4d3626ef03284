import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Measured correlations and responses beside the theory.
///
/// At size N a mean is q∞ + b/N + O(1/N²). It is extrapolated to 1/N = 0 by a straight line through the sizes (``DepthCheck``) and compared
/// with q∞ by Student's law over matrices.
struct LinearResponseCheck: Sendable {
    struct Row: Encodable, Sendable {
        /// C, P or R; R has no second time.
        let quantity: String
        let time: Double
        let otherTime: Double
        let predicted, measured, error, z: Double
    }

    struct Numbers: Encodable, Sendable {
        let passes: Bool
        let compared: Int
        let largestZ, threshold, largestCorrection: Double
        let sizes: [Int]
        let matrices: Int
        let rows: [Row]
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4

    let answer: LinearResponseAnswer
    let ensembles: [RandomDynamicsEnsemble]
    private(set) var rows: [Row] = []
    /// Largest |q_N − q∞| of the means at the largest size, relative to √(q(t, t) q(t′, t′)), and the largest error of an extrapolated one.
    private(set) var largestCorrection = 0.0
    private(set) var largestError = 0.0

    init(_ answer: LinearResponseAnswer, _ ensembles: [RandomDynamicsEnsemble]) {
        self.answer = answer
        self.ensembles = ensembles
        let recorded = answer.study.recorded
        for (i, gi) in recorded.enumerated() {
            for (j, gj) in recorded.enumerated() where j <= i {
                func compare(_ quantity: String, _ matrix: Matrix, _ measured: (RandomDynamicsEnsemble) -> Estimate) {
                    add(
                        quantity, i, j, predicted: matrix[gi, gj], scale: (matrix[gi, gi] * matrix[gj, gj]).squareRoot(), measured
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
        let limit = DepthCheck.atInfiniteWidth(ensembles.map(\.size), values, weights: values.map { _ in 1 })
        // x = 0 at the start: nothing random, nothing to compare.
        if limit.standardError == 0 && limit.mean == predicted { return }
        let z = normalScore(t: (limit.mean - predicted) / limit.standardError, degreesOfFreedom: Double(limit.count - 1))
        largestCorrection = max(largestCorrection, abs(values.last!.mean - limit.mean) / scale)
        largestError = max(largestError, limit.standardError / scale)
        rows.append(
            Row(
                quantity: quantity, time: times[i], otherTime: times[j], predicted: predicted, measured: limit.mean,
                error: limit.standardError, z: z))
    }

    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(rows.count)) }
    var worst: Double { rows.reduce(0) { max($0, abs($1.z)) } }
    var passes: Bool { worst <= threshold }
    var numbers: Numbers {
        Numbers(
            passes: passes, compared: rows.count, largestZ: worst, threshold: threshold, largestCorrection: largestCorrection,
            sizes: ensembles.map(\.size), matrices: answer.study.matrices, rows: rows)
    }
}
