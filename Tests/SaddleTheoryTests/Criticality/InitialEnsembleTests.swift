import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// The recursion against finite networks at initialisation: N·variance and N·bias of the last feature kernel and of the tangent
/// kernel, extrapolated from two widths, 2q(2N) − q(N), so that what is left over is of order 1/N². Catches a missing response to the
/// kernel's fluctuation, noise of φ² and φ′²z² taken as independent, and the overlap F left out of the mean.
@Suite struct InitialEnsembleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let activation: Activation
        let hiddenLayers: Int
        let weightScale: Double
        var biasScale = 0.0
        var parameterization = Parameterization.meanField
        /// The tangent kernel is the mean over outputs; many of them leave little noise in its mean.
        var outputs = 1
        /// The error of N·bias of the tangent kernel must be below this part of it.
        var biasResolution: Double?

        var map: KernelMap {
            KernelMap(activation, weightVariance: weightScale * weightScale, biasVariance: biasScale * biasScale)
        }
        var network: Network {
            Network(
                hiddenLayers: hiddenLayers, activation: activation, weightScale: weightScale, biasScale: biasScale,
                parameterization: parameterization)
        }
        var testDescription: String { "\(activation.name), L = \(hiddenLayers), σ_w = \(weightScale), σ_b = \(biasScale)" }
    }

    static let cases = [
        Case(activation: .tanh, hiddenLayers: 2, weightScale: 1.4),
        Case(activation: .erf, hiddenLayers: 3, weightScale: 0.9, biasScale: 0.4),
        Case(activation: .relu, hiddenLayers: 2, weightScale: 2.0.squareRoot()),
        Case(activation: .gelu, hiddenLayers: 2, weightScale: 1.3, biasScale: 0.5, parameterization: .neuralTangent),
        Case(activation: .sin, hiddenLayers: 1, weightScale: 1.2),
        Case(activation: .tanh, hiddenLayers: 5, weightScale: 1, outputs: 32, biasResolution: 0.12),
        Case(activation: .silu, hiddenLayers: 2, weightScale: 1.5, biasScale: 0.5, outputs: 4),
    ]

    @Test(arguments: cases) func agreesWithNetworks(_ c: Case) throws {
        let (small, networks) = (24, 20_000)
        let rates = c.parameterization == .meanField ? TangentRates.meanField(c.map) : .neuralTangent(c.map)
        let layers = try InitialRecursion(c.map, rates: rates).layers(c.hiddenLayers + 1)
        let output = layers[c.hiddenLayers]
        let moments = try [small, 2 * small].map { try Self.moments(c, width: $0, networks: networks) }
        func extrapolated(_ value: (StreamingMoments, Double) -> (mean: Double, error: Double)) -> Estimate {
            let (a, b) = (value(moments[0], Double(small)), value(moments[1], Double(2 * small)))
            return Estimate(
                mean: 2 * b.mean - a.mean, standardError: (4 * b.error * b.error + a.error * a.error).squareRoot(),
                count: networks)
        }
        // κ = C_b + C_WΦ
        let cw = c.map.weightVariance
        for (i, mean, correction, variance) in [
            (0, (output.kernel - c.map.biasVariance) / cw, output.kernelCorrection / cw, output.vertex / (cw * cw)),
            (1, output.tangent, output.tangentCorrection, output.tangentVariance(outputs: c.outputs)),
        ] {
            let bias = extrapolated { m, n in (n * (m.mean[i] - mean), n * m.meanError[i]) }
            let spread = extrapolated { m, n in (n * m.variance[i], n * m.varianceError[i]) }
            expectConsistent(bias, with: correction, seeing: .absolute(3 * (abs(correction) + mean)))
            expectConsistent(spread, with: variance, seeing: .relative(0.4))
            #expect(spread.standardError < 0.06 * variance)
            if i == 1, let resolution = c.biasResolution { #expect(bias.standardError < resolution * abs(correction), "\(bias)") }
        }
    }

    static func moments(_ c: Case, width: Int, networks: Int) throws -> StreamingMoments {
        let input = Matrix(rows: 1, columns: 1, elements: [1])
        let blocks = try Threads.map(20) { block in
            var moments = StreamingMoments(dimension: 2)
            for i in block * networks / 20..<(block + 1) * networks / 20 {
                let network = FiniteNetwork(
                    c.network, inputDimension: 1, outputCount: c.outputs, width: width, seed: 5, index: i)
                let kernels = network.kernels(for: input)
                moments.add([kernels.features[c.hiddenLayers - 1][0, 0], kernels.tangent[0, 0]])
            }
            return moments
        }
        return blocks.dropFirst().reduce(into: blocks[0]) { $0.merge($1) }
    }
}
