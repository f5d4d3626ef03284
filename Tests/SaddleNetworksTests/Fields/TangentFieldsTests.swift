import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// The layerwise tangent kernel against products of explicit Jacobians, which are central differences of scalar loops. Catches a
/// missing layer, bias, residual path or factor of the parameterisation, and blocks in the wrong order.
@Suite struct TangentFieldsTests {
    static let cases = NetworkOption.all.flatMap { option in [(option, 1, 2), (option, 3, 1), (option, 2, 3)] }

    @Test(arguments: cases) func equalProductsOfJacobians(option: NetworkOption, layers: Int, outputs: Int) {
        let (n, p, q, d) = (5, 4, 3, 3)
        let data = randomData(samples: p, test: q, dimension: d, outputs: outputs)
        let network = FiniteNetwork(
            option.network(hiddenLayers: layers), inputDimension: d, outputCount: outputs, width: n, seed: 2, index: 3)
        let slow = SlowNetwork(network)
        expectTangentKernels(of: network, data, step: slow.constants.step, rounding: 1e-13) { x, c in
            slow.derivative { $0.outputs(x)[c] }.flatMap(\.elements)
        }
        let a = TangentFields(network, data.trainInputs), recorded = network.kernels(for: data.trainInputs)
        for layer in 1...layers {
            #expect(recorded.features[layer - 1].largestDifference(from: a.featureKernel(layer)) < 1e-13 * Double(n))
        }
    }
}
