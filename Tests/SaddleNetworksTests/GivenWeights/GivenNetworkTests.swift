import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Networks of weights from files. Catches a transposed matrix, kernels of convolutions with their axes in another order, weights of the
/// wrong layer, multipliers that are left out or counted twice, and arrays that are taken though they do not fit.
@Suite struct GivenNetworkTests {
    private static let inputs: Matrix = {
        var stream = RandomStream(seed: 5, .test)
        return stream.normals(rows: 4, columns: 70)
    }()

    private static func tensor(_ shape: [Int], _ element: (_ at: [Int]) -> Double) -> Tensor {
        var (elements, at): ([Double], [Int]) = ([], shape.map { _ in 0 })
        for _ in 0..<shape.reduce(1, *) {
            elements.append(element(at))
            for axis in shape.indices.reversed() {
                at[axis] += 1
                if at[axis] < shape[axis] { break }
                at[axis] = 0
            }
        }
        return Tensor(shape: shape, elements: elements)
    }

    /// The parameters of a network as a file of PyTorch has them, written out entry by entry.
    private static func parameters(_ network: FiniteNetwork, dimensions: Int, isInOut: Bool = false) -> [(
        name: String, tensor: Tensor
    )] {
        let graph = network.graph
        var arrays: [(name: String, tensor: Tensor)] = []
        for (i, weight) in graph.weights.enumerated() {
            let w = network.weights[i], places = weight.places
            let name = "net.\(2 * i).weight"
            if weight.target == nil {
                let n = graph.readout.positions, units = w.rows / n
                arrays.append(
                    (
                        name,
                        isInOut
                            ? tensor([w.rows, w.columns]) { w[$0[0], $0[1]] }
                            : tensor([w.columns, w.rows]) { at in w[(at[1] % n) * units + at[1] / n, at[0]] }
                    ))
            } else if weight.window == nil {
                arrays.append(
                    (
                        name,
                        isInOut
                            ? tensor([w.columns, w.rows]) { w[$0[1], $0[0]] } : tensor([w.rows, w.columns]) { w[$0[0], $0[1]] }
                    ))
            } else {
                let side = dimensions == 2 ? Int(Double(places).squareRoot().rounded()) : places, read = w.columns / places
                let sides = [Int](repeating: side, count: dimensions)
                func place(_ k: ArraySlice<Int>) -> Int { k.reduce(0) { $0 * side + $1 } }
                arrays.append(
                    (
                        name,
                        isInOut
                            ? tensor(sides + [read, w.rows]) {
                                w[$0[dimensions + 1], place($0[..<dimensions]) * read + $0[dimensions]]
                            }
                            : tensor([w.rows, read] + sides) { w[$0[0], place($0[2...]) * read + $0[1]] }
                    ))
            }
            if !network.biases.isEmpty {
                arrays.append(("net.\(2 * i).bias", tensor([network.biases[i].rows]) { network.biases[i][$0[0], 0] }))
            }
        }
        return arrays
    }

    private static func given(
        _ network: FiniteNetwork, _ arrays: [(name: String, tensor: Tensor)], values: GivenNetwork.Values = .parameters
    ) throws -> GivenNetwork {
        try GivenNetwork(
            network.network, inputDimension: network.inputDimension, arrays: WeightArrays(arrays), values: values)
    }

    private static func kernels(_ network: FiniteNetwork) -> [Matrix] {
        let fields = TangentFields(network, inputs.leading(rows: 4, columns: network.inputDimension))
        return [fields.outputCovariance(), fields.meanTangentKernel(), fields.featureKernel(1)]
    }

