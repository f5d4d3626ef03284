/// A root of a few equations in as many unknowns, by Newton's method with differences for derivatives.
///
/// A step is halved until the next one, with the same derivatives, would be smaller: a test that does not depend on the units of the
/// equations. Source: Deuflhard, "Newton methods for nonlinear problems" (2004), section 3.3.
///
/// - Parameters:
///   - start: near enough.
///   - scales: sizes of changes of each unknown that matter; differences are 1e-4 of them, and so is what noise of the function may hide.
///   - tolerance: of the last step, in those units.
///   - function: not finite where it is not defined.
/// - Returns: nil if steps no longer shrink before that.
public func newtonRoot<E: Error>(
    from start: [Double], scales: [Double], tolerance: Double = 1e-7, iterations: Int = 40,
    _ function: ([Double]) throws(E) -> [Double]
) throws(E) -> [Double]? {
    precondition(start.count == scales.count, "\(start.count) unknowns and \(scales.count) scales")
    var point = start, values = try function(start)
    for _ in 0..<iterations {
        guard values.allSatisfy(\.isFinite) else { return nil }
        // In units of the scales.
        var columns: [[Double]] = []
        for (k, scale) in scales.enumerated() {
            var moved = point
            moved[k] += 1e-4 * scale
            columns.append(zip(try function(moved), values).map { ($0 - $1) / 1e-4 })
        }
        guard let change = solution(columns, values) else { return nil }
        let size = largest(change)
        var factor = 1.0
        while true {
            let next = point.indices.map { point[$0] - factor * scales[$0] * change[$0] }
            let residuals = try function(next)
            let following = residuals.allSatisfy(\.isFinite) ? solution(columns, residuals).map(largest) : nil
            if size <= tolerance || following.map({ $0 < (1 - factor / 4) * size }) ?? false {
                (point, values) = (next, residuals)
                break
            }
            factor /= 2
            if factor < 1e-3 { return nil }
        }
        if size <= tolerance { return values.allSatisfy(\.isFinite) ? point : nil }
    }
    return nil
}

private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

/// x with Σ_k columns[k]·x[k] = right, by elimination with pivots; nil for dependent columns.
private func solution(_ columns: [[Double]], _ right: [Double]) -> [Double]? {
    let n = right.count
    var rows = (0..<n).map { i in columns.map { $0[i] } + [right[i]] }
    for k in 0..<n {
        let pivot = (k..<n).max { abs(rows[$0][k]) < abs(rows[$1][k]) }!
        guard rows[pivot][k] != 0, rows[pivot][k].isFinite else { return nil }
        rows.swapAt(k, pivot)
        for i in k + 1..<n {
            let factor = rows[i][k] / rows[k][k]
            for j in k...n { rows[i][j] -= factor * rows[k][j] }
        }
    }
    var x = [Double](repeating: 0, count: n)
    for k in (0..<n).reversed() {
        x[k] = (rows[k][n] - (k + 1..<n).reduce(0) { $0 + rows[k][$1] * x[$1] }) / rows[k][k]
    }
    return x
}
