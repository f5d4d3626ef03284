import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics

extension QuestionRunner.Context {
    /// What is to be measured: the arrays of the data, or layers of the study's network at steps of its training.
    ///
    /// - Throws: `StudyFileError`; `Divergence` of the training.
    ///
    /// - Parameter allCounts: whether the arrays of a file may have different numbers of samples.
    func representations(allCounts: Bool = false) throws -> LoadedRepresentations {
        let asked = study.representation ?? RepresentationStudy()
        if study.isOfFile { return try study.layers(asked, shouldStop: shouldStop) }
        for (key, isSet) in [
            ("layer", asked.layers != nil), ("step", asked.steps != nil), ("width", asked.width != nil), ("test", asked.isTest),
        ] where isSet {
            throw study.problem(
                "representation.\(key)",
                "'representation.\(key)' is set, but '\(study.typed(study.data.source))' is no network; expected it together with a run folder or a study"
            )
        }
        return try study.reading { try study.data.representations(allCounts: allCounts) }
    }

    /// The only one.
    func representation() throws -> (representation: Representation, warnings: [String]) {
        let loaded = try representations()
        guard loaded.all.count == 1 else {
            let names = loaded.all.map(\.name).brief(8)
            throw study.isOfFile
                ? study.problem(
                    "representation",
                    "\(loaded.all.count) layers and steps are given; expected one 'representation.layer' and 'representation.step'"
                )
                : study.problem(
                    "data.inputs", "\(loaded.all.count) arrays are given (\(names)); expected 'data.inputs' that names one")
        }
        return (loaded.all[0], loaded.warnings)
    }
}

extension Study {
    /// Whether a study file is behind it, not only settings of a command.
    var isOfFile: Bool { origin.file != Self.settingsFile }

    /// What is measured of a representation; that it cannot serve is told with its name.
    ///
    /// - Parameter key: where what must change stands.
    func measuring<Result>(
        _ item: Representation, _ key: String = "data.source", _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch {
            switch error {
            case is UnlabelledError: throw problem("data.labels", "\(item.name): \(error)")
            case is TooFewPoints, is GeometryError, is EntropyError, is VectorFieldError, is FunctionSpaceError:
                throw problem(key, "\(item.name): \(error)")
            default: throw error
            }
        }
    }

    /// Layers of a network at steps of its training.
    fileprivate func layers(
        _ asked: RepresentationStudy, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> LoadedRepresentations {
        // Without a network to train: the data of the study, as they enter one.
        if asked.layers == [0], asked.steps == nil { return try inputs(asked) }
        let (experiment, warnings) = try experiment(includesTheory: false)
        let data = experiment.data, width = asked.width ?? simulate?.widths.max() ?? 64
        if let problem = experiment.graph.widthProblem(width) {
            throw self.problem("representation.width", "'representation.width' is \(width); expected \(problem)")
        }
        let count = experiment.graph.layers.count, layers = asked.layers ?? Array(0...count)
        if let layer = layers.first(where: { $0 > count }) {
            throw problem(
                "representation.layer",
                "'representation.layer' names layer \(layer); expected 0 (the inputs) to \(count), the last hidden layer")
        }
        let recorded = experiment.recordedSteps, steps = asked.steps ?? Experiment.few(recorded, 6)
        if let step = steps.first(where: { $0 > training.steps }) {
            throw problem(
                "representation.step",
                "'representation.step' names step \(step); expected 0 to \(training.steps) (training.steps)")
        }
        if asked.isTest && data.testCount == 0 {
            throw problem(
                "representation.test",
                "'representation.test' is true, but there are no test samples; expected 'data.test' at least 1")
        }
        let inputs = asked.isTest ? data.testInputs : data.trainInputs
        let trainer = Trainer(experiment, width: width, recordsKernels: false)
        let first = trainer.initialNetwork(seed: (simulate ?? .init()).seed, index: asked.network)
        let networks = try trainer.snapshots(of: first, at: steps, index: asked.network) { _ in
            if shouldStop() { throw CancellationError() }
        }
        let labels = data.sampleLabels(isTest: asked.isTest)
        var all: [Representation] = []
        if layers.contains(0) {
            all.append(Representation(name: "inputs", points: inputs, axes: data.layout.axes, layer: 0, labels: labels))
        }
        for (step, network) in zip(steps, networks) {
            let features = network.features(for: inputs)
            all += layers.filter { $0 > 0 }.map { layer in
                Representation(
                    name: "layer \(layer) at step \(step)", points: features[layer - 1], layer: layer, step: step, labels: labels)
            }
        }
        return LoadedRepresentations(all, warnings: warnings)
    }

    private func inputs(_ asked: RepresentationStudy) throws -> LoadedRepresentations {
        let loaded = try loadData(), data = loaded.dataset
        return LoadedRepresentations(
            [
                Representation(
                    name: data.name, points: asked.isTest ? data.testInputs : data.trainInputs, axes: data.layout.axes, layer: 0,
                    labels: data.sampleLabels(isTest: asked.isTest))
            ], warnings: loaded.warnings)
    }
}

extension Dataset {
    fileprivate func sampleLabels(isTest: Bool) -> SampleLabels {
        let set: SampleSet = isTest ? .test : .train
        if !classNames.isEmpty { return .classes(classes(set), names: classNames) }
        return labels(set).rows > 0 ? .targets(labels(set)) : .none
    }
}
