import SaddleNumerics

/// A panel of numbers (``ObservablePanel``) of every solution behind a prediction, one row each.
///
/// Rows of `halves` and `shifts` are as the solver found them, or scaled so that they say what a network of width N does:
///
///     q_N = q∞ + shift/N + half/√N        mean over shifts: N·bias; covariance of halves: N·Cov
public struct FluctuationPanels: Sendable, Equatable {
    /// Independent solutions with matched noise.
    public var solutions: [[Double]] = []
    /// Two a direction.
    public var halves: [[Double]] = []
    /// One a direction.
    public var shifts: [[Double]] = []
    /// One a direction: q_whole − shift, whose mean is the limit up to O(1/S²). Solutions with matched noise have smaller errors early in
    /// training and a bias of order 1/S: 0.7 % in the test outputs of ten digits at S = 500, twice that at 250.
    public var limits: [[Double]] = []

    /// Rows as the solver found them, each kind empty where it has none.
    public init(solutions: [[Double]] = [], halves: [[Double]] = [], shifts: [[Double]] = [], limits: [[Double]] = []) {
        self.solutions = solutions
        self.halves = halves
        self.shifts = shifts
        self.limits = limits
    }

    /// Halves of S sites less their mean, times √(S/2); shifts times S.
    func scaled(sites: Int) -> FluctuationPanels {
        let count = Double(sites)
        guard let width = halves.first?.count else { return self }
        let mean = (0..<width).map { i in halves.reduce(0) { $0 + $1[i] } / Double(halves.count) }
        return FluctuationPanels(
            solutions: solutions, halves: halves.map { zip($0, mean).map { ($0 - $1) * (count / 2).squareRoot() } },
            shifts: shifts.map { $0.map { $0 * count } }, limits: limits)
    }
}
