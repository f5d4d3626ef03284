import SaddleModels
import Testing

// Graphs of named architectures against what is said of them: number of fields, positions, what a window sees. Position maps against
// sums written out over the grid. They would catch a window shifted by one, stride and padding mixed up, and a branch that returns
// to a population of its own.

@Suite struct NetworkGraphTests {
    private func graph(_ network: Network, _ inputs: Int) throws -> NetworkGraph { try network.graph(inputDimension: inputs) }

    @Test func fullyConnectedIsAChain() throws {
        let g = try graph(Network(hiddenLayers: 3, activation: .tanh), 7)
        #expect(g.isChain && g.fields.count == 6 && g.weights.count == 4 && g.populations.count == 3)
        #expect(g.layers.map(\.preactivation) == [0, 2, 4] && g.layers.map(\.feature) == [1, 3, 5])
        #expect(g.weights[0].source == .inputs(channels: 7) && g.weights[3].target == nil)
        #expect(g.weights[2].source == .population(1) && g.weights[2].target == 2)
    }

    @Test func streamIsOnePopulation() throws {
        let residual = Residual(form: .post, scale: .depth(2, exponent: 0.5))
        let g = try graph(Network(hiddenLayers: 5, activation: .tanh, residual: residual), 3)
        #expect(g.populations.count == 1 && g.weights.count == 6 && g.layers.count == 5 && !g.isChain)
        let scales = g.fields.compactMap { if case .sum(_, _, let scale) = $0.operation { scale } else { nil } }
        #expect(scales == [1, 1, 1, 1])  // 2/√4
    }

    @Test func attentionHasHeads() throws {
        let block = Transformer(tokens: 5, attention: Attention(keyDimension: 4), feedForward: 2)
        let g = try graph(Network(hiddenLayers: 2, activation: .tanh, normalizesHidden: true, transformer: block), 15)
        #expect(g.populations.map(\.components) == [1, 4, 1] && g.populations.map(\.ratio) == [1, 1, 2])
        #expect(g.weights.map(\.name).contains("query") && g.weights.count == 1 + 4 + 2 + 1)
        #expect(g.inputChannels == 3 && g.fields[0].positions == 5 && g.readout.positions == 1)
        #expect(g.widthProblem(8) == nil && g.widthProblem(6)?.contains("multiple of 4") == true)
    }

    @Test(arguments: [Convolution.Padding.same, .circular, .valid])
    func windowsSumNeighbours(padding: Convolution.Padding) throws {
        let (height, width, stride) = (7, 5, padding == .valid ? 2 : 1)
        let c = Convolution(shape: [height, width], channels: 2, padding: padding, stride: stride)
        let g = try graph(Network(hiddenLayers: 1, activation: .tanh, convolution: c), c.inputDimension)
        let maps = try #require(g.weights[0].window)
        let out = padding == .valid ? (3, 2) : (height, width)
        #expect(maps.count == 9 && maps.allSatisfy { $0.inputs == 35 && $0.outputs == out.0 * out.1 })
        for (k, map) in maps.enumerated() {
            for i in 0..<out.0 {
                for j in 0..<out.1 {
                    let shift = padding == .valid ? 0 : 1
                    var (a, b) = (i * stride + k / 3 - shift, j * stride + k % 3 - shift)
                    if padding == .circular { (a, b) = ((a + height) % height, (b + width) % width) }
                    let isInside = (0..<height).contains(a) && (0..<width).contains(b)
                    #expect(map.terms[i * out.1 + j].map(\.position) == (isInside ? [a * width + b] : []))
                }
            }
        }
    }

    @Test func poolingShrinksTheGrid() throws {
        let c = Convolution(shape: [6, 8], pooling: 2, readout: .flatten)
        let g = try graph(Network(hiddenLayers: 2, activation: .relu, convolution: c), 48)
        #expect(g.fields.map(\.positions) == [48, 48, 12, 12, 12, 12])
        guard case .pooling(let map, _) = g.fields[2].operation else { return #expect(Bool(false), "no pooling") }
        #expect(map.terms[1].map(\.position) == [2, 3, 10, 11] && map.terms[1][0].weight == 0.25)
        guard case .pooling(let read, _) = g.fields[5].operation else { return #expect(Bool(false), "no readout") }
        #expect(read.terms[3] == [.init(position: 3, weight: 1 / 12.0.squareRoot())])
    }

    @Test func impossibleShapesAreNamed() {
        func problem(_ network: Network, _ inputs: Int) -> NetworkError? {
            do {
                _ = try graph(network, inputs)
                return nil
            } catch { return error as? NetworkError }
        }
        func convolutional(_ c: Convolution, layers: Int = 2, residual: Residual? = nil) -> NetworkError? {
            problem(Network(hiddenLayers: layers, activation: .tanh, residual: residual, convolution: c), c.inputDimension)
        }
        #expect(convolutional(Convolution(shape: [2, 9])) == .window(3, length: 2, layer: 1))
        #expect(convolutional(Convolution(shape: [8], stride: 3)) == .stride(3, room: 8, layer: 1))
        #expect(convolutional(Convolution(shape: [9], pooling: 2)) == .pooling(size: 2, grid: [9]))
        #expect(convolutional(Convolution(shape: [9], padding: .valid), residual: Residual()) == .branch(from: [7], to: [5]))
        #expect(problem(Network(hiddenLayers: 2, activation: .tanh, widthRatios: [1]), 3) == .ratios(1, layers: 2))
        #expect(
            problem(
                Network(
                    hiddenLayers: 1, activation: .tanh, transformer: Transformer(tokens: 2, attention: Attention(keyDimension: 1))
                ), 4)
                == .noBlock)
        #expect(problem(Network(hiddenLayers: 1, activation: .tanh, layers: [.activation]), 3) == .layer([0], .noWeightsYet))
        #expect(
            problem(Network(hiddenLayers: 1, activation: .tanh, layers: [.linear(ratio: 1), .pooling(size: 2)]), 3)
                == .layer([1], .pooling(size: 2, grid: [])))
    }
}
