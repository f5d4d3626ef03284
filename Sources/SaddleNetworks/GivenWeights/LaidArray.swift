import SaddleModels
import SaddleNumerics

/// One array beside the weight of a graph that it may be.
struct LaidArray {
    let array: WeightArrays.Array
    private let weight: NetworkGraph.Weight
    private let graph: NetworkGraph
    /// Out, in and places of a window, if the array is out × in; nil where it cannot be.
    private let outIn: (out: Int, read: Int)?
    /// Likewise in × out.
    private let inOut: (out: Int, read: Int)?

    init(_ array: WeightArrays.Array, _ weight: NetworkGraph.Weight, in graph: NetworkGraph) {
        (self.array, self.weight, self.graph) = (array, weight, graph)
        var shape = array.tensor.shape
        // A single output may be a vector.
        if shape.count == 1, weight.target == nil {
            (outIn, inOut) = ((1, shape[0]), nil)
            return
        }
        if weight.window == nil, shape.count > 2, shape[2...].allSatisfy({ $0 == 1 }) { shape.removeLast(shape.count - 2) }
        if weight.window == nil || (shape.count == 2 && weight.places == 1) {
            (outIn, inOut) = shape.count == 2 ? ((shape[0], shape[1]), (shape[1], shape[0])) : (nil, nil)
            return
        }
        guard shape.count == 3 || shape.count == 4 else {
            (outIn, inOut) = (nil, nil)
            return
        }
        func isWindow(_ sides: ArraySlice<Int>) -> Bool {
            Set(sides).count == 1 && sides.reduce(1, *) == weight.places
        }
        outIn = isWindow(shape[2...]) ? (shape[0], shape[1]) : nil
        inOut = isWindow(shape.dropLast(2)) ? (shape[shape.count - 1], shape[shape.count - 2]) : nil
    }

    /// Which of two ways the array may lie.
    struct Fit {
        let isTransposed: Bool
        let isBoth: Bool
    }

    /// N by the first weight, which reads the inputs.
    func width(_ axes: GivenNetwork.Axes) throws(WeightArrayError) -> Int {
        guard case .inputs(let channels) = weight.source, let target = weight.target else { throw problem(nil) }
        let ratio = graph.populations[target].ratio
        for (shape, allowed) in [(outIn, axes != .inOut), (inOut, axes != .outIn)] where allowed {
            guard let shape, shape.read == channels, shape.out > 0 else { continue }
            return max(1, Int((Double(shape.out) / ratio).rounded()))
        }
        throw problem(nil)
    }

    func fits(width: Int, _ axes: GivenNetwork.Axes) throws(WeightArrayError) -> Fit {
        func isFit(_ shape: (out: Int, read: Int)?) -> Bool {
            guard let shape, shape.read == reads(width) else { return false }
            return weight.target.map { graph.populations[$0].width(width) == shape.out } ?? (shape.out > 0)
        }
        let straight = axes != .inOut && isFit(outIn), turned = axes != .outIn && isFit(inOut)
        guard straight || turned else { throw problem(width) }
        return Fit(isTransposed: !straight, isBoth: straight && turned)
    }

    func outputs(isTransposed: Bool) -> Int { (isTransposed ? inOut : outIn)!.out }

    /// As a ``FiniteNetwork`` has it.
    func matrix(isTransposed: Bool) -> Matrix {
        let (out, read) = (isTransposed ? inOut : outIn)!, places = weight.places, x = array.tensor.elements
        if weight.target == nil {
            // Position by position there; channel by channel if out × in.
            let positions = graph.readout.positions, channels = read / positions
            return Matrix(rows: read, columns: out) { row, c in
                isTransposed ? x[row * out + c] : x[c * read + (row % channels) * positions + row / channels]
            }
        }
        return Matrix(rows: out, columns: places * read) { o, column in
            let (place, channel) = (column / read, column % read)
            return isTransposed ? x[(place * read + channel) * out + o] : x[(o * read + channel) * places + place]
        }
    }

    /// Units or channels, of the readout at all positions, that it reads.
    private func reads(_ width: Int) -> Int {
        switch weight.source {
        case .inputs(let channels): channels
        case .population(let source):
            graph.populations[source].width(width) * (weight.target == nil ? graph.readout.positions : 1)
        }
    }

    private func problem(_ width: Int?) -> WeightArrayError {
        let read = width.map { "\(reads($0))" } ?? (weight.isOfInputs ? "\(reads(1))" : "units")
        let out = weight.target.map { target in width.map { "\(graph.populations[target].width($0))" } ?? "units" } ?? "outputs"
        let side = weight.window == nil ? "" : windowText
        var expected = "\(out) × \(read)\(side)"
        if weight.window == nil { expected += " (out × in)" } else { expected += " (out × in × window)" }
        if let width {
            expected += " at width \(width), as the first weight says, for the shape"
        } else {
            expected += " for the shape"
        }
        return .shape(array: array.name, shape: array.tensor.shape, weight: weight.name, expected: expected)
    }

    private var windowText: String {
        let side = Double(weight.places).squareRoot().rounded()
        // One or two dimensions, told by the positions of the inputs alone: both are named where both are possible.
        return Int(side * side) == weight.places && weight.places > 1
            ? " × \(Int(side)) × \(Int(side)) (or × \(weight.places) of a sequence)" : " × \(weight.places)"
    }
}
