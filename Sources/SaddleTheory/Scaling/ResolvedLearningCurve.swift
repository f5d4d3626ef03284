import SaddleNumerics

/// The learning curve of kernel ridge regression in a finite pool, from the whole kernel matrix: every sample has an effective ridge of its own.
///
/// A training set of P of n samples, drawn without replacement, turns the kernel matrix K into K + D with Dᵢ = δ for drawn and ∞ for
/// other samples. Each site sees its own D in the mean of all others (the coherent-potential approximation):
///
///     M = (K + diag κ)⁻¹,    κᵢ = δ + (1 − p)/Mᵢᵢ,     p = P/n
///     A κ′ = p·1,  A = diag(Mᵢᵢ²)/(1 − p) − M∘M,      E(P) = Σᵢ κ′ᵢ Σ_c (M y_c)ᵢ² / (n(1 − p))
///
/// κ′ is the change of κ with a small weight on the samples that were not drawn, as in ``KernelLearningCurve``, which this becomes if all
/// Mᵢᵢ are equal. At P = n − 1 it is exact: the leave-one-out error. Real data have outliers and clusters; on the digits the spectrum
/// alone is 10 % low at P = n/3 and 40 % at P = 4n/5, this 1 to 6 % (Documentation/Scaling.md). Derived here; for the
/// approximation see Soven 1967 and, for random diagonal matrices, Opper and Winther 2001.
///
/// - Complexity: a few products of n × n matrices for each P.
public struct ResolvedLearningCurve: Sendable {
    /// n × n and n × C
    public let kernel, targets: Matrix
    /// δ ≥ 0
    public let ridge: Double
    private let spectral: KernelLearningCurve

    /// - Parameter task: that of the same kernel and targets, for the first guess.
    public init(kernel: Matrix, targets: Matrix, task: KernelTask, ridge: Double = 0) {
        precondition(
            kernel.rows == kernel.columns && targets.rows == kernel.rows,
            "a kernel of \(kernel.rows) samples, \(targets.rows) targets")
        (self.kernel, self.targets, self.ridge) = (kernel, targets, ridge)
        spectral = KernelLearningCurve(task, ridge: ridge, pool: Double(kernel.rows))
    }

    /// The mean square error, summed over outputs, on samples that were not drawn.
    ///
    /// - Throws: ``FactorizationError`` if K + diag κ is singular or the solution is not stable; ``KernelCurveError/notConverged``.
    public func loss(samples: Double) throws -> Double {
        let n = kernel.rows
        let share = samples / Double(n)
        // κ of the spectrum is in units of K/n.
        let guess = try spectral.point(samples: samples).threshold * Double(n)
        var ridges = [Double](repeating: max(guess, ridge), count: n)
        var state = try State(kernel, ridges, ridge: ridge, share: share)
        // Newton's method: the residual rᵢ = κᵢ − δ − (1 − p)/Mᵢᵢ has the Jacobian diag((1 − p)/Mᵢᵢ²)·A.
        for _ in 0..<40 {
            let right = (0..<n).map { state.residuals[$0] * state.diagonal[$0] * state.diagonal[$0] / (1 - share) }
            let step = try state.solve(right)
            var fraction = 1.0
            var next: State?
            while next == nil {
                let trial = (0..<n).map { ridges[$0] - fraction * step[$0] }
                if trial.allSatisfy({ $0 > 0 }), let found = try? State(kernel, trial, ridge: ridge, share: share),
                    found.size < state.size || found.size < 1e-9
                {
                    (ridges, next) = (trial, found)
                } else {
                    fraction /= 2
                    if fraction < 1e-3 { throw KernelCurveError.notConverged(samples: samples, residual: state.size) }
                }
            }
            state = next!
            if state.size < 1e-9 {
                let change = try state.solve([Double](repeating: share, count: n))
                let solved = state.inverse * targets
                let sum = (0..<targets.columns).reduce(0.0) { total, c in
                    (0..<n).reduce(total) { $0 + change[$1] * solved[$1, c] * solved[$1, c] }
                }
                return sum / (Double(n) * (1 - share))
            }
        }
        throw KernelCurveError.notConverged(samples: samples, residual: state.size)
    }

    /// M and what follows from it.
    private struct State {
        let inverse: Matrix
        let diagonal: [Double]
        /// κᵢ − δ − (1 − p)/Mᵢᵢ
        let residuals: [Double]
        /// Largest residual relative to κ.
        let size: Double
        private let share: Double

        init(_ kernel: Matrix, _ ridges: [Double], ridge: Double, share: Double) throws {
            var shifted = kernel
            for i in ridges.indices { shifted[i, i] += ridges[i] }
            var factor = Matrix.identity(kernel.rows)
            factor.solveRight(upper: try shifted.cholesky())
            let inverse = factor * factor.ᵀ
            let diagonal = ridges.indices.map { inverse[$0, $0] }
            let residuals = ridges.indices.map { ridges[$0] - ridge - (1 - share) / diagonal[$0] }
            size = zip(residuals, ridges).reduce(0) { max($0, abs($1.0 / $1.1)) }
            (self.inverse, self.diagonal, self.residuals, self.share) = (inverse, diagonal, residuals, share)
        }

        /// A⁻¹ right
        func solve(_ right: [Double]) throws -> [Double] {
            var system = inverse
            system.multiplyElements(by: inverse)
            system.scale(by: -1)
            for i in diagonal.indices { system[i, i] += diagonal[i] * diagonal[i] / (1 - share) }
            let factor = try system.cholesky()
            var row = Matrix(rows: 1, columns: right.count, elements: right)
            row.solveRight(upper: factor)
            row.solveRight(upperTransposed: factor)
            return row.elements
        }
    }
}
