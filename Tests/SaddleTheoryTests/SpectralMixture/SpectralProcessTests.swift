import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Regression and linear differential equations with the spectral kernels.

private let π = Double.pi

/// u″ = f on a grid of [0, 1] and u at its ends, for u = sin ωx; noise relative to the size of each.
private func poisson(ω: Double, points: Int, noise: Double) -> [LinearObservations] {
    let x = (0..<points).map { Double($0) / Double(points - 1) }
    return [
        LinearObservations(
            .derivative(2), at: x, values: x.map { -ω * ω * sin(ω * $0) }, noise: noise * ω * ω / 2.0.squareRoot()),
        LinearObservations(at: [0, 1], values: [0, sin(ω)], noise: noise),
    ]
}

private func relativeError(_ process: SpectralProcess, ω: Double) throws -> Double {
    let x = (0...1000).map { Double($0) / 1000 }
    let found = try process.posterior(at: x).mean
    let exact = x.map { sin(ω * $0) }
    let error = zip(found, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

@Suite struct SpectralProcessTests {
    static let kernel = SpectralMixture(.gaussian, weights: [1.5, 0.4, 0.8], frequencies: [2, 0, 5.5], widths: [0.7, 0.3, 0.2])

    /// Evidence, means and variances against a dense solution with 40 digits by mpmath 1.3, whose derivatives of the kernel are
    /// differences at that precision.
    @Test func matchesADenseReference() throws {
        let process = try SpectralProcess(
            [Self.kernel],
            [
                LinearObservations(.derivative(2), at: [0, 0.15, 0.3], values: [30, -12, 5], noise: 1),
                LinearObservations(.derivative(1), at: [0.42], values: [2], noise: 0.5),
                LinearObservations(at: [0.6, 0.75], values: [0.5, -1.25], noise: 0.01),
            ])
        expectClose(process.logEvidence, -30.164882611341702, within: 1e-12)
        for (x, order, mean, variance) in [
            (0.2, 0, 0.12444251552062994, 1.5470951707865206), (0.2, 2, -65.393816204581586, 102718.86141049018),
            (0.9, 1, 10.818979706450575, 518.80893617502147),
        ] {
            let found = try process.posterior(.derivative(order), at: [x])
            expectClose(found.mean[0], mean, within: 1e-12 * abs(mean))
            expectClose(found.variance[0], variance, within: 1e-12 * variance)
        }
    }

    /// −Δu = f on the unit square for u = sin 2πx sin 3πy with its boundary values: fixed kernel, relative error below 1e-4.
    @Test func poissonInTwoVariables() throws {
        func u(_ x: Double, _ y: Double) -> Double { sin(2 * π * x) * sin(3 * π * y) }
        let side = (0..<12).map { Double($0) / 11 }
        let inside = Matrix(rows: 144, columns: 2) { i, d in side[d == 0 ? i % 12 : i / 12] }
        let edge = Matrix(rows: 48, columns: 2) { i, d in
            let t = side[i % 12]
            return [[t, 0], [t, 1], [0, t], [1, t]][i / 12][d]
        }
        let observations = [
            LinearObservations(
                -1 * .laplacian(dimension: 2), at: inside,
                values: (0..<144).map { 13 * π * π * u(inside[$0, 0], inside[$0, 1]) }, noise: 1e-3),
            LinearObservations(.identity(dimension: 2), at: edge, values: [Double](repeating: 0, count: 48), noise: 1e-4),
        ]
        let kernel = SpectralMixture(.gaussian, weights: [1, 1], frequencies: [1, 1.5], widths: [0.3, 0.3])
        let process = try SpectralProcess([kernel, kernel], observations)
        let off = Matrix(rows: 64, columns: 2) { i, d in (Double(d == 0 ? i % 8 : i / 8) + 0.5) / 8 }
        let found = try process.posterior(.identity(dimension: 2), at: off).mean
        for i in 0..<64 { expectClose(found[i], u(off[i, 0], off[i, 1]), within: 1e-4) }
    }

    /// Bad input is named.
    @Test func errors() {
        let matern = SpectralMixture(.studentT(degrees: 3), weights: [1], frequencies: [0], widths: [1])
        #expect(throws: SpectralProcessError.kernelNotSmooth(wanted: 4, available: 2)) {
            try SpectralProcess([matern], [LinearObservations(.derivative(2), at: [0, 1], values: [1, 2], noise: 0.1)])
        }
        #expect(throws: SpectralProcessError.noiseNotPositive(0)) {
            try SpectralProcess([Self.kernel], [LinearObservations(at: [0, 1], values: [1, 2], noise: 0)])
        }
        #expect(throws: SpectralProcessError.notFinite(what: "observed value", index: 2)) {
            try SpectralProcess([Self.kernel], [LinearObservations(at: [0, 1], values: [1, .nan], noise: 1)])
        }
        // A point observed twice, without noise that double precision could see.
        let error = #expect(throws: SpectralProcessError.self) {
            try SpectralProcess([Self.kernel], [LinearObservations(at: [0, 0, 1], values: [1, 1, 1], noise: 1e-12)])
        }
        if case .covarianceNotPositive(let minor, let count, let smallest, _) = error {
            #expect(minor == 2 && count == 3 && abs(smallest) < 1e-15)
        } else {
            Issue.record("\(String(describing: error))")
        }
    }

    /// The gradient of the evidence against fourth-order differences, in two variables with three kinds of observations.
    @Test(arguments: [SpectralMixture.Spectrum.gaussian, .studentT(degrees: 5)])
    func evidenceGradient(_ spectrum: SpectralMixture.Spectrum) throws {
        var stream = RandomStream(seed: 3, .test)
        func points(_ n: Int) -> Matrix { stream.normals(rows: n, columns: 2) }
        func observed(_ operator: DifferentialOperator, _ n: Int, _ noise: Double) -> LinearObservations {
            LinearObservations(`operator`, at: points(n), values: stream.normals(n), noise: noise)
        }
        let observations = [
            observed(.laplacian(dimension: 2) + 3 * .derivative(1, of: 0, dimension: 2), 9, 4.0),
            observed(.identity(dimension: 2), 6, 0.3), observed(.derivative(1, of: 1, dimension: 2), 5, 0.7),
        ]
        let kernel = [
            SpectralMixture(spectrum, weights: [1.5, 0.4], frequencies: [0.3, 0.05], widths: [0.1, 0.2]),
            SpectralMixture(spectrum, weights: [0.6], frequencies: [0.5], widths: [0.15]),
        ]
        let gradient = try SpectralProcess(kernel, observations).evidenceGradient()
        var parameters: [WritableKeyPath<[SpectralMixture], Double>] = []
        for (d, count) in [2, 1].enumerated() {
            parameters += (0..<count).map { \.[d].logWeights[$0] }
            parameters += (0..<count).map { \.[d].frequencies[$0] }
            parameters += (0..<count).map { \.[d].logWidths[$0] }
        }
        #expect(gradient.count == parameters.count)
        for (value, parameter) in zip(gradient, parameters) {
            func evidence(_ shift: Double) throws -> Double {
                var moved = kernel
                moved[keyPath: parameter] += shift
                return try SpectralProcess(moved, observations).logEvidence
            }
            let h = 1e-3
            let difference = try (8 * (evidence(h) - evidence(-h)) - (evidence(2 * h) - evidence(-2 * h))) / (12 * h)
            // Truncation h⁴/30 of a fifth derivative of order one to 1e3; rounding 1e-13/h.
            expectClose(value, difference, within: 2e-8 * (1 + abs(value)))
        }
        #expect(gradient.allSatisfy { abs($0) > 1e-3 }, "every parameter matters: \(gradient)")
    }

    /// u = sin 100x from u″ and two boundary values at 40 points, 2.5 a period: the spectrum finds the frequency 100/2π, the
    /// best RBF kernel cannot know what lies between the points.
    @Test(arguments: [SpectralMixture.Spectrum.gaussian, .studentT(degrees: 5)])
    func highFrequencySolutionIsRecovered(_ spectrum: SpectralMixture.Spectrum) throws {
        let observations = poisson(ω: 100, points: 40, noise: 1e-3)
        let search = SpectralFit(spectrum, components: 10, largestFrequencies: [39 / 2.0])
        let result = try search.fit(observations)
        // Measured: 2e-6 and 3e-9; frequency within 1e-6. Noise of a thousandth, averaged over 40 points, allows 1e-3.
        #expect(try relativeError(result.process, ω: 100) < 1e-5)
        expectClose(result.process.dominantFrequency(), 100 / (2 * π), within: 1e-5)

        let rbf = try search.fitWithoutFrequencies(observations)
        // Measured: 0.32 (RBF), 0.68 (Matérn 5/2).
        #expect(try relativeError(rbf.process, ω: 100) > 0.25)
        #expect(rbf.process.logEvidence < result.process.logEvidence - 100)
    }
}
