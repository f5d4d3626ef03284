import SaddleNumerics
import TestSupport
import Testing

/// Numbers of SciPy 1.17 (`nct`, `permutation_test`), and closed forms. Would catch degrees of freedom of one group where there are two, one tail for two,
/// and permutations that are counted twice.
@Suite struct NoncentralStudentTests {
    @Test(arguments: [
        (2.0, 10.0, 1.0, 0.8076115625303752), (0.5, 1, 2, 0.06327688747994675), (-1, 3, 1.5, 0.011526032387685223),
        (3, 4, 5, 0.06783583851160775), (2.2, 60, 2, 0.5741772359933286), (12.7, 1, 1, 0.932204135997113),
        (40, 2, 3, 0.9937769843550195), (1.9, 500, 3, 0.13589086702734027),
    ])
    func probabilities(t: Double, freedom: Double, shift: Double, p: Double) {
        let law = NoncentralStudent(degreesOfFreedom: freedom, noncentrality: shift)
        expectClose(law.probability(below: t), p, within: 1e-8)
    }

    /// P(T ≤ 0) = Φ(−δ), and without a shift Student's own law.
    @Test func closedForms() {
        for freedom in [1.0, 2, 7, 300] {
            for shift in [0.0, 0.7, 2.5] {
                let law = NoncentralStudent(degreesOfFreedom: freedom, noncentrality: shift)
                expectClose(law.probability(below: 0), normalTail(twoSided: shift) / 2, within: 1e-9)
            }
            let central = NoncentralStudent(degreesOfFreedom: freedom, noncentrality: 0)
            expectClose(central.power(level: 0.05), 0.05, within: 1e-8)
            expectClose(
                central.probability(below: 1.3), 1 - studentTail(twoSided: 1.3, degreesOfFreedom: freedom) / 2, within: 1e-8)
        }
    }

    @Test(arguments: [
        (64, 0.5, false, 0.8014595579222541), (17, 1, false, 0.8070367151472198), (34, 0.5, true, 0.8077775012792737),
        (3, 3, false, 0.782554387058117), (2, 5, false, 0.7191805363914987), (5, 1.5, true, 0.7107026739256758),
    ])
    func power(n: Int, effect: Double, isPaired: Bool, power: Double) {
        let freedom = Double(isPaired ? n - 1 : 2 * n - 2), shift = effect * (Double(n) / (isPaired ? 1 : 2)).squareRoot()
        let law = NoncentralStudent(degreesOfFreedom: freedom, noncentrality: shift)
        expectClose(law.power(level: 0.05), power, within: 1e-7)
    }

    @Test(arguments: [(2, 5.65348926619757), (3, 3.0708922663635287), (5, 2.024439339384542), (10, 1.3249473925792303)])
    func detectable(n: Int, effect: Double) {
        expectClose(TestPower.effect(count: n, isPaired: false), effect, within: 1e-6)
    }

    /// The textbook's 64 of each for half a standard deviation, 17 for a whole one, and 34 pairs.
    @Test func counts() {
        #expect(TestPower.count(effect: 0.5, isPaired: false) == 64)
        #expect(TestPower.count(effect: 1, isPaired: false) == 17)
        #expect(TestPower.count(effect: 0.5, isPaired: true) == 34)
        #expect(TestPower.count(effect: 1e-9, isPaired: true) == nil)
        #expect(TestPower.count(effect: 1e6, isPaired: false) == 2)
    }

    @Test func permutations() throws {
        let a = [1.10, 1.05, 1.21, 0.98], b = [1.30, 1.22, 1.41, 1.18]
        let unpaired = try #require(ExactPermutation.unpaired(a, b))
        expectClose(unpaired.p, 0.05714285714285714, within: 1e-12)
        expectClose(unpaired.smallest, 2.0 / 70, within: 1e-12)
        let paired = try #require(ExactPermutation.paired(zip(a, b).map { $0 - $1 }))
        #expect(paired == (0.125, 0.125))
        // Groups of one and of many.
        #expect(try #require(ExactPermutation.unpaired([5], [1, 2, 3])).p == 0.25)
        #expect(ExactPermutation.unpaired(Array(repeating: 1, count: 20), Array(repeating: 2, count: 20)) == nil)
    }

    @Test func holm() {
        // Holm's own example of ordered levels: 0.01·4, 0.013·3, then never less than before.
        #expect(zip(FamilyWise.holm([0.013, 0.01, 0.2, 0.03]), [0.04, 0.04, 0.2, 0.06]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(FamilyWise.holm([0.6, 0.7]) == [1, 1])
    }
}
