import Foundation
import Numerics
import SaddleNumerics
import TestSupport
import Testing

/// Determinantal processes against sums over all subsets, the gas against its radii, the incomplete beta kernel against what paths on a lattice can do.
@Suite struct DeterminantalProcessTests {
    /// P(S) = det L_S/det(1 + L), by enumeration; L is antisymmetric beside its diagonal, so that all are positive.
    private let ensemble = Matrix(rows: 4, columns: 4) { i, j in
        i == j ? [0.7, 1.5, 0.4, 2][i] : i < j ? 1.2 * sin(Double(3 * i + 5 * j)) : -1.2 * sin(Double(3 * j + 5 * i))
    }

    private func probability(_ set: [Int]) -> Double {
        var shifted = ensemble
        for i in 0..<4 { shifted[i, i] += 1 }
        let minor = Matrix(rows: set.count, columns: set.count) { ensemble[set[$0], set[$1]] }
        return minor.determinant / shifted.determinant
    }

    private func sets() -> [[Int]] { (0..<16).map { code in (0..<4).filter { code >> $0 & 1 == 1 } } }

    @Test func correlationsAreSums() throws {
        let process = try DeterminantalProcess(ensemble: ensemble), all = sets()
        #expect(all.allSatisfy { probability($0) > 0 } && abs(all.reduce(0) { $0 + probability($1) } - 1) < 1e-14)
        for set in all {
            let holding = all.filter { Set($0).isSuperset(of: set) }.reduce(0) { $0 + probability($1) }
            #expect(abs(process.correlation(set) - holding) < 1e-14)
            let avoiding = all.filter { Set($0).isDisjoint(with: set) }.reduce(0) { $0 + probability($1) }
            #expect(abs(process.gapProbability(set) - avoiding) < 1e-14)
            let rest = (0..<4).filter { !set.contains($0) }
            #expect(abs(process.probability(taken: set, empty: rest) - probability(set)) < 1e-14)
        }
    }

    /// 40 000 draws: each of 16 frequencies within five standard errors; those of the transposed complement are told apart.
    @Test func samplesHaveTheLaw() throws {
        let process = try DeterminantalProcess(ensemble: ensemble), draws = 40_000
        var stream = RandomStream(seed: 1, .test), counts = [Int](repeating: 0, count: 16)
        for _ in 0..<draws {
            let taken = try process.sample(&stream)
            counts[taken.indices.reduce(0) { $0 + (taken[$1] ? 1 << $1 : 0) }] += 1
        }
        func largestScore(_ law: (Int) -> Double) -> Double {
            (0..<16).map { code in
                let p = law(code), error = (p * (1 - p) / Double(draws)).squareRoot()
                return abs(Double(counts[code]) / Double(draws) - p) / error
            }.max()!
        }
        #expect(largestScore { self.probability(self.sets()[$0]) } < 5)
        // Negative control: independent places with the same densities.
        let densities = process.densities
        func independent(_ code: Int) -> Double {
            var product = 1.0
            for (place, density) in densities.enumerated() { product *= code >> place & 1 == 1 ? density : 1 - density }
            return product
        }
        #expect(largestScore(independent) > 8)
    }

