import Numerics

/// Eigenvalues in the complex plane beside the circular or elliptic law.
public struct PlanarComparison: Sendable {
    /// Where eigenvalues lie in the limit.
    public let law: EllipticLaw
    /// Exact cumulants of Σ f(|z|), for complex matrices.
    public struct Radial: Sendable {
        /// Of f, as in ``functions``.
        public let name: String
        /// κ₁, κ₂, … of Σ f at this size.
        public let exact: [Double]
        /// κ₂, N κ₃, N² κ₄ for N → ∞
        public let limits: [Double]
    }
    /// One for each of ``functions``, for complex matrices; else none.
    public private(set) var radial: [Radial] = []
    /// Eigenvalues of each matrix.
    public let samples: [[Complex<Double>]]
    /// Means, and of complex matrices variances, of sums over eigenvalues against theory.
    public private(set) var check = Check()

    /// Statistics of moduli, with f′ and f″(1).
    public static let functions:
        [(name: String, f: @Sendable (Double) -> Double, slope: @Sendable (Double) -> Double, curvature: Double)] =
            [
                ("r²", { $0 * $0 }, { 2 * $0 }, 2), ("r⁴", { $0 * $0 * $0 * $0 }, { 4 * $0 * $0 * $0 }, 12),
                ("exp(−r²)", { Double.exp(-$0 * $0) }, { -2 * $0 * Double.exp(-$0 * $0) }, 2 * Double.exp(-1)),
            ]

    /// Draws matrices and compares them; of real ones also a set of half the size.
    ///
    /// - Throws: `CancellationError` when stopped; where eigenvalues do not converge.
    public init(
        _ model: RandomMatrixModel, size order: Int, matrices: Int, seed: Int, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let isComplex = model.ensemble == .ginibre
        law = try EllipticLaw(symmetry: isComplex ? 0 : model.symmetry)
        let half = order / 2
        let total = Double(matrices) * (isComplex ? 1 : 1.15)
        let done = Counter()
        @Sendable func draw(_ size: Int, _ index: Int) throws -> [[Complex<Double>]] {
            try Threads.map(matrices) { m in
                if shouldStop() { throw CancellationError() }
                var stream = RandomStream(seed: seed, .randomMatrix, index, m)
                let values =
                    isComplex
                    ? try stream.ginibreEigenvalues(order: size)
                    : try stream.ellipticMatrix(order: size, symmetry: model.symmetry).eigenvalues()
                let count = Double(done.increment()), n = Double(matrices)
                progress(min(count, n) + 0.15 * max(count - n, 0), total)
                return values
            }
        }
        samples = try draw(order, 0)
        if isComplex {
            try compareMoments(order)
        } else {
            try compareLimits(try draw(half, 1), sizes: [half, order], symmetry: model.symmetry)
        }
    }

    /// Complex matrices: exact means and variances at this size.
    private mutating func compareMoments(_ order: Int) throws {
        let gas = try RadialCoulombGas(charges: order)
        for (name, f, slope, curvature) in Self.functions {
            let exact = gas.cumulants(4, of: f)
            radial.append(
                Radial(
                    name: name, exact: exact, limits: try gas.limitingCumulants(derivative: slope, curvature: curvature)))
            let sums = samples.map { $0.reduce(0) { $0 + f($1.length) } }
            check.add(.mean("mean of Σ f", at: "f = \(name)", predicted: exact[0], samples: sums, isPositive: true))
            check.add(
                .variance(
                    "variance of Σ f", at: "f = \(name)", predicted: exact[1], samples: sums, scale: exact[0], isPositive: true))
        }
    }

    /// Real matrices: means over the ellipse, from two sizes.
    private mutating func compareLimits(_ smaller: [[Complex<Double>]], sizes: [Int], symmetry: Double) throws {
        let functions: [(String, (Complex<Double>) -> Double)] = [
            ("x²", { $0.real * $0.real }), ("y²", { $0.imaginary * $0.imaginary }), ("x⁴", { Double.pow($0.real, 4) }),
            ("x²y²", { Double.pow($0.real * $0.imaginary, 2) }),
        ]
        for (name, f) in functions {
            let means = [smaller, samples].map { $0.map { $0.reduce(0) { $0 + f($1) } / Double($0.count) } }
            check.add(
                .mean(
                    "mean of f, N → ∞", at: "f = \(name)", predicted: try law.average(f), measured: means.map { Estimate($0) },
                    freedom: means.map { EffectiveFreedom.sampled($0, isPositive: true) },
                    line: SizeExtrapolation(sizes: sizes)))
        }
        // Exact for every size.
        let n = Double(sizes[1])
        let traces = samples.map { $0.reduce(0) { $0 + ($1 * $1).real } }
        check.add(.mean("mean of tr J²", predicted: n * symmetry + 1, samples: traces, scale: n))
    }
}
