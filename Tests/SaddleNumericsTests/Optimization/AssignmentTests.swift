import SaddleNumerics
import Testing

/// Assignments against all permutations of a few, and against their own proof of optimality.
@Suite struct AssignmentTests {
    private static func permutations(_ n: Int) -> [[Int]] {
        n == 0 ? [[]] : permutations(n - 1).flatMap { p in (0...p.count).map { Array(p[..<$0]) + [n - 1] + Array(p[$0...]) } }
    }

    @Test(arguments: 1...6) func isTheBestOfAll(n: Int) {
        for seed in 0..<30 {
            var stream = RandomStream(seed: seed, .test, n)
            let costs = stream.normals(rows: n, columns: n), found = Assignment(costs)
            let all = Self.permutations(n).map { p in p.enumerated().reduce(0) { $0 + costs[$1.offset, $1.element] } }
            #expect(abs(found.cost - all.min()!) < 1e-12 && Set(found.columns).count == n)
            // Negative control: the cheapest column of each row, taken once or more, costs less than any assignment.
            let greedy = (0..<n).reduce(0) { sum, i in sum + (0..<n).map { costs[i, $0] }.min()! }
            #expect(greedy <= found.cost + 1e-12)
        }
    }

    /// Potentials below all costs whose sum is the cost: no assignment is cheaper. With equal costs too.
    @Test func provesItself() {
        var stream = RandomStream(seed: 7, .test)
        let costs = stream.normals(rows: 120, columns: 120)
        for c in [costs, Matrix(rows: 120, columns: 120) { (costs[$0, $1] * 2).rounded() }] {
            let found = Assignment(c)
            for i in 0..<120 {
                for j in 0..<120 { #expect(found.rowPotentials[i] + found.columnPotentials[j] <= c[i, j] + 1e-10) }
            }
            let bound = found.rowPotentials.reduce(0, +) + found.columnPotentials.reduce(0, +)
            #expect(abs(bound - found.cost) < 1e-9 && Set(found.columns).count == 120)
        }
    }
}
