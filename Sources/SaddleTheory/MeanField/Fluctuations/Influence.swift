import SaddleModels
import SaddleNumerics

/// A single number made of recorded outputs, whose variance over initialisations is asked for.
public enum ScalarObservable: Sendable, Equatable {
    /// Mean loss over the test points, or over the training points, at a recorded time.
    case testLoss(time: Int)
    /// Mean loss over the training points at a recorded time.
    case trainLoss(time: Int)
    /// One output of one test or training point at a recorded time.
    case testOutput(time: Int, sample: Int, output: Int)
    /// One output of one training point at a recorded time.
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
    /// - Parameter shouldStop: asked before each step, forwards and, for each scalar, backwards (``MeanFieldWork``).
    /// - Returns: for each scalar its influence functions, by layer.
    package func influence(on scalars: [ScalarObservable], replica: Int, shouldStop: () -> Bool = { false })
        throws(MeanFieldError) -> [[[Double]]]
    {
        var sweep = try freshSweep(replica: replica)
        return try influence(on: scalars, along: &sweep, shouldStop: shouldStop)
    }

    /// - Parameter sweep: before its first step; on exit as after its last.
    func influence(
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
        let probes = try sweep.reverseProbes(scalars, &adjoints, shouldStop: shouldStop)

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
                    if shouldStop() { throw .stopped }
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
