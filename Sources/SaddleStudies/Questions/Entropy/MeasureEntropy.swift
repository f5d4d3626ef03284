import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure entropy`: how many regions diffusion tells apart in representations, and what these know of classes.
enum MeasureEntropy: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "entropy"
    static let phrase = "measuring diffusion entropies"
    static let summary = "Diffusion spectral entropy of representations and their mutual information with classes, in bits."
    static let discussion = """
        The entropy of the spectrum of diffusion on the samples, K = D^(−½)·G·D^(−½) with a Gaussian kernel G: 0 bits if all samples \
        are in one place, log₂ of the number of far groups or of the number of samples at most. With classes, the mutual information: what is \
        left of it when each class is compared with as many samples drawn from all. Over layers and steps of a training, with errors over \
        sub-samples, its dependence on bandwidth and time, and Shannon's entropy of binned features beside it.
        """
    static let examples = ["digits", "study.yaml --layer 1,2", "digits --bandwidth 10 --unit features --time 2"]
    static let sections = ["entropy", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.entropy ?? EntropyStudy(), settings = asked.settings
        let loaded = try context.representations(), all = loaded.all
        var found: [EntropyMeasurement] = []
        let share = asked.sweep ? 0.8 : 1
        for (k, one) in all.enumerated() {
            if context.shouldStop() { throw CancellationError() }
            try study.measuring(one, "entropy") {
                found.append(
                    try EntropyMeasurement(
                        one.points, classes: one.labels.classes?.of, settings, shouldStop: context.shouldStop))
            }
            context.progress(share * Double(k + 1) / Double(all.count), 1)
        }
        var answer = Answer(
            "\(study.name): diffusion entropy", subtitle: all.count == 1 ? all[0].name : "\(all.count) representations",
            warnings: loaded.warnings + remarks(all, found, asked))
        addMeasurements(all, found, to: &answer)
        if asked.sweep {
            let last = all[all.count - 1], measured = found[all.count - 1]
            var stream = RandomStream(seed: asked.seed, .subsample, 6)
            let size = min(last.count, 500, asked.subsample)
            let rows = size == last.count ? Array(0..<size) : stream.permutation(last.count)[..<size].sorted()
            let factors = [0.125, 0.25, 0.5, 1, 2, 4, 8], times = [1, 2, 4, 8].map { $0 * asked.time }
            let part = last.selecting(rows)
            let sweep = try EntropySweep(
                part.points, bandwidths: factors.map { $0 * measured.bandwidth }, times: times,
                classes: part.labels.classes?.of, settings, shouldStop: context.shouldStop)
            addSweep(sweep, of: part, to: &answer)
        }
        addReading(to: &answer)
        return answer
    }

    /// What a reader of the numbers must know of them.
    private static func remarks(_ all: [Representation], _ found: [EntropyMeasurement], _ asked: EntropyStudy) -> [String] {
        var remarks: [String] = []
        if !found.contains(where: { $0.information != nil }) {
            let words =
                if let classes = all[0].labels.classes {
                    "all samples are of class \(classes.of.first.map { classes.names[$0] } ?? "")"
                } else if case .none = all[0].labels { "there are no labels" } else { "the labels are numbers, not classes" }
            remarks.append("no mutual information: \(words); it takes two classes or more")
        }
        if let single = found.first(where: { $0.singleClasses > 0 })?.singleClasses {
            remarks.append(
                "\(single) class\(single == 1 ? " has" : "es have") one sample, whose entropy is 0 whatever it is: nothing is added to the mutual information"
            )
        }
        for (one, measured) in zip(all, found) {
            let ratio = measured.medianDistance > 0 ? measured.bandwidth / measured.medianDistance : .infinity
            if ratio > 3 || ratio < 0.03 {
                remarks.append(
                    "\(one.name): σ is \(NumberText.short(measured.bandwidth)) where half of all samples are less than "
                        + "\(NumberText.short(measured.medianDistance)) apart, so that \(ratio > 3 ? "all samples look alike" : "each sample is alone"); "
                        + "entropy.bandwidth with entropy.unit: median fits it to the distances")
            }
        }
        return remarks
    }

    private static func addMeasurements(_ all: [Representation], _ found: [EntropyMeasurement], to answer: inout Answer) {
        let along = ["representation"]
        answer.add("representation", words: all.map(\.name), "What was measured")
        answer.add("features", all.map(\.dimension), along: along, "Features of a sample", "D")
        answer.add(
            "entropy", found.map(\.entropy), along: along, "Diffusion entropy, with the error of sub-samples", "S", unit: "bit")
        answer.add("samples", found.map(\.size), along: along, "Samples that it is of", "n")
        answer.add(
            "largest_possible", found.map(\.largestPossible), along: along, "Entropy of so many far samples", "log₂ n",
            unit: "bit")
        var columns = ["features", "samples", "entropy", "largest_possible"]
        let hasClasses = found.allSatisfy { $0.information != nil }
        if hasClasses {
            answer.add(
                "information", found.compactMap(\.information), along: along,
                "Mutual information of diffusion with the classes, with the error of sub-samples", "I", unit: "bit")
            columns.append("information")
        }
        answer.add(
            "binned_entropy", found.map(\.binned.bits), along: along, "Shannon's entropy of binned features", "H binned",
            unit: "bit")
        columns.append("binned_entropy")
        if hasClasses {
            answer.add(
                "binned_information", found.compactMap(\.binned.information), along: along,
                "Its mutual information with the classes", "I binned", unit: "bit")
            columns.append("binned_information")
        }
        answer.add("bandwidth", found.map(\.bandwidth), along: along, "Bandwidth in the units of the features", "σ")
        answer.add("median_distance", found.map(\.medianDistance), along: along, "Median distance of samples", "median d")
        columns += ["bandwidth", "median_distance"]
        let last = found[found.count - 1]
        answer.lead = [
            .callout(
                .neutral,
                title: "\(all[all.count - 1].name): \(NumberText.withError(last.entropy.mean, last.entropy.standardError)) bits",
                text: "\(NumberText.count(last.size)) samples could have \(NumberText.short(last.largestPossible)) bits at most."
                    + (last.information.map {
                        " Diffusion knows \(NumberText.withError($0.mean, $0.standardError)) bits of the classes."
                    } ?? ""))
        ]
        var views: [View] = [.table([.init("representation")] + columns.map { .init($0) })]
        var panels = [panel("Diffusion entropy", "entropy", all, found.map(\.entropy), to: &answer)]
        if hasClasses {
            panels.append(
                panel("Mutual information with the classes", "information", all, found.compactMap(\.information), to: &answer))
        }
        if all.count > 1 {
            views.append(.figure("entropies", caption: "Error bars: standard errors over sub-samples.", panels: panels))
        }
        answer.section("Entropies", views)
    }

    /// Over the steps of each layer, where there are several; else one by one.
    private static func panel(
        _ title: String, _ name: String, _ all: [Representation], _ values: [Estimate], to answer: inout Answer
    ) -> View.Panel {
        let layers = Array(Set(all.compactMap(\.layer))).sorted().filter { layer in
            all.count { $0.layer == layer && $0.step != nil } > 1
        }
        if layers.isEmpty {
            if answer["number"] == nil {
                answer.add("number", (1...all.count).map { $0 }, "In the order of the table", "representation")
            }
            answer.add("\(name)_by_number", values, along: ["number"], title, answer[name]?.symbol, unit: "bit")
            return .init(
                title, x: .init("representation, in the order of the table"), y: .init(including: [0]),
                [.points("\(name)_by_number")])
        }
        var marks: [View.Mark] = []
        for (k, layer) in layers.enumerated() {
            let rows = all.indices.filter { all[$0].layer == layer && all[$0].step != nil }
            if answer["step_\(layer)"] == nil {
                answer.add("step_\(layer)", rows.map { all[$0].step! }, "Steps of layer \(layer)", "step")
            }
            answer.add(
                "\(name)_layer_\(layer)", rows.map { values[$0] }, along: ["step_\(layer)"], "\(title), layer \(layer)",
                answer[name]?.symbol, unit: "bit")
            marks += [
                .points("\(name)_layer_\(layer)", .series(k), label: "layer \(layer)"),
                .line("\(name)_layer_\(layer)", .series(k)),
            ]
        }
        return .init(title, x: .init("step", .logarithmicFromZero), y: .init(including: [0]), marks)
    }

    private static func addSweep(_ sweep: EntropySweep, of part: Representation, to answer: inout Answer) {
        answer.add("sweep_bandwidth", sweep.bandwidths, "Bandwidths of the sweep", "σ")
        answer.add("sweep_time", sweep.times, "Times of the sweep", "t")
        answer.add(
            "sweep", sweep.bits, along: ["sweep_bandwidth", "sweep_time"], "Diffusion entropy at other bandwidths and times", "S",
            unit: "bit")
        var marks: [View.Mark] = []
        for (k, time) in sweep.times.enumerated() {
            let name = "sweep_\(k + 1)"
            answer.add(
                name, (0..<sweep.bandwidths.count).map { sweep.bits[$0, k] }, along: ["sweep_bandwidth"],
                "Diffusion entropy at t = \(NumberText.short(time))", "t = \(NumberText.short(time))", unit: "bit")
            marks += [.line(name, .series(k), label: "t = \(NumberText.short(time))"), .points(name, .series(k))]
        }
        var panels: [View.Panel] = [
            .init("Diffusion entropy", x: .init("σ", .logarithmic), y: .init("S / bit", including: [0]), marks)
        ]
        if let information = sweep.information {
            answer.add(
                "sweep_information", information, along: ["sweep_bandwidth"],
                "Mutual information with the classes at other bandwidths, at the first time", "I", unit: "bit")
            panels.append(
                .init(
                    "Mutual information with the classes", x: .init("σ", .logarithmic), y: .init("I / bit", including: [0]),
                    [.line("sweep_information", .series(0)), .points("sweep_information", .series(0))]))
        }
        answer.section(
            "Bandwidth and time",
            [
                .figure(
                    "sweep",
                    caption:
                        "\(part.name), \(NumberText.count(part.count)) samples. A plateau is a number of groups that does not depend on the choice.",
                    panels: panels),
                .table(
                    [.init("sweep_bandwidth")] + (1...sweep.times.count).map { .init("sweep_\($0)") }
                        + (sweep.information == nil ? [] : [.init("sweep_information")])),
            ])
    }

    private static func addReading(to answer: inout Answer) {
        answer.section(
            "How to read it",
            [
                .paragraph(
                    "S = −Σp log₂ p with p = |λ|ᵗ/Σ|λ|ᵗ, λ the eigenvalues of D^(−½)·G·D^(−½): the logarithm of how many regions diffusion of t steps of length σ tells "
                        + "apart. Entropies of different numbers of samples, or at other σ or t, cannot be compared. The mutual information is Σp(b)[S(A*) − S(A|b)], A* as many samples "
                        + "of all as class b has; its error is that of the draws, not of the data."),
                .paragraph(
                    "Shannon's entropy cuts each feature into bins; where there are many features each sample is alone in its cell, and it is log₂ n whatever they are."
                ),
            ])
    }
}
