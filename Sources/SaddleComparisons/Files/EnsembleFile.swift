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
        var arrays = [
            ResultFile.vector("time", steps), ResultFile.vector("widths", ensembles.map(\.width)),
            ResultFile.vector("networks", ensembles.map(\.networks)),
        ]
        for ensemble in ensembles {
            for entry in layout.entries {
                for (label, part) in columns {
                    let name = "\(entry.name)_\(label)_\(ensemble.width)"
                    arrays.append(NamedArray(name, shape: entry.shape, ensemble[keyPath: part][entry.range]))
                }
            }
            arrays.append(ResultFile.panel("panel_\(ensemble.width)", ensemble.panel))
        }
        arrays.append(ResultFile.vector("panel_positions", ObservablePanel(layout).positions))
        // The variance over one network is unknown, which is what its infinity says.
        let single = ensembles.filter { $0.networks < 2 }.map { "_variance_\($0.width)" }
        try ResultFile.write(
            arrays, infinite: Set(arrays.map(\.name).filter { name in single.contains { name.hasSuffix($0) } }), to: path)
    }

    /// The ensembles in a file, and how their numbers lie.
    ///
    /// - Parameters:
    ///   - layout: nil for that of the file.
    ///   - widths: nil for all.
    package static func read(
        _ path: String, layout: ObservableLayout? = nil, widths wanted: [Int]? = nil
    ) throws -> (layout: ObservableLayout, ensembles: [EnsembleStatistics]) {
        let file = try NPZ(contentsOf: path)
        let present = try file.array("widths").elements.map { Int($0) }
        let networks = try file.array("networks").elements.map { Int($0) }
        let layout = try layout ?? present.first.map { try file.layout(suffix: "_mean_\($0)") } ?? ObservableLayout([])
        let ensembles = try (wanted ?? present).map { width in
            guard let position = present.firstIndex(of: width), position < networks.count else {
                throw FileError.malformed(file: path, reason: "no ensemble of width \(width)")
            }
            guard let panel = try file.panel("panel_\(width)"), panel.count == networks[position] else {
                throw FileError.malformed(file: path, reason: "'panel_\(width)' is not one row a network")
            }
            var ensemble = EnsembleStatistics(
                width: width, networks: networks[position], mean: [], meanError: [], variance: [], varianceError: [], panel: panel
            )
            for (label, part) in columns {
                ensemble[keyPath: part] = try file.flat(layout, file: path) { "\($0.name)_\(label)_\(width)" }
            }
            return ensemble
        }
        return (layout, ensembles)
    }

    private static var columns: [(label: String, part: WritableKeyPath<EnsembleStatistics, [Double]>)] {
        [
            ("mean", \.mean), ("mean_error", \.meanError), ("variance", \.variance), ("variance_error", \.varianceError),
        ]
    }
}
