import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Gaussian process whose kernel is a product of spectral mixtures, one a variable, given linear observations.
///
///     u ~ GP(0, Π_d k_d),   yᵢ = (Lᵢu)(xᵢ) + noise,   C = Cov(y)
///     mean of Lu(x) = c(x)·C⁻¹y,   variance = Cov(Lu(x)) − c(x)ᵀC⁻¹c(x)
///     log evidence = −½ yᵀC⁻¹y − ½ log det C − (n/2) log 2π
///
/// A linear differential equation is solved by observing its residual and its boundary values. Exact up to rounding: the
/// scaled covariance is factorised by Cholesky, whose errors grow as its condition number, about (signal/noise)².
/// - Complexity: O(n³) for n observations.
public struct SpectralProcess: Sendable {
    /// k_d, the kernel of each variable.
    public let kernel: [SpectralMixture]
    /// What the process is conditioned on.
    public let observations: [LinearObservations]
    /// −½ yᵀC⁻¹y − ½ log det C − (n/2) log 2π
    public let logEvidence: Double
    /// C⁻¹y
    let dual: [Double]
    /// R with RᵀR = S C S, and the scales S = diag(C)^{−1/2}.
    private let factor: Matrix
    private let scales: [Double]
    private let tables: [[[Double]]]
    let layout: CovarianceLayout

    /// - Throws: ``SpectralProcessError``
    public init(_ kernel: [SpectralMixture], _ observations: [LinearObservations]) throws(SpectralProcessError) {
        try self.init(kernel, observations, Self.layout(observations))
    }

    /// With the layout of an earlier process on the same observations.
    init(_ kernel: [SpectralMixture], _ observations: [LinearObservations], _ layout: CovarianceLayout)
        throws(SpectralProcessError)
    {
        try Self.check(kernel, observations, layout)
        self.kernel = kernel
        self.observations = observations
        self.layout = layout
        tables = layout.tables(kernel)
        var covariance = layout.covariance(tables)
        let noise = observations.flatMap { [Double](repeating: $0.noise * $0.noise, count: $0.values.count) }
        for (i, variance) in noise.enumerated() { covariance[i, i] += variance }
        let scales = noise.indices.map { 1 / covariance[$0, $0].squareRoot() }
        covariance.scaleRows(by: scales)
        covariance.scaleColumns(by: scales)
        let factor: Matrix
        do { factor = try covariance.cholesky() } catch {
            guard case .notPositiveDefinite(let minor) = error, let values = try? covariance.symmetricEigen().values else {
                throw .covarianceNotPositive(minor: 0, of: noise.count, smallestEigenvalue: .nan, largest: .nan)
            }
            throw .covarianceNotPositive(
                minor: minor, of: noise.count, smallestEigenvalue: values.first!, largest: values.last!)
        }
        (self.factor, self.scales) = (factor, scales)
        let y = observations.flatMap(\.values)
        var white = Matrix(rows: 1, columns: y.count, elements: zip(y, scales).map(*))
        white.solveRight(upper: factor)
        let quadratic = white.elements.reduce(0) { $0 + $1 * $1 }
        white.solveRight(upperTransposed: factor)
        dual = zip(white.elements, scales).map(*)
        let halfLogDeterminant = y.indices.reduce(0) { $0 + log(factor[$1, $1]) - log(scales[$1]) }
        logEvidence = -quadratic / 2 - halfLogDeterminant - Double(y.count) / 2 * log(2 * Double.pi)
    }

    /// Mean and variance of Lu at points, one a row; the variance is that of the function, without noise.
    public func posterior(
        _ operator: DifferentialOperator, at points: Matrix
    ) throws(SpectralProcessError) -> (mean: [Double], variance: [Double]) {
        let (cross, prior) = try covariances(`operator`, points, kernel)
        var explained = cross
        explained.scaleColumns(by: scales)
        explained.solveRight(upper: factor)
        let variance = (0..<points.rows).map { i in
            (0..<explained.columns).reduce(prior) { $0 - explained[i, $1] * explained[i, $1] }
        }
        return (product(cross), variance)
    }

    /// Mean and variance of u, or of its derivatives, for a function of one variable.
    public func posterior(
        _ operator: DifferentialOperator = .identity(dimension: 1), at points: [Double]
    ) throws(SpectralProcessError) -> (mean: [Double], variance: [Double]) {
        try posterior(`operator`, at: Matrix(rows: points.count, columns: 1, elements: points))
    }

    /// What component q of variable d adds to the posterior mean of u, at points; the parts of one variable add up to it.
    public func part(component q: Int, of d: Int = 0, at points: Matrix) -> [Double] {
        var single = kernel
        single[d] = kernel[d].selecting([q])
        let identity = DifferentialOperator.identity(dimension: kernel.count)
        guard let found = try? covariances(identity, points, single) else { preconditionFailure("u needs no derivatives") }
        return product(found.cross)
    }

