import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

extension Study {
    /// What is planned for: recorded at the last step alone, judged on test samples that have labels, else on the training samples.
    func plannedExperiment(needsTheory: Bool) throws -> (Experiment, warnings: [String]) {
        let (experiment, warnings) = try experiment(includesTheory: needsTheory)
        var planned = experiment
        planned.recordedSteps = [experiment.training.steps]
        let data = experiment.data
        if data.testCount > 0 && !data.hasTestLabels {
            planned.data = Dataset(
                trainInputs: data.trainInputs, trainLabels: data.trainLabels,
                testInputs: Matrix(rows: 0, columns: data.inputDimension), testLabels: Matrix(rows: 0, columns: data.outputCount),
                name: data.name, classNames: data.classNames, trainClasses: data.trainClasses)
        }
        return (planned, warnings)
    }

    /// Trouble of small ensembles, at the key that it comes from.
    func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as PlanningError {
            throw problem("training.steps", "'training.steps' is \(training.steps): \(error)")
        } catch let error as EnsembleError {
            throw StudyFailure.failed(stage: "training small ensembles", error)
        }
    }
}

extension QuestionRunner.Context {
    /// What the theory in the study's run folder says; with `isWanted` it is solved where it is not there. Nil without.
    func theoryEvidence(_ experiment: Experiment, _ store: PlanStore?, isWanted: Bool) throws -> WidthEvidence? {
        let loss = study.training.loss, set = experiment.data.judged
        if let folder, study.recordedSteps.last == study.training.steps, let results = try? StudyResults(folder),
            let prediction = results.prediction, let full = try? study.experiment(includesTheory: false).experiment,
            results.manifest.isCurrent("theory", digest: StudyDigests(study, full.data).theory)
        {
            return WidthEvidence(prediction, set: set, loss: loss)
        }
        if !isWanted { return nil }
        let engine = StudyEngines.standard.predict
        let saving = PacedSaving<MeanFieldProgress> { try store?.keep($0) }
        let prediction = try saving.finishing {
            try engine(
                experiment, study.predict, false, store?.theory(experiment),
                .init(progress: progress, shouldStop: shouldStop, notice: { observe(.notice($0)) }), saving.offer)
        }
        guard let evidence = WidthEvidence(prediction, set: set, loss: loss) else {
            throw study.problem(
                "predict", "'predict' asks for no corrections in 1/N, which a plan is made of; expected predict.accuracy")
        }
        return evidence
    }
}
