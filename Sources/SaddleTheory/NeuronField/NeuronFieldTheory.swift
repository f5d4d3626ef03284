import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Connected functions of a field of N cosine neurons: exact at every N without interaction, and their first derivative in λ.
///
/// Neurons are independent, so cumulants of the sum are N times those of one. With F_n(x) = E s^{2n} cos k·x and E_b of products of cosines,
///
///     ⟨φφ⟩ = G = F₁,   m₄(1234) = 2Ea⁴·¼Σ_pairings F₂,   m₆ = Ea⁶·¼Σ_halves F₃
///     N⟨φφφφ⟩_c = m₄ − ΣGG,   N²⟨φ⁶⟩_c = m₆ − Σ m₄G + 2ΣGGG
///     d⟨φ_xφ_y⟩/dλ = −Σ_z w[12 G_xz G_yz G₀ + κ₄(xzzz)·4G_yz + κ₄(yzzz)·4G_xz + κ₄(xyzz)·6G₀ + κ₆(xyzzzz)]   at λ = 0
///
/// Source: "Viability of perturbative expansion for quantum field theories on neurons" (2508.03810); derived in Documentation/Field.md.
public struct NeuronFieldTheory: Sendable {
    /// Dimension, mass, cutoff, amplitude and grid.
    public let field: NeuronField
    private let moments: FieldMoments

    /// Prepares the moments at all distances of the grid.
    public init(_ field: NeuronField) {
        self.field = field
        moments = FieldMoments(field)
    }

    /// G between two points of the grid; ⟨φφ⟩ at every N.
    public func propagator(_ x: Int, _ y: Int) -> Double { f(1, difference(x, y)) }

    /// ⟨φφφφ⟩_c at one point, times N, and times N² that of six.
    public var fourth: Double { m4(0) - 3 * g0 * g0 }
    /// ⟨φ⁶⟩_c at one point, times N².
    public var sixth: Double {
        moments.sixthMoment / 4 * 10 * moments.value(3, 0) - 15 * m4(0) * g0 + 30 * g0 * g0 * g0
    }
    /// N times the excess kurtosis at a point.
    public var kurtosis: Double { fourth / (g0 * g0) }

    /// d⟨φ_xφ_y⟩/dλ at λ = 0, for N neurons; N infinite for the limit.
    public func slope(_ x: Int, _ y: Int, neurons: Double) -> Double {
        let xy = difference(x, y), gxy = f(1, xy)
        var sum = 0.0
        for z in field.grid.indices {
            let xz = difference(x, z), yz = difference(y, z), across = zip(xz, yz).map { $0 + $1 }
            let (gx, gy) = (f(1, xz), f(1, yz))
            let triple = (m4(xz) - 3 * gx * g0, m4(yz) - 3 * gy * g0)
            let pair = moments.fourthMoment / 2 * (2 * f(2, xy) + f(2, across))
            let κ4 = pair - gxy * g0 - 2 * gx * gy
            let m6 = moments.sixthMoment / 4 * (6 * f(3, xy) + 4 * f(3, across))
            let κ6 =
                m6 - gxy * m4(0) - 4 * gx * m4(yz) - 4 * gy * m4(xz) - 6 * g0 * pair
                + 2 * (3 * gxy * g0 * g0 + 12 * gx * gy * g0)
            let first = 4 * triple.0 * gy + 4 * triple.1 * gx + 6 * κ4 * g0
            sum += 12 * gx * gy * g0 + first / neurons + κ6 / (neurons * neurons)
        }
        return -field.cell * sum
    }

    /// d⟨φ⁴⟩_c/dλ at λ = 0 at the point x, for N → ∞: −24 Σ w G⁴.
    public func slopeOfFourth(_ x: Int) -> Double {
        -24 * field.cell * field.grid.indices.reduce(0) { $0 + pow(propagator(x, $1), 4) }
    }

    /// E φ_xφ_z³ of one neuron with N = 1.
    private func m4(_ xz: [Int]) -> Double { 1.5 * moments.fourthMoment * f(2, xz) }
    private func m4(_: Int) -> Double { 1.5 * moments.fourthMoment * moments.value(2, 0) }
    private var g0: Double { moments.value(1, 0) }
    private func f(_ n: Int, _ steps: [Int]) -> Double { moments.value(n, steps.reduce(0) { $0 + $1 * $1 }) }
    private func difference(_ x: Int, _ y: Int) -> [Int] { zip(field.grid[x], field.grid[y]).map { $0 - $1 } }
}

/// F₁, F₂, F₃ at distances of the grid, by their squares in steps.
struct FieldMoments: Sendable {
    let fourthMoment: Double, sixthMoment: Double
    private let values: [[Int: Double]]

    init(_ field: NeuronField) {
        (fourthMoment, sixthMoment) = field.amplitude.moments
        var squares: Set<Int> = [0]
        // Sums of two differences reach twice as far.
        let reach = field.dimension == 0 ? 0 : 2 * (field.points - 1)
        for i in 0...reach { for j in 0...(field.dimension == 2 ? i : 0) { squares.insert(i * i + j * j) } }
        let list = squares.sorted()
        let results = Threads.compute(list.count) {
            Self.moments(field, distance: field.spacing * Double(list[$0]).squareRoot())
        }
        values = (0..<3).map { n in Dictionary(uniqueKeysWithValues: zip(list, results.map { $0[n] })) }
    }

    func value(_ n: Int, _ square: Int) -> Double { values[n - 1][square]! }

    /// E s^{2n} cos k·x over momenta for n = 1, 2, 3: k = m sinh t is analytic up to t = ±iπ/2, for Gauss and Legendre on pieces of a few
    /// radians each.
    static func moments(_ field: NeuronField, distance r: Double) -> [Double] {
        let m = field.mass, κ = field.exponent, d = field.dimension, end = asinh(field.cutoff / m)
        if d == 0 { return (1...3).map { pow(m, -2 * Double($0)) } }
        let pieces = 2 + Int((6 * end + field.cutoff * r) / 6), half = end / Double(2 * pieces)
        var sums = [0.0, 0, 0]
        for piece in 0..<pieces {
            for (node, weight) in zip(rule.nodes, rule.weights) {
                let t = half * (2 * Double(piece) + 1 + node), k = m * sinh(t), ω = m * cosh(t)
                let measure = d == 1 ? 2 * cos(k * r) : 2 * Double.pi * k * j0(k * r)
                // From (k² + m²)^{−κ + n(κ − 1)} dk, dk = ω dt.
                var term = weight * half * measure / ω
                for n in 0..<3 {
                    sums[n] += term
                    term *= pow(ω, 2 * (κ - 1))
                }
            }
        }
        let volume = field.momentumVolume
        return (0..<3).map { sums[$0] * pow(volume, Double($0)) / pow(2 * Double.pi, Double(d * ($0 + 1))) }
    }

    private static let rule = GaussLegendre(24)
}
