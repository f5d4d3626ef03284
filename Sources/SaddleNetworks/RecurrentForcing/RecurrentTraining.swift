import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Training of a piecewise-linear recurrent network with generalised teacher forcing: Adam on random windows of a series, the learning rate falling geometrically, gradients shortened to a largest norm.
public struct RecurrentTraining: Sendable, Equatable {
    /// M, latent variables of the network.
    public var latent = 3
    /// L, hidden units.
    public var hidden = 50
    /// Steps of a window.
    public var length = 50
    /// Steps at the start of a window whose errors do not count.
    public var settling = 10
    /// Windows of a batch.
    public var batch = 16
    /// Number of updates.
    public var updates = 10_000
    /// Learning rates of the first and of the last update.
    public var firstRate = 2e-3
    /// Learning rate of the last update.
    public var lastRate = 1e-5
    /// Of the gradient: longer ones are shortened to it.
    public var largestGradient = 1.0
    /// α of each update.
    public var forcing = ForcingStrength.annealed(to: usualStrength)

    /// α where none is given, to which it is annealed.
    public static let usualStrength = 0.15

    /// The settings that the properties state.
    public init() {}

    /// What an update saw.
    public struct Record: Sendable {
        /// Number of updates so far.
        public let update: Int
        /// Means since the last record.
        public let loss, gradientNorm: Double
        /// α after the update.
        public let forcing: Double
    }

    /// A trained network, and the way to it.
    public struct Result: Sendable {
        /// The best by the score, or the last.
        public let network: PiecewiseLinearNetwork
        /// Evenly spread over the updates.
        public let records: [Record]
        /// The update after which ``network`` was taken.
        public let update: Int
        /// Where loss or parameters left the range of numbers, if they did; ``network`` is that of the last record before.
        public let divergedAt: Int?
    }

    /// - Parameters:
    ///   - series: times × observed variables, standardised; at most ``latent`` variables, more times than ``length``.
    ///   - seed: of the first weights and of the windows.
    ///   - score: of networks in the second half of the training, the less the better: the best one is kept, the last one where there is no score.
    ///   - done: called with the number of updates after each hundred.
    /// - Throws: `CancellationError`.
    public func train(
        on series: Matrix, seed: Int, score: ((PiecewiseLinearNetwork) throws -> Double)? = nil, done: (Int) -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> Result {
        precondition(
            series.rows > length + 1 && series.columns <= latent, "\(series.rows) × \(series.columns) for windows of \(length)")
        var network = PiecewiseLinearNetwork(latent: latent, hidden: hidden, seed: seed), kept = network
        var windows = ForcedWindows(
            network, observed: series.columns, length: length, batch: batch, settling: min(settling, length - 1))
        var stream = RandomStream(seed: seed, .batchOrder, 41), adam = Adam(count: network.parameters.count)
        var α = 1.0, records: [Record] = [], sums = (loss: 0.0, norm: 0.0)
        if case .fixed(let strength) = forcing { α = strength }
        let every = max(updates / 200, 1)
        var best: (score: Double, update: Int)?
        for update in 0..<updates {
            if update % 20 == 0, shouldStop() { throw CancellationError() }
            let starts = (0..<batch).map { _ in
                min(Int(stream.uniform() * Double(series.rows - length)), series.rows - length - 1)
            }
            let loss = windows.evaluate(network, on: series, starts: starts, forcing: α)
            let norm = windows.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard loss.isFinite, norm.isFinite else {
                return Result(network: kept, records: records, update: records.last?.update ?? 0, divergedAt: update)
            }
            sums = (sums.loss + loss, sums.norm + norm)
            let rate = firstRate * pow(lastRate / firstRate, Double(update) / Double(max(updates - 1, 1)))
            adam.move(
                &network.parameters, against: windows.gradient, by: rate, scale: min(1, largestGradient / max(norm, 1e-300)))
            α = try next(α, after: update, network, windows)
            if (update + 1) % every == 0 {
                records.append(
                    Record(
                        update: update + 1, loss: sums.loss / Double(every), gradientNorm: sums.norm / Double(every), forcing: α))
                sums = (0, 0)
                if let score, 2 * (update + 1) > updates {
                    let value = try score(network)
                    if value <= best?.score ?? .infinity { (best, kept) = ((value, update + 1), network) }
                }
                if best == nil { kept = network }
            }
            if (update + 1) % 100 == 0 { done(update + 1) }
        }
        return Result(
            network: best == nil ? network : kept, records: records, update: best?.update ?? updates, divergedAt: nil)
    }

    /// Updates between two estimates from the Jacobians.
    private static let estimateEvery = 25

    private func next(_ α: Double, after update: Int, _ network: PiecewiseLinearNetwork, _ windows: ForcedWindows) throws
        -> Double
    {
        switch forcing {
        case .fixed(let strength): return strength
        case .annealed(let last): return max(α * ForcingStrength.annealing, last)
        case .estimated(let estimator, let least):
            guard update % Self.estimateEvery == 0 else { return α }
            var σ = 0.0
            for window in 0..<windows.batch {
                let growth = try JacobianGrowth(windows.states(of: window).map(network.jacobian))
                σ = max(σ, estimator == .maximum ? growth.largestNorm : growth.meanNorm)
            }
            return max(ForcingStrength.bound(norm: σ), α * pow(ForcingStrength.annealing, Double(Self.estimateEvery)), least)
        }
    }
}

/// Kingma and Ba's rule (2015) with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
struct Adam {
    private var mean, square: [Double]
    private var powers = (1.0, 1.0)

    init(count: Int) { (mean, square) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count)) }

    mutating func move(_ parameters: inout [Double], against gradient: [Double], by rate: Double, scale: Double) {
        powers = (powers.0 * 0.9, powers.1 * 0.999)
        let (first, second) = (1 - powers.0, 1 - powers.1)
        for i in parameters.indices {
            let g = scale * gradient[i]
            mean[i] = 0.9 * mean[i] + 0.1 * g
            square[i] = 0.999 * square[i] + 0.001 * g * g
            parameters[i] -= rate * (mean[i] / first) / ((square[i] / second).squareRoot() + 1e-8)
        }
    }
}
