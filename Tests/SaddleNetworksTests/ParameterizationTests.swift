import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Parameterisations against each other and against exact means. Catches powers of the width that are wrong in a way that
/// gradients at one width cannot show, and factors λ that do not belong to the network.
@Suite struct ParameterizationTests {
    static func outputs(_ network: Network, width: Int, data: Dataset) throws -> [Double] {
        let experiment = Experiment(
            network: network, data: data,
            training: Training(steps: 20, learningRate: LearningRate(base: 0.2), momentum: 0.5, weightDecay: 0.1),
            recordedSteps: [0, 10, 20])
        let trainer = Trainer(experiment, width: width, recordsKernels: true)
        var trained = trainer.initialNetwork(seed: 3, index: 2)
        return try trainer.train(&trained)
    }

    static func expectEqual(_ a: [Double], _ b: [Double]) {
        for (x, y) in zip(a, b) { expectClose(x, y, within: 1e-11 * (1 + abs(y))) }
    }

    /// The same weights up to powers of n, the same training, biases and decay included: outputs, losses and kernels agree.
    @Test(arguments: [4, 25]) func equivalentFormsTrainAlike(width: Int) throws {
        let data = randomData(samples: 5, test: 3, dimension: 4, outputs: 2)
        for (biasScale, isResidual) in [(0.0, false), (0.7, false), (0.7, true)] {
            var network = Network(
                hiddenLayers: 3, activation: .tanh, weightScale: 1.2, biasScale: biasScale, richness: 0.9,
                residual: isResidual ? Residual() : nil)
            let meanField = try Self.outputs(network, width: width, data: data)
            for form in [.maximalUpdate, Parameterization.meanField.shifted(by: 0.37)] {
                network.parameterization = form
                Self.expectEqual(try Self.outputs(network, width: width, data: data), meanField)
            }
            network.parameterization = .standard
            let standard = try? Self.outputs(network, width: width, data: data)
            #expect(standard.map { abs($0.last! - meanField.last!) > 1e-3 } ?? true)
        }
    }

    /// With σ_w = 1, ntk at width N is mean field with γ₀/√N.
    @Test(arguments: [4, 25]) func tangentParameterizationIsTheLazyEndOfMeanField(width: Int) throws {
        let data = randomData(samples: 5, test: 3, dimension: 4, outputs: 2)
        let γ = 1.3
        let lazy = Network(hiddenLayers: 2, activation: .tanh, richness: γ / Double(width).squareRoot())
        let tangent = Network(hiddenLayers: 2, activation: .tanh, parameterization: .neuralTangent, richness: γ)
        Self.expectEqual(
            try Self.outputs(tangent, width: width, data: data), try Self.outputs(lazy, width: width, data: data))
    }

    /// For linear networks E K = Σ_ℓ σ_w^{2(L−ℓ)} (λ_W E Φˡ + λ_b), E Φˡ = σ_w² E Φˡ⁻¹ + σ_b², exactly at every width: factors of
    /// the recursion for wide networks and of the finite network are the same.
    @Test(arguments: Parameterization.named) func factorsAreThoseOfTheRecursion(_ p: Parameterization) {
        let (n, d, depth, σw, σb) = (6, 3, 2, 1.2, 0.5)
        let network = Network(
            hiddenLayers: depth, activation: .linear, weightScale: σw, biasScale: σb, parameterization: p, richness: 0.7)
        let data = randomData(samples: 2, dimension: d, outputs: 1)
        let scaling = NetworkScaling(network, width: n, inputDimension: d)
        let expectedWeights: [Double] =
            switch p.name {
            case "standard": [3, 6, 6]
            case "ntk": [σw * σw, σw * σw, σw * σw]
            default: [1, 1, 1]
            }
        for (λ, value) in zip(scaling.weights.map(\.kernelFactor), expectedWeights) { expectClose(λ, value, within: 1e-15) }
        for λ in scaling.biases.map(\.kernelFactor) { expectClose(λ, p.name == "ntk" ? σb * σb : 1, within: 1e-15) }

        let x = data.trainInputs
        let kernels = (0..<6000).map { index in
            TangentFields(
                FiniteNetwork(network, inputDimension: d, outputCount: 1, width: n, seed: 8, index: index), x
            ).tangentKernel().elements
        }
        let size = Estimate(kernels.map { $0[0] }).mean
        for (i, j) in [(0, 0), (0, 1)] {
            var feature = (0..<d).reduce(0) { $0 + x[i, $1] * x[j, $1] } / Double(d)
            var kernel = 0.0
            for layer in 0...depth {
                kernel = σw * σw * kernel * (layer == 0 ? 0 : 1) + scaling.weights[layer].kernelFactor * feature
                kernel += scaling.biases[layer].kernelFactor
                feature = σw * σw * feature + σb * σb
            }
            expectConsistent(Estimate(kernels.map { $0[2 * j + i] }), with: kernel, seeing: .absolute(0.2 * size))
        }
    }

    /// Layer norm is data with rows of mean 0 and variance 1.
    @Test func layerNorm() throws {
        var data = randomData(samples: 5, test: 3, dimension: 4, outputs: 2)
        var network = Network(hiddenLayers: 2, activation: .tanh, normalizesInputs: true)
        let normalized = try Self.outputs(network, width: 6, data: data)
        func scale(_ x: Matrix) -> Matrix {
            Matrix(rows: x.rows, columns: 4) { i, j in
                let row = x.row(i)
                let mean = row.reduce(0, +) / 4
                return (row[j] - mean) / (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
            }
        }
        #expect(network.inputWithoutVariation(in: data.trainInputs) == nil)
        (data.trainInputs, data.testInputs) = (scale(data.trainInputs), scale(data.testInputs))
        network.normalizesInputs = false
        Self.expectEqual(try Self.outputs(network, width: 6, data: data), normalized)

        network.normalizesInputs = true
        let constant = Matrix(rows: 3, columns: 4) { i, j in i == 1 ? 0.1 : Double(i * j) }
        #expect(network.inputWithoutVariation(in: constant) == 0)
        #expect(network.inputWithoutVariation(in: constant.selectingRows([2, 1])) == 1)
        network.normalizesInputs = false
        #expect(network.inputWithoutVariation(in: constant) == nil)
    }
}
