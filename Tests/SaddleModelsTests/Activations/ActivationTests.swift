// Every activation: the values against the C library, the derivatives against differences, names, and conventions at
// kinks. Catches a wrong factor (erf of x or of x/√2?), a derivative of something else, or NaN in a tail.
import SaddleLaws
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Activation: CustomTestStringConvertible {
    public var testDescription: String { name }
}

@Suite struct ActivationTests {
    @Test(arguments: Activation.named)
    func laws(_ phi: Activation) {
        let isPeriodic = ["sin", "cos", "rbf"].contains(phi.name), growsFast = ["exp", "square", "cube"].contains(phi.name)
        #expect(ActivationLaws(hasLimits: !isPeriodic, growsLinearlyAtMost: !growsFast).violations(phi) == [])
    }

    /// The definitions, by the C library. An absolute error of 4ε, and as much relative to x or φ where they grow.
    @Test(arguments: Activation.named)
    func valuesAreThoseOfTheDefinition(_ phi: Activation) throws {
        let definitions: [String: (Double) -> Double] = [
            "linear": { $0 }, "relu": { max($0, 0) }, "leaky_relu": { $0 > 0 ? $0 : 0.01 * $0 }, "abs": { Swift.abs($0) },
            "tanh": { tanh($0) }, "erf": { erf($0) }, "gelu": { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) },
            "silu": { $0 / (1 + exp(-$0)) }, "sigmoid": { 1 / (1 + exp(-$0)) }, "softplus": { log1p(exp($0)) },
            "sin": { sin($0) }, "cos": { cos($0) }, "sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, "exp": { exp($0) },
            "rbf": { 2.0.squareRoot() * sin(2.0.squareRoot() * $0 + .pi / 4) }, "square": { $0 * $0 }, "cube": { $0 * $0 * $0 },
            "quick_gelu": { $0 / (1 + exp(-1.702 * $0)) }, "elu": { $0 > 0 ? $0 : expm1($0) },
            "selu": { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) },
            "mish": { $0 * tanh(log1p(exp($0))) }, "hard_tanh": { min(1, max(-1, $0)) },
        ]
        let definition = try #require(definitions[phi.name])
        let x = Matrix(rows: 2001, columns: 1) { i, _ in Double(i - 1000) / 37 }
        for (x, y) in zip(x.elements, phi(x).elements) {
            let expected = definition(x)
            expectClose(y, expected, within: 4 * .ulpOfOne * max(1, Swift.abs(x), Swift.abs(expected)), "\(phi.name)(\(x))")
        }
    }

    /// In the tails the derivatives keep their digits, where 1 − tanh² would have none left.
    @Test func derivativesDoNotCancelInTheTails() {
        for x in [12.0, 20, 100, 300] {
            let point = Matrix(rows: 2, columns: 1) { i, _ in i == 0 ? x : -x }
            for slope in Activation.tanh.derivative(point).elements {
                expectClose(slope / (4 * exp(-2 * x)), 1, within: 2 * exp(-2 * x) + 8 * .ulpOfOne)
            }
            for slope in Activation.sigmoid.derivative(point).elements {
                expectClose(slope / exp(-x), 1, within: 2 * exp(-x) + 8 * .ulpOfOne)
            }
        }
    }

    @Test func kinks() {
        let zero = Matrix(rows: 1, columns: 1)
        #expect(Activation.relu.derivative(zero)[0, 0] == 0)
        #expect(Activation.leakyReLU.derivative(zero)[0, 0] == 0.01)
        #expect(Activation.abs.derivative(zero)[0, 0] == 0)
        #expect(
            Activation.named.filter { !$0.isSmooth }.map(\.name) == ["relu", "leaky_relu", "abs", "sign", "selu", "hard_tanh"])
        #expect(Activation.named.filter { !$0.isContinuous }.map(\.name) == ["sign"])
    }

    @Test func names() {
        let names = Activation.named.map(\.name)
        #expect(Set(names).count == names.count)
        for name in ["linear", "relu", "leaky_relu", "tanh", "erf", "gelu", "silu", "sigmoid", "sin", "softplus"] {
            #expect(Activation(named: name)?.name == name)
        }
        #expect(Activation(named: "step") == nil)
        #expect(Activation(named: "swish")?.name == "silu")
    }

    /// The example of the documentation, given one number at a time.
    @Test func aNewActivationNeedsOneClosure() {
        let leakyTanh = Activation(name: "leaky_tanh", isSmooth: true) { x in
            let y = tanh(x), slope = 1 / (cosh(x) * cosh(x))
            return (value: y + 0.1 * x, slope: slope + 0.1, curvature: -2 * y * slope)
        }
        #expect(ActivationLaws().violations(leakyTanh) == [])
        let x = Matrix(rows: 3, columns: 2) { Double($0) - Double($1) }
        expectClose(leakyTanh(x)[2, 0], tanh(2) + 0.2, within: 1e-15)
        expectClose(leakyTanh.derivative(x)[0, 0], 1.1, within: 1e-15)
    }
}
