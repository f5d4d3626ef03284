import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Lags and orders of series whose answer is known; they catch an embedding in the wrong order and neighbours that are not nearest.
@Suite struct DelayEmbeddingTests {
    @Test func rowsAreTimes() {
        let series = Matrix(rows: 6, columns: 2) { Double(10 * $0 + $1) }
        let embedded = DelayEmbedding(order: 3, lag: 2).apply(series)
        #expect(embedded.rows == 2 && embedded.columns == 6)
        #expect((0..<6).map { embedded[1, $0] } == [10, 11, 30, 31, 50, 51])
    }

    /// A sine's autocorrelation is a cosine; noise has none.
    @Test func autocorrelations() throws {
        let sine = (0..<4000).map { sin(2 * .pi * Double($0) / 40) }
        let r = try #require(DelayEmbedding.autocorrelations([sine, sine], upTo: 30))
        for lag in 0...30 { expectClose(r[lag], cos(2 * .pi * Double(lag) / 40), within: 0.005) }
        #expect(DelayEmbedding.autocorrelations([[Double](repeating: 2, count: 10)], upTo: 3) == nil)
    }

    /// The mutual information of a Gaussian process with itself is −½ ln(1 − ρ²): for an autoregression ρ = a^lag.
    @Test func informationOfAnAutoregression() {
        var (estimates, stream) = ([[Double]](), RandomStream(seed: 5, .test))
        for _ in 0..<10 {
            var series = [stream.normal()]
            for _ in 1..<2000 { series.append(0.8 * series.last! + 0.6 * stream.normal()) }
            estimates.append(DelayEmbedding.mutualInformation([series], upTo: 3, pairs: 2000))
        }
        for lag in 1...3 {
            let exact = -0.5 * log(1 - pow(0.8, 2 * Double(lag)))
            // Four standard errors of ten draws, and the estimator's bias, below 0.02 at these sizes.
            expectClose(Estimate(estimates.map { $0[lag - 1] }).mean, exact, within: 0.05)
        }
    }

    /// Hénon's map unfolds in two delays; white noise in none.
    @Test func falseNeighboursOfHenon() {
        var (x, y) = (0.1, 0.1)
        let series = (0..<1500).map { _ in
            (x, y) = (1 - 1.4 * x * x + y, 0.3 * x)
            return x
        }
        let shares = DelayEmbedding.falseNeighbours([series], lag: 1, upTo: 3, points: 1500)
        #expect(shares[0] > 0.3 && shares[1] < 0.02 && shares[2] < 0.02, "\(shares)")
        var stream = RandomStream(seed: 6, .test)
        let noise = DelayEmbedding.falseNeighbours([stream.normals(1000)], lag: 1, upTo: 3)
        #expect(noise.min()! > 0.2, "\(noise)")
    }
}
