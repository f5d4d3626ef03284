import SaddleNumerics

extension Matrix {
    /// Orthonormal columns that span these, for ⟨·,·⟩, where these are orthogonal to a basis.
    ///
    /// Cholesky-QR twice where that is possible. Where some columns are almost combinations of others, in groups: those that are
    /// clearly independent first, then the rest without them. What is left of a column then is short, and with it what of the basis
    /// was rounding: that is taken out again.
    ///
    /// - Parameters:
    ///   - basis: orthonormal directions that the result must be orthogonal to, as far as these columns are.
    ///   - rounding: mean square below which what is left of a column is none.
    /// - Returns: The directions, the columns they were made of, one by one, and C with directions · C = those columns.
    func orthonormalized(_ weights: SiteWeights, beyond basis: Matrix, rounding: Double = 0) -> (
        directions: Matrix, order: [Int], factor: Matrix
    ) {
        let (directions, order, factor) = orthonormalized(weights, rounding: rounding)
        let lengths = order.indices.map { abs(factor[$0, $0]) }
        guard basis.columns > 0, let shortest = lengths.min(), shortest < Self.short * lengths.max()! else {
            return (directions, order, factor)
        }
        var clean = directions
        clean.add(.plain(basis), .plain(weights.inner(basis, directions)), scale: -1)
        let (result, again, change) = clean.orthonormalized(weights, rounding: 0)
        if again == Array(order.indices) { return (result, order, change * factor) }
        // A basis of nearly as many directions as there are sites leaves no room: what was left of some columns was rounding.
        let kept = again.map { order[$0] }
        let all = weights.inner(result, selectingColumns(kept))
        return (result, kept, Matrix(rows: kept.count, columns: kept.count) { $0 <= $1 ? all[$0, $1] : 0 })
    }

    private static let short = 1e-3

    private func orthonormalized(_ weights: SiteWeights, rounding: Double) -> (directions: Matrix, order: [Int], factor: Matrix) {
        let all = Array(0..<columns)
        if weights.squares(self).allSatisfy({ $0 > rounding }), let (directions, factor) = orthonormalizedAtOnce(weights) {
            return (directions, all, factor)
        }
        var directions = Matrix(rows: rows, columns: 0)
        var (rest, places, order) = (self, all, [Int]())
        while true {
            let squares = weights.squares(rest)
            let present = places.indices.filter { squares[$0] > rounding && squares[$0] > 0 }
            if present.isEmpty { break }
            var scaled = rest.selectingColumns(present)
            scaled.scaleColumns(by: present.map { 1 / squares[$0].squareRoot() })
            // √tolerance of a unit vector is left of the last one: enough digits for two passes.
            let group = weights.gram(scaled).choleskyPivots(tolerance: Self.clearlyIndependent).sorted()
            guard let (fresh, _) = scaled.selectingColumns(group).orthonormalizedAtOnce(weights) else {
                preconditionFailure("columns that were found independent are not")
            }
            order += group.map { places[present[$0]] }
            directions.appendColumns(of: fresh)
            let others = present.indices.filter { !group.contains($0) }.map { present[$0] }
            rest = rest.selectingColumns(others)
            places = others.map { places[$0] }
            for _ in 0..<2 { rest.add(.plain(directions), .plain(weights.inner(directions, rest)), scale: -1) }
            // What is left of a column after the others are taken out may be rounding of what it was.
            let left = weights.squares(rest)
            let kept = places.indices.filter { left[$0] > Self.resolved * squares[others[$0]] }
            rest = rest.selectingColumns(kept)
            places = kept.map { places[$0] }
        }
        let used = selectingColumns(order)
        let factor = weights.inner(directions, used)
        return (directions, order, Matrix(rows: order.count, columns: order.count) { $0 <= $1 ? factor[$0, $1] : 0 })
    }

    private static let clearlyIndependent = 1e-10
    private static let resolved = 1e-26

    /// Cholesky-QR twice; nil if the columns are too dependent for that, so that the second pass still finds much to do.
    private func orthonormalizedAtOnce(_ weights: SiteWeights) -> (directions: Matrix, factor: Matrix)? {
        var directions = self
        var factor = Matrix.identity(columns)
        for pass in 0..<2 {
            guard let part = try? weights.gram(directions).cholesky() else { return nil }
            if pass == 1, !(0..<columns).allSatisfy({ abs(part[$0, $0] - 1) < 0.1 }) { return nil }
            directions.solveRight(upper: part)
            factor = part * factor
        }
        return (directions, factor)
    }
}
