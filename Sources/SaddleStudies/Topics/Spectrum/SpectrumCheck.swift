import SaddleNumerics

/// Numbers of sampled matrices beside their limits.
struct SpectrumCheck: Sendable {
    struct Row: Sendable {
        let quantity: String
        let predicted: Double
        let measured: Estimate
        /// Standard normal if theory is right.
        let score: Double
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4

    private(set) var rows: [Row] = []

    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(max(rows.count, 1))) }
    var worst: Double { rows.map { abs($0.score) }.max() ?? 0 }
    var passes: Bool { worst <= threshold }

    /// A mean with Student's distribution.
    mutating func add(_ quantity: String, _ measured: Estimate, predicted: Double) {
        let degrees = Double(measured.count - 1)
        let difference = measured.mean - predicted
        // What does not vary at all must be right to rounding.
        let isExact = measured.standardError <= 1e-12 * max(abs(predicted), 1)
        let score =
            isExact
            ? (abs(difference) <= 1e-9 * max(abs(predicted), 1) ? 0 : .infinity)
            : normalScore(t: difference / measured.standardError, degreesOfFreedom: degrees)
        rows.append(Row(quantity: quantity, predicted: predicted, measured: measured, score: score))
    }

    /// A variance over matrices of a statistic that is asymptotically normal.
    mutating func add(varianceOf quantity: String, _ samples: [Double], predicted: Double) {
        let degrees = Double(samples.count - 1)
        let error = Estimate(samples).standardError
        let variance = error * error * Double(samples.count)
        // A constant, such as the trace of a square of fixed size.
        if predicted <= 1e-20 { return }
        rows.append(
            Row(
                quantity: "variance of \(quantity)", predicted: predicted,
                measured: Estimate(mean: variance, standardError: variance * (2 / degrees).squareRoot(), count: samples.count),
                score: variance > 0
                    ? normalScore(varianceRatio: variance / predicted, degreesOfFreedom: degrees, 1e7) : -.infinity))
    }
}

extension SpectrumCheck {
    struct Numbers: Encodable, Sendable {
        struct Row: Encodable, Sendable {
            let quantity: String
            let predicted, measured, error: Double
            /// Null: certain not to agree.
            let z: Double?
        }
        let passes: Bool
        let largestZ: Double?
        let threshold: Double
        let rows: [Row]
    }

    var numbers: Numbers {
        Numbers(
            passes: passes, largestZ: worst.isFinite ? worst : nil, threshold: threshold,
            rows: rows.map {
                .init(
                    quantity: $0.quantity, predicted: $0.predicted, measured: $0.measured.mean, error: $0.measured.standardError,
                    z: $0.score.isFinite ? $0.score : nil)
            })
    }
}
