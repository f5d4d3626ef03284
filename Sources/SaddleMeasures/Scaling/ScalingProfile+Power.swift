#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ScalingProfile {
    /// A x^{−α}: a straight line of log L on log x; any sign of the exponent.
    static func power(_ data: LogLosses) -> ScalingProfile {
        var (w, centre, level) = (0.0, 0.0, 0.0)
        for i in 0..<data.count {
            w += data.weights[i]
            centre += data.weights[i] * data.sizes[i]
            level += data.weights[i] * data.losses[i]
        }
        (centre, level) = (centre / w, level / w)
        var (spread, product) = (0.0, 0.0)
        for i in 0..<data.count {
            let u = data.sizes[i] - centre
            spread += data.weights[i] * u * u
            product += data.weights[i] * u * (data.losses[i] - level)
        }
        let slope = product / spread
        var residual = 0.0
        for i in 0..<data.count {
            let miss = data.losses[i] - level - slope * (data.sizes[i] - centre)
            residual += data.weights[i] * miss * miss
        }
        return ScalingProfile(
            Point(
                shape: centre, residual: residual, parameters: [level, -slope], inverse: [[1 / w, 0], [0, 1 / spread]],
                law: ScalingLaw(.power, exponent: -slope, amplitude: exp(level - slope * centre))))
    }
}
