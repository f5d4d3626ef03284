import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A random recurrent network of rates in continuous time, dx/dt = −λx + σJφ(x) with J of variance 1/N, and its tangent vectors.
///
/// For N → ∞ the largest exponent is that of ``ChaoticState`` of the theory: positive above the gain λ/φ′(0). Steps are the classical ones of order four. Source: Sompolinsky, Crisanti and Sommers 1988.
public struct RateTangent: TangentDynamics {
    public let dimension: Int
    public let interval: Double
    private let activation: Activation
    private let decay: Double
    private let steps: Int
    /// σJ
    private let couplings: Matrix

    /// - Parameters:
    ///   - interval: time between two orthogonalisations, made of `steps` steps.
    public init(
        _ activation: Activation, units: Int, gain: Double, decay: Double = 1, interval: Double = 1, steps: Int = 10, seed: Int
    ) {
        precondition(units >= 1 && interval > 0 && steps >= 1, "\(units) units, \(steps) steps")
        (dimension, self.activation, self.decay, self.interval, self.steps) = (units, activation, decay, interval, steps)
        var stream = RandomStream(seed: seed, .networkWeights, units, 0, 78)
        var couplings = stream.normals(rows: units, columns: units)
        couplings.scale(by: gain / Double(units).squareRoot())
        self.couplings = couplings
    }

    public mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) -> Double? {
        // The state and its tangent vectors side by side: one product moves both.
        var all = Matrix(rows: dimension, columns: 1, elements: state)
        all.appendColumns(of: tangents)
        let h = interval / Double(steps)
        for _ in 0..<steps {
            let first = rate(all), second = rate(all, first, h / 2), third = rate(all, second, h / 2),
                fourth = rate(all, third, h)
            for (k, weight) in [(first, 1.0), (second, 2), (third, 2), (fourth, 1)] { all.add(k, scale: weight * h / 6) }
        }
        state = Array(all.elements[0..<dimension])
        tangents = all.trailingColumns(tangents.columns)
        return nil
    }

    /// −λy + σJ(φ(x), φ′(x)v) at y + scale·k
    private func rate(_ start: Matrix, _ k: Matrix? = nil, _ scale: Double = 0) -> Matrix {
        var y = start
        if let k { y.add(k, scale: scale) }
        let x = Matrix(rows: dimension, columns: 1, elements: Array(y.elements[0..<dimension]))
        let (values, slopes) = activation.valueAndDerivative(x)
        var moved = y.trailingColumns(y.columns - 1)
        moved.scaleRows(by: slopes.elements)
        var inputs = values
        inputs.appendColumns(of: moved)
        y.add(.plain(couplings), .plain(inputs), scale: 1, keeping: -decay)
        return y
    }
}
