import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Kronecker algebra on a grid against the dense process on the same points (Kronecker solve = dense solve). It would
// catch a swapped axis, which a square grid with one kernel would hide.

@Suite struct GridProcessTests {
    static let axes = [[0, 0.2, 0.45, 0.7], [-1, -0.2, 0.3, 0.6, 1.1], [0, 0.5, 2.0]]
    static let kernel = [
        SpectralMixture(.gaussian, weights: [1.5, 0.4], frequencies: [1, 0], widths: [0.7, 0.3]),
        SpectralMixture(.studentT(degrees: 5), weights: [0.8], frequencies: [0.6], widths: [0.3]),
        SpectralMixture(.studentT(degrees: 1), weights: [2], frequencies: [0.1], widths: [0.2]),
    ]

    private func both() throws -> (GridProcess, SpectralProcess) {
        var stream = RandomStream(seed: 4, .test)
        let values = stream.normals(60)
        // Last axis fastest.
        let points = Matrix(rows: 60, columns: 3) { i, d in Self.axes[d][[i / 15, i / 3 % 5, i % 3][d]] }
        return (
            try GridProcess(Self.kernel, axes: Self.axes, values: Tensor(shape: [4, 5, 3], elements: values), noise: 0.3),
            try SpectralProcess(
                Self.kernel, [LinearObservations(.identity(dimension: 3), at: points, values: values, noise: 0.3)])
        )
    }

    @Test func kroneckerSolveIsTheDenseSolve() throws {
        let (grid, dense) = try both()
        // Condition number below (15 + 0.09)·60/0.09 = 1e4.
        expectClose(grid.logEvidence, dense.logEvidence, within: 1e-11)
        let new = [[0.1, 0.3], [0.0], [0.2, 1.0, 1.5]]
        let mean = try grid.posteriorMean(axes: new, orders: [1, 2, 0])
        let points = Matrix(rows: 6, columns: 3) { i, d in new[d][[i / 3, 0, i % 3][d]] }
        let expected = try dense.posterior(
            DifferentialOperator([.init(coefficient: 1, orders: [1, 2, 0])]), at: points
        ).mean
        for i in 0..<6 { expectClose(mean.elements[i], expected[i], within: 1e-10 * (1 + abs(expected[i]))) }
        #expect(expected.contains { abs($0) > 0.1 })
    }

    @Test func gradientIsThatOfTheDenseEvidence() throws {
        let (grid, dense) = try both()
        let expected = dense.evidenceGradient()
        for (a, b) in zip(grid.evidenceGradient(), expected) { expectClose(a, b, within: 1e-10 * (1 + abs(b))) }
        #expect(grid.evidenceGradient().count == expected.count)
    }

    /// 200 × 150 points, which no dense factorisation of this size could do in a test, interpolate to the noise.
    @Test func largeGrid() throws {
        func u(_ x: Double, _ y: Double) -> Double { sin(100 * x) * cos(40 * y) }
        let axes = [(0..<200).map { Double($0) / 199 }, (0..<150).map { Double($0) / 149 }]
        let values = Tensor(shape: [200, 150], elements: axes[0].flatMap { x in axes[1].map { u(x, $0) } })
        let process = try GridProcess(
            [
                SpectralMixture(.gaussian, weights: [1], frequencies: [100 / (2 * .pi)], widths: [0.5]),
                SpectralMixture(.gaussian, weights: [1], frequencies: [40 / (2 * .pi)], widths: [0.5]),
            ], axes: axes, values: values, noise: 1e-3)
        let new = [[0.1234, 0.777], [0.4321, 0.9]]
        let mean = try process.posteriorMean(axes: new)
        for i in 0..<2 { for j in 0..<2 { expectClose(mean[i, j], u(new[0][i], new[1][j]), within: 1e-4) } }
    }
}
