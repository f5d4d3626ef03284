import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Statistics of kernels at initialisation against closed forms that hold at every width. Catches a variance of the wrong kernel,
/// entries in the wrong place, and results that depend on threads.
@Suite struct KernelEnsembleTests {
    /// One hidden layer, linear, one sample with |x|² = D: K = (h·h + w·w)/N has mean 2 and variance 4/N; σ_w²Φ = h·h/N has mean 1
    /// and variance 2/N.
    @Test func linear() throws {
        let (n, networks) = (12, 4000)
        let network = Network(hiddenLayers: 1, activation: .linear)
        let ensemble = try KernelEnsemble(
            network, inputs: Matrix(rows: 1, columns: 3, repeating: 1), width: n, networks: networks, seed: 3)
        func expect(_ s: KernelEnsemble.Statistics, mean: Double, variance: Double) {
            expectConsistent(
                Estimate(mean: s.mean[0, 0], standardError: s.meanError[0, 0], count: networks), with: mean,
                seeing: .relative(0.1))
            expectConsistent(
                Estimate(mean: s.variance[0, 0], standardError: s.varianceError[0, 0], count: networks), with: variance,
                seeing: .relative(0.25))
            expectConsistent(s.diagonal, with: mean, seeing: .relative(0.1))
            // The relative error of the variance is 3 %: ten of them tell 4/N from 5.2/N.
            withKnownIssue {
                expectConsistent(
                    Estimate(mean: s.variance[0, 0], standardError: s.varianceError[0, 0], count: networks), with: 1.5 * variance,
                    seeing: .relative(0.25))
            }
        }
        expect(ensemble.tangent, mean: 2, variance: 4 / Double(n))
        expect(ensemble.outputCovariance, mean: 1, variance: 2 / Double(n))
    }

    /// Two networks and two samples, by hand.
    @Test func entriesAreThoseOfTheNetworks() throws {
        let data = randomData(samples: 2, dimension: 3, outputs: 1)
        let network = NetworkOption(parameterization: .neuralTangent, biasScale: 0.4).network(hiddenLayers: 2)
        let ensemble = try KernelEnsemble(network, inputs: data.trainInputs, width: 5, networks: 2, seed: 3)
        let fields = (0..<2).map {
            TangentFields(
                FiniteNetwork(network, inputDimension: 3, outputCount: 1, width: 5, seed: 3, index: $0), data.trainInputs)
        }
        for (statistics, kernels) in [
            (ensemble.tangent, fields.map { $0.tangentKernel() }),
            (ensemble.outputCovariance, fields.map { $0.outputCovariance() }),
        ] {
            for i in 0..<2 {
                for j in 0..<2 {
                    let (a, b) = (kernels[0][i, j], kernels[1][i, j])
                    expectClose(statistics.mean[i, j], (a + b) / 2, within: 1e-14)
                    expectClose(statistics.variance[i, j], (a - b) * (a - b) / 2, within: 1e-14)
                    expectClose(statistics.meanError[i, j], abs(a - b) / 2, within: 1e-14)
                }
            }
        }
        let phi = fields[0].featureKernel(2)
        expectClose(fields[0].outputCovariance()[0, 1], 1.69 * phi[0, 1] + 0.16, within: 1e-14)
    }
}
