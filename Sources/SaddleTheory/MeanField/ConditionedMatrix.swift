import SaddleModels
import SaddleNumerics

/// A weight between two populations, known only through the queries put to it so far (Documentation/MeanField.md).
///
/// W(0) is a Gaussian matrix that nobody has to store. Forward queries `Wφ/√N` span the basis `F`, backward queries
/// `Wᵀg/√N` the basis `Γ`, both orthonormal for ⟨·,·⟩; `X = WF/√N` and `Z = WᵀΓ/√N` are the answers. Given the past, an answer is
///
///     X_new = ξ + Γ[⟨Z, F_new⟩ − ⟨Γ, ξ⟩],      Z_new = ψ + F[⟨X, Γ_new⟩ − ⟨F, ψ⟩]
///
/// with fresh noise ξ, ψ: what was already said about W along Γ (or F) is repeated, the rest is new. Training adds the
/// finite matrix M: `W(t)/√N = a W(0)/√N + γ₀ Γ M Fᵀω`.
///
/// In a convolution W is K Gaussian matrices, one for each place of a window, that share F and Γ: images of a direction are K vectors
/// one below the other, M has K columns for each forward direction, and with d_k what place k sees of coordinates d
///
///     h = Σ_k (a X_k/√K + γ₀ Γ M_k) d_k
///
/// Between populations of r times different size, ρ = N_target/N_source, the scalar products of a direction with answers in the
/// two directions differ by √ρ, and backward answers are √ρ a Z c + γ₀ρ F Mᵀc.
struct ConditionedMatrix: Sendable {
    /// One of the two directions in which the matrix is asked.
    struct Side: Sendable {
        /// Orthonormal directions asked so far, sites × R.
        var basis: Matrix
        /// What W(0)/√N (or its transpose) makes of them, places · answering sites × R.
        var images: Matrix

