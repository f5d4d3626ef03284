/// The assignment of n rows to n columns with the lowest total cost, each column taken once.
///
/// By shortest augmenting paths with potentials u_i + v_j ≤ c_ij, equal where assigned: O(n³). Sources: Kuhn, Naval Res. Logist. Q. 2 (1955); Jonker and Volgenant,
/// Computing 38 (1987).
public struct Assignment: Sendable {
    /// The column of each row.
    public let columns: [Int]
    /// The lowest total.
    public let cost: Double
    /// u and v: their sum is the cost, which proves that none is lower.
    public let rowPotentials: [Double], columnPotentials: [Double]

    /// - Parameter costs: square, finite.
    public init(_ costs: Matrix) {
        let n = costs.rows
        precondition(costs.columns == n && costs.isFinite, "costs \(costs.rows)×\(costs.columns)")
        // Rows 1 … n; column 0 holds the row that is being assigned.
        var u = [Double](repeating: 0, count: n + 1), v = u
        var row = [Int](repeating: 0, count: n + 1), previous = row
        for i in stride(from: 1, through: n, by: 1) {
            row[0] = i
            var column = 0
            var shortest = [Double](repeating: .infinity, count: n + 1), isDone = [Bool](repeating: false, count: n + 1)
            repeat {
                isDone[column] = true
                let from = row[column]
                var (step, next) = (Double.infinity, 0)
                for j in 1...n where !isDone[j] {
                    let reduced = costs[from - 1, j - 1] - u[from] - v[j]
                    if reduced < shortest[j] { (shortest[j], previous[j]) = (reduced, column) }
                    if shortest[j] < step { (step, next) = (shortest[j], j) }
                }
                for j in 0...n {
                    if isDone[j] {
                        u[row[j]] += step
                        v[j] -= step
                    } else {
                        shortest[j] -= step
                    }
                }
                column = next
            } while row[column] != 0
            while column != 0 {
                row[column] = row[previous[column]]
                column = previous[column]
            }
        }
        var columns = [Int](repeating: 0, count: n)
        for j in stride(from: 1, through: n, by: 1) { columns[row[j] - 1] = j - 1 }
        self.columns = columns
        cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset, $1.element] }
        (rowPotentials, columnPotentials) = (Array(u.dropFirst()), Array(v.dropFirst()))
    }
}
