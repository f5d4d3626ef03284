import SaddleNumerics

/// The weights ωᵢ of the sites of one layer, which sum to one, and the inner product ⟨a, b⟩ = Σᵢ ωᵢ aᵢ bᵢ they define.
struct SiteWeights: Sendable {
    let sites: Int
    /// ωᵢ; nil where all are 1/S.
    let values: [Double]?

    static func uniform(_ sites: Int) -> SiteWeights { SiteWeights(sites: sites, values: nil) }

    /// ωᵢ = (1 + shiftᵢ)/S; the shifts must have mean zero.
    static func shifted(by shifts: [Double]) -> SiteWeights {
        SiteWeights(sites: shifts.count, values: shifts.map { (1 + $0) / Double(shifts.count) })
    }

    /// Columns times the weights, up to the factor that `inner` supplies: what enters the right of an inner product.
    func weighted(_ b: Matrix) -> Matrix {
        guard let values else { return b }
        var result = b
        result.scaleRows(by: values)
        return result
    }

    /// The factor still missing after `weighted`.
    var factor: Double { values == nil ? 1 / Double(sites) : 1 }

    /// ⟨a, b⟩ for every pair of columns.
    func inner(_ a: Matrix, _ b: Matrix) -> Matrix { innerWeighted(a, weighted(b)) }

    /// ⟨a, b⟩ where `b` has been through `weighted`.
    func innerWeighted(_ a: Matrix, _ b: Matrix) -> Matrix { .product(a.ᵀ, .plain(b), scale: factor) }

    /// ⟨a, a⟩, symmetric.
    func gram(_ a: Matrix) -> Matrix { values == nil ? a.gram(scale: factor) : inner(a, a) }

    /// ⟨a, a⟩ of each column with itself.
    func squares(_ a: Matrix) -> [Double] {
        (0..<a.columns).map { j in
            let column = j * a.rows
            return (0..<a.rows).reduce(0) { $0 + (values?[$1] ?? factor) * a.elements[column + $1] * a.elements[column + $1] }
        }
    }
}
