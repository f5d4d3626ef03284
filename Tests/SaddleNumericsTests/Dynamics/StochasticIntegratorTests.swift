import Foundation
import SaddleNumerics
import Testing

/// Strong orders along the same paths, and that steps of reversible Heun can be undone.
struct StochasticIntegratorTests {
    private let paths = 300

    /// The mean distance from the exact solution of dX = aX dt + bX dW at two steps gives the order.
    private func order(
        _ method: StochasticMethod, levels: (Int, Int), _ equation: StochasticEquation, start: [Double],
        noise: @escaping @Sendable (BrownianPath.Increment) -> BrownianPath.Increment = { $0 },
        exact: @escaping @Sendable (BrownianPath, Int) -> [Double]
    ) -> Double {
        func error(_ level: Int) -> Double {
            let errors = Threads.map(paths) { index in
                let path = BrownianPath(length: 1, dimension: start.count, seed: 5, index: index)
                var state = StochasticEquation.ReversibleState(state: start, other: start)
                for k in 0..<1 << level {
                    state = equation.step(method, state, noise(path.dyadic(level: level, k)), 1 / Double(1 << level))
                }
                return zip(state.state, exact(path, index)).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            return (errors.reduce(0, +) / Double(errors.count)).squareRoot()
        }
        return log2(error(levels.0) / error(levels.1)) / Double(levels.1 - levels.0)
    }

    private let a = 0.2, b = 0.5

    private func geometric(stratonovich: Bool) -> (StochasticEquation, @Sendable (BrownianPath, Int) -> [Double]) {
        let (a, b) = (a, b), shift = stratonovich ? 0 : b * b / 2
        return (
            StochasticEquation(drift: { [a * $0[0]] }) { ([b * $0[0]], [b]) },
            { path, _ in [exp(a - shift + b * path.dyadic(level: 0, 0).increment[0])] }
        )
    }

    @Test func multiplicativeNoise() {
        let (ito, itoExact) = geometric(stratonovich: false), (stratonovich, exact) = geometric(stratonovich: true)
        #expect(abs(order(.eulerMaruyama, levels: (5, 9), ito, start: [1], exact: itoExact) - 0.5) < 0.1)
        #expect(abs(order(.milstein, levels: (5, 9), ito, start: [1], exact: itoExact) - 1) < 0.1)
        #expect(abs(order(.heun, levels: (5, 9), stratonovich, start: [1], exact: exact) - 1) < 0.1)
        // Read as the wrong equation they do not converge.
        #expect(abs(order(.heun, levels: (5, 9), ito, start: [1], exact: itoExact)) < 0.1)
    }

    /// Two coupled variables, both with noise (with noise on a velocity alone SHARK would gain half an order), against many more steps along the same path. Without the area SHARK is of order 1:
    /// the control.
    @Test func additiveNoise() {
        let equation = StochasticEquation(additive: [1.5, 2]) { [sin(3 * $0[1]) - $0[0], cos(2 * $0[0]) - $0[1]] }
        // One path is asked at all levels: the reference is found once.
        let references = Threads.map(paths) { index in
            equation.solve(
                .shark, from: [1, 0], along: BrownianPath(length: 1, dimension: 2, seed: 5, index: index), level: 9
            ).last!
        }
        let reference: @Sendable (BrownianPath, Int) -> [Double] = { _, index in references[index] }
        let start = [1.0, 0]
        func measured(_ method: StochasticMethod, isBridged: Bool = true) -> Double {
            order(
                method, levels: (3, 6), equation, start: start,
                noise: { isBridged ? $0 : .init(increment: $0.increment, area: $0.area.map { _ in 0 }) }, exact: reference)
        }
        #expect(abs(measured(.eulerMaruyama) - 1) < 0.1)
        #expect(abs(measured(.heun) - 1) < 0.2)
        #expect(abs(measured(.reversibleHeun) - 1) < 0.25)
        #expect(abs(measured(.shark) - 1.5) < 0.12)
        #expect(measured(.shark, isBridged: false) < 1.2)
    }

    @Test func stepsOfReversibleHeunCanBeUndone() {
        let equation = StochasticEquation(drift: { [sin($0[1]), -$0[0]] }) { ([0.3 * $0[0], 0.5], [0.3, 0]) }
        let path = BrownianPath(length: 1, dimension: 2, seed: 6), h = 1.0 / 64
        let start = StochasticEquation.ReversibleState(state: [1, 0.5], other: [1, 0.5])
        var state = start
        for k in 0..<64 { state = equation.step(.reversibleHeun, state, path.dyadic(level: 6, k), h) }
        for k in (0..<64).reversed() {
            let noise = path.dyadic(level: 6, k)
            state = equation.step(
                .reversibleHeun, state, .init(increment: noise.increment.map { -$0 }, area: noise.area), -h)
        }
        for (x, y) in zip(state.state + state.other, start.state + start.other) { #expect(abs(x - y) < 1e-13) }
    }
}
