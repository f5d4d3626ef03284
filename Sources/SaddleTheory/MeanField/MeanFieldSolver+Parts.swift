import SaddleModels
import SaddleNumerics

/// A prediction in parts, each kept as soon as it is done.
extension MeanFieldSolver {
    /// What one part of the work contributes.
    enum Part: Sendable {
        /// A solution; of the first one also that at a smaller tolerance, if it could be found; with an accuracy, of some the shift of their halves.
        case solution(Solution, refined: Solution?, coarse: [Double]?)
        case halves(Halves, refined: Halves?)
        /// Observables of a network, and of one of half its width: for the limit.
        case limitNetworks([Double], narrower: [Double])
        /// The same for the corrections.
        case networks([Double], narrower: [Double])
        /// A network whose outputs grew beyond all bounds, where the limit's did not.
        case divergedNetwork
        /// Σ_ℓ ⟨ψ²⟩ of each scalar of a pass; of the first replica also how it changes.
        case scalars([Double], changes: [Double])
    }

    /// What counts of a solution.
    struct Solution: Sendable, Equatable {
        var observables: [Double]
        var ranks: [Int]
        var unmatched: Int
        var twoTimeKernels: [Double]
    }

    /// All parts that are left, in order; with an accuracy, until it is reached or the networks are seen to be too narrow.
    ///
    /// - Parameter spent: work that was done before and is not in the state.
    func carryOn(
        from state: MeanFieldProgress, spent: Int, progress: ProgressHandler?, shouldStop: @escaping @Sendable () -> Bool,
        checkpointEvery interval: Duration, checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void,
        known: @escaping KnownParts
    ) throws -> MeanFieldProgress {
        let work = MeanFieldWork(self, state)
        let first = work.finished(state)
        let expected = Counter(spent + work.units(ofFirst: work.expected))
        let done = Counter(spent + work.units(ofFirst: first))
        let tick: @Sendable () -> Bool = {
            let now = done.increment()
            progress?(Double(now), Double(max(now, expected.value)))
            return shouldStop()
        }
        let networks = NarrowNetworks(self), losses = LimitLosses(experiment, layout), ways = MeanFieldWays(state)
        let tally = (state: state, saved: ContinuousClock.now)
        let result = try Threads.reduceInOrder(first..<work.count, into: tally) { index -> Part in
            if let part = try known(index, ways).flatMap({ Part($0, layout) }) {
                for _ in 0..<work.units(of: index) where tick() { throw MeanFieldError.stopped }
                return part
            }
            return try part(work, index, ways, networks, tick: tick, shouldStop: shouldStop)
        } commit: { tally, _, part in
            do {
                tally.state.add(try part.get(), losses)
            } catch MeanFieldError.stopped {
                try checkpoint(tally.state)
                throw MeanFieldError.stopped
            }
            // Keeping a state copies what is added to next.
            if tally.saved.duration(to: .now) >= interval && tally.state.networks.count % MeanFieldProgress.block == 0 {
                try checkpoint(tally.state)
                tally.saved = .now
            }
            guard let accuracy = settings.accuracy else { return true }
            if let needed = tally.state.neededNetworks(accuracy) {
                expected.set(spent + work.units(ofFirst: min(work.count, work.count(withNetworks: needed))))
            }
            return tally.state.standing(accuracy) == .unfinished
        }
        return result.state
    }

    /// Solutions whose halves are solved as well, which tells what the number of sites does: noise of first order cancels between a solution and its halves.
    static let coarseSolutions = 3

    /// - Parameter tick: asked where a unit of work is done; `shouldStop` where it is not.
    func part(
        _ work: MeanFieldWork, _ index: Int, _ ways: MeanFieldWays, _ networks: NarrowNetworks, tick: () -> Bool,
        shouldStop: () -> Bool
    ) throws(MeanFieldError) -> Part {
        if case .solution(let replica) = work[index], ways.limitWidth > 0 {
            do {
                let (wide, narrow) = try networks.pair(~replica, width: ways.limitWidth, shouldStop: tick)
                return .limitNetworks(wide, narrower: narrow)
            } catch .diverged {
                throw .networksDiverged(width: ways.limitWidth)
            }
        }
        guard case .networks(let number) = work[index] else { return try part(work[index], shouldStop: tick) }
        let pair: Part
        do {
            let (wide, narrow) = try networks.pair(number, width: ways.networkWidth, shouldStop: shouldStop)
            pair = .networks(wide, narrower: narrow)
        } catch .diverged {
            pair = .divergedNetwork
        }
        for _ in 0..<work.unitsOfNetworks where tick() { throw .stopped }
        return pair
    }

    private func part(_ part: MeanFieldWork.Part, shouldStop: () -> Bool) throws(MeanFieldError) -> Part {
        switch part {
        case .solution(let replica):
            let (solution, refined) =
                replica == 0
                ? try solveAndRefine(replica: 0, shouldStop: shouldStop)
                : (try solve(replica: replica, shouldStop: shouldStop), nil)
            if settings.accuracy == nil || replica >= Self.coarseSolutions {
                return .solution(Solution(solution), refined: refined.map(Solution.init), coarse: nil)
            }
            do {
                var solver = self
                solver.settings.recordsTwoTime = false
                let halves = try solver.halve(solution, isMatched: true, shouldStop: shouldStop)
                return .solution(Solution(solution), refined: refined.map(Solution.init), coarse: halves.shift)
            } catch .tooFewSites(let layer, let needed, _, let step) {
                // Half of the sites must suffice too: that tells what their number does.
                throw .tooFewSites(layer: layer, needed: 2 * needed, sites: settings.sites, step: step)
            }
        case .halves(let direction, let isRefined):
            var solver = self
            solver.settings.recordsTwoTime = false
            let (halves, refined) = try solver.halve(direction: direction, refining: isRefined, shouldStop: shouldStop)
            return .halves(halves, refined: refined)
        case .networks: preconditionFailure("networks are made elsewhere")
        case .scalars(let pass):
            let (values, changes) = try withoutKernels.squares(of: pass, shouldStop: shouldStop)
            return .scalars(values, changes: changes)
        }
    }
}
