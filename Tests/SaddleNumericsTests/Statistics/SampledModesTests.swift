import SaddleNumerics
import TestSupport
import Testing

// In how many ways numbers vary. It would catch the bias of tr S² with few samples (which makes many ways look like few), and tails that
// are taken for normal.

@Suite struct SampledModesTests {
    /// Forty numbers that are mixtures of six independent ones: k = (tr C)²/tr C² of the exact covariance, from 8 to 400 samples.
    @Test(arguments: [8, 30, 400]) func modesOfMixtures(samples: Int) {
        var stream = RandomStream(seed: 17, .test)
        let mixing = stream.normals(rows: 40, columns: 6)
        let covariance = mixing * mixing.ᵀ
        let trace = (0..<40).reduce(0) { $0 + covariance[$1, $1] }
        let exact = trace * trace / covariance.elements.reduce(0) { $0 + $1 * $1 }
        let found = (0..<200).map { _ -> SampledModes in
            let rows = (0..<samples).map { _ -> [Double] in
                let g = stream.normals(6)
                return (0..<40).map { i in (0..<6).reduce(0) { $0 + mixing[i, $1] * g[$1] } }
            }
            return SampledModes(rows, columns: 0..<40)
        }
        expectConsistentMean(found.map { $0.totalVariance }, trace)
        // 1/k is what is estimated without bias; the scatter of q, where it is believed, makes k smaller.
        let inverse = Estimate(found.map { 1 / $0.count })
        if samples < 20 {
            // A ratio of two estimates: bias of order 1/n.
            #expect(abs(inverse.mean * exact - 1) < 0.35, "\(inverse) against \(1 / exact)")
        } else {
            #expect(inverse.mean * exact > 0.95 && inverse.mean * exact < 1.3, "\(inverse) against \(1 / exact)")
        }
    }

    /// The scale of all samples drawn at random: sums of squares vary as if there were fewer ways, and that is seen.
    @Test func heavyTails() {
        var stream = RandomStream(seed: 18, .test)
        let rows = (0..<400).map { _ -> [Double] in
            let scale = stream.normals(1)[0]
            return stream.normals(30).map { $0 * scale }
        }
        #expect(SampledModes(rows, columns: 0..<30).count < 2)
        #expect(SampledModes(rows.map { _ in stream.normals(30) }, columns: 0..<30).count > 20)
    }

    private func expectConsistentMean(_ values: [Double], _ exact: Double) {
        let estimate = Estimate(values)
        #expect(abs(estimate.mean - exact) < 5.5 * estimate.standardError, "\(estimate) against \(exact)")
    }
}
