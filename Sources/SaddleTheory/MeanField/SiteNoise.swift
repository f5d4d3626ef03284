import SaddleNumerics

/// The primitive noise of one layer: vectors over its sites.
///
/// Matched noise is orthogonal to all earlier vectors and to 1 and has mean square σ_w². The law of large numbers needs only fresh noise that is independent of the past. Matching its second moments exactly
/// removes most of the sampling error: a deep linear network becomes exact, nonlinear outputs gain a factor of 3–60 in
/// variance (Documentation/MeanField.md). The directions are otherwise uniform: Gaussian vectors, projected and orthonormalised.
struct SiteNoise: Sendable {
    let layer: Int
    let sites: Int
    let scale: Double
    /// False for independent normal components, as the weights of a network of finite width have them.
    let isMatched: Bool
    private var stream: RandomStream
    /// 1 and every vector drawn so far over σ_w: orthonormal for the mean over sites.
    private var drawn: Matrix

    init(layer: Int, sites: Int, scale: Double, isMatched: Bool, stream: RandomStream) {
        self.layer = layer
        self.sites = sites
        self.scale = scale
        self.isMatched = isMatched
        self.stream = stream
        drawn = Matrix(rows: sites, columns: 1, repeating: 1)
        reserve = Matrix(rows: sites, columns: 0)
    }

    /// Matched vectors made but not yet handed out: they are made in blocks, whose products are faster than those of single vectors.
    private var reserve: Matrix
    private static let block = 32

    /// Number of vectors handed out so far.
    var count: Int { drawn.columns - 1 - reserve.columns }
    /// Number of vectors that can still be handed out.
    var room: Int { sites - 1 - count }

    /// The next vectors, `sites × count`.
    mutating func draw(_ count: Int, step: Int) throws(MeanFieldError) -> Matrix {
        if !isMatched { return drawUnmatched(count) }
        if count > room { throw .tooFewSites(layer: layer, needed: self.count + count, sites: sites, step: step) }
        let missing = count - reserve.columns
        if missing > 0 {
            let block = min(max(missing, Self.block), room - reserve.columns)
            try reserve.appendColumns(of: match(stream.normals(rows: sites, columns: block), step: step))
        }
        let result = reserve.leading(rows: sites, columns: count)
        reserve = reserve.trailingColumns(reserve.columns - count)
        return result
    }

    /// Independent vectors, `sites × count`, made orthogonal to what was drawn so far and to each other.
    mutating func match(_ independent: Matrix, step: Int) throws(MeanFieldError) -> Matrix {
        if independent.columns > sites - drawn.columns {
            throw .tooFewSites(layer: layer, needed: count + independent.columns, sites: sites, step: step)
        }
        var fresh = independent
        let mean = 1 / Double(sites)
        // Fresh normals overlap little with the past, so one Gram–Schmidt pass is good to rounding (over √(1 − count/sites));
        // then Cholesky-QR twice within the block.
        let overlap = Matrix.product(drawn.ᵀ, .plain(fresh), scale: mean)
        fresh.add(.plain(drawn), .plain(overlap), scale: -1)
        for _ in 0..<2 {
            guard let factor = try? fresh.gram(scale: mean).cholesky() else {
                throw .tooFewSites(layer: layer, needed: count + fresh.columns, sites: sites, step: step)
            }
            fresh.solveRight(upper: factor)
        }
        drawn.appendColumns(of: fresh)
        fresh.scale(by: scale)
        return fresh
    }

    /// Independent vectors without matching, for points that no longer find room; they do not act back on training.
    mutating func drawUnmatched(_ count: Int) -> Matrix {
        var fresh = stream.normals(rows: sites, columns: count)
        fresh.scale(by: scale)
        return fresh
    }

    /// Forgets all but the first `count` vectors.
    mutating func forget(beyond count: Int) {
        drawn.truncateColumns(to: count + 1)
        reserve = Matrix(rows: sites, columns: 0)
    }
}
