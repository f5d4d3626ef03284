import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// `ensemble.npz`: statistics of the ensembles of all widths as named arrays.
///
/// For every observable `x` and width N: `x_mean_N`, `x_mean_error_N`, `x_variance_N` (unbiased, not multiplied by N) and
/// `x_variance_error_N`. Beside them `time`, `widths` and `networks` (one a width); `panel_N`, single numbers of each network (networks × panel),
/// and `panel_positions`, where in the flat vector of all observables, one after the other as `theory.npz` lists them, they belong.
package enum EnsembleFile {
    package static func write(
        _ ensembles: [EnsembleStatistics], layout: ObservableLayout, steps: [Int], to path: String
    ) throws {
        func vector(_ values: [Int]) -> Tensor { Tensor(shape: [values.count], elements: values.map(Double.init)) }
        var arrays = [
            ("time", vector(steps)), ("widths", vector(ensembles.map(\.width))),
            ("networks", vector(ensembles.map(\.networks))),
        ]
        for ensemble in ensembles {
            for entry in layout.entries {
                for (label, values) in ensemble.columns {
                    let array = Tensor(shape: entry.shape, elements: Array(values[entry.range]))
                    arrays.append(("\(entry.name)_\(label)_\(ensemble.width)", array))
                }
            }
            arrays.append(("panel_\(ensemble.width)", PanelRows.tensor(ensemble.panel)))
        }
        arrays.append(("panel_positions", vector(ObservablePanel(layout).positions)))
        let named = arrays.map { (name: $0.0, array: $0.1) }
        // The variance over one network is unknown, which is what its infinity says.
        let single = ensembles.filter { $0.networks < 2 }.map { "_variance_\($0.width)" }
        try NotFinite.check(named, infinite: Set(named.map(\.name).filter { name in single.contains { name.hasSuffix($0) } }))
        try NPZ.write(named, to: path)
    }

    package static func read(_ path: String, layout: ObservableLayout, width: Int) throws -> EnsembleStatistics {
        let file = try NPZ(contentsOf: path)
        let (widths, networks) = (try file.array("widths").elements, try file.array("networks").elements)
        guard let position = widths.firstIndex(of: Double(width)), position < networks.count else {
            throw FileError.malformed(file: path, reason: "no ensemble of width \(width)")
        }
        func vector(_ label: String) throws -> [Double] {
            try layout.entries.flatMap { entry in
                let name = "\(entry.name)_\(label)_\(width)"
                let array = try file.array(name)
                guard array.shape == entry.shape else {
                    throw FileError.malformed(file: path, reason: "'\(name)' has shape \(array.shape), not \(entry.shape)")
                }
                return array.elements
            }
        }
        guard let panel = PanelRows.rows(try file.array("panel_\(width)")), panel.count == Int(networks[position]) else {
            throw FileError.malformed(file: path, reason: "'panel_\(width)' is not one row a network")
        }
        return EnsembleStatistics(
            width: width, networks: Int(networks[position]), mean: try vector("mean"), meanError: try vector("mean_error"),
            variance: try vector("variance"), varianceError: try vector("variance_error"), panel: panel)
    }
}

extension EnsembleStatistics {
    package init(width: Int, _ state: EnsembleState) {
        let moments = state.moments
        self.init(
            width: width, networks: moments.count, mean: moments.mean, meanError: moments.meanError,
            variance: moments.variance, varianceError: moments.varianceError, panel: state.panel)
    }

    fileprivate var columns: [(label: String, values: [Double])] {
        [("mean", mean), ("mean_error", meanError), ("variance", variance), ("variance_error", varianceError)]
    }
}
