import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
/// 1/Mᵢᵢ is concave in κ and rises with it, so that κ is the fixed point of a concave rising map: from wherever A is positive definite one step
/// of Newton's method goes above the solution, and all others descend to it (Ortega and Rheinboldt 1970, 13.3.4). A's systems are solved
/// by conjugate gradients in the scale of M's diagonal, where A is p/(1 − p) less the squared correlations and a handful of products
/// suffices. Sizes are solved upwards, each from the course of the last three (values and derivatives in log P), in single precision where
/// κ is large against its rounding.
///
/// - Note: Relative error of losses below 2e-6 of what the equations say.
/// - Complexity: n³ operations (one inverse) and some 20 products with vectors an iteration; two iterations a size, three or four for the first.
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
    /// - Throws: as ``losses(samples:progress:shouldStop:)``.
    public func loss(samples: Double) throws -> Double { try losses(samples: [samples])[0] }

    /// The same for several sizes of training sets: cheaper than one by one.
    ///
    /// - Parameters:
    ///   - progress: called after each size with the number that are done and that of all.
    ///   - shouldStop: asked before each size, from any thread.
    /// - Throws: ``Failure`` with the size at which `FactorizationError` says that K + diag κ is singular;
    ///   ``KernelCurveError/notConverged(samples:residual:)``; `CancellationError` when stopped.
    public func losses(
        samples: [Double], progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [Double] {
        var path = RidgePath(kernel: kernel, ridge: ridge)
        var losses = [Double](repeating: 0, count: samples.count)
        for (done, k) in samples.indices.sorted(by: { samples[$0] < samples[$1] }).enumerated() {
            if shouldStop() { throw CancellationError() }
            losses[k] = try loss(samples: samples[k], along: &path)
            progress?(Double(done + 1), Double(samples.count))
        }
        return losses
    }

    /// What kept one size of a curve from being solved.
    public struct Failure: Error {
        /// P, the number of samples at which it failed.
        public let samples: Double
        /// What the factorisation said.
        public let cause: FactorizationError
    }

    private func loss(samples: Double, along path: inout RidgePath) throws -> Double {
        let n = Double(kernel.rows)
        // κ of the spectrum is in units of K/n; its slope in log P serves the guess alone.
        let threshold = try spectral.point(samples: samples).threshold * n
        let below = try spectral.point(samples: samples * (1 - 1e-5)).threshold * n
        let scale = RidgePath.Scale(
            place: log(samples), threshold: max(threshold, ridge), slope: threshold > ridge ? (1 - below / threshold) / 1e-5 : 0)
        do {
            try path.solve(samples: samples, scale)
        } catch let error as FactorizationError { throw Failure(samples: samples, cause: error) }
        let solved = path.inverse.apply(targets), change = path.change
        let sum = (0..<targets.columns).reduce(0.0) { total, c in
            change.indices.reduce(total) { $0 + change[$1] * solved[$1, c] * solved[$1, c] }
        }
        return sum / (n - samples)
    }
}
