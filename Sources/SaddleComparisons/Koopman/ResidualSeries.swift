import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// The residuals Δ(t) = f(t) − y of the training samples at every step of one network's training, and what its tangent kernel at the start says of them.
///
/// While features rest, one step of descent on the squared loss is Δ⁺ = (1 − ηΘ/P)Δ: a Koopman operator that is linear in Δ.
public struct ResidualSeries: Sendable {
    /// Steps 0 … T × samples and outputs.
    public let residuals: Matrix
    /// 1 − ηλₖ/P for the eigenvalues λₖ of Θ at the start, largest λ first; nil where training is none of the above.
    public let multipliers: [Double]?
    /// Why there are none.
    public let reason: String?

    /// - Throws: `Divergence`, `CancellationError`, ``FactorizationError``.
    public init(
        _ experiment: Experiment, width: Int, seed: Int, index: Int, progress: ProgressHandler? = nil,
        shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        let training = experiment.training, data = experiment.data
        precondition(!training.isStream, "streams have no residuals of the same samples at every step")
        var every = experiment
        every.recordedSteps = Array(0...training.steps)
        let trainer = Trainer(every, width: width, recordsKernels: false)
        var network = trainer.initialNetwork(seed: seed, index: index)
        let start = network
        let values = try trainer.train(&network, index: index) { step in
            if shouldStop() { throw CancellationError() }
            progress?(Double(step), Double(training.steps))
        }
        let outputs = ObservableSeries(trainer.layout[.output(.train)]!, of: values)
        let labels = data.trainLabels, columns = data.outputCount
        residuals = Matrix(rows: training.steps + 1, columns: data.trainCount * columns) { t, k in
            outputs.at(t, k / columns, k % columns) - labels[k / columns, k % columns]
        }
        let rates = Set((0..<training.steps).map { training.rate(at: $0) })
        let reasons: [(Bool, String)] = [
            (training.loss != .squared, "the loss is not the squared one"),
            (!training.isPlainDescent, "the optimiser is not descent with one learning rate"),
            (training.momentum != 0, "there is momentum"), (training.weightDecay != 0, "there is weight decay"),
            (training.batchSize.map { $0 < data.trainCount } ?? false, "batches are drawn"),
            (rates.count > 1, "the learning rate changes"),
        ]
        reason = reasons.first { $0.0 }?.1
        guard reason == nil, let rate = rates.first else {
            multipliers = nil
            return
        }
        let kernel = TangentFields(start, data.trainInputs).tangentKernel()
        multipliers = try kernel.symmetricEigenvalues().reversed().map { 1 - rate * $0 / Double(data.trainCount) }
    }
}
