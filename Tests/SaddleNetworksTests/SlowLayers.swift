import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// A network of any architecture written out in scalar loops over its list of layers, one sample at a time and without graph, matrices or
/// position maps: the reference for ``FiniteNetwork``. It shares the order and layout of the parameters, nothing else.
struct SlowLayers {
    /// One number for each unit, at every place of the grid in row order.
    typealias Field = [[Double]]

    /// Weights, then biases or none, as the fast network lays them out.
    var parameters: [Matrix]
    let layers: [Layer]
    let grid: [Int]
    let readout: Convolution.Readout
    let width: Int
    let phi: (Double) -> Double
    let parameterization: Parameterization
    let network: Network
    /// Added to the argument of φ number `layer` (from 0), where it is made: what a kernel differentiates by.
    var nudge: (layer: Int, place: Int, unit: Int, by: Double)?

    private var weightCount: Int { network.biasScale > 0 ? parameters.count / 2 : parameters.count }

    init(
        _ fast: FiniteNetwork, _ layers: [Layer], grid: [Int] = [], readout: Convolution.Readout = .averagePooling,
        phi: @escaping (Double) -> Double = { tanh($0) }
    ) {
        parameters = fast.weights + fast.biases
        network = fast.network
        (self.layers, self.grid, self.readout, self.phi) = (layers, grid, readout, phi)
        (width, parameterization) = (fast.width, fast.network.parameterization)
    }

    /// What multiplies a weight whose unit reads `count` numbers (of inputs), or numbers that are `count` times N.
    private func constants(dimension: Int) -> SlowNetwork.Constants {
        SlowNetwork.Constants(network, width: width, dimension: dimension)
    }

    /// A step of size 1 moves θ by −step ∂ℒ/∂θ.
    var step: Double { constants(dimension: 1).step }

    private struct Walk {
        var field: Field?
        var grid: [Int]
        var weight = 0
        var activation = 0
    }

    /// f of one input, D numbers position by position.
    func outputs(_ x: [Double]) -> [Double] {
        var walk = Walk(grid: grid)
        run(layers, x, &walk)
        var field = walk.field!
        let n = field.count
        if readout == .averagePooling {
            field = [(0..<field[0].count).map { i in field.reduce(0) { $0 + $1[i] } / Double(n) }]
        } else {
            field = field.map { $0.map { $0 / Double(n).squareRoot() } }
        }
        let c = constants(dimension: 1), units = field[0].count, w = parameters[walk.weight]
        let isRootPart = parameterization.name != "standard"
        let scale = c.output / (isRootPart ? (Double(units) / Double(width)).squareRoot() : 1)
        return (0..<w.columns).map { output in
            var sum = 0.0
            for (p, column) in field.enumerated() { for i in 0..<units { sum += w[p * units + i, output] * column[i] } }
            return scale * sum + (network.biasScale > 0 ? c.outputBias * parameters[weightCount + walk.weight][output, 0] : 0)
        }
    }

    private func run(_ layers: [Layer], _ x: [Double], _ walk: inout Walk, isNudged: Bool = false) {
        for (number, layer) in layers.enumerated() {
            switch layer {
            case .linear: connect(x, &walk)
            case .convolution(let window, let stride, let padding, _): convolve(window, stride, padding, x, &walk)
            case .activation:
                if !(isNudged && number == 0) { applyNudge(&walk) }
                walk.activation += 1
                walk.field = walk.field!.map { $0.map(phi) }
            case .normalization:
                walk.field = walk.field!.map { h in
                    let mean = h.reduce(0, +) / Double(h.count)
                    let deviation = (h.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(h.count)).squareRoot()
                    return h.map { ($0 - mean) / deviation }
                }
            case .pooling(let size): pool(size, &walk)
            case .residual(let branch, let scale):
                // What enters φ at the beginning of a branch goes on in the stream too.
                let isFirst = branch.first == .activation
                if isFirst { applyNudge(&walk) }
                let stream = walk.field!
                run(branch, x, &walk, isNudged: isFirst)
                walk.field = zip(stream, walk.field!).map { zip($0, $1).map { $0 + scale * $1 } }
            case .attention(let attention): attend(attention, x, &walk)
            }
        }
    }

    private func applyNudge(_ walk: inout Walk) {
        if let nudge, nudge.layer == walk.activation { walk.field![nudge.place][nudge.unit] += nudge.by }
    }

    /// Row i of the weight put to `numbers`, of the source `units`·K long.
    private func affine(_ numbers: [Double], isInput: Bool, _ weight: Int) -> [Double] {
        let w = parameters[weight]
        let c = constants(dimension: isInput ? numbers.count : 1), root = Double(numbers.count) / Double(width)
        let scale = isInput ? c.input : parameterization.name == "standard" ? c.hidden : c.hidden / root.squareRoot()
        return (0..<w.rows).map { i in
            var sum = 0.0
            for j in numbers.indices { sum += w[i, j] * numbers[j] }
            return scale * sum + (network.biasScale > 0 ? c.bias * parameters[weightCount + weight][i, 0] : 0)
        }
    }

