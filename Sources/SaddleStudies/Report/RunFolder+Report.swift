import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport

extension RunFolder {
    /// Draws the report from what the folder holds, and writes it there.
    public func writeReport() throws {
        let content = try reportContent()
        let files = try StudyReport(content).files()
        if files.contains(where: { $0.path.contains("/") }) {
            try FileManager.default.createDirectory(atPath: path + "/figures", withIntermediateDirectories: true)
        }
        try AtomicFile.write(files.map { AtomicFile.Pending([UInt8]($0.text.utf8), to: "\(path)/\($0.path)") })
    }

    private func reportContent() throws -> StudyReportContent {
        guard let manifest = try readManifest() else { throw RunFolderError.notARunFolder(path: path) }
        let study = try Study(path: self.study)
        var content = StudyReportContent(name: study.name, recordedSteps: study.recordedSteps)
        content.studyText = study.yaml
        content.asked = study.facts
        content.hiddenLayers = study.network.hiddenLayers
        content.hasSquaredLoss = study.training.loss == .squared
        let loaded = try? study.experiment(includesTheory: false).experiment
        let stale = loaded.map { manifest.staleStages(of: study, $0) } ?? []
        if has(theory), !stale.contains("theory") {
            // The report draws whole observables; variances of single scalars are for the comparison.
            content.theory = try NPZ.read(theory).filter { !$0.key.contains("[") && !$0.key.hasPrefix("test_output_mean") }
        }
        if has(ensemble) {
            content.ensemble = try NPZ.read(ensemble)
            let widths = content.ensemble["widths"].map { $0.elements.map { Int($0) } } ?? []
            content.widths = widths.filter { !stale.contains("ensemble_\($0)") }
            content.ensemble = content.ensemble.filter { array in
                !widths.contains { stale.contains("ensemble_\($0)") && array.key.hasSuffix("_\($0)") }
            }
            let networks = content.ensemble["networks"].map { $0.elements.map { Int($0) } } ?? []
            content.networks = Dictionary(uniqueKeysWithValues: zip(widths, networks))
        }
        if has(comparison), manifest.stages["comparison"] != nil, !stale.contains("comparison") {
            content.comparison = try JSON.decode(Comparison.self, from: WholeFile.read(comparison)).reportContent
        }
        if let data = loaded?.data { content.add(data) }
        if let loaded { content.unfinished = unfinished(study, loaded) }
        let topics = manifest.topics ?? [:]
        content.answers = topics.keys.sorted().map { "\($0).html" }.filter { has("\(path)/\($0)") }
        let stages = manifest.stages.filter { !stale.contains($0.key) }.merging(topics) { stage, _ in stage }
        content.timings = stages.sorted { $0.value.finished < $1.value.finished }.filter { $0.key != "report" }.map {
            .init($0.value.did, seconds: $0.value.seconds)
        }
        content.warnings = stages.sorted { $0.key < $1.key }.flatMap(\.value.warnings) + manifest.warnings
        if !content.theory.isEmpty || !content.widths.isEmpty || !content.unfinished.isEmpty {
            content.commands = ["saddle run study.yaml"]
        }
        content.provenance = manifest.facts
        return content
    }

    /// What the states of interrupted stages hold, as far as they belong to this study.
    private func unfinished(_ study: Study, _ experiment: Experiment) -> [String] {
        let kernels = study.recordsKernels(samples: experiment.data.trainCount).records
        let digests = StudyDigests(study, experiment: experiment, recordsKernels: kernels)
        let layout = ObservableLayout(experiment, withKernels: kernels)
        var found: [String] = []
        if let state = TheoryCheckpoint.read(partialTheory, digest: digests.theory, experiment: experiment, layout: layout)?.state
        {
            found.append("\(state.solutions.count) of \(study.predict.replicas) solutions of the theory")
        }
        for width in study.simulate?.widths ?? [] {
            let digest = digests.ensemble(width: width)
            guard let state = EnsembleCheckpoint.read(partialEnsemble(width: width), digest: digest) else { continue }
            found.append(
                "\(state.moments.count) of \(study.simulate!.networks) networks of width \(NumberText.count(width))")
        }
        return found
    }

