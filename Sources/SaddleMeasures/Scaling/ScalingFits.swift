#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// All laws fitted to the same losses, and each one's intervals by its own fit.
struct ScalingFits: Sendable {
    private let data: LogLosses
    private let limitFamily: LimitFamily
    private var profiles: [ScalingForm: ScalingProfile] = [:]
    private var paths: [ScalingForm: ScalingProfile.Path] = [:]

    /// Sizes that a bend needs: two more than its parameters.
    static let fewestForBend = 6

    init(_ table: LossTable) {
        data = LogLosses(table)
        limitFamily = LimitFamily(data: data)
        profiles[.power] = .power(data)
        profiles[.powerWithLimit] = .powerWithLimit(data)
        if data.count >= Self.fewestForBend {
            let broken = ScalingProfile.broken(data)
            if broken.best.residual.isFinite { profiles[.broken] = broken }
        }
        for (form, profile) in profiles {
            paths[form] = profile.path(rise: scatter(form).rise(confidence: ScalingFit.confidence))
        }
    }

    subscript(form: ScalingForm) -> ScalingProfile? { profiles[form] }

    func scatter(_ form: ScalingForm) -> Scatter {
        data.scatter(residual: profiles[form]!.best.residual, parameters: form.parameters)
    }

    /// A limit beside none: one more parameter.
    var limitProbability: Double {
        scatter(.powerWithLimit).probability(gain: profiles[.power]!.best.residual - profiles[.powerWithLimit]!.best.residual)
    }

    /// 1/x beside a free exponent, both above a limit.
    var inverseProbability: Double {
        let profile = profiles[.powerWithLimit]!
        return scatter(.powerWithLimit).probability(gain: profile[1].residual - profile.best.residual)
    }

    func bendProbability(beside smooth: ScalingForm) -> Double {
        guard profiles[.broken] != nil else { return 1 }
        let best = profiles[smooth]!.best
        var tangents = [data.sizes.map { _ in 1.0 }, data.sizes]
        if smooth == .powerWithLimit {
            // By L∞, A and α, up to factors.
            let shares = data.sizes.map { exp(-best.law.exponent * $0) }
            let values = shares.map { best.law.limit + best.law.amplitude * $0 }
            tangents = [
                values.map { values[0] / $0 }, zip(shares, values).map { $0 / shares[0] * values[0] / $1 },
                data.sizes.indices.map { (data.sizes[$0] - data.sizes[0]) * shares[$0] / shares[0] * values[0] / values[$0] },
            ]
        }
        return BendTest(data, law: best.law, tangents: tangents).probability
    }

    /// The law with a bend fits better than both others.
    var prefersBend: Bool {
        guard let broken = profiles[.broken]?.best.residual else { return false }
        return broken < min(profiles[.power]!.best.residual, profiles[.powerWithLimit]!.best.residual)
    }

    func exponent(_ form: ScalingForm) -> ScalingFit.Interval {
        let (path, best) = (paths[form]!, profiles[form]!.best)
        switch form {
        case .power: return path.interval(best.law.exponent) { ($0.law.exponent, [0, 1]) }
        case .broken: return path.interval(best.law.exponent) { ($0.law.exponent, [0, 1, 0]) }
        case .powerWithLimit:
            return ScalingFit.Interval(
                value: best.shape, low: path.isOpenBelow ? 0 : path.first, high: path.isOpenAbove ? .infinity : path.last)
        }
    }

    var lateExponent: ScalingFit.Interval {
        paths[.broken]!.interval(profiles[.broken]!.best.law.lateExponent!) { ($0.law.lateExponent!, [0, 0, 1]) }
    }

    var crossover: ScalingFit.Interval {
        let path = paths[.broken]!
        return ScalingFit.Interval(
            value: profiles[.broken]!.best.law.crossover!, low: path.isOpenBelow ? 0 : exp(path.first),
            high: path.isOpenAbove ? .infinity : exp(path.last))
    }

    var limit: ScalingFit.Interval {
        let path = paths[.powerWithLimit]!
        let found = path.interval(profiles[.powerWithLimit]!.best.law.limit) { limitFamily.value($0, logSize: .infinity) }
        return ScalingFit.Interval(value: found.value, low: path.isOpenBelow ? -.infinity : found.low, high: found.high)
    }

    func prediction(_ law: ScalingLaw, logSize u: Double) -> ScalingFit.Interval {
        let path = paths[law.form]!
        func ofLogarithm(_ gradient: @escaping (ScalingProfile.Point) -> [Double]) -> ScalingFit.Interval {
            let found = path.interval(log(law(exp(u)))) { (log($0.law(exp(u))), gradient($0)) }
            return ScalingFit.Interval(value: law(exp(u)), low: exp(found.low), high: exp(found.high))
        }
        switch law.form {
        case .power: return ofLogarithm { [1, $0.shape - u] }
        case .broken: return ofLogarithm { [1, max($0.shape - u, 0), min($0.shape - u, 0)] }
        case .powerWithLimit: return path.interval(law(exp(u))) { limitFamily.value($0, logSize: u) }
        }
    }

    /// The broken law if its misfit is within two standard deviations of that of the law with a limit, and it goes on falling.
    var rivalOfLimit: ScalingLaw? {
        guard let broken = profiles[.broken]?.best, broken.law.lateExponent! > 0.05 else { return nil }
        return broken.residual <= profiles[.powerWithLimit]!.best.residual + 4 * scatter(.powerWithLimit).variance
            ? broken.law : nil
    }
}
