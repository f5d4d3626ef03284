import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A series from which the system behind it is to be learnt: what is trained on, and what it is compared with.
public struct ReconstructionTask: Sendable {
    /// Times × variables, each of mean zero and deviation one.
    public let training: Matrix
    /// What follows later, in the same units; of a known system without noise.
    public let test: Matrix
    /// Time between two rows of the series.
    public let interval: Double
    /// Of the variables, in the order of the columns.
    public let names: [String]
    /// Of the equations, if they are known; in units of time.
    public let truth: LyapunovSpectrum?

    /// Observations of a flow or map, `times` of them with noise and as many later ones without.
    ///
    /// - Parameters:
    ///   - noise: its deviation over that of each variable.
    ///   - turns: periods of the orbit from which exponents are measured.
    /// - Throws: ``IntegrationError``, ``OrbitError``, ``ReconstructionError``; `CancellationError`.
    public init(
        of system: DynamicalSystem, times: Int, interval: Double, noise: Double, integrator: AdaptiveIntegrator,
        turns: Int = 2000,
        seed: Int, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws {
        // The start may lie off the attractor: some turns first.
        let before = max(Int(20 * system.period / interval), 100)
        let states = try system.trajectory(
            count: before + 2 * times, every: interval, integrator: integrator, shouldStop: shouldStop)
        let d = system.dimension
        func part(_ from: Int) -> Matrix { Matrix(rows: times, columns: d) { states[from + $0][$1] } }
        var observed = part(before)
        let deviations = try Self.moments(observed, system.variables).map(\.deviation)
        var stream = RandomStream(seed: seed, .regressionNoise, 41)
        for j in 0..<d { for (i, ξ) in stream.normals(times).enumerated() { observed[i, j] += noise * deviations[j] * ξ } }
        let moments = try Self.moments(observed, system.variables)
        training = Self.standardised(observed, moments)
        test = Self.standardised(part(before + times), moments)
        (self.interval, names) = (interval, system.variables)
        let isMap = system.kind == .map
        var tangent = SystemTangent(system, vectors: d)
        let intervals = max(Int(Double(turns) * (isMap ? 5 : system.period) / tangent.interval), 40)
        truth = try LyapunovSpectrum(
            of: &tangent, from: states[before], count: d, intervals: intervals, transient: intervals / 20, seed: seed,
            progress: progress, shouldStop: shouldStop)
    }

    /// A series of one's own; its last share is kept for comparison.
    ///
    /// - Throws: ``ReconstructionError``
    public init(_ series: Matrix, interval: Double, names: [String], heldOut: Double) throws {
        let kept = Int(Double(series.rows) * (1 - heldOut))
        let first = series.leading(rows: kept, columns: series.columns)
        let moments = try Self.moments(first, names)
        training = Self.standardised(first, moments)
        test = Self.standardised(series.selectingRows(Array(kept..<series.rows)), moments)
        (self.interval, self.names, truth) = (interval, names, nil)
    }

    private static func moments(_ series: Matrix, _ names: [String]) throws -> [(mean: Double, deviation: Double)] {
        try (0..<series.columns).map { j in
            let column = series.elements[j * series.rows..<(j + 1) * series.rows]
            let mean = column.reduce(0, +) / Double(series.rows)
            let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(series.rows)).squareRoot()
            guard deviation > 1e-12 * abs(mean), deviation > 0, deviation.isFinite else {
                throw ReconstructionError.constant(names[j])
            }
            return (mean, deviation)
        }
    }

    private static func standardised(_ series: Matrix, _ moments: [(mean: Double, deviation: Double)]) -> Matrix {
        Matrix(rows: series.rows, columns: series.columns) { (series[$0, $1] - moments[$1].mean) / moments[$1].deviation }
    }
}

/// Why a system cannot be learnt from a series.
public enum ReconstructionError: Error, Equatable, CustomStringConvertible {
    /// The variable of this name has no deviation to be divided by.
    case constant(String)
    /// A series has fewer times than windows and forecasts need.
    case tooShort(times: Int, needed: Int)

    public var description: String {
        switch self {
        case .constant(let name): "variable \(name) does not move; expected variables that do"
        case .tooShort(let times, let needed):
            "\(times) times are too few; expected at least \(needed) for these windows and forecasts"
        }
    }
}
