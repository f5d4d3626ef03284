#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The spectrum of a large symmetric operator of order n, from products with vectors alone:
///
///     (1/n) tr g(A) ≈ mean over probes of Σ_k w_k g(θ_k),      w_k = (e₁ᵀs_k)²
///
/// with θ_k and s_k the eigenvalues and eigenvectors of the tridiagonal matrix that m steps of Lanczos make of a random start. For one start it is Gauss's
/// quadrature, exact for polynomials of degree 2m − 1; the scatter of several starts is the error of the average. The weights of a start
/// sum to one. Every vector is orthogonalised against all earlier ones, so that no eigenvalue is counted twice.
/// Sources: Golub and Meurant, "Matrices, Moments and Quadrature" (2010), chapter 6; Ubaru, Chen, Saad, SIAM J. Matrix Anal. 38 (2017).
public struct SpectralQuadrature: Sendable {
    /// Of the operator.
    public let order: Int
    /// Nodes, ascending, and weights of each probe.
    public let probes: [(values: [Double], weights: [Double])]
    /// |β_m s_mk| of every node: an eigenvalue lies within it.
    public let residuals: [[Double]]

    /// Whether all eigenvalues are known.
    public let isExact: Bool

    /// All eigenvalues at hand, as one probe without error; so many others vanish.
    public init(eigenvalues: [Double], others: Int = 0) {
        order = eigenvalues.count + others
        let n = Double(order), count = eigenvalues.count
        var known: [(value: Double, weight: Double)] = eigenvalues.map { ($0, 1 / n) }
        if others > 0 { known.append((0, Double(others) / n)) }
        let sorted = known.sorted { $0.value < $1.value }
        probes = [(sorted.map(\.value), sorted.map(\.weight))]
        residuals = [[Double](repeating: 0, count: count + (others > 0 ? 1 : 0))]
        isExact = true
    }

    /// - Parameters:
    ///   - steps: m, products with one vector for each probe.
    ///   - progress: of products done, and all.
    /// - Throws: what the operator throws; `CancellationError` when stopped; where eigenvalues do not converge.
    public init(
        of a: some LinearOperator, steps: Int, probes count: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: () -> Bool = { false }
    ) throws {
        precondition(steps > 0 && count > 0, "\(steps) steps of \(count) probes")
        order = a.rows
        var (probes, residuals) = ([(values: [Double], weights: [Double])](), [[Double]]())
        // One probe after another: the vectors of all at once would not fit memory.
        for probe in 0..<count {
            var stream = RandomStream(seed: seed, .probe, 1, probe)
            var krylov = Lanczos(starts: stream.normals(rows: order, columns: 1))
            for step in 0..<min(steps, order) where !krylov.isComplete {
                if shouldStop() { throw CancellationError() }
                try krylov.extend(a)
                progress?(Double(probe * steps + step + 1), Double(count * steps))
            }
            let (values, vectors) = try krylov.ritz(0)
            let last = values.count - 1, β = krylov.offDiagonals[0].last!
            probes.append((values, values.indices.map { vectors[0, $0] * vectors[0, $0] }))
            residuals.append(values.indices.map { abs(β * vectors[last, $0]) })
        }
        (self.probes, self.residuals) = (probes, residuals)
        isExact = count == 1 && probes[0].values.count == order
    }

    /// (1/n) tr g(A), with the error of the average over probes; infinite with a single random one.
    public func average(_ g: (Double) -> Double) -> Estimate {
        let values = probes.map { zip($0.values, $0.weights).reduce(0) { $0 + $1.1 * g($1.0) } }
        if isExact { return Estimate(mean: values[0], standardError: 0, count: 1) }
        return values.count > 1
            ? Estimate(values) : Estimate(mean: values[0], standardError: .infinity, count: 1)
    }

    /// tr A
    public var trace: Estimate {
        let mean = average { $0 }
        return Estimate(mean: Double(order) * mean.mean, standardError: Double(order) * mean.standardError, count: mean.count)
    }

    /// Density of eigenvalues, smoothed by normal laws of that deviation.
    public func density(at x: Double, deviation: Double) -> Estimate {
        average { exp(-($0 - x) * ($0 - x) / (2 * deviation * deviation)) / (deviation * (2 * Double.pi).squareRoot()) }
    }

    /// The largest eigenvalues, descending, of the probe that knows each best, with bounds of their error: one lies within it.
    public func largest(_ count: Int) -> [(value: Double, residual: Double)] { extreme(count, fromTop: true) }
    /// The lowest, ascending.
    public func lowest(_ count: Int) -> [(value: Double, residual: Double)] { extreme(count, fromTop: false) }

    private func extreme(_ count: Int, fromTop: Bool) -> [(value: Double, residual: Double)] {
        let available = min(count, probes.map(\.values.count).min()!)
        return (0..<available).map { k in
            let found = zip(probes, residuals).map { probe, residuals in
                let i = fromTop ? probe.values.count - 1 - k : k
                return (value: probe.values[i], residual: residuals[i])
            }
            return found.min { $0.residual < $1.residual }!
        }
    }
}
