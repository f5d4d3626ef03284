import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// What a study found: everything that its run folder holds. A run fills it stage by stage; a folder is read into it (``init(_:)``); summary and
/// report are views of it.
public struct StudyResults: Sendable {
    public let study: Study
    /// Nil where the folder has outlived its data.
    var data: Dataset?
    /// The infinite-width limit with its corrections; nil if it was not computed, or belongs to another version of the study.
    var prediction: MeanFieldPrediction?
    /// One a width, ascending as in the study.
    var ensembles: [EnsembleStatistics] = []
    /// How the numbers of ensembles lie.
    var ensembleLayout = ObservableLayout([])
    var comparison: Comparison?
    /// What was computed, when, and what was warned.
    var manifest: Manifest
    /// Stages whose results belong to another version of the study.
    var stale: Set<String> = []
    /// What the user should know about the files of the folder, in sentences.
    var remarks: [String] = []
    /// What an interrupted run has kept and not finished, as in "37 of 100 networks of width 64".
    var unfinished: [String] = []
    /// Pages of single questions in the same folder.
    var answers: [String] = []

    package init(study: Study, data: Dataset?, manifest: Manifest) {
        (self.study, self.data, self.manifest) = (study, data, manifest)
    }

    var steps: [Int] { study.recordedSteps }
    var widths: [Int] { ensembles.map(\.width) }

    /// Whether theory or networks recorded an observable.
    func knows(_ observable: Observable) -> Bool {
        prediction?.layout[observable] != nil || (!ensembles.isEmpty && ensembleLayout[observable] != nil)
    }

    /// Training and test set, as far as anything is recorded for them.
    var sets: [SampleSet] { SampleSet.allCases.filter { knows(.output($0)) } }

    /// Stages that belong to the study as it is now.
    var currentStages: [String: Manifest.Stage] { manifest.stages.filter { !stale.contains($0.key) } }

    /// Of all stages, and of the folder.
    var warnings: [String] {
        let said = currentStages.sorted { $0.key < $1.key }.flatMap(\.value.warnings) + manifest.warnings
        return said + remarks.filter { !said.contains($0) }
    }
}

// MARK: - What follows from several of them

extension StudyResults {
    func excessLoss(_ set: SampleSet, _ time: Int) -> ExcessLoss? {
        prediction?.excessLoss(set, time: time, loss: study.training.loss)
    }

    /// Fraction of samples that the infinitely wide network classifies correctly at the last step; nil without classes.
    func limitAccuracy(_ set: SampleSet) -> Double? {
        guard let classes = data?.classes(set), !classes.isEmpty, let outputs = theory(\.mean, .output(set)),
            outputs.entry.samples == classes.count
        else { return nil }
        let final = outputs.numbers(at: outputs.last)
        return Classification.accuracy(classes: classes, outputs: outputs.entry.outputs) { final[final.startIndex + $0] }
    }
}

extension StudyResults {
    /// Size of a kernel over √(N·variance), root mean squares over its entries, at each time: networks of width N see √N times this. Of theory, or as
    /// measured at a width; nil where there is no spread.
    func signalToNoise(_ kernel: Observable, width: Int? = nil) -> [Double]? {
        let mean = width.map { measured(\.mean, kernel, $0) } ?? theory(\.mean, kernel)
        let variance = width.map { measured(\.variance, kernel, $0) } ?? theory(\.variance, kernel)
        guard let mean, let variance else { return nil }
        let ratios = (0..<mean.entry.times).map { time in
            let spread = variance.numbers(at: time).reduce(0, +) / Double(variance.entry.stride) * Double(width ?? 1)
            return rootMeanSquare(mean.numbers(at: time)) / spread.squareRoot()
        }
        return ratios.allSatisfy(\.isFinite) ? ratios : nil
    }
}
