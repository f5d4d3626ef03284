import SaddleComparisons
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

    /// The sets whose loss is recorded: of a stream also the training set, whose outputs are not.
    var lossSets: [SampleSet] { SampleSet.allCases.filter { knows(.loss($0)) } }

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
    /// What ensembles of the accuracy of the theory would take.
    var theoryCost: TheoryCost? {
        guard let prediction, let theory = currentStages["theory"], let simulation = study.simulate else { return nil }
        let networkSeconds = simulation.widths.compactMap { width in
            let stage = currentStages["ensemble_\(width)"].flatMap { $0.source == nil ? $0 : nil }
            let trained = stage.map { $0.seconds / Double(simulation.networks) }
            return (trained ?? theory.networkSeconds?[width]).map { (width: width, seconds: $0) }
        }
        return TheoryCost(prediction, seconds: theory.seconds, networkSeconds: networkSeconds)
    }

    func excessLoss(_ set: SampleSet, _ time: Int) -> ExcessLoss? {
        prediction?.excessLoss(set, time: time, loss: study.training.loss)
    }

    /// Of the population, whose loss is that of the test samples; nil unless training is a stream.
    var stepsLost: StepsLost? {
        guard study.training.isStream else { return nil }
        return StepsLost(
            .loss(.test), steps: steps, prediction: prediction, ensembles: ensembles, widths: study.simulate?.widths ?? [])
    }

    /// Fraction of samples that the infinitely wide network classifies correctly at the last step; nil without classes.
    func limitAccuracy(_ set: SampleSet) -> Double? {
        guard let classes = data?.classes(set), !classes.isEmpty, let outputs = theory(\.mean, .output(set)),
            outputs.entry.samples == classes.count
        else { return nil }
        let final = outputs.numbers(at: outputs.last)
        return Classification.accuracy(classes: classes, outputs: outputs.entry.outputs) { final[final.startIndex + $0] }
    }

    /// Of a kernel in single networks of a width, by theory or as measured.
    func signalToNoise(_ kernel: Observable, width: Int, isMeasured: Bool) -> [(value: Double, error: Double)]? {
        if isMeasured {
            guard let mean = measured(\.mean, kernel, width), let variance = measured(\.variance, kernel, width),
                let error = measured(\.varianceError, kernel, width)
            else { return nil }
            return ObservableSeries.signalToNoise(mean: mean, variance: variance, error: error)
        }
        guard let mean = theory(\.mean, kernel), let variance = theory(\.variance, kernel),
            let error = theoryErrors(MeanFieldPrediction.varianceTotalError(at:), kernel)
        else { return nil }
        return ObservableSeries.signalToNoise(mean: mean, variance: variance, error: error, scale: 1 / Double(width))
    }
}
