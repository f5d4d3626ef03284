import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// The tangent kernels of a network on training and test samples are products of Jacobians; averages over outputs and diagonals are parts of
/// them, and what is recorded during training is such an average.
///
/// - Parameters:
///   - derivatives: ∂f_c(x)/∂θ of all parameters, for one sample and output.
///   - step: what a step makes of a product of derivatives.
///   - rounding: of parts against the whole, relative.
func expectTangentKernels(
    of network: FiniteNetwork, _ data: Dataset, step: Double, rounding: Double, derivatives: ([Double], Int) -> [Double]
) {
    let outputs = network.outputCount
    /// Row μC + c is ∂f_c(x_μ)/∂θ.
    func jacobian(_ inputs: Matrix) -> [[Double]] {
        (0..<inputs.rows).flatMap { i in (0..<outputs).map { c in derivatives(inputs.row(i), c) } }
    }
    let (train, test) = (jacobian(data.trainInputs), jacobian(data.testInputs))
    let (a, b) = (TangentFields(network, data.trainInputs), TangentFields(network, data.testInputs))
    func expect(_ kernel: Matrix, _ left: [[Double]], _ right: [[Double]]) {
        #expect(kernel.rows == left.count && kernel.columns == right.count)
        for i in left.indices {
            for j in right.indices {
                let θ = step * zip(left[i], right[j]).reduce(0) { $0 + $1.0 * $1.1 }
                expectClose(kernel[i, j], θ, within: 1e-9 * (1 + abs(θ)), "\(i), \(j)")
            }
        }
    }
    expect(a.tangentKernel(), train, train)
    expect(b.tangentKernel(with: a), test, train)

    let (whole, mean, diagonal) = (b.tangentKernel(with: a), b.meanTangentKernel(with: a), a.tangentDiagonal())
    for i in 0..<data.testCount {
        for j in 0..<data.trainCount {
            let trace = (0..<outputs).reduce(0) { $0 + whole[i * outputs + $1, j * outputs + $1] } / Double(outputs)
            expectClose(mean[i, j], trace, within: rounding * (1 + abs(trace)))
        }
    }
    let own = a.tangentKernel()
    for k in 0..<data.trainCount * outputs {
        expectClose(diagonal[k / outputs, k % outputs], own[k, k], within: rounding * (1 + own[k, k]))
    }
    let recorded = network.kernels(for: data.trainInputs)
    #expect(recorded.tangent.largestDifference(from: a.meanTangentKernel()) < 1e-12 * (1 + recorded.tangent.largest))
}
