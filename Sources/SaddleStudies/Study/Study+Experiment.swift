import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Study {
    /// The data, network and training as theory and simulation read them, with warnings about the data.
    ///
    /// - Throws: `StudyFileError`, at the line of the study file that is to blame where there is one.
    func experiment() throws -> (experiment: Experiment, warnings: [String]) {
        try checkServed()
        let loaded = try loadData()
        let experiment = Experiment(
            network: network, data: loaded.dataset, training: training, recordedSteps: recordedSteps)
        try check(experiment)
        return (experiment, loaded.warnings)
    }

    /// The data of the study.
    func loadData() throws -> LoadedData {
        try checkMemory(inputs: (data.train ?? 1) + (data.test ?? 0), dimension: data.dimension ?? 1)
        let loaded: LoadedData
        do {
            loaded = try data.load(loss: training.loss)
        } catch let error as DataError {
            guard let key = error.key else { throw problem("data.source", "\(error)") }
            throw key == "loss" ? problem("training.loss", "\(error)") : problem("data.\(key)", "data.\(error)")
        } catch {
            throw problem("data.source", "\(error)")
        }
        try checkMemory(loaded.dataset)
        return loaded
    }

    /// What the theory of feature learning and the ensembles do not serve.
    private func checkServed() throws {
        let advice = "; 'saddle predict kernel' and 'saddle predict lazy' serve such networks in the limit of infinite width"
        if network.parameterization != .meanField {
            throw problem(
                "network.parameterization",
                "'network.parameterization' is \(network.parameterization.text); expected mean_field here\(advice)")
        }
        if network.biasScale != 0 {
            throw problem("network.bias_scale", "'network.bias_scale' is \(network.biasScale); expected 0 here\(advice)")
        }
        if network.isResidual { throw problem("network.residual", "'network.residual' is true; expected false here\(advice)") }
        if network.normalizesInputs {
            throw problem("network.layer_norm", "'network.layer_norm' is true; expected false here\(advice)")
        }
        if network.convolution != nil {
            throw problem("network.convolution", "'network.convolution' is set; expected fully connected layers here\(advice)")
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
            if predict.observables == nil {
                throw problem(
                    "predict.method",
                    "'predict.method' is adjoint, which is for few scalars: list them in 'predict.observables', out of "
                        + ScalarRequest.accepted(experiment))
            }
        }
    }

    func problem(_ key: String, _ message: String) -> StudyFileError {
        // A key that is missing has no place: its section has one.
        let place = origin.places[key] ?? key.split(separator: ".").first.flatMap { origin.places[String($0)] }
        return StudyFileError(file: origin.file, line: place?.line, column: place?.column, message)
    }
}
