import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Gavish and Donoho's threshold: its printed values, and matrices whose rank is known.
@Suite struct HardThresholdTests {
    @Test func squareMatrices() throws {
        #expect(abs(HardThreshold.coefficient(1) - 4 / 3.0.squareRoot()) < 1e-15)
        // Printed as 2.858.
        let ω = try HardThreshold.coefficient(1) / HardThreshold.medianEigenvalue(1).squareRoot()
        #expect(abs(ω - 2.858) < 5e-4, "\(ω)")
    }

    /// Their cubic in β is said to be within 0.02 of the law.
    @Test func mediansAreNearThePrintedCubic() throws {
        for β in stride(from: 0.05, through: 1, by: 0.05) {
            let ω = try HardThreshold.coefficient(β) / HardThreshold.medianEigenvalue(β).squareRoot()
            #expect(abs(ω - (0.56 * β * β * β - 0.95 * β * β + 1.82 * β + 1.43)) < 0.02, "\(β): \(ω)")
        }
    }

    /// Half of the eigenvalues of a large sample covariance are below the median.
    @Test func medianOfASample() throws {
        var stream = RandomStream(seed: 1, .test)
        let x = stream.normals(rows: 600, columns: 240)
        let values = try x.gram(scale: 1 / 600.0).symmetricEigenvalues(), median = try HardThreshold.medianEigenvalue(0.4)
        let below = Double(values.count { $0 < median })
        #expect(abs(below - 120) < 3, "\(below)")
    }

    /// Rank 3 in noise: found with the noise known and unknown, for signals 1.5 and more times the threshold.
    @Test func rankOfASignalInNoise() throws {
        var stream = RandomStream(seed: 2, .test)
        let (m, n, σ) = (150, 60, 0.2)
        var x = stream.normals(rows: m, columns: n)
        x.scale(by: σ)
        let u = stream.normals(rows: m, columns: 3), v = stream.normals(rows: n, columns: 3)
        x.add(.plain(u), v.ᵀ)
        let s = try x.singularValueDecomposition().values
        #expect(s.count { $0 > HardThreshold.threshold(rows: m, columns: n, noise: σ) } == 3)
        let unknown = try HardThreshold.threshold(rows: m, columns: n, singularValues: s)
        #expect(s.count { $0 > unknown } == 3)
        #expect(abs(unknown / HardThreshold.threshold(rows: m, columns: n, noise: σ) - 1) < 0.1)
    }
}
