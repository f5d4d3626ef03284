import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Distances that heat sees: against arc length, against the exact heat kernels of circle, sphere and line, and against numpy and scipy on twelve
// points. A wrong factor of t, a missing volume term, a graph in wrong units would each be seen.

private func laplacian(_ points: Matrix, neighbours: Int, dimension: Double) throws -> GraphLaplacian {
    let graph = try NeighbourGraph(NearestNeighbours(points, count: neighbours), weights: .selfTuned)
    return try GraphLaplacian(graph.densityCorrected(), dimension: dimension)
}

@Test func distancesOnACircleAreThoseOfItsHeat() throws {
    // √(−4t log(h(θ)/h(0))) with h(θ) = Σₘ exp(−(θ + 2πm)²/4t); edges are as long as 1/n, and the error as 1/n².
    let time = 0.4
    func exact(_ angle: Double) -> Double {
        func h(_ x: Double) -> Double { (-6...6).reduce(0) { $0 + exp(-pow(x + 2 * .pi * Double($1), 2) / (4 * time)) } }
        return (-4 * time * log(h(angle) / h(0))).squareRoot()
    }
    var errors: [Double] = []
    for n in [120, 240, 480] {
        let heat = try HeatGeodesics(
            laplacian(ExamplePoints.circle(n), neighbours: 6, dimension: 1), time: time, sources: [0, n / 4, n / 2])
        errors.append(
            max(
                abs(heat.distances[0, 1] - exact(.pi / 2)), abs(heat.distances[2, 1] - exact(.pi / 2)),
                abs(heat.distances[0, 2] - exact(.pi))))
    }
    #expect(errors[2] < 0.0015)
    for k in 1...2 { expectClose(log2(errors[k - 1] / errors[k]), 2, within: 0.1) }
    // At the antipode two ways meet, which makes it nearer by 2t log 2/π.
    expectClose(exact(.pi), .pi - 2 * time * log(2) / .pi, within: 0.01)
}

