import SaddleNumerics

/// Regression with a kernel as its eigenfunctions see it: the kernel's spectrum, and how much of the target lies in each mode.
///
///     K(x, x′) = Σ_k λ_k φ_k(x)φ_k(x′),    y(x) = Σ_k u_k φ_k(x) + ε,    ⟨φ_kφ_l⟩ = δ_kl
public struct KernelTask: Sendable {
    /// λ_k, with multiplicities.
    public let spectrum: PopulationSpectrum
    /// u_k², summed over the modes of each eigenvalue (and over outputs).
    public let powers: [Double]
    /// Var ε
    public let noise: Double

    /// - Precondition: one power ≥ 0 for each eigenvalue, noise ≥ 0.
    public init(_ spectrum: PopulationSpectrum, powers: [Double], noise: Double = 0) {
        precondition(
            powers.count == spectrum.eigenvalues.count, "\(powers.count) powers, \(spectrum.eigenvalues.count) eigenvalues")
        precondition(powers.allSatisfy { $0 >= 0 } && noise >= 0, "negative power or noise")
        (self.spectrum, self.powers, self.noise) = (spectrum, powers, noise)
    }

    /// From a kernel matrix on n samples, eigenvalues λ_k(K)/n and powers Σ_c (v_kᵀy_c)²/n.
    ///
    /// Eigenvalues that rounding makes negative are set to 0: they are below 1e-12 of the largest, else the kernel is not one.
    ///
    /// - Parameter targets: n × C
    /// - Throws: ``FactorizationError``, ``SemidefiniteError``.
    public init(kernel: Matrix, targets: Matrix) throws {
        precondition(targets.rows == kernel.rows, "\(targets.rows) targets for a kernel of \(kernel.rows) samples")
        let n = Double(kernel.rows)
        let (values, overlaps) = try kernel.symmetricEigenvalues(projecting: targets)
        let largest = values.last ?? 0
        if let lowest = values.first, lowest < -1e-12 * n * largest {
            throw FactorizationError.notPositiveDefinite(order: kernel.rows)
        }
        let powers = (0..<kernel.rows).map { k in (0..<targets.columns).reduce(0) { $0 + overlaps[k, $1] * overlaps[k, $1] } / n }
        self.init(try PopulationSpectrum(values.map { max($0, 0) / n }), powers: powers)
    }
}
