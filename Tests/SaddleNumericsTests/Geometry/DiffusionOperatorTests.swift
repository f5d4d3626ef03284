import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The eigenvalues by which diffusion sees groups of points: a wrong normalisation moves the largest one from 1, a wrong bandwidth all others.

@Test func diffusionOperatorOfTwoPointsHasClosedEigenvalues() throws {
    // K = [[1, g], [g, 1]]/(1 + g)
    for distance in [0.0, 0.3, 2, 40] {
        let points = Matrix(rows: 2, columns: 3, elements: [1, 1 + distance, 5, 5, -2, -2])
        let g = exp(-distance * distance / (2 * 0.7 * 0.7))
        let values = try DiffusionOperator(points, bandwidth: 0.7).eigenvalues()
        expectClose(values[0], 1, within: 1e-15)
        expectClose(values[1], (1 - g) / (1 + g), within: 1e-14)
    }
}

@Test func diffusionOperatorOfACircleIsCirculant() throws {
    let n = 40, points = ExamplePoints.circle(n)
    func g(_ k: Int) -> Double { exp(-4 * sin(.pi * Double(k) / 40) * sin(.pi * Double(k) / 40) / (2 * 0.3 * 0.3)) }
    let degree = (0..<n).reduce(0) { $0 + g($1) }
    let expected = (0..<n).map { k in (0..<n).reduce(0) { $0 + g($1) * cos(2 * .pi * Double(k * $1) / Double(n)) } / degree }
    let values = try DiffusionOperator(points, bandwidth: 0.3).eigenvalues()
    for (a, b) in zip(values, expected.sorted(by: >)) { expectClose(a, b, within: 1e-13) }
}

@Test func squaredDistancesOfNearPointsDoNotCancel() {
    // Far from the origin and 1e-7 apart; twice the same point.
    var points = Matrix(rows: 4, columns: 2, elements: [1e3, 1e3 + 1e-7, -1e3, 1e3, 0, 0, 0, 0])
    points[3, 1] = 0
    let squares = PointCloud(points).squaredDistances
    let exact = points[1, 0] - points[0, 0]
    #expect(squares[0, 3] == 0 && squares[3, 0] == 0 && squares[2, 2] == 0)
    #expect(abs(squares[0, 1] / (exact * exact) - 1) < 1e-5)
    #expect(abs(squares[0, 2] / 4e6 - 1) < 1e-14)
}
