import SaddleNumerics

/// Derivatives of a scalar with respect to all that a ``ConditionedMatrix`` holds, and the way back through its queries.
struct ConditionedMatrixAdjoint: Sendable {
    /// With respect to the basis and the images of each direction.
    var forward: ConditionedMatrix.Side
    var backward: ConditionedMatrix.Side
    /// With respect to M.
    var learnt: ParameterAdjoint

    init(_ matrix: ConditionedMatrix, sites: Int) {
        forward = ConditionedMatrix.Side(zeros: sites, rank: matrix.forward.rank)
        backward = ConditionedMatrix.Side(zeros: sites, rank: matrix.backward.rank)
        learnt = ParameterAdjoint(rows: matrix.backward.rank, columns: matrix.forward.rank)
    }
}

extension ConditionedMatrix.Side {
    init(zeros sites: Int, rank: Int) {
        self.init(sites: sites, answers: sites)
        append(Matrix(rows: sites, columns: rank), images: Matrix(rows: sites, columns: rank))
    }
}

extension ConditionedMatrix {
    /// Goes back through one query, the last one put to this matrix so far, and removes what it added.
    ///
    /// - Parameters:
    ///   - answers: derivative with respect to the answers, sites × n.
    ///   - coordinates: derivative with respect to the coordinates through anything but the answers, R × n.
    ///   - learnt: M at the time of the query.
    ///   - adjoint: derivatives with respect to this matrix; on exit those before the query.
    ///   - siteWeights: derivatives with respect to ω of each layer, added to.
    /// - Returns: the derivative with respect to the fields.
    mutating func reverse(
        _ query: Query, _ direction: Direction, fields: Matrix, answers: Matrix, coordinates: Matrix?, learnt m: Matrix,
        retained a: Double, in context: Context, _ adjoint: inout ConditionedMatrixAdjoint, _ siteWeights: inout [[Double]]
    ) -> Matrix {
        precondition(window == nil && ratio == 1, "the adjoint serves fully connected layers of equal width")
        let (asking, answering) = direction == .forward ? (source, target) : (target, source)
        let here = context.weights[asking - 1], there = context.weights[answering - 1]
        var side = direction == .forward ? forward : backward
        let other = direction == .forward ? backward : forward
        var sideBar = direction == .forward ? adjoint.forward : adjoint.backward
        var otherBar = direction == .forward ? adjoint.backward : adjoint.forward
        let d = query.coordinates
        let padded = m.padded(rows: backward.rank, columns: forward.rank)
        let learnt: Factor = direction == .forward ? .plain(padded) : padded.ᵀ
        let learntTransposed: Factor = direction == .forward ? padded.ᵀ : .plain(padded)

        // y = a X d + γ₀ Γ (M d)
        var dBar = coordinates ?? Matrix(rows: d.rows, columns: d.columns)
        dBar.add(side.images.ᵀ, .plain(answers), scale: a)
        let pulled = other.basis.ᵀ * answers  // Γᵀȳ
        dBar.add(learntTransposed, .plain(pulled), scale: context.richness)
        sideBar.images.add(.plain(answers), d.ᵀ, scale: a)
        otherBar.basis.add(.plain(answers), (learnt * d).ᵀ, scale: context.richness)
        if direction == .forward {
            adjoint.learnt.value.add(.plain(pulled), d.ᵀ, scale: context.richness)
        } else {
            adjoint.learnt.value.add(.plain(d), pulled.ᵀ, scale: context.richness)
        }

        // d = ⟨F, v⟩ for old and new directions alike
        let weightedFields = here.applied(fields)
        sideBar.basis.add(.plain(weightedFields), dBar.ᵀ)
        let shadow = side.basis * dBar  // F d̄
        var fieldsBar = here.applied(shadow)
        siteWeights[asking - 1].addRowProducts(fields, shadow)

        if let growth = query.growth {
            let old = side.rank - growth.pivots.count
            let fresh = side.basis.trailingColumns(growth.pivots.count)
            // X_new = ξ + Γ m with m = ⟨Z, F_new⟩ − ⟨Γ, ξ⟩
            let imagesBar = sideBar.images.trailingColumns(growth.pivots.count)
            let memoryBar = other.basis.ᵀ * imagesBar
            var freshBar = sideBar.basis.trailingColumns(growth.pivots.count)
            otherBar.basis.add(.plain(imagesBar), growth.memory.ᵀ)
            otherBar.images.add(.plain(here.applied(fresh)), memoryBar.ᵀ)
            let recalled = other.images * memoryBar
            freshBar.add(here.applied(recalled))
            siteWeights[asking - 1].addRowProducts(recalled, fresh)
            otherBar.basis.add(.plain(there.applied(growth.noise)), memoryBar.ᵀ, scale: -1)
            siteWeights[answering - 1].addRowProducts(other.basis * memoryBar, growth.noise, scale: -1)

            // F_new = r C⁻¹ with CᵀC = ⟨r, r⟩: r̄ = (F̄_new + ωF_new Π) C⁻ᵀ, Π the symmetrised lower triangle of −F̄ᵀF
            let overlap = freshBar.ᵀ * fresh
            let Π = Matrix(rows: overlap.rows, columns: overlap.columns) { i, j in -overlap[max(i, j), min(i, j)] }
            let turned = fresh * Π
            siteWeights[asking - 1].addRowProducts(turned, fresh, scale: 0.5)
            var residualBar = freshBar
            residualBar.add(here.applied(turned))
            residualBar.solveRight(upperTransposed: growth.factor)

            // r = v_p − F ⟨F, v_p⟩
            side.truncate(to: old)
            sideBar.truncate(to: old)
            var knownBar = side.basis.ᵀ * residualBar
            knownBar.scale(by: -1)
            let known = d.leading(rows: old, columns: d.columns).selectingColumns(growth.pivots)
            sideBar.basis.add(.plain(residualBar), known.ᵀ, scale: -1)
            sideBar.basis.add(.plain(weightedFields.selectingColumns(growth.pivots)), knownBar.ᵀ)
            let fieldShadow = side.basis * knownBar
            siteWeights[asking - 1].addRowProducts(fields.selectingColumns(growth.pivots), fieldShadow)
            residualBar.add(here.applied(fieldShadow))
            fieldsBar.addColumns(residualBar, at: growth.pivots)
        }

        if direction == .forward {
            (forward, adjoint.forward, adjoint.backward) = (side, sideBar, otherBar)
        } else {
            (backward, adjoint.backward, adjoint.forward) = (side, sideBar, otherBar)
        }
        adjoint.learnt.shrink(rows: backward.rank, columns: forward.rank)
        return fieldsBar
    }
}

extension SiteWeights {
    /// ω ⊙ columns, all factors included.
    func applied(_ b: Matrix) -> Matrix {
        var result = weighted(b)
        result.scale(by: factor)
        return result
    }
}

extension [Double] {
    /// Adds scale · Σⱼ aᵢⱼ bᵢⱼ to element i.
    mutating func addRowProducts(_ a: Matrix, _ b: Matrix, scale: Double = 1) {
        precondition(a.rows == count && b.rows == count && a.columns == b.columns, "row products of different shapes")
        for j in 0..<a.columns {
            for i in 0..<count { self[i] += scale * a.elements[j * count + i] * b.elements[j * count + i] }
        }
    }
}
