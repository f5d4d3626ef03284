#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stationary kernel of one variable whose spectrum is a mixture of bumps: Gaussians or Student-t densities.
///
///     S(f) = Σ_q w_q ½ [p((f − μ_q)/σ_q) + p((f + μ_q)/σ_q)]/σ_q
///     k(τ) = ∫ S(f) e^{2πifτ} df = Σ_q w_q M(σ_q τ) cos 2πμ_q τ,      k(0) = Σ_q w_q
///
/// with M the characteristic function of p at 2πσ_qτ: e^{−2π²σ²τ²} for a Gaussian, the Matérn kernel of smoothness n/2 for a
/// Student-t density with n degrees of freedom. One component with μ = 0 is the RBF (or a Matérn) kernel. Frequencies
/// count cycles, as in sin 2πμτ.
///
/// Sources: Wilson & Adams 2013, section 4; Fang et al., "Solving high frequency and multi-scale PDEs with Gaussian
/// processes" (2024), equations 5 to 8.
public struct SpectralMixture: Sendable, Equatable {
    /// The density of each bump.
    public enum Spectrum: Sendable, Equatable {
        /// Functions with all derivatives.
        case gaussian
        /// n = 1, 3, 5 or 7 degrees of freedom. Smaller n: heavier tails, rougher functions.
        case studentT(degrees: Int)

        /// How many derivatives k has at zero.
        public var smoothness: Int {
            switch self {
            case .gaussian: .max
            case .studentT(let degrees): degrees - 1
            }
        }
    }

    /// The density of every bump, up to its place and scale.
    public let spectrum: Spectrum
    /// log w_q: weights are positive, and one that the data do not need goes to zero at its leisure.
    public var logWeights: [Double]
    /// μ_q, in cycles per unit of the variable.
    public var frequencies: [Double]
    /// log σ_q, the scale of each bump in the same unit.
    public var logWidths: [Double]

    /// Three arrays of one length; 1, 3, 5 or 7 degrees of freedom.
    public init(_ spectrum: Spectrum, logWeights: [Double], frequencies: [Double], logWidths: [Double]) {
        precondition(
            !logWeights.isEmpty && frequencies.count == logWeights.count && logWidths.count == logWeights.count,
            "\(logWeights.count) weights, \(frequencies.count) frequencies, \(logWidths.count) widths")
        if case .studentT(let degrees) = spectrum {
            precondition([1, 3, 5, 7].contains(degrees), "\(degrees) degrees of freedom; expected 1, 3, 5 or 7")
        }
        self.spectrum = spectrum
        self.logWeights = logWeights
        self.frequencies = frequencies
        self.logWidths = logWidths
    }

    /// The same with weights and widths themselves, which are positive.
    public init(_ spectrum: Spectrum, weights: [Double], frequencies: [Double], widths: [Double]) {
        precondition((weights + widths).allSatisfy { $0 > 0 }, "weights \(weights) and widths \(widths) must be positive")
        self.init(spectrum, logWeights: weights.map { log($0) }, frequencies: frequencies, logWidths: widths.map { log($0) })
    }

    /// Number of components.
    public var count: Int { logWeights.count }
    /// w_q, whose sum is k(0).
    public var weights: [Double] { logWeights.map { exp($0) } }
    /// σ_q, in cycles per unit of the variable.
    public var widths: [Double] { logWidths.map { exp($0) } }

    /// The components of the given numbers only.
    public func selecting(_ components: [Int]) -> SpectralMixture {
        SpectralMixture(
            spectrum, logWeights: components.map { logWeights[$0] }, frequencies: components.map { frequencies[$0] },
            logWidths: components.map { logWidths[$0] })
    }

    /// S(f), power per unit of frequency; even, and its integral is k(0).
    public func spectralDensity(_ f: Double) -> Double {
        zip(weights, zip(frequencies, widths)).reduce(0) { sum, component in
            let (w, (μ, σ)) = component
            return sum + w * (bump((f - μ) / σ) + bump((f + μ) / σ)) / (2 * σ)
        }
    }

    /// The density p of unit scale.
    private func bump(_ x: Double) -> Double {
        switch spectrum {
        case .gaussian: return exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        case .studentT(let degrees):
            let n = Double(degrees)
            let logScale = lgamma((n + 1) / 2) - lgamma(n / 2) - log(n * Double.pi) / 2
            return exp(logScale - (n + 1) / 2 * log1p(x * x / n))
        }
    }

    /// k(τ), k′(τ), …, up to the given order, at most the smoothness of the spectrum.
    public func derivatives(at τ: Double, upTo order: Int) -> [Double] {
        var jets = SpectralJets(self, order: order)
        var result = [Double](repeating: 0, count: order + 1)
        for q in 0..<count {
            jets.evaluate(component: q, at: τ)
            for n in 0...order { result[n] += jets.value[n] }
        }
        return result
    }

    /// k(τ)
    public func callAsFunction(_ τ: Double) -> Double { derivatives(at: τ, upTo: 0)[0] }
}
