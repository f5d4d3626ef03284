#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Points of few dimensions whose distances are like given ones.
public struct MultidimensionalScaling: Sendable {
    /// Eigenvectors alone, or also least squares of distances by majorisation (SMACOF).
    public enum Method: String, Sendable, CaseIterable { case classical, smacof }

    /// n × dimensions, with mean zero.
    public let points: Matrix
    /// √(Σ(δ − d)²/Σδ²) over pairs: 0 for distances of points of so many dimensions.
    public let stress: Double
    /// Of classical scaling: the share of Σ|λ| that the coordinates shown have, and the share of negative eigenvalues, 0 for Euclidean distances.
    public let share, negativeShare: Double
    /// Of SMACOF.
    public let iterations: Int

    /// - Parameters:
    ///   - distances: n × n, symmetric, zero on the diagonal, none negative.
    ///   - method: classical (Torgerson): the leading eigenvectors of −½JδδJ, times the roots of their eigenvalues; or SMACOF, which starts there
    ///     and makes Σ(δ − d)² smaller with every step. Source: Borg and Groenen, "Modern multidimensional scaling", chapters 8 and 12.
    /// - Complexity: O(n³), and O(n²) a step of SMACOF.
    public init(
        _ distances: Matrix, dimensions: Int = 2, method: Method = .smacof, maximalIterations: Int = 300,
        tolerance: Double = 1e-6,
        shouldStop: () -> Bool = { false }
    ) throws {
        let n = distances.rows
        precondition(distances.columns == n && dimensions >= 1, "distances \(n)×\(distances.columns)")
        let (values, vectors) = try Self.centredProducts(distances).symmetricEigen()
        let total = values.reduce(0) { $0 + abs($1) }, negative = values.reduce(0) { $0 + max(-$1, 0) }
        var points = Matrix(rows: n, columns: dimensions)
        var shown = 0.0
        for c in 0..<min(dimensions, n) where values[n - 1 - c] > 0 {
            shown += values[n - 1 - c]
            let root = values[n - 1 - c].squareRoot()
            // The sign of an eigenvector means nothing; this one makes pictures reproducible.
            let column = vectors.elements[(n - 1 - c) * n..<(n - c) * n]
            let sign = (column.max { abs($0) < abs($1) } ?? 1) < 0 ? -root : root
            for i in 0..<n { points[i, c] = sign * vectors[i, n - 1 - c] }
        }
        (share, negativeShare) = total > 0 ? (shown / total, negative / total) : (1, 0)
        let square = distances.elements.reduce(0) { $0 + $1 * $1 }
        var (steps, stress) = (0, Self.guttman(distances, points).stress)
        if method == .smacof && square > 0 {
            while steps < maximalIterations {
                if shouldStop() { throw CancellationError() }
                let next = Self.guttman(distances, points).points
                let after = Self.guttman(distances, next).stress
                points = next
                steps += 1
                let fall = stress - after
                stress = after
                if fall <= tolerance * after { break }
            }
        }
        (self.points, iterations) = (points, steps)
        self.stress = square > 0 ? (stress / square).squareRoot() : 0
    }

    /// −½ J δ² J
    private static func centredProducts(_ distances: Matrix) -> Matrix {
        let n = distances.rows
        var b = distances
        b.elements.withUnsafeMutableBufferPointer { b in for i in b.indices { b[i] *= -0.5 * b[i] } }
        let means = (0..<n).map { j in b.elements[j * n..<(j + 1) * n].reduce(0, +) / Double(n) }
        let mean = means.reduce(0, +) / Double(n)
        b.elements.withUnsafeMutableBufferPointer { b in
            for j in 0..<n { for i in 0..<n { b[j * n + i] += mean - means[i] - means[j] } }
        }
        return b
    }

    /// Σᵢⱼ(δ − d)² over ordered pairs, and the Guttman transform n⁻¹B(X)X, Bᵢⱼ = −δᵢⱼ/dᵢⱼ (0 where d = 0), which does not raise it.
    private static func guttman(_ distances: Matrix, _ x: Matrix) -> (stress: Double, points: Matrix) {
        let (n, dimensions) = (x.rows, x.columns)
        let rows = x.transposed.elements
        var next = Matrix(rows: dimensions, columns: n)
        var stress = 0.0
        distances.elements.withUnsafeBufferPointer { delta in
            rows.withUnsafeBufferPointer { x in
                next.elements.withUnsafeMutableBufferPointer { out in
                    for i in 0..<n {
                        for j in 0..<n where j != i {
                            var square = 0.0
                            for c in 0..<dimensions {
                                let difference = x[i * dimensions + c] - x[j * dimensions + c]
                                square += difference * difference
                            }
                            let (d, wanted) = (square.squareRoot(), delta[i * n + j])
                            stress += (wanted - d) * (wanted - d)
                            if d == 0 { continue }
                            let ratio = wanted / d / Double(n)
                            for c in 0..<dimensions {
                                out[i * dimensions + c] += ratio * (x[i * dimensions + c] - x[j * dimensions + c])
                            }
                        }
                    }
                }
            }
        }
        return (stress, next.transposed)
    }
}
