import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// The theory of a study's random dynamics.
struct LinearResponseAnswer: Sendable {
    let study: LinearResponseStudy
    let twoTime: TwoTime
    /// P(t, t′) of a random perturbation of unit variance at time 0.
    let perturbation: Matrix
    /// Error of C and of P that the step of the grid leaves, relative to their largest values: from half as many steps.
    let stepError: Double
    /// The same of every number, at every second time; nil without such an error.
    private let correlationErrors, perturbationErrors: Matrix?
    /// Closed forms; nil for a nonlinear network.
    let linear: LinearDynamics?
    /// Linear dynamics under white noise, if they have a stationary state.
    let stationary: StationaryDynamics?
    /// The autonomous nonlinear network of an odd activation.
    let chaotic: ChaoticState?
    let lyapunovExponent: Double?
    /// Why there is no stationary state, where one could be asked for.
    let note: String?

    var model: RandomDynamics { study.model }
    var times: [Double] { twoTime.times }
    /// The gain above which small activity grows; nil if there is none.
    var transition: Double? { ChaoticState.transition(model).flatMap { $0.isFinite ? $0 : nil } }
    /// Whether all numbers are in the range of doubles.
    var isFinite: Bool {
        [twoTime.correlation, twoTime.response, perturbation].allSatisfy { $0.elements.allSatisfy(\.isFinite) }
            && stepError.isFinite && stationary?.correlation(0).isFinite != false
    }

    init(_ study: LinearResponseStudy, _ context: TopicRunner.Context) throws {
        if study.model.isLinear {
            try self.init(linear: study, context)
        } else {
            try self.init(nonlinear: study, context)
        }
    }

    private init(linear study: LinearResponseStudy, _ context: TopicRunner.Context) throws {
        self.study = study
        let model = study.model
        let linear = try LinearDynamics(model), solver = try TwoTimeSolver(model)
        let twoTime = try solver.solve(
            duration: study.duration, steps: study.steps, progress: { context.progress(0.6 * $0 / $1, 1) },
            shouldStop: context.shouldStop)
        self.twoTime = twoTime
        // Steps twice as long, also those into which a long one is divided.
        var rough = solver
        rough.resolution /= 2
        let coarse =
            model.noise > 0
            ? try rough.solve(
                duration: study.duration, steps: study.steps / 2, progress: { context.progress(0.6 + 0.2 * $0 / $1, 1) },
                shouldStop: context.shouldStop) : nil
        var unit = solver
        (unit.noise, unit.initialVariance) = (nil, 1)
        perturbation = try unit.solve(
            duration: study.duration, steps: study.steps, progress: { context.progress(0.8 + 0.2 * $0 / $1, 1) },
            shouldStop: context.shouldStop
        ).correlation
        // Order four: a sixteenth of the error.
        correlationErrors = coarse.map { twoTime.correlation.differences(to: $0.correlation, over: 15) }
        perturbationErrors = nil
        stepError = correlationErrors.map { $0.largest / twoTime.correlation.largest } ?? 0
        self.linear = linear
        (chaotic, lyapunovExponent) = (nil, nil)
        var note: String?
        if model.noise > 0 {
            do throws(DynamicsError) { stationary = try StationaryDynamics(linear, largestLag: study.duration) } catch {
                stationary = nil
                note = "\(error)"
            }
        } else {
            stationary = nil
            if model.growthRate > 0 { note = "\(DynamicsError.unstable(rate: model.growthRate))" }
        }
        self.note = note
    }

    private init(nonlinear study: LinearResponseStudy, _ context: TopicRunner.Context) throws {
        self.study = study
        let solver = try RecurrentDynamics(study.model)
        let fine = try solver.solve(
            duration: study.duration, steps: study.steps, progress: { context.progress(0.8 * $0 / $1, 1) },
            shouldStop: context.shouldStop)
        let coarse = try solver.solve(
            duration: study.duration, steps: study.steps / 2, progress: { context.progress(0.8 + 0.2 * $0 / $1, 1) },
            shouldStop: context.shouldStop)
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
            let state = try ChaoticState(study.model)
            (chaotic, lyapunovExponent, note) = (state, state.lyapunovExponent(), nil)
        } catch let error as DynamicsError {
            (chaotic, lyapunovExponent, note) = (nil, nil, "\(error)")
        } catch let error as KernelError {
            (chaotic, lyapunovExponent) = (nil, nil)
            note =
                "no stationary state is computed at gain \(NumberText.short(study.model.gain)): it needs Gaussian averages of "
                + "'\(study.model.activation.name)' that fail\(error.varianceText)"
        }
    }
}

extension LinearResponseAnswer {
    /// What the step of the grid leaves of C or P at two points of the grid: that of the nearest points that a grid of twice the step has.
    func stepError(ofPerturbation: Bool, _ i: Int, _ j: Int) -> Double {
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
