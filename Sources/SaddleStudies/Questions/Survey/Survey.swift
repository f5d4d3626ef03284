import SaddleMeasures
import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The rows of `saddle measure all`: numbers with what they mean and what they predict.
struct Survey {
    struct Row {
        let name: String
        let value: Double
        var error = 0.0
        let meaning: String
        let prediction: String
    }

    private(set) var rows: [Row] = []

    func title(_ dimension: DimensionEstimates) -> String {
        let range = dimension.range
        return dimension.isSettled
            ? "About \(NumberText.short(dimension.extrapolated.dimension)) dimensions"
            : "Dimension not settled: \(NumberText.short(range.lowerBound)) to \(NumberText.short(range.upperBound))"
    }

    func lead(_ dimension: DimensionEstimates, _ count: Int) -> String {
        let d = dimension.largest, exponent = 4 / d
        return
            "If the loss is limited by how finely samples cover the data, it falls as n^−\(NumberText.short(1 / d)) to n^−\(NumberText.short(exponent)) with their number: "
            + "to halve it takes \(factor(exponent)) to \(factor(1 / d)) times the \(NumberText.count(count)) samples."
    }

    private func factor(_ exponent: Double) -> String {
        let powers = 1 / exponent * 0.30102999566398120
        return powers < 6 ? NumberText.short(pow(2, 1 / exponent)) : "10^\(NumberText.short(powers))"
    }

    mutating func add(_ item: Representation, _ sample: DimensionSample, _ dimension: DimensionEstimates) {
        rows.append(
            Row(
                name: "different samples", value: Double(sample.count),
                meaning: sample.copies.isEmpty
                    ? "No two samples are equal." : "\(sample.copies.count) samples are copies of others.", prediction: "–"))
        let value = dimension.extrapolated
        if dimension.hasDistances {
            rows.append(
                Row(
                    name: "dimension", value: value.dimension, error: value.standardError,
                    meaning: "So many coordinates vary from a sample to its neighbours"
                        + (!dimension.isSettled
                            ? "; the samples do not settle it (two neighbours give \(NumberText.short(dimension.twoNeighbours.dimension)))."
                            : dimension.dependsOnScale ? "; it depends on the scale." : "."),
                    prediction:
                        "Loss ∝ n^−\(NumberText.short(1 / value.dimension)) … n^−\(NumberText.short(4 / value.dimension)) where samples limit it."
                ))
        }
        if let linear = KernelMeasures.participationRatio(ofFeatures: item.points) {
            rows.append(
                Row(
                    name: "linear dimension", value: linear, meaning: "So many directions share the variance.",
                    prediction: linear > 2 * value.dimension
                        ? "Far above the dimension: the set is curved, and linear methods need more coordinates than it has."
                        : "A linear projection to about \(Int(linear.rounded(.up))) directions keeps most of the variance."))
        }
    }

    mutating func add(_ spectrum: CorrelationSpectrum) {
        rows.append(
            Row(
                name: "directions above noise", value: Double(spectrum.outliers),
                meaning:
                    "Eigenvalues of the correlation matrix beyond what \(spectrum.samples) samples of independent features have; "
                    + "\(NumberText.percent(spectrum.outlyingShare)) of the variance.",
                prediction: spectrum.outliers == 0
                    ? "No linear structure that these samples resolve: more samples or fewer features."
                    : "A principal-component projection to these keeps all that is resolved."))
        if let decay = spectrum.decay() {
            rows.append(
                Row(
                    name: "decay of the spectrum", value: decay.exponent,
                    meaning:
                        "λ_k ∝ k^−a between ranks \(decay.ranks.lowerBound) and \(decay.ranks.upperBound)\(decay.deviation > 0.3 ? ", roughly" : "").",
                    prediction: decay.exponent > 1.1
                        ? "Loss of a linear kernel ∝ n^−\(NumberText.short(decay.exponent - 1)) for targets spread as the data ('saddle predict scaling')."
                        : "No power law of the loss: the tail holds most of the variance."))
        }
    }

