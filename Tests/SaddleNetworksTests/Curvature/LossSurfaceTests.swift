import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Curvature of the loss of single networks.
@Suite struct LossSurfaceTests {
    private static func surface(
        _ network: Network, samples: Int = 5, outputs: Int = 1, width: Int = 6, loss: Loss = .squared, dimension: Int = 4
    ) -> (surface: LossSurface, inputs: Matrix, labels: Matrix) {
        var stream = RandomStream(seed: 8, .test)
        let inputs = stream.normals(rows: samples, columns: dimension)
        let labels = Matrix(rows: samples, columns: outputs) { i, c in
            outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % outputs == c ? 1 : 0)
        }
        let finite = FiniteNetwork(network, inputDimension: dimension, outputCount: outputs, width: width, seed: 3, index: 0)
        return (LossSurface(finite, inputs: inputs, labels: labels, loss: loss), inputs, labels)
    }

    private static let networks: [(network: Network, outputs: Int, loss: Loss)] = [
        (Network(hiddenLayers: 2, activation: .tanh), 1, .squared),
        (Network(hiddenLayers: 1, activation: Activation(named: "gelu")!, biasScale: 0.4, richness: 2), 2, .squared),
        (Network(hiddenLayers: 2, activation: Activation(named: "erf")!), 3, .crossEntropy),
        (Network(hiddenLayers: 2, activation: .tanh), 1, .crossEntropy),
        (residual, 1, .squared), (convolution, 1, .squared),
    ]
    private static var residual: Network {
        var network = Network(hiddenLayers: 3, activation: .tanh)
        network.residual = Residual(scale: .branch(0.6))
        return network
    }
    private static var convolution: Network {
        var network = Network(hiddenLayers: 2, activation: .tanh)
        network.convolution = Convolution(shape: [4])
        return network
    }

    /// Gradient and Hessian are the derivatives of the loss, by differences of the loss itself; H = A + R is symmetric.
    @Test(arguments: 0..<6) func derivativesOfTheLoss(_ number: Int) throws {
        let (network, outputs, loss) = Self.networks[number]
        let (surface, _, _) = Self.surface(network, outputs: outputs, width: 4, loss: loss)
        let n = surface.parameterCount, θ = surface.parameters
        var stream = RandomStream(seed: 5, .test)
        let pair = stream.normals(rows: n, columns: 2)
        let v = Array(pair.elements[..<n]), w = Array(pair.elements[n...])
        // s by the ratio of one derivative, the rest must follow.
        func along(_ direction: [Double], _ h: Double) -> Double {
            surface.value(at: zip(θ, direction).map { $0 + h * $1 })
        }
        let slope = (8 * (along(v, 1e-3) - along(v, -1e-3)) - (along(v, 2e-3) - along(v, -2e-3))) / 12e-3
        let s = surface.network.scaling.stepScale / surface.network.scaling.outputScale
        let g = surface.gradient(at: θ)
        expectClose(zip(g, v).reduce(0) { $0 + $1.0 * $1.1 }, s * slope, within: 1e-8 * s)
        let product = surface.hessianProduct(pair)
        func inner(_ a: [Double], _ column: Int) -> Double {
            (0..<n).reduce(0) { $0 + a[$1] * product.elements[column * n + $1] }
        }
        let h = 2e-3
        let second =
            (-along(v, 2 * h) + 16 * along(v, h) - 30 * along(v, 0) + 16 * along(v, -h) - along(v, -2 * h)) / (12 * h * h)
        #expect(abs(inner(v, 0) - s * second) < 2e-6 * s * max(abs(second), 1))
        #expect(abs(inner(w, 0) - inner(v, 1)) < 1e-9 * s * max(abs(second), 1))
        let parts = LossSurface.Part.allCases.map { surface.operator($0).apply(pair).elements }
        for i in 0..<n { #expect(abs(parts[0][i] - parts[1][i] - parts[2][i]) < 1e-9 * s) }
        // Negative control: the residual part is there.
        #expect((0..<n).reduce(0) { max($0, abs(parts[2][$1])) } > 1e-3 * s)
    }

    /// The eigenvalues of the Gauss–Newton part that do not vanish are those of the empirical tangent kernel, to 1e-10; with softmax those of ℓ″^½Θℓ″^½.
    @Test(arguments: 0..<6) func tangentKernelIsGaussNewton(_ number: Int) throws {
        let (network, outputs, loss) = Self.networks[number]
        let (surface, inputs, _) = Self.surface(network, outputs: outputs, width: 4, loss: loss)
        let n = surface.parameterCount
        let dense = surface.operator(.gaussNewton).apply(.identity(n))
        let all = try Matrix(rows: n, columns: n) { (dense[$0, $1] + dense[$1, $0]) / 2 }.symmetricEigenvalues().reversed()
        let kernel = try surface.gaussNewtonEigenvalues(kernel: TangentFields(surface.network, inputs).tangentKernel())
        let scale = kernel[0]
        for (a, b) in zip(all, kernel) { expectClose(a, b, within: 1e-10 * scale) }
        for rest in Array(all).dropFirst(kernel.count) { #expect(abs(rest) < 1e-10 * scale) }
    }

    /// f = Σ w_i v_i x/(γ₀N): the Hessian of one sample of a linear network in closed form, with n(γ₀Δ)² = and K: two eigenvalues away from ±γ₀|Δ|.
    @Test func twoLinearLayers() throws {
        let (width, γ) = (5, 1.3)
        let finite = FiniteNetwork(
            Network(hiddenLayers: 1, activation: .linear, richness: γ), inputDimension: 1, outputCount: 1, width: width, seed: 2,
            index: 0)
        let surface = LossSurface(
            finite, inputs: Matrix(rows: 1, columns: 1, repeating: 1), labels: Matrix(rows: 1, columns: 1, repeating: 0.7),
            loss: .squared)
        let (v, w) = (finite.weights[0].elements, finite.weights[1].elements), n = Double(width)
        let f = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 } / (γ * n)
        let exact = Matrix(rows: 2 * width, columns: 2 * width) { i, j in
            let gradient = { (k: Int) in k < width ? w[k] : v[k - width] }
            // s = γ₀²N: (1/N) ∂∂ᵀ of the errors' part, and γ₀(f − y) between v_i and w_i.
            return gradient(i) * gradient(j) / n + (abs(i - j) == width ? γ * (f - 0.7) : 0)
        }
        let found = surface.operator(.whole).apply(.identity(2 * width))
        for (a, b) in zip(found.elements, exact.elements) { expectClose(a, b, within: 1e-10) }
    }

    /// Sums over samples of what single gradients are.
    @Test func momentsOfGradients() throws {
        let (surface, inputs, labels) = Self.surface(Self.networks[0].network)
        let moments = try surface.gradientMoments(kernel: TangentFields(surface.network, inputs).tangentKernel())
        let s = surface.network.scaling.stepScale / surface.network.scaling.outputScale
        let single = (0..<5).map { i in
            LossSurface(
                surface.network, inputs: inputs.selectingRows([i]), labels: labels.selectingRows([i]), loss: .squared
            ).gradient(at: surface.parameters)
        }
        let total = single.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / (5 * s)
        expectClose(moments.eigenvalues.reduce(0, +), total, within: 1e-10 * total)
        let square = surface.gradient(at: surface.parameters).reduce(0) { $0 + $1 * $1 } / s
        expectClose(moments.squaredGradient, square, within: 1e-10 * total)
        #expect(moments.eigenvalues[0] > moments.squaredGradient)
    }
}

/// Networks in the middle of a training are those of a training that ends there.
@Suite struct SnapshotTests {
    @Test func areNetworksOnTheWay() throws {
        var stream = RandomStream(seed: 1, .test)
        let data = Dataset(
            trainInputs: stream.normals(rows: 4, columns: 3),
            trainLabels: Matrix(rows: 4, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 },
            testInputs: Matrix(rows: 0, columns: 3), testLabels: Matrix(rows: 0, columns: 1))
        func trainer(_ steps: Int) -> Trainer {
            var training = Training(steps: steps, learningRate: LearningRate(base: 0.2))
            training.momentum = 0.5
            return Trainer(
                Experiment(
                    network: Network(hiddenLayers: 2, activation: .tanh), data: data, training: training, recordedSteps: [steps]),
                width: 5, recordsKernels: false)
        }
        let first = trainer(7).initialNetwork(seed: 2, index: 3), taken = try trainer(7).snapshots(of: first, at: [0, 4, 7])
        for (network, steps) in zip(taken, [0, 4, 7]) {
            var own = first
            if steps > 0 { _ = try trainer(steps).train(&own) }
            #expect(network.weights == own.weights)
        }
        #expect(taken.count == 3 && taken[1].weights != taken[2].weights)
    }
}
