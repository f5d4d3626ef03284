import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

// The code of Documentation/Extending/AddOptimizer.md.

/// Lion: the sign of a mean of gradients that looks further back than the one it keeps (Chen et al. 2023).
struct Lion {
    var β1 = 0.9, β2 = 0.99
    private var m: [Double] = []

    /// u of the next gradient.
    mutating func update(of gradient: [Double]) -> [Double] {
        if m.isEmpty { m = gradient.map { _ in 0 } }
        let u = zip(m, gradient).map { m, g -> Double in
            let c = β1 * m + (1 - β1) * g
            return c > 0 ? 1 : c < 0 ? -1 : 0
        }
        m = zip(m, gradient).map { β2 * $0 + (1 - β2) * $1 }
        return u
    }
}

struct AddOptimizer {
    /// A rule of one's own, on a network of the package: θ ← θ − η m u(G), with the multiplier m of each weight, so that fields move by η at any width.
    static func train(width: Int, steps: Int, rate: Double) -> (losses: [Double], change: Double) {
        let network = Network(hiddenLayers: 2, activation: .tanh)
        let net = FiniteNetwork(network, inputDimension: 2, outputCount: 1, width: width, seed: 1, index: 0)
        let x = ExamplePoints.circle(8), y = Matrix(rows: 8, columns: 1) { i, _ in i < 4 ? 1 : -1 }
        let surface = LossSurface(net, inputs: x, labels: y, loss: .squared)
        let n = Double(width)
        // m is 1 for the input weights and the readout, 1/√N between hidden layers.
        let scale = net.weights.enumerated().flatMap { number, w in
            w.elements.map { _ in number == 1 ? 1 / n.squareRoot() : 1 }
        }
        var θ = surface.parameters, lion = Lion(), losses: [Double] = []
        for _ in 0..<steps {
            let (loss, gradient) = surface.valueAndGradient(at: θ)
            losses.append(loss)
            θ = zip(zip(θ, lion.update(of: gradient)), scale).map { $0.0 - rate * $1 * $0.1 }
        }
        let before = surface.outputs(at: surface.parameters), after = surface.outputs(at: θ)
        return (losses, zip(before.elements, after.elements).reduce(0) { $0 + abs($1.0 - $1.1) })
    }

    @Test func learns() {
        let (losses, _) = Self.train(width: 64, steps: 150, rate: 0.01)
        #expect(losses.last! < 0.2 * losses[0], "\(losses[0]) → \(losses.last!)")
    }

    /// In these units one rate moves outputs by as much at every width; with 1 in place of 1/√N for the hidden weights it does not.
    @Test func oneRateServesAllWidths() {
        let changes = [64, 256].map { Self.train(width: $0, steps: 3, rate: 0.003).change }
        #expect(abs(changes[1] / changes[0] - 1) < 0.2, "\(changes)")
    }
}