    private func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }
}

extension StudyReportContent {
    fileprivate mutating func add(_ data: Dataset) {
        classNames = data.classNames
        trainClasses = data.trainClasses
        testClasses = data.testClasses
        trainLabels = data.trainLabels
        testLabels = data.testCount > 0 ? data.testLabels : nil
        dataFacts = [
            Page.Fact("Data", data.name),
            Page.Fact(
                "Samples",
                "\(NumberText.count(data.trainCount)) for training, \(NumberText.count(data.testCount)) for testing; "
                    + "\(NumberText.count(data.inputDimension)) inputs, \(NumberText.count(data.outputCount)) "
                    + (data.outputCount == 1 ? "output" : "outputs")),
        ]
    }
}

extension Comparison {
    fileprivate var reportContent: StudyReportContent.Comparison {
        let outcome: StudyReportContent.Comparison.Outcome =
            switch verdict {
            case .agrees: .agrees
            case .disagrees: .disagrees
            case .outsideRegime, .cannotTell: .undecided
            }
        return StudyReportContent.Comparison(
            outcome: outcome, verdict: summary,
            widths: widths.map { width in
                .init(
                    width: width.width, compared: width.numbers, largestZ: width.largestScore, expectedLargestZ: threshold,
                    verdict: width.verdict.rawValue, zScores: width.quantities.flatMap { $0.score.compactMap(\.self) })
            })
    }
}

extension Manifest {
    fileprivate var facts: [Page.Fact] {
        [
            Page.Fact("Version", "saddle \(version)"),
            Page.Fact("Seeds", seeds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
            Page.Fact("Machine", "\(machine.processor), \(machine.cores) cores, \(machine.system)"),
            Page.Fact("BLAS", "\(blas); \(threads) threads of \(program)"),
        ]
    }
}

extension Study {
    fileprivate var facts: [Page.Fact] {
        let layers = network.hiddenLayers == 1 ? "1 hidden layer" : "\(network.hiddenLayers) hidden layers"
        let centered = network.isCentered ? ", output at initialisation subtracted" : ""
        var facts = [
            Page.Fact(
                "Network",
                "\(layers), \(network.activation.name), weight scale σ = \(NumberText.short(network.weightScale)), "
                    + "richness γ₀ = \(NumberText.short(network.richness))\(centered)"),
            Page.Fact("Training", trainingText),
            Page.Fact(
                "Theory",
                "\(NumberText.count(predict.sites)) sites, tolerance \(NumberText.short(predict.tolerance)), "
                    + "\(predict.directions) directions, \(predict.replicas) replicas"),
        ]
        if let simulate {
            facts.append(
                Page.Fact(
                    "Ensembles",
                    "\(NumberText.count(simulate.networks)) networks at each width: "
                        + simulate.widths.map(NumberText.count).joined(separator: ", ")))
        }
        return facts
    }

    private var trainingText: String {
        let batches = training.batchSize.map { "in batches of \($0)" } ?? "on all samples at once"
        var parts = [
            "\(NumberText.count(training.steps)) steps of gradient descent \(batches)",
            "learning rate \(NumberText.short(training.learningRate.base))",
        ]
        switch training.learningRate.decay {
        case .constant: break
        case .cosine: parts.append("cosine schedule")
        case .step(let every, let factor): parts.append("times \(NumberText.short(factor)) every \(every) steps")
        }
        if training.learningRate.warmup > 0 { parts.append("\(training.learningRate.warmup) warm-up steps") }
        if training.momentum > 0 {
            parts.append((training.usesNesterov ? "Nesterov " : "") + "momentum \(NumberText.short(training.momentum))")
        }
        if training.weightDecay > 0 { parts.append("weight decay \(NumberText.short(training.weightDecay))") }
        parts.append(training.loss == .squared ? "squared loss" : "cross-entropy loss")
        return parts.joined(separator: ", ")
    }
}
