import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Gaussian process with a product of spectral mixtures, given its values on all points of a grid.
///
///     C = K₁ ⊗ … ⊗ K_D + σ²I = (U₁ ⊗ … ⊗ U_D)(Λ₁ ⊗ … ⊗ Λ_D + σ²I)(U₁ ⊗ … ⊗ U_D)ᵀ,   K_d = U_d Λ_d U_dᵀ
///
/// so that n = Π n_d values cost D small eigenproblems instead of one large factorisation. The same mean, variance and
/// evidence as ``SpectralProcess`` on the points of the grid. Source: Saatçi 2011, chapter 5; Fang et al. 2024, section 4.2.
/// - Complexity: O(Σ n_d³ + n Σ n_d) time, O(n) memory.
public struct GridProcess: Sendable {
    /// k_d, the kernel along each axis.
    public let kernel: [SpectralMixture]
    /// Coordinates along each axis.
    public let axes: [[Double]]
    /// σ, in the units of the values.
    public let noise: Double
    /// −½ yᵀC⁻¹y − ½ log det C − (n/2) log 2π
    public let logEvidence: Double
    /// C⁻¹y, last axis fastest.
    public let dual: Tensor
    private let layouts: [CovarianceLayout]
    private let vectors: [Matrix]
    private let spectra: [[Double]]
    /// Λ₁ ⊗ … ⊗ Λ_D + σ²
    private let eigenvalues: [Double]

