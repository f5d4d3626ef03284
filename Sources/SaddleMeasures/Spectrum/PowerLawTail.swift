// Goals, in this order: an interval of the exponent that holds, the choice of where the tail begins included; no power law named where another law serves as well.

import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A power law of the largest of positive numbers, density ∝ x^{−α} from x_min on, and whether another law serves as well.
///
///     α = 1 + k/Σ log(x/x_min)   (Hill's estimate),   x_min where the largest distance of the shares below x from the law's is least
///
/// The interval is Student's, with the deviation over tables drawn from this one, each with its own x_min. Alternatives from x_min on: an exponential and a log-normal law,
/// by likelihood (Vuong's test). Sources: Clauset, Shalizi, Newman 2009; Hill 1975.
public struct PowerLawTail: Sendable {
    /// What the tail is; raw values are those of results.
    public enum Word: String, Sendable {
        /// A power law has such distances often enough, and both other laws are less likely (5 %).
        case powerLaw = "power_law"
        /// This law is likelier than a power law (5 %).
        case exponential, lognormal
        /// Shares are farther from the law's than those of 95 % of its own tables.
        case noPowerLaw = "no_power_law"
        /// A power law serves, and so does another.
        case cannotTell = "cannot_tell"
    }

    /// Another law from x_min on, against the power law.
    public struct Rival: Sendable {
        /// Mean log-likelihood ratio of a number for the power law over its deviation, times √k: above zero the power law is likelier.
        public let score: Double
        /// That chance makes a score of this size, of either sign.
        public let probability: Double
        /// Whether one of both laws is likelier, at 5 %.
        public var isDecided: Bool { probability < 0.05 }
    }

    /// Descending.
    public let values: [Double]
    /// x_min, and how many numbers are as large.
    public let start: Double
    /// k, numbers in the tail.
    public let count: Int
    /// α
    public let exponent: ScalingFit.Interval
    /// Of the shares, and the probability that a power law has as large a one.
    public let distance, probability: Double
    /// Each fitted to the tail by its own likelihood.
    public let exponential, lognormal: Rival

    /// Positive numbers that are needed.
    public static let fewest = 20
    /// A tail of fewer is no tail.
    static let fewestInTail = 10
    private static let draws = 200

