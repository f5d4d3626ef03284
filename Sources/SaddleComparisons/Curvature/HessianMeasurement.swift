import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The curvature of the training loss of one network: while it trains, and its spectrum in the end.
package struct HessianMeasurement: Sendable {
    /// At one step.
    package struct Point: Sendable {
        package let step: Int
        package let loss: Double
        /// The largest eigenvalue of H with a bound of its error, and of A.
        package let whole: (value: Double, residual: Double)
        package let gaussNewton: (value: Double, residual: Double)
        /// Below which descent with full batches is stable in the coming step: 2/η, with momentum ``HessianMeasurement/edge(_:rate:)``.
        package let edge: Double
    }

    package let parameterCount: Int
    package let points: [Point]
    /// H in the end, and its part R of the errors that are left.
    package let whole: SpectralQuadrature
    package let residual: SpectralQuadrature
    /// A: by the eigenvalues of the tangent kernel while that has an order of ``largestKernel`` at most, else by Lanczos.
    package let gaussNewton: SpectralQuadrature
    /// (s/P) Σ_μ ∇ℓ_μ∇ℓ_μᵀ, and s|∇ℒ|²; nil where the kernel is too large.
    package let gradients: (eigenvalues: [Double], squaredGradient: Double)?

    /// Samples times outputs.
    private static let largestKernel = 2000

    /// Eigenvalues of H beyond the largest of R: by Weyl's inequality there are none of them without A.
    package var outliers: Int {
        let edge = residual.largest(1)[0].value
        return whole.probes.map { probe in probe.values.count { $0 > edge && $0 > 0 } }.max() ?? 0
    }

    /// tr H, tr A, and what is left: the same probes tell both where A is not known exactly.
    package var traces: (whole: Estimate, gaussNewton: Estimate, residual: Estimate) {
        (whole.trace, gaussNewton.trace, residual.trace)
    }

    package struct Settings: Sendable {
        package var width: Int
        package var network = 0
        package var seed = 2
        package var exact = 600, probes = 4, lanczosSteps = 60

        package init(width: Int) { self.width = width }
    }

    /// - Throws: ``Divergence``, `CancellationError`; where eigenvalues do not converge.
    package init(
        _ experiment: Experiment, _ settings: Settings, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let data = experiment.data, training = experiment.training
        let trainer = Trainer(experiment, width: settings.width, recordsKernels: false)
        let first = trainer.initialNetwork(seed: settings.seed, index: settings.network)
        let steps = Experiment.few(experiment.recordedSteps, 8)
        func stop() throws { if shouldStop() { throw CancellationError() } }
        let networks = try trainer.snapshots(of: first, at: steps, index: settings.network) { _ in try stop() }
        let surfaces = networks.map {
            LossSurface(
                $0, inputs: data.trainInputs, labels: data.trainLabels, loss: training.loss,
                origin: experiment.network.isCentered ? first : nil)
        }
        let last = surfaces.last!, n = last.parameterCount
        parameterCount = n
        let isExact = n <= settings.exact, courseSteps = min(n, 30)
        let hasKernel = data.trainCount * data.outputCount <= Self.largestKernel
        let each = isExact ? n : settings.probes * settings.lanczosSteps
        let course = (hasKernel ? 1 : 2) * courseSteps, total = Double(steps.count * course + (hasKernel ? 2 : 3) * each)
        func largest(_ surface: LossSurface, _ part: LossSurface.Part, from start: Int) throws -> (
            value: Double, residual: Double
        ) {
            try SpectralQuadrature(
                of: surface.operator(part), steps: courseSteps, probes: 1, seed: settings.seed,
                progress: { done, _ in progress(Double(start) + done, total) }, shouldStop: shouldStop
            ).largest(1)[0]
        }
        func kernel(_ surface: LossSurface) -> Matrix { TangentFields(surface.network, data.trainInputs).tangentKernel() }
        let lastKernel = hasKernel ? kernel(last) : nil
        let newton = try lastKernel.map { try last.gaussNewtonEigenvalues(kernel: $0) }
        points = try zip(steps, surfaces).enumerated().map { k, entry in
            let (step, surface) = entry
            try stop()
            return Point(
                step: step, loss: surface.value(at: surface.parameters),
                whole: try largest(surface, .whole, from: k * course),
                gaussNewton: hasKernel
                    ? (k + 1 == steps.count ? newton![0] : try surface.gaussNewtonEigenvalues(kernel: kernel(surface))[0], 0)
                    : try largest(surface, .gaussNewton, from: k * course + courseSteps),
                edge: Self.edge(training, rate: training.rate(at: min(step, max(training.steps - 1, 0)))))
        }
        let before = Double(steps.count * course)
        func spectrum(_ part: LossSurface.Part, _ number: Int) throws -> SpectralQuadrature {
            let start = before + Double(number * each)
            guard isExact else {
                return try SpectralQuadrature(
                    of: last.operator(part), steps: settings.lanczosSteps, probes: settings.probes, seed: settings.seed,
                    progress: { done, _ in progress(start + done, total) }, shouldStop: shouldStop)
            }
            var dense = Matrix(rows: n, columns: 0)
            // Some columns at once: enough for all threads, and for a stop in between.
            for from in stride(from: 0, to: n, by: 16) {
                try stop()
                let columns = min(16, n - from)
                dense.appendColumns(of: last.operator(part).apply(Matrix(rows: n, columns: columns) { $0 == from + $1 ? 1 : 0 }))
                progress(start + Double(from + columns), total)
            }
            let symmetric = Matrix(rows: n, columns: n) { (dense[$0, $1] + dense[$1, $0]) / 2 }
            return SpectralQuadrature(eigenvalues: try symmetric.symmetricEigenvalues())
        }
        whole = try spectrum(.whole, 0)
        residual = try spectrum(.residual, 1)
        if let lastKernel, let newton {
            // The others vanish: there are n in all, or fewer than the kernel has where there are fewer parameters.
            let found = newton.prefix(n)
            gaussNewton = SpectralQuadrature(eigenvalues: Array(found), others: n - found.count)
            gradients = try last.gradientMoments(kernel: lastKernel)
        } else {
            gaussNewton = try spectrum(.gaussNewton, 2)
            gradients = nil
        }
    }

    /// The curvature at which descent on a parabola ceases to be stable: 2/η, what momentum makes of it (`ModeDynamics`), less the weight decay.
    package static func edge(_ training: Training, rate: Double) -> Double {
        ModeDynamics(momentum: training.momentum, usesNesterov: training.usesNesterov).stabilityLimit / rate
            - training.weightDecay
    }
}
