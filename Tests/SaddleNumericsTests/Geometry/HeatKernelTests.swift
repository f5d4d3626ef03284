import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// exp(−tL) by three methods that share the operator alone, against scipy's expm (Padé; 1.17.1) of the numpy graph of twelve points, against
// Bessel functions on a cycle, down to entries of 1e-80, and against each other.

private func laplacian(_ normalization: GraphLaplacian.Normalization) throws -> GraphLaplacian {
    let graph = try NeighbourGraph(NearestNeighbours(ExamplePoints.twelve, count: 4), weights: .gaussian(bandwidth: 0.8))
    return try GraphLaplacian(graph, normalization: normalization)
}

@Test(arguments: HeatKernel.Method.allCases)
func heatOfTwelvePointsIsThatOfScipy(_ method: HeatKernel.Method) throws {
    let symmetric = try HeatKernel(laplacian(.symmetric), time: 0.7, method: method)
    let combinatorial = try HeatKernel(laplacian(.combinatorial), time: 0.7, method: method)
    let expected: [(Int, Int, Double, Double)] = [
        (0, 0, 0.7252299748867177, 0.34104607191097425), (0, 7, 0.12163786972088049, 0.11587035285250101),
        (3, 11, 0.0038018851887057278, 0.012974703379492062), (5, 9, 0.16577565948041356, 0.15702854900588287),
    ]
    for (i, j, a, b) in expected {
        expectClose(symmetric.density[i, j], a, within: 2e-12)
        expectClose(combinatorial.density[i, j], b, within: 2e-12)
    }
    // Of some sources alone.
    let some = try HeatKernel(laplacian(.symmetric), time: 0.7, sources: [7, 0], method: method)
    expectClose(some.density[0, 0], 0.12163786972088049, within: 2e-12)
    expectClose(some.density[7, 1], 0.12163786972088049, within: 2e-12)
}

@Test func theSeriesIsRightForTheSmallestEntries() throws {
    // Random walk on a cycle with rate 1 to either side: e^{−2t} Σₘ I_{k + mn}(2t).
    let n = 120, time = 0.8
    let graph = try NeighbourGraph(NearestNeighbours(ExamplePoints.circle(n), count: 2), weights: .selfTuned)
    let weight = graph.weights[0]
    let laplacian = try GraphLaplacian(graph, normalization: .combinatorial)
    let heat = try HeatKernel(laplacian, time: time / weight, sources: [0])
    let bessel = scaledBesselSequence(time, symmetry: 1, count: n)
    for k in 0...n / 2 {
        let expected = bessel[k] + (k > 0 ? bessel[n - k] : 0)
        #expect(abs(heat.density[k, 0] / expected - 1) < 1e-11, "\(k): \(heat.density[k, 0]) against \(expected)")
    }
    #expect(heat.density[60, 0] < 1e-80 && heat.density[60, 0] > 0)
    #expect(throws: Never.self) { try heat.checkResolved() }
    // The others cannot see them, and say so.
    for method in [HeatKernel.Method.dense, .chebyshev] {
        let hidden = try HeatKernel(laplacian, time: time / weight, sources: [0], method: method)
        for k in 0...60 { expectClose(hidden.density[k, 0], heat.density[k, 0], within: hidden.error) }
        #expect(throws: GeometryError.self) { try hidden.checkResolved() }
    }
}

@Test func chebyshevKeepsItsBound() throws {
    let laplacian = try laplacian(.symmetric), exact = try HeatKernel(laplacian, time: 30)
    for tolerance in [1e-3, 1e-6, 1e-9] {
        let heat = try HeatKernel(laplacian, time: 30, method: .chebyshev, tolerance: tolerance)
        let error = zip(heat.density.elements, exact.density.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
        // The bound holds, and is not idle: four terms less break the tolerance.
        #expect(error <= heat.error && heat.error < 1.1 * tolerance / laplacian.measure.min()!)
        let expansion = HeatExpansion(30, tolerance: tolerance)
        #expect(expansion.coefficients.count == heat.terms + 1)
        #expect(abs(expansion.coefficients.last!) > tolerance / 10)
    }
    // Coefficients are those of the function: at x = −1, 0 and 1 of e^{−z(1 + x)}.
    let c = HeatExpansion(3, tolerance: 1e-15).coefficients
    let alternating = c.enumerated().reduce(0) { $0 + ($1.offset % 2 == 0 ? $1.element : -$1.element) }
    let middle = c.enumerated().reduce(0) { $0 + ($1.offset % 2 == 1 ? 0 : $1.offset % 4 == 0 ? $1.element : -$1.element) }
    expectClose(alternating, 1, within: 1e-14)
    expectClose(middle, exp(-3), within: 1e-14)
    expectClose(c.reduce(0, +), exp(-6), within: 1e-14)
}

@Test func heatIsConservedAndComposes() throws {
    let laplacian = try laplacian(.symmetric), measure = laplacian.measure
    let once = try HeatKernel(laplacian, time: 0.4).density, twice = try HeatKernel(laplacian, time: 0.8).density
    for j in 0..<12 { expectClose((0..<12).reduce(0) { $0 + measure[$1] * once[$1, j] }, 1, within: 1e-12) }
    for (i, j) in [(0, 0), (2, 9), (11, 4)] {
        expectClose((0..<12).reduce(0) { $0 + once[i, $1] * measure[$1] * once[$1, j] }, twice[i, j], within: 1e-12)
    }
}
