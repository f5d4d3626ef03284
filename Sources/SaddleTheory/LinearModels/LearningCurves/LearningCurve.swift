import Numerics
import SaddleModels
import SaddleNumerics

/// Train and test loss of a linear student against time, in the limit of many inputs, samples and features, split by source.
///
/// Every linear training is a filter of ridge solutions. The deterministic equivalent is solved once on the nodes of a contour around the
/// spectrum; any number of times follow from sums over nodes (one-point: train loss) and pairs of nodes (two-point: test loss).
///
///     E (y − f)² over the training set = (2πi)⁻¹ ∮ q_t(z)² T(−z)/z dz,   T(λ) = (λ/κ)(σ² + O) + σ₀²λd
///
/// Nonlinear random features: by Gaussian equivalence, see ``RegressionEquivalent``.
///
/// Noise of the batches adds the solution of a Volterra equation (``BatchNoise``). Model: Gaussian inputs, D, N, P → ∞ in proportion, or
/// inputs for which the deterministic equivalent holds. Omits relative corrections of order 1/P and 1/N.
///
/// Sources: the equivalents from Atanasov, Zavatone-Veth, Pehlevan 2024; gradient flow of the isotropic case from Advani and Saxe 2017
/// (equation 10); SGD from Paquette et al. 2021 and Bordelon and Pehlevan 2021. The form with two contours is derived in
/// Documentation/LearningCurves.md.
///
/// - Note: Relative error below 1e-11 where min(N, P) is not within 1e-6 of the rank or of each other.
/// - Complexity: some 500 nodes for gradient flow to t = 10⁶/λ₊; each costs about 8 passes over the spectrum.
public struct LearningCurve: Sendable {
    /// Inputs, teacher, features and noise.
    public let task: RegressionTask
    /// Gradient flow or an optimiser, with its rate and batches.
    public let training: RegressionTraining
    /// The largest time served.
    public let last: Double
    /// λ₊: the upper edge of the spectrum that training sees.
    public let edge: Double
    let equivalent: RegressionEquivalent
    let contour: SpectralContour
    let nodes: [EquivalentNode]
    let filter: RegressionFilter

    /// - Parameter last: The largest time (gradient flow) or step that will be asked for.
    /// - Throws: ``RegressionError`` for what cannot be trained; `SpectrumError`.
    public init(_ task: RegressionTask, _ training: RegressionTraining, last: Double) throws {
        try self.init(task, training, last: last, allowsUnstableNoise: false)
    }

    private init(_ task: RegressionTask, _ training: RegressionTraining, last: Double, allowsUnstableNoise: Bool) throws {
        try training.validate(samples: task.samples)
        guard last.isFinite, last >= 0 else { throw RegressionError.badTime(value: last) }
        self.task = task
        self.training = training
        self.last = last
        equivalent = try RegressionEquivalent(task, isOnePass: training.isOnePass)
        edge = equivalent.edge
        filter = RegressionFilter(training)
        contour = try filter.contour(edge: edge, last: last)
        nodes = try equivalent.nodes(at: contour.nodes)
        if !allowsUnstableNoise, training.batchVariance(samples: task.samples) > 0 { try BatchNoise(self).checkStability() }
    }

    /// The largest learning rate at which the losses of a student stay finite: that of the edge of the spectrum, or that at which the
    /// noise of batches feeds on itself if it is smaller. To 1e-9, and for that of the noise to 1 %.
    ///
    /// - Parameter training: the training at a rate; infinite for gradient flow.
    public static func largestStableRate(_ task: RegressionTask, _ training: (Double) -> RegressionTraining) throws -> Double {
        let unit = training(1)
        guard let optimizer = unit.optimizer else { return .infinity }
        let edge = try RegressionEquivalent(task, isOnePass: unit.isOnePass).edge
        let limit = optimizer.stabilityLimit / (1 + RegressionFilter(unit).excess) / edge
        let below = training(0.99 * limit)
        guard below.batchVariance(samples: task.samples) > 0 else { return limit }
        let noise = BatchNoise(try LearningCurve(task, below, last: 1, allowsUnstableNoise: true))
        return noise.largestStableRate ?? limit
    }

    /// Losses at the given times, each at most ``last``; steps are whole numbers.
    public func losses(at times: [Double]) throws -> [RegressionLosses] {
        for t in times {
            guard t >= 0, t <= last else { throw RegressionError.badTime(value: t) }
            if training.optimizer != nil, t != t.rounded() { throw RegressionError.fractionalStep(value: t) }
        }
        let filters = times.map { t in contour.nodes.map { filter.remaining($0, time: t) } }
        let averages = try PairAverages.integrals(nodes, contour, samples: equivalent.samples, filters: filters)
        let sources = times.indices.map { t in
            LossSources(averages.map { $0[t] }, noise: task.noise, initialVariance: task.initialVariance)
        }
        if training.batchVariance(samples: task.samples) > 0 {
            return BatchNoise(self).losses(sources, at: times.map { Int($0) })
        }
        let density = trainingDensity
        return times.indices.map { t in
            let values = zip(filters[t], density).map { $0 * $0 * $1 }
            return RegressionLosses(train: contour.integral(values), sources: sources[t])
        }
    }

    /// T(−z)/z: the loss on the training data for q² = 1 at z.
    var trainingDensity: [Complex<Double>] {
        zip(contour.nodes, nodes).map { z, node in
            -(Complex(task.noise) + node.objective) / node.outer - node.degrees.multiplied(by: task.initialVariance)
        }
    }

    /// The loss that normal dynamics with the same eigenvalues would have from the same start, for Σ ∝ 1 and labels without noise.
    ///
    ///     ∫ ρ(z) q_t(z)² dz · signal,   ρ the density of the D eigenvalues of AᵀA·XᵀX/P
    ///
    /// The residual follows v ← v − ηAᵀA·XᵀX/P·v, a product of two matrices that do not commute: its eigenvalues are real, its eigenvectors are not
    /// orthogonal, and |v|² may rise. Its Hermitian twin can only fall.
    ///
    /// - Returns: Nil if Σ is not proportional to the identity, or the features are not linear.
    public func hermitianTwin(at times: [Double]) -> [Double]? {
        let eigenvalues = task.spectrum.eigenvalues
        guard task.activation.isLinear, eigenvalues.allSatisfy({ $0 == eigenvalues[0] }) else { return nil }
        let density = zip(contour.nodes, nodes).map { (1 - $1.degrees / Complex(task.spectrum.dimension)) / $0 }
        return times.map { t in
            let values = zip(contour.nodes, density).map { z, ρ in
                let q = filter.remaining(z, time: t)
                return q * q * ρ
            }
            return contour.integral(values) * task.signal
        }
    }
}
