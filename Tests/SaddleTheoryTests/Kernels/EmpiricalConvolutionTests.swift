import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Tangent kernels and output covariances of finite convolutional networks, made of Gram matrices over positions, against the kernels of
/// infinitely many channels: means over networks at two widths, extrapolated in 1/N. Catches a wrong sum over positions, a wrong place or
/// padding in either, and errors that do not fall with the width; the same with another padding is noticed.
@Suite struct EmpiricalConvolutionTests {
    static let cases: [(Convolution, wrong: Convolution.Padding, Residual?)] = [
        (Convolution(shape: [4, 3], channels: 2, padding: .same, readout: .averagePooling), .circular, nil),
        (Convolution(shape: [6], channels: 1, padding: .circular, readout: .flatten), .same, Residual()),
        (Convolution(shape: [7], channels: 2, padding: .valid, readout: .averagePooling), .same, nil),
    ]

    @Test(arguments: 0..<3) func goToThoseOfInfiniteWidth(number: Int) throws {
        let (convolution, wrong, residual) = Self.cases[number]
        var network = Network(
            hiddenLayers: 2, activation: .relu, weightScale: 1.3, biasScale: 0.3, residual: residual, convolution: convolution)
        var stream = RandomStream(seed: 4, .test, number)
        let inputs = stream.normals(rows: 2, columns: convolution.inputDimension)
        func limit() throws -> (nngp: Matrix, ntk: Matrix) {
            let kernel = try ConvolutionalKernel(network)
            return try kernel.within(try kernel.prepare(inputs))
        }
        let right = try limit()
        network.convolution!.padding = wrong
        let other = try limit()
        network.convolution!.padding = convolution.padding
        // Means at N and 2N, from equally many networks each: 2·mean(2N) − mean(N) has no term of order 1/N.
        let (one, two) = (
            try KernelEnsemble(network, inputs: inputs, width: 24, networks: 2000, seed: 5),
            try KernelEnsemble(network, inputs: inputs, width: 48, networks: 2000, seed: 6)
        )
        var noticed = 0
        for (a, b, expected, wrong) in [
            (one.tangent, two.tangent, right.ntk, other.ntk),
            (one.outputCovariance, two.outputCovariance, right.nngp, other.nngp),
        ] {
            for i in 0..<2 {
                for j in i..<2 {
                    let error = (4 * b.meanError[i, j] * b.meanError[i, j] + a.meanError[i, j] * a.meanError[i, j]).squareRoot()
                    let estimate = Estimate(mean: 2 * b.mean[i, j] - a.mean[i, j], standardError: error, count: 2000)
                    expectConsistent(
                        estimate, with: expected[i, j], seeing: .absolute(0.15 * expected[i, i]), falseAlarm: 1e-6 / 18)
                    noticed += inconsistency(estimate, with: wrong[i, j], seeing: .absolute(1e9), falseAlarm: 1e-6) == nil ? 0 : 1
                }
            }
        }
        #expect(noticed > 0, "another padding is not noticed")
    }
}
