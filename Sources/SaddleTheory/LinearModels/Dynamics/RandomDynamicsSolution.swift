import SaddleModels
import SaddleNumerics

/// All that is asked of units coupled by a random matrix over a stretch of time: correlation, response, the fate of perturbations, and the
/// stationary state.
public struct RandomDynamicsSolution: Sendable {
    /// Activation, σ, λ, τ, T and q₀.
    public let model: RandomDynamics
    /// The last time, and steps of the grid.
    public let duration: Double
    /// As asked for, an even number.
    public let steps: Int
    /// C and R at all pairs of times.
    public let twoTime: TwoTime
    /// P(t, t′) of a random perturbation of unit variance at time 0.
    public let perturbation: Matrix
    /// Error of C and of P that the step of the grid leaves, relative to their largest values: from half as many steps (Richardson).
    public let stepError: Double
    /// The same of every number, at every second time; nil without such an error.
    private let correlationErrors, perturbationErrors: Matrix?
    /// Closed forms; nil for a nonlinear network.
    public let linear: LinearDynamics?
    /// Linear dynamics under white noise, if they have a stationary state.
    public let stationary: StationaryDynamics?
    /// The autonomous nonlinear network of an odd activation.
    public let chaotic: ChaoticState?
    /// Λ of the chaotic state; nil without one.
    public let lyapunovExponent: Double?
    /// Why there is no stationary state, where one could be asked for.
    public let note: String?

    /// Of the grid, steps + 1 from 0 to `duration`.
    public var times: [Double] { twoTime.times }
    /// The gain above which small activity grows; nil if there is none.
    public var transition: Double? { ChaoticState.transition(model).flatMap { $0.isFinite ? $0 : nil } }
    /// Whether all numbers are in the range of doubles.
    public var isFinite: Bool {
        [twoTime.correlation, twoTime.response, perturbation].allSatisfy { $0.elements.allSatisfy(\.isFinite) }
            && stepError.isFinite && stationary?.correlation(0).isFinite != false
    }

    /// - Parameter steps: of the grid of times, an even number.
    /// - Throws: ``DynamicsError`` for what is not served; ``KernelError`` where Gaussian averages fail; `CancellationError`.
    public init(
        _ model: RandomDynamics, duration: Double, steps: Int, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        if model.isLinear {
            try self.init(linear: model, duration, steps, progress, shouldStop)
        } else {
            try self.init(nonlinear: model, duration, steps, progress, shouldStop)
        }
    }

    private init(
        linear model: RandomDynamics, _ duration: Double, _ steps: Int, _ progress: @escaping ProgressHandler,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        (self.model, self.duration, self.steps) = (model, duration, steps)
        let linear = try LinearDynamics(model), solver = try TwoTimeSolver(model)
        let twoTime = try solver.solve(
            duration: duration, steps: steps, progress: { progress(0.6 * $0 / $1, 1) },
            shouldStop: shouldStop)
        self.twoTime = twoTime
        // Steps twice as long, also those into which a long one is divided.
        var rough = solver
        rough.resolution /= 2
        let coarse =
            model.noise > 0
            ? try rough.solve(
                duration: duration, steps: steps / 2, progress: { progress(0.6 + 0.2 * $0 / $1, 1) },
                shouldStop: shouldStop) : nil
        var unit = solver
        (unit.noise, unit.initialVariance) = (nil, 1)
        perturbation = try unit.solve(
            duration: duration, steps: steps, progress: { progress(0.8 + 0.2 * $0 / $1, 1) },
            shouldStop: shouldStop
        ).correlation
        // Order four: a sixteenth of the error.
        correlationErrors = coarse.map { twoTime.correlation.differences(to: $0.correlation, over: 15) }
        perturbationErrors = nil
        stepError = correlationErrors.map { $0.largest / twoTime.correlation.largest } ?? 0
        self.linear = linear
        (chaotic, lyapunovExponent) = (nil, nil)
        var note: String?
        if model.noise > 0 {
            do throws(DynamicsError) { stationary = try StationaryDynamics(linear, largestLag: duration) } catch {
                stationary = nil
                note = "\(error)"
            }
        } else {
            stationary = nil
            if model.growthRate > 0 { note = "\(DynamicsError.unstable(rate: model.growthRate))" }
        }
        self.note = note
    }

