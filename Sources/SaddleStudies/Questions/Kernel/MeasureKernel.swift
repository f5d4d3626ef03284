import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle measure kernel`: kernels of networks of one's own beside those of infinite width and of fresh networks.
enum MeasureKernel: Question {
    static let verb = QuestionVerb.measure
    static let name = "kernel"
    static let phrase = "measuring kernels of given weights"
    static let summary =
        "Kernels of your own network, from a file of weights: beside infinite width and fresh networks, has it moved?"
    static let discussion = """
        The study says what the network is (network.*) and which samples it sees; the file, written by safetensors or numpy.savez, holds its weights under names such as 0.weight, \
        fc1.bias or W0, matrices out × in and convolutions out × in × height × width (in × out and the like are recognised and told). The width is read off the shapes. \
        Reports feature kernels, NNGP and tangent kernel with their alignment, spectrum and effective rank, beside infinite width with its 1/N fluctuations and beside fresh \
        networks of that width with scores. Several files in order are checkpoints.
        """
    static let examples = [
        "digits.yaml --weights net.safetensors", "digits.yaml --weights step0.npz,step100.npz,step1000.npz --samples 128 --json",
    ]
    static let sections = ["measured_kernel", "network", "data", "predict"]

    /// What was asked and found.
    struct Found {
        let files: [String]
        let given: [GivenNetwork]
        /// By file and kernel.
        let kernels: [[Matrix]]
        let movement: KernelMovement
        let results: [KernelMovement.Result]
        let data: Dataset
        let samples: Int
        var targets: Matrix { data.trainLabels.selectingRows(Array(0..<samples)) }
    }

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.measuredKernel, !settings.weights.isEmpty else {
            throw study.problem(
                "measured_kernel.weights",
                "'measured_kernel.weights' is missing; expected the path of a .safetensors or .npz file with the weights of the network"
            )
        }
        let attends = study.network.transformer != nil && study.network.layers == nil || (study.network.layers ?? []).hasAttention
        if attends && settings.modules.isEmpty {
            throw study.problem(
                "measured_kernel.modules",
                "'measured_kernel.modules' is missing, and names do not tell the order of weights of attention; expected a list of weights, of each block "
                    + "those of query, key, value and output")
        }
        let loaded = try study.loadData(), data = loaded.dataset
        try study.checkedGraph(data)
        let samples = min(settings.samples, data.trainCount), rows = Array(0..<samples)
        if samples < 2 { throw study.problem("data.train", "one training sample; expected two or more") }
        let inputs = data.trainInputs.selectingRows(rows), targets = data.trainLabels.selectingRows(rows)
        if let row = study.network.inputWithoutVariation(in: inputs) {
            throw study.problem(
                "network.layer_norm",
                "all components of training input \(row) (from 0) are equal, so that it cannot be normalised")
        }
        let given = try settings.weights.map { try read($0, study, settings, inputs.columns) }
        try checkAlike(given, settings.weights, study)
        var warnings = loaded.warnings + remarks(given, settings, study)
        let first = given[0].network
        let theory: [InitialKernelLimit?]
        do {
            theory = try InitialKernelLimit.limits(
                study.network, inputs: inputs, outputs: first.outputCount, width: first.width, sites: study.predict.sites,
                seed: study.predict.seed, shouldStop: context.shouldStop)
        } catch let error as KernelError {
            warnings.append("no kernels of infinite width to compare with, fresh networks alone: \(error)")
            theory = KernelMovement.names(study.network).map { _ in nil }
        }
        let kernels = try zip(given, settings.weights).map { network, path in
            do { return try KernelMovement.kernels(of: network.network, inputs) } catch let error as KernelFailure {
                throw StudyFileError(file: study.typed(path), "\(error)")
            }
        }
        let movement = try KernelMovement(
            of: first, inputs: inputs, targets: targets, theory: theory, networks: settings.networks, seed: settings.seed,
            progress: context.progress, shouldStop: context.shouldStop)
        let found = Found(
            files: settings.weights.map { $0.lastPathPart }, given: given, kernels: kernels,
            movement: movement, results: kernels.map(movement.compare), data: data, samples: samples)
        var answer = Answer(
            "Kernels of given weights",
            subtitle: "\(study.networkText); width \(first.width), \(samples) samples of \(data.name), "
                + (found.files.count == 1 ? found.files[0] : "\(found.files.count) files"),
            warnings: warnings)
        addLead(found, to: &answer)
        try addNumbers(found, to: &answer)
        try addPictures(found, to: &answer)
        addArrays(found, to: &answer)
        return answer
    }

    private static func read(
        _ path: String, _ study: Study, _ settings: MeasuredKernelStudy, _ dimension: Int
    ) throws -> GivenNetwork {
        func problem(_ text: String) -> StudyFileError { StudyFileError(file: study.typed(path), text) }
        guard [".safetensors", ".npz"].contains(where: path.hasSuffix) else {
            throw problem(
                "weights are read from .safetensors (safetensors.torch.save_file(model.state_dict(), …)) and .npz (numpy.savez)")
        }
        do {
            let stored: any NamedArrays =
                path.hasSuffix(".npz") ? try NPZ(contentsOf: path) : try Safetensors(WholeFile.read(path), file: path)
            let arrays = try WeightArrays(
                try stored.names.map { (name: $0, tensor: try stored.stored($0).tensor()) }, order: settings.modules)
            return try GivenNetwork(
                study.network, inputDimension: dimension, arrays: arrays, values: settings.values, axes: settings.axes)
        } catch WeightArrayError.unknownModule(let name, let weights) {
            throw study.problem(
                "measured_kernel.modules",
                "'measured_kernel.modules' names '\(name)', which is no weight of \(study.typed(path)); expected names out of \(weights.brief(12))"
            )
        } catch let error as WeightArrayError {
            throw problem("\(error)")
        } catch FileError.malformed(let place, let reason) {
            throw StudyFileError(file: place == path ? study.typed(path) : place, reason)
        } catch FileError.refused(_, _, let reason) {
            throw problem("cannot be read: \(reason)")
        }
    }

    private static func checkAlike(_ given: [GivenNetwork], _ paths: [String], _ study: Study) throws {
        let first = given[0].network
        for (other, path) in zip(given, paths) {
            let (n, c) = (other.network.width, other.network.outputCount)
            if (n, c) == (first.width, first.outputCount) { continue }
            throw StudyFileError(
                file: study.typed(path),
                "width \(n) and \(c) output\(c == 1 ? "" : "s"), where \(study.typed(paths[0])) has width \(first.width) and "
                    + "\(first.outputCount); expected checkpoints of one network")
        }
    }

    /// What was assumed of arrays.
    private static func remarks(_ given: [GivenNetwork], _ settings: MeasuredKernelStudy, _ study: Study) -> [String] {
        zip(given, settings.weights).flatMap { network, path -> [String] in
            let file = study.typed(path), turned = network.places.filter(\.isTransposed).map(\.array)
            var texts: [String] = []
            if !turned.isEmpty && settings.axes == .auto {
                texts.append("\(file): \(turned.brief()) taken as in × out, by their shapes")
            }
            if network.isOrderAssumed {
                texts.append(
                    "\(file): no shape tells whether square matrices are out × in, which is assumed; 'measured_kernel.axes' says it"
                )
            }
            if !network.leftOut.isEmpty {
                texts.append("\(file): \(network.leftOut.brief()) left out, since 'measured_kernel.modules' does not name them")
            }
            return texts
        }
    }
}

extension [Layer] {
    fileprivate var hasAttention: Bool {
        contains { layer in
            switch layer {
            case .attention: true
            case .residual(let branch, _): branch.hasAttention
            case .linear, .convolution, .activation, .normalization, .pooling: false
            }
        }
    }
}