        init(sites: Int, answers: Int) {
            basis = Matrix(rows: sites, columns: 0)
            images = Matrix(rows: answers, columns: 0)
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

    /// Number of the weight, and the populations, from 1, that forward queries come from and go to.
    let number, source, target: Int
    /// Nil: one matrix. The same from the target's positions to the source's.
    let window, windowBack: [PositionMap]?
    let ratio: Double
    /// Share of the sites up to which noise is matched; nil: all of it must be.
    let matchedShare: Double?
    /// F (sites of the source) and X (sites of the target).
    var forward: Side
    /// Γ (sites of the target) and Z (sites of the source).
    var backward: Side
    /// M: R_Γ × K·R_F.
    var learnt = Parameter(Matrix(rows: 0, columns: 0))

    /// - Parameter sites: of all populations.
    init(_ number: Int, in graph: NetworkGraph, sites: [Int]) {
        let weight = graph.weights[number]
        guard case .population(let from) = weight.source, let to = weight.target else {
            preconditionFailure("weight \(number) does not join two populations")
        }
        (self.number, source, target, window) = (number, from + 1, to + 1, weight.window)
        windowBack = window?.map(\.transposed)
        ratio = graph.populations[to].ratio / graph.populations[from].ratio
        matchedShare = weight.window != nil ? 0.25 : max(graph.drawing(on: from), graph.drawing(on: to)) > 4 ? 0.5 : nil
        forward = Side(sites: sites[from], answers: weight.places * sites[to])
        backward = Side(sites: sites[to], answers: weight.places * sites[from])
    }

    /// K
    var places: Int { window?.count ?? 1 }

    /// What a query needs to know of the solution around it.
    struct Context {
        /// Weights of the sites of each population.
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
        var query = try extend(direction, by: fields, scale: scale, context, &realization)
        learnt.grow(rows: backward.rank, columns: places * forward.rank)  // what is not learnt yet is zero
        query.answers = respond(direction, query.coordinates, retained: retained, richness: context.richness)
        return query
    }

    /// `a Σ_k X_k d_k/√K + γ₀ Γ Σ_k M_k d_k` forwards, `√ρ a Σ_k Z_k c_k/√K + γ₀ρ F Σ_k M_kᵀc_k` backwards.
    private func respond(_ direction: Direction, _ d: Matrix, retained a: Double, richness γ: Double) -> Matrix {
        let scale = a / Double(places).squareRoot()
        switch direction {
        case .forward:
            let seen = seen(d)
            var answers = Matrix.product(.plain(columnsByPlace(forward.images)), .plain(seen), scale: scale)
            answers.add(.plain(backward.basis), .plain(learnt.value * seen), scale: γ)
            return answers
        case .backward:
            let seen = windowBack.map(d.gathered) ?? d
            var answers = Matrix.product(
                .plain(columnsByPlace(backward.images)), .plain(seen), scale: ratio.squareRoot() * scale)
            let pulled = learnt.value.ᵀ * d
            answers.add(.plain(forward.basis), .plain(window.map(pulled.scattered) ?? pulled), scale: ratio * γ)
            return answers
        }
    }

    /// What each place of the window sees of forward coordinates.
    func seen(_ d: Matrix) -> Matrix { window.map(d.gathered) ?? d }

    /// Images, K vectors one below the other, as K columns for each direction.
    private func columnsByPlace(_ images: Matrix) -> Matrix {
        places == 1 ? images : images.reshaped(rows: images.rows / places, columns: images.columns * places)
    }

    /// What the other direction already says of new directions, ⟨Z, F_new⟩ or ⟨X, Γ_new⟩, as coordinates in the other basis of
    /// each of the K vectors of an answer: R_other × K·new.
    static func recalled(_ images: Matrix, _ fresh: Matrix, places: Int, _ here: SiteWeights) -> Matrix {
        if places == 1 { return here.inner(images, fresh) }
        let all = here.inner(images.reshaped(rows: images.rows / places, columns: images.columns * places), fresh)
        return Matrix(rows: images.columns, columns: places * fresh.columns) { all[$0 * places + $1 % places, $1 / places] }
    }

    /// Adds to the basis what `fields` hold beyond it and draws the answers to that.
    private mutating func extend(
        _ direction: Direction, by fields: Matrix, scale: Double?, _ context: Context, _ realization: inout Realization
    ) throws(MeanFieldError) -> Query {
        let isForward = direction == .forward
        let (asking, answering) = isForward ? (source, target) : (target, source)
        let (side, other) = isForward ? (forward, backward) : (backward, forward)
        let here = context.weights[asking - 1], there = context.weights[answering - 1]
        let weightedFields = here.weighted(fields)
        let known = here.innerWeighted(side.basis, weightedFields)
        let (chosen, tolerance) = realization.pivots(context.tolerance) {
            Self.pivots(fields, side.basis, known, scale: scale, tolerance: $0, here)
        }
        if chosen.isEmpty { return Query(coordinates: known) }
        let noise = try realization.answers(
            chosen.count, places: places, matching: matchedShare, layer: answering, rank: side.rank, step: context.step,
            mayBeUnmatched: context.isProbe)

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
        if let (own, known) = realization.followed(
            fresh, direction, fresh: ξ, number, places: places, ratio: ratio, from: here, to: there)
        {
            // Beyond `other` the noise is the answer; along it, where it does not show, it is what the followed noise has there.
            var difference = own
            difference.add(known, scale: -1)
            ξ = known
            ξ = Self.adding(there.inner(other.basis, columnsByPlace(difference)), other.basis, to: ξ)
        }
        var memory = Self.recalled(other.images, fresh, places: places, here)
        if ratio != 1 { memory.scale(by: isForward ? 1 / ratio.squareRoot() : ratio.squareRoot()) }
        memory.add(there.inner(other.basis, columnsByPlace(ξ)), scale: -1)
        let answers = Self.adding(memory, other.basis, to: ξ)
        realization.remember(
            .init(direction: direction, directions: fresh, noise: ξ, answers: answers), number, places: places, drawn: noise,
            kept: kept)

        if isForward { forward.append(fresh, images: answers) } else { backward.append(fresh, images: answers) }
        return Query(
            coordinates: known.appendingRows(of: here.innerWeighted(fresh, weightedFields)),
            growth: Query.Growth(pivots: pivots, factor: factor, memory: memory, noise: ξ))
    }

    /// Answers, K vectors one below the other, and basis · coordinates.
    static func adding(_ coordinates: Matrix, _ basis: Matrix, to answers: Matrix) -> Matrix {
        var result = answers.reshaped(rows: basis.rows, columns: coordinates.columns)
        result.add(.plain(basis), .plain(coordinates))
        return result.reshaped(rows: answers.rows, columns: answers.columns)
    }
}
