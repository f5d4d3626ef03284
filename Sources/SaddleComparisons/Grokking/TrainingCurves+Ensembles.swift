import SaddleMeasures
import SaddleModels
import SaddleNumerics

extension TrainingCurves {
    /// Curves of every network of the widest ensemble in an `ensemble.npz`, at the up to 64 recorded times that are kept of each network.
    ///
    /// - Parameter wanted: names of observables; nil for `train_loss` and `test_loss`.
    /// - Throws: ``FileError``, ``LossFileError``.
    package init(ensembles path: String, _ wanted: Columns) throws {
        let (layout, ensembles) = try EnsembleFile.read(path)
        guard let ensemble = ensembles.max(by: { $0.width < $1.width }) else {
            throw LossFileError.table(path, reason: "no ensemble in it")
        }
        let times = try NPZ(contentsOf: path).array("time").elements, panel = ObservablePanel(layout)
        let scalars = layout.entries.filter { $0.shape.count == 1 }
        func find(_ key: String, _ name: String) throws -> (part: ObservablePanel.Part, places: [Int]) {
            guard let entry = scalars.first(where: { $0.name == name }),
                let part = panel.parts.first(where: { $0.observable == entry.observable })
            else {
                throw LossFileError.column(
                    key: key,
                    reason: "no curve \(name.quotedBriefly) in \(path); expected one of \(scalars.map(\.name).brief(12))")
            }
            return (part, panel.positions[part.range].map { $0 - entry.range.lowerBound })
        }
        let names = (train: wanted.train ?? "train_loss", test: wanted.test ?? "test_loss")
        let train = try find("train_column", names.train), test = try find("test_column", names.test)
        let steps = train.places.map { times[$0] }
        guard steps.count >= Self.fewest else {
            throw LossFileError.table(path, reason: "\(steps.count) recorded times; expected \(Self.fewest) or more ('record')")
        }
        self.init(
            runs: ensemble.panel.enumerated().map { i, values in
                Run(
                    name: "network \(i + 1)", steps: steps, train: Array(values[train.part.range]),
                    test: Array(values[test.part.range]))
            }, trainName: names.train, testName: names.test,
            remarks: ensembles.count > 1
                ? ["the networks of width \(ensemble.width), the largest of \(ensembles.count), are measured"] : [])
    }
}
