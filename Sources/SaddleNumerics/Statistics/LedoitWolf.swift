/// A covariance drawn towards a multiple of the identity, as far as its sampling noise asks.
///
///     Σ̂ = (1 − ρ)S + ρμ1,   μ = tr S/p,   ρ = min(b², d²)/d²,
///     d² = ‖S − μ1‖²,   b² = (1/n²) Σᵢ ‖xᵢxᵢᵀ − S‖²
///
/// with S = (1/n) Σ xᵢxᵢᵀ: the intensity that minimises E‖Σ̂ − Σ‖² for n → ∞, estimated without any choice.
/// Source: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices" (2004), lemma 3.1 and section 3.
public struct LedoitWolf: Sendable {
    /// S: what was not drawn anywhere.
    public let sample: Matrix
    /// ρ, from 0 to 1.
    public let intensity: Double
    /// μ
    public let scale: Double

    /// - Parameters:
    ///   - points: n × p, one sample a row.
    ///   - centers: whether the mean of the rows is subtracted; S keeps the divisor n.
    public init(_ points: Matrix, centers: Bool) {
        precondition(points.rows > 0 && points.columns > 0, "no samples")
        let (n, p) = (points.rows, points.columns), x = centers ? points.centredColumns : points
        let sample = x.gram(scale: 1 / Double(n)), scale = (0..<p).reduce(0) { $0 + sample[$1, $1] } / Double(p)
        let square = sample.elements.reduce(0) { $0 + $1 * $1 }, distance = square - Double(p) * scale * scale
        var norms = [Double](repeating: 0, count: n)
        for j in 0..<p { for i in 0..<n { norms[i] += x[i, j] * x[i, j] } }
        let noise = (norms.reduce(0) { $0 + $1 * $1 } / Double(n) - square) / Double(n)
        (self.sample, self.scale) = (sample, scale)
        // A multiple of the identity already is where it would be drawn to.
        intensity = distance > 1e-14 * square ? min(max(noise, 0), distance) / distance : 0
    }

    /// Σ̂, p × p.
    public var matrix: Matrix { Self.shrinking(sample, by: intensity) }

    /// (1 − ρ)S + ρ (tr S/p) 1
    public static func shrinking(_ sample: Matrix, by intensity: Double) -> Matrix {
        let p = sample.rows, scale = (0..<p).reduce(0) { $0 + sample[$1, $1] } / Double(p)
        return Matrix(rows: p, columns: p) { (1 - intensity) * sample[$0, $1] + ($0 == $1 ? intensity * scale : 0) }
    }
}

extension Matrix {
    /// Without the mean of each column.
    package var centredColumns: Matrix {
        var result = self
        let n = rows
        result.elements.withUnsafeMutableBufferPointer { x in
            for j in 0..<columns {
                let mean = (0..<n).reduce(0) { $0 + x[j * n + $1] } / Double(n)
                for i in 0..<n { x[j * n + i] -= mean }
            }
        }
        return result
    }
}
