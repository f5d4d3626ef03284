import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `theory.npz`: a prediction as named arrays.
///
/// For every observable `x`: `x` (infinite width), `x_variance` (N·variance), `x_bias` (N·bias; of a loss `x_correction`), and
/// their whole errors `x_error`, `x_variance_error`, `x_bias_error`, and the part of each that `tolerance` makes, `x_truncation`,
/// `x_variance_truncation`, `x_bias_truncation`, and `x_site_bias`, the part that a finite number of sites makes beyond sampling: the rest, in
/// squares, is the standard error of sampling. Of losses, where narrow networks made the corrections, `x_variance_next` with `x_variance_next_error`, C in
/// N·variance at width N = V + C/N (`NextVariance`). Beside them `time`,
/// `ranks` at the last recorded time ((L−1) × 2), `panel_solutions`, `panel_halves`, `panel_shifts`, `panel_limits`
/// (`FluctuationPanels`), `ranks_in_time` (T × (L−1) × 2), and `samples`: the
/// numbers of independent solutions and of directions behind the errors, of narrow networks in place of directions, and the width of these, of whose
/// corrections `…_truncation` is what later terms of the series in 1/N may make. With directions or networks also `test_output_covariance`, N·covariance of outputs at
/// the last time (n × n, places of the first samples, at most 256; `train_…` without test samples); where asked for, `feature_two_time_kernel_l`
/// (T × T × P × P); both with `_error` and `_truncation`.
package enum TheoryFile {
    package static func write(_ prediction: MeanFieldPrediction, steps: [Int], to path: String) throws {
        let columns = [
            ("", prediction.mean), ("_error", prediction.meanTotalError), ("_truncation", prediction.meanTruncation),
            ("_site_bias", prediction.meanSiteBias), ("_variance", prediction.variance),
            ("_variance_error", prediction.varianceTotalError), ("_variance_truncation", prediction.varianceTruncation),
            ("_bias", prediction.bias), ("_bias_error", prediction.biasTotalError),
            ("_bias_truncation", prediction.biasTruncation),
        ].filter { !$0.1.isEmpty }
        var arrays = [ResultFile.vector("time", steps)]
        for entry in prediction.layout.entries {
            for (suffix, values) in columns {
                arrays.append(NamedArray(name(entry, suffix), shape: entry.shape, values[entry.range]))
            }
        }
        for entry in prediction.layout.entries {
            let terms = prediction.nextVariances.filter { entry.range.contains($0.place) }
            if terms.isEmpty { continue }
            arrays.append(ResultFile.vector(entry.name + "_variance_next", terms.map(\.value)))
            arrays.append(ResultFile.vector(entry.name + "_variance_next_error", terms.map(\.error)))
        }
        // The adjoint knows the variances of a few scalars and no others.
        for scalar in prediction.scalars where !arrays.contains(where: { $0.name == scalar.name + "_variance" }) {
            arrays.append(ResultFile.vector(scalar.name + "_variance", scalar.variance.map(\.mean)))
            arrays.append(ResultFile.vector(scalar.name + "_variance_error", scalar.errors))
            arrays.append(ResultFile.vector(scalar.name + "_variance_truncation", scalar.truncation))
        }
        if let covariance = prediction.outputCovariance() {
            let name = covariance.observable.name + "_covariance"
            func add(_ suffix: String, _ matrix: Matrix) {
                arrays.append(NamedArray(name + suffix, shape: [matrix.rows, matrix.columns], matrix.elements[...]))
            }
            add("", covariance.values)
            add("_error", covariance.error)
            add("_truncation", covariance.truncation)
        }
        if let kernels = prediction.twoTimeKernels {
            for layer in 1...kernels.layers {
                let kernel = kernels.kernel(layer), name = "feature_two_time_kernel_\(layer)"
                arrays.append(NamedArray(name, kernel.mean))
                arrays.append(NamedArray(name + "_error", kernel.error))
                arrays.append(NamedArray(name + "_truncation", kernel.truncation))
            }
        }
        let ranks = prediction.ranks
        let last = ranks.elements.suffix(ranks.elements.count / max(ranks.shape[0], 1))
        arrays.append(NamedArray("ranks", shape: Array(ranks.shape.dropFirst()), last))
        arrays.append(NamedArray("ranks_in_time", ranks))
        for (name, path) in FluctuationPanels.parts {
            arrays.append(ResultFile.panel("panel_" + name, prediction.panels[keyPath: path]))
        }
        arrays.append(
            ResultFile.vector(
                "samples",
                [
                    prediction.solutions, prediction.directions, prediction.networks, prediction.networkWidth,
                ]))
        try ResultFile.write(arrays, to: path)
    }

    /// - Parameters:
    ///   - layout: nil for that of the file.
    ///   - scalars: names of the scalars that were asked for.
    package static func read(
        _ path: String, layout: ObservableLayout? = nil, scalars: [String] = []
    ) throws -> MeanFieldPrediction {
        let file = try NPZ(contentsOf: path)
        let layout = try layout ?? file.layout()
        func vector(_ suffix: String) throws -> [Double] { try file.flat(layout, file: path) { name($0, suffix) } }
        func sampling(_ suffix: String, _ truncation: [Double]) throws -> [Double] {
            zip(try vector(suffix + "_error"), truncation).map(remainder)
        }
        let siteBias = try vector("_site_bias"), truncation = try vector("_truncation")
        let samples = try file.array("samples").elements
        guard [2, 4].contains(samples.count) else {
            throw FileError.malformed(
                file: path, reason: "'samples' has \(samples.count) numbers, not 4 (or 2, of earlier versions)")
        }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: try vector(""), meanError: zip(try sampling("", truncation), siteBias).map(remainder),
            meanTruncation: truncation, solutions: Int(samples[0]), ranks: try file.array("ranks_in_time"))
        prediction.meanSiteBias = siteBias
        prediction.directions = Int(samples[1])
        if samples.count == 4 { (prediction.networks, prediction.networkWidth) = (Int(samples[2]), Int(samples[3])) }
        for (name, part) in FluctuationPanels.parts {
            guard let rows = try file.panel("panel_" + name) else {
                throw FileError.malformed(file: path, reason: "no array 'panel_\(name)'")
            }
            prediction.panels[keyPath: part] = rows
        }
        if prediction.varianceSamples > 0 {
            prediction.variance = try vector("_variance")
            prediction.varianceTruncation = try vector("_variance_truncation")
            prediction.varianceError = try sampling("_variance", prediction.varianceTruncation)
            for entry in layout.entries where file.names.contains(entry.name + "_variance_next") {
                let values = try file.array(entry.name + "_variance_next").elements
                let errors = try file.array(entry.name + "_variance_next_error").elements
                guard values.count == entry.range.count && errors.count == values.count else {
                    throw FileError.malformed(
                        file: path,
                        reason:
                            "\(values.count) and \(errors.count) numbers of '\(entry.name)_variance_next', not \(entry.range.count)"
                    )
                }
                prediction.nextVariances += zip(entry.range, zip(values, errors)).map {
                    NextVariance(place: $0, value: $1.0, error: $1.1)
                }
            }
            prediction.bias = try vector("_bias")
            prediction.biasTruncation = try vector("_bias_truncation")
            prediction.biasError = try sampling("_bias", prediction.biasTruncation)
            return prediction
        }
        for name in scalars where file.names.contains(name + "_variance") {
            let truncation = try file.array(name + "_variance_truncation").elements
            let errors = zip(try file.array(name + "_variance_error").elements, truncation).map(remainder)
            let estimates = zip(try file.array(name + "_variance").elements, errors).map {
                Estimate(mean: $0, standardError: $1, count: prediction.solutions)
            }
            prediction.scalars.append(ScalarVariance(name: name, variance: estimates, truncation: truncation))
        }
        return prediction
    }

    /// The sampling error: what truncation leaves of the whole. Infinite where either is unknown.
    private static func remainder(_ whole: Double, _ truncation: Double) -> Double {
        whole.isFinite ? max(whole * whole - truncation * truncation, 0).squareRoot() : whole
    }

    private static func name(_ entry: ObservableLayout.Entry, _ suffix: String) -> String {
        entry.name
            + (entry.observable.isLoss && suffix.hasPrefix("_bias") ? "_correction" + suffix.dropFirst("_bias".count) : suffix)
    }
}
