import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Counting powers against update rules at work on matrices of two sizes. Catches rows taken for columns, and an ε that stands beside the wrong power of
/// the gradient.
@Suite struct UpdateCountTests {
    /// log size of u(δφᵀ)φ against log n between 64 and 256, with entries ±n^γ and ±1 and ε at n^power times a number far from both limits' border.
    static func slope(
        _ rule: @escaping (Double) -> UpdateRule, _ shape: UpdateCount.Shape, gradient γ: Double,
        epsilon: (factor: Double, power: Double) = (0, 0)
    ) throws -> Double {
        let sizes = try [64.0, 256].map { n -> Double in
            let rows = Int(pow(n, shape.fanOut).rounded()), columns = Int(pow(n, shape.fanIn).rounded())
            let φ = Matrix(rows: columns, columns: 1, elements: (0..<columns).map { $0 % 3 == 0 ? -1 : 1 })
            var gradient = Matrix(rows: rows, columns: columns)
            for i in 0..<rows { for j in 0..<columns { gradient[i, j] = (i % 2 == 0 ? 1 : -1) * φ[j, 0] * pow(n, γ) } }
            var state = OptimizerState(rule(epsilon.factor * pow(n, epsilon.power)))
            let moved = try state.update(of: gradient) * φ
            return log((moved.elements.reduce(0) { $0 + $1 * $1 } / Double(rows)).squareRoot())
        }
        return (sizes[1] - sizes[0]) / log(4)
    }

    static let shapes: [UpdateCount.Shape] = [(0, 1), (1, 1), (1, 0), (0, 0)].map { .init(fanIn: $0.0, fanOut: $0.1) }
    static func adam(_ ε: Double) -> UpdateRule { .adam(beta1: 0.9, beta2: 0.999, epsilon: ε) }

    @Test(arguments: shapes, [-1, -0.5, 0.25]) func followsTheRules(shape: UpdateCount.Shape, γ: Double) throws {
        let rules: [(UpdateRule, (Double) -> UpdateRule)] = [
            (.descent, { _ in .descent }), (.normalized, { _ in .normalized }), (.sign, { _ in .sign }),
            (.muon(.exact(epsilon: 0)), { _ in .muon(.exact(epsilon: 0)) }), (Self.adam(0), Self.adam),
        ]
        for (rule, made) in rules {
            let count = UpdateCount(rule)
            expectClose(
                try Self.slope(made, shape, gradient: γ), count.response(gradient: γ, shape), within: 1e-6,
                "\(rule) \(shape) \(γ)")
        }
        // ε that moves with what it stands beside changes nothing; one that is far above it makes the rule linear.
        let withEpsilon: [(UpdateRule, (Double) -> UpdateRule)] = [
            (Self.adam(1), Self.adam), (.shampoo(epsilon: 1), { .shampoo(epsilon: $0) }),
        ]
        for (rule, made) in withEpsilon {
            let power = try #require(UpdateCount.epsilon(of: rule, gradient: γ, shape))
            expectClose(
                try Self.slope(made, shape, gradient: γ, epsilon: (0.5, power)), UpdateCount(rule).response(gradient: γ, shape),
                within: 1e-6, "\(rule) \(shape) \(γ)")
            let fixed = UpdateCount(rule, fixedEpsilon: true)
            if power < 0 {
                expectClose(
                    try Self.slope(made, shape, gradient: γ, epsilon: (1e6, 0)), fixed.response(gradient: γ, shape), within: 1e-4,
                    "\(rule) \(shape) \(γ)")
                #expect(fixed.response(gradient: γ, shape) == UpdateCount.linear.response(gradient: γ, shape))
            } else {
                #expect(fixed.response(gradient: γ, shape) == UpdateCount(rule).response(gradient: γ, shape))
            }
        }
        #expect(UpdateCount.epsilon(of: .descent, gradient: γ, shape) == nil)
    }
}
