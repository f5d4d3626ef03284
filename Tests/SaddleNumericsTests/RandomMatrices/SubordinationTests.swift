import Numerics
import SaddleNumerics
import TestSupport
import Testing

// Resolvents and edges against roots of polynomials, which mpmath 1.3 and sympy found with 30 digits (polyroots of the numerator of
// z(u) − z, nroots of that of z′(u)), and free sums with closed forms. It would catch a wrong sheet, a missed gap, and a critical
// point that is no edge.

@Suite struct SubordinationTests {
    static let population = try! PopulationSpectrum([1, 3, 7], multiplicities: [0.4, 0.35, 0.25])

    @Test(arguments: [
        ([0.1], Complex(2.0, 1), Complex(0.0060969876326368547931, -0.40131456402493811834)),
        ([0.1], Complex(0.5, 0.01), Complex(-1.4407552798129340553, -0.055018463457451284807)),
        ([0.1], Complex(8.0, 0.3), Complex(0.19986738461720519367, -0.18070136846158101304)),
        ([2.0], Complex(2.0, 1), Complex(0.17214580089909126096, -0.24969196272051419755)),
        ([2.0], Complex(0.5, 0.01), Complex(0.66557856533845362517, -0.29556134114599471748)),
        ([2.0], Complex(8.0, 0.3), Complex(0.10966461519733693683, -0.067680075285110366456)),
        ([0.3, 0.2], Complex(2.0, 1), Complex(0.086571958855151404344, -0.37901785371298288619)),
        ([0.3, 0.2], Complex(0.5, 0.01), Complex(-0.21064450012775538654, -1.5582437812640495258)),
        ([0.3, 0.2], Complex(8.0, 0.3), Complex(0.13996253524141915627, -0.10221458986363995508)),
    ])
    func covarianceResolvents(ratios: [Double], z: Complex<Double>, expected: Complex<Double>) throws {
        let law = try SampleCovarianceSpectrum(Self.population, counts: ratios.map { 1 / $0 })
        expectClose((try law.resolvent(z) - expected).length, 0, within: 1e-13, "at \(z)")
    }

    @Test(arguments: [
        (
            [0.1],
            [
                0.579728015602175315, 1.33282134542823018, 1.95763171027323903, 4.10006065340449699, 5.22389900692418787,
                9.60085926836767062,
            ]
        ),
        (
            [0.02],
            [
                0.814739409275107058, 1.16844616540810964, 2.50896103598956773, 3.50417635103130101, 6.09348152717403781,
                8.06919551112187675,
            ]
        ),
        ([2], [0.363049049977554102, 24.0675157780032895]),
        // Here z(u) has three more critical points, where another root has its edge.
        (
            [0.02, 0.01],
            [
                0.77548654454695763, 1.20429054047184173, 2.40991891511008434, 3.62250447401608302, 5.92173649339334178,
                8.34575110512491349,
            ]
        ),
        ([0.3, 0.2], [0.196435264405745764, 14.2416379483813721]),
    ])
    func covarianceEdges(ratios: [Double], expected: [Double]) throws {
        let law = try SampleCovarianceSpectrum(Self.population, counts: ratios.map { 1 / $0 })
        let edges = law.bands.flatMap { [$0.lower, $0.upper] }
        try #require(edges.count == expected.count, "\(edges)")
        for (a, b) in zip(edges, expected) { expectClose(a, b, within: 1e-13 * b) }
    }

    @Test func signalAndNoise() throws {
        let law = try DeformedWignerSpectrum(
            DiscreteSpectrum([-2, 0.5, 3], weights: [0.2, 0.5, 0.3]), deviation: 0.7)
        let expected = [
            -2.74075698525374019, -1.51756546218465963, -0.489943842438211544, 1.44906705549666776, 2.37051932083915574,
            3.86987991354078786,
        ]
        let edges = law.bands.flatMap { [$0.lower, $0.upper] }
        try #require(edges.count == 6, "\(edges)")
        for (a, b) in zip(edges, expected) { expectClose(a, b, within: 1e-13) }
        for (z, value) in [
            (Complex(0, 1.0), Complex(-0.14435191982943755811, -0.4437754077974456503)),
            (Complex(0.5), Complex(-0.019939932199839954799, -1.0295697521247957124)),
            (Complex(2.5, 0.001), Complex(-0.35502677768453161162, -0.45485839973739355871)),
        ] {
            expectClose((try law.resolvent(z) - value).length, 0, within: 1e-12, "at \(z)")
        }
    }

