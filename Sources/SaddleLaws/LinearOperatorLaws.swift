import SaddleNumerics

/// What every linear operator must obey: products of the right shape, linear, the same for several vectors at once as one by one, the
/// same when repeated; where promised, symmetric and positive semidefinite.
///
/// Differences are judged against the size of the products: `tolerance` times it.
public struct LinearOperatorLaws: Sendable {
    /// Whether xᵀAy = yᵀAx.
    public var isSymmetric: Bool
    /// Whether xᵀAx ≥ 0.
    public var isSemidefinite: Bool
    /// Relative; a few units in the last place times the root of the number of columns for doubles, more for entries kept as floats.
    public var tolerance: Double

    /// By default a general operator on doubles is expected.
    public init(isSymmetric: Bool = false, isSemidefinite: Bool = false, tolerance: Double = 1e-12) {
        self.isSymmetric = isSymmetric
        self.isSemidefinite = isSemidefinite
        self.tolerance = tolerance
    }

    /// All laws that the operator violates, tried on Gaussian vectors; empty if it obeys them.
    public func violations(_ a: some LinearOperator) -> [LawViolation] {
        var findings = Findings()
        do { try check(a, &findings) } catch { findings.add("products", "\(error)") }
        return findings.violations
    }

    private func check(_ a: some LinearOperator, _ findings: inout Findings) throws {
        guard a.rows >= 0 && a.columns >= 0 else { return findings.add("shape", "\(a.rows)×\(a.columns)") }
        var stream = RandomStream(seed: 1, .test)
        let x = stream.normals(rows: a.columns, columns: 3), y = stream.normals(rows: a.columns, columns: 3)
        let (ax, ay) = (try a.apply(x), try a.apply(y))
        guard ax.rows == a.rows && ax.columns == 3 else {
            return findings.add("shape", "\(ax.rows)×\(ax.columns) for the product of \(a.rows)×\(a.columns) with \(x.rows)×3")
        }
        // Entries of x are of size one, so that this is the root of Σ A².
        let allowance = tolerance * max(size(ax), size(ay))
        let empty = try a.apply(Matrix(rows: a.columns, columns: 0))
        if empty.rows != a.rows || empty.columns != 0 { findings.add("shape", "\(empty.rows)×\(empty.columns) for no vectors") }
        findings.expectClose(
            "A0 = 0", try a.apply(Matrix(rows: a.columns, columns: 1)), Matrix(rows: a.rows, columns: 1), within: 0)
        findings.expectClose(
            "A(2x − 3y) = 2Ax − 3Ay", try a.apply(combination(2, x, -3, y)), combination(2, ax, -3, ay), within: 4 * allowance)
        for column in 0..<3 {
            findings.expectClose(
                "one vector as among several", try a.apply(x.selectingColumns([column])), ax.selectingColumns([column]),
                within: allowance)
        }
        findings.expectClose("the same product again", try a.apply(x), ax, within: 0)
        guard isSymmetric || isSemidefinite else { return }
        guard a.rows == a.columns else { return findings.add("symmetry", "\(a.rows)×\(a.columns)") }
        let scale = size(x) * size(ax) + size(y) * size(ay)
        if isSymmetric { findings.expectClose("xᵀAy = yᵀAx", inner(x, ay), inner(y, ax), within: tolerance * scale) }
        if isSemidefinite {
            for column in 0..<3 {
                let square = inner(x.selectingColumns([column]), ax.selectingColumns([column]))
                if !(square >= -tolerance * scale) { findings.add("xᵀAx ≥ 0", "\(square)") }
            }
        }
    }
}
