import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What can be seen of a committee at one step, beside its losses.
package struct CommitteeMeasures: Sendable {
    package static let names = ["target_alignment", "initial_alignment", "participation", "train_accuracy", "test_accuracy"]
    package static let titles = [
        "Centred alignment of the tangent kernel with the target",
        "Centred alignment of the tangent kernel with its initial self",
        "Participation ratio of the features (of WᵀW/N)", "Share of training samples on the target's side of its mean",
        "The same on fresh samples",
    ]
    package static let freshSamples = 1000
    package let values: [Double]

    package init(
        _ state: CommitteeState, initial: CommitteeState, _ task: CommitteeTask, _ draw: CommitteeTask.Draw,
        tests: Matrix, initialKernel: Matrix
    ) {
        let kernel = state.tangentKernel(draw.inputs, epsilon: task.epsilon)
        let residual = state.residual(task, direction: draw.direction, initial: initial)
        func accuracy(_ inputs: Matrix, _ labels: [Double]) -> Double {
            let right = zip(residual.values(at: inputs), labels).count { r, y in
                (r + y > draw.meanLabel) == (y > draw.meanLabel)
            }
            return Double(right) / Double(labels.count)
        }
        let labels = Matrix(rows: draw.labels.count, columns: 1, elements: draw.labels)
        values = [
            KernelMeasures.alignment(kernel, labels: labels) ?? .nan,
            KernelMeasures.alignment(kernel, with: initialKernel) ?? .nan,
            KernelMeasures.participationRatio(state.secondMoment) ?? .nan,
            accuracy(draw.inputs, draw.labels), accuracy(tests, CommitteeTask.labels(of: tests, draw.direction)),
        ]
    }

    /// Of a whole training.
    package static func course(
        _ states: [CommitteeState], _ task: CommitteeTask, _ draw: CommitteeTask.Draw, seed: Int
    ) -> [CommitteeMeasures] {
        var stream = RandomStream(seed: seed, .committeeTests, 0)
        let tests = task.inputs(freshSamples, &stream)
        let kernel = states[0].tangentKernel(draw.inputs, epsilon: task.epsilon)
        return states.map {
            CommitteeMeasures($0, initial: states[0], task, draw, tests: tests, initialKernel: kernel)
        }
    }
}