    /// - Parameter values: on the grid, one axis of the tensor for each axis of the grid.
    /// - Throws: ``SpectralProcessError``; eigenvalues of a K_d below zero are rounding and are carried along, unless they
    ///   leave no positive definite C.
    public init(
        _ kernel: [SpectralMixture], axes: [[Double]], values: Tensor, noise: Double
    ) throws(SpectralProcessError) {
        precondition(
            values.shape == axes.map(\.count) && kernel.count == axes.count && !values.elements.isEmpty,
            "values \(values.shape) on a grid of \(axes.map(\.count)), \(kernel.count) mixtures")
        guard noise > 0, noise.isFinite else { throw .noiseNotPositive(noise) }
        if let bad = values.elements.firstIndex(where: { !$0.isFinite }) { throw .notFinite(what: "value", index: bad + 1) }
        if let bad = axes.joined().firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(what: "coordinate", index: axes.joined().distance(from: axes.joined().startIndex, to: bad) + 1)
        }
        self.kernel = kernel
        self.axes = axes
        self.noise = noise
        let block: [CovarianceLayout.Block] = [(DifferentialOperator.identity(dimension: 1), 1)]
        layouts = axes.map { axis in
            CovarianceLayout(
                rows: [(block[0].operator, axis.count)], columns: [(block[0].operator, axis.count)],
                lags: [LagTable(axis, axis)])
        }
        var (vectors, spectra): ([Matrix], [[Double]]) = ([], [])
        for (mixture, layout) in zip(kernel, layouts) {
            let matrix = layout.covariance(layout.tables([mixture]))
            guard let eigen = try? matrix.symmetricEigen() else {
                throw .notFinite(what: "eigenvalue of the covariance", index: 1)
            }
            vectors.append(eigen.vectors)
            spectra.append(eigen.values)
        }
        (self.vectors, self.spectra) = (vectors, spectra)
        eigenvalues = Self.products(spectra).map { $0 + noise * noise }
        if let minor = eigenvalues.firstIndex(where: { !($0 > 0) }) {
            throw .covarianceNotPositive(
                minor: minor + 1, of: eigenvalues.count, smallestEigenvalue: eigenvalues.min()!, largest: eigenvalues.max()!)
        }
        var y = values
        for d in axes.indices { y = y.multiplied(axis: d, by: vectors[d].ᵀ) }
        let quadratic = zip(y.elements, eigenvalues).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
        for i in y.elements.indices { y.elements[i] /= eigenvalues[i] }
        for d in axes.indices { y = y.multiplied(axis: d, by: .plain(vectors[d])) }
        dual = y
        let logDeterminant = eigenvalues.reduce(0) { $0 + log($1) }
        logEvidence = -(quadratic + logDeterminant + Double(eigenvalues.count) * log(2 * Double.pi)) / 2
    }

    /// The posterior mean of ∂^α u on the grid of other axes.
    /// - Parameter orders: α, one order an axis; nil for u itself.
    public func posteriorMean(axes new: [[Double]], orders: [Int]? = nil) throws(SpectralProcessError) -> Tensor {
        let orders = orders ?? [Int](repeating: 0, count: axes.count)
        precondition(new.count == axes.count && orders.count == axes.count, "\(new.count) axes, orders \(orders)")
        var mean = dual
        for d in axes.indices {
            let smoothness = kernel[d].spectrum.smoothness
            if orders[d] > smoothness { throw .kernelNotSmooth(wanted: orders[d], available: smoothness) }
            let across = CovarianceLayout(
                rows: [(.derivative(orders[d]), new[d].count)], columns: [(.identity(dimension: 1), axes[d].count)],
                lags: [LagTable(new[d], axes[d])])
            mean = mean.multiplied(axis: d, by: .plain(across.covariance(across.tables([kernel[d]]))))
        }
        return mean
    }

    /// The gradient of the log evidence, in the order of ``SpectralProcess/evidenceGradient()``.
    ///
    /// For axis d it is Σ_ij W_ij ∂K_d,ij/∂θ with W = ½(A K_{others} Aᵀ − U_d diag(t) U_dᵀ), A = C⁻¹y unfolded along d and
    /// t_i = Σ_others Π_{e≠d}λ_e/(Πλ + σ²).
    public func evidenceGradient() -> [Double] {
        axes.indices.flatMap { d -> [Double] in
            var smoothed = dual
            for e in axes.indices where e != d {
                smoothed = smoothed.multiplied(axis: e, by: .plain(layouts[e].covariance(layouts[e].tables([kernel[e]]))))
            }
            var weights = dual.unfolded(axis: d) * smoothed.unfolded(axis: d).ᵀ
            var others = spectra
            others[d] = [Double](repeating: 1, count: axes[d].count)
            let ratios = Tensor(shape: axes.map(\.count), elements: zip(Self.products(others), eigenvalues).map { $0 / $1 })
            let unfolded = ratios.unfolded(axis: d)
            let trace = (0..<unfolded.rows).map { i in (0..<unfolded.columns).reduce(0) { $0 + unfolded[i, $1] } }
            var scaled = vectors[d]
            scaled.scaleColumns(by: trace)
            weights.add(.plain(scaled), vectors[d].ᵀ, scale: -0.5, keeping: 0.5)
            return layouts[d].gradient([kernel[d]], layouts[d].tables([kernel[d]]), weights: weights)
        }
    }

    /// Π_d λ_d for every multi-index, last axis fastest.
    private static func products(_ lists: [[Double]]) -> [Double] {
        lists.reduce([1]) { partial, list in partial.flatMap { p in list.map { p * $0 } } }
    }
}

extension Tensor {
    /// Every vector along the axis multiplied by the matrix.
    fileprivate func multiplied(axis: Int, by factor: Factor) -> Tensor {
        let product = Matrix.product(factor, .plain(unfolded(axis: axis)))
        var result = Tensor(shape: shape.enumerated().map { $0 == axis ? product.rows : $1 })
        let inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *)
        for o in 0..<outer {
            for k in 0..<product.rows {
                for i in 0..<inner { result.elements[(o * product.rows + k) * inner + i] = product[k, o * inner + i] }
            }
        }
        return result
    }

    /// Rows along the axis, columns along all others in their order.
    fileprivate func unfolded(axis: Int) -> Matrix {
        let inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *), n = shape[axis]
        var matrix = Matrix(rows: n, columns: outer * inner)
        for o in 0..<outer {
            for k in 0..<n { for i in 0..<inner { matrix[k, o * inner + i] = elements[(o * n + k) * inner + i] } }
        }
        return matrix
    }
}
