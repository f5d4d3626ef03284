import SaddleModels
import SaddleNumerics

/// A single number made of recorded outputs, whose variance over initialisations is asked for.
public enum ScalarObservable: Sendable, Equatable {
    /// Mean loss over the test points, or over the training points, at a recorded time.
    case testLoss(time: Int)
    case trainLoss(time: Int)
    /// One output of one test or training point at a recorded time.
    case testOutput(time: Int, sample: Int, output: Int)
    case trainOutput(time: Int, sample: Int, output: Int)
    /// Σ_μc s_μc f_μc/√Q over the test points with random signs s (keyed by `probe`): its variance averages, over signs, to the
    /// variance of the outputs averaged over the test points and summed over outputs.
    case testProbe(time: Int, probe: Int)

    var time: Int {
        switch self {
        case .testLoss(let t), .trainLoss(let t), .testOutput(let t, _, _), .trainOutput(let t, _, _), .testProbe(let t, _): t
        }
    }

    var isOfTestPoints: Bool {
        switch self {
        case .testLoss, .testOutput, .testProbe: true
        case .trainLoss, .trainOutput: false
        }
    }
}

extension MeanFieldSolver {
    /// Influence functions of scalars by reverse mode: ψᵢ = ∂q/∂ωᵢ − Σⱼ ωⱼ ∂q/∂ωⱼ for the sites of each layer, exact given the sites.
    ///
    /// The sweep is run once with copies of its state kept every √T steps, then again piece by piece from the last to the first,
    /// each piece followed backwards. Cost: about two sweeps and two more for each scalar; memory √T times the fields of a step.
    ///
    /// - Returns: for each scalar its influence functions, by layer.
    package func influence(on scalars: [ScalarObservable], replica: Int, shouldStop: () -> Bool = { false })
        throws(MeanFieldError) -> [[[Double]]]
    {
        var sweep = try freshSweep(replica: replica)
        return try influence(on: scalars, along: &sweep, shouldStop: shouldStop)
    }

    /// - Parameter sweep: before its first step; on exit as after its last.
    private func influence(
        on scalars: [ScalarObservable], along sweep: inout MeanFieldSweep, shouldStop: () -> Bool
    ) throws(MeanFieldError) -> [[[Double]]] {
        precondition(!settings.recordsKernels, "scalars are made of outputs: switch kernels off")
        let length = max(1, Int(Double(sweep.lastStep + 1).squareRoot()))
        var copies: [(step: Int, sweep: MeanFieldSweep)] = []
        for step in 0...sweep.lastStep {
            if shouldStop() { throw .stopped }
            if step % length == 0 { copies.append((step, sweep)) }
            _ = try sweep.advance(step)
        }
        var adjoints = scalars.map { _ in MeanFieldAdjoint(sweep.state, trainCount: experiment.data.trainCount) }
        let probes = try sweep.reverseProbes(scalars, &adjoints)

        var end = sweep.lastStep + 1
        var bases = scalars.map { _ in sweep.state.matrices }
        while let (first, copy) = copies.popLast() {
            var piece = copy
            piece.remembersSteps = true
            var steps: [(Int, MeanFieldSweep.Step?)] = []
            for step in first..<end {
                if shouldStop() { throw .stopped }
                steps.append((step, try piece.advance(step)))
            }
            end = first
            for (index, step) in steps.reversed() {
                for k in scalars.indices {
                    if let step {
                        let isRecorded = experiment.recordedSteps[scalars[k].time] == index && sweep.sweepHoldsTraining
                        let seed = isRecorded ? scalars[k].trainSeed(outputs: step.outputs, errors: step.errors) : nil
                        adjoints[k].reverse(step, piece, bases: &bases[k], seed: seed)
                    }
                    // Points that do not act back read the weights as they were before the step.
                    if let read = probes[k][index] { adjoints[k].add(read) }
                }
            }
        }
        return adjoints.map { adjoint in
            adjoint.siteWeights.map { derivative in
                let mean = derivative.reduce(0, +) / Double(derivative.count)
                return derivative.map { $0 - mean }
            }
        }
    }

