import Foundation
import SaddleLaws
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

// The code of Documentation/Extending/AddActivation.md.

extension Activation {
    /// φ(x) = tanh x + x/10
    static let leakyTanh = Activation(name: "leaky_tanh", isSmooth: true) { x in
        // In an extension of Activation `tanh` alone is the activation.
        let y = Foundation.tanh(x), slope = 1 - y * y
        return (value: y + 0.1 * x, slope: slope + 0.1, curvature: -2 * y * slope)
    }

    /// φ(x) = 2x + |x|/2, with the closed form of its Gaussian averages.
    static let bent = Activation(name: "bent", isSmooth: false, dual: .homogeneous(odd: 2, even: 0.5)) { x in
        (value: x > 0 ? 2.5 * x : 1.5 * x, slope: x > 0 ? 2.5 : 1.5, curvature: 0)
    }
}

struct AddActivation {
    @Test func obeysTheLaws() {
        #expect(ActivationLaws().violations(.leakyTanh) == [])
        #expect(ActivationLaws(kinks: [0]).violations(.bent) == [])
    }

    @Test func servesTheTheory() throws {
        let network = Network(hiddenLayers: 2, activation: .leakyTanh, parameterization: .neuralTangent)
        let kernel = try NetworkKernel(network, inputDimension: 2)
        let points = try kernel.prepare(ExamplePoints.circle(6))
        let tangent = kernel.within(points).matrix(.ntk)

        // One layer at a time, by quadrature: Σ⁺ = E φ², Θ⁺ = E φ² + E φ′² Θ.
        var (q, θ) = (0.5, 0.5)
        for _ in 0..<2 {
            let h = Matrix(rows: 4001, columns: 1) { i, _ in (Double(i) - 2000) / 250 * q.squareRoot() }
            let (value, slope) = Activation.leakyTanh.valueAndDerivative(h)
            func mean(_ f: Matrix) -> Double {
                let weights = h.elements.map { exp(-$0 * $0 / (2 * q)) }
                return zip(weights, f.elements).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / weights.reduce(0, +)
            }
            (q, θ) = (mean(value), mean(value) + mean(slope) * θ)
        }
        expectClose(tangent[0, 0], θ, within: 1e-9)
    }
}
