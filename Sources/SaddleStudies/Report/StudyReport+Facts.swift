import SaddleModels
import SaddleNumerics
import SaddleReport

/// What was asked, what it took, and how to do it again.
extension StudyReport {
    func askedSection() -> Page.Section? {
        Page.Section(
            "What was asked",
            [
                .facts(results.study.facts + (results.data?.facts ?? [])),
                .folded("The study file", [.code(results.study.yaml)]),
            ])
    }

    func timingSection() -> Page.Section? {
        // Stages of the same second: theory, ensembles, comparison, topics by name.
        let order = ["theory": 0, "comparison": 2]
        let all = results.currentStages.filter { $0.key != "report" }.map { (order[$0.key] ?? 1, $0.key, $0.value) }
        let topics = (results.manifest.topics ?? [:]).map { (3, $0.key, $0.value) }
        let done = (all + topics).sorted { ($0.2.finished, $0.0, $0.1) < ($1.2.finished, $1.0, $1.1) }.map(\.2)
        guard !done.isEmpty else { return nil }
        let rows = done.map { [$0.did, NumberText.duration(seconds: $0.seconds)] }
        let total = done.reduce(0) { $0 + $1.seconds }
        let table = Table(
            [.text("Stage"), .number("Time")], rows: rows + [["Together", NumberText.duration(seconds: total)]])
        return Page.Section("What it took", [.table(table)] + (results.theoryCost.map { [.paragraph($0.sentence)] } ?? []))
    }

    func warningSection() -> Page.Section? {
        results.warnings.isEmpty ? nil : Page.Section("Warnings", [.list(results.warnings)])
    }

    func reproductionSection() -> Page.Section? {
        var blocks: [Page.Block] = []
        if hasTheory || !widths.isEmpty || !results.unfinished.isEmpty {
            blocks.append(.paragraph("The same study file and version give the same numbers, whatever the number of threads."))
            blocks.append(.code("saddle run study.yaml"))
        }
        return Page.Section("How to reproduce this", blocks + [.facts(results.manifest.facts)])
    }
}

extension Dataset {
    fileprivate var facts: [Page.Fact] {
        [
            Page.Fact("Data", name),
            Page.Fact(
                "Samples",
                "\(NumberText.count(trainCount)) for training, \(NumberText.count(testCount)) for testing; "
                    + "\(NumberText.count(inputDimension)) inputs, \(NumberText.count(outputCount)) "
                    + (outputCount == 1 ? "output" : "outputs")),
        ]
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
        let centered = network.isCentered ? ", output at initialisation subtracted" : ""
        var facts = [
            Page.Fact(
                "Network",
                "\(network.layersText), \(network.activation.name), weight scale σ = \(NumberText.short(network.weightScale)), "
                    + "richness γ₀ = \(NumberText.short(network.richness))\(centered)"),
            Page.Fact("Training", training.summary),
            Page.Fact(
                "Theory",
                (predict.statedSites.map { "\(NumberText.count($0)) sites, " } ?? "")
                    + "tolerance \(NumberText.short(predict.tolerance)), \(predict.replicas) replicas, "
                    + (predict.accuracy.map { "accuracy \(NumberText.short(100 * $0)) % of N·variance" }
                        ?? "\(predict.directions) directions")),
        ]
        if let simulate {
            facts.append(
                Page.Fact(
                    "Ensembles",
                    "\(NumberText.count(simulate.networks)) networks at each width: "
                        + simulate.widths.map(NumberText.count).joined(separator: ", ")
                        + (simulate.precision == .double ? "" : ", in single precision")))
        }
        return facts
    }
}