    /// N·variance of scalars over initialisations: Σ_ℓ E[ψ²], one estimate a scalar from independent solutions.
    ///
    /// - Precondition: the activation is smooth; a kink's δ-function is invisible to derivatives.
    /// - Returns: Estimates with their sampling errors, and how each changes in one solution at a tenth of the tolerance (infinite
    ///   if that failed).
    /// - Throws: ``MeanFieldError``.
    public func varianceByAdjoint(
        of scalars: [ScalarObservable], replicas: Int, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> (variances: [Estimate], changes: [Double]) {
        precondition(experiment.network.activation.isSmooth, "the adjoint needs a smooth activation")
        precondition(experiment.network.biasScale == 0, "the adjoint does not serve biases")
        var solver = self
        solver.settings.recordsKernels = false
        solver.layout = ObservableLayout(experiment, withKernels: false)
        // A few scalars a pass: each carries derivatives with respect to all bases.
        let passes = stride(from: 0, to: scalars.count, by: Self.scalarsPerPass).map {
            Array(scalars[$0..<min($0 + Self.scalarsPerPass, scalars.count)])
        }
        let samples = try Threads.map(replicas * passes.count) { [solver] task in
            let (replica, pass) = task.quotientAndRemainder(dividingBy: passes.count)
            return try solver.variances(of: passes[pass], replica: replica, refining: replica == 0, shouldStop: shouldStop)
        }
        let variances = scalars.indices.map { k in
            let (pass, place) = k.quotientAndRemainder(dividingBy: Self.scalarsPerPass)
            return Estimate((0..<replicas).map { samples[$0 * passes.count + pass].values[place] })
        }
        return (variances, samples[..<passes.count].flatMap { $0.changes })
    }

    /// Σ_ℓ ⟨ψ²⟩ of scalars in one solution, and how it changes at a smaller tolerance.
    private func variances(
        of scalars: [ScalarObservable], replica: Int, refining: Bool, shouldStop: () -> Bool
    ) throws(MeanFieldError) -> (values: [Double], changes: [Double]) {
        func squares(_ influences: [[[Double]]]) -> [Double] {
            influences.map { layers in layers.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } / Double($1.count) } }
        }
        var sweep = try freshSweep(replica: replica, remembersQueries: refining)
        let values = squares(try influence(on: scalars, along: &sweep, shouldStop: shouldStop))
        guard refining else { return (values, []) }
        guard let solver = refined(after: sweep) else { return (values, values.map { _ in 0 }) }
        do {
            var fine = try solver.sweep(sites: settings.sites, Realization(following: sweep.realization))
            let refined = squares(try solver.influence(on: scalars, along: &fine, shouldStop: shouldStop))
            return (values, zip(refined, values).map { $0 - $1 })
        } catch .stopped { throw .stopped } catch { return (values, values.map { _ in .infinity }) }
    }

    private static let scalarsPerPass = 8

    private var requests: [ScalarRequest] { settings.observables?.compactMap { ScalarRequest($0, experiment) } ?? [] }

    /// Whether the adjoint is used: it was asked for, or it is cheaper than the weighted re-solve for what is asked.
    ///
    /// Costs are counted in sweeps: the re-solve takes two a direction, the adjoint two a replica and pass and about two more
    /// for each scalar.
    var usesAdjoint: Bool {
        if settings.directions == 0 || settings.method == .resolve { return false }
        if settings.method == .adjoint { return true }
        let requests = requests
        if requests.isEmpty || !experiment.network.activation.isSmooth || experiment.network.biasScale != 0 { return false }
        let scalars = requests.reduce(0) { $0 + $1.scalars.reduce(0) { $0 + $1.count } }
        let passes = (scalars + Self.scalarsPerPass - 1) / Self.scalarsPerPass
        return settings.replicas * (2 * passes + 2 * scalars) < 2 * settings.directions
    }

    func checkAdjoint() throws(MeanFieldError) {
        guard usesAdjoint else { return }
        if !experiment.network.activation.isSmooth {
            throw .adjointUnavailable(reason: "\(experiment.network.activation.name) has a kink, which derivatives cannot see")
        }
        if experiment.network.biasScale != 0 { throw .adjointUnavailable(reason: "it does not serve networks with biases") }
        if requests.isEmpty { throw .adjointUnavailable(reason: "it needs 'observables', a list of scalars such as [test_loss]") }
    }

    /// N·variance of the requested scalars at all recorded times.
    func scalarVariances(shouldStop: @escaping @Sendable () -> Bool) throws -> [ScalarVariance] {
        let requests = requests
        let (estimates, changes) = try varianceByAdjoint(
            of: requests.flatMap { $0.scalars.flatMap { $0 } }, replicas: settings.replicas, shouldStop: shouldStop)
        var next = 0
        return requests.map { request in
            let ranges = request.scalars.map { group in
                defer { next += group.count }
                return next..<next + group.count
            }
            return ScalarVariance(
                name: request.name, variance: ranges.map { .average(estimates[$0]) },
                truncation: Truncation.shared(curve: ranges.map { changes[$0].reduce(0) { $0 + abs($1) } / Double($0.count) }))
        }
    }
}

extension Estimate {
    /// The average of estimates from the same solutions, whose errors are taken as fully correlated (an upper bound).
    fileprivate static func average(_ estimates: ArraySlice<Estimate>) -> Estimate {
        let n = Double(estimates.count)
        if estimates.count == 1 { return estimates.first! }
        let between = Estimate(estimates.map(\.mean))
        let within = estimates.reduce(0) { $0 + $1.standardError } / n
        let error = (between.standardError * between.standardError + within * within).squareRoot()
        return Estimate(mean: between.mean, standardError: error, count: estimates.first!.count)
    }
}

extension ScalarObservable {
    /// ∂q/∂f on the training points, given outputs and errors Δ = −∂ℓ/∂f; nil for scalars of test points.
    func trainSeed(outputs f: Matrix, errors: Matrix) -> Matrix? {
        var seed = Matrix(rows: f.rows, columns: f.columns)
        switch self {
        case .trainLoss: seed.add(errors, scale: -1 / Double(f.rows))
        case .trainOutput(_, let sample, let output): seed[sample, output] = 1
        case .testLoss, .testOutput, .testProbe: return nil
        }
        return seed
    }

    /// ∂q/∂f on a batch of test points that starts with number `first` of `count`.
    func testSeed(outputs f: Matrix, errors: Matrix, first: Int, count: Int) -> Matrix? {
        var seed = Matrix(rows: f.rows, columns: f.columns)
        switch self {
        case .testLoss: seed.add(errors, scale: -1 / Double(count))
        case .testOutput(_, let sample, let output):
            guard (first..<first + f.rows).contains(sample) else { return nil }
            seed[sample - first, output] = 1
        case .testProbe(_, let probe):
            var stream = RandomStream(seed: probe, .probe)
            let signs = stream.signs(count * f.columns)
            for i in 0..<f.rows {
                for c in 0..<f.columns { seed[i, c] = signs[(first + i) * f.columns + c] / Double(count).squareRoot() }
            }
        case .trainLoss, .trainOutput: return nil
        }
        return seed
    }
}
