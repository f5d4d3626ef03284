import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Ideal patterns beside numbers from NumPy, which share no code, and laws of the spectrum.
///
/// The recipe (NumPy 2.4, SciPy 1.17): map[y, x] on a 60 × 60 grid, Σ cos(k(cos θ x + sin θ y)) over θ, θ + 60°, θ + 120° with k = 4π/(15√3), or cosines with
/// k = 2π/15; Pearson correlation of the overlap at every lag; `scipy.ndimage.map_coordinates(order=1)` of it turned; `numpy.corrcoef` over
/// 7.5 ≤ r ≤ 22.5.
@Suite struct GridScoreTests {
    static func hexagon(_ θ: Double = 0) -> Matrix {
        let k = 4 * .pi / (3.0.squareRoot() * 15)
        return Matrix(rows: 60, columns: 60) { y, x in
            (0..<3).reduce(0) {
                $0 + cos(k * (cos(θ + Double($1) * .pi / 3) * Double(x) + sin(θ + Double($1) * .pi / 3) * Double(y)))
            }
        }
    }
    static let square = Matrix(rows: 60, columns: 60) { cos(2 * .pi * Double($0) / 15) + cos(2 * .pi * Double($1) / 15) }
    static func stripe(_ θ: Double = 0) -> Matrix {
        Matrix(rows: 60, columns: 60) { cos(2 * .pi / 15 * (cos(θ) * Double($1) + sin(θ) * Double($0))) }
    }

    @Test func idealPatterns() throws {
        let cases: [(Matrix, Double, Double, Double, Double)] = [
            (Self.hexagon(), 1.3335, 1.3335, -0.6215, -0.6215), (Self.hexagon(0.3), 1.3267, 1.3267, -0.6119, -0.6130),
            (Self.square, -0.3991, -1.1974, 1.0687, 1.0687), (Self.stripe(), 0.1856, 0.0054, 0.0659, 0.0659),
            (Self.stripe(0.4), 0.1937, 0.0115, 0.0679, 0.0659),
        ]
        for (map, mean60, min60, mean90, min90) in cases {
            let score = try #require(GridScore(Autocorrelogram(RateMap(map)), spacing: 15))
            #expect(score.ring == 7.5...22.5)
            expectClose(score.meanMinusMean60, mean60, within: 6e-5)
            expectClose(score.minMinusMax60, min60, within: 6e-5)
            expectClose(score.meanMinusMean90, mean90, within: 6e-5)
            expectClose(score.minMinusMax90, min90, within: 6e-5)
        }
    }

    /// White noise: 0.01 ± 0.01 on average over 24 maps, with a standard deviation of 0.05, by the same program.
    @Test func noise() throws {
        let scores = try Threads.map(60) { (index: Int) throws -> Double in
            var stream = RandomStream(seed: 1, .test, index)
            return try #require(GridScore(Autocorrelogram(RateMap(stream.normals(rows: 60, columns: 60))), spacing: 15))
                .meanMinusMean60
        }
        expectConsistent(Estimate(scores), with: 0, seeing: 0.1, allowance: 0.03)
        let estimate = Estimate(scores)
        expectClose(estimate.standardError * 60.0.squareRoot(), 0.05, within: 0.025)
    }

