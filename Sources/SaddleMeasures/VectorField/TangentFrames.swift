import SaddleNumerics

/// Orthonormal bases of the tangent spaces at points, by the principal directions of their neighbourhoods.
///
/// At xᵢ the differences xⱼ − xᵢ to neighbours in the graph, each times √wᵢⱼ, are decomposed; the d left singular vectors with the largest values
/// span the tangent space up to an angle of the order of the radius over that of curvature. Source: Singer and Wu 2012, section 2.
public struct TangentFrames: Sendable {
    /// d, of the tangent spaces.
    public let dimension: Int
    /// D × (n·d): the d columns of each point side by side.
    public let vectors: Matrix
    /// The share of the neighbourhoods' variance within the frames, on average.
    public let captured: Double

    /// n, points that have a frame.
    public var count: Int { vectors.columns / dimension }

    /// - Throws: ``VectorFieldError/flatNeighbourhood(point:dimension:rank:)`` where neighbours span less than d directions.
    public init(_ points: Matrix, graph: NeighbourGraph, dimension d: Int) throws {
        precondition(graph.count == points.rows && d >= 1, "\(graph.count) nodes, \(points.rows) points, dimension \(d)")
        let rows = points.transposed, size = rows.rows
        let frames = try Threads.map(graph.count) { i -> (frame: [Double], share: Double) in
            let edges = graph.edges(of: i)
            var differences = rows.selectingColumns(edges.lazy.map { Int(graph.neighbours[$0]) })
            for (c, e) in edges.enumerated() {
                let root = graph.weights[e].squareRoot()
                for k in 0..<size { differences[k, c] = root * (differences[k, c] - rows[k, i]) }
            }
            let (left, values, _) = try differences.singularValueDecomposition()
            let rounding = 1e-12 * (values.first ?? 0), rank = values.count { $0 > rounding }
            if rank < d { throw VectorFieldError.flatNeighbourhood(point: i, dimension: d, rank: rank) }
            let squares = values.map { $0 * $0 }
            return (Array(left.elements[..<(size * d)]), squares[..<d].reduce(0, +) / squares.reduce(0, +))
        }
        dimension = d
        vectors = Matrix(rows: size, columns: graph.count * d, elements: frames.flatMap(\.frame))
        captured = frames.reduce(0) { $0 + $1.share } / Double(frames.count)
    }

    /// The frame of a point, D × d.
    func frame(_ i: Int) -> Matrix { vectors.selectingColumns(i * dimension..<(i + 1) * dimension) }

    /// Coordinates of ambient vectors (n × D, one a row) in the frames of their points, d × n.
    public func coordinates(_ field: Matrix) -> Matrix {
        let (d, size) = (dimension, vectors.rows), rows = field.transposed
        var result = Matrix(rows: d, columns: count)
        for i in 0..<count {
            for c in 0..<d {
                var sum = 0.0
                for k in 0..<size { sum += vectors.elements[(i * d + c) * size + k] * rows.elements[i * size + k] }
                result[c, i] = sum
            }
        }
        return result
    }

    /// Ambient vectors (n × D) of coordinates d × n.
    public func ambient(_ coordinates: Matrix) -> Matrix {
        let (d, size) = (dimension, vectors.rows)
        var rows = Matrix(rows: size, columns: count)
        for i in 0..<count {
            for c in 0..<d {
                let value = coordinates[c, i]
                for k in 0..<size { rows.elements[i * size + k] += value * vectors.elements[(i * d + c) * size + k] }
            }
        }
        return rows.transposed
    }
}

/// Why a vector field cannot be continued. Points and rows count from 0.
public enum VectorFieldError: Error, Equatable, CustomStringConvertible {
    /// Neighbours of a point span fewer directions than the dimension.
    case flatNeighbourhood(point: Int, dimension: Int, rank: Int)
    /// Fewer than two vectors are observed, or held out.
    case tooFewObserved(observed: Int, of: Int)
    /// All observed vectors, or all held-out ones, have no tangential part.
    case zeroField
    /// A vector with a number that is none.
    case notFinite(row: Int, value: Double)

    public var description: String {
        switch self {
        case .flatNeighbourhood(let point, let dimension, let rank):
            "the neighbours of point \(point) span \(rank) direction\(rank == 1 ? "" : "s"), which is less than dimension \(dimension); "
                + "expected a smaller dimension or more neighbours"
        case .tooFewObserved(let observed, let count):
            "\(observed) of \(count) vectors are observed; expected two or more observed and two or more held out"
        case .zeroField:
            "all observed vectors are tangentially zero: there is no field to continue; expected vectors that differ from 0"
        case .notFinite(let row, let value): "vector \(row) holds \(value); expected finite numbers"
        }
    }
}
