import Numerics

/// How many of the M² pairs keep features: n/(1 − n/M²) = c M ln M.
///
/// A feature's restoring force is 4E ∝ Mp² with p = n/M² the share of pairs that are seen; what pulls a node towards single elements are
/// the squares of its fields over pairs that are not seen, whose sums over the seen part of a row have the size √(Mp·p²(1 − p)), and ln M is for the
/// largest of 2M rows: Mp ∝ (1 − p) ln M. The constant is fitted; small groups, whose pairs run out, lie below the law.
public struct SampleLaw: Sendable {
    /// c
    public let constant: Double
    /// Standard error of c, from the scatter of sizes around the law.
    public let error: Double

    /// - Parameter transitions: measured n at orders M, two or more.
    public init(_ transitions: [(order: Int, samples: Double)]) {
        precondition(transitions.count > 1, "\(transitions.count) transitions")
        let logs = transitions.map { Double.log(Self.scaled($0.samples, $0.order)) }
        let n = Double(logs.count), mean = logs.reduce(0, +) / n
        let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        constant = Double.exp(mean)
        error = constant * (variance / n).squareRoot()
    }

    /// n/(1 − n/M²)/(M ln M)
    public static func scaled(_ samples: Double, _ order: Int) -> Double {
        let m = Double(order)
        return samples / (1 - samples / (m * m)) / (m * Double.log(m))
    }

    /// The n of the law.
    public func samples(order: Int) -> Double { samples(order: Double(order)) }

    /// The same between orders, for drawing.
    public func samples(order m: Double) -> Double {
        let free = constant * m * Double.log(m)
        return free / (1 + free / (m * m))
    }
}
