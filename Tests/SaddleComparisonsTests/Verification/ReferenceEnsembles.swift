import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

/// Large ensembles of real networks of widths 256 and 512, 4000 each, trained once for every case of verification; outputs and losses in
/// the order of the layout, in double precision.
///
/// Made by `SADDLE_REFERENCE=ensembles.npz swift test --filter ReferenceEnsembles`, two hours of one core; cases that are in the file already
/// are not trained again.
enum ReferenceEnsembles {
    static let widths = [256, 512]
    static let networks = 4000
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("ensembles.npz").path

    static func name(_ c: VerificationCase, _ width: Int) -> String { "\(c.name), N = \(width)" }

    static func layout(_ c: VerificationCase) throws -> ObservableLayout {
        try ObservableLayout(c.experiment, withKernels: false)
    }

    /// Those of one case.
    static func read(_ c: VerificationCase) throws -> [EnsembleStatistics] {
        let file = try NPZ(contentsOf: path)
        return try widths.map { width in
            let table = try file.array(name(c, width))
            func row(_ k: Int) -> [Double] { Array(table.elements[k * table.shape[1]..<(k + 1) * table.shape[1]]) }
            return EnsembleStatistics(
                width: width, networks: networks, mean: row(0), meanError: row(1), variance: row(2), varianceError: row(3),
                panel: [])
        }
    }

    static func train(_ c: VerificationCase, _ width: Int) throws -> Tensor {
        let ensemble = try Ensemble(
            c.experiment, EnsembleSettings(width: width, networks: networks, seed: 20_000, recordsKernels: false))
        let found = EnsembleStatistics(width: width, try ensemble.train().state)
        let rows = [found.mean, found.meanError, found.variance, found.varianceError]
        return Tensor(shape: [4, found.mean.count], elements: rows.flatMap { $0 })
    }
}

@Suite struct ReferenceEnsemblesTests {
    static let target = ProcessInfo.processInfo.environment["SADDLE_REFERENCE"]

    @Test(.enabled(if: target != nil, "makes the file that others read")) func make() throws {
        let path = Self.target!
        var arrays = FileManager.default.fileExists(atPath: path) ? try NPZ.read(path) : [:]
        for c in VerificationCase.connected {
            for width in ReferenceEnsembles.widths where arrays[ReferenceEnsembles.name(c, width)] == nil {
                arrays[ReferenceEnsembles.name(c, width)] = try ReferenceEnsembles.train(c, width)
                try NPZ.write(arrays.sorted { $0.key < $1.key }.map { (name: $0.key, array: $0.value) }, to: path)
            }
        }
    }
}