    /// The root mean square of each component's part of the posterior mean, over `samples` points across the observations.
    ///
    /// Which components a solution is made of: weights alone do not say, since a weight that is too large only costs evidence.
    public func sizesOfParts(of d: Int = 0, samples: Int = 200) -> [Double] {
        let bounds = layout.lags.indices.map { Self.column(Self.stacked(observations), $0) }.map { ($0.min()!, $0.max()!) }
        // Points on lines of irrational slope fill the box evenly; for one variable, the midpoints of a grid.
        let points = Matrix(rows: samples, columns: kernel.count) { i, e in
            let along = (Double(i) + 0.5) / Double(samples)
            let place =
                e == 0
                ? along
                : (along * Double(samples) * Double([2, 3, 5, 7, 11, 13][(e - 1) % 6]).squareRoot()).truncatingRemainder(
                    dividingBy: 1)
            return bounds[e].0 + place * (bounds[e].1 - bounds[e].0)
        }
        return (0..<kernel[d].count).map { q in
            (part(component: q, of: d, at: points).reduce(0) { $0 + $1 * $1 } / Double(samples)).squareRoot()
        }
    }

    /// The frequency of the largest part of the posterior mean, in cycles per unit of variable d.
    public func dominantFrequency(of d: Int = 0) -> Double {
        let sizes = sizesOfParts(of: d)
        return abs(kernel[d].frequencies[sizes.indices.max { sizes[$0] < sizes[$1] }!])
    }

    /// The gradient of the log evidence with respect to all parameters: for each variable log w₁…, μ₁…, log σ₁….
    ///
    ///     ½ Σ_ij (C⁻¹y yᵀC⁻¹ − C⁻¹)ᵢⱼ ∂Cᵢⱼ/∂θ
    public func evidenceGradient() -> [Double] {
        var inverse = Matrix.identity(dual.count)
        inverse.solveLeftTransposed(upper: factor)
        inverse.scaleColumns(by: scales)
        var weights = inverse.gram(scale: -0.5)
        weights.add(
            .plain(Matrix(rows: dual.count, columns: 1, elements: dual)),
            .plain(Matrix(rows: 1, columns: dual.count, elements: dual)), scale: 0.5)
        return layout.gradient(kernel, tables, weights: weights)
    }

    private func product(_ cross: Matrix) -> [Double] { (cross * Matrix(rows: dual.count, columns: 1, elements: dual)).elements }

    /// Covariances with the observations, and the variance at one point.
    private func covariances(
        _ operator: DifferentialOperator, _ points: Matrix, _ kernel: [SpectralMixture]
    ) throws(SpectralProcessError) -> (cross: Matrix, prior: Double) {
        precondition(
            `operator`.dimension == kernel.count && points.columns == kernel.count,
            "points of \(points.columns) variables for a process of \(kernel.count)")
        let stacked = Self.stacked(observations)
        let across = CovarianceLayout(
            rows: [(`operator`, points.rows)], columns: layout.columns,
            lags: kernel.indices.map { LagTable(Self.column(points, $0), Self.column(stacked, $0)) })
        let atOnePoint = CovarianceLayout(
            rows: [(`operator`, 1)], columns: [(`operator`, 1)], lags: kernel.map { _ in LagTable([0], [0]) })
        try Self.checkSmoothness(kernel, across.orders)
        try Self.checkSmoothness(kernel, atOnePoint.orders)
        return (across.covariance(across.tables(kernel)), atOnePoint.covariance(atOnePoint.tables(kernel))[0, 0])
    }

    static func layout(_ observations: [LinearObservations]) -> CovarianceLayout {
        precondition(!observations.isEmpty, "no observations")
        let blocks = observations.map { (operator: $0.operator, count: $0.values.count) }
        let points = stacked(observations)
        let lags = (0..<points.columns).map { d in LagTable(column(points, d), column(points, d)) }
        return CovarianceLayout(rows: blocks, columns: blocks, lags: lags)
    }

    private static func stacked(_ observations: [LinearObservations]) -> Matrix {
        observations.dropFirst().reduce(observations[0].points) { $0.appendingRows(of: $1.points) }
    }

    private static func column(_ points: Matrix, _ d: Int) -> [Double] {
        Array(points.elements[d * points.rows..<(d + 1) * points.rows])
    }

    private static func check(
        _ kernel: [SpectralMixture], _ observations: [LinearObservations], _ layout: CovarianceLayout
    ) throws(SpectralProcessError) {
        precondition(kernel.count == layout.lags.count, "\(kernel.count) mixtures for \(layout.lags.count) variables")
        for group in observations where !(group.noise > 0 && group.noise.isFinite) { throw .noiseNotPositive(group.noise) }
        if let bad = observations.flatMap(\.values).firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(what: "observed value", index: bad + 1)
        }
        if let bad = stacked(observations).elements.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(what: "coordinate", index: bad + 1)
        }
        try checkSmoothness(kernel, layout.orders)
    }

    private static func checkSmoothness(_ kernel: [SpectralMixture], _ orders: [Int]) throws(SpectralProcessError) {
        for (mixture, order) in zip(kernel, orders) where order > mixture.spectrum.smoothness {
            throw .kernelNotSmooth(wanted: order, available: mixture.spectrum.smoothness)
        }
    }
}
