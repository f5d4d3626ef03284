import SaddleModels
import SaddleNumerics

/// How the parts of a prediction are computed: what of a state they depend on.
public struct MeanFieldWays: Sendable, Equatable {
    public var sites, networkWidth, limitWidth: Int

    init(_ state: MeanFieldProgress) {
        (sites, networkWidth, limitWidth) = (state.sites, state.networkWidth, state.limitWidth)
    }

    public init(sites: Int, networkWidth: Int, limitWidth: Int) {
        (self.sites, self.networkWidth, self.limitWidth) = (sites, networkWidth, limitWidth)
    }
}

/// One part of a prediction as rows of numbers, to be written to a file and read again.
public typealias MeanFieldPart = [[Double]]

/// The part of an index that was computed in those ways elsewhere; nil if it was not.
public typealias KnownParts = @Sendable (_ index: Int, MeanFieldWays) throws -> MeanFieldPart?

extension MeanFieldSolver {
    /// In which ways the first parts are computed.
    ///
    /// - Throws: ``MeanFieldError``
    public func firstWays() throws -> MeanFieldWays {
        try checkAdjoint()
        return MeanFieldWays(try begun())
    }

    /// How many parts are expected to be needed in those ways, and how many of them, the first, are much work each.
    public func expectedParts(_ ways: MeanFieldWays) -> (count: Int, large: Int) {
        let (work, _) = self.work(ways)
        return (work.expected, work.largeParts)
    }

    /// One part: a solution, a pair of halves, two narrow networks.
    ///
    /// - Throws: ``MeanFieldError``
    public func part(_ index: Int, _ ways: MeanFieldWays, shouldStop: @escaping @Sendable () -> Bool = { false }) throws
        -> MeanFieldPart
    {
        let (work, solver) = self.work(ways)
        precondition((0..<work.count).contains(index), "part \(index) of \(work.count)")
        return try solver.part(work, index, ways, NarrowNetworks(solver), tick: shouldStop, shouldStop: shouldStop).numbers
    }

    private func work(_ ways: MeanFieldWays) -> (MeanFieldWork, MeanFieldSolver) {
        var state = MeanFieldProgress(experiment, layout), solver = self
        (state.sites, state.networkWidth, state.limitWidth) = (ways.sites, ways.networkWidth, ways.limitWidth)
        if ways.limitWidth == 0 { solver.settings.sites = ways.sites }
        return (MeanFieldWork(solver, state), solver)
    }
}

extension MeanFieldSolver.Solution {
    init(_ sweep: MeanFieldSweep) {
        self.init(
            observables: sweep.observables, ranks: sweep.ranks, unmatched: sweep.realization.unmatched,
            twoTimeKernels: sweep.twoTimeKernels)
    }

    fileprivate var numbers: [[Double]] { [observables, ranks.map(Double.init), [Double(unmatched)], twoTimeKernels] }

    fileprivate init?(_ rows: ArraySlice<[Double]>) {
        let rows = Array(rows)
        guard rows.count == 4, rows[2].count == 1 else { return nil }
        self.init(observables: rows[0], ranks: rows[1].map { Int($0) }, unmatched: Int(rows[2][0]), twoTimeKernels: rows[3])
    }
}

extension MeanFieldSolver.Part {
    /// The kind comes first; a row without numbers stands for what is not there.
    var numbers: MeanFieldPart {
        switch self {
        case .solution(let solution, let refined, let coarse):
            [[0]] + solution.numbers + (refined?.numbers ?? [[], [], [], []]) + [coarse ?? []]
        case .halves(let q, let refined):
            [[1], q.whole, q.first, q.second, refined?.whole ?? [], refined?.first ?? [], refined?.second ?? []]
        case .limitNetworks(let wide, let narrow): [[2], wide, narrow]
        case .networks(let wide, let narrow): [[3], wide, narrow]
        case .divergedNetwork: [[4]]
        case .scalars(let values, let changes): [[5], values, changes]
        }
    }

    /// Nil if the numbers are no part of a prediction of that layout.
    init?(_ rows: MeanFieldPart, _ layout: ObservableLayout) {
        func areObservables(_ indices: Range<Int>) -> Bool { indices.allSatisfy { rows[$0].count == layout.count } }
        guard let kind = rows.first?.first else { return nil }
        switch (kind, rows.count) {
        case (0, 10):
            guard let solution = MeanFieldSolver.Solution(rows[1..<5]), areObservables(1..<2) else { return nil }
            if !rows[5].isEmpty && !areObservables(5..<6) || !rows[9].isEmpty && !areObservables(9..<10) { return nil }
            self = .solution(
                solution, refined: rows[5].isEmpty ? nil : MeanFieldSolver.Solution(rows[5..<9]),
                coarse: rows[9].isEmpty ? nil : rows[9])
        case (1, 7) where areObservables(1..<4):
            let halves = Halves(whole: rows[1], first: rows[2], second: rows[3])
            if !rows[4].isEmpty && !areObservables(4..<7) { return nil }
            self = .halves(halves, refined: rows[4].isEmpty ? nil : Halves(whole: rows[4], first: rows[5], second: rows[6]))
        case (2, 3) where areObservables(1..<3): self = .limitNetworks(rows[1], narrower: rows[2])
        case (3, 3) where areObservables(1..<3): self = .networks(rows[1], narrower: rows[2])
        case (4, 1): self = .divergedNetwork
        case (5, 3): self = .scalars(rows[1], changes: rows[2])
        default: return nil
        }
    }
}
