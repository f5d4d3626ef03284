import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The rough Laplacian of vector fields has known spectra: on the unit sphere l(l + 1) − 1, each 2(2l + 1) times (two kinds of fields); on a flat
// torus 0 twice. The Laplacian of functions would give 0, 2, 6 and multiplicities 1, 3, 5. Orders of convergence in n are those measured with
// k = 2√n neighbours, Gaussian weights that reach 2.5 bandwidths: the width of a neighbourhood squared falls as n^{−1/2}.

private func operatorOf(_ points: Matrix) throws -> ConnectionLaplacian {
    let n = points.rows, k = Int(2 * Double(n).squareRoot())
    let nearest = try NearestNeighbours(points, count: k)
    let radius = (0..<n).reduce(0) { $0 + nearest.distances[$1 * k + k - 1] } / Double(n)
    let graph = try NeighbourGraph(nearest, weights: .gaussian(bandwidth: radius / 2.5))
    return try ConnectionLaplacian(graph.densityCorrected(), TangentFrames(points, graph: graph, dimension: 2))
}

@Test func spectrumOfTheSphereConverges() throws {
    var first: [Double] = [], second: [Double] = []
    let sizes = [256, 512, 1024]
    for n in sizes {
        let laplacian = try operatorOf(ExamplePoints.sphere(n)), values = try laplacian.modes(17).values
        first.append(values[..<6].reduce(0) { max($0, abs($1 - 1)) })
        second.append(values[6..<16].reduce(0) { max($0, abs($1 - 5)) })
        // Six and then ten, not seven or nine.
        #expect(values[5] < 1.1 && values[6] > 4 && values[15] < 5.1 && values[16] > 9)
    }
    #expect(first[2] < 4e-4 && second[2] < 0.13)
    func order(_ errors: [Double]) -> Double { log(errors[0] / errors[2]) / log(Double(sizes[2] / sizes[0])) }
    // Measured from 256 to 4096 points: 1.0 and 0.52; the first scatters, since the error is that of quadrature.
    #expect(order(first) > 0.8)
    expectClose(order(second), 0.5, within: 0.08)
}

@Test func parallelFieldsOfATorusHaveEigenvalueZero() throws {
    var errors: [Double] = []
    for n in [256, 512, 1024] {
        let values = try operatorOf(ExamplePoints.torus(n)).modes(4).values
        #expect(values[2] > 0.9)
        errors.append(values[1])
    }
    #expect(errors[2] < 5e-5 && errors[2] > 0)
    #expect(log2(errors[0] / errors[2]) / 2 > 1.1)
}

@Test func connectionLaplacianObeysTheLaws() throws {
    let laplacian = try operatorOf(ExamplePoints.sphere(80))
    let dense = laplacian.apply(.identity(160))
    for i in 0..<160 { for j in 0..<i { expectClose(dense[i, j], dense[j, i], within: 1e-12 * laplacian.unit) } }
    // The same one by one as together.
    for c in [0, 77, 159] {
        #expect(laplacian.apply(Matrix.identity(160).selectingColumns([c])) == dense.selectingColumns([c]))
    }
    #expect(laplacian.leastCosine > 0 && laplacian.leastCosine < 1)
    let values = try dense.symmetricEigenvalues()
    #expect(values[0] > 0 && values[159] <= laplacian.largestEigenvalue)
    for (a, b) in zip(try laplacian.modes(10).values, values) { expectClose(a, b, within: 1e-6) }
}

@Test func framesSpanTheTangentPlanes() throws {
    let points = ExamplePoints.sphere(400)
    let graph = try NeighbourGraph(NearestNeighbours(points, count: 10), weights: .selfTuned)
    let frames = try TangentFrames(points, graph: graph, dimension: 2)
    // The normal of a sphere is the point.
    for i in stride(from: 0, to: 400, by: 13) {
        for c in 0..<2 {
            let normal = (0..<3).reduce(0) { $0 + frames.vectors[$1, 2 * i + c] * points[i, $1] }
            #expect(abs(normal) < 0.05)
        }
    }
    #expect(frames.captured > 0.98)
    let field = Matrix(rows: 400, columns: 3) { i, c in c == 0 ? -points[i, 1] : c == 1 ? points[i, 0] : 0 }
    let back = frames.ambient(frames.coordinates(field))
    // Planes that are tilted by at most 0.05 leave out at most the square of that.
    let (lost, size) = zip(back.elements, field.elements).reduce((0.0, 0.0)) { ($0.0 + pow($1.0 - $1.1, 2), $0.1 + $1.1 * $1.1) }
    #expect(lost < 0.0025 * size && lost > 0)
    // Points on a line have no planes.
    let line = Matrix(rows: 20, columns: 3) { i, _ in Double(i) }
    let lineGraph = try NeighbourGraph(NearestNeighbours(line, count: 4), weights: .selfTuned)
    #expect(throws: VectorFieldError.flatNeighbourhood(point: 0, dimension: 2, rank: 1)) {
        try TangentFrames(line, graph: lineGraph, dimension: 2)
    }
}

@Test func dimensionsAreThoseOfTheManifold() throws {
    for (points, dimension) in [
        (ExamplePoints.sphere(500), 2), (ExamplePoints.torus(500), 2), (Matrix(rows: 50, columns: 3) { i, _ in Double(i) }, 1),
    ] {
        #expect(try LocalDimension(points, NearestNeighbours(points, count: 12)).value == dimension)
    }
    var stream = RandomStream(seed: 8, .test)
    let cube = stream.normals(rows: 2000, columns: 5)
    #expect(try LocalDimension(cube, NearestNeighbours(cube, count: 40)).value == 5)
}
