import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Measured correlations and responses beside the theory.
///
/// At size N a mean is q∞ + b/N + O(1/N²). It is extrapolated to 1/N = 0 by a straight line through the sizes (``DepthCheck``) and compared
/// with q∞ by Student's law over matrices.
struct LinearResponseCheck: Sendable {
    enum Verdict: String, Encodable, Sendable {
        case agrees
        case disagrees
        /// Theory, extrapolation or measurement are not known to half of their scale: no |z| says anything.
        case cannotTell = "cannot tell"
    }

    struct Row: Encodable, Sendable {
        /// C, P or R; R has no second time.
        let quantity: String
        let time: Double
        let otherTime: Double
        let predicted, measured, error, z: Double
    }

    struct Numbers: Encodable, Sendable {
        let verdict: Verdict
        let passes: Bool
        let compared: Int
        let largestZ, threshold, largestCorrection: Double
        let sizes: [Int]
        let matrices: Int
        let rows: [Row]
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4
    /// Largest error, of a mean, of the theory's grid and of the step from the largest size to the limit, relative to the scale, at which a
    /// comparison means something.
    static let tolerable = 0.5
    /// Of a step of the integrator, relative to x: 0.2⁵/120 and a margin.
    private static let integrationError = 1e-5

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
        let limit = DepthCheck.atInfiniteWidth(ensembles.map(\.size), values, weights: values.map { _ in 1 })
        // x = 0 at the start, or decayed beyond the range of doubles: nothing to compare.
        if scale == 0 && abs(limit.mean) < 1e-150 { return }
        // Without spread (couplings of strength 0, say) the integrator errs more than the mean.
        let integration = Self.integrationError * RandomDynamicsEnsemble.stepCount(answer.model, duration: times[i] + times[j])
        let error = max(limit.standardError, integration * scale)
        let z = normalScore(t: (limit.mean - predicted) / error, degreesOfFreedom: Double(limit.count - 1))
        largestCorrection = max(largestCorrection, abs(values.last!.mean - limit.mean) / scale)
        largestError = max(largestError, limit.standardError / scale)
        rows.append(
            Row(
                quantity: quantity, time: times[i], otherTime: times[j], predicted: predicted, measured: limit.mean,
                error: error, z: z))
    }

    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(rows.count)) }
    var worst: Double { rows.reduce(0) { max($0, abs($1.z)) } }
    var verdict: Verdict {
        // A theory, or an extrapolation, that is wrong by half neither agrees nor disagrees; noisy means may well disagree.
        if answer.stepError > Self.tolerable || largestCorrection > Self.tolerable { return .cannotTell }
        return worst > threshold ? .disagrees : largestError > Self.tolerable ? .cannotTell : .agrees
    }
    var passes: Bool { verdict != .disagrees }
    var numbers: Numbers {
        Numbers(
            verdict: verdict, passes: passes, compared: rows.count, largestZ: worst, threshold: threshold,
            largestCorrection: largestCorrection,
            sizes: ensembles.map(\.size), matrices: answer.study.matrices, rows: rows)
    }
}
