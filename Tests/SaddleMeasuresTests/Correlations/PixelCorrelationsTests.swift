import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Processes with known correlations of every order, and clones that keep some of them.
struct PixelCorrelationsTests {
    private func deviations(_ found: [Estimate], from truth: (Int) -> Double) -> [Double] {
        found.enumerated().map { ($1.mean - truth($0 + 1)) / $1.standardError }
    }

    /// Random telegraph of ±1 that flips with probability p a step: q = 1 − 2p, G₂ = q^r, G₃ = 0, ⟨δδδδ⟩ = q^{2r}, so G₄ = −2q^{4r}.
    @Test func telegraph() throws {
        var stream = RandomStream(seed: 1, .probe)
        let n = 4000, length = 20, p = 0.1
        var x = Matrix(rows: n, columns: length)
        for i in 0..<n {
            var s = stream.uniform() < 0.5 ? 1.0 : -1
            for j in 0..<length {
                x[i, j] = s
                if stream.uniform() < p { s = -s }
            }
        }
        let found = try PixelCorrelations(x, PixelGrid(axes: [length])!, longest: 6)
        let q = 1 - 2 * p
        for (values, truth) in [
            (found.second, { pow(q, Double($0)) }), (found.third, { _ in 0.0 }), (found.fourth, { -2 * pow(q, 4 * Double($0)) }),
        ] as [([Estimate], (Int) -> Double)] {
            #expect(deviations(values, from: truth).allSatisfy { abs($0) < 4 })
        }
        // What it can see: the sign of G₄.
        #expect(found.fourth[0].mean < -10 * found.fourth[0].standardError)
    }

    /// Gaussian images that are not the same everywhere: pairings by position leave nothing; of mean pairings something would be left.
    @Test func gaussianFieldsHaveNoHigherOrders() throws {
        var stream = RandomStream(seed: 2, .probe)
        let grid = PixelGrid(axes: [6, 6])!
        let mixing = stream.normals(rows: 36, columns: 36)
        var x = stream.normals(rows: 2000, columns: 36) * mixing
        x.scaleColumns(by: (0..<36).map { 1 + Double($0 % 5) })
        let found = try PixelCorrelations(x, grid, longest: 4)
        #expect(deviations(found.third + found.fourth, from: { _ in 0 }).allSatisfy { abs($0) < 4 })
        // With the square of a normal added to all pixels of an image, which is skewed: seen.
        for i in 0..<2000 {
            let z = stream.normal()
            for j in 0..<36 { x[i, j] += 10 * z * z }
        }
        let skewed = try PixelCorrelations(x, grid, longest: 1)
        #expect(abs(skewed.third[0].mean) > 5 * skewed.third[0].standardError)
    }

    /// Fields made of waves with amplitude k^{−s/2} have the slope s, though images are no tori: the window takes the borders away.
    @Test func slopeOfTheSpectrum() throws {
        var stream = RandomStream(seed: 3, .probe)
        let side = 32, n = 60, exponent = 2.0
        let x = field(n, side: 2 * side, exponent: exponent, &stream)
        // A quarter of each torus is no torus.
        let places = (0..<side * side).map { $0 / side * 2 * side + $0 % side }
        let found = try PixelCorrelations(x.selectingColumns(places), PixelGrid(axes: [side, side])!, longest: 1)
        let slope = found.spectrum.slope!
        #expect(abs(slope.mean - exponent) < 0.15 + 3 * slope.standardError, "\(slope)")
    }

    @Test func whiteNoiseIsFlat() throws {
        var stream = RandomStream(seed: 4, .probe)
        let found = try PixelCorrelations(
            stream.normals(rows: 500, columns: 256), PixelGrid(axes: [16, 16])!, longest: 3)
        #expect(deviations(found.spectrum.power, from: { _ in 1 }).allSatisfy { abs($0) < 4 })
        #expect(deviations(found.second, from: { _ in 0 }).allSatisfy { abs($0) < 4 })
    }

