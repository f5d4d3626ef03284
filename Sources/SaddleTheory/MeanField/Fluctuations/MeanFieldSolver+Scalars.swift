import SaddleModels
import SaddleNumerics

/// N·variance of the scalars that were asked for, over initialisations: Σ_ℓ E[ψ²], one estimate a scalar from independent solutions.
extension MeanFieldSolver {
    private var requests: [ScalarRequest] { settings.observables?.compactMap { ScalarRequest($0, experiment) } ?? [] }

    /// What the adjoint has to do; nothing if it is not used.
    var scalarPasses: ScalarPasses {
        ScalarPasses(usesAdjoint ? requests.flatMap { $0.scalars.flatMap { $0 } } : [], replicas: settings.replicas)
    }

    /// Whether the adjoint is used: it was asked for, or it is cheaper than the weighted re-solve for what is asked.
    ///
    /// Costs are counted in sweeps: the re-solve takes two a direction, the adjoint two a replica and pass and about two more
    /// for each scalar.
    var usesAdjoint: Bool {
        if settings.directions == 0 || settings.method == .resolve { return false }
        if settings.method == .adjoint { return true }
        let requests = requests
        if requests.isEmpty || !experiment.network.activation.isSmooth || experiment.network.biasScale != 0
            || !experiment.graph.isUniformChain
        {
            return false
        }
        let passes = ScalarPasses(requests.flatMap { $0.scalars.flatMap { $0 } }, replicas: settings.replicas)
        return 2 * passes.count + 2 * settings.replicas * passes.scalars.count < 2 * settings.directions
    }

    func checkAdjoint() throws(MeanFieldError) {
        guard usesAdjoint else { return }
        if !experiment.network.activation.isSmooth {
            throw .adjointUnavailable(reason: "\(experiment.network.activation.name) has a kink, which derivatives cannot see")
        }
        if !experiment.graph.isUniformChain {
            throw .adjointUnavailable(reason: "it serves fully connected layers of equal width")
        }
        if experiment.network.biasScale != 0 { throw .adjointUnavailable(reason: "it does not serve networks with biases") }
        if requests.isEmpty { throw .adjointUnavailable(reason: "it needs 'observables', a list of scalars such as [test_loss]") }
    }

    /// This solver for scalars, which are made of outputs.
    var withoutKernels: MeanFieldSolver {
        var solver = self
        (solver.settings.recordsKernels, solver.settings.recordsTwoTime) = (false, false)
        solver.layout = ObservableLayout(experiment, withKernels: false)
        return solver
    }

    /// Σ_ℓ ⟨ψ²⟩ of scalars in one solution, and of the first replica how it changes at a smaller tolerance (infinite if that fails).
    func squares(of pass: ScalarPasses.Pass, shouldStop: () -> Bool) throws(MeanFieldError) -> (
        values: [Double], changes: [Double]
    ) {
        func squares(_ influences: [[[Double]]]) -> [Double] {
            influences.map { layers in layers.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } / Double($1.count) } }
        }
        var sweep = try freshSweep(replica: pass.replica, remembersQueries: pass.isRefined)
        let values = squares(try influence(on: pass.scalars, along: &sweep, shouldStop: shouldStop))
        guard pass.isRefined else { return (values, []) }
        guard let solver = refined(after: sweep) else { return (values, values.map { _ in 0 }) }
        do {
            var fine = try solver.sweep(sites: settings.sites, Realization(following: sweep.realization))
            let refined = squares(try solver.influence(on: pass.scalars, along: &fine, shouldStop: shouldStop))
            return (values, zip(refined, values).map { $0 - $1 })
        } catch .stopped { throw .stopped } catch { return (values, values.map { _ in .infinity }) }
    }

    /// N·variance of the requested scalars at all recorded times, once all passes are done.
    func scalarVariances(_ state: MeanFieldProgress) -> [ScalarVariance] {
        let count = scalarPasses.scalars.count
        if count == 0 { return [] }
        let estimates = (0..<count).map { k in
            Estimate((0..<settings.replicas).map { state.scalarSquares[$0 * count + k] })
        }
        var next = 0
        return requests.map { request in
            let ranges = request.scalars.map { group in
                defer { next += group.count }
                return next..<next + group.count
            }
            let changes = ranges.map { range in
                state.scalarChanges[range].reduce(0) { $0 + abs($1) } / Double(range.count)
            }
            return ScalarVariance(
                name: request.name, variance: ranges.map { .average(estimates[$0]) },
                truncation: Truncation.shared(curve: changes))
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
