#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// A nonlinear elliptic equation solved by preconditioned gradient steps in the space of functions, with the Barron norm of every iterate.
///
///     −u″ + u + a u³ = f on a circle of length ℓ
///     u ← u − η(1 − ∂²)⁻¹(−u″ + u + a u³ − f)
///
/// The step is that of the energy ∫(u′²+u²)/2 + a u⁴/4 − fu in the norm of H¹; it contracts for a ≥ 0 at every resolution, and the Barron
/// norm Σ|ω||û(ω)| of its iterates says how many neurons the solution needs: (2rC)²/N. Functions are given on a grid of n points, derivatives
/// are exact for their trigonometric polynomial. Source: Marwah, Lipton, Lu, Risteski 2023.
public struct EllipticDescent: Sendable {
    /// ℓ, the circumference of the circle.
    public let length: Double
    /// a ≥ 0
    public let cubic: Double
    /// f on the grid.
    public let source: [Double]
    private let cosines: Matrix
    private let sines: Matrix
    private let frequencies: [Double]

    /// The function after a number of steps.
    public struct Iterate: Sendable {
        /// u on the grid.
        public let values: [Double]
        /// Σ_ω |ω||û(ω)|
        public let barronNorm: Double
        /// Root mean square of −u″ + u + a u³ − f, smoothed by (1 − ∂²)⁻¹.
        public let residual: Double
    }

    /// - Precondition: an odd number of grid points, 3 or more; length > 0; cubic ≥ 0.
    public init(source: [Double], length: Double, cubic: Double) {
        let n = source.count
        precondition(n >= 3 && n % 2 == 1 && length > 0 && cubic >= 0, "\(n) points, length \(length), cubic \(cubic)")
        (self.source, self.length, self.cubic) = (source, length, cubic)
        let half = (n - 1) / 2
        frequencies = (0...half).map { 2 * Double.pi * Double($0) / length }
        cosines = Matrix(rows: n, columns: half + 1) { cos(2 * Double.pi * Double($0 * $1 % n) / Double(n)) }
        sines = Matrix(rows: n, columns: half + 1) { sin(2 * Double.pi * Double($0 * $1 % n) / Double(n)) }
    }

    /// Iterates from u = 0, the first included.
    ///
    /// - Parameter rate: η; 1 solves the linear equation at once.
    public func iterates(steps: Int, rate: Double) -> [Iterate] {
        var values = [Double](repeating: 0, count: source.count)
        var result: [Iterate] = []
        for _ in 0...steps {
            // (1 − ∂²)⁻¹(−u″ + u + a u³ − f) = u + (1 − ∂²)⁻¹(a u³ − f)
            let excess = zip(values, source).map { cubic * $0 * $0 * $0 - $1 }
            let smoothed = filtered(excess) { 1 / (1 + $0 * $0) }
            let step = zip(values, smoothed).map { $0 + $1 }
            result.append(
                Iterate(
                    values: values, barronNorm: barronNorm(values),
                    residual: (step.reduce(0) { $0 + $1 * $1 } / Double(step.count)).squareRoot()))
            for i in values.indices { values[i] -= rate * step[i] }
        }
        return result
    }

    /// Σ_ω |ω||û(ω)| of the trigonometric polynomial through values on the grid.
    public func barronNorm(_ values: [Double]) -> Double {
        let (even, odd) = coefficients(values)
        return frequencies.indices.reduce(0) { $0 + frequencies[$1] * (even[$1] * even[$1] + odd[$1] * odd[$1]).squareRoot() }
    }

    private func filtered(_ values: [Double], _ factor: (Double) -> Double) -> [Double] {
        let (even, odd) = coefficients(values)
        func column(_ c: [Double]) -> Matrix {
            Matrix(rows: c.count, columns: 1, elements: zip(c, frequencies).map { $0 * factor($1) })
        }
        var result = cosines * column(even)
        result.add(sines * column(odd))
        return result.elements
    }

    /// u = Σ even cos ωx + odd sin ωx.
    private func coefficients(_ values: [Double]) -> (even: [Double], odd: [Double]) {
        let column = Matrix(rows: values.count, columns: 1, elements: values)
        let scale = 2 / Double(values.count)
        var even = Matrix.product(cosines.ᵀ, .plain(column), scale: scale).elements
        even[0] /= 2
        return (even, Matrix.product(sines.ᵀ, .plain(column), scale: scale).elements)
    }
}

extension EllipticDescent {
    /// −u″ + u + cubic·u³ = e^{cos x} on a circle of length 2π: 40 preconditioned steps from 0.
    public static func exponentialSource(cubic: Double) -> [Iterate] {
        let n = 129
        let source = (0..<n).map { exp(cos(2 * Double.pi * Double($0) / Double(n))) }
        return EllipticDescent(source: source, length: 2 * Double.pi, cubic: cubic).iterates(steps: 40, rate: 1 / (1 + cubic))
    }
}