    @Test func aKernelThatIsNoneIsRefused() throws {
        var stream = RandomStream(seed: 1, .test)
        #expect(throws: DeterminantalError.self) {
            try DeterminantalProcess(kernel: Matrix(rows: 1, columns: 1, elements: [1.2])).sample(&stream)
        }
    }

    /// The number of points of the sine process among 6 places: by determinants over all subsets.
    @Test func countsAreSumsOfTrials() throws {
        let kernel = IncompleteBetaKernel(Complex(length: 1, phase: 0.4 * .pi)), places = Array(0..<6)
        let process = kernel.process(places.map { (time: 0, height: $0) }), count = try process.count(places)
        var law = [Double](repeating: 0, count: 7)
        for code in 0..<64 {
            let taken = places.filter { code >> $0 & 1 == 1 }
            law[taken.count] += process.probability(taken: taken, empty: places.filter { !taken.contains($0) })
        }
        for (a, b) in zip(count.distribution, law) { #expect(abs(a - b) < 1e-13) }
        #expect(abs(count.mean - 2.4) < 1e-13 && abs(count.gapProbability - law[0]) < 1e-13)
        #expect(abs(count.variance - law.enumerated().reduce(0) { $0 + pow(Double($1.offset) - 2.4, 2) * $1.element }) < 1e-12)
    }

    /// Charges within a disc: against radii drawn by Kostlan's theorem, whose gamma variables share no code with the incomplete gamma function.
    @Test(arguments: [2.0, 4]) func chargesInADisc(trap: Double) throws {
        let gas = try RadialCoulombGas(charges: 12, trapPower: trap), count = gas.count(within: 0.7)
        var stream = RandomStream(seed: 2, .test)
        let draws = (0..<20_000).map { _ in Double(gas.radii(&stream).count { $0 < 0.7 }) }
        expectConsistent(Estimate(draws), with: count.mean, seeing: .relative(0.02))
        expectConsistent(
            Estimate(draws.map { ($0 - count.mean) * ($0 - count.mean) }), with: count.variance, seeing: .relative(0.1))
        #expect(abs(gas.count(within: 5).mean - 12) < 1e-12)
        // One charge in the harmonic trap: P(r < R) = 1 − e^{−R²}.
        #expect(try abs(RadialCoulombGas(charges: 1).count(within: 0.7).gapProbability - exp(-0.49)) < 1e-15)
    }

    @Test func regularizedGammaAgainstClosedForms() {
        for x in [1e-6, 0.1, 0.9, 1.4, 2, 7, 40] {
            #expect(abs(regularizedGamma(1, x) + expm1(-x)) < 1e-15)
            #expect(abs(regularizedGamma(0.5, x) - erf(x.squareRoot())) < 2e-15)
            let five = exp(-x) * (0..<5).reduce((sum: 0.0, term: 1.0)) { ($0.sum + $0.term, $0.term * x / Double($1 + 1)) }.sum
            #expect(abs(regularizedGamma(5, x) - (1 - five)) < 1e-14)
        }
    }

    /// On one time the kernel is sin(πρd)/(πd), in a gauge; and no walk may vanish: one at x is at x or x − 1 a step later. A wrong sign, contour or direction breaks this.
    @Test(arguments: [Complex(0.3, 0.5), Complex(-0.8, 0.4), Complex(2, 3), Complex(-1.5, 0.2)])
    func pathsGoOn(parameter: Complex<Double>) {
        let kernel = IncompleteBetaKernel(parameter), ρ = kernel.density
        for d in 1...5 {
            let product = kernel.value(later: 0, below: d) * kernel.value(later: 0, below: -d)
            let sine = sin(.pi * ρ * Double(d)) / (.pi * Double(d))
            #expect(abs(product - sine * sine) < 1e-12)
        }
        #expect(abs(kernel.value(later: 0, below: 0) - ρ) < 1e-13)
        let points: [(time: Int, height: Int)] = [(0, 0), (1, 0), (1, -1), (2, 0), (2, -1), (2, -2)]
        let process = kernel.process(points)
        #expect(abs(process.probability(taken: [0], empty: [1, 2])) < 1e-11)
        #expect(abs(process.probability(taken: [0], empty: [3, 4, 5])) < 1e-10)
        // Who stands at x now came from x or x + 1.
        let back = kernel.process([(0, 0), (0, 1), (1, 0)])
        #expect(abs(back.probability(taken: [2], empty: [0, 1])) < 1e-11)
        // Paths that go straight: K(later, same place) of the edge.
        #expect(abs(kernel.value(later: -1, below: 0) - kernel.straight) < 1e-12)
        #expect(kernel.straight > 0 && kernel.down > 0)
        // Negative control: without the binomial coefficient it fails.
        var added = process.kernel
        for i in points.indices { for j in points.indices where points[j].time > points[i].time { added[i, j] += 1 } }
        let wrong = DeterminantalProcess(kernel: added)
        #expect(abs(wrong.probability(taken: [0], empty: [1, 2])) > 1e-3)
    }
}
