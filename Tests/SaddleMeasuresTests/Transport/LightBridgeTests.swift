import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleMeasures

/// Gaussian closed forms, quadrature, simulated paths; they catch a wrong power of ε, a wrong gradient, a drift of another process.
@Suite struct LightBridgeTests {
    /// Of mean zero and exactly this second moment.
    private func cloud(_ n: Int, _ covariance: Matrix, _ index: Int) throws -> Matrix {
        var stream = RandomStream(seed: 1, .test, index)
        var x = stream.normals(rows: n, columns: covariance.rows).centredColumns
        x.solveRight(upper: try x.gram(scale: 1 / Double(n)).cholesky())
        return Matrix.product(.plain(x), .plain(try covariance.cholesky()))
    }

    /// E[x(S x)ᵀ] of a bridge with one component.
    private func covariance(_ fit: LightBridge, _ a: Matrix) -> Matrix { a * fit.components[0].shape }

    /// (√(ε² + 4ab) − ε)/2; √(ab) for ε → 0, 0 for ε → ∞.
    @Test(arguments: [0.001, 0.1, 1, 30, 1e4]) func oneDimension(ε: Double) throws {
        let (a, b) = (1.7, 0.4)
        let x = try cloud(300, Matrix(rows: 1, columns: 1, elements: [a]), 0),
            y = try cloud(300, Matrix(rows: 1, columns: 1, elements: [b]), 1)
        var settings = LightBridge.Settings(epsilon: ε)
        settings.components = [1]
        let fit = try LightBridge.fits(x, y, settings)[0], exact = ((ε * ε + 4 * a * b).squareRoot() - ε) / 2
        let found = covariance(fit.bridge, Matrix(rows: 1, columns: 1, elements: [a]))[0, 0]
        expectClose(found, exact, within: 1e-4 * exact, "ε = \(ε), \(fit.ending) after \(fit.steps)")
        if ε == 0.001 { expectClose(found, (a * b).squareRoot(), within: 0.001) }
        if ε == 1e4 { #expect(found < 1e-4) }
        // Negative control: the covariance for the cost |x − y|², a factor of two off in ε.
        if ε == 1 { #expect(abs(found - ((0.25 + 4 * a * b).squareRoot() - 0.5) / 2) > 0.1) }
    }

    /// Four Gaussians where one would do: the covariance E(x E(y | x)) stays within 1 %.
    @Test func moreComponentsThanNeeded() throws {
        let (a, b, ε) = (1.7, 0.4, 0.5)
        let x = try cloud(800, Matrix(rows: 1, columns: 1, elements: [a]), 4)
        let y = try cloud(800, Matrix(rows: 1, columns: 1, elements: [b]), 5)
        var settings = LightBridge.Settings(epsilon: ε)
        settings.components = [1, 2, 4]
        let bridge = try #require(LightBridge.fits(x, y, settings).last).bridge
        let found = (0..<800).reduce(0) { $0 + x[$1, 0] * bridge.barycentre([x[$1, 0]])[0] } / 800
        let exact = ((ε * ε + 4 * a * b).squareRoot() - ε) / 2
        expectClose(found, exact, within: 0.01 * exact)
    }

    /// ½(A^½(4A^½BA^½ + ε²)^½A^{−½} − ε) for covariances A and B (Janati, Muzellec, Peyré, Cuturi 2020).
    @Test func severalDimensions() throws {
        var stream = RandomStream(seed: 2, .test)
        var (a, b) = (
            stream.normals(rows: 9, columns: 3).gram(scale: 1.0 / 9), stream.normals(rows: 9, columns: 3).gram(scale: 1.0 / 9)
        )
        a.add(.identity(3), scale: 0.2)
        b.add(.identity(3), scale: 0.2)
        let ε = 0.7, x = try cloud(200, a, 2), y = try cloud(200, b, 3)
        var settings = LightBridge.Settings(epsilon: ε)
        settings.components = [1]
        let fit = try LightBridge.fits(x, y, settings)[0], found = covariance(fit.bridge, a)
        let point = try PositiveDefinite(a)
        let (root, inverse) = (point.mapping { $0.squareRoot() }, point.mapping { 1 / $0.squareRoot() })
        var inner = (root * b * root).symmetrized
        inner.scale(by: 4)
        inner.add(.identity(3), scale: ε * ε)
        var exact = root * (try PositiveDefinite(inner).mapping { $0.squareRoot() }) * inverse
        exact.add(.identity(3), scale: -ε)
        exact.scale(by: 0.5)
        for (p, q) in zip(found.elements, exact.elements) { expectClose(p, q, within: 1e-4) }
    }

    @Test func gradient() throws {
        var stream = RandomStream(seed: 3, .test)
        let loss = BridgeLoss(stream.normals(rows: 12, columns: 2), stream.normals(rows: 15, columns: 2), epsilon: 0.4)
        let single = loss.parameters(loss.start())
        let point = (single + single + single).map { $0 + 0.3 * stream.normal() },
            exact = try #require(loss.value(point)).gradient
        for i in point.indices {
            var (up, down) = (point, point)
            up[i] += 1e-5
            down[i] -= 1e-5
            expectClose(exact[i], (loss.value(up)!.value - loss.value(down)!.value) / 2e-5, within: 1e-7, "\(i)")
        }
        for (a, b) in zip(loss.parameters(loss.bridge(point)), point) { expectClose(a, b, within: 1e-12) }
    }

    private let bridge = LightBridge(
        epsilon: 0.5,
        components: [
            .init(logWeight: log(0.4), centre: [-1.2], factor: Matrix(rows: 1, columns: 1, elements: [0.7])),
            .init(logWeight: log(0.6), centre: [0.9], factor: Matrix(rows: 1, columns: 1, elements: [0.4])),
        ])

    private func potential(_ y: Double) -> Double {
        zip([0.4, 0.6], [(-1.2, 0.5 * 0.49), (0.9, 0.5 * 0.16)]).reduce(0) {
            $0 + $1.0 * exp(-(y - $1.1.0) * (y - $1.1.0) / (2 * $1.1.1)) / (2 * .pi * $1.1.1).squareRoot()
        }
    }

    /// Plan, mean and cost by integration of e^{xy/ε} v(y).
    @Test func planByQuadrature() {
        for x in [-1.0, 0.3, 2] {
            let grid = (-40_000...40_000).map { Double($0) / 4000 }, weights = grid.map { exp(x * $0 / 0.5) * potential($0) }
            let mass = weights.reduce(0, +)
            expectClose(LightBridge.logSum(bridge.logWeights([x])), log(mass / 4000), within: 1e-10)
            expectClose(bridge.barycentre([x])[0], zip(grid, weights).reduce(0) { $0 + $1.0 * $1.1 } / mass, within: 1e-10)
            expectClose(
                bridge.cost([x]), zip(grid, weights).reduce(0) { $0 + 0.5 * ($1.0 - x) * ($1.0 - x) * $1.1 } / mass, within: 1e-10
            )
        }
    }

    /// ε d/dx ln ∫ N(y | x, ε(1 − t)) v(y) e^{y²/2ε} dy.
    @Test(arguments: [0.0, 0.35, 0.9]) func driftByQuadrature(t: Double) throws {
        let grid = (-40_000...40_000).map { Double($0) / 4000 }, ε = 0.5
        func height(_ x: Double) -> Double {
            log(grid.reduce(0) { $0 + exp(-($1 - x) * ($1 - x) / (2 * ε * (1 - t)) + $1 * $1 / (2 * ε)) * potential($1) })
        }
        for x in [-0.8, 0.1, 1.3] {
            let exact = ε * (height(x + 1e-4) - height(x - 1e-4)) / 2e-4
            expectClose(try bridge.drift([x], at: t)[0], exact, within: 1e-6)
        }
    }

    /// Paths of dx = g dt + √ε dW end as the plan says.
    @Test func pathsEndInThePlan() throws {
        var ends: [Double] = []
        for path in 0..<1500 {
            var stream = RandomStream(seed: 4, .test, path)
            var x = 0.2
            for step in 0..<60 {
                x += try bridge.drift([x], at: Double(step) / 60)[0] / 60 + (0.5 / 60).squareRoot() * stream.normal()
            }
            ends.append(x)
        }
        // Of Euler's steps, seen to halve with them.
        expectConsistent(Estimate(ends), with: bridge.barycentre([0.2])[0], seeing: 0.3, allowance: 0.03)
        var stream = RandomStream(seed: 5, .test)
        let drawn = (0..<4000).map { _ in bridge.sample([0.2], &stream)[0] }
        expectConsistent(Estimate(drawn), with: bridge.barycentre([0.2])[0], seeing: 0.12)
    }

    /// From one Gaussian to two: targets drawn from the plan have the moments of the second cloud, and the cost is that of Sinkhorn on the same points.
    @Test func twoHills() throws {
        var stream = RandomStream(seed: 6, .test)
        let x = stream.normals(rows: 400, columns: 2)
        let y = Matrix(rows: 400, columns: 2) { i, j in (j == 0 ? (i % 2 == 0 ? 2.0 : -2) : 0) + 0.4 * stream.normal() }
        var settings = LightBridge.Settings(epsilon: 0.3)
        settings.components = [1, 2, 4, 6]
        let fits = try LightBridge.fits(x, y, settings), fit = fits.last!
        #expect(fit.bridge.components.count == 6 && fits[1].loss < fits[0].loss - 0.3)
        #expect(zip(fits, fits.dropFirst()).allSatisfy { $1.loss <= $0.loss + 1e-3 }, "\(fits.map(\.loss))")
        let rows = (0..<400).map { [x[$0, 0], x[$0, 1]] }
        let bridgeCost = rows.reduce(0) { $0 + fit.bridge.cost($1) } / 400
        let sinkhorn = Sinkhorn(Sinkhorn.halfSquares(x, y), epsilon: 0.3, tolerance: 1e-7)
        #expect(sinkhorn.isConverged)
        expectClose(bridgeCost, sinkhorn.cost, within: 0.05 * sinkhorn.cost)
        let drawn = rows.map { fit.bridge.sample($0, &stream)[0] }
        let mean = y.elements[..<400].reduce(0, +) / 400, square = y.elements[..<400].reduce(0) { $0 + $1 * $1 } / 400
        expectConsistent(Estimate(drawn), with: mean, seeing: 1)
        expectConsistent(Estimate(drawn.map { $0 * $0 }), with: square, seeing: 1)
        expectClose(fit.bridge.loss(x, y), fit.loss, within: 1e-10)
    }
}

/// Clouds of known covariances, in units that should not matter.
@Suite struct CloudTransportTests {
    /// Gaussians in four dimensions: the bridge and Sinkhorn beside the closed form; a thousand times larger, all costs are a million times larger.
    @Test func gaussians() throws {
        func clouds(_ scale: Double) -> (Matrix, Matrix) {
            var stream = RandomStream(seed: 7, .test)
            var (x, y) = (stream.normals(rows: 300, columns: 4), stream.normals(rows: 300, columns: 4))
            x.scaleColumns(by: [3, 1, 0.01, 1].map { scale * $0 })
            y.scaleColumns(by: [1, 2, 0.01, 1].map { scale * $0 })
            for i in 0..<300 { y[i, 2] += 5 * scale }
            return (x, y)
        }
        var settings = CloudTransport.Settings()
        (settings.dimensions, settings.epsilon, settings.components) = (2, 0.2, 1)
        let (x, y) = clouds(1), found = try CloudTransport(x, y, arePaired: false, settings)
        expectClose(found.translation, 12.5, within: 0.2)
        expectClose(found.bridgeCost, found.gaussianCost, within: 0.1 * found.gaussianCost)
        // ½ Σ (√a − √b)² without noise, and what the noise adds.
        #expect(found.gaussianCost > 2.2 && found.gaussianCost < 3.5 && found.independentCost > 6)
        #expect(found.pairedCost == nil && found.keptShares.first > 0.85 && found.mapDifference < 0.3)
        let (u, v) = clouds(1000), large = try CloudTransport(u, v, arePaired: true, settings)
        expectClose(large.bridgeCost / found.bridgeCost, 1e6, within: 1e3)
        expectClose(large.sinkhorn.cost / found.sinkhorn.cost, 1e6, within: 1e3)
        #expect(try #require(large.pairedCost) > large.gaussianCost)
    }
}
