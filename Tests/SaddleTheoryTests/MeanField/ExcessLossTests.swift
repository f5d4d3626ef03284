import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// The excess of the loss at finite width and its two parts, against networks whose outputs are drawn: normal, with known mean and variance. It would catch a
/// factor two between variance and loss, a sum over outputs taken for a mean, and a bias part of the wrong sign.
@Suite struct ExcessLossTests {
    @Test func partsOfDrawnNetworks() throws {
        let (samples, outputs, width) = (3, 2, 50.0)
        let layout = ObservableLayout([(.output(.test), [1, samples, outputs]), (.loss(.test), [1])])
        let f = [0.3, -0.2, 0.8, 0.1, -0.5, 0.4], y = [1.0, 0, 1, 0, 0, 1], v = [1.0, 2, 0.5, 3, 1, 0.2],
            b = [0.5, -1, 0.2, 1, 0, 2]
        let limit = zip(f, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 } / Double(samples)
        let cross = zip(zip(f, y), b).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 } / Double(samples)
        let half = v.reduce(0, +) / 2 / Double(samples)
        var prediction = MeanFieldPrediction(
            stored: layout, mean: f + [limit], meanError: [Double](repeating: 0, count: 7), solutions: 2,
            ranks: Tensor(shape: [1, 0, 2]))
        (prediction.variance, prediction.bias) = (v + [1], b + [cross + half])
        (prediction.varianceError, prediction.biasError) = (v.map { 0.1 * $0 } + [0.1], b.map { _ in 0.1 } + [0.2])
        let excess = try #require(prediction.excessLoss(.test, time: 0, loss: .squared))
        let (spread, bias) = (try #require(excess.spread), try #require(excess.bias))
        expectClose(bias.value, cross, within: 1e-12)
        expectClose(spread.error, 0.1 * half, within: 1e-12)
        expectClose(bias.error, (0.04 + 0.01 * half * half).squareRoot(), within: 1e-12)

        // Averages over E networks of width N keep the bias part and the square of it: N·excess = v/E + B + ½ b²/N.
        var stream = RandomStream(seed: 21, .test)
        for members in [1, 8] {
            let losses = (0..<20_000).map { _ -> Double in
                (0..<6).reduce(0) { sum, i in
                    let noise = stream.normals(members).reduce(0, +) / Double(members)
                    let error = f[i] + b[i] / width + noise * (v[i] / width).squareRoot() - y[i]
                    return sum + error * error / 2
                } / Double(samples) - limit
            }
            let square = b.reduce(0) { $0 + $1 * $1 } / 2 / Double(samples) / width
            let expected = (spread.value / Double(members) + bias.value + square) / width
            expectConsistent(Estimate(losses), with: expected, seeing: .absolute(0.5 * half / width), falseAlarm: 1e-6)
        }
        #expect(prediction.excessLoss(.test, time: 0, loss: .crossEntropy)?.spread == nil)
        #expect(prediction.excessLoss(.train, time: 0, loss: .squared) == nil)
    }

    /// v = 1.5, B = 0.5: at cost ∝ N², E networks reach v/E + B and a network √E times wider (v + B)/√E; equal at √E = v/B = 3.
    @Test func advice() throws {
        func excess(_ v: Double, _ b: Double) throws -> ExcessLoss {
            let layout = ObservableLayout([(.output(.train), [1, 1]), (.loss(.train), [1])])
            var prediction = MeanFieldPrediction(
                stored: layout, mean: [0, 0.1], meanError: [0, 0], solutions: 2, ranks: Tensor(shape: [1, 0, 2]))
            (prediction.variance, prediction.bias) = ([2 * v, 0], [0, v + b])
            (prediction.varianceError, prediction.biasError) = ([0, 0], [0, 0])
            return try #require(prediction.excessLoss(.train, time: 0, loss: .squared))
        }
        let usual = try excess(1.5, 0.5)
        guard case .averageUpTo(let count)? = usual.advice(hiddenLayers: 2) else {
            Issue.record("no average")
            return
        }
        expectClose(1.5 / count + 0.5, (1.5 + 0.5) / count.squareRoot(), within: 1e-12)
        #expect(usual.advice(hiddenLayers: 1) == .widen)
        #expect(try excess(1.5, -0.5).advice(hiddenLayers: 1) == .average)
        #expect(try excess(0.5, 0.5).advice(hiddenLayers: 3) == .widen)
        expectClose(try #require(usual.width(for: 0.1)), 200, within: 1e-9)
        #expect(try excess(0.1, -0.3).width(for: 0.1) == nil)
    }
}
