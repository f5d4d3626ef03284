import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Study {
    /// The data, network and training as theory and simulation read them, with warnings about the data.
    ///
    /// - Parameters:
    ///   - includesTheory: whether the theory of feature learning must serve it, besides finite networks.
    ///   - traits: what networks may have; finite ones may have all.
    /// - Throws: `StudyFileError`, at the line of the study file that is to blame where there is one.
    func experiment(
        includesTheory: Bool = true, serving traits: Set<Network.Trait> = Set(Network.Trait.allCases)
    ) throws -> (experiment: Experiment, warnings: [String]) {
        if includesTheory { try checkServedByTheory() }
        try checkTraits(within: traits, "")
        try checkUnits()
        let loaded = try loadData()
        try check(loaded.dataset)
        try checkStream(loaded.dataset)
        let graph = try checkedGraph(loaded.dataset)
        try checkRecordMemory(loaded.dataset, graph)
        if includesTheory { try checkTheoryMemory(loaded.dataset) }
        try checkEnsembleMemory(loaded.dataset, graph)
        let experiment = Experiment(
            network: network, data: loaded.dataset, training: training, recordedSteps: recordedSteps)
        try check(experiment)
        if includesTheory { try checkEntries(experiment) }
        return (experiment, loaded.warnings)
    }

    /// The data of the study, as its network reads them.
    func loadData() throws -> LoadedData {
        try reading {
            var loaded = try data.load(loss: training.loss)
            loaded.dataset = try arranged(loaded.dataset)
            return loaded
        }
    }

    /// Reads data; trouble with them is told at the key that is to blame.
    func reading<Data>(_ body: () throws -> Data) throws -> Data {
        try checkMemory(inputs: (data.train ?? 1) + (data.test ?? 0), dimension: data.dimension ?? 1)
        do {
            return try body()
        } catch let error as DataError {
            if case .convolution = error { throw problem("network.convolution", "\(error)") }
            guard let key = error.key else { throw problem("data.source", "\(error)") }
            throw key == "loss" ? problem("training.loss", "\(error)") : problem("data.\(key)", "data.\(error)")
        } catch {
            throw problem("data.source", "\(error)")
        }
    }

    private static let limitsServe =
        "; 'saddle predict kernel' and 'saddle predict lazy' serve such networks in the limit of infinite width"

    /// What the theory of feature learning does not serve.
    private func checkServedByTheory() throws {
        let advice = Self.limitsServe + ", 'saddle simulate' at finite width"
        if !network.parameterization.isEquivalent(to: .meanField) {
            throw problem(
                "network.parameterization",
                "'network.parameterization' is \(network.parameterization.text); expected mean_field or mup here\(advice)")
        }
    }

    /// Optimisers other than descent count in the units of one parameterisation.
    private func checkUnits() throws {
        if training.optimizer.isDescent || network.parameterization == .meanField { return }
        throw problem(
            "training.optimizer",
            "'training.optimizer' is \(training.optimizer.title) with 'network.parameterization' \(network.parameterization.text); expected "
                + "mean_field, in which its units do not change with the width")
    }

    /// Refuses optimisers and learning rates of single layers where gradient descent alone is served.
    func checkPlainDescent(_ advice: String) throws {
        if training.isPlainDescent { return }
        let key = training.optimizer.isDescent ? "training.learning_rates" : "training.optimizer"
        let what = training.optimizer.isDescent ? "set" : training.optimizer.title
        throw problem(key, "'\(key)' is \(what); expected gradient descent with one learning rate here\(advice)")
    }

    /// Refuses what is not served here, at its key.
    func checkTraits(within served: Set<Network.Trait>, _ advice: String) throws {
        guard let trait = network.trait(beyond: served) else { return }
        throw problem("network.\(trait.key)", "'network.\(trait.key)' is set; \(trait.title) are not served here\(advice)")
    }

    /// Layer norm needs inputs that vary.
    private func check(_ data: Dataset) throws {
        for (inputs, name) in [(data.trainInputs, "training"), (data.testInputs, "test")] {
            guard let row = network.inputWithoutVariation(in: inputs) else { continue }
            throw problem(
                "network.layer_norm",
                "'network.layer_norm' is true, but all \(inputs.columns) components of \(name) input \(row) (from 0) are equal, "
                    + "so it cannot be scaled to variance 1; expected inputs that vary, or layer_norm: false")
        }
    }

    /// What only the data can tell.
    private func check(_ experiment: Experiment) throws {
        let samples = experiment.data.trainCount
        if let size = training.batchSize, size > samples {
            throw problem(
                "training.batch_size", "'training.batch_size' is \(size); expected at most the \(samples) training samples")
        }
        if let unknown = predict.observables?.first(where: { ScalarRequest($0, experiment) == nil }) {
            throw problem(
                "predict.observables",
                "'predict.observables' names '\(unknown)'; expected all, or a list out of \(ScalarRequest.accepted(experiment))")
        }
        if predict.method == .adjoint {
            let name = network.activation.name
            if !network.activation.isSmooth {
                throw problem(
                    "predict.method",
                    "'predict.method' is adjoint, but \(name) has a kink, which derivatives cannot see; expected auto or resolve")
            }
            if network.biasScale != 0 {
                throw problem(
                    "predict.method",
                    "'predict.method' is adjoint, which does not serve biases ('network.bias_scale' is \(network.biasScale)); "
                        + "expected auto or resolve")
            }
            if predict.observables == nil {
                throw problem(
                    "predict.method",
                    "'predict.method' is adjoint, which is for few scalars: list them in 'predict.observables', out of "
                        + ScalarRequest.accepted(experiment))
            }
        }
    }

    /// Where networks find the limit nothing else may say how it is solved.
    private func checkEntries(_ experiment: Experiment) throws {
        guard experiment.needsEntries else { return }
        let settings: [(key: String, isSet: Bool)] = [
            ("sites", predict.statedSites != nil), ("directions", predict.accuracy == nil),
            ("record_two_time", predict.recordsTwoTime),
        ]
        guard let (key, _) = settings.first(where: \.isSet) else { return }
        throw problem(
            "predict.\(key)",
            "'predict.\(key)' is set, but this training (\(training.optimizer.title)) is followed entry by entry of the weights, and its limit is extrapolated from networks; "
                + "expected 'predict.accuracy' alone")
    }

    /// Of a key where it was given, else of the data.
    func problem(_ key: String, orOf data: String, _ message: String) -> StudyFileError {
        problem(origin.places[key] != nil ? key : data, message)
    }

    func problem(_ key: String, _ message: String) -> StudyFileError {
        // A key that is missing has no place: its section has one, or that section's.
        var parts = key.split(separator: "."), place = origin.places[key]
        while place == nil && parts.count > 1 {
            parts.removeLast()
            place = origin.places[parts.joined(separator: ".")]
        }
        // What a command was given has no lines: its options are named, and else its file.
        guard !isOfFile, let source = origin.places["data.source"] ?? origin.places["flow.system"] else {
            return StudyFileError(problems: [.init(place: place ?? .init(file: origin.file), message: message)])
        }
        let named = Self.reference.reduce(message) { text, entry in
            text.contains("'\(entry.path)'") ? text.replacing("'\(entry.path)'", with: "--\(entry.option)") : text
        }
        return StudyFileError(problems: [.init(place: place ?? source, message: named)])
    }
}
