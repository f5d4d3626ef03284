import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate kernel`: kernels of finite networks at initialisation beside those of infinite width.
public struct KernelEnsembleTopic: Sendable {
    /// At most so many of the first training samples.
    public var samples = 64

    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        let (experiment, dataWarnings) = try study.experiment(includesTheory: false)
        var warnings = dataWarnings
        let all = experiment.data.trainInputs
        let inputs = all.selectingRows(Array(0..<min(samples, all.rows)))
        let simulation = study.simulate ?? .init()
        if simulation.networks < 2 {
            throw study.problem("simulate.networks", "'simulate.networks' is 1; expected 2 or more, for a variance")
        }
        let ensembles = try context.map(widths: simulation.widths) { width, progress in
            try KernelEnsemble(
                study.network, inputs: inputs, width: width, networks: simulation.networks, seed: simulation.seed,
                progress: progress, shouldStop: context.shouldStop)
        }
        let theories = try theories(context, inputs, widths: simulation.widths, &warnings)
        let comparisons = zip(ensembles, theories).flatMap { KernelComparison.both($0, $1) }
        let check = KernelCheck.check(comparisons)
        return TopicResult(
            "kernel_ensemble", page: page(study, inputs.rows, simulation, comparisons, check),
            numbers: Numbers(
                samples: inputs.rows, networks: simulation.networks, widths: comparisons.map(\.numbers),
                check: CheckSummary(check)),
            arrays: comparisons.flatMap(\.arrays), warnings: warnings, verdict: check.verdict)
    }

    /// Kernels of infinite width and, where known, their N·variance at order 1/N.
    struct Theory: Sendable {
        var limits: (nngp: Matrix, ntk: Matrix)
        /// Relative, of the limits.
        let accuracy: Double
        var variances: (nngp: TangentKernelFluctuations.Variance, ntk: TangentKernelFluctuations.Variance)?

        init(_ context: TopicRunner.Context, _ inputs: Matrix, width: Int?) throws {
            let study = context.study
            let kernel = try NetworkKernel(study.network, inputDimension: inputs.columns, width: width)
            limits = kernel.within(try kernel.prepare(inputs)).matrices()
            accuracy = kernel.accuracy
            let fluctuations = try? TangentKernelFluctuations(
                study.network, inputs: inputs, width: width, sites: study.predict.sites, seed: study.predict.seed)
            variances = try fluctuations.map { theory in
                (
                    try theory.kernelVariance(of: .nngp, shouldStop: context.shouldStop),
                    try theory.kernelVariance(of: .ntk, shouldStop: context.shouldStop)
                )
            }
        }
    }

    /// The theory of each width: one for all unless the parameterisation's kernel depends on the width. Nil, with a warning, where no
    /// theory serves the network.
    func theories(
        _ context: TopicRunner.Context, _ inputs: Matrix, widths: [Int], _ warnings: inout [String]
    ) throws -> [Theory?] {
        do {
            do {
                let theory = try Theory(context, inputs, width: nil)
                return widths.map { _ in theory }
            } catch KernelError.needsWidth {
                return try widths.map { try Theory(context, inputs, width: $0) }
            }
        } catch let error as KernelError {
            warnings.append("no kernels of infinite width to compare with: \(error)")
            return widths.map { _ in nil }
        }
    }

    struct Numbers: Encodable, Sendable {
        let samples, networks: Int
        let widths: [KernelComparison.Numbers]
        let check: CheckSummary
    }

    private func page(
        _ study: Study, _ samples: Int, _ simulation: Study.Simulation, _ comparisons: [KernelComparison],
        _ check: Check
    ) -> Page {
        let table = Table(
            [
                .text("Kernel"), .number("N"), .number("Mean diagonal"), .number("N = ∞"), .number("Distance of means"),
                .number("of which noise"), .number("N·variance, mean of diagonal"),
                .number("predicted"),
            ], rows: comparisons.map(\.row))
        return Page(
            title: "Kernels of finite networks at initialisation",
            subtitle: "\(study.networkText); \(simulation.networks) networks of each width, \(samples) samples",
            lead: [check.callout],
            sections: [
                Page.Section(
                    "Theory and networks",
                    [check.table("Relative to the prediction; entries in units of the diagonal. Extrapolated to N → ∞.")]),
                Page.Section(
                    "Widths",
                    [
                        .table(table),
                        .paragraph(
                            "Distance of means: ‖mean − K∞‖/‖K∞‖ over all entries; noise: what the standard errors of the means alone "
                                + "would make of it. kernel_ensemble.npz holds means, N·(mean − K∞) and N·variance of every entry, "
                                + "each with its standard error."),
                    ]),
            ])
    }
}
