/// A number known by sampling: its mean, the standard error of that mean, and how many independent samples made it.
public struct Estimate: Sendable, Equatable, CustomStringConvertible {
    /// Of the samples.
    public let mean: Double
    /// Standard error of `mean`; infinite with fewer than two samples.
    public let standardError: Double
    /// How many independent samples.
    public let count: Int

    /// An estimate that was made elsewhere.
    public init(mean: Double, standardError: Double, count: Int) {
        self.mean = mean
        self.standardError = standardError
        self.count = count
    }

    /// Mean and standard error (unbiased variance over `count`) of independent samples.
    public init(_ samples: some Collection<Double>) {
        let n = samples.count
        let mean = samples.reduce(0, +) / Double(max(n, 1))
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.init(
            mean: mean, standardError: n > 1 ? (squares / Double(n - 1) / Double(n)).squareRoot() : .infinity, count: n)
    }

    /// The mean to the digit that its error resolves, then the error.
    public var description: String {
        guard standardError.isFinite, standardError > 0 else { return "\(mean)" }
        var digits = 0
        var scaled = standardError
        while scaled < 9.5 && digits < 17 {
            scaled *= 10
            digits += 1
        }
        let power = (0..<digits).reduce(1.0) { p, _ in p * 10 }
        return "\((mean * power).rounded() / power) ± \((standardError * power).rounded() / power)"
    }
}
