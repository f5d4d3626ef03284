import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two-time solver of the random recurrent network, against linear dynamics, its own order, and the stationary theory.
@Suite struct RecurrentDynamicsTests {
    static func solve(_ model: RandomDynamics, _ duration: Double, _ steps: Int) throws -> RecurrentDynamics.Solution {
        try RecurrentDynamics(model).solve(duration: duration, steps: steps)
    }

    /// With φ(x) = x the chain of the linear theory is an independent solution: order two in the step towards it, noise included.
    @Test func linearActivation() throws {
        let model = RandomDynamics(decay: 1.1, gain: 0.9, noise: 0.4, initialVariance: 0.5)
        let exact = try TwoTimeSolver(
            symmetry: 0, decay: { _ in 1.1 }, gain: { _ in 0.9 }, noise: { _ in 0.4 }, initialVariance: 0.5
        ).solve(duration: 4, steps: 400)
        let free = try LinearDynamics(RandomDynamics(decay: 1.1, gain: 0.9))
        var errors: [[Double]] = []
        for steps in [20, 40, 80, 160] {
            let solution = try Self.solve(model, 4, steps), c = solution.twoTime.correlation
            errors.append([
                c[steps, steps] - exact.correlation[400, 400], c[steps, steps / 2] - exact.correlation[400, 200],
                solution.perturbation[steps, steps] - free.correlation(4, 4),
                solution.perturbation[steps, steps / 4] - free.correlation(4, 1),
            ])
        }
        for k in errors[0].indices {
            let order = log2(abs(errors[0][k] / errors[3][k])) / 3
            #expect(abs(order - 2) < 0.1, "order \(order) of \(errors.map { $0[k] })")
            #expect(abs(errors[3][k]) < 1e-4)
        }
    }

    /// Order two from the differences of four halvings.
    @Test func orderInTheStep() throws {
        let model = RandomDynamics(gain: 2, initialVariance: 0.6, activation: .erf)
        let values = try [80, 160, 320, 640, 1280].map { steps in
            let solution = try Self.solve(model, 5, steps), c = solution.twoTime.correlation
            return [c[steps, steps / 4], c[steps, steps / 2], solution.perturbation[steps, steps / 2]]
        }
        for k in 0..<3 {
            let differences = zip(values, values.dropFirst()).map { log2(abs($0[k] - $1[k])) }
            let order = (differences[0] - differences[3]) / 3
            #expect(abs(order - 2) < 0.1, "order \(order)")
        }
    }

    /// At long times C(t, t − u) is the autocorrelation that conservation of energy gives, P(t, t) grows with the exponent of the ground state.
    @Test func longTimes() throws {
        let model = RandomDynamics(gain: 2.5, activation: .erf)
        let chaotic = try ChaoticState(model)
        // The approach to the stationary state is slow, about e^{−0.12t}: 7e-6 of it is left.
        let coarse = try Self.solve(model, 80, 800), fine = try Self.solve(model, 80, 1600)
        let lags = chaotic.autocorrelation(spacing: 1, count: 6)
        for lag in 0..<6 {
            let (a, b) = (coarse.twoTime.correlation[800, 800 - 10 * lag], fine.twoTime.correlation[1600, 1600 - 20 * lag])
            expectClose((4 * b - a) / 3, lags[lag], within: 2e-4, "lag \(lag)")
        }
        func rate(_ p: Matrix, _ steps: Int) -> Double { log(p[steps, steps] / p[3 * steps / 4, 3 * steps / 4]) / 40 }
        let growth = (4 * rate(fine.perturbation, 1600) - rate(coarse.perturbation, 800)) / 3
        expectClose(growth, chaotic.lyapunovExponent(), within: 2e-4)
    }

    /// Below the transition activity dies out; the kick response is that of an isolated unit.
    @Test func quiescent() throws {
        let model = RandomDynamics(gain: 0.5, activation: .tanh)
        let solution = try Self.solve(model, 12, 60)
        #expect(solution.twoTime.variance.last! < 1e-4 && solution.perturbation[60, 60] < 1e-4)
        expectClose(solution.twoTime.response[10, 5], exp(-1), within: 1e-15)
        #expect(solution.twoTime.response[5, 10] == 0)
    }

    @Test func refusesSymmetryWithAnActivation() {
        #expect(throws: DynamicsError.nonlinearWithSymmetry(activation: "tanh", symmetry: 0.5)) {
            try RecurrentDynamics(RandomDynamics(symmetry: 0.5, activation: .tanh))
        }
    }
}
