import SaddleModels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The field in d = 0, one number φ of N neurons with the weight e^{−λφ⁴}, exactly.
///
///     ⟨φ^{2j} e^{−λφ⁴}⟩ = (1/2π) ∫ dt f̂_j(t) χ(t)^N,   χ(t) = E_{a,b} e^{itc a cos b},   c = √(2/N)/m,   f̂_j(t) = ∫ dφ φ^{2j}e^{−λφ⁴} cos tφ
///
/// f̂ falls as exp(−0.236 (t/λ^{1/4})^{4/3}) whatever the law of φ, and all integrands are entire: sums over grids converge exponentially.
public struct SinglePointField: Sendable {
    /// m of the free field, and λ of the interaction.
    public let mass: Double, coupling: Double
    /// Infinite for the limit, in which φ is Gaussian.
    public let neurons: Double
    /// ⟨φ²⟩ and ⟨φ⁴⟩
    public let second: Double, fourth: Double

    /// - Parameter coupling: λ > 0.
    public init(mass m: Double, amplitude: NeuronField.Amplitude, neurons: Double, coupling λ: Double) {
        precondition(m > 0 && λ > 0 && neurons >= 1, "mass \(m), coupling \(λ), \(neurons) neurons")
        (mass, coupling, self.neurons) = (m, λ, neurons)
        let scale = pow(λ, -0.25), reach = 2.6 * scale, last = 50 / scale, step = Double.pi / (1.3 * last)
        // The transform repeats at distances 2π/Δ, beyond the reach of both factors.
        let spread = neurons == .infinity || amplitude == .gaussian ? 12 / m : min(12, (2 * neurons).squareRoot()) / m
        let spacing = 2 * Double.pi / (reach + spread), c = neurons == .infinity ? 0 : (2 / neurons).squareRoot() / m
        var sums = [0.0, 0, 0]
        for k in 0...Int(last / spacing) {
            let t = Double(k) * spacing
            let χ =
                neurons == .infinity ? exp(-t * t / (2 * m * m)) : pow(Self.characteristic(c * t, amplitude), neurons)
            for i in 0...Int(reach / step) {
                let φ = Double(i) * step, weight = (k == 0 ? 0.5 : 1) * (i == 0 ? 0.5 : 1) * χ
                let value = weight * exp(-λ * φ * φ * φ * φ) * cos(t * φ)
                sums[0] += value
                sums[1] += value * φ * φ
                sums[2] += value * φ * φ * φ * φ
            }
        }
        (second, fourth) = (sums[1] / sums[0], sums[2] / sums[0])
    }

    /// E e^{ixa cos b}, by as many phases as make the sum exact.
    private static func characteristic(_ x: Double, _ amplitude: NeuronField.Amplitude) -> Double {
        let count = 40 + 2 * Int(x)
        return (0..<count).reduce(0) { sum, k in
            let y = x * cos(Double.pi * (Double(k) + 0.5) / Double(count))
            return sum + (amplitude == .gaussian ? exp(-y * y / 2) : cos(y))
        } / Double(count)
    }

    /// λ/m⁴ beyond which the first order, ⟨φ²⟩ = (1 − 12λ/m⁴)/m² for N → ∞, is farther from the exact value than no correction at all.
    public static let usefulCoupling: Double = {
        var (low, high) = (1e-3, 1.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            let exact = SinglePointField(mass: 1, amplitude: .gaussian, neurons: .infinity, coupling: middle).second
            if exact < 1 - 6 * middle { low = middle } else { high = middle }
        }
        return low
    }()
}
