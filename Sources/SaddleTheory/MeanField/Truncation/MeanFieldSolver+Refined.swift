import SaddleModels
import SaddleNumerics

/// What `tolerance` leaves out, by solving again with a tenth of it.
///
/// A solution and one at a smaller tolerance that puts its queries to the same Gaussian matrices differ by what the first one left
/// out; their sampling errors cancel but for terms of the size of what was left out, √tolerance of them.
extension MeanFieldSolver {
    /// Pairs of halved solutions that are solved again.
    static let refinedPairs = 2

    /// This solver at a tenth of the tolerance; nil if `solution` left out nothing.
    func refined(after solution: MeanFieldSweep) -> MeanFieldSolver? {
        if solution.realization.dropped < Realization.rounding { return nil }
        var solver = self
        solver.settings.tolerance = max(settings.tolerance / 10, Realization.rounding)
        return solver
    }

    /// A solution at a smaller tolerance of the same random matrices.
    func follow(_ first: MeanFieldSweep, shouldStop: () -> Bool) throws(MeanFieldError) -> MeanFieldSweep {
        var sweep = try sweep(sites: settings.sites, Realization(following: first.realization))
        try sweep.run(shouldStop: shouldStop)
        return sweep
    }

    /// The solution with matched noise, and the one at a smaller tolerance that follows it; nil if that fails.
    func solveAndRefine(replica: Int, shouldStop: () -> Bool) throws(MeanFieldError) -> (MeanFieldSweep, refined: MeanFieldSweep?)
    {
        var sweep = try freshSweep(replica: replica, remembersQueries: true)
        try sweep.run(shouldStop: shouldStop)
        guard let solver = refined(after: sweep) else { return (sweep, sweep) }
        do {
            return (sweep, try solver.follow(sweep, shouldStop: shouldStop))
        } catch .stopped { throw .stopped } catch { return (sweep, nil) }
    }
}
