import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

// Convolutional kernels against a recursion over all pairs of positions written independently with NumPy (naive loops over
// windows, arc-cosine and arc-sine formulas), and against fully connected kernels where a window covers one position.
// They would catch windows shifted apart, wrong padding, a readout over the wrong pairs, and lost gradients of a layer.

private let scale = (weight: 1.3, bias: 0.4)

private func network(_ c: Convolution?, depth: Int, _ activation: Activation, isResidual: Bool = false) -> Network {
    Network(
        hiddenLayers: depth, activation: activation, weightScale: scale.weight, biasScale: scale.bias,
        parameterization: .neuralTangent, residual: isResidual ? Residual() : nil, convolution: c)
}

private func image(_ seed: Double, _ count: Int) -> [Double] {
    (0..<count).map { k in sine(1.7 * seed + 0.9 * Double(k) + 0.13 * Double(k * k)) }
}

private func sine(_ x: Double) -> Double { Activation.sin(Matrix(rows: 1, columns: 1, elements: [x]))[0, 0] }

@Suite struct ConvolutionalKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let convolution: Convolution
        let depth: Int
        let activation: Activation
        let isResidual: Bool
        let nngp, ntk: Double

        init(
            _ shape: [Int], _ channels: Int, _ window: Int, _ padding: Convolution.Padding, _ readout: Convolution.Readout,
            _ depth: Int, _ activation: Activation, _ isResidual: Bool, _ nngp: Double, _ ntk: Double
        ) {
            convolution = Convolution(shape: shape, channels: channels, window: window, padding: padding, readout: readout)
            (self.depth, self.activation, self.isResidual, self.nngp, self.ntk) = (depth, activation, isResidual, nngp, ntk)
        }

        var testDescription: String { "\(convolution.shape) \(convolution.padding) \(convolution.readout) \(activation.name)" }
    }

    /// NumPy 2 loops with windows by itertools.product, images sin(1.7 seed + 0.9 k + 0.13 k²) for seeds 1 and 2.
    static let cases = [
        Case([3, 4], 2, 3, .same, .averagePooling, 2, .relu, false, 0.44859768679440193, 0.6191208247437757),
        Case([3, 4], 2, 3, .same, .flatten, 2, .erf, false, 0.31692365330078265, 0.47354946769279604),
        Case([5, 6], 1, 3, .valid, .averagePooling, 2, .erf, false, 0.2734109868308206, 0.38235306288403237),
        Case([5, 6], 1, 3, .valid, .flatten, 2, .relu, false, 0.6202268823988892, 0.8043852615919628),
        Case([7], 3, 3, .circular, .averagePooling, 3, .relu, false, 0.794665298135266, 1.456237093670774),
        Case([7], 3, 5, .same, .flatten, 3, .erf, false, 0.37235003930540367, 0.6370661128830162),
        Case([4, 3], 1, 3, .circular, .flatten, 3, .relu, true, 1.6533735601217638, 2.1444792465270472),
        Case([4, 3], 1, 3, .same, .averagePooling, 3, .relu, true, 1.1570110023415017, 1.729674240055587),
    ]

    @Test(arguments: cases) func agreesWithLoopsOverWindows(_ c: Case) throws {
        let kernel = try ConvolutionalKernel(network(c.convolution, depth: c.depth, c.activation, isResidual: c.isResidual))
        let d = c.convolution.inputDimension
        let inputs = Matrix(rows: 2, columns: d) { i, k in image(Double(i + 1), d)[k] }
        let points = try kernel.prepare(inputs)
        let (nngp, ntk) = try kernel.within(points)
        #expect(abs(nngp[0, 1] - c.nngp) < 1e-13)
        #expect(abs(ntk[0, 1] - c.ntk) < 1e-13)
        #expect(nngp[1, 0] == nngp[0, 1] && ntk[1, 0] == ntk[0, 1])
        let cross = try kernel.between(points, try kernel.prepare(inputs.selectingRows([1])))
        #expect(cross.nngp[0, 0] == nngp[0, 1] && cross.ntk[0, 0] == ntk[0, 1])
        let diagonals = try kernel.diagonals(points)
        #expect(diagonals.nngp[1] == nngp[1, 1] && diagonals.ntk[0] == ntk[0, 0])
    }

    /// One position is a fully connected network, on the diagonal too; a repeated image is exact, for kinked activations as well.
    @Test(arguments: [Activation.relu, .tanh]) func onePositionIsFullyConnected(_ activation: Activation) throws {
        let inputs = Matrix(rows: 4, columns: 5) { i, k in image(Double(min(i, 2)), 5)[k] }
        let c = Convolution(shape: [1], channels: 5, window: 1, readout: .flatten)
        // Series are cut where what is left is 1e-13 of each factor; four of them enter an entry of about 3.
        let tolerance = activation.name == "tanh" ? 1e-12 : 1e-13
        let kernel = try ConvolutionalKernel(network(c, depth: 3, activation))
        let (nngp, ntk) = try kernel.within(try kernel.prepare(inputs))
        let dense = try NetworkKernel(network(nil, depth: 3, activation), inputDimension: 5)
        let expected = dense.within(try dense.prepare(inputs)).matrices()
        for k in nngp.elements.indices {
            #expect(abs(nngp.elements[k] - expected.nngp.elements[k]) < tolerance)
            #expect(abs(ntk.elements[k] - expected.ntk.elements[k]) < tolerance)
        }
        #expect(abs(ntk[2, 3] - ntk[2, 2]) < tolerance)
    }

    /// Means over windows by their definition, position by position, in arrays that have held something else; blank windows are zero.
    @Test(arguments: Convolution.Padding.allCases, [1, 3, 5, 9]) func windowMeans(_ padding: Convolution.Padding, window: Int) {
        let shape = padding == .valid ? [9, 11] : [4, 6], images = 3
        let grid = WindowGrid(Convolution(shape: shape, window: window, padding: padding), layer: 0)
        let (h, w, s) = (shape[0], shape[1], window), half = padding == .valid ? 0 : (window - 1) / 2
        func place(_ i: Int, _ side: Int) -> Int? {
            padding == .circular ? (i % side + side) % side : (0..<side).contains(i) ? i : nil
        }
        var spare = [Double](repeating: .nan, count: 7)
        let blank = 0..<h / 2 * w * images
        var single = image(3, h * w * images), pairs = image(4, h * w * h * w * images)
        for k in blank { single[k] = 0 }
        let (old, oldPairs) = (single, pairs)
        grid.takeMeans(of: &single, spare: &spare, isPaired: false, stride: images)
        grid.takeMeans(of: &pairs, spare: &spare, isPaired: true, stride: images)
        let (newH, newW) = (grid.to.height, grid.to.width)
        #expect(single.count == newH * newW * images && pairs.count == newH * newW * single.count)
        func offsets(_ a: Int, _ b: Int) -> [Int?] {
            (0..<s * s).map { k in
                guard let i = place(a + k / s - half, h), let j = place(b + k % s - half, w) else { return nil }
                return i * w + j
            }
        }
        for a in 0..<newH * newW {
            let first = offsets(a / newW, a % newW)
            let sum = first.reduce(0.0) { $0 + ($1.map { old[$0 * images + 1] } ?? 0) }
            expectClose(single[a * images + 1], sum / Double(s * s), within: 1e-14)
            if first.allSatisfy({ $0.map { blank.contains($0 * images) } ?? true }) { #expect(single[a * images] == 0) }
            for b in 0..<newH * newW {
                let second = offsets(b / newW, b % newW)
                let sum = zip(first, second).reduce(0.0) { sum, pair in
                    guard let i = pair.0, let j = pair.1 else { return sum }
                    return sum + oldPairs[(i * h * w + j) * images + 2]
                }
                expectClose(pairs[(a * newH * newW + b) * images + 2], sum / Double(s * s), within: 1e-14)
            }
        }
    }

    @Test func whatIsNotServedIsAnError() throws {
        var valid = network(Convolution(shape: [4, 4], padding: .valid), depth: 2, .relu)
        #expect(throws: KernelError.self) { try ConvolutionalKernel(valid) }
        valid = network(Convolution(shape: [9, 9], padding: .valid), depth: 2, .relu, isResidual: true)
        #expect(throws: KernelError.self) { try ConvolutionalKernel(valid) }
        valid = network(Convolution(shape: [4, 4]), depth: 2, .relu)
        valid.parameterization = .standard
        #expect(throws: KernelError.self) { try ConvolutionalKernel(valid) }
    }
}