    /// - Returns: nil for fewer than ``fewest`` positive numbers, or if they do not differ.
    public init?(_ numbers: [Double], seed: Int = 1) {
        let sorted = numbers.filter { $0 > 0 }.sorted(by: >)
        guard sorted.count >= Self.fewest, let fit = Self.fit(sorted) else { return nil }
        (values, start, count, distance) = (sorted, fit.start, fit.count, fit.distance)
        let n = sorted.count
        let drawn = Threads.compute(Self.draws) { k -> (exponent: Double, isFarther: Bool)? in
            var stream = RandomStream(seed: seed, .subsamples, k)
            func one() -> Int { min(Int(stream.uniform() * Double(n)), n - 1) }
            guard let again = Self.fit((0..<n).map { _ in sorted[one()] }.sorted(by: >)) else { return nil }
            // Below x_min as measured, above it by the law: what the law's own tables look like.
            let law = (0..<n).map { _ -> Double in
                if stream.uniform() < Double(fit.count) / Double(n) {
                    return fit.start * pow(stream.uniform(), -1 / (fit.exponent - 1))
                }
                return fit.count < n
                    ? sorted[fit.count + min(Int(stream.uniform() * Double(n - fit.count)), n - fit.count - 1)] : sorted[n - 1]
            }
            guard let other = Self.fit(law.sorted(by: >)) else { return nil }
            return (again.exponent, other.distance >= fit.distance)
        }.compactMap { $0 }
        guard drawn.count > Self.draws / 2 else { return nil }
        let inverse = drawn.map { 1 / ($0.exponent - 1) }, mean = inverse.reduce(0, +) / Double(inverse.count)
        let spread = (inverse.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inverse.count - 1)).squareRoot()
        // 1/(α − 1) is a mean of logarithms; its error is that over draws, or that of so many logarithms, whichever is larger.
        let value = 1 / (fit.exponent - 1), error = max(spread, value / Double(fit.count).squareRoot())
        let t = studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(fit.count - 1)) * error
        exponent = .init(value: fit.exponent, low: 1 + 1 / (value + t), high: value > t ? 1 + 1 / (value - t) : .infinity)
        probability = Double(1 + drawn.count { $0.isFarther }) / Double(1 + drawn.count)
        let tail = Array(sorted.prefix(fit.count))
        let likelihoods = tail.map { log((fit.exponent - 1) / fit.start) - fit.exponent * log($0 / fit.start) }
        exponential = Self.rival(likelihoods, Self.exponential(tail, fit.start))
        lognormal = Self.rival(likelihoods, Self.lognormal(tail, fit.start, exponent: fit.exponent))
    }

    /// What the tail is.
    public var word: Word {
        if exponential.isDecided && exponential.score < 0 { return .exponential }
        if lognormal.isDecided && lognormal.score < 0 { return .lognormal }
        if probability < 0.05 { return .noPowerLaw }
        return exponential.isDecided && lognormal.isDecided ? .powerLaw : .cannotTell
    }

    /// Whether a power law serves, and an exponential tail does not.
    public var isHeavy: Bool { probability >= 0.05 && exponential.isDecided && exponential.score > 0 && word != .lognormal }

    // MARK: Fit

    private static func fit(_ sorted: [Double]) -> (start: Double, count: Int, exponent: Double, distance: Double)? {
        let n = sorted.count, logs = sorted.map { log($0) }
        var sums = [0.0]
        for u in logs { sums.append(sums.last! + u) }
        var best: (start: Double, count: Int, exponent: Double, distance: Double)?
        // Some sixty beginnings, equally far apart in the logarithm of how many numbers are behind them.
        var counts: [Int] = []
        for j in 0...60 {
            let k = Int((Double(fewestInTail) * pow(Double(n) / Double(fewestInTail), Double(j) / 60)).rounded())
            if k <= n, counts.last != k { counts.append(k) }
        }
        for k in counts {
            let excess = sums[k] - Double(k) * logs[k - 1]
            guard excess > 1e-9 * Double(k) else { continue }
            // The number at x_min itself has no logarithm left.
            let α = 1 + Double(k - 1) / excess
            var largest = 0.0
            for i in 0..<k {
                let above = exp(-(α - 1) * (logs[i] - logs[k - 1]))
                largest = max(largest, abs(above - Double(i) / Double(k)), abs(above - Double(i + 1) / Double(k)))
            }
            if best.map({ largest < $0.distance }) ?? true { best = (sorted[k - 1], k, α, largest) }
        }
        return best
    }

    private static func rival(_ law: [Double], _ other: [Double]?) -> Rival {
        guard let other else { return Rival(score: 0, probability: 1) }
        let ratios = zip(law, other).map { $0 - $1 }, n = Double(ratios.count), mean = ratios.reduce(0, +) / n
        let variance = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        guard variance > 1e-24 else { return Rival(score: 0, probability: 1) }
        let score = mean * (n / variance).squareRoot()
        return Rival(score: score, probability: normalTail(twoSided: score))
    }

    private static func exponential(_ tail: [Double], _ start: Double) -> [Double]? {
        let rate = Double(tail.count) / tail.reduce(0) { $0 + $1 - start }
        return rate.isFinite ? tail.map { log(rate) - rate * ($0 - start) } : nil
    }

    /// log x normal, given that x ≥ x_min; the likeliest mean and deviation.
    private static func lognormal(_ tail: [Double], _ start: Double, exponent: Double) -> [Double]? {
        let u = tail.map { log($0 / start) }
        func likelihoods(_ p: [Double]) -> [Double] {
            let σ = exp(p[1]), above = logUpperNormal(-p[0] / σ)
            return u.map { -0.5 * ($0 - p[0]) * ($0 - p[0]) / (σ * σ) - p[1] - 0.5 * log(2 * Double.pi) - above }
        }
        func value(_ p: [Double]) -> Double { -likelihoods(p).reduce(0, +) }
        let mean = u.reduce(0, +) / Double(u.count)
        var method = LBFGS()
        method.largestStep = 1
        let found = [[0, log(mean)], [mean, log(0.5 * mean)], [-4 * mean, log(2 * mean)]].compactMap { start in
            method.minimize(from: start) { p -> (value: Double, gradient: [Double])? in
                // Without limit the law becomes the power law itself.
                guard abs(p[0]) < 60 * mean, p[1] > log(mean) - 6, p[1] < log(mean) + 4 else { return nil }
                let h = 1e-5
                return (
                    value(p),
                    p.indices.map { k in
                        var (up, down) = (p, p)
                        up[k] += h
                        down[k] -= h
                        return (value(up) - value(down)) / (2 * h)
                    }
                )
            }
        }.min { $0.value < $1.value }
        guard let found else { return nil }
        // Likelihoods are densities of x.
        return zip(likelihoods(found.point), tail).map { $0 - log($1) }
    }

    /// log P(normal > z).
    private static func logUpperNormal(_ z: Double) -> Double {
        if z < 20 { return log(erfc(z / 2.0.squareRoot()) / 2) }
        let square = z * z
        return -square / 2 - log(z) - 0.5 * log(2 * Double.pi) + log1p(-1 / square + 3 / (square * square))
    }
}
