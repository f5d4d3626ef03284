import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Estimators against sums over all sorted distances, and their intervals against sets of known dimension.
struct DimensionEstimatesTests {
    @Test func estimatorsAreWhatTheirFormulasSay() throws {
        var stream = RandomStream(seed: 1, .probe)
        let x = PointClouds.gaussian(60, dimension: 3, &stream), n = 60, k = 8
        let found = DimensionEstimates(try DimensionSample(x, neighbours: 16), neighbours: k)
        let sorted = (0..<n).map { i in
            (0..<n).filter { $0 != i }.map { j in
                (0..<3).reduce(0.0) { $0 + pow(x[i, $1] - x[j, $1], 2) }.squareRoot()
            }.sorted()
        }
        let sums = sorted.map { t in (0..<k - 1).reduce(0.0) { $0 + log(t[k - 1] / t[$1]) } }
        #expect(abs(found.harmonic.dimension - Double(n * (k - 1) - 1) / sums.reduce(0, +)) < 1e-12)
        #expect(abs(found.arithmetic.dimension - sums.reduce(0.0) { $0 + Double(k - 2) / $1 } / Double(n)) < 1e-12)
        let two = Double(n - 1) / sorted.reduce(0.0) { $0 + log($1[1] / $1[0]) }
        #expect(abs(found.twoNeighbours.dimension - two) < 1e-12)
        // Generalised ratios: the maximum of the likelihood on a fine grid.
        for scale in found.scales.prefix(3) {
            let m = scale.neighbour
            func logLikelihood(_ d: Double) -> Double {
                sorted.reduce(0.0) { sum, t in
                    let μ = t[2 * m - 1] / t[m - 1]
                    return sum + log(d) + Double(m - 1) * log(pow(μ, d) - 1) - (d * Double(2 * m - 1) + 1) * log(μ)
                }
            }
            let best = stride(from: 0.5, to: 8, by: 1e-3).max { logLikelihood($0) < logLikelihood($1) }!
            #expect(abs(scale.value.dimension - best) < 1.1e-3, "m = \(m)")
        }
    }

    /// Intervals of the extrapolated dimension hold in 90 to 98 of 100 draws; with 60 of them between 49 and 60 (false alarm below 1e-4 a set at 95 %, and 80 % of the intervals would be seen).
    /// The plain estimate's interval does not hold in ten dimensions, and says so.
    @Test(arguments: [
        "gaussian 1", "gaussian 2", "gaussian 5", "gaussian 10", "sphere 1", "sphere 2", "sphere 5", "torus", "roll", "noisy 2",
    ])
    func intervalsHold(_ set: String) throws {
        let draws = 60, truth = Double(set.split(separator: " ").last.flatMap { Int($0) } ?? 2)
        let results = try Threads.map(draws) { draw throws in
            var stream = RandomStream(seed: 2, .probe, draw, set.count)
            let d = Int(truth), n = 400
            let x =
                switch set.split(separator: " ")[0] {
                case "gaussian": PointClouds.gaussian(n, dimension: d, &stream)
                case "sphere": PointClouds.sphere(n, dimension: d, &stream)
                case "torus": PointClouds.torus(n, &stream)
                case "roll": PointClouds.swissRoll(n, &stream)
                default:
                    PointClouds.noisy(PointClouds.gaussian(n, dimension: 2, &stream), dimensions: 12, deviation: 3e-4, &stream)
                }
            return DimensionEstimates(try DimensionSample(x, neighbours: 20), neighbours: 10)
        }
        let held = results.count { ($0.extrapolated.low...$0.extrapolated.high).contains(truth) }
        #expect(held >= 49, "\(held) of \(draws)")
        // What is said of smooth sets: settled, but for chance (two scales differ by three errors, or an interval leaves the features).
        #expect(results.count { $0.isSettled } > draws * 3 / 4)
        if set == "gaussian 10" {
            let missed = results.filter { !($0.harmonic.low...$0.harmonic.high).contains(truth) }
            #expect(missed.count > draws / 2)
            #expect(missed.count { $0.isBiased } > missed.count / 2)
        }
    }

    @Test func noiseHasManyDimensionsAtSmallScale() throws {
        var stream = RandomStream(seed: 3, .probe)
        let line = Matrix(rows: 2000, columns: 1) { _, _ in stream.uniform() }
        let x = PointClouds.noisy(line, dimensions: 10, deviation: 2e-3, &stream)
        let scales = DimensionEstimates(try DimensionSample(x, neighbours: 128), neighbours: 10).scales
        #expect(scales.first!.value.dimension > 3)
        #expect(scales.last!.value.dimension < 1.3)
    }

    /// Clusters of clusters have structure at every scale: the extrapolation moves with it, and says so.
    @Test func structureAtEveryScaleIsNotSettled() throws {
        var stream = RandomStream(seed: 5, .probe)
        var x = Matrix(rows: 2000, columns: 20)
        for level in 0..<8 {
            // Each level splits every cluster into two and moves the halves apart.
            var moves: [Int: [Double]] = [:]
            for i in 0..<2000 {
                let cluster = i >> (10 - level)
                let move = moves[cluster] ?? stream.normals(20)
                moves[cluster] = move
                for j in 0..<20 { x[i, j] += move[j] * pow(0.75, Double(level)) }
            }
        }
        x.add(stream.normals(rows: 2000, columns: 20), scale: 0.05)
        #expect(!DimensionEstimates(try DimensionSample(x, neighbours: 20), neighbours: 10).isSettled)
    }

    @Test func copiesCountOnce() throws {
        var stream = RandomStream(seed: 4, .probe)
        let x = PointClouds.gaussian(200, dimension: 2, &stream)
        let doubled = x.appendingRows(of: x.selectingRows([3, 5, 5]))
        let (plain, copied) = (try DimensionSample(x, neighbours: 10), try DimensionSample(doubled, neighbours: 10))
        #expect(copied.copies == [200, 201, 202] && copied.count == 200)
        #expect(
            DimensionEstimates(plain, neighbours: 10).harmonic.dimension
                == DimensionEstimates(copied, neighbours: 10).harmonic.dimension)
        #expect(throws: TooFewPoints.self) { try DimensionSample(Matrix(rows: 40, columns: 2, repeating: 1), neighbours: 10) }
    }
}