// Residual layers and layer norm of fully connected kernels, against mpmath's recursions (50 digits, the arc-cosine and arc-sine
// formulas) for three inputs, two of them 1e-9 apart: the angle between them must not lose half its digits.
@Suite struct ResidualKernelTests {
    @Test(arguments: ResidualReference.all) func agreesWithRecursion(_ reference: ResidualReference) throws {
        let network = Network(
            hiddenLayers: 3, activation: reference.activation, weightScale: 1.3, biasScale: reference.bias,
            parameterization: .neuralTangent, residual: Residual(), normalizesInputs: reference.normalizes)
        let kernel = try NetworkKernel(network, inputDimension: 4)
        let (nngp, ntk) = kernel.within(try kernel.prepare(ResidualReference.inputs)).matrices()
        for (place, expected) in zip([(0, 0), (0, 1), (0, 2), (2, 2)], reference.nngp) {
            #expect(abs(nngp[place.0, place.1] / expected - 1) < 2e-14, "NNGP \(place)")
        }
        for (place, expected) in zip([(0, 0), (0, 1), (0, 2), (2, 2)], reference.ntk) {
            #expect(abs(ntk[place.0, place.1] / expected - 1) < 2e-14, "NTK \(place)")
        }
    }

    @Test func constantInputIsAnError() throws {
        let network = Network(hiddenLayers: 1, activation: .relu, normalizesInputs: true)
        let kernel = try NetworkKernel(network, inputDimension: 3)
        #expect(throws: KernelError.constantInput(sample: 1)) {
            try kernel.prepare(Matrix(rows: 2, columns: 3) { i, j in i == 0 ? Double(j) : 2 })
        }
    }
}
