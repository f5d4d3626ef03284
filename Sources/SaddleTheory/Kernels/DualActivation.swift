import CSaddle
import SaddleModels
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The Gaussian dual of an activation φ: averages over a pair of centred Gaussian preactivations.
///
///     F(q, q′, k) = E φ(u)φ(v),   Ḟ(q, q′, k) = E φ′(u)φ′(v),   Var u = q, Var v = q′, Cov(u, v) = k
///
/// The closed form that the activation states (linear, relu, leaky_relu, abs, sign, erf, gelu, sin, cos, exp and rbf do); else its
/// Hermite series (square and cube are finite ones), beside quadrature if it has kinks. It is used in two steps: ``prepare(_:)`` does what depends on one variance,
/// once for a set of points; ``DualPair`` then evaluates pairs, a column at a time.
///
///     let dual = DualActivation(.tanh)
///     let (f, slope) = try dual.evaluate(covariances: k, rows: q, columns: q)
///
/// Accuracy, relative to √(F(q, q, q) F(q′, q′, q′)): closed forms 1e-14 and a few units in the last place; series 1e-12 for tanh,
/// silu, sigmoid and softplus with variances up to 30, at every correlation; 1e-12 with kinks. Small slopes of relu near c = −1 keep their relative
/// accuracy only where defects are carried (see ``NetworkKernel``), since a covariance cannot hold them.
///
/// Conventions. For a variance of zero, u = 0: F is φ(0) E φ(v), and Ḟ is φ′(0) E φ′(v) with the mean of both one-sided slopes at a
/// kink. Ḟ of sign is zero, which is φ′ almost everywhere: the true derivative of F is infinite for equal points.
public struct DualActivation: Sendable {
    /// φ, the activation that averages are of.
    public let activation: Activation
    let form: DualForm
    fileprivate let resolutions = ResolutionCache()

    /// Its closed form if the activation states one.
    public init(_ activation: Activation) {
        self.init(activation, form: DualForm(activation))
    }

    /// Whether φ(ax) = aφ(x) for a > 0: linear, relu, leaky_relu and abs.
    public var isHomogeneous: Bool { if case .closed(.homogeneous) = form { true } else { false } }

    init(_ activation: Activation, form: DualForm) {
        self.activation = activation
        self.form = form
    }

    /// The same by its Hermite series, whether or not there is a closed form.
    public static func series(_ activation: Activation) -> DualActivation {
        DualActivation(activation, form: .series(HermiteShape(activation)))
    }

    /// Relative accuracy of averages: rounding, and what the series have left out at any of the variances prepared so far.
    public var accuracy: Double {
        if case .closed = form { 1e-14 } else { max(1e-12, resolutions.omitted.withLock { $0 }) }
    }

    /// What pairs need to know of each variance.
    ///
    /// - Throws: ``KernelError/unboundedMoment(activation:variance:)`` if E φ² or E φ′² is not finite,
    ///   ``KernelError/seriesNotConverged(activation:variance:error:)`` for activations with kinks that are not stated, and for very
    ///   large variances (for tanh above about 90).
    public func prepare(_ variances: [Double]) throws(KernelError) -> DualPoints {
        try DualPoints(self, variances)
    }

    /// That of the next of a coarse grid of variances, so that most sets of points share one.
    fileprivate func resolution(_ shape: HermiteShape, variance: Double) throws(KernelError) -> HermiteResolution {
        let step = try gridStep(variance)
        if let known = resolutions.known.withLock({ $0[step] }) { return known }
        let found = try HermiteResolution(activation, shape, variance: exp2(Double(step) / 4))
        resolutions.known.withLock { $0[step] = found }
        return found
    }

    /// Panels for an activation with kinks, of the same grid of variances.
    fileprivate func rule(variance: Double) throws(KernelError) -> KinkedQuadrature {
        let step = try gridStep(variance)
        if let known = resolutions.rules.withLock({ $0[step] }) { return known }
        let found = try KinkedQuadrature.resolving(activation, variance: exp2(Double(step) / 4))
        resolutions.rules.withLock { $0[step] = found.rule }
        resolutions.note(found.error)
        return found.rule
    }

    private func gridStep(_ variance: Double) throws(KernelError) -> Int {
        guard variance.isFinite else { throw .unboundedMoment(activation: activation.name, variance: variance) }
        return Int((4 * log2(max(variance, 1e-3))).rounded(.up))
    }
}

