import SaddleModels
import SaddleNumerics

/// The samples of a study as its networks see them: chosen, prepared and in order, for networks that are trained elsewhere.
public struct StudyData: Sendable {
    /// `train_inputs`, `train_labels`, `test_inputs`, `test_labels`, a sample a row; `train_classes` and `test_classes` where there are classes.
    public let arrays: [(name: String, array: Tensor)]
    /// As "50 training and 200 test samples of 64 numbers".
    public let description: String
    /// What a reader of the data should know.
    public let warnings: [String]

    /// - Throws: `StudyFileError` at the key of the study that is to blame.
    public init(_ study: Study) throws {
        let loaded = try study.loadData()
        let data = loaded.dataset
        warnings = loaded.warnings
        var arrays = [("train_inputs", data.trainInputs), ("train_labels", data.trainLabels), ("test_inputs", data.testInputs)]
            .map {
                (name: $0, array: Tensor($1))
            }
        if data.hasTestLabels { arrays.append(("test_labels", Tensor(data.testLabels))) }
        for (name, classes) in [("train_classes", data.trainClasses), ("test_classes", data.testClasses)] where !classes.isEmpty {
            arrays.append((name, Tensor(shape: [classes.count], elements: classes.map(Double.init))))
        }
        self.arrays = arrays
        description =
            "\(NumberText.count(data.trainCount)) training and \(NumberText.count(data.testInputs.rows)) test samples of "
            + "\(NumberText.count(data.trainInputs.columns)) numbers"
    }

    /// Writes them as `.npz`; an existing file is left alone unless forced.
    ///
    /// - Throws: `StudyFileError` for a file that is there, `FileError` for one that cannot be written.
    public func write(to path: String, isForced: Bool) throws {
        if !isForced && WholeFile.exists(path) {
            throw StudyFileError(
                file: path, "the file exists already and is left alone; name another with --output, or use --force")
        }
        try NPZ.write(arrays, to: path)
    }
}