    private static func distance(_ a: [Matrix], _ b: [Matrix]) -> Double {
        zip(a, b).map { a, b in
            zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) } / a.elements.reduce(0) { max($0, abs($1)) }
        }.max()!
    }

    /// Every architecture, in every parameterisation of the cases, both orders of axes: the same kernels; other weights, others.
    @Test(arguments: ArchitectureCase.all) func kernelsOfAFileAreTheNetworks(_ example: ArchitectureCase) throws {
        let network = example.finite(outputs: 2), own = Self.kernels(network), dimensions = max(example.grid.count, 1)
        for isInOut in [false, true] {
            let arrays = Self.parameters(network, dimensions: dimensions, isInOut: isInOut).shuffled()
            let given = try GivenNetwork(
                network.network, inputDimension: network.inputDimension, arrays: WeightArrays(arrays), values: .parameters,
                axes: isInOut ? .inOut : .outIn)
            #expect(Self.distance(Self.kernels(given.network), own) < 1e-12)
            #expect(given.network.width == example.width && given.network.outputCount == 2)
        }
        var other = Self.parameters(network, dimensions: dimensions)
        other[0].tensor = Tensor(shape: other[0].tensor.shape, elements: other[0].tensor.elements.reversed())
        #expect(Self.distance(Self.kernels(try Self.given(network, other).network), own) > 1e-3)
    }

    /// Weights as they act, in a network written out in loops: f = W₂ φ(W₁ φ(W₀x + b₀) + b₁) + b₂ in every parameterisation.
    @Test(arguments: Parameterization.named) func effectiveWeightsAct(_ parameterization: Parameterization) throws {
        var stream = RandomStream(seed: 9, .test)
        let sizes = [5, 6, 6, 3]
        var arrays: [(name: String, tensor: Tensor)] = []
        for (i, name) in ["embed", "hidden", "head"].enumerated() {
            arrays.append(
                ("\(name).weight", Tensor(shape: [sizes[i + 1], sizes[i]], elements: stream.normals(sizes[i + 1] * sizes[i]))))
            arrays.append(("\(name).bias", Tensor(shape: [sizes[i + 1]], elements: stream.normals(sizes[i + 1]))))
        }
        let network = Network(
            hiddenLayers: 2, activation: .tanh, weightScale: 1.4, biasScale: 0.3, parameterization: parameterization,
            richness: 0.7)
        let given = try GivenNetwork(network, inputDimension: 5, arrays: WeightArrays(arrays))
        let x = Self.inputs.leading(rows: 4, columns: 5), f = given.network.outputs(for: x)
        for sample in 0..<4 {
            var h = (0..<5).map { x[sample, $0] }
            for i in 0..<3 {
                let (w, b) = (arrays[2 * i].tensor.elements, arrays[2 * i + 1].tensor.elements)
                let z = (0..<sizes[i + 1]).map { o in (0..<sizes[i]).reduce(b[o]) { $0 + w[o * sizes[i] + $1] * h[$1] } }
                h = i < 2 ? z.map { tanh($0) } : z
            }
            for c in 0..<3 { expectClose(f[sample, c], h[c], within: 1e-12) }
        }
        let wrong = try GivenNetwork(network, inputDimension: 5, arrays: WeightArrays(arrays), values: .parameters)
        if parameterization != .standard { #expect(abs(wrong.network.outputs(for: x)[0, 0] - f[0, 0]) > 0.01) }
    }

    /// A convolution of height × width images, padded with zeros, channel by channel flattened, as PyTorch computes it.
    @Test func effectiveConvolution() throws {
        var stream = RandomStream(seed: 10, .test)
        let (height, width, channels, units) = (3, 4, 2, 3)
        let network = Network(
            hiddenLayers: 1, activation: .tanh, biasScale: 0.3,
            convolution: Convolution(shape: [height, width], channels: channels, readout: .flatten))
        let w = stream.normals(units * channels * 9), b = stream.normals(units), v = stream.normals(2 * units * height * width)
        let arrays = [
            ("conv.weight", Tensor(shape: [units, channels, 3, 3], elements: w)),
            ("conv.bias", Tensor(shape: [units], elements: b)),
            ("fc.weight", Tensor(shape: [2, units * height * width], elements: v)),
            ("fc.bias", Tensor(shape: [2], elements: [0.3, -0.2])),
        ]
        let given = try GivenNetwork(network, inputDimension: 24, arrays: WeightArrays(arrays))
        let x = Self.inputs.leading(rows: 1, columns: 24), f = given.network.outputs(for: x)
        for c in 0..<2 {
            var sum = [0.3, -0.2][c]
            for u in 0..<units {
                for i in 0..<height {
                    for j in 0..<width {
                        var h = b[u]
                        for k in 0..<channels {
                            for di in -1...1 {
                                for dj in -1...1 where (0..<height).contains(i + di) && (0..<width).contains(j + dj) {
                                    h +=
                                        w[((u * channels + k) * 3 + di + 1) * 3 + dj + 1]
                                        * x[0, ((i + di) * width + j + dj) * channels + k]
                                }
                            }
                        }
                        sum += v[c * units * height * width + (u * height + i) * width + j] * tanh(h)
                    }
                }
            }
            expectClose(f[0, c], sum, within: 1e-12)
        }
    }

    /// Matrices that lie in × out are recognised by those that are not square, which take square ones with them.
    @Test func transposedMatrices() throws {
        let network = FiniteNetwork(
            Network(hiddenLayers: 2, activation: .tanh), inputDimension: 5, outputCount: 3, width: 6, seed: 1, index: 0)
        let own = Self.kernels(network)
        let turned = try Self.given(network, Self.parameters(network, dimensions: 1, isInOut: true))
        #expect(turned.places.allSatisfy(\.isTransposed) && !turned.isOrderAssumed)
        #expect(Self.distance(Self.kernels(turned.network), own) < 1e-12)
        // One alone is told by its shape; the square one is then assumed to be out × in.
        var mixed = Self.parameters(network, dimensions: 1)
        mixed[0] = Self.parameters(network, dimensions: 1, isInOut: true)[0]
        let read = try Self.given(network, mixed)
        #expect(read.places.map(\.isTransposed) == [true, false, false] && read.isOrderAssumed)
        #expect(Self.distance(Self.kernels(read.network), own) < 1e-12)
        // A square matrix the wrong way round is another network.
        var wrong = Self.parameters(network, dimensions: 1)
        wrong[1] = Self.parameters(network, dimensions: 1, isInOut: true)[1]
        #expect(Self.distance(Self.kernels(try Self.given(network, wrong).network), own) > 1e-3)
    }

    @Test func whatDoesNotFit() throws {
        func array(_ name: String, _ shape: Int...) -> (name: String, tensor: Tensor) {
            (name, Tensor(shape: shape, elements: [Double](repeating: 1, count: shape.reduce(1, *))))
        }
        func text(_ arrays: [(name: String, tensor: Tensor)], biasScale: Double = 0, ratios: [Double] = []) -> String {
            do {
                _ = try GivenNetwork(
                    Network(hiddenLayers: 2, activation: .tanh, biasScale: biasScale, widthRatios: ratios), inputDimension: 5,
                    arrays: WeightArrays(arrays))
                return ""
            } catch { return "\(error)" }
        }
        let (a, b, c) = (array("0.weight", 6, 5), array("2.weight", 6, 6), array("4.weight", 3, 6))
        #expect(text([a, b, c]) == "")
        #expect(
            text([a, c])
                == "the file has 2 weights (0.weight, 4.weight), where the network has 3: input weights, weights 1, readout")
        #expect(text([]).hasPrefix("the file has no weights, where"))
        #expect(
            text([array("0.weight", 6, 7), b, c])
                == "array '0.weight' is 6 × 7; expected units × 5 (out × in) for the shape of the input weights")
        #expect(
            text([a, array("2.weight", 8, 6), c])
                == "array '2.weight' is 8 × 6; expected 6 × 6 (out × in) at width 6, as the first weight says, for the shape of the weights 1"
        )
        #expect(text([a, b, array("4.weight", 3, 7)]).hasPrefix("array '4.weight' is 3 × 7; expected outputs × 6 (out × in)"))
        #expect(text([array("0.weight", 7, 5), b, c], ratios: [0.5, 1]).contains("expected 14 × 7"))
        #expect(text([array("0.weight", 3, 5), array("2.weight", 4, 3), c], ratios: [0.75, 1]).contains("expected outputs × 4"))
        #expect(text([array("0.weight", 4, 5), b, c], ratios: [0.75, 1]).contains("makes the width 5"))
        #expect(text([a, b, c, array("4.bias", 3)]).hasPrefix("the file has biases (4.bias), but the network has none"))
        #expect(text([a, b, c, array("4.bias", 3)], biasScale: 1).contains("the file has none of 0.weight, 2.weight"))
        #expect(text([a, b, c, array("5.bias", 3)]).hasPrefix("array '5.bias' is a bias without a weight"))
        let biases = [array("0.bias", 6), array("2.bias", 5), array("4.bias", 3)]
        #expect(text([a, b, c] + biases, biasScale: 1) == "array '2.bias' is of length 5; expected a bias of length 6")
        var flawed = b
        flawed.tensor = Tensor(shape: [6, 6], elements: (0..<36).map { $0 == 7 ? .nan : 1 })
        #expect(text([a, flawed, c]) == "array '2.weight' holds nan at place 7 (from 0, in C order); expected finite numbers")
    }
}