    /// Two free signs: the arcsine law on [−2, 2], with divergent edges.
    @Test func arcsine() throws {
        let signs = try DiscreteSpectrum([-1, 1])
        let sum = try FreeSum(signs, signs)
        #expect(sum.bands.count == 1 && sum.bands[0].isHardBelow && sum.bands[0].isHardAbove)
        expectClose(sum.bands[0].lower, -2, within: 1e-10)
        expectClose(sum.bands[0].upper, 2, within: 1e-10)
        for x in [-1.9, -0.3, 1.1, 1.99] {
            expectClose(try sum.density(x), 1 / (.pi * (4 - x * x).squareRoot()), within: 1e-10, "x = \(x)")
        }
        let z = Complex(0.4, 0.01)
        let exact = 1 / (Complex.sqrt(z - 2) * Complex.sqrt(z + 2))
        expectClose((try sum.resolvent(z) - exact).length, 0, within: 1e-11)
        expectClose(try sum.average { _ in 1 }, 1, within: 1e-5)
        for (a, b) in zip(sum.moments(6), [0.0, 2, 0, 6, 0, 20]) { expectClose(a, b, within: 1e-12) }
    }

    /// Sums of semicircles, of Marchenko–Pastur laws with the same scale (rates add), and of values with a semicircle.
    @Test func freeSumsWithClosedForms() throws {
        let wigner = try FreeSum(SemicircleLaw(deviation: 0.6), SemicircleLaw(deviation: 0.8))
        let wishart = try FreeSum(MarchenkoPasturLaw(ratio: 0.8), MarchenkoPasturLaw(ratio: 0.8))
        let signal = try DiscreteSpectrum([-2, 0.5, 3], weights: [0.2, 0.5, 0.3])
        let noisy = try FreeSum(SemicircleLaw(deviation: 0.7), signal)
        func check(_ sum: some LimitingSpectrum, _ exact: some LimitingSpectrum, _ name: String) throws {
            let edges = sum.bands.flatMap { [$0.lower, $0.upper] }, expected = exact.bands.flatMap { [$0.lower, $0.upper] }
            try #require(edges.count == expected.count, "\(name): \(edges)")
            for (a, b) in zip(edges, expected) { expectClose(a, b, within: 1e-10, name) }
            for (a, b) in zip(sum.moments(6), exact.moments(6)) { expectClose(a, b, within: 1e-11 * max(1, abs(b)), name) }
            for share in [0.01, 0.2, 0.5, 0.77] {
                let x = exact.hull.lower + share * (exact.hull.upper - exact.hull.lower)
                expectClose(try sum.density(x), try exact.density(x), within: 1e-10, "\(name) at \(x)")
            }
        }
        try check(wigner, SemicircleLaw(), "two semicircles")
        try check(wishart, MarchenkoPasturLaw(ratio: 0.4, scale: 2), "two Wishart matrices")
        try check(noisy, DeformedWignerSpectrum(signal, deviation: 0.7), "values and a semicircle")
    }

    /// Two projections of rank ⅔ meet in a third of all dimensions.
    @Test func atomsOfFreeSums() throws {
        let projection = try DiscreteSpectrum([0, 1], weights: [1, 2])
        let sum = try FreeSum(projection, projection)
        #expect(sum.atoms.count == 1 && sum.atoms[0].position == 2)
        expectClose(sum.atoms[0].mass, 1.0 / 3, within: 1e-15)
        expectClose(try sum.average { _ in 1 }, 1, within: 1e-5)
    }

    /// Positions and overlaps of Baik, Ben Arous and Péché, in closed form.
    @Test func outliers() throws {
        let wigner = try SemicircleLaw(deviation: 0.5)
        #expect(wigner.outlier(spike: 0.49) == nil && wigner.outlier(spike: -0.4) == nil)
        for θ in [0.8, -1.3] {
            let found = try #require(wigner.outlier(spike: θ))
            expectClose(found.position, θ + 0.25 / θ, within: 1e-15)
            expectClose(found.overlap, 1 - 0.25 / (θ * θ), within: 1e-15)
        }
        let q = 0.4
        for law in [try SampleCovarianceSpectrum.isotropic(ratios: [q])] {
            #expect(law.outlier(spike: 1 + 0.99 * q.squareRoot()) == nil && law.outlier(spike: 0.5) == nil)
            for ℓ in [2.5, 0.2] {
                for found in [try #require(law.outlier(spike: ℓ)), try #require(MarchenkoPasturLaw(ratio: q).outlier(spike: ℓ))] {
                    expectClose(found.position, ℓ * (1 + q / (ℓ - 1)), within: 1e-14)
                    expectClose(found.overlap, (1 - q / ((ℓ - 1) * (ℓ - 1))) / (1 + q / (ℓ - 1)), within: 1e-14)
                }
            }
        }
        // At the threshold the outlier is at the edge and its eigenvector has lost the direction.
        let law = try MarchenkoPasturLaw(ratio: q)
        let last = try #require(law.outlier(spike: 1 + q.squareRoot() * (1 + 1e-6)))
        expectClose(last.position, law.bands[0].upper, within: 1e-10)
        expectClose(last.overlap, 0, within: 1e-5)
    }
}
