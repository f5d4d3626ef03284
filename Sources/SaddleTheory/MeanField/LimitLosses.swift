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
        var start = 0
        return sets.flatMap { set in
            let (rows, columns) = (set.labels.rows, set.labels.columns)
            return set.loss.range.map { _ in
                defer { start += rows * columns }
                let outputs = Matrix(rows: rows, columns: columns) { limit[start + $0 * columns + $1] }
                let errors = experiment.training.loss.errors(outputs: outputs, labels: set.labels)
                var sum = 0.0
                for i in 0..<rows {
                    for c in 0..<columns {
                        sum -= errors[i, c] * (f[start + i * columns + c] - outputs[i, c])
                    }
                }
                return experiment.training.loss.mean(outputs: outputs, labels: set.labels) + sum / Double(rows)
            }
        }
    }

    /// Standard error of ∂ℓ/∂f of the mean over solutions, relative to its norm, for every set at every time; infinite for a single solution.
    func relativeSlopeErrors(_ solutions: [[Double]]) -> [Double] {
        let count = Double(solutions.count)
        var start = 0
        return sets.flatMap { set in
            let size = set.labels.rows * set.labels.columns
            return set.loss.range.map { _ -> Double in
                defer { start += size }
                let slopes = solutions.map { f in
                    let outputs = Matrix(rows: set.labels.rows, columns: set.labels.columns) {
                        f[start + $0 * set.labels.columns + $1]
                    }
                    return experiment.training.loss.errors(outputs: outputs, labels: set.labels).elements
                }
                if count < 2 { return .infinity }
                var (norm, scatter) = (0.0, 0.0)
                for i in 0..<size {
                    let mean = slopes.reduce(0) { $0 + $1[i] } / count
                    norm += mean * mean
                    scatter += slopes.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) }
                }
                return norm > 0 ? (scatter / (count * (count - 1)) / norm).squareRoot() : 0
            }
        }
    }

    /// Losses of every set at every time.
    func losses(ofOutputs f: [Double]) -> [Double] {
        var start = 0
        return sets.flatMap { set in
            let (rows, columns) = (set.labels.rows, set.labels.columns)
            return set.loss.range.map { _ in
                defer { start += rows * columns }
                let outputs = Matrix(rows: rows, columns: columns) { f[start + $0 * columns + $1] }
                return experiment.training.loss.mean(outputs: outputs, labels: set.labels)
            }
        }
    }
}
