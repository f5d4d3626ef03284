/// The Laplacian of a graph, symmetric and positive semidefinite:
///
///     combinatorial  L = c(D − W),                     measure mᵢ = 1
///     symmetric      L = c(1 − D^{-1/2} W D^{-1/2}),   measure mᵢ ∝ Dᵢ
///
/// The symmetric one is similar to c(1 − D⁻¹W), the generator of a random walk; functions on the nodes are f = m^{-1/2}v for its vectors v, and
/// inner products of functions are Σ mᵢ fᵢ gᵢ. Measures are scaled to the mean 1.
///
/// With a dimension d the factor c is chosen so that, with rates rᵢⱼ = −√(mⱼ/mᵢ) Lᵢⱼ of the walk from i to j,
///
///     Σᵢⱼ mᵢ rᵢⱼ |xᵢ − xⱼ|² = 2d Σᵢ mᵢ,
///
/// as Brownian motion with the generator Δ has it: L then stands for −Δ on the manifold of the points, its times t are squared lengths,
/// and the coordinates of a round sphere with uniform points have eigenvalue d exactly. Without, c = 1.
public struct GraphLaplacian: LinearOperator {
    /// Which of the two matrices; both are symmetric.
    public enum Normalization: String, Sendable, CaseIterable { case combinatorial, symmetric }

    /// Which of the two matrices this is.
    public let normalization: Normalization
    /// mᵢ, of mean 1.
    public let measure: [Double]
    /// c.
    public let unit: Double
    /// No eigenvalue is larger.
    public let largestEigenvalue: Double
    private let starts: [Int]
    private let neighbours: [Int32]
    /// Off the diagonal −Lᵢⱼ ≥ 0, and Lᵢᵢ.
    private let rates, diagonal: [Double]
    /// Largest Lᵢᵢ, the rate of the series.
    let rate: Double

    public var rows: Int { starts.count - 1 }
    public var columns: Int { rows }

    /// - Throws: ``GeometryError/disconnected(components:largest:of:)`` where a node has no edges.
    public init(
        _ graph: NeighbourGraph, normalization: Normalization = .symmetric, dimension: Double? = nil
    ) throws(GeometryError) {
        let degrees = graph.degrees, n = graph.count
        if n == 0 || degrees.contains(0) {
            let components = graph.components
            throw .disconnected(components: components.count, largest: components.first?.count ?? 0, of: n)
        }
        self.normalization = normalization
        let masses = normalization == .symmetric ? degrees : [Double](repeating: 1, count: n)
        let total = masses.reduce(0, +)
        measure = masses.map { $0 / total * Double(n) }
        var spread = 0.0
        for place in graph.weights.indices { spread += graph.weights[place] * graph.squaredDistances[place] }
        if dimension != nil && spread == 0 { throw .coincidentPoints(point: 0, copies: n - 1) }
        let unit = dimension.map { 2 * $0 * total / spread } ?? 1
        (self.unit, starts, neighbours) = (unit, graph.starts, graph.neighbours)
        var rates = graph.weights
        if normalization == .symmetric {
            let factors = degrees.map { 1 / $0.squareRoot() }
            for i in 0..<n { for e in graph.edges(of: i) { rates[e] *= unit * (factors[i] * factors[Int(graph.neighbours[e])]) } }
            diagonal = [Double](repeating: unit, count: n)
        } else {
            for e in rates.indices { rates[e] *= unit }
            diagonal = degrees.map { unit * $0 }
        }
        self.rates = rates
        rate = diagonal.reduce(0, max)
        // Gershgorin, and for the symmetric one that of the similar random walk.
        largestEigenvalue = 2 * rate
    }

    public func apply(_ x: Matrix) -> Matrix { combination(x, diagonal.map { -$0 }, sign: -1) }

    /// (rate·1 − L)x / rate, whose matrix has no negative entry: nothing cancels where x has none.
    func walk(_ x: Matrix) -> Matrix { combination(x, diagonal.map { (rate - $0) / rate }, sign: 1 / rate) }

    /// sign · (rates·x + shift ⊙ x), with the shift already divided by the sign.
    private func combination(_ x: Matrix, _ shift: [Double], sign: Double) -> Matrix {
        precondition(x.rows == rows, "\(x.rows) rows for \(rows) nodes")
        let n = rows
        let own = sign == -1 ? shift : shift.map { $0 / sign }
        // Few columns at a time, one node's numbers side by side: a gathered line of the cache is used whole.
        let width = max(1, min(8, (x.columns + Threads.count - 1) / Threads.count))
        let parts = Threads.compute((x.columns + width - 1) / width) { part -> [Double] in
            let range = part * width..<min((part + 1) * width, x.columns)
            let block = Matrix(
                rows: n, columns: range.count, elements: Array(x.elements[range.lowerBound * n..<range.upperBound * n]))
            return product(block.transposed, own, sign).transposed.elements
        }
        return Matrix(rows: n, columns: x.columns, elements: Array(parts.joined()))
    }

    /// One node a column.
    private func product(_ x: Matrix, _ own: [Double], _ sign: Double) -> Matrix {
        let width = x.rows
        var y = x
        y.elements.withUnsafeMutableBufferPointer { y in
            x.elements.withUnsafeBufferPointer { x in
                rates.withUnsafeBufferPointer { rates in
                    neighbours.withUnsafeBufferPointer { neighbours in
                        for i in 0..<rows {
                            let out = y.baseAddress! + i * width
                            for c in 0..<width { out[c] *= own[i] }
                            for e in starts[i]..<starts[i + 1] {
                                let (w, from) = (rates[e], x.baseAddress! + Int(neighbours[e]) * width)
                                for c in 0..<width { out[c] += w * from[c] }
                            }
                            for c in 0..<width { out[c] *= sign }
                        }
                    }
                }
            }
        }
        return y
    }

    /// L as a dense matrix.
    public var dense: Matrix {
        var matrix = Matrix(rows: rows, columns: rows)
        for i in 0..<rows {
            matrix[i, i] = diagonal[i]
            for e in starts[i]..<starts[i + 1] { matrix[i, Int(neighbours[e])] = -rates[e] }
        }
        return matrix
    }
}
