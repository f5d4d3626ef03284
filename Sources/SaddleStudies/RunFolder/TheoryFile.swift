import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `theory.npz`: a prediction as named arrays.
///
/// For every observable `x`: `x` (infinite width), `x_variance` (N·variance), `x_bias` (N·bias; of a loss `x_correction`), and
/// their whole errors `x_error`, `x_variance_error`, `x_bias_error`, and the part of each that `tolerance` makes, `x_truncation`,
/// `x_variance_truncation`, `x_bias_truncation`, and `x_site_bias`, the part that a finite number of sites makes beyond sampling: the rest, in
/// squares, is the standard error of sampling. Beside them `time`,
/// `ranks` at the last recorded time ((L−1) × 2), `panel_solutions`, `panel_halves`, `panel_shifts`, `panel_limits`
/// (`FluctuationPanels`), `ranks_in_time` (T × (L−1) × 2), and `samples`: the
/// numbers of independent solutions and of directions behind the errors.
package enum TheoryFile {
    package static func write(_ prediction: MeanFieldPrediction, steps: [Int], to path: String) throws {
        func vector(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
        var arrays = [("time", vector(steps.map(Double.init)))]
        for entry in prediction.layout.entries {
            for (suffix, values) in columns(prediction) where !values.isEmpty {
                arrays.append((name(entry, suffix), Tensor(shape: entry.shape, elements: Array(values[entry.range]))))
            }
        }
        // The adjoint knows the variances of a few scalars and no others.
        for scalar in prediction.scalars where !arrays.contains(where: { $0.0 == scalar.name + "_variance" }) {
            arrays.append((scalar.name + "_variance", vector(scalar.variance.map(\.mean))))
            arrays.append((scalar.name + "_variance_error", vector(scalar.errors)))
            arrays.append((scalar.name + "_variance_truncation", vector(scalar.truncation)))
        }
        let ranks = prediction.ranks
        let last = ranks.elements.count / max(ranks.shape[0], 1)
        arrays.append(("ranks", Tensor(shape: Array(ranks.shape.dropFirst()), elements: Array(ranks.elements.suffix(last)))))
        arrays.append(("ranks_in_time", ranks))
        for (name, path) in PanelRows.panels {
            arrays.append(("panel_" + name, PanelRows.tensor(prediction.panels[keyPath: path])))
        }
        arrays.append(("samples", vector([Double(prediction.solutions), Double(prediction.directions)])))
        let named = arrays.map { (name: $0.0, array: $0.1) }
        try NotFinite.check(named)
        try NPZ.write(named, to: path)
    }

    /// - Parameter scalars: names of the scalars that were asked for.
    package static func read(_ path: String, layout: ObservableLayout, scalars: [String] = []) throws -> MeanFieldPrediction {
        let arrays = try NPZ.read(path)
        func vector(_ suffix: String) throws -> [Double] {
            let names = layout.entries.map { name($0, suffix) }
            return try zip(layout.entries, names).flatMap { entry, name in
                guard let array = arrays[name] else { throw FileError.malformed(file: path, reason: "no array '\(name)'") }
                guard array.shape == entry.shape else {
                    throw FileError.malformed(file: path, reason: "'\(name)' has shape \(array.shape), not \(entry.shape)")
                }
                return array.elements
            }
        }
        func sampling(_ suffix: String) throws -> [Double] {
            zip(try vector(suffix + "_error"), try vector(suffix + "_truncation")).map(remainder)
        }
        let siteBias = try vector("_site_bias")
        guard let ranks = arrays["ranks_in_time"], let samples = arrays["samples"]?.elements, samples.count == 2 else {
            throw FileError.malformed(file: path, reason: "no arrays 'ranks_in_time' and 'samples'")
        }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: try vector(""), meanError: zip(try sampling(""), siteBias).map(remainder),
            meanTruncation: try vector("_truncation"),
            solutions: Int(samples[0]), ranks: ranks)
        prediction.meanSiteBias = siteBias
        prediction.directions = Int(samples[1])
        for (name, part) in PanelRows.panels {
            guard let rows = PanelRows.rows(arrays["panel_" + name]) else {
                throw FileError.malformed(file: path, reason: "no array 'panel_\(name)'")
            }
            prediction.panels[keyPath: part] = rows
        }
        if prediction.directions > 0 {
            prediction.variance = try vector("_variance")
            prediction.varianceError = try sampling("_variance")
            prediction.varianceTruncation = try vector("_variance_truncation")
            prediction.bias = try vector("_bias")
            prediction.biasError = try sampling("_bias")
            prediction.biasTruncation = try vector("_bias_truncation")
        } else {
            prediction.scalars = scalars.compactMap { name in
                guard let variance = arrays[name + "_variance"], let error = arrays[name + "_variance_error"],
                    let truncation = arrays[name + "_variance_truncation"]
                else { return nil }
                let errors = zip(error.elements, truncation.elements).map(remainder)
                let estimates = zip(variance.elements, errors).map {
                    Estimate(mean: $0, standardError: $1, count: prediction.solutions)
                }
                return ScalarVariance(name: name, variance: estimates, truncation: truncation.elements)
            }
        }
        return prediction
    }

    private static func columns(_ p: MeanFieldPrediction) -> [(suffix: String, values: [Double])] {
        [
            ("", p.mean), ("_error", p.meanTotalError), ("_truncation", p.meanTruncation), ("_site_bias", p.meanSiteBias),
            ("_variance", p.variance), ("_variance_error", p.varianceTotalError), ("_variance_truncation", p.varianceTruncation),
            ("_bias", p.bias), ("_bias_error", p.biasTotalError), ("_bias_truncation", p.biasTruncation),
        ]
    }

    /// The sampling error: what truncation leaves of the whole. Infinite where either is unknown.
    private static func remainder(_ whole: Double, _ truncation: Double) -> Double {
        whole.isFinite ? max(whole * whole - truncation * truncation, 0).squareRoot() : whole
    }

    private static func name(_ entry: ObservableLayout.Entry, _ suffix: String) -> String {
        entry.name + (entry.isLoss && suffix.hasPrefix("_bias") ? "_correction" + suffix.dropFirst("_bias".count) : suffix)
    }
}
