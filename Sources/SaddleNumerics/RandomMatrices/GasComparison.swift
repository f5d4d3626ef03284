import Numerics

/// Cumulants of linear statistics of a sampled Coulomb gas beside exact ones.
public struct GasComparison: Sendable {
    /// Charges, trap and β.
    public let gas: RadialCoulombGas
    /// Sums of every f, last radii, and how many moves were accepted.
    public let sample: RadialCoulombGas.Sample
    /// Names of f in Σ f over charges; the first is the energy of the trap.
    public let functions: [String]
    /// Cumulants of each Σ f.
    public let measured: [[Estimate]]
    /// At this number of charges; nil where they are not known.
    public let exact: [[Double]?]
    /// κ₂, N κ₃, N² κ₄ for N → ∞
    public let limits: [[Double]]
    /// Measured cumulants against exact ones, where these are known.
    public private(set) var check = Check()

    /// Draws a gas by independent chains and compares its cumulants.
    ///
    /// - Parameter sweeps: of each chain, after those that are left out first.
    public init(
        _ gas: RadialCoulombGas, chains: Int, sweeps: Int, seed: Int, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let p = gas.trapPower
        var functions = PlanarComparison.functions.filter { !(p == 2 && $0.name == "r²") && !(p == 4 && $0.name == "r⁴") }
        functions.insert((Self.power(p), { Double.pow($0, p) }, { p * Double.pow($0, p - 1) }, p * (p - 1)), at: 0)
        let sample = try gas.sample(
            functions.map(\.f), chains: chains, sweeps: sweeps, seed: seed, progress: progress, shouldStop: shouldStop)
        (self.gas, self.sample, self.functions) = (gas, sample, functions.map(\.name))
        measured = sample.sums.map { BatchedCumulants.estimates($0) }
        // Moduli are independent gamma variables at β = 2; the energy of the trap is known at every β.
        exact = functions.indices.map { k in
            k == 0 ? gas.trapCumulants(8) : gas.beta == 2 ? gas.cumulants(8, of: functions[k].f) : nil
        }
        limits = try functions.map { try gas.limitingCumulants(derivative: $0.slope, curvature: $0.curvature) }
        for (k, exact) in exact.enumerated() {
            guard let exact else { continue }
            check.add(cumulants: measured[k], exact: exact, of: "Σ f", at: "f = \(functions[k].name)")
        }
    }

    /// rᵖ
    public static func power(_ p: Double) -> String {
        p == 1 ? "r" : p == 2 ? "r²" : p == 3 ? "r³" : p == 4 ? "r⁴" : "r^\(NumberText.exponent(p))"
    }
}
