#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What has a state and moves tangent vectors with it: a flow, a map, a step of training, a layer of a network.
public protocol TangentDynamics {
    /// n, numbers of the state.
    var dimension: Int { get }
    /// Time of one call of ``advance(_:_:)``; 1 for maps.
    var interval: Double { get }
    /// Moves the state on, and tangent vectors (n × k, one a column) by the derivative along the way.
    ///
    /// - Returns: log |det| of the derivative of the whole interval, if it is known by another way than the vectors.
    mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) throws -> Double?
}

/// The Lyapunov exponents of an orbit: the rates at which volumes of 1, 2, … dimensions grow.
///
///     V ← DF V = QR,   V ← Q,   λ_i = ⟨log R_ii⟩/τ
///
/// with Gram and Schmidt's orthogonalisation after every interval (Benettin and others 1980; Shimada and Nagashima 1979). Errors are the scatter of equal blocks of the orbit, which hold
/// where a block is longer than the orbit's memory. With them the dimension of Kaplan and Yorke, j + (λ₁ + … + λ_j)/|λ_{j+1}|, and the sum of positive exponents, Pesin's bound of the entropy.
public struct LyapunovSpectrum: Sendable {
    /// Descending.
    public let exponents: [Estimate]
    /// Sum of the exponents that are found, the rate at which their volume grows.
    public let sum: Estimate
    /// Nil where the exponents found do not bracket it: all of them are needed, or their sum stays positive.
    public let kaplanYorke: Estimate?
    /// Sum of positive exponents.
    public let entropy: Estimate
    /// The mean rate log |det DF|/τ by the system's own account; equals ``sum`` where all exponents are found.
    public let divergence: Double?
    /// Time behind them, without what was left out first.
    public let time: Double
    /// Running means of the exponents, k numbers at each of ``courseTimes``.
    public let course: [[Double]]
    /// Times of ``course``, ascending, counted from the end of the transient.
    public let courseTimes: [Double]

    /// - Parameters:
    ///   - count: k, how many of the largest exponents.
    ///   - intervals: how many are measured, after `transient` of them that turn the vectors into their directions.
    ///   - blocks: for errors.
    /// - Throws: ``OrbitError``; `CancellationError`.
    public init<System: TangentDynamics>(
        of system: inout System, from start: [Double], count: Int, intervals: Int, transient: Int, blocks: Int = 20,
        seed: Int = 0,
        progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws {
        let n = system.dimension, k = min(count, n)
        precondition(k >= 1 && intervals >= blocks && blocks >= 2 && start.count == n, "\(k) exponents of \(intervals) intervals")
        var state = start, stream = RandomStream(seed: seed, .probe, 11)
        var tangents = stream.normals(rows: n, columns: k)
        _ = tangents.orthonormalize()
        var sums = [[Double]](repeating: [Double](repeating: 0, count: k), count: blocks), determinant: Double? = 0
        var lengths = [Int](repeating: 0, count: blocks), running = [Double](repeating: 0, count: k)
        var course: [[Double]] = [], courseTimes: [Double] = []
        let every = max(intervals / 200, 1)
        for i in -transient..<intervals {
            if i % 256 == 0 {
                if shouldStop() { throw CancellationError() }
                progress?(Double(i + transient), Double(intervals + transient))
            }
            let logDeterminant = try system.advance(&state, &tangents)
            let logs = tangents.orthonormalize()
            guard state.allSatisfy(\.isFinite), logs.allSatisfy(\.isFinite) else {
                throw OrbitError(time: Double(i + transient + 1) * system.interval, isState: !state.allSatisfy(\.isFinite))
            }
            if i < 0 { continue }
            let block = i * blocks / intervals
            lengths[block] += 1
            for j in 0..<k {
                sums[block][j] += logs[j]
                running[j] += logs[j]
            }
            determinant = logDeterminant.flatMap { d in determinant.map { $0 + d } }
            if (i + 1) % every == 0 {
                let t = Double(i + 1) * system.interval
                course.append(running.map { $0 / t })
                courseTimes.append(t)
            }
        }
        let interval = system.interval
        let rates = zip(sums, lengths).map { sum, length in sum.map { $0 / (Double(length) * interval) } }
        time = Double(intervals) * interval
        divergence = determinant.map { $0 / (Double(intervals) * interval) }
        exponents = (0..<k).map { j in Estimate(rates.map { $0[j] }) }
        sum = Estimate(rates.map { $0.reduce(0, +) })
        entropy = Estimate(rates.map { $0.reduce(0) { $0 + max($1, 0) } })
        (self.course, self.courseTimes) = (course, courseTimes)
        let means = exponents.map(\.mean)
        if Self.dimension(means) != nil {
            kaplanYorke = Jackknife.estimates(rates) { [Self.dimension($0) ?? .nan] }[0]
        } else {
            kaplanYorke = nil
        }
    }

    /// j + (λ₁ + … + λ_j)/|λ_{j+1}|
    static func dimension(_ exponents: [Double]) -> Double? {
        var sum = 0.0
        for (j, λ) in exponents.sorted(by: >).enumerated() {
            if sum + λ < 0 { return Double(j) + sum / abs(λ) }
            sum += λ
        }
        return nil
    }
}

/// An orbit that left the range of numbers.
public struct OrbitError: Error, CustomStringConvertible {
    /// When it was noticed, from the start.
    public let time: Double
    /// Whether the state left it; else the tangent vectors did, or lost their length.
    public let isState: Bool

    /// An orbit that went wrong at that time.
    public init(time: Double, isState: Bool) { (self.time, self.isState) = (time, isState) }

    public var description: String {
        isState
            ? "the orbit leaves the range of numbers at time \(time): it starts outside the basin of an attractor, or the step is too long"
            : "tangent vectors collapse or overflow at time \(time): the derivative is singular there, or the interval is too long"
    }
}

extension Matrix {
    /// Gram and Schmidt's orthogonalisation of the columns, in their order, in place (modified; columns that lose most of their length are treated twice).
    ///
    /// - Returns: log R_ii of each; −∞ where a column depends on those before.
    public mutating func orthonormalize() -> [Double] {
        let (n, k) = (rows, columns)
        return elements.withUnsafeMutableBufferPointer { v in
            var logs: [Double] = []
            for j in 0..<k {
                let column = v.baseAddress! + j * n
                func norm() -> Double {
                    var sum = 0.0
                    for i in 0..<n { sum += column[i] * column[i] }
                    return sum.squareRoot()
                }
                let before = norm()
                var length = before
                for _ in 0..<2 {
                    for l in 0..<j {
                        let other = v.baseAddress! + l * n
                        var product = 0.0
                        for i in 0..<n { product += other[i] * column[i] }
                        for i in 0..<n { column[i] -= product * other[i] }
                    }
                    length = norm()
                    if length > 0.5 * before { break }
                }
                logs.append(log(length))
                if length > 0 { for i in 0..<n { column[i] /= length } }
            }
            return logs
        }
    }
}