    mutating func addLabels(
        _ item: Representation, _ dimension: DimensionEstimates, _ study: Study, _ context: QuestionRunner.Context
    ) throws {
        let sharpness: LabelSharpness
        do {
            sharpness = try LabelSharpness(item.points, item.labels, shouldStop: context.shouldStop)
        } catch is UnlabelledError {
            return
        }
        rows.append(
            Row(
                name: "sharpness of labels", value: sharpness.value,
                meaning: sharpness.value.isFinite
                    ? "The steepest change of labels: samples \(sharpness.pair.first) and \(sharpness.pair.second), \(NumberText.short(sharpness.distance)) apart."
                    : "Equal samples have unequal labels (\(sharpness.pair.first) and \(sharpness.pair.second)).",
                prediction: sharpness.value.isFinite
                    ? "Loss ∝ K_F n^−1/d: sets are compared by it at equal dimension." : "No function reaches zero error."))
        guard let classes = item.labels.classes, sharpness.distance > 0, dimension.hasDistances else { return }
        let radius = (0..<item.count).map { i in (0..<item.dimension).reduce(0.0) { $0 + item.points[i, $1] * item.points[i, $1] }
        }.max()!.squareRoot()
        let difficulty = GeneralizationDifficulty(
            .init(
                samples: Double(item.count), classes: Double(Set(classes.of).count),
                dimension: max(dimension.largest, 1),
                radius: radius, resolution: sharpness.distance, errorRate: (study.difficulty ?? .init()).errorRate))
        if let log = difficulty.logBits {
            rows.append(
                Row(
                    name: "difficulty, log₁₀ bits", value: log,
                    meaning:
                        "What a learner must bring along beside these samples, for an error rate of \(NumberText.short(difficulty.task.errorRate)).",
                    prediction: "Handwritten digits 16, ImageNet 41 by the same formula."))
        }
    }

    mutating func add(_ found: EntropyMeasurement, classes: Int?) {
        let shown = found.entropy.standardError.isFinite ? found.entropy.standardError : 0
        rows.append(
            Row(
                name: "diffusion entropy, bits", value: found.entropy.mean, error: shown,
                meaning:
                    "Diffusion over half of the median distance tells \(NumberText.short(exp2(found.entropy.mean))) regions apart, of \(found.size) samples.",
                prediction: "Falls while a layer gathers samples of a class."))
        guard let information = found.information, let classes else { return }
        let limit = log2(Double(classes))
        rows.append(
            Row(
                name: "information with classes, bits", value: information.mean, error: information.standardError,
                meaning: "Of \(NumberText.short(limit)) at most.",
                prediction: information.mean > 0.8 * limit
                    ? "Neighbours are of one class: a classifier by neighbours does well."
                    : "Classes are mixed at this scale: a network has to part them."))
    }

    mutating func add(_ found: PixelCorrelations) {
        if let slope = found.spectrum.slope {
            rows.append(
                Row(
                    name: "slope of the power spectrum", value: slope.mean, error: slope.standardError,
                    meaning: "P ∝ k^−s; natural images have about 2.",
                    prediction: "Coarse structure is learnt first, the more so the steeper it is."))
        }
        for (order, values) in [("three", found.third), ("four", found.fourth)] {
            guard let first = values.first else { continue }
            let score = abs(first.mean) / first.standardError
            rows.append(
                Row(
                    name: "\(order)-point correlation", value: first.mean, error: first.standardError,
                    meaning:
                        "Connected, of neighbouring pixels; \(score > 4 ? "not that of a Gaussian" : "that of a Gaussian (0) within errors").",
                    prediction: score > 4
                        ? "Networks that learn beyond covariances can use it ('measure correlations --clone')."
                        : "Covariances tell as much to these measures."))
        }
    }
}
