import SaddleLaws
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The graph that heat flows on. Right values are closed forms on the circle, and of numpy 2.4.6 and scipy 1.17.1 (csgraph) for twelve points:
// W from the four nearest neighbours by brute force, exp(−d²/2·0.8²), shortest_path of the edge lengths.

@Test func graphOfTwelvePointsIsThatOfNumpy() throws {
    let nearest = try NearestNeighbours(ExamplePoints.twelve, count: 4)
    let graph = try NeighbourGraph(nearest, weights: .gaussian(bandwidth: 0.8))
    #expect(graph.weights.count == 58)
    #expect(graph.components.count == 1)
    expectClose(graph.shortestPaths(from: 0)[7], 0.8557972623614684, within: 1e-13)
    expectClose(graph.shortestPaths(from: 3)[11], 2.0890263473594115, within: 1e-13)
}

@Test func laplaciansObeyTheLawsOfOperators() throws {
    let graph = try NeighbourGraph(NearestNeighbours(ExamplePoints.twelve, count: 4), weights: .selfTuned)
    for normalization in GraphLaplacian.Normalization.allCases {
        let laplacian = try GraphLaplacian(graph.densityCorrected(), normalization: normalization, dimension: 2)
        #expect(LinearOperatorLaws(isSymmetric: true, isSemidefinite: true).violations(laplacian) == [])
        // Functions that do not vary have no energy.
        let flat = Matrix(rows: 12, columns: 1, elements: laplacian.measure.map { $0.squareRoot() })
        #expect(laplacian.apply(flat).elements.allSatisfy { abs($0) < 1e-12 * laplacian.largestEigenvalue })
        let dense = laplacian.dense * flat
        #expect(dense.elements.allSatisfy { abs($0) < 1e-12 * laplacian.largestEigenvalue })
        let values = try laplacian.dense.symmetricEigenvalues()
        #expect(values[0] > -1e-12 && values[1] > 1e-3 && values[11] <= laplacian.largestEigenvalue)
    }
}

@Test func coordinatesOfACircleHaveEigenvalueOneExactly() throws {
    // Σ w(1 − cos θ)/Σ w(1 − cos θ), since squared chords are 2(1 − cos θ).
    let points = ExamplePoints.circle(60)
    for kind in [NeighbourGraph.Weights.selfTuned, .gaussian(bandwidth: 0.2)] {
        let graph = try NeighbourGraph(NearestNeighbours(points, count: 8), weights: kind)
        for normalization in GraphLaplacian.Normalization.allCases {
            let laplacian = try GraphLaplacian(graph, normalization: normalization, dimension: 1)
            let image = laplacian.apply(points)
            for i in image.elements.indices { expectClose(image.elements[i], points.elements[i], within: 1e-11) }
        }
    }
}

@Test func componentsAreFoundByTheirPoints() throws {
    // Groups of five, three and four on a line, numbered alternately.
    let places = [0, 100, 50, 1, 101, 51, 2, 102, 52, 3, 53, 4].map(Double.init)
    let points = Matrix(rows: 12, columns: 1, elements: places)
    let graph = try NeighbourGraph(NearestNeighbours(points, count: 2), weights: .selfTuned)
    #expect(graph.components == [[0, 3, 6, 9, 11], [2, 5, 8, 10], [1, 4, 7]])
    let part = graph.restricted(to: graph.components[1])
    #expect(part.count == 4 && part.components.count == 1)
    #expect(part.shortestPaths(from: 0) == [0, 1, 2, 3])
    #expect(graph.shortestPaths(from: 0)[1] == .infinity)
}

@Test func graphsRefuseWhatHasNoScale() throws {
    // Four copies of one point, with the second neighbour at distance 0.
    let copies = Matrix(rows: 6, columns: 1, elements: [1, 1, 1, 1, 2, 3])
    #expect(throws: GeometryError.coincidentPoints(point: 0, copies: 2)) {
        try NeighbourGraph(NearestNeighbours(copies, count: 3), weights: .selfTuned)
    }
    // A stated bandwidth takes them as they are.
    #expect(try NeighbourGraph(NearestNeighbours(copies, count: 3), weights: .gaussian(bandwidth: 1)).components.count >= 1)
    let far = Matrix(rows: 3, columns: 1, elements: [0, 1, 1000])
    let text = errorText { _ = try NeighbourGraph(NearestNeighbours(far, count: 1), weights: .gaussian(bandwidth: 1)) }
    #expect(
        text
            == "the weight of points 1 and 2, 999.0 apart, vanishes at bandwidth 1.0; expected a bandwidth of the order of distances between neighbours"
    )
    #expect(throws: TooFewPoints.self) { try NearestNeighbours(far, count: 3) }
}
