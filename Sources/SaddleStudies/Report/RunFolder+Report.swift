import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport

extension RunFolder {
    /// Draws the report from what the folder holds, and writes it there.
    ///
    /// - Returns: what about the files of the folder the user should know, in sentences.
    /// - Throws: ``RunFolderError/changed(path:)`` if a result to be drawn is not what was written.
    @discardableResult
    public func writeReport() throws -> [String] {
        let (content, remarks) = try reportContent()
        let files = try StudyReport(content).files()
        if files.contains(where: { $0.path.contains("/") }) {
            try FileManager.default.createDirectory(atPath: path + "/figures", withIntermediateDirectories: true)
        }
        try AtomicFile.write(files.map { AtomicFile.Pending([UInt8]($0.text.utf8), to: "\(path)/\($0.path)") })
        return remarks
    }

    private func reportContent() throws -> (StudyReportContent, remarks: [String]) {
        guard let manifest = try readManifest() else { throw RunFolderError.notARunFolder(path: path) }
        let study = try Study(path: self.study)
        var content = StudyReportContent(name: study.name, recordedSteps: study.recordedSteps)
        content.studyText = study.yaml
        content.asked = study.facts
        content.hiddenLayers = study.network.hiddenLayers
        content.hasSquaredLoss = study.training.loss == .squared
        let loaded = try? study.experiment(includesTheory: false).experiment
        let stale = loaded.map { manifest.staleStages(of: study, $0) } ?? []
        var remarks: [String] = []
        func note(_ remark: String?) { if let remark, !remarks.contains(remark) { remarks.append(remark) } }
        if manifest.stages["theory"] != nil, !stale.contains("theory") {
            note(try check("theory.npz", against: manifest))
            // The report draws whole observables; variances of single scalars are for the comparison.
            content.theory = try NPZ.read(theory).filter { !$0.key.contains("[") && !$0.key.hasPrefix("test_output_mean") }
        }
        if has(ensemble) || manifest.files?["ensemble.npz"] != nil {
            note(try check("ensemble.npz", against: manifest))
            content.ensemble = try NPZ.read(ensemble)
            let widths = content.ensemble["widths"].map { $0.elements.map { Int($0) } } ?? []
            content.widths = widths.filter { !stale.contains("ensemble_\($0)") }
            content.ensemble = content.ensemble.filter { array in
                !widths.contains { stale.contains("ensemble_\($0)") && array.key.hasSuffix("_\($0)") }
            }
            let networks = content.ensemble["networks"].map { $0.elements.map { Int($0) } } ?? []
            content.networks = Dictionary(uniqueKeysWithValues: zip(widths, networks))
        }
        if manifest.stages["comparison"] != nil, !stale.contains("comparison") {
            note(try check("comparison.json", against: manifest))
            content.comparison = try JSON.decode(Comparison.self, from: WholeFile.read(comparison)).reportContent
        }
        if let data = loaded?.data { content.add(data) }
        if let loaded { content.unfinished = unfinished(study, loaded) }
        let topics = manifest.topics ?? [:]
        content.answers = topics.keys.sorted().map { "\($0).html" }.filter { has("\(path)/\($0)") }
        let stages = manifest.stages.filter { !stale.contains($0.key) }
        let done = stages.filter { $0.key != "report" }.map(\.value) + topics.map(\.value)
        content.timings = done.sorted { $0.finished < $1.finished }.map { .init($0.did, seconds: $0.seconds) }
        content.warnings = stages.sorted { $0.key < $1.key }.flatMap(\.value.warnings) + manifest.warnings
        for sentence in changedTopics(manifest) { note(sentence) }
        remarks.removeAll { content.warnings.contains($0) }
        content.warnings += remarks
        if !content.theory.isEmpty || !content.widths.isEmpty || !content.unfinished.isEmpty {
            content.commands = ["saddle run study.yaml"]
        }
        content.provenance = manifest.facts
        return (content, remarks)
    }

    /// What the states of interrupted stages hold, as far as they belong to this study.
    private func unfinished(_ study: Study, _ experiment: Experiment) -> [String] {
        let kernels = study.recordsKernels(samples: experiment.data.trainCount).records
        let digests = StudyDigests(study, experiment: experiment, recordsKernels: kernels)
        let layout = ObservableLayout(experiment, withKernels: kernels)
        var found: [String] = []
        func add(_ name: String, _ count: () throws -> Int?) {
            do {
                if let count = try count() { found.append("\(count) of \(name)") }
            } catch { found.append("a damaged state of \(name)") }
        }
        add("\(study.predict.replicas) solutions of the theory") {
            try TheoryCheckpoint.read(partialTheory, digest: digests.theory, experiment: experiment, layout: layout)?.state
                .solutions.count
        }
        for width in study.simulate?.widths ?? [] {
            add("\(study.simulate!.networks) networks of width \(NumberText.count(width))") {
                try EnsembleCheckpoint.read(partialEnsemble(width: width), digest: digests.ensemble(width: width))?.state.moments
                    .count
            }
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
        testLabels = data.hasTestLabels ? data.testLabels : nil
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
            }, pooled: pooled, accuracies: widths.compactMap { width in width.accuracy.map { (width.width, $0) } })
    }
}

extension Manifest {
    fileprivate var facts: [Page.Fact] {
        [
            Page.Fact("Version", "saddle \(version)"),
            Page.Fact("Seeds", seeds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
            Page.Fact("Machine", "\(machine.processor), \(machine.cores) cores, \(machine.system)"),
            Page.Fact("BLAS", "\(blas)\(kernelText); \(threads) threads of \(program)"),
        ]
    }

    private var kernelText: String {
        guard let choice = blasKernel else { return "" }
        return ", kernel \(choice.used)" + (choice.mended ? " instead of \(choice.found), which OpenBLAS had picked" : "")
            + (choice.remark.map { " (\($0))" } ?? "")
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