/// The resolutions found so far, by steps of variance, and the most that a series left out.
private final class ResolutionCache: Sendable {
    let known = Mutex<[Int: HermiteResolution]>([:])
    let rules = Mutex<[Int: KinkedQuadrature]>([:])
    let omitted = Mutex(0.0)

    func note(_ error: Double) { omitted.withLock { $0 = max($0, error) } }
}

/// Variances prepared for a dual.
public struct DualPoints: Sendable {
    let dual: DualActivation
    /// q, the variance of the preactivation at each point.
    public let variances: [Double]
    /// E φ(u)²
    public let values: [Double]
    /// E φ′(u)²
    public let slopes: [Double]
    /// √q, or √(2q) for erf; of b·ψ(ax), √(a²q) and √(2a²q).
    let roots: [Double]
    /// q, or 2q for erf, with a² likewise.
    let sizes: [Double]
    /// 1/√(1 + 2q) for erf, 1/√(1 + q) for gelu, else 1/√q.
    let inverses: [Double]
    let series: HermiteSeries?
    /// Panels, if there are kinks.
    let rule: KinkedQuadrature?

    /// Number of points.
    public var count: Int { variances.count }

    /// - Parameter sparing: whether an activation with kinks goes without its series.
    init(_ dual: DualActivation, _ variances: [Double], sparing: Bool = false) throws(KernelError) {
        var series: HermiteSeries?
        var rule: KinkedQuadrature?
        var inverses: [Double] = []
        var moments: [(value: Double, slope: Double)] = []
        var factor = 1.0
        switch dual.form {
        case .closed(let closed):
            moments = variances.map(closed.moments)
            let (form, input, _) = closed.unscaled
            if form != .sign { factor = (form == .erf ? 2 : 1) * input * input }
            if form == .erf || form == .gelu { inverses = variances.map { 1 / (1 + factor * $0).squareRoot() } }
        case .series(let shape):
            let resolution = try dual.resolution(shape, variance: variances.max() ?? 0)
            let found = try HermiteSeries(dual.activation, shape, variances: variances, resolution: resolution)
            dual.resolutions.note(found.worst?.error ?? 0)
            series = found
        case .kinked:
            let found = try dual.rule(variance: variances.max() ?? 0)
            moments = try KinkedQuadrature.moments(dual.activation, variances: variances)
            if dual.activation.isContinuous && !sparing {
                series = HermiteSeries(kinked: dual.activation, variances: variances, moments: moments, rule: found)
            }
            rule = found
        }
        if inverses.isEmpty { inverses = variances.map { 1 / max($0, HermiteSeries.smallestVariance).squareRoot() } }
        self.init(
            dual: dual, variances: variances, values: series?.values ?? moments.map(\.value),
            slopes: series?.slopes ?? moments.map(\.slope), roots: variances.map { (factor * $0).squareRoot() },
            sizes: variances.map { factor * $0 }, inverses: inverses, series: series, rule: rule)
        for i in variances.indices where !(values[i].isFinite && slopes[i].isFinite) {
            throw .unboundedMoment(activation: dual.activation.name, variance: variances[i])
        }
    }

    private init(
        dual: DualActivation, variances: [Double], values: [Double], slopes: [Double], roots: [Double], sizes: [Double],
        inverses: [Double], series: HermiteSeries?, rule: KinkedQuadrature?
    ) {
        self.dual = dual
        self.variances = variances
        self.values = values
        self.slopes = slopes
        self.roots = roots
        self.sizes = sizes
        self.inverses = inverses
        self.series = series
        self.rule = rule
    }

    /// The same with a series of the resolution that both need.
    func matching(_ other: DualPoints) -> DualPoints {
        if let rule, let reference = other.rule, reference.width < rule.width {
            return DualPoints(
                dual: dual, variances: variances, values: values, slopes: slopes, roots: roots, sizes: sizes, inverses: inverses,
                series: series, rule: reference)
        }
        guard let series, let reference = other.series, series.resolution != reference.resolution else { return self }
        return DualPoints(
            dual: dual, variances: variances, values: values, slopes: slopes, roots: roots, sizes: sizes, inverses: inverses,
            series: series.matching(reference, dual.activation, variances: variances), rule: nil)
    }
}
