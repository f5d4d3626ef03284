import SaddleModels
import SaddleNumerics

/// Losses of the infinite-width limit from the outputs of several solutions.
///
/// The loss of the limit is the loss of the mean output. The mean of the losses would hold ½ tr(H Cov f) beside it, which falls with
/// the sites but not with the number of solutions, and grows as 1/γ₀² where learning is lazy; the loss of the averaged
/// outputs holds the n-th part of that. The jackknife removes it (``Jackknife``).
struct LimitLosses {
    private let experiment: Experiment
    private let sets: [(output: ObservableLayout.Entry, loss: ObservableLayout.Entry, labels: Matrix)]

    init(_ experiment: Experiment, _ layout: ObservableLayout) {
        self.experiment = experiment
        sets = [(SampleSet.train, experiment.data.trainLabels), (.test, experiment.data.testLabels)].compactMap { set, labels in
            guard let output = layout[.output(set)], let loss = layout[.loss(set)] else { return nil }
            return (output, loss, labels)
        }
    }

    /// The outputs among all observables.
    func outputs(_ observables: [Double]) -> [Double] { sets.flatMap { observables[$0.output.range] } }

    /// Places of the losses, in the order in which `losses` returns them.
    var places: [Int] { sets.flatMap { $0.loss.range } }

    /// Losses to first order around other outputs f∞: ℓ(f∞) + ∂ℓ/∂f·(f − f∞). Their N·variance is that of the losses, and
    /// converges as fast as that of outputs, while that of losses near a minimum does not.
    func linearized(ofOutputs f: [Double], around limit: [Double]) -> [Double] {
        everywhere { labels, range in
            let outputs = block(limit, range, labels), loss = experiment.training.loss
            let slopes = loss.errors(outputs: outputs, labels: labels)
            let moved = block(f, range, labels)
            var sum = 0.0
            for i in 0..<labels.rows { for c in 0..<labels.columns { sum -= slopes[i, c] * (moved[i, c] - outputs[i, c]) } }
            return loss.mean(outputs: outputs, labels: labels) + sum / Double(labels.rows)
        }
    }

    /// Standard error of ∂ℓ/∂f of the mean over solutions, relative to its norm, for every set at every time; infinite for a single solution.
    func relativeSlopeErrors(_ solutions: [[Double]]) -> [Double] {
        everywhere { labels, range in
            if solutions.count < 2 { return .infinity }
            var slopes = StreamingMoments(dimension: range.count)
            for f in solutions {
                slopes.add(experiment.training.loss.errors(outputs: block(f, range, labels), labels: labels).elements)
            }
            func square(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
            let norm = square(slopes.mean)
            return norm > 0 ? (square(slopes.meanError) / norm).squareRoot() : 0
        }
    }

    /// Losses of every set at every time.
    func losses(ofOutputs f: [Double]) -> [Double] {
        everywhere { labels, range in experiment.training.loss.mean(outputs: block(f, range, labels), labels: labels) }
    }

    /// A number of every set at every time, from its labels and the range of its outputs among all outputs.
    private func everywhere(_ number: (_ labels: Matrix, _ outputs: Range<Int>) -> Double) -> [Double] {
        var start = 0
        return sets.flatMap { set in
            let size = set.labels.rows * set.labels.columns
            return set.loss.range.map { _ in
                defer { start += size }
                return number(set.labels, start..<start + size)
            }
        }
    }

    /// The outputs of one set at one time, samples × C.
    private func block(_ f: [Double], _ range: Range<Int>, _ labels: Matrix) -> Matrix {
        Matrix(rows: labels.rows, columns: labels.columns) { f[range.lowerBound + $0 * labels.columns + $1] }
    }
}