    /// Spacing found from the map itself, at any orientation; nothing else is told.
    @Test(arguments: [0, 0.2, 0.5]) func spacingIsFound(θ: Double) throws {
        let score = try #require(GridScore(Autocorrelogram(RateMap(Self.hexagon(θ)))))
        expectClose(try #require(score.spacing), 15, within: 0.6)
        #expect(score.meanMinusMean60 > 1.2)
    }

    /// By the definition: two lists of numbers and their correlation, with bins that nobody visited.
    @Test func correlogramByDefinition() {
        var stream = RandomStream(seed: 2, .test)
        let positions = Matrix(rows: 400, columns: 2) { _, _ in stream.uniform() }
        let path = RateMap.Path(positions, bins: 12), map = RateMap(path, activity: stream.normals(400), smoothing: 0)
        #expect(map.isVisited.contains(false))
        let found = Autocorrelogram(map)
        for (dx, dy) in [(0, 0), (2, 1), (-3, 4), (5, -2)] {
            var (a, b) = ([Double](), [Double]())
            for x in 0..<12 {
                for y in 0..<12 where (0..<12).contains(x + dx) && (0..<12).contains(y + dy) {
                    if map.isVisited[x * 12 + y] && map.isVisited[(x + dx) * 12 + y + dy] {
                        a.append(map.rates[y, x])
                        b.append(map.rates[y + dy, x + dx])
                    }
                }
            }
            let (ma, mb) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
            let joint = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
            let norm = (a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) } * b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) }).squareRoot()
            expectClose(found.values[found.reach + dy, found.reach + dx], joint / norm, within: 1e-10)
        }
        expectClose(found.values[found.reach, found.reach], 1, within: 1e-12)
    }

    /// A path over a hexagon: rates are the pattern's, the score is high and beats every shift in time; a unit of noise does not.
    @Test func fromPositions() throws {
        var stream = RandomStream(seed: 3, .test)
        var (x, y, heading) = (0.5, 0.5, 0.0)
        let positions = (0..<12_000).map { _ in
            heading += 0.3 * stream.normal()
            (x, y) = (x + 0.02 * cos(heading), y + 0.02 * sin(heading))
            if !(0...1).contains(x) || !(0...1).contains(y) {
                (x, y, heading) = (min(max(x, 0), 1), min(max(y, 0), 1), heading + .pi)
            }
            return (x, y)
        }
        let k = 4 * .pi / (3.0.squareRoot() * 0.3)
        let activity = positions.map { p in
            (0..<3).reduce(0) { $0 + cos(k * (cos(Double($1) * .pi / 3) * p.0 + sin(Double($1) * .pi / 3) * p.1)) }
                + stream.normal()
        }
        let path = RateMap.Path(Matrix(rows: 12_000, columns: 2) { $1 == 0 ? positions[$0].0 : positions[$0].1 }, bins: 24)
        func test(_ activity: [Double]) throws -> GridScoreTest {
            try #require(
                GridScoreTest(RateMap(path, activity: activity, smoothing: 1), spacing: nil, draws: 39, seed: 1, index: 0) {
                    draw in
                    let shift = 600 + draw * 270
                    return RateMap(path, activity: Array(activity[shift...] + activity[..<shift]), smoothing: 1)
                })
        }
        let grid = try test(activity)
        #expect(grid.score.meanMinusMean60 > 1 && grid.p.meanMinusMean == 1.0 / 40 && grid.p.minMinusMax == 1.0 / 40)
        expectClose(try #require(grid.score.spacing), 0.3 * 24, within: 0.5)
        #expect(try test(stream.normals(12_000)).p.meanMinusMean > 0.1)
    }

    /// The null of shuffled bins: smoothed noise has p-values without preference, hexagons have the least.
    @Test func shuffledBins() throws {
        func p(_ map: Matrix, _ index: Int) throws -> Double {
            try #require(GridScoreTest(RateMap(map), spacing: nil, draws: 19, seed: 2, index: index)).p.meanMinusMean
        }
        let small = Matrix(rows: 24, columns: 24) { y, x in
            let k = 4 * .pi / (3.0.squareRoot() * 8)
            return (0..<3).reduce(0) {
                $0 + cos(k * (cos(Double($1) * .pi / 3) * Double(x) + sin(Double($1) * .pi / 3) * Double(y)))
            }
        }
        #expect(try p(small, 0) == 0.05)
        let others = try (0..<40).map { index in
            var stream = RandomStream(seed: 4, .test, index)
            return try p(stream.normals(rows: 24, columns: 24), index)
        }
        // Uniform on 1/20 … 1: mean 0.525, standard deviation 0.288.
        expectConsistent(Estimate(others), with: 0.525, seeing: 0.35)
        #expect(
            GridScoreTest(RateMap(Matrix(rows: 24, columns: 24, repeating: 2)), spacing: nil, draws: 3, seed: 1, index: 0) == nil)
    }
}

@Suite struct PlaceCodeTests {
    /// k*² = 2 ln(σ₂²/σ₁²)/(σ₂² − σ₁²) is where the power is largest: by trying.
    @Test func maximumOfThePower() {
        let code = PlaceCode(.differenceOfGaussians, narrow: 0.12, wide: 0.24)
        let best = (1...40_000).map { Double($0) / 1000 }.max { code.power($0) < code.power($1) }!
        expectClose(code.waveNumber, best, within: 1e-3)
        expectClose(code.waveNumber, (2 * log(4.0) / (0.24 * 0.24 - 0.12 * 0.12)).squareRoot(), within: 1e-12)
        #expect(PlaceCode(.gaussian, narrow: 0.1, wide: 0).waveNumber == 0)
    }

    /// The transform of a field in a box against the closed form; both kinds of difference agree where cells are dense, and the softmax of sparse cells does not.
    @Test func boxes() throws {
        let (narrow, wide) = (0.04, 0.08)
        let plane = PlaceCode(.differenceOfGaussians, narrow: narrow, wide: wide)
        let box = plane.boxSpectrum(cells: 40, bins: 80)
        let exact = (1...40).map { plane.power(2 * .pi * Double($0)) }, scale = exact.max()! / box.max()!
        // Shells of lattice points stand for circles.
        for k in 2..<9 { expectClose(box[k] * scale, exact[k], within: 0.06 * exact.max()!, "\(k)") }
        let waves = try #require(plane.boxWaveNumber(cells: 40, bins: 80))
        expectClose(waves, plane.waveNumber, within: 2)
        let soft = PlaceCode(.differenceOfSoftmax, narrow: narrow, wide: wide)
        expectClose(try #require(soft.boxWaveNumber(cells: 40, bins: 80)), waves, within: 0.05)
        let sparse = PlaceCode(.differenceOfSoftmax, narrow: narrow, wide: wide).boxWaveNumber(cells: 5, bins: 80)
        #expect(abs((sparse ?? 0) - waves) > 1)
        #expect(PlaceCode(.gaussian, narrow: 0.1, wide: 0).boxWaveNumber(cells: 20, bins: 40) == nil)
    }
}
