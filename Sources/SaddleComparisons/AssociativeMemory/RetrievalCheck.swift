import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Overlaps and energies of finite memories, extrapolated to infinite size, beside replica symmetry.
///
/// The first step is exact at every load. Where the last state is near the end of retrieval, finite memories lose their patterns: final states
/// are compared up to a share of the spinodal load that is given beforehand. Where replica symmetry is unstable, a difference is none
/// of the program's.
public struct RetrievalCheck: Sendable {
    /// Of the spinodal load.
    public static let comparedShare = 0.85

    /// Loads α̃ = K/C of the stored patterns, as in ``DenseMemory``.
    public let loads: [Double]
    /// At each load, nil beyond the spinodal.
    public let states: [MemoryState?]
    /// Overlaps after one step.
    public let steps: [Double]
    /// What was simulated, sizes × loads: all loads of the first size first.
    public let ensembles: [RetrievalEnsemble]
    /// Overlaps and energies extrapolated in the size against the theory, one number for each load and quantity.
    public private(set) var check = Check()

    /// - Parameter ensembles: one for each size and load, in this order.
    public init(
        _ settings: RetrievalEnsemble.Settings, loads: [Double], ensembles: [RetrievalEnsemble]
    ) throws(QuadratureError) {
        let memory = DenseMemory(order: settings.order, temperature: settings.temperature), last = try memory.spinodal()
        var (states, steps): ([MemoryState?], [Double]) = ([], [])
        for load in loads {
            states.append(try memory.retrieval(load: load, spinodal: last))
            steps.append(try memory.step(from: settings.start, load: load))
        }
        (self.loads, self.states, self.steps, self.ensembles) = (loads, states, steps, ensembles)
        for (k, load) in loads.enumerated() {
            let own = stride(from: k, to: ensembles.count, by: loads.count).map { ensembles[$0] }
            add("overlap after one step", load, steps[k], own.map(\.firstOverlaps), own, isExact: true)
            guard let state = states[k], let last, load <= Self.comparedShare * last.load else { continue }
            add("overlap", load, state.overlap, own.map(\.overlaps), own, isExact: state.isStable)
            add("energy", load, state.energy, own.map(\.energies), own, isExact: state.isStable)
        }
    }

    private mutating func add(
        _ quantity: String, _ load: Double, _ predicted: Double, _ samples: [[Double]], _ own: [RetrievalEnsemble], isExact: Bool
    ) {
        // Means over so many spins have no smaller steps: without a wrong one the rate of them is not known better.
        let counted = own.map { Double($0.size * $0.overlaps.count) }.max()!
        let line = SizeExtrapolation(sizes: own.map(\.size))
        var number = CheckedNumber.mean(
            quantity, at: "load \(NumberText.short(load, digits: 4))", predicted: predicted,
            uncertainties: [Uncertainty(error: 2 / counted)], measured: samples.map { Estimate($0) },
            freedom: samples.map { EffectiveFreedom.sampled($0) }, line: line)
        if !isExact, line.isExtrapolated {
            number.verdictOnFailure = .outsideRegime
            number.advice =
                "Replica symmetry is unstable here: there are many states near the pattern, and a network stays in the first."
        }
        check.add(number)
    }
}
