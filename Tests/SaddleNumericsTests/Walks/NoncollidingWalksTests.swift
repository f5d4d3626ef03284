import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Doob's step against enumeration and whole numbers; sampled walks against exact means and the limit shape.
@Suite struct NoncollidingWalksTests {
    /// At q = ½ in whole numbers: Σ_y ∏ p(xᵢ → yᵢ) h(y) = q^{m(m−1)/2} h(x), times 2^{Σx + m(m−1)/2}.
    @Test(arguments: [[4, 1], [5, 4], [6, 3, 2], [3, 1, 0], [7, 5, 4, 1], [4, 3, 2, 1]])
    func stepsSumToOne(x: [Int]) {
        func h(_ y: [Int], _ sign: Int) -> Int {
            var product = 1
            for i in y.indices { for j in y.indices where i < j { product *= sign * ((1 << y[i]) - (1 << y[j])) } }
            return product
        }
        let m = x.count, half = m * (m - 1) / 2
        var sum = 0
        for code in 0..<1 << m {
            let down = (0..<m).map { code >> $0 & 1 }
            // p = 2^{−x} or (2^x − 1) 2^{−x}
            let weight = (0..<m).reduce(1) { $0 * (down[$1] == 1 ? (1 << x[$1]) - 1 : 1) }
            sum += weight * h(zip(x, down).map { $0 - $1 }, 1)
        }
        #expect(sum << half == h(x, 1) << x.reduce(0, +))
        // The other sign of the exponents, h = ∏(q^{xᵢ} − q^{xⱼ}), is not an eigenfunction.
        let other = (0..<1 << m).reduce(0.0) { total, code in
            let y = (0..<m).map { x[$0] - (code >> $0 & 1) }
            let p = (0..<m).reduce(1.0) { $0 * (y[$1] == x[$1] ? pow(0.5, Double(x[$1])) : 1 - pow(0.5, Double(x[$1]))) }
            return total + p * inverse(y)
        }
        #expect(abs(other / inverse(x) / pow(0.5, Double(half)) - 1) > 0.05)
    }

    private func inverse(_ y: [Int]) -> Double {
        var product = 1.0
        for i in y.indices { for j in y.indices where i < j { product *= pow(0.5, Double(y[i])) - pow(0.5, Double(y[j])) } }
        return product
    }

    private func successors(_ x: [Int]) -> [(down: [Int], y: [Int])] {
        (0..<1 << x.count).map { code in
            let down = x.indices.filter { code >> $0 & 1 == 1 }
            return (down, x.indices.map { x[$0] - (down.contains($0) ? 1 : 0) })
        }
    }

    /// The determinantal form of a step gives every of 2^m probabilities, also where walks touch and at the wall.
    @Test(arguments: [[7, 6, 3, 1, 0], [9, 6, 5, 4, 2], [4, 3, 2, 1, 0], [12, 8, 7, 3, 1]])
    func stepIsDeterminantal(x: [Int]) throws {
        let walks = try NoncollidingWalks(q: 0.6, start: x), process = try walks.moves(from: x)
        var sum = 0.0
        for (down, y) in successors(x) {
            let exact = walks.probability(from: x, to: y)
            let found = process.probability(taken: down, empty: x.indices.filter { !down.contains($0) })
            #expect(abs(found - exact) < 1e-13, "\(x) → \(y)")
            sum += exact
        }
        #expect(abs(sum - 1) < 1e-13)
    }

    /// Straight then down over down then straight is q, whatever the others do.
    @Test func exchange() throws {
        let x = [9, 5, 2], q = 0.7, walks = try NoncollidingWalks(q: q, start: x)
        for walk in 0..<3 {
            for others in 0..<4 {
                var (middle, end) = (x, x)
                for (k, other) in (0..<3).filter({ $0 != walk }).enumerated() where others >> k & 1 == 1 {
                    middle[other] -= 1
                    end[other] -= 1
                }
                end[walk] -= 1
                var early = middle
                early[walk] -= 1
                let late = walks.probability(from: x, to: middle) * walks.probability(from: middle, to: end)
                let soon = walks.probability(from: x, to: early) * walks.probability(from: early, to: end)
                #expect(abs(late / soon / q - 1) < 1e-12)
            }
        }
    }