    private func source(_ x: [Double], _ walk: Walk) -> (Field, isInput: Bool) {
        if let field = walk.field { return (field, false) }
        let positions = walk.grid.reduce(1, *), channels = x.count / positions
        return ((0..<positions).map { p in (0..<channels).map { x[p * channels + $0] } }, true)
    }

    private func connect(_ x: [Double], _ walk: inout Walk) {
        let (field, isInput) = source(x, walk)
        walk.field = field.map { affine($0, isInput: isInput, walk.weight) }
        walk.weight += 1
    }

    private func convolve(_ window: Int, _ stride: Int, _ padding: Convolution.Padding, _ x: [Double], _ walk: inout Walk) {
        let (field, isInput) = source(x, walk), units = field[0].count
        // One dimension is an image of one row that no window leaves.
        let isLine = walk.grid.count == 1
        let (height, width) = isLine ? (1, walk.grid[0]) : (walk.grid[0], walk.grid[1])
        let shift = padding == .valid ? 0 : window / 2
        func steps(_ length: Int) -> [Int] {
            padding == .valid
                ? Array(Swift.stride(from: 0, through: length - window, by: stride))
                : Array(Swift.stride(from: 0, to: length, by: stride))
        }
        let (rows, columns) = (isLine ? [0] : steps(height), steps(width))
        var result: Field = []
        for top in rows {
            for left in columns {
                var patch: [Double] = []
                for a in 0..<(isLine ? 1 : window) {
                    for b in 0..<window {
                        var (i, j) = (isLine ? 0 : top + a - shift, left + b - shift)
                        if padding == .circular { (i, j) = ((i + height) % height, (j + width) % width) }
                        let isInside = i >= 0 && j >= 0 && i < height && j < width
                        patch += isInside ? field[i * width + j] : [Double](repeating: 0, count: units)
                    }
                }
                result.append(affine(patch, isInput: isInput, walk.weight))
            }
        }
        walk.field = result
        walk.grid = isLine ? [columns.count] : [rows.count, columns.count]
        walk.weight += 1
    }

    private func pool(_ size: Int, _ walk: inout Walk) {
        let field = walk.field!, units = field[0].count
        let (height, width) = walk.grid.count == 1 ? (1, walk.grid[0]) : (walk.grid[0], walk.grid[1])
        let tall = walk.grid.count == 1 ? 1 : size
        var result = [[Double]](
            repeating: [Double](repeating: 0, count: units), count: height / tall * (width / size))
        for i in 0..<height {
            for j in 0..<width {
                for u in 0..<units {
                    result[i / tall * (width / size) + j / size][u] += field[i * width + j][u] / Double(tall * size)
                }
            }
        }
        walk.field = result
        walk.grid = walk.grid.map { $0 / size }
    }

    private func attend(_ attention: Attention, _ x: [Double], _ walk: inout Walk) {
        let field = walk.field!, d = attention.keyDimension
        let (q, k, v) = (
            field.map { affine($0, isInput: false, walk.weight) },
            field.map { affine($0, isInput: false, walk.weight + 1) },
            field.map { affine($0, isInput: false, walk.weight + 2) }
        )
        let mixed = field.indices.map { s -> [Double] in
            (0..<q[s].count).map { i in
                let head = i / d * d..<i / d * d + d
                let seen = field.indices.filter { !attention.isCausal || $0 <= s }
                let weights = seen.map { t in exp(head.reduce(0) { $0 + q[s][$1] * k[t][$1] } / Double(d).squareRoot()) }
                let total = weights.reduce(0, +)
                return zip(seen, weights).reduce(0) { $0 + $1.1 / total * v[$1.0][i] }
            }
        }
        walk.field = mixed.map { affine($0, isInput: false, walk.weight + 3) }
        walk.weight += 4
    }

    /// ∂(quantity)/∂θ for every parameter, laid out as the parameters.
    func derivative(_ quantity: (SlowLayers) -> Double) -> [Matrix] {
        parameters.indices.map { k in
            // Little, since normalised fields of few units curve much; a parameter that moves fields fast even less.
            let reads = k < weightCount ? parameters[k].columns : parameters[k - weightCount].columns
            let step = 0x1p-12 / max(1, constants(dimension: max(reads, 1)).largest)
            return Matrix(rows: parameters[k].rows, columns: parameters[k].columns) { i, j in
                differentiate(parameters[k][i, j], step: step) { value in
                    var moved = self
                    moved.parameters[k][i, j] = value
                    return quantity(moved)
                }
            }
        }
    }
}

extension SlowNetwork.Constants {
    /// Of those that multiply parameters.
    fileprivate var largest: Double { max(input, hidden, bias) }
}
