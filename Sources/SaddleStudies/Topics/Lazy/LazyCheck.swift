import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Measured outputs of ensembles beside the lazy limit.
struct LazyCheck: Sendable {
    /// One recorded step, training or test points together.
    struct Row: Encodable, Sendable {
        let step: Int
        let points: String
        /// Root mean square of mean − f∞ at every width.
        let distances: [Double]
        let predictedDeviation, predictedError, measuredDeviation, measuredError: Double
    }

    /// The first output of one sample against time.
    struct Curve: Sendable {
        let title: String
        let steps, mean, low, high: [Double]
        let measured: [[Estimate]]
    }

    struct Numbers: Encodable, Sendable {
        let passes: Bool
        let compared: Int
        let largestZ, threshold: Double
        let rows: [Row]
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4

    /// Whether variances are multiplied by N: those of centred networks vanish in the limit.
    let isScaled: Bool
    private(set) var rows: [Row] = []
    private(set) var curves: [Curve] = []
    private(set) var count = 0
    private(set) var worst = 0.0

    init(_ answer: LazyAnswer, widths: [Int], moments: [StreamingMoments], layout: ObservableLayout) {
        isScaled = !answer.hasSpread
        // Weights that do not depend on what was measured.
        let equal = widths.map { _ in 1.0 }
        let outputs = answer.data.outputCount
        // At three times at most: the errors of neighbouring ones are nearly the same.
        let all = answer.steps.indices.filter { answer.steps[$0] > 0 }
        let picked = Set([all.first, all.isEmpty ? nil : all[all.count / 2], all.last].compactMap(\.self)).sorted()
        for (name, samples, first) in [
            ("training", answer.data.trainCount, 0), ("test", answer.data.testCount, answer.data.trainCount),
        ] where samples > 0 {
            let entry = layout[name == "training" ? "train_output" : "test_output"]!
            func place(_ t: Int, _ sample: Int, _ c: Int) -> Int {
                entry.range.lowerBound + t * entry.stride + sample * outputs + c
            }
            func predicted(_ t: Int, _ sample: Int, _ c: Int) -> (mean: Double, variance: Estimate?) {
                let recorded = answer.recorded[t]
                let f = (first == 0 ? recorded.train : recorded.test)[sample, c]
                if let deviations = first == 0 ? recorded.trainDeviations : recorded.testDeviations {
                    return (f, Estimate(mean: deviations[sample] * deviations[sample], standardError: 0, count: 1))
                }
                let variance = recorded.kernelVariance.map {
                    Estimate(mean: $0.value[first + sample, c], standardError: $0.error[first + sample, c], count: 1)
                }
                return (f, variance)
            }
            for t in picked {
                var distances = widths.map { _ in 0.0 }
                var (predictedSum, measuredSum, predictedErrors, measuredErrors) = (0.0, 0.0, 0.0, 0.0)
                for sample in 0..<samples {
                    for c in 0..<outputs {
                        let i = place(t, sample, c), (f, variance) = predicted(t, sample, c)
                        let means = moments.map {
                            Estimate(mean: $0.mean[i] - f, standardError: $0.meanError[i], count: $0.count)
                        }
                        let variances = zip(widths, moments).map { width, m in
                            let factor = isScaled ? Double(width) : 1
                            return Estimate(
                                mean: factor * m.variance[i], standardError: factor * m.varianceError[i], count: m.count)
                        }
                        for w in widths.indices { distances[w] += means[w].mean * means[w].mean }
                        let mean = DepthCheck.atInfiniteWidth(widths, means, weights: equal)
                        add(normalScore(t: mean.mean / mean.standardError, degreesOfFreedom: Double(mean.count - 1)), of: mean)
                        if let variance {
                            let measured = DepthCheck.atInfiniteWidth(widths, variances, weights: equal)
                            predictedSum += variance.mean
                            measuredSum += measured.mean
                            // As if fully correlated between points: on the safe side.
                            predictedErrors += variance.standardError
                            measuredErrors += measured.standardError
                            add(Self.score(measured, variance, widths), of: variance)
                        }
                    }
                }
                let size = Double(samples * outputs)
                func deviation(_ sum: Double, _ error: Double) -> (mean: Double, error: Double) {
                    let root = (max(sum, 0) / size).squareRoot()
                    // δ√v = δv/2√v; √δv for a variance that is not above its error.
                    return (root, sum > error ? error / size / (2 * root) : (error / size).squareRoot())
                }
                let predictedRoot = deviation(predictedSum, predictedErrors),
                    measuredRoot = deviation(measuredSum, measuredErrors)
                rows.append(
                    Row(
                        step: answer.steps[t], points: name, distances: distances.map { ($0 / size).squareRoot() },
                        predictedDeviation: predictedRoot.mean, predictedError: predictedRoot.error,
                        measuredDeviation: measuredRoot.mean, measuredError: measuredRoot.error))
            }
            for sample in [0, samples / 2] where first > 0 || answer.data.testCount == 0 {
                let f = answer.steps.indices.map { predicted($0, sample, 0) }
                let deviations = f.map { (($0.variance?.mean ?? 0) / (isScaled ? Double(widths.last!) : 1)).squareRoot() }
                curves.append(
                    Curve(
                        title: "\(name) sample \(sample + 1)", steps: answer.steps.map(Double.init), mean: f.map(\.mean),
                        low: zip(f, deviations).map { $0.mean - $1 }, high: zip(f, deviations).map { $0.mean + $1 },
                        measured: moments.map { m in
                            answer.steps.indices.map { t in
                                let i = place(t, sample, 0)
                                return Estimate(mean: m.mean[i], standardError: m.meanError[i], count: m.count)
                            }
                        }))
            }
        }
    }

    /// A variance over networks, extrapolated, beside its prediction, as a ratio of variances. Outputs of wide networks are normal,
    /// so each width has E − 1 degrees of freedom, and a combination those that its variance stands for.
    private static func score(_ measured: Estimate, _ predicted: Estimate, _ widths: [Int]) -> Double {
        if predicted.mean == 0 { return measured.mean == 0 ? 0 : .infinity }
        if measured.mean <= 0 { return -.infinity }
        let noise =
            DepthCheck.coefficients(widths, weights: widths.map { _ in 1 }).reduce(0) { $0 + $1 * $1 }
            / Double(measured.count - 1)
        let relative = predicted.standardError / predicted.mean
        return normalScore(
            varianceRatio: measured.mean / predicted.mean, degreesOfFreedom: 1 / noise,
            relative > 0 ? 2 / (relative * relative) : 1e7)
    }

    private mutating func add(_ score: Double, of estimate: Estimate) {
        count += 1
        // Nothing moves and nothing differs: no error, no difference.
        worst = max(worst, score.isNaN && estimate.standardError == 0 ? 0 : abs(score))
    }

    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(max(count, 1))) }
    var passes: Bool { worst <= threshold }
    var numbers: Numbers { Numbers(passes: passes, compared: count, largestZ: worst, threshold: threshold, rows: rows) }
}
