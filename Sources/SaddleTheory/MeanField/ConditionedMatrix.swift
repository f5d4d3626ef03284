import SaddleNumerics

/// A hidden-to-hidden weight matrix W, known only through the queries put to it so far (Documentation/MeanField.md).
///
/// W(0) is a Gaussian matrix that nobody has to store. Forward queries `Wφ/√N` span the basis `F`, backward queries
/// `Wᵀg/√N` the basis `Γ`, both orthonormal for ⟨·,·⟩; `X = WF/√N` and `Z = WᵀΓ/√N` are the answers. Given the past, an answer is
///
///     X_new = ξ + Γ[⟨Z, F_new⟩ − ⟨Γ, ξ⟩],      Z_new = ψ + F[⟨X, Γ_new⟩ − ⟨F, ψ⟩]
///
/// with fresh noise ξ, ψ: what was already said about W along Γ (or F) is repeated, the rest is new. Training adds the
/// finite matrix M: `W(t)/√N = a W(0)/√N + γ₀ Γ M Fᵀω`.
struct ConditionedMatrix: Sendable {
    /// One of the two directions in which the matrix is asked.
    struct Side: Sendable {
        /// Orthonormal directions asked so far, sites × R.
        var basis: Matrix
        /// What W(0)/√N (or its transpose) makes of them, sites × R.
        var images: Matrix

        init(sites: Int) {
            basis = Matrix(rows: sites, columns: 0)
            images = basis
        }

        var rank: Int { basis.columns }

        mutating func append(_ directions: Matrix, images answers: Matrix) {
            basis.appendColumns(of: directions)
            images.appendColumns(of: answers)
        }

        mutating func truncate(to rank: Int) {
            basis.truncateColumns(to: rank)
            images.truncateColumns(to: rank)
        }
    }

    enum Direction: Sendable { case forward, backward }

    /// Layer of the sites that forward queries come from; their answers live on layer `lower + 1`.
    let lower: Int
    /// F (sites of layer `lower`) and X (sites of layer `lower + 1`).
    var forward: Side
    /// Γ (sites of layer `lower + 1`) and Z (sites of layer `lower`).
    var backward: Side
    /// M: R_Γ × R_F.
    var learnt = Parameter(Matrix(rows: 0, columns: 0))

    init(lower: Int, sites: Int) {
        self.lower = lower
        forward = Side(sites: sites)
        backward = Side(sites: sites)
    }

    /// What a query needs to know of the solution around it.
    struct Context {
        /// Weights of the sites of each layer, 1 … L.
        let weights: [SiteWeights]
        let tolerance: Double
        let richness: Double
        let step: Int
        /// Points that do not act back may draw unmatched noise when sites run out.
        var isProbe = false
    }

    /// A block of queries with its answers, and what it added to the basis.
    struct Query: Sendable {
        /// What the adjoint needs to know of the directions that entered: pivots p, the factor C with F_new C = residual,
        /// the bracket m = ⟨Z, F_new⟩ − ⟨Γ, ξ⟩ and the noise ξ.
        struct Growth: Sendable {
            let pivots: [Int]
            let factor: Matrix
            let memory: Matrix
            let noise: Matrix
        }

        /// Coordinates of the fields in the basis, R × n.
        var coordinates: Matrix
        var growth: Growth?
        /// W(t)v/√N (or its transpose) for every field v, sites × n.
        var answers = Matrix(rows: 0, columns: 0)
    }

    /// Answers W(t)v/√N (or W(t)ᵀv/√N) for every column v of `fields`.
    ///
    /// - Parameters:
    ///   - scale: mean square that residuals, averaged over the block, are measured against; nil for each column's own.
    ///   - retained: the factor a of W(0).
    mutating func answer(
        _ direction: Direction, _ fields: Matrix, scale: Double? = nil, retained: Double, in context: Context,
        _ realization: inout Realization
    ) throws(MeanFieldError) -> Query {
        var query: Query
        switch direction {
        case .forward:
            query = try Self.extend(
                &forward, by: fields, knowing: backward, scale: scale, from: lower, to: lower + 1, context, &realization)
        case .backward:
            query = try Self.extend(
                &backward, by: fields, knowing: forward, scale: scale, from: lower + 1, to: lower, context, &realization)
        }
        learnt.grow(rows: backward.rank, columns: forward.rank)  // what is not learnt yet is zero
        query.answers = respond(direction, query.coordinates, retained: retained, richness: context.richness)
        return query
    }

    /// `a X d + γ₀ Γ(M d)` forwards, `a Z c + γ₀ F(Mᵀc)` backwards.
    private func respond(_ direction: Direction, _ d: Matrix, retained: Double, richness: Double) -> Matrix {
        let asked = direction == .forward ? forward : backward
        let other = direction == .forward ? backward : forward
        let m: Factor = direction == .forward ? .plain(learnt.value) : learnt.value.ᵀ
        var answers = Matrix.product(.plain(asked.images), .plain(d), scale: retained)
        answers.add(.plain(other.basis), .plain(m * d), scale: richness)
        return answers
    }

