import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

/// Noise has no outliers, planted directions are found where theory says that they can be, and the decay of a power law is read off.
struct CorrelationSpectrumTests {
    /// One of a hundred sets of noise has an outlier: of 100, fewer than 6 in all but one of 1700 runs. The edge of the band itself is crossed more often.
    @Test(arguments: [(300, 60), (80, 200)])
    func noiseHasNoOutliers(_ n: Int, _ d: Int) throws {
        let found = try Threads.map(100) { draw throws in
            var stream = RandomStream(seed: 1, .probe, draw)
            return try CorrelationSpectrum(stream.normals(rows: n, columns: d))!
        }
        let outlying = found.count { $0.outliers > 0 }
        #expect(outlying < 6)
        let edge = pow(1 + (Double(d) / Double(n)).squareRoot(), 2)
        #expect(found.count { $0.eigenvalues[0] > edge } > outlying + 2)
        #expect(found.allSatisfy { abs($0.eigenvalues.reduce(0, +) - Double(d)) < 1e-9 })
    }

    /// A direction of strength above √q sticks out of the band, one below does not (Baik, Ben Arous and Péché).
    @Test func plantedDirections() throws {
        var stream = RandomStream(seed: 2, .probe)
        let n = 400, d = 100
        func planted(_ strength: Double) throws -> Int {
            let signal = stream.normals(n),
                direction = (0..<d).map { $0 % 2 == 0 ? 1 / Double(d).squareRoot() : -1 / Double(d).squareRoot() }
            var x = stream.normals(rows: n, columns: d)
            for j in 0..<d { for i in 0..<n { x[i, j] += strength.squareRoot() * signal[i] * direction[j] } }
            return try CorrelationSpectrum(x)!.outliers
        }
        #expect(try planted(3) == 1)
        #expect(try planted(0.1) == 0)
    }

    @Test func constantFeaturesAreLeftOut() throws {
        var stream = RandomStream(seed: 3, .probe)
        let x = stream.normals(rows: 50, columns: 3).padded(rows: 50, columns: 5)
        let found = try #require(try CorrelationSpectrum(x))
        #expect(found.constantFeatures == 2 && found.features == 3)
        #expect(try CorrelationSpectrum(Matrix(rows: 9, columns: 4, repeating: 2)) == nil)
    }

    @Test func decayOfAPowerLaw() throws {
        var stream = RandomStream(seed: 4, .probe)
        let d = 120, n = 4000
        // Features that mix directions of variance k^{−1.5} by random rotations.
        var x = stream.normals(rows: n, columns: d)
        x.scaleColumns(by: (1...d).map { pow(Double($0), -0.75) })
        let rotation = try stream.normals(rows: d, columns: d).singularValueDecomposition().left
        let decay = try #require(try CorrelationSpectrum(x * rotation)?.decay())
        #expect(abs(decay.exponent - 1.5) < 0.12, "\(decay)")
    }
}
