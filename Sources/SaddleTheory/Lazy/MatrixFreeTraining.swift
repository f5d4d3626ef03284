import SaddleModels
import SaddleNumerics

/// Training in the lazy limit on data whose kernel does not fit into memory, by products of the kernel with vectors.
///
/// Finite times are functions of the kernel, αₜ = cₜ(Θ)(y − f₀), evaluated in the Krylov space of the labels: all times from one
/// space, whose dimension grows with √(ηtλ_max/P) at most. Squared loss, full batches and no weight decay, as in ``LazyTraining``;
/// ``LazyDescent`` steps through anything else with the same operators.
public struct MatrixFreeTraining: Sendable {
    /// Θ of the training points, by products.
    public let kernel: KernelOperator
    /// y, P × C.
    public let labels: Matrix
    /// Squared loss, full batches, no weight decay.
    public let training: Training

    /// - Throws: ``LazyError/unsupported(_:)``.
    public init(kernel: KernelOperator, labels: Matrix, training: Training) throws {
        precondition(kernel.rows == labels.rows, "kernel of \(kernel.rows) points, labels of \(labels.rows)")
        try LazyTraining.check(training, points: labels.rows)
        self.kernel = kernel
        self.labels = labels
        self.training = training
    }

    /// αₜ at several times, and training outputs.
    public struct Result: Sendable {
        /// The times that were asked for, which all lists below belong to.
        public let times: [LazyTime]
        /// αₜ with fₜ(x) = f₀(x) + Θ(x, X)αₜ, P × C at each time.
        public let coefficients: [Matrix]
        /// fₜ(X) − f₀(X), P × C.
        public let trainOutputs: [Matrix]
        /// How much outputs at each time have changed in the last look at the convergence, at any point x with Θ(x, x) no larger than at the
        /// training points, relative to the root mean square of y − f₀: √(δαᵀΘδα · max Θ(x, x)), by Cauchy and Schwarz.
        public let errorEstimates: [Double]
        /// Largest eigenvalue of the kernel in the Krylov space, and the learning rate above which descent diverges.
        public let largestEigenvalue, maximumStableLearningRate: Double
        /// Products of the kernel.
        public let products: Int
        /// What to do if some estimate is above the tolerance; nil if none is.
        public let advice: String?
    }

    /// Dimensions between two looks at the convergence.
    static let checkInterval = 5

