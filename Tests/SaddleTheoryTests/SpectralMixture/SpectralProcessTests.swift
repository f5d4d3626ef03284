import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Regression and linear differential equations with the spectral kernels (entry E53).

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

    /// Evidence and posterior of values and second derivatives, against `EXPLANATION`
    @Test func matchesADenseReference() throws {
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
            SpectralMixture(spectrum, weights: [1.5, 0.4], frequencies: [0.3, 0], widths: [0.1, 0.2]),
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
        for (n, q) in [(40, 8), (40, 10), (44, 10), (44, 12), (48, 10), (50, 12), (60, 10)] {
        let observations = poisson(ω: 100, points: n, noise: 1e-3)
        let search = SpectralFit(spectrum, components: q, largestFrequencies: [Double(n - 1) / 2])
        let clock = ContinuousClock()
        var result: SpectralFit.Result!
        let time = try clock.measure { result = try search.fit(observations) }
        let mixture = result.process.kernel[0]
        let grid = Matrix(rows: 101, columns: 1) { i, _ in Double(i) / 100 }
        let sizes = (0..<mixture.count).map { q in
            result.process.part(component: q, at: grid).reduce(0) { $0 + $1 * $1 } / 101
        }
        let dominant = sizes.indices.max { sizes[$0] < sizes[$1] }!
        let rbf = try search.fitWithoutFrequencies(observations)
        print(spectrum, n, q, time, result.steps, result.evaluations, result.ending, "ev", result.process.logEvidence, "freq", mixture.frequencies[dominant], 100 / (2 * π), "err", try relativeError(result.process, ω: 100), "rbf", rbf.process.logEvidence, try relativeError(rbf.process, ω: 100))
        for k in sizes.indices.sorted(by: { sizes[$0] > sizes[$1] }).prefix(3) { print("   ", sizes[k].squareRoot(), mixture.weights[k], mixture.frequencies[k], mixture.widths[k]) }
        }
    }
}