    @Test func gaussianClonesHaveTheCovarianceOfEachClass() throws {
        var stream = RandomStream(seed: 5, .probe)
        let n = 3000
        let classes = (0..<n).map { $0 % 2 }
        let x = Matrix(rows: n, columns: 3) { i, j in
            let z = stream.uniform() - 0.5
            return Double(classes[i]) * Double(j) + z * (classes[i] == 0 ? 1 : 2)
        }
        let clone = try Clones.gaussian.clone(x, .classes(classes, names: ["a", "b"]), nil, seed: 1)
        for c in 0..<2 {
            let rows = classes.indices.filter { classes[$0] == c }, (a, b) = (x.selectingRows(rows), clone.selectingRows(rows))
            for j in 0..<3 {
                let (u, v) = (column(a, j), column(b, j))
                #expect(abs(mean(u) - mean(v)) < 5 * (variance(u) / Double(rows.count)).squareRoot())
                #expect(abs(variance(v) / variance(u) - 1) < 5 * (2 / Double(rows.count)).squareRoot())
                // The uniform law is no longer there.
                #expect(kurtosis(u) < 2 && abs(kurtosis(v) - 3) < 0.5)
            }
        }
    }

    @Test func phaseClonesKeepEverySpectrum() throws {
        var stream = RandomStream(seed: 6, .probe)
        let grid = PixelGrid(axes: [2, 5, 4])!, x = stream.normals(rows: 7, columns: 40)
        let clone = try Clones.phase.clone(x, .none, grid, seed: 1)
        #expect(zip(x.elements, clone.elements).contains { abs($0 - $1) > 0.1 })
        for i in 0..<7 {
            for channel in 0..<2 {
                for ky in 0..<5 {
                    for kx in 0..<4 {
                        #expect(abs(power(x, i, grid, channel, ky, kx) - power(clone, i, grid, channel, ky, kx)) < 1e-9)
                    }
                }
                let sums = [x, clone].map { m in (0..<20).reduce(0.0) { $0 + m[i, grid.index(channel, $1)] } }
                #expect(abs(sums[0] - sums[1]) < 1e-10)
            }
        }
    }

    // MARK: Oracles

    private func power(_ x: Matrix, _ i: Int, _ g: PixelGrid, _ channel: Int, _ ky: Int, _ kx: Int) -> Double {
        var (re, im) = (0.0, 0.0)
        for y in 0..<g.height {
            for w in 0..<g.width {
                let angle = 2 * Double.pi * (Double(ky * y) / Double(g.height) + Double(kx * w) / Double(g.width))
                let value = x[i, g.index(channel, y * g.width + w)]
                re += value * cos(angle)
                im += value * sin(angle)
            }
        }
        return re * re + im * im
    }

    /// Sums of plane waves with random phases.
    private func field(_ n: Int, side: Int, exponent: Double, _ stream: inout RandomStream) -> Matrix {
        var x = Matrix(rows: n, columns: side * side)
        for ky in 0..<side / 2 {
            for kx in 0..<side / 2 where kx + ky > 0 {
                let k = Double(kx * kx + ky * ky).squareRoot(), amplitude = pow(k, -exponent / 2)
                for sign in kx * ky > 0 ? [1.0, -1] : [1] {
                    let (a, b) = (stream.normals(n), stream.normals(n))
                    for p in 0..<side * side {
                        let angle = 2 * Double.pi * (Double(kx * (p % side)) + sign * Double(ky * (p / side))) / Double(side)
                        let (c, s) = (amplitude * cos(angle), amplitude * sin(angle))
                        for i in 0..<n { x.elements[p * n + i] += a[i] * c + b[i] * s }
                    }
                }
            }
        }
        return x
    }

    private func column(_ x: Matrix, _ j: Int) -> [Double] { (0..<x.rows).map { x[$0, j] } }
    private func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    private func variance(_ x: [Double]) -> Double { mean(x.map { pow($0 - mean(x), 2) }) }
    private func kurtosis(_ x: [Double]) -> Double {
        let m = mean(x)
        return mean(x.map { pow($0 - m, 4) }) / pow(mean(x.map { pow($0 - m, 2) }), 2)
    }
}
