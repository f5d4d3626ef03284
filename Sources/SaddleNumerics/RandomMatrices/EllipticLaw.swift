import Numerics

/// Where the eigenvalues of a large asymmetric matrix lie in the complex plane: uniformly in an ellipse.
///
///     E J_ij² = 1/N,  E J_ij J_ji = τ/N:    (x/(1 + τ))² + (y/(1 − τ))² ≤ 1,    density 1/(π(1 − τ²))
///     G = (z* − τz)/(1 − τ²) inside,    G = 2/(z + √(z² − 4τ)) outside
///
/// τ = 0 is the circular law of Ginibre 1965 (real or complex entries), τ = 1 Wigner's semicircle on the real axis, τ = −1 one on the
/// imaginary axis. Source: Sommers, Crisanti, Sompolinsky, Stein 1988.
public struct EllipticLaw: Sendable, Equatable {
    /// τ
    public let symmetry: Double
    /// 1 + τ, the half axis along the real axis.
    public var halfWidth: Double { 1 + symmetry }
    /// 1 − τ
    public var halfHeight: Double { 1 - symmetry }

    /// The law of matrices with that τ.
    ///
    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)`` for τ outside [−1, 1].
    public init(symmetry: Double) throws(RandomMatrixError) {
        guard symmetry >= -1, symmetry <= 1 else {
            throw .badParameter(name: "the symmetry τ of the matrix", value: symmetry, accepted: "a number from −1 to 1")
        }
        self.symmetry = symmetry
    }

    /// The circular law.
    public static let ginibre = EllipticLaw()

    private init() { symmetry = 0 }

    /// Whether z lies in the ellipse, its boundary included.
    public func contains(_ z: Complex<Double>) -> Bool {
        // Without division, for the segments at τ = ±1.
        let (a, b) = (halfWidth, halfHeight)
        let (x, y) = (z.real * b, z.imaginary * a)
        return x * x + y * y <= a * a * b * b && abs(z.real) <= a && abs(z.imaginary) <= b
    }

    /// Per unit of area; infinite on the segment that is left at τ = ±1.
    public func density(_ z: Complex<Double>) -> Double {
        contains(z) ? 1 / (Double.pi * (1 - symmetry * symmetry)) : 0
    }

    /// (1/N) tr (z − J)⁻¹; not analytic inside, and not defined on the segment at τ = ±1.
    public func resolvent(_ z: Complex<Double>) -> Complex<Double> {
        if abs(symmetry) < 1, contains(z) { return (z.conjugate - Complex(symmetry) * z) / Complex(1 - symmetry * symmetry) }
        let focus = Complex<Double>.sqrt(Complex(4 * symmetry))
        return 2 / (z + Complex.sqrt(z - focus) * Complex.sqrt(z + focus))
    }

    /// The density of real parts: a semicircle of radius 1 + τ.
    public func realMarginal(_ x: Double) -> Double { Self.marginal(x, halfWidth) }
    /// The density of imaginary parts: a semicircle of radius 1 − τ.
    public func imaginaryMarginal(_ y: Double) -> Double { Self.marginal(y, halfHeight) }
    /// The density of the share ρ = √((x/(1 + τ))² + (y/(1 − τ))²) of the way to the boundary; |z| itself at τ = 0.
    public func radialMarginal(_ ρ: Double) -> Double { ρ >= 0 && ρ <= 1 ? 2 * ρ : 0 }

    private static func marginal(_ x: Double, _ radius: Double) -> Double {
        let square = radius * radius - x * x
        return square > 0 ? 2 * square.squareRoot() / (.pi * radius * radius) : 0
    }

    /// The mean of f(z) over the ellipse, to 1e-10 for smooth f.
    public func average(_ f: (Complex<Double>) -> Double) throws -> Double {
        try IntervalQuadrature.integral(from: 0, to: 1) { square in
            let radius = square.squareRoot()
            func ring(_ count: Int) -> Double {
                (0..<count).reduce(0) { sum, j in
                    let phase = 2 * Double.pi * (Double(j) + 0.5) / Double(count)
                    return sum + f(Complex(halfWidth * radius * .cos(phase), halfHeight * radius * .sin(phase)))
                } / Double(count)
            }
            var (count, value) = (32, ring(16))
            while count <= 1 << 14 {
                let finer = ring(count)
                if abs(finer - value) <= 1e-12 * (abs(finer) + 1e-12) { return finer }
                (count, value) = (2 * count, finer)
            }
            return value
        }
    }
}