    /// Outputs at several times.
    ///
    /// - Parameters:
    ///   - initial: f₀ at the training points; nil for zero.
    ///   - tolerance: Largest error estimate, in two looks at the convergence running; see ``Result/errorEstimates``.
    ///   - progress: called with the products done and the most there may be.
    /// - Returns: Outputs with an error estimate for each time, and advice if `maximumProducts` was not enough.
    /// - Throws: ``LazyError``; ``SemidefiniteError`` for a kernel that is indefinite or not finite.
    public func predictions(
        at times: [LazyTime], initial: Matrix? = nil, tolerance: Double = 1e-6, maximumProducts: Int = 300,
        progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws -> Result {
        precondition(tolerance > 0 && maximumProducts >= 1, "tolerance \(tolerance), \(maximumProducts) products")
        var errors = labels
        if let initial { errors.add(initial, scale: -1) }
        let diagonal = try kernel.diagonal().max() ?? 0
        var krylov = Lanczos(starts: errors)
        var (products, calm) = (0, 0)
        var looks = try project(krylov, times, diagonal, previous: nil)
        while !krylov.isComplete && products < maximumProducts && calm < 2 {
            if shouldStop() { throw LazyError.stopped }
            try krylov.extend(kernel)
            products += 1
            progress?(Double(products), Double(maximumProducts))
            if products % Self.checkInterval == 0 || krylov.isComplete || products == maximumProducts {
                looks = try project(krylov, times, diagonal, previous: looks)
                calm = looks.estimates.allSatisfy { $0 <= tolerance } ? calm + 1 : 0
            }
        }
        // An invariant space is exact.
        let estimates = krylov.isComplete ? times.map { _ in 0 } : looks.estimates
        let isConverged = calm >= 2 || krylov.isComplete
        return Result(
            times: times, coefficients: looks.coefficients.map { expand($0, in: krylov) },
            trainOutputs: looks.coefficients.map { expandProduct($0, in: krylov) },
            errorEstimates: estimates, largestEigenvalue: looks.largest,
            maximumStableLearningRate: training.maximumStableLearningRate(largestEigenvalue: looks.largest, points: labels.rows),
            products: products,
            advice: isConverged ? nil : "not converged after \(products) products: allow more, or ask for earlier times")
    }

    /// α at each time, for each output, in coordinates of its space.
    private struct Look {
        var coefficients: [[[Double]]]
        var estimates: [Double]
        var largest: Double
    }

    private func project(_ krylov: Lanczos, _ times: [LazyTime], _ diagonal: Double, previous: Look?) throws -> Look {
        var look = Look(
            coefficients: times.map { _ in Array(repeating: [], count: labels.columns) }, estimates: times.map { _ in 0 },
            largest: 0)
        for c in 0..<labels.columns where krylov.norms[c] > 0 {
            let (values, vectors) = try krylov.ritz(c)
            let ritz = try withoutRounding(values)
            look.largest = max(look.largest, ritz.last ?? 0)
            for (t, response) in try training.modeResponses(ritz, points: labels.rows, at: times).enumerated() {
                let weights = Matrix(rows: ritz.count, columns: 1) { i, _ in
                    krylov.norms[c] * vectors[0, i] * response.coefficients[i]
                }
                let alpha = (vectors * weights).elements
                let before = previous?.coefficients[t][c] ?? []
                let change = alpha.enumerated().map { $1 - ($0 < before.count ? before[$0] : 0) }
                let square = zip(change, krylov.product(c, change)).reduce(0) { $0 + $1.0 * $1.1 }
                let size = krylov.norms[c] / Double(labels.rows).squareRoot()
                look.coefficients[t][c] = alpha
                look.estimates[t] = max(look.estimates[t], (max(square, 0) * diagonal).squareRoot() / size)
            }
        }
        return look
    }

    /// Q c of each output.
    private func expand(_ coordinates: [[Double]], in krylov: Lanczos) -> Matrix {
        var result = Matrix(rows: labels.rows, columns: 0)
        for (basis, c) in zip(krylov.bases, coordinates) {
            result.appendColumns(
                of: basis
                    * Matrix(rows: basis.columns, columns: 1, elements: c.isEmpty ? Array(repeating: 0, count: basis.columns) : c)
            )
        }
        return result
    }

    /// Θ Q c of each output, without another product with the kernel: Q T c + β_k c_k q_{k+1}.
    private func expandProduct(_ coordinates: [[Double]], in krylov: Lanczos) -> Matrix {
        var result = expand(coordinates.indices.map { krylov.product($0, coordinates[$0]) }, in: krylov)
        var beyond = krylov.next
        beyond.scaleColumns(by: coordinates.indices.map { (krylov.offDiagonals[$0].last ?? 0) * (coordinates[$0].last ?? 0) })
        result.add(beyond)
        return result
    }

    /// Ritz values with what rounding explains set to zero: n·ε·λ_max, and 2⁻²⁴λ_max for tiles kept in single precision.
    private func withoutRounding(_ values: [Double]) throws -> [Double] {
        guard let largest = values.last else { return [] }
        let n = Double(kernel.rows)
        let bound = largest * max(n * .ulpOfOne, kernel.precision.rounding)
        if values[0] < -bound {
            throw SemidefiniteError.indefinite(eigenvalue: values[0], largest: largest, allowed: bound)
        }
        return values.map { $0 <= bound ? 0 : $0 }
    }
}