@Test func distancesOnACircleBecomeArcLengths() throws {
    let n = 400, laplacian = try laplacian(ExamplePoints.circle(n), neighbours: 4, dimension: 1)
    var worst: [Double] = []
    for time in [0.4, 0.2, 0.1] {
        let heat = try HeatGeodesics(laplacian, time: time)
        let d = heat.distances
        for j in 1...n / 2 { #expect(d[0, j] > d[0, j - 1]) }
        for i in [0, 17, 399] {
            #expect(d[i, i] == 0)
            for j in 0..<n { #expect(d[i, j] == d[j, i] && d[i, j].isFinite) }
        }
        worst.append((0...n / 2).reduce(0) { max($0, abs(d[0, $1] - 2 * .pi * Double($1) / Double(n))) })
    }
    // Twice as near for half the time, as long as the graph is fine enough.
    #expect(worst[0] < 0.19 && worst[1] < 0.6 * worst[0] && worst[2] < 0.7 * worst[1])
    // The methods agree where they all resolve the heat.
    let series = try HeatGeodesics(laplacian, time: 0.4)
    for method in [HeatKernel.Method.dense, .chebyshev] {
        let other = try HeatGeodesics(laplacian, time: 0.4, method: method)
        for (a, b) in zip(series.distances.elements, other.distances.elements) { expectClose(a, b, within: 1e-6) }
    }
}

@Test func distancesOnASphereAreThoseOfItsHeat() throws {
    // h(θ) = Σ (2l + 1) e^{−l(l+1)t} P_l(cos θ)
    let n = 1000, time = 0.2, points = ExamplePoints.sphere(n), sources = Array(stride(from: 0, to: n, by: 40))
    func exact(_ x: Double) -> Double {
        func h(_ x: Double) -> Double {
            var (before, now, sum) = (1.0, x, 1.0)
            for l in 1..<30 {
                sum += Double(2 * l + 1) * exp(-Double(l * (l + 1)) * time) * now
                (before, now) = (now, (Double(2 * l + 1) * x * now - Double(l) * before) / Double(l + 1))
            }
            return sum
        }
        return (-4 * time * log(h(x) / h(1))).squareRoot()
    }
    let heat = try HeatGeodesics(laplacian(points, neighbours: 15, dimension: 2), time: time, sources: sources)
    var pairs: [(arc: Double, heat: Double)] = []
    for a in sources.indices {
        for b in 0..<a {
            let cosine = (0..<3).reduce(0) { $0 + points[sources[a], $1] * points[sources[b], $1] }
            pairs.append((acos(max(-1, min(1, cosine))), heat.distances[a, b]))
            // Edges of a tenth of the radius: half a tenth of the distance at most.
            if cosine > -0.9 { expectClose(heat.distances[a, b], exact(cosine), within: 0.12) }
        }
    }
    // Order: pairs that differ by a tenth are told apart.
    pairs.sort { $0.arc < $1.arc }
    for i in stride(from: 0, to: pairs.count, by: 7) {
        if let j = (i..<pairs.count).first(where: { pairs[$0].arc > pairs[i].arc + 0.15 }) {
            #expect(pairs[j].heat > pairs[i].heat)
        }
    }
    let rms = (pairs.reduce(0) { $0 + ($1.heat - $1.arc) * ($1.heat - $1.arc) } / Double(pairs.count)).squareRoot()
    #expect(rms < 0.11)
}

@Test func heatOfALineIsGaussian() throws {
    // In R¹: −4t log h = d² + 2t log 4πt, h per length; the volume term takes the second part away.
    let spacing = 0.05, n = 321, middle = 160, time = 0.3
    let points = Matrix(rows: n, columns: 1) { i, _ in spacing * Double(i) }
    let graph = try NeighbourGraph(NearestNeighbours(points, count: 2), weights: .gaussian(bandwidth: spacing))
    // Ends apart all rates are those of 1/spacing².
    let laplacian = try GraphLaplacian(graph, normalization: .combinatorial, dimension: 1)
    let heat = try HeatKernel(laplacian, time: time, sources: [middle])
    let near = try HeatGeodesics(laplacian, time: time, sources: [middle, middle + 10, middle + 30])
    for steps in [0, 4, 10, 30] {
        let d = spacing * Double(steps), density = heat.density[middle + steps, 0] / spacing
        expectClose(-4 * time * log(density), d * d + 2 * time * log(4 * .pi * time), within: 0.01)
    }
    expectClose(near.distances[0, 1], 0.5, within: 0.005)
    expectClose(near.distances[0, 2], 1.5, within: 0.01)
    expectClose(near.distances[1, 2], 1, within: 0.005)
}

@Test func distancesOfTwelvePointsAreThoseOfNumpy() throws {
    // scipy 1.17.1: expm(−0.7L), L = 1 − W/√(DDᵀ), h = H/√(mmᵀ), m = D/mean(D); W of the four nearest, exp(−d²/2·0.8²).
    let points = ExamplePoints.twelve
    let graph = try NeighbourGraph(NearestNeighbours(points, count: 4), weights: .gaussian(bandwidth: 0.8))
    let laplacian = try GraphLaplacian(graph)
    func distance(_ metric: HeatGeodesics.Metric, _ i: Int, _ j: Int) throws -> Double {
        try HeatGeodesics(laplacian, time: 0.7, sources: [i, j], metric: metric).distances[0, 1]
    }
    expectClose(try distance(.geodesic, 0, 7), 2.1589812840346503, within: 1e-10)
    expectClose(try distance(.geodesic, 3, 11), 3.7026795165993858, within: 1e-10)
    expectClose(try distance(.diffusion, 0, 7), 0.6827916414699738, within: 1e-10)
    expectClose(try distance(.potential, 0, 7), 1.786669197134762, within: 1e-10)
    expectClose(try distance(.neighbour, 0, 7), 2.102578341723315, within: 1e-10)
}

@Test func componentsAreMeasuredApart() throws {
    // A circle of 60 and one of 30 far away.
    let small = ExamplePoints.circle(30)
    let points = ExamplePoints.circle(60).appendingRows(of: Matrix(rows: 30, columns: 2) { small[$0, $1] + 50 })
    var settings = NeighbourhoodGeometry.Settings()
    (settings.neighbours, settings.dimension) = (4, 1)
    let geometry = try NeighbourhoodGeometry(points, settings)
    #expect(geometry.components.map(\.count) == [60, 30] && geometry.landmarks == Array(0..<60))
    #expect(geometry.heat.distances.isFinite && geometry.picture.points.isFinite)
    #expect(geometry.agreementWithPaths > 0.999 && geometry.agreementWithStraight > 0.999)
    // The same circle alone.
    let alone = try NeighbourhoodGeometry(ExamplePoints.circle(60), settings)
    expectClose(alone.heat.distances[0, 20], geometry.heat.distances[0, 20], within: 1e-9)
}

@Test func ranksAreThoseOfSpearman() {
    let a = Matrix(rows: 3, columns: 3, elements: [0, 1, 2, 1, 0, 3, 2, 3, 0]),
        b = Matrix(rows: 3, columns: 3, elements: [0, 10, 30, 10, 0, 20, 30, 20, 0])
    // Ranks (0, 1, 2) and (0, 2, 1): 1 − 6·2/(3·8).
    expectClose(NeighbourhoodGeometry.rankCorrelation(a, b), 0.5, within: 1e-15)
    expectClose(NeighbourhoodGeometry.rankCorrelation(a, a), 1, within: 1e-15)
    #expect(NeighbourhoodGeometry.rankCorrelation(a, Matrix(rows: 3, columns: 3, repeating: 1)) == 0)
}

@Test func pathsOfStatesHaveTheirLengths() throws {
    let x = ExamplePoints.sphere(40)
    func scaled(_ factor: Double) -> Matrix { Matrix(rows: 40, columns: 3, elements: x.elements.map { factor * $0 }) }
    // Along a ray: |a − b| times the root mean square norm, 1.
    let straight = try FunctionSpacePath([scaled(1), scaled(2), scaled(4)], .values)
    expectClose(straight.length, 3, within: 1e-12)
    expectClose(straight.chord, 3, within: 1e-12)
    // Kernels do not see size or rotation.
    let turned = Matrix(rows: 40, columns: 3) { x[$0, ($1 + 1) % 3] }
    let kernel = try FunctionSpacePath([x, scaled(3), turned], .kernel)
    #expect(kernel.length < 1e-6)
    // Against alignment of the kernels themselves.
    let stretched = Matrix(rows: 40, columns: 3) { x[$0, $1] * Double(1 + $1) }
    let angle = try FunctionSpacePath([x, stretched], .kernel).chord
    expectClose(cos(angle), KernelMeasures.alignment(x * x.ᵀ, with: stretched * stretched.ᵀ)!, within: 1e-12)
    #expect(throws: FunctionSpaceError.constantFeatures(state: 1)) {
        try FunctionSpacePath([x, Matrix(rows: 40, columns: 2, repeating: 1)], .kernel)
    }
}