    private init(
        nonlinear model: RandomDynamics, _ duration: Double, _ steps: Int, _ progress: @escaping ProgressHandler,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        (self.model, self.duration, self.steps) = (model, duration, steps)
        let solver = try RecurrentDynamics(model)
        let fine = try solver.solve(
            duration: duration, steps: steps, progress: { progress(0.8 * $0 / $1, 1) },
            shouldStop: shouldStop)
        let coarse = try solver.solve(
            duration: duration, steps: steps / 2, progress: { progress(0.8 + 0.2 * $0 / $1, 1) },
            shouldStop: shouldStop)
        twoTime = fine.twoTime
        perturbation = fine.perturbation
        let errors = [
            twoTime.correlation.differences(to: coarse.twoTime.correlation, over: 3),
            perturbation.differences(to: coarse.perturbation, over: 3),
        ]
        stepError = max(errors[0].largest / twoTime.correlation.largest, errors[1].largest / perturbation.largest)
        (correlationErrors, perturbationErrors) = (errors[0], errors[1])
        (linear, stationary) = (nil, nil)
        do {
            let state = try ChaoticState(model)
            (chaotic, lyapunovExponent, note) = (state, state.lyapunovExponent(), nil)
        } catch let error as DynamicsError {
            (chaotic, lyapunovExponent, note) = (nil, nil, "\(error)")
        } catch let error as KernelError {
            (chaotic, lyapunovExponent) = (nil, nil)
            note =
                "no stationary state is computed at gain \(model.gain): it needs Gaussian averages of "
                + "'\(model.activation.name)' that fail\(error.variance.map { " at variance \($0)" } ?? " (\(error))")"
        }
    }
}

extension RandomDynamicsSolution {
    /// What the step of the grid leaves of C or P at two points of the grid: that of the nearest points that a grid of twice the step has.
    public func stepError(ofPerturbation: Bool, _ i: Int, _ j: Int) -> Double {
        guard let errors = ofPerturbation ? perturbationErrors : correlationErrors else { return 0 }
        return [i / 2, (i + 1) / 2].reduce(0) { largest, a in
            [j / 2, (j + 1) / 2].reduce(largest) { max($0, errors[a, $1]) }
        }
    }
}

extension Matrix {
    /// |differences| at the points of a grid of half as many steps, over a number.
    fileprivate func differences(to coarse: Matrix, over divisor: Double) -> Matrix {
        var result = coarse
        for i in 0..<coarse.rows {
            for j in 0..<coarse.columns { result[i, j] = abs(self[2 * i, 2 * j] - coarse[i, j]) / divisor }
        }
        return result
    }

    fileprivate var largest: Double { elements.reduce(0) { max($0, abs($1)) } }
}

extension KernelError {
    /// At which an average failed.
    public var variance: Double? {
        switch self {
        case .unboundedMoment(_, let variance), .seriesNotConverged(_, let variance, _): variance
        default: nil
        }
    }
}

extension ChaoticState {
    /// Variance and largest Lyapunov exponent at several gains; ends where averages fail.
    public static func course(of model: RandomDynamics, gains: [Double]) -> [(gain: Double, variance: Double, exponent: Double)] {
        var course: [(gain: Double, variance: Double, exponent: Double)] = []
        for gain in gains {
            var other = model
            other.gain = gain
            guard let found = try? ChaoticState(other) else { break }
            course.append((gain, found.variance, found.lyapunovExponent(points: 1000)))
        }
        return course
    }
}

extension LinearDynamics {
    /// The same dynamics without noise from unit variance.
    ///
    /// - Throws: ``DynamicsError`` as for these dynamics.
    public func freeResponse() throws(DynamicsError) -> LinearDynamics {
        try LinearDynamics(RandomDynamics(symmetry: model.symmetry, decay: model.decay, gain: model.gain))
    }
}
