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
        /// Row μC + c is ∂f_c(x_μ)/∂θ.
        func jacobian(_ inputs: Matrix) -> [[Double]] {
            (0..<inputs.rows).flatMap { i in
                (0..<outputs).map { c in slow.derivative { $0.outputs(inputs.row(i))[c] }.flatMap(\.elements) }
            }
        }
        let (train, test) = (jacobian(data.trainInputs), jacobian(data.testInputs))
        let (a, b) = (TangentFields(network, data.trainInputs), TangentFields(network, data.testInputs))
        func expect(_ kernel: Matrix, _ left: [[Double]], _ right: [[Double]]) {
            #expect(kernel.rows == left.count && kernel.columns == right.count)
            for i in left.indices {
                for j in right.indices {
                    let θ = slow.constants.step * zip(left[i], right[j]).reduce(0) { $0 + $1.0 * $1.1 }
                    expectClose(kernel[i, j], θ, within: 1e-9 * (1 + abs(θ)), "\(i), \(j)")
                }
            }
        }
        expect(a.tangentKernel(), train, train)
        expect(b.tangentKernel(with: a), test, train)

        // Averages over outputs and diagonals are parts of the whole kernel.
        let (whole, mean, diagonal) = (b.tangentKernel(with: a), b.meanTangentKernel(with: a), a.tangentDiagonal())
        for i in 0..<q {
            for j in 0..<p {
                let trace = (0..<outputs).reduce(0) { $0 + whole[i * outputs + $1, j * outputs + $1] } / Double(outputs)
                expectClose(mean[i, j], trace, within: 1e-13 * (1 + abs(trace)))
            }
        }
        let own = a.tangentKernel()
        for k in 0..<p * outputs {
            expectClose(diagonal[k / outputs, k % outputs], own[k, k], within: 1e-13 * (1 + own[k, k]))
        }
        // What is recorded during training is the same average.
        let recorded = network.kernels(for: data.trainInputs)
        #expect(recorded.tangent.largestDifference(from: a.meanTangentKernel()) < 1e-12 * (1 + recorded.tangent.largest))
        for layer in 1...layers {
            #expect(recorded.features[layer - 1].largestDifference(from: a.featureKernel(layer)) < 1e-13 * Double(n))
        }
    }
}
