import SaddleNumerics

/// The connection Laplacian of vector fields on points:
///
///     (Lv)ᵢ = c (vᵢ − Σⱼ wᵢⱼ/√(DᵢDⱼ) Oᵢⱼ vⱼ),   Oᵢⱼ = the orthogonal matrix nearest to FᵢᵀFⱼ
///
/// with F the tangent frames: O carries a vector of the tangent space at j into that at i, as parallel transport does up to the third order of their
/// distance. c is that of ``GraphLaplacian``, so that L stands for −∇*∇, the rough Laplacian: on the unit sphere its eigenvalues are
/// l(l + 1) − 1, l ≥ 1, each 2(2l + 1) times; on a flat torus the lowest is 0, twice. Fields are u = m^{-1/2}v. Source: Singer and Wu 2012.
public struct ConnectionLaplacian: LinearOperator {
    /// d, of the tangent spaces.
    public let dimension: Int
    /// Of the nodes, of mean 1.
    public let measure: [Double]
    /// c, with which L stands for the rough Laplacian of the manifold.
    public let unit: Double
    /// 2c, an upper bound of all eigenvalues.
    public var largestEigenvalue: Double { 2 * unit }
    /// The least singular value of any FᵢᵀFⱼ: 1 for tangent spaces that are parallel, near 0 where the points do not say how to transport.
    public let leastCosine: Double
    /// The share of edges for which that is below one half: tangent spaces of their ends are 60° apart or more.
    public let doubtfulShare: Double
    private let graph: NeighbourGraph
    /// d × d for every edge: c wᵢⱼ/√(DᵢDⱼ) Oᵢⱼ, column by column.
    private let blocks: [Double]

    public var rows: Int { graph.count * dimension }
    public var columns: Int { rows }

    /// On a graph whose nodes are the points of the frames and have edges.
    ///
    /// - Throws: ``GeometryError/disconnected(components:largest:of:)`` where a node has none; ``FactorizationError``.
    public init(_ graph: NeighbourGraph, _ frames: TangentFrames) throws {
        let d = frames.dimension
        let laplacian = try GraphLaplacian(graph, normalization: .symmetric, dimension: Double(d))
        (dimension, measure, unit, self.graph) = (d, laplacian.measure, laplacian.unit, graph)
        let factors = graph.degrees.map { 1 / $0.squareRoot() }, unit = laplacian.unit
        let rows = try Threads.map(graph.count) { i -> (blocks: [Double], cosine: Double, doubtful: Int) in
            let frame = frames.frame(i)
            var blocks: [Double] = [], cosine = 1.0, doubtful = 0
            for e in graph.edges(of: i) {
                let j = Int(graph.neighbours[e])
                let (left, values, right) = try (frame.ᵀ * frames.frame(j)).singularValueDecomposition()
                cosine = min(cosine, values.last!)
                if values.last! < 0.5 { doubtful += 1 }
                // The polar factor UVᵀ; of (j, i) its transpose, up to rounding.
                var transport = left * right
                transport.scale(by: unit * (graph.weights[e] * (factors[i] * factors[j])))
                blocks += transport.elements
            }
            return (blocks, cosine, doubtful)
        }
        blocks = rows.flatMap(\.blocks)
        leastCosine = rows.reduce(1) { min($0, $1.cosine) }
        doubtfulShare = Double(rows.reduce(0) { $0 + $1.doubtful }) / Double(graph.weights.count)
    }

    public func apply(_ x: Matrix) -> Matrix {
        precondition(x.rows == rows, "\(x.rows) rows for \(rows)")
        let n = rows, width = max(1, min(8, (x.columns + Threads.count - 1) / Threads.count))
        let parts = Threads.compute((x.columns + width - 1) / width) { part -> [Double] in
            let range = part * width..<min((part + 1) * width, x.columns)
            let block = Matrix(
                rows: n, columns: range.count, elements: Array(x.elements[range.lowerBound * n..<range.upperBound * n]))
            return product(block.transposed).transposed.elements
        }
        return Matrix(rows: n, columns: x.columns, elements: Array(parts.joined()))
    }

    /// One component of one node a column.
    private func product(_ x: Matrix) -> Matrix {
        let (d, width) = (dimension, x.rows)
        var y = x
        y.scale(by: unit)
        y.elements.withUnsafeMutableBufferPointer { y in
            x.elements.withUnsafeBufferPointer { x in
                blocks.withUnsafeBufferPointer { blocks in
                    graph.neighbours.withUnsafeBufferPointer { neighbours in
                        for i in 0..<graph.count {
                            for e in graph.edges(of: i) {
                                let block = blocks.baseAddress! + e * d * d
                                for b in 0..<d {
                                    let from = x.baseAddress! + (Int(neighbours[e]) * d + b) * width
                                    for a in 0..<d {
                                        let (w, out) = (block[b * d + a], y.baseAddress! + (i * d + a) * width)
                                        for c in 0..<width { out[c] -= w * from[c] }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return y
    }

    /// The lowest eigenvalues and their fields: (n·d) × count, of unit mean square over the measure.
    public func modes(
        _ count: Int, tolerance: Double = 1e-7, shouldStop: () -> Bool = { false }
    ) throws -> (values: [Double], fields: Matrix) {
        let pairs = try LowestEigenpairs(
            self, count: count, upperBound: largestEigenvalue, tolerance: tolerance, shouldStop: shouldStop)
        var fields = pairs.vectors
        let root = Double(graph.count).squareRoot(), d = dimension
        fields.scaleRows(by: (0..<rows).map { root / measure[$0 / d].squareRoot() })
        return (pairs.values, fields)
    }
}
