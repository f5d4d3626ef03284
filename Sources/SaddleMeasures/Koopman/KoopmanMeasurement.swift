import Numerics
import SaddleNumerics

/// The Koopman decomposition of a series: fitted to its first part, judged on its last.
public struct KoopmanMeasurement: Sendable {
    /// What is fitted, and to how much of the series.
    public struct Settings: Sendable {
        /// Functions of the delayed states.
        public var dictionary = KoopmanDictionary.linear
        /// Earlier states that join each state.
        public var delays = 0
        /// How K is fitted to pairs of states.
        public var method = KoopmanModel.Method.exact
        /// Of the fit: how many directions are kept.
        public var rank = KoopmanModel.Rank.tolerance(1e-10)
        /// The share of states, at the end, that are not fitted.
        public var heldOut = 0.2

        /// Plain dynamic mode decomposition without delays, the last fifth held out.
        public init() {}
    }

    /// An eigenvalue with what is known of it.
    public struct Mode: Sendable {
        /// λ, by which one step multiplies the eigenfunction.
        public let value: Complex<Double>
        /// Residual of the eigenpair and size of its mode in the first state, as in ``KoopmanModel``.
        public let residual, amplitude: Double
    }

    /// The whole series.
    public let series: KoopmanSeries
    /// Dictionary, delays, method and rank that were asked for.
    public let settings: Settings
    /// Fitted to the first part.
    public let model: KoopmanModel
    /// By amplitude, largest first; of a conjugate pair the upper one first.
    public let modes: [Mode]
    /// States that are fitted, and those held out.
    public let fitted, heldOut: Int
    /// Held-out states, and what the model says of them from the last fitted one on.
    public let actual, forecast: Matrix
    /// Root mean squares over variables at every held-out step, over the deviation of the whole series: of the forecast, and of "stays as it is".
    public let forecastErrors, persistenceErrors: [Double]
    /// Root mean square of one step from every fitted state, over that of the steps themselves; and the same with one delay more, where there are states enough.
    public let oneStepError: Double
    /// Nil where there are fewer than two pairs a function.
    public let oneStepErrorWithDelay: Double?
    /// −tr ρ log ρ of ρ = ZᵀZ/tr, of the states and of the functions (each of unit mean square unless they are the states).
    public let stateEntropy, functionEntropy: Double

    /// Functions of a dictionary, at most.
    public static let largestDictionary = 1500

    /// - Throws: ``KoopmanError``, ``FactorizationError``.
    public init(_ series: KoopmanSeries, _ settings: Settings) throws {
        let n = series.states.rows, held = Int((settings.heldOut * Double(n)).rounded(.down)), d = settings.delays
        guard n - held - d >= 3 else { throw KoopmanError.tooShort(count: n, needed: 3 + d + held) }
        let count = settings.dictionary.count(of: series.states.columns * (d + 1))
        guard let count, count <= Self.largestDictionary else {
            throw KoopmanError.tooManyFunctions(count: count, limit: Self.largestDictionary)
        }
        let first = series.states.selectingRows(Array(0..<n - held))
        let fit = try Self.fit(first, settings)
        if fit.model.rank == 0 { throw KoopmanError.nothingKept(largest: fit.model.singularValues.first ?? 0) }
        (self.series, self.settings, model, fitted, heldOut) = (series, settings, fit.model, n - held, held)
        oneStepError = fit.error
        var more = settings
        more.delays += 1
        // Twice as many pairs as functions: fewer are fitted whatever they are.
        let larger = settings.dictionary.count(of: series.states.columns * (d + 2))
        let hasRoom = larger.map { 2 * $0 <= n - held - d - 2 && $0 <= Self.largestDictionary } ?? false
        oneStepErrorWithDelay = hasRoom ? try Self.fit(first, more).error : nil
        modes = zip(fit.model.eigen.values, zip(fit.model.residuals, fit.model.amplitudes)).map {
            Mode(value: $0, residual: $1.0, amplitude: $1.1)
        }.sorted { ($0.amplitude, $0.value.imaginary) > ($1.amplitude, $1.value.imaginary) }
        stateEntropy = try KernelMeasures.vonNeumannEntropy(ofFeatures: first)
        let squares = fit.model.singularValues.map { $0 * $0 }
        functionEntropy = KernelMeasures.vonNeumannEntropy(eigenvalues: squares)
        actual = series.states.selectingRows(Array(n - held..<n))
        let last = DelayEmbedding(order: d + 1, lag: 1).apply(first)
        forecast = fit.model.forecast(from: fit.functions.values(last.selectingRows([last.rows - 1])), steps: held)
        let columns = series.states.columns
        let means = (0..<columns).map { j in (0..<n).reduce(0.0) { $0 + series.states[$1, j] } / Double(n) }
        func size(_ value: (Int, Int) -> Double, _ row: Int) -> Double {
            ((0..<columns).reduce(0.0) { $0 + value(row, $1) * value(row, $1) } / Double(columns)).squareRoot()
        }
        let deviation =
            ((0..<n).reduce(0.0) { sum, t in
                let x = size({ series.states[$0, $1] - means[$1] }, t)
                return sum + x * x
            } / Double(n)).squareRoot()
        let (actual, forecast) = (actual, forecast)
        forecastErrors = (0..<held).map { t in size({ forecast[$0, $1] - actual[$0, $1] }, t) / deviation }
        persistenceErrors = (0..<held).map { t in size({ first[first.rows - 1, $1] - actual[$0, $1] }, t) / deviation }
    }

    private static func fit(
        _ states: Matrix, _ settings: Settings
    ) throws -> (model: KoopmanModel, functions: KoopmanFunctions, error: Double) {
        let delayed = DelayEmbedding(order: settings.delays + 1, lag: 1).apply(states), m = delayed.rows - 1
        let functions = settings.dictionary.functions(for: delayed), all = functions.values(delayed)
        let (before, after) = (all.selectingRows(Array(0..<m)), all.selectingRows(Array(1...m)))
        let d = settings.delays
        let now = states.selectingRows(Array(d..<d + m)), next = states.selectingRows(Array(d + 1...d + m))
        let model = try KoopmanModel(
            before: before, after: after, states: now, method: settings.method, rank: settings.rank,
            isScaled: !settings.dictionary.isLinear)
        var (miss, step) = (model.next(before), now)
        miss.add(next, scale: -1)
        step.add(next, scale: -1)
        let size = step.frobeniusNorm
        return (model, functions, size > 0 ? miss.frobeniusNorm / size : 0)
    }

    /// log λ/δt: growth and angular frequency.
    public func rate(of mode: Mode) -> Complex<Double> {
        Complex(.log(mode.value.length) / series.interval, mode.value.phase / series.interval)
    }

    /// Root mean square of the forecast errors over all held-out steps.
    public var forecastError: Double? { Self.rms(forecastErrors) }
    /// Root mean square of the errors of "stays as it is" over all held-out steps; nil if none is held out.
    public var persistenceError: Double? { Self.rms(persistenceErrors) }

    private static func rms(_ x: [Double]) -> Double? {
        x.isEmpty ? nil : (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot()
    }

    /// As many functions as pairs fit every series: residuals then say nothing.
    public var isSaturated: Bool { model.rank >= model.pairs }
}
