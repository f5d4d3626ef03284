import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Measured outputs of ensembles beside the lazy limit.
package struct LazyCheck: Sendable {
    /// One recorded step, training or test points together.
    package struct Row: Sendable {
        package let step: Int
        package let points: String
        /// Root mean square of mean − f∞ at every width.
        package let distances: [Double]
        package let predictedDeviation, predictedError, measuredDeviation, measuredError: Double
    }

    /// The first output of one sample against time.
    package struct Curve: Sendable {
        package let title: String
        package let steps, mean, low, high: [Double]
        package let measured: [[Estimate]]
    }

    /// Whether variances are multiplied by N: those of centred networks vanish in the limit.
    package let isScaled: Bool
    package private(set) var rows: [Row] = []
    package private(set) var curves: [Curve] = []
    package private(set) var check = Check()

    package init(_ answer: LazySolution, widths: [Int], moments: [StreamingMoments], layout: ObservableLayout) {
        isScaled = !answer.hasSpread
        let line = SizeExtrapolation(sizes: widths)
        let outputs = answer.data.outputCount
        // At three times at most: the errors of neighbouring ones are nearly the same.
        let all = answer.steps.indices.filter { answer.steps[$0] > 0 }
        let picked = Set([all.first, all.isEmpty ? nil : all[all.count / 2], all.last].compactMap(\.self)).sorted()
        for (name, samples, first) in [
            ("training", answer.data.trainCount, 0), ("test", answer.data.testCount, answer.data.trainCount),
        ] where samples > 0 {
            // What a user sees of an output: the size of labels.
            let labels = (first > 0 && answer.data.hasTestLabels ? answer.data.testLabels : answer.data.trainLabels).elements
            let size = (labels.reduce(0) { $0 + $1 * $1 } / Double(labels.count)).squareRoot()
            let entry = layout[.output(first == 0 ? .train : .test)]!
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
                let excess = moments.map { $0.pooledExcess(place(t, 0, 0)..<place(t, samples, 0)) }
                for sample in 0..<samples {
                    for c in 0..<outputs {
                        let i = place(t, sample, c), (f, variance) = predicted(t, sample, c)
                        let means = moments.map { Estimate(mean: $0.mean[i], standardError: $0.meanError[i], count: $0.count) }
                        for w in widths.indices { distances[w] += (means[w].mean - f) * (means[w].mean - f) }
                        let freedom = moments.indices.map {
                            moments[$0].freedom(i, pooledExcess: excess[$0], isPositive: false)
                        }
                        let spot = "step \(answer.steps[t]), sample \(sample + 1)" + (outputs > 1 ? ", output \(c + 1)" : "")
                        check.add(
                            .mean(
                                "mean of \(name) outputs", at: spot, predicted: f, measured: means, freedom: freedom, line: line,
                                scale: size))
                        guard let variance else { continue }
                        let variances = zip(widths, moments).map { (isScaled ? Double($0) : 1) * $1.variance[i] }
                        predictedSum += variance.mean
                        measuredSum += line.limit(variances)
                        // As if fully correlated between points: on the safe side.
                        predictedErrors += variance.standardError
                        measuredErrors +=
                            line.limit(
                                zip(widths, moments).map { width, m in
                                    let factor = isScaled ? Double(width) : 1
                                    return Estimate(
                                        mean: factor * m.variance[i], standardError: factor * m.varianceError[i], count: m.count)
                                }
                            ).sampling.error
                        let relative = variance.standardError / variance.mean
                        check.add(
                            .variance(
                                "\(isScaled ? "N·variance" : "variance") of \(name) outputs", at: spot,
                                predicted: variance.mean,
                                predictedFreedom: relative > 0 ? 2 / (relative * relative) : .infinity, measured: variances,
                                freedom: freedom, line: line, scale: size))
                    }
                }
                let count = Double(samples * outputs)
                func deviation(_ sum: Double, _ error: Double) -> (mean: Double, error: Double) {
                    let root = (max(sum, 0) / count).squareRoot()
                    // δ√v = δv/2√v; √δv for a variance that is not above its error.
                    return (root, sum > error ? error / count / (2 * root) : (error / count).squareRoot())
                }
                let predictedRoot = deviation(predictedSum, predictedErrors),
                    measuredRoot = deviation(measuredSum, measuredErrors)
                rows.append(
                    Row(
                        step: answer.steps[t], points: name, distances: distances.map { ($0 / count).squareRoot() },
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
}
