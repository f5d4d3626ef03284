#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A linear system solved, or not quite, by iteration.
public struct IterativeSolution: Sendable {
    /// x, one right-hand side a column.
    public var solution: Matrix
    /// ‖b − Ax‖/‖b‖ of each right-hand side, computed afresh from the solution.
    public var relativeResiduals: [Double]
    /// The largest relative residual over the right-hand sides after each iteration, the start included.
    public var history: [Double]
    /// Products with A, the one of the last check aside.
    public var iterations: Int { history.count - 1 }
}

/// An iteration that ended early, with the best it found.
public enum IterationError: Error, CustomStringConvertible {
    /// A residual stayed above the tolerance; what may help, in words.
    case notConverged(IterativeSolution, tolerance: Double, advice: String)
    /// It was asked to stop.
    case stopped(IterativeSolution)

    public var description: String {
        switch self {
        case .notConverged(let best, let tolerance, let advice):
            """
            conjugate gradients reached a relative residual of \(best.relativeResiduals.max() ?? 0) after \(best.iterations) \
            iterations, not \(tolerance): \(advice)
            """
        case .stopped(let best): "stopped after \(best.iterations) iterations of conjugate gradients"
        }
    }
}

/// Preconditioned conjugate gradients for (A + ridge) x = b with A symmetric positive semidefinite.
///
/// Several right-hand sides share the products with A; each has coefficients of its own. Source: Hestenes and Stiefel 1952.
public struct ConjugateGradients: Sendable {
    /// Added to the diagonal of A; 0 or more.
    public var ridge: Double
    /// Stops when ‖b − (A + ridge)x‖ ≤ tolerance · ‖b‖ for every right-hand side; the residual computed afresh at the end may
    /// exceed that by a factor of two, by rounding.
    public var tolerance: Double
    /// Iterations at most, each with one product with A.
    public var maximumIterations: Int
    /// Approximate inverse of A + ridge; nil: none.
    public var preconditioner: PivotedPreconditioner?

    /// A solver with these settings.
    ///
    /// - Precondition: `ridge` ≥ 0, `tolerance` > 0, `maximumIterations` ≥ 0.
    public init(
        ridge: Double = 0, tolerance: Double = 1e-8, maximumIterations: Int = 1000, preconditioner: PivotedPreconditioner? = nil
    ) {
        precondition(ridge >= 0 && tolerance > 0 && maximumIterations >= 0, "ridge \(ridge), tolerance \(tolerance)")
        self.ridge = ridge
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
        self.preconditioner = preconditioner
    }

    /// - Parameter progress: called with the decades of residual gained and wanted.
    /// - Throws: ``IterationError``, with the best iterate; what the operator throws.
    public func solve(
        _ a: some LinearOperator, _ b: Matrix, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws -> IterativeSolution {
        precondition(
            a.rows == b.rows && a.columns == b.rows, "operator \(a.rows)×\(a.columns), right-hand side of \(b.rows) rows")
        let norms = b.columnNorms.map { $0 == 0 ? 1 : $0 }
        var state = State(b, preconditioner)
        var best = (solution: state.x, residual: Double.infinity)
        var history: [Double] = []
        var isStopped = false
        while true {
            let residual = zip(state.r.columnNorms, norms).map { $0 / $1 }.max() ?? 0
            history.append(residual)
            if residual < best.residual { best = (state.x, residual) }
            progress?(max(0, -log10(max(best.residual, tolerance))), -log10(tolerance))
            if residual <= tolerance || !residual.isFinite || state.hasBrokenDown || history.count > maximumIterations { break }
            if shouldStop() {
                isStopped = true
                break
            }
            var product = try a.apply(state.p)
            if ridge != 0 { product.add(state.p, scale: ridge) }
            state.advance(product, preconditioner, active: zip(state.r.columnNorms, norms).map { $0 > tolerance * $1 })
        }
        // The recursive residual drifts from the true one by rounding.
        var residual = try a.apply(best.solution)
        residual.add(best.solution, scale: ridge)
        residual.scale(by: -1)
        residual.add(b)
        let found = zip(residual.columnNorms, norms).map { $0 / $1 }
        let result = IterativeSolution(solution: best.solution, relativeResiduals: found, history: history)
        if isStopped { throw IterationError.stopped(result) }
        if !(best.residual <= tolerance && (found.max() ?? 0) <= 2 * tolerance) {
            throw IterationError.notConverged(result, tolerance: tolerance, advice: advice(best.residual, state.hasBrokenDown))
        }
        return result
    }

    private func advice(_ recursive: Double, _ hasBrokenDown: Bool) -> String {
        if hasBrokenDown {
            return "the matrix is singular or indefinite to its accuracy; add a ridge, or ask for a finite training time"
        }
        if recursive <= tolerance {
            return
                "products with the matrix are not accurate enough for this tolerance; raise it, or store the kernel in double precision"
        }
        return "allow more iterations, a larger ridge or a preconditioner of higher rank, or ask for a finite training time"
    }

    /// Iterate x, residual r, direction p and zᵀr of each right-hand side.
    private struct State {
        var x, r, p: Matrix
        var rz: [Double]
        var hasBrokenDown = false

        init(_ b: Matrix, _ preconditioner: PivotedPreconditioner?) {
            x = Matrix(rows: b.rows, columns: b.columns)
            r = b
            p = preconditioner?.apply(b) ?? b
            rz = r.columnProducts(p)
        }

        mutating func advance(_ product: Matrix, _ preconditioner: PivotedPreconditioner?, active: [Bool]) {
            let curvatures = p.columnProducts(product)
            var steps = [Double](repeating: 0, count: rz.count)
            for c in steps.indices where active[c] {
                if !(curvatures[c] > 0) || !(rz[c] > 0) {
                    hasBrokenDown = true
                    return
                }
                steps[c] = rz[c] / curvatures[c]
            }
            x.addColumns(p, scales: steps)
            r.addColumns(product, scales: steps.map { -$0 })
            let z = preconditioner?.apply(r) ?? r
            let next = r.columnProducts(z)
            p.scaleColumns(by: rz.indices.map { active[$0] ? next[$0] / rz[$0] : 0 })
            p.addColumns(z, scales: active.map { $0 ? 1 : 0 })
            rz = next
        }
    }
}

extension Matrix {
    var columnNorms: [Double] { (0..<columns).map(columnNorm) }

    /// aᵀb of each pair of columns.
    func columnProducts(_ other: Matrix) -> [Double] {
        let n = rows
        return elements.withUnsafeBufferPointer { a in
            other.elements.withUnsafeBufferPointer { b in
                (0..<columns).map { c in
                    var sum = 0.0
                    for i in c * n..<(c + 1) * n { sum += a[i] * b[i] }
                    return sum
                }
            }
        }
    }

    /// Adds scales[j] times column j of `other` to column j.
    mutating func addColumns(_ other: Matrix, scales: [Double]) {
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            other.elements.withUnsafeBufferPointer { b in
                for c in scales.indices { for i in c * n..<(c + 1) * n { a[i] += scales[c] * b[i] } }
            }
        }
    }
}
