import SaddleComparisons
import SaddleModels
import SaddleNumerics
import Testing

// The numbers that are handed to the file. It would catch pairs of a kernel in another order than promised, and numbers that are compared and not counted.

@Suite struct ComparedNumbersTests {
    let study = MadeUpStudy()

    /// Shapes, places and counts: kernels list each pair once, worst numbers carry their step and indices.
    @Test func placesOfNumbers() throws {
        let entry = study.layout[.kernel(.feature, layer: 1)]!
        var prediction = study.prediction(seed: 2)
        // Time 2, samples 1 and 3 (and its mirror image).
        let place = entry.range.lowerBound + (2 * 4 + 1) * 4 + 3
        prediction.mean[place] += 100
        let feature = ObservableSlice(.kernel(.feature, layer: 1))
        let ensemble = study.ensemble(width: 64, networks: 40, seed: 2)
        let (comparison, numbers) = study.numbers(prediction, [ensemble])
        let width = comparison.widths[0]
        let quantity = try #require(width.quantities.first { $0.quantity == feature && $0.statistic == .mean })
        #expect(quantity.shape == [5, 10] && quantity.numbers == 50)
        let kernel = try #require(numbers.first { $0.quantity == feature && $0.statistic == .mean })
        // Pairs row by row: (1, 3) is the seventh of time 2, and (3, 3) the last of all.
        #expect(kernel.columns.predicted[2 * 10 + 6] == prediction.mean[place] + prediction.bias[place] / 64)
        #expect(kernel.columns.measured[49] == ensemble.mean[entry.range.upperBound - 1])
        #expect(width.worst[0].quantity == feature && width.worst[0].step == 10 && width.worst[0].index == [1, 3])
        #expect(width.worst[0].description.hasPrefix("mean of feature_kernel_1[1, 3] at step 10: "))
        let outputs = try #require(width.quantities.first { $0.quantity.observable == .output(.test) })
        #expect(outputs.shape == [5, 3])
        #expect(width.numbers == width.quantities.reduce(0) { $0 + $1.numbers })
        // Every score is in the histogram, and in its place.
        let scores = numbers.flatMap { n in (0..<n.columns.count).compactMap { n.columns[$0].score } }
        let histogram = try #require(width.scores)
        #expect(histogram.counts.reduce(histogram.beyond, +) == width.numbers && scores.count == width.numbers)
        #expect(
            histogram.counts[24] == scores.count { $0 >= 0 && $0 < 0.25 } && histogram.beyond == scores.count { abs($0) >= 6 })
    }
}
