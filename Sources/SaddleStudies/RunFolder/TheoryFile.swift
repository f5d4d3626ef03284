import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `theory.npz`: a prediction as named arrays.
///
/// For every observable `x`: `x` (infinite width), `x_variance` (N·variance), `x_bias` (N·bias; of a loss `x_correction`), and
/// the standard errors `x_error`, `x_variance_error`, `x_bias_error`. Beside them `time`, `ranks` at the last recorded time
/// ((L−1) × 2), `panel_solutions`, `panel_halves`, `panel_shifts`, `panel_limits` (`FluctuationPanels`), `ranks_in_time` (T × (L−1) × 2), and `samples`: the
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
            arrays.append((scalar.name + "_variance_error", vector(scalar.variance.map(\.standardError))))
        }
        let ranks = prediction.ranks
        let last = ranks.elements.count / max(ranks.shape[0], 1)
        arrays.append(("ranks", Tensor(shape: Array(ranks.shape.dropFirst()), elements: Array(ranks.elements.suffix(last)))))
        arrays.append(("ranks_in_time", ranks))
        for (name, path) in PanelRows.panels {
            arrays.append(("panel_" + name, PanelRows.tensor(prediction.panels[keyPath: path])))
        }
        arrays.append(("samples", vector([Double(prediction.solutions), Double(prediction.directions)])))
        try NPZ.write(arrays.map { (name: $0.0, array: $0.1) }, to: path)
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
        guard let ranks = arrays["ranks_in_time"], let samples = arrays["samples"]?.elements, samples.count == 2 else {
            throw FileError.malformed(file: path, reason: "no arrays 'ranks_in_time' and 'samples'")
        }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: try vector(""), meanError: try vector("_error"), solutions: Int(samples[0]), ranks: ranks)
        prediction.directions = Int(samples[1])
        for (name, part) in PanelRows.panels {
            guard let rows = PanelRows.rows(arrays["panel_" + name]) else {
                throw FileError.malformed(file: path, reason: "no array 'panel_\(name)'")
            }
            prediction.panels[keyPath: part] = rows
        }
        if prediction.directions > 0 {
            prediction.variance = try vector("_variance")
            prediction.varianceError = try vector("_variance_error")
            prediction.bias = try vector("_bias")
            prediction.biasError = try vector("_bias_error")
        } else {
            prediction.scalars = scalars.compactMap { name in
                guard let variance = arrays[name + "_variance"], let error = arrays[name + "_variance_error"] else { return nil }
                let estimates = zip(variance.elements, error.elements).map {
                    Estimate(mean: $0, standardError: $1, count: prediction.solutions)
                }
                return ScalarVariance(name: name, variance: estimates)
            }
        }
        return prediction
    }

    private static func columns(_ p: MeanFieldPrediction) -> [(suffix: String, values: [Double])] {
        [
            ("", p.mean), ("_error", p.meanError), ("_variance", p.variance), ("_variance_error", p.varianceError),
            ("_bias", p.bias), ("_bias_error", p.biasError),
        ]
    }

    private static func name(_ entry: ObservableLayout.Entry, _ suffix: String) -> String {
        entry.name + (entry.isLoss && suffix.hasPrefix("_bias") ? "_correction" + suffix.dropFirst("_bias".count) : suffix)
    }
}