    /// Adds to the basis what `fields` hold beyond it and draws the answers to that.
    private static func extend(
        _ side: inout Side, by fields: Matrix, knowing other: Side, scale: Double?, from asking: Int, to answering: Int,
        _ context: Context, _ realization: inout Realization
    ) throws(MeanFieldError) -> Query {
        let here = context.weights[asking - 1], there = context.weights[answering - 1]
        let weightedFields = here.weighted(fields)
        let known = here.innerWeighted(side.basis, weightedFields)
        let (chosen, tolerance) = realization.pivots(context.tolerance) {
            Self.pivots(fields, side.basis, known, scale: scale, tolerance: $0, here)
        }
        if chosen.isEmpty { return Query(coordinates: known) }
        let noise = try realization.noise(chosen.count, layer: answering, step: context.step, mayBeUnmatched: context.isProbe)

        // Gram–Schmidt twice against the basis, Cholesky-QR twice within the block.
        var fresh = fields.selectingColumns(chosen)
        fresh.add(.plain(side.basis), .plain(known.selectingColumns(chosen)), scale: -1)
        fresh.add(.plain(side.basis), .plain(here.inner(side.basis, fresh)), scale: -1)
        // Half the sites may already span what all of them did not: then nothing new is asked.
        var kept = Self.independent(fresh, beside: fields.selectingColumns(chosen), tolerance * 1e-6, here)
        if kept.isEmpty { return Query(coordinates: known) }
        if kept.count < chosen.count { fresh = fresh.selectingColumns(kept) }
        let (directions, order, factor) = fresh.orthonormalized(here, beyond: side.basis)
        fresh = directions
        kept = order.map { kept[$0] }
        let pivots = kept.map { chosen[$0] }

        // The answers: what is known of W along `other` is repeated, the rest is fresh noise, or known from a followed solution.
        var ξ = kept == Array(chosen.indices) ? noise : noise.selectingColumns(kept)
        let direction: Direction = asking < answering ? .forward : .backward, lower = min(asking, answering)
        if let (own, known) = realization.followed(fresh, direction, fresh: ξ, lower: lower, from: here, to: there) {
            // Beyond `other` the noise is the answer; along it, where it does not show, it is what the followed noise has there.
            var difference = own
            difference.add(known, scale: -1)
            ξ = known
            ξ.add(.plain(other.basis), .plain(there.inner(other.basis, difference)))
        }
        var memory = here.inner(other.images, fresh)
        memory.add(there.inner(other.basis, ξ), scale: -1)
        var answers = ξ
        answers.add(.plain(other.basis), .plain(memory))
        realization.remember(
            .init(direction: direction, directions: fresh, noise: ξ, answers: answers), lower: lower, drawn: noise, kept: kept)

        side.append(fresh, images: answers)
        return Query(
            coordinates: known.appendingRows(of: here.innerWeighted(fresh, weightedFields)),
            growth: Query.Growth(pivots: pivots, factor: factor, memory: memory, noise: ξ))
    }

    /// Columns whose residual must enter the basis, and the largest share that is left out, by pivoted Cholesky of the residual Gram
    /// matrix over the fields' own mean squares. The Gram matrix is a difference, ⟨v, v⟩ − dᵀd, good to rounding; tolerances near rounding need the
    /// residuals themselves.
    private static func pivots(
        _ fields: Matrix, _ basis: Matrix, _ known: Matrix, scale: Double?, tolerance: Double, _ weights: SiteWeights
    ) -> (pivots: [Int], left: Double) {
        var residual: Matrix
        let squares: [Double]
        if tolerance > differenceTolerance {
            residual = weights.gram(fields)
            squares = (0..<fields.columns).map { residual[$0, $0] }
            residual.add(known.ᵀ, .plain(known), scale: -1)
        } else {
            var rest = fields
            rest.add(.plain(basis), .plain(known), scale: -1)
            residual = weights.gram(rest)
            squares = weights.squares(fields)
        }
        normalize(&residual, by: scale.map { [Double](repeating: $0, count: fields.columns) } ?? squares)
        let (pivots, order, factor) = residual.pivotedCholesky(tolerance: tolerance)
        func explained(_ row: Int) -> Double { (row..<factor.columns).reduce(0) { $0 + factor[row, $1] * factor[row, $1] } }
        if scale == nil {
            let left = (pivots.count..<order.count).reduce(0) { largest, j in
                max(largest, (0..<factor.rows).reduce(residual[order[j], order[j]]) { $0 - factor[$1, j] * factor[$1, j] })
            }
            return (pivots, left)
        }
        // Fields that share a yardstick count together: enough directions that the mean of what is left is within tolerance.
        var left = (0..<residual.columns).reduce(0) { $0 + residual[$1, $1] }
        var count = 0
        while count < pivots.count, left > tolerance * Double(residual.columns) {
            left -= explained(count)
            count += 1
        }
        return (Array(pivots.prefix(count)), max(left, 0) / Double(residual.columns))
    }

    private static let differenceTolerance = 1e-10

    /// Columns of `residuals`, in order, that are neither negligible beside their fields nor dependent on the others.
    private static func independent(
        _ residuals: Matrix, beside fields: Matrix, _ tolerance: Double, _ weights: SiteWeights
    ) -> [Int] {
        var gram = weights.gram(residuals)
        normalize(&gram, by: weights.squares(fields))
        return gram.choleskyPivots(tolerance: tolerance).sorted()
    }

    /// Divides element (i, j) by √(squaresᵢ squaresⱼ); rows and columns without a square become zero.
    private static func normalize(_ gram: inout Matrix, by squares: [Double]) {
        let inverse = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        gram.scaleRows(by: inverse)
        gram.scaleColumns(by: inverse)
    }
}
