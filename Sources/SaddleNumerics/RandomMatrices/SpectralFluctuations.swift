import Numerics

/// How much linear statistics Σ f(λ_i) of Gaussian matrices vary: the noise floor of anything measured on a spectrum.
///
/// For every chain of independent Gaussian matrices added to, or multiplied with, a fixed population, with u(z) = u₀ the place of the
/// population seen from z (``SubordinatedSpectrum``), the logarithm of the characteristic polynomial is asymptotically normal with
///
///     Cov(log det(z − H), log det(w − H)) = (2/β) log[(u(z) − u(w))/(z − w)]
///     E log det(z − H) = N∫log(z − x)dρ + (1/β − ½) log(dz/du)
///
/// and Σ f by contour integrals −(1/2πi)∮f′(z) … around the spectrum. One stage: Bai and Silverstein 2004 (multiplied), Ji and Lee
/// 2018 (added). More stages: the mean of log det over the last matrix is stationary in u_{ℓ−1}, so that it passes the earlier
/// matrices' fluctuations on at u_{ℓ−1}(z) unchanged, and covariances add up to a telescoping sum. Entries must be Gaussian.
///
/// Goals, in order: a check of convergence (ellipses around the spectrum with ever more points, until two rules agree); any number of
/// bands; cost. A function with kinks needs ``OneCutFluctuations``.
public struct SpectralFluctuations<Law: SubordinatedSpectrum>: Sendable {
    /// The limit of the spectrum.
    public let law: Law
    /// N, the order of the matrices.
    public let order: Double
    /// 1 for real matrices, 2 for complex ones.
    public let beta: Double

    /// Fluctuations of matrices of that order around their limit; both numbers above 0.
    public init(_ law: Law, order: Double, beta: Double = 1) {
        precondition(order > 0 && beta > 0, "order \(order), β = \(beta)")
        self.law = law
        self.order = order
        self.beta = beta
    }

    /// - Note: Relative error of the integrals below 1e-9.
    /// - Complexity: O(n²) for n points around the spectrum, some 50 for powers; n grows like the root of (largest eigenvalue)/(distance
    ///   of a singularity of f from the spectrum).
    public func law(of statistic: LinearStatistic) throws -> LinearStatisticLaw {
        let (low, high) = law.hull
        if let singularity = statistic.singularity, !(singularity < low) {
            throw RandomMatrixError.singularStatistic(statistic.name, at: singularity, lowest: low)
        }
        let half = max((high - low) / 2, 1e-8 * max(abs(low), abs(high)))
        let centre = (low + high) / 2
        // Half way, in the plane of the circle, between the spectrum and the singularity.
        var radius = 2.0
        if let singularity = statistic.singularity {
            let distance = (centre - singularity) / half
            radius = min(radius, (distance + (distance * distance - 1).squareRoot()).squareRoot())
        }
        var previous: LinearStatisticLaw?
        // What the finest rule can be expected to leave.
        var difference = Double.pow(radius, -2 * Self.finest)
        if difference > 1e-10 { throw RandomMatrixError.contourNotConverged(statistic: statistic.name, difference: difference) }
        var count = 16
        while count <= Self.finest {
            let found = try integrals(statistic, centre, half, radius, count)
            if let previous {
                difference = max(
                    abs(found.leading - previous.leading) / max(abs(found.leading), order * 1e-3 * abs(statistic(high)), 1e-300),
                    abs(found.variance - previous.variance) / max(abs(found.variance), 1e-300),
                    abs(found.correction - previous.correction)
                        / max(abs(found.correction), found.variance.squareRoot(), 1e-300))
                if difference <= 1e-10 { return found }
            }
            previous = found
            count *= 2
        }
        throw RandomMatrixError.contourNotConverged(statistic: statistic.name, difference: difference)
    }

    private static var finest: Int { 4096 }

    /// The rule with `count` points on the upper half of an ellipse; the lower half is its mirror image.
    private func integrals(
        _ statistic: LinearStatistic, _ centre: Double, _ half: Double, _ radius: Double, _ count: Int
    ) throws -> LinearStatisticLaw {
        let angle = Double.pi / Double(count)
        let circle = (0..<count).map { Complex<Double>(length: radius, phase: (Double($0) + 0.5) * angle) }
        let points = circle.map { Complex(centre) + Complex(half / 2) * ($0 + 1 / $0) }
        let steps = circle.map { Complex(0, half / 2 * angle) * ($0 - 1 / $0) }
        let stages = try law.stages(along: points)
        let slopes = zip(points, steps).map { statistic.derivative($0) * $1 }
        var (leading, correction) = (Complex<Double>(0), Complex<Double>(0))
        for j in 0..<count {
            leading += statistic.function(points[j]) * (try law.resolvent(points[j])) * steps[j]
            correction -= slopes[j] * Complex(1 / beta - 0.5) * (-logarithm(stages[j]))
        }
        let variance = try Threads.map(count) { j in
            var sum = slopes[j] * slopes[j] * logarithm(stages[j])
            for k in 0..<count {
                if k != j { sum += slopes[j] * slopes[k] * logarithm(stages[j], stages[k], isMirrored: false) }
                sum -= slopes[j] * slopes[k].conjugate * logarithm(stages[j], stages[k], isMirrored: true)
            }
            return sum.real
        }.reduce(0, +)
        return LinearStatisticLaw(
            leading: order * leading.imaginary / .pi, correction: correction.imaginary / .pi,
            variance: -variance / (Double.pi * Double.pi * beta))
    }

    private typealias Stages = [SubordinationStage<Complex<Double>>]

    /// log[(u(z) − u(w))/(z − w)]: stage by stage, each within the range of the principal logarithm.
    private func logarithm(_ z: Stages, _ w: Stages, isMirrored: Bool) -> Complex<Double> {
        func difference(_ i: Int) -> Complex<Double> {
            z[i].value - (isMirrored ? w[i].value.conjugate : w[i].value)
        }
        return (1..<z.count).reduce(0) { $0 + .log(difference($1 - 1) / difference($1)) }
    }

    /// The same at w = z: log du/dz.
    private func logarithm(_ z: Stages) -> Complex<Double> {
        (1..<z.count).reduce(0) { $0 + .log(z[$1 - 1].slope / z[$1].slope) }
    }
}
