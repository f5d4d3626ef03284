import SaddleNumerics

/// How the dual of an activation changes with variances and covariance, for matrices of pairs.
///
///     ∂F/∂k = E φ′(u)φ′(v) = Ḟ,   ∂F/∂q = ½ E φ″(u)φ(v),   ∂Ḟ/∂k = E φ″(u)φ″(v),   ∂Ḟ/∂q = ½ E φ‴(u)φ′(v)     (Price 1958)
///
/// Derivatives of averages, so δ-functions of kinked activations count: ∂Ḟ/∂k of relu is 1/(2π√(qq′ − k²)), which is +∞ for equal or
/// antipodal points, and ∂Ḟ/∂q is −∞ or +∞ there. Where a variance is zero such entries are 0: without biases that preactivation
/// stays zero. For sign ∂F/∂k is the true derivative, although its Ḟ is 0.
public struct DualDerivatives: Sendable {
    /// ∂F/∂k, ∂F/∂q and ∂F/∂q′.
    public fileprivate(set) var valueByCovariance, valueByRow, valueByColumn: Matrix
    /// ∂Ḟ/∂k, ∂Ḟ/∂q and ∂Ḟ/∂q′.
    public fileprivate(set) var slopeByCovariance, slopeByRow, slopeByColumn: Matrix
}

/// The derivatives of one pair, with respect to its covariance and to the first variance.
struct PairDerivatives: Sendable {
    static let zero = PairDerivatives(valueByCovariance: 0, valueByVariance: 0, slopeByCovariance: 0, slopeByVariance: 0)

    var valueByCovariance, valueByVariance, slopeByCovariance, slopeByVariance: Double
}

extension DualActivation {
    /// Derivatives of F and Ḟ for a matrix of covariances. Not made for speed: about a microsecond a pair, a millisecond with kinks.
    ///
    /// Accuracy: closed forms 1e-13 of √(E φ″² E φ″²) and the like; with kinks 1e-11; series 1e-9, 1e-8 where a variance is below 1e-8.
    ///
    /// - Parameters:
    ///   - covariances: k, rows × columns.
    ///   - rows: q of each row.
    ///   - columns: q′ of each column.
    /// - Throws: as ``prepare(_:)``.
    public func derivatives(covariances: Matrix, rows: [Double], columns: [Double]) throws(KernelError) -> DualDerivatives {
        precondition(
            covariances.rows == rows.count && covariances.columns == columns.count,
            "\(covariances.rows)×\(covariances.columns) covariances of \(rows.count) and \(columns.count) variances")
        let pair = try derivative(rows, columns)
        let empty = Matrix(rows: rows.count, columns: columns.count)
        var result = DualDerivatives(
            valueByCovariance: empty, valueByRow: empty, valueByColumn: empty, slopeByCovariance: empty, slopeByRow: empty,
            slopeByColumn: empty)
        let isSymmetric = rows == columns && covariances == covariances.transposed
        let found = Threads.map(columns.count) { j in
            (0..<(isSymmetric ? j + 1 : rows.count)).map { pair($0, j, covariances[$0, j]) }
        }
        for j in columns.indices {
            for i in rows.indices {
                let (byRow, byColumn) = i < found[j].count ? found[j][i] : (found[i][j].byColumn, found[i][j].byRow)
                result.valueByCovariance[i, j] = byRow.valueByCovariance
                result.slopeByCovariance[i, j] = byRow.slopeByCovariance
                result.valueByRow[i, j] = byRow.valueByVariance
                result.slopeByRow[i, j] = byRow.slopeByVariance
                result.valueByColumn[i, j] = byColumn.valueByVariance
                result.slopeByColumn[i, j] = byColumn.slopeByVariance
            }
        }
        return result
    }

    /// d E φ(u)²/dq and d E φ′(u)²/dq for each variance q: finite for kinked activations too.
    public func momentDerivatives(_ variances: [Double]) throws(KernelError) -> (value: [Double], slope: [Double]) {
        switch form {
        case .closed(.homogeneous(let odd, let even)):
            return (variances.map { _ in odd * odd + even * even }, variances.map { _ in 0 })
        case .closed(let form) where form.unscaled.form == .sign: return (variances.map { _ in 0 }, variances.map { _ in 0 })
        case .kinked:
            try requireContinuity()
            var result = (value: [Double](), slope: [Double]())
            for q in variances {
                do {
                    let averages = try ActivationAverages(of: activation, kernel: max(q, HermiteDerivatives.smallestVariance))
                    result.value.append(averages.squareDerivative)
                    result.slope.append(averages.slopeSquareDerivative)
                } catch { throw .unsupported("\(error)") }
            }
            return result
        default:
            // The total derivative along q = q′ = k.
            let pair = try derivative(variances, variances)
            let totals = variances.indices.map { pair($0, $0, variances[$0]).byRow }
            return (
                totals.map { $0.valueByCovariance + 2 * $0.valueByVariance },
                totals.map { $0.slopeByCovariance + 2 * $0.slopeByVariance }
            )
        }
    }

    /// The derivatives of pair (i, j) at a covariance, by the variance of the row and by that of the column.
    private typealias Pair =
        @Sendable (_ row: Int, _ column: Int, _ covariance: Double) -> (
            byRow: PairDerivatives, byColumn: PairDerivatives
        )

    private func derivative(_ rows: [Double], _ columns: [Double]) throws(KernelError) -> Pair {
        if case .closed(let form) = form {
            return { i, j, k in (form.derivatives(rows[i], columns[j], k), form.derivatives(columns[j], rows[i], k)) }
        }
        if case .kinked = form {
            try requireContinuity()
            let first = try prepare(rows), second = try prepare(columns)
            let rules = [first.rule, second.rule].compactMap(\.self)
            guard let rule = rules.min(by: { $0.width < $1.width }) else { return { _, _, _ in (.zero, .zero) } }
            let dual = KinkedDual(activation: activation, rule: rule)
            return { i, j, k in dual.derivatives(rows[i], columns[j], k) }
        }
        let floor = HermiteDerivatives.smallestVariance
        let first = try prepare(rows.map { max($0, floor) }), second = try prepare(columns.map { max($0, floor) })
        guard let a = HermiteDerivatives(first.matching(second)), let b = HermiteDerivatives(second.matching(first)) else {
            return { _, _, _ in (.zero, .zero) }
        }
        return { i, j, k in (a.pair(i, b, j, k), b.pair(j, a, i, k)) }
    }

    /// Derivatives of Ḟ need a φ′ that is a function.
    private func requireContinuity() throws(KernelError) {
        if activation.isContinuous { return }
        throw .unsupported(
            "'\(activation.name)' jumps, so that averages of its derivative do not exist and fluctuations of kernels are not known; "
                + "smooth the jump, as tanh with a large input_scale does")
    }
}
