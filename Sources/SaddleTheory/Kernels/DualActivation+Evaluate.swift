import CSaddle
import SaddleNumerics

extension DualActivation {
    /// F and Ḟ for a matrix of covariances.
    ///
    /// - Parameters:
    ///   - covariances: k, rows × columns, each |k| ≤ √(qq′) up to rounding.
    ///   - rows: q of each row.
    ///   - columns: q′ of each column.
    /// - Throws: as ``prepare(_:)``.
    public func evaluate(
        covariances: Matrix, rows: [Double], columns: [Double]
    ) throws(KernelError) -> (value: Matrix, slope: Matrix) {
        precondition(
            covariances.rows == rows.count && covariances.columns == columns.count,
            "\(covariances.rows)×\(covariances.columns) covariances of \(rows.count) and \(columns.count) variances")
        // With kinks, a point's series costs as much as a few pairs by quadrature.
        let sparing = min(rows.count, columns.count) < 8
        let pair = DualPair(try DualPoints(self, rows, sparing: sparing), try DualPoints(self, columns, sparing: sparing))
        var value = covariances, slope = covariances
        let count = rows.count
        if value.elements.isEmpty { return (value, slope) }
        let features = pair.rows.values.map { $0.squareRoot() }, otherFeatures = pair.columns.values.map { $0.squareRoot() }
        var defects = [Double](repeating: 0, count: count)
        value.elements.withUnsafeMutableBufferPointer { value in
            slope.elements.withUnsafeMutableBufferPointer { slope in
                for j in columns.indices {
                    let value = value.baseAddress! + j * count, slope = slope.baseAddress! + j * count
                    if form.carriesDefects {
                        _ = sd_defects(count, value, pair.rows.roots, pair.columns.roots[j], 0, &defects)
                        pair.apply(start: 0, count: count, column: j, state: &defects, slope: slope)
                        sd_defect_covariances(count, defects, features, otherFeatures[j], value)
                    } else {
                        pair.apply(start: 0, count: count, column: j, state: value, slope: slope)
                    }
                }
            }
        }
        return (value, slope)
    }
}
