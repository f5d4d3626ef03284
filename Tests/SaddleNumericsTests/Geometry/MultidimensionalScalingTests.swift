import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private func distances(_ points: Matrix) -> Matrix {
    let squares = PointCloud(points).squaredDistances
    return Matrix(rows: points.rows, columns: points.rows, elements: squares.elements.map { $0.squareRoot() })
}

@Test(arguments: MultidimensionalScaling.Method.allCases)
func planarPointsComeBackUpToMotion(_ method: MultidimensionalScaling.Method) throws {
    var stream = RandomStream(seed: 2, .test)
    let given = distances(stream.normals(rows: 30, columns: 2))
    let found = try MultidimensionalScaling(given, method: method)
    for (a, b) in zip(distances(found.points).elements, given.elements) { expectClose(a, b, within: 1e-7) }
    #expect(found.stress < 1e-8 && found.share > 1 - 1e-12 && found.negativeShare < 1e-12)
}

@Test func smacofLowersTheStressToAStationaryPoint() throws {
    var stream = RandomStream(seed: 3, .test)
    let given = distances(stream.normals(rows: 25, columns: 6))
    let classical = try MultidimensionalScaling(given, method: .classical)
    let found = try MultidimensionalScaling(given, maximalIterations: 5000, tolerance: 1e-13)
    func stress(_ x: Matrix) -> Double {
        var (sum, square) = (0.0, 0.0)
        let now = distances(x)
        for (a, b) in zip(now.elements, given.elements) {
            sum += (a - b) * (a - b)
            square += b * b
        }
        return (sum / square).squareRoot()
    }
    expectClose(found.stress, stress(found.points), within: 1e-12)
    expectClose(classical.stress, stress(classical.points), within: 1e-12)
    #expect(found.stress < 0.8 * classical.stress)
    // No coordinate can be moved to lower it.
    for place in [0, 13, 31, 49] {
        for step in [-1e-3, 1e-3] {
            var moved = found.points
            moved.elements[place] += step
            #expect(stress(moved) > found.stress)
        }
    }
}

@Test func scalingOfPointsInOnePlaceIsThatPlace() throws {
    let found = try MultidimensionalScaling(Matrix(rows: 5, columns: 5))
    #expect(found.points.elements.allSatisfy { $0 == 0 } && found.stress == 0)
}

/// Distances that no Euclidean points have show negative eigenvalues.
@Test func distancesOfAStarAreNotEuclidean() throws {
    // Four leaves at distance 2 from each other, the middle at 1: in no space.
    let star = Matrix(rows: 5, columns: 5) { $0 == $1 ? 0 : $0 == 4 || $1 == 4 ? 1 : 2 }
    let found = try MultidimensionalScaling(star, method: .classical)
    #expect(found.negativeShare > 0.05)
}
