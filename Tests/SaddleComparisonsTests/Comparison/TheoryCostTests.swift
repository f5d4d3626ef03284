import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory
import Testing

// Against numbers by hand. It would catch the square of a ratio left out, and networks charged for what only the theory has.

@Suite struct TheoryCostTests {
    /// 256 networks tell a variance to 10 %, with what is beyond sampling to 20 %: a quarter of them suffices.
    @Test func networksOfTheSameAccuracy() throws {
        let layout = ObservableLayout([(.loss(.train), [2]), (.output(.train), [2, 1])])
        var prediction = MeanFieldPrediction(
            stored: layout, mean: [1, 1, 0, 0], meanError: [0, 0, 0, 0], solutions: 2, ranks: Tensor(shape: [2, 0, 2]))
        #expect(TheoryCost(prediction, seconds: 3, networkSeconds: [(64, 0.5)]) == nil)
        prediction.networks = 256
        (prediction.variance, prediction.varianceError) = ([2, 4, 1, 1], [0.2, 0.4, 0.5, 0.5])
        prediction.varianceTruncation = [0.2 * 3.0.squareRoot(), 0.4 * 3.0.squareRoot(), 0, 0]
        let cost = try #require(TheoryCost(prediction, seconds: 3, networkSeconds: [(64, 0.5), (256, 2)]))
        #expect(cost.seconds == 3 && abs(cost.accuracy - 0.2) < 1e-12)
        #expect(cost.ensembles.map(\.networks) == [64, 64] && cost.ensembles.map(\.width) == [64, 256])
        #expect(abs(cost.ensembles[0].seconds - 32) < 1e-9 && abs(cost.ensembles[1].seconds - 128) < 1e-9)
    }
}