    /// The exact mean of Σ q^{−x}, by the whole law of three walks over four steps.
    @Test func meanPotential() throws {
        let walks = try NoncollidingWalks(q: 0.8, start: [8, 4, 3])
        var law = [walks.start: 1.0], means: [Double] = []
        for _ in 0...4 {
            means.append(law.reduce(0) { $0 + $1.value * $1.key.reduce(0) { $0 + pow(0.8, -Double($1)) } })
            var next: [[Int]: Double] = [:]
            for (x, p) in law { for (_, y) in successors(x) { next[y, default: 0] += p * walks.probability(from: x, to: y) } }
            law = next.filter { $0.value > 0 }
        }
        for (a, b) in zip(walks.meanPotential(steps: 4), means) { #expect(abs(a / b - 1) < 1e-12) }
    }

    @Test func walksEndPacked() throws {
        let walks = try NoncollidingWalks(q: 0.5, start: [9, 7, 2])
        var stream = RandomStream(seed: 1, .test)
        let path = try walks.path(steps: 60, &stream)
        #expect(path.last == [2, 1, 0])
        #expect(zip(path, path.dropFirst()).allSatisfy { zip($0, $1).allSatisfy { $0 == $1 || $0 == $1 + 1 } })
    }

    /// Places hold all walks: ∫ρ = 1, for starts that are packed, in blocks, and spaced.
    @Test(arguments: [(1, 1, 40), (2, 1, 30), (3, 1, 10), (1, 2, 30), (2, 2, 20), (1, 3, 10)])
    func limitShapeHoldsAllWalks(blocks: Int, spacing: Int, gap: Int) throws {
        let start = WalkStart(walkers: 60, blocks: blocks, spacing: spacing, gap: gap)
        let shape = WalkLimitShape(q: exp(-1.5 / 60), start: start), top = start.positions[0] + spacing
        for time in [4.0, 30, 90] {
            let points = 8 * top
            let mass = try (0..<points).reduce(0.0) {
                try $0 + shape.phase(time: time, place: (Double($1) + 0.5) / 8).density / 8
            }
            #expect(abs(mass / 60 - 1) < 2e-3, "\(mass) at \(time)")
        }
    }

    /// Walks below a place: with 100 walks within 3 of 100 of the limit at every place (they fluctuate by less than one, and the limit is 1/m off). A limit for another q is
    /// not, nor is one for another time.
    @Test(arguments: [(2, 1), (1, 2)]) func walksFollowTheLimitShape(blocks: Int, spacing: Int) throws {
        let start = WalkStart(walkers: 100, blocks: blocks, spacing: spacing, gap: 30), q = exp(-0.01)
        let walks = try NoncollidingWalks(q: q, start: start.positions), time = 60, places = walks.start[0] + 1
        let paths = try Threads.map(3) { index throws in
            var stream = RandomStream(seed: 3, .test, index)
            return try walks.path(steps: time, &stream)[time]
        }
        func largest(_ shape: WalkLimitShape, _ time: Int) throws -> Double {
            var (height, largest) = (0.0, 0.0)
            for place in 0..<places {
                height += try shape.phase(time: Double(time), place: Double(place) + 0.5).density
                for x in paths { largest = max(largest, abs(Double(x.count { $0 <= place }) - height)) }
            }
            return largest
        }
        let right = try largest(WalkLimitShape(q: q, start: start), time)
        #expect(right < 3, "\(right)")
        #expect(try largest(WalkLimitShape(q: exp(-0.015), start: start), time) > 4)
        #expect(try largest(WalkLimitShape(q: q, start: start), time + 30) > 4)
    }

    /// Local patterns within four standard errors and 2/m of their probabilities, at 80 walks.
    @Test func localStatistics() throws {
        let found = try WalkComparison(
            WalkStart(walkers: 80, blocks: 2, spacing: 1, gap: 30), q: exp(-1.0 / 80), steps: 80, samples: 12, seed: 4)
        #expect(found.check.verdict != .disagrees && found.local.count > 12)
        for pattern in found.local {
            let difference = abs(pattern.measured.mean - pattern.limit)
            #expect(difference < 4 * pattern.measured.standardError + 0.025, "\(pattern)")
        }
    }

    @Test func whatIsNotServedIsNamed() {
        #expect(throws: RandomMatrixError.self) { try NoncollidingWalks(q: 1, start: [1, 0]) }
        #expect(throws: RandomMatrixError.self) { try NoncollidingWalks(q: 0.5, start: [1, 1]) }
        #expect(throws: RandomMatrixError.self) { try NoncollidingWalks(q: 0.01, start: [900, 0]) }
    }
}
