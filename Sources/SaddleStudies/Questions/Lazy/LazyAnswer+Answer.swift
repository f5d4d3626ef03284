import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LazyAnswer {
    var answer: Answer {
        var answer = Answer(
            "\(study.name): the lazy limit",
            subtitle: "Infinitely wide networks whose features do not move: training with a fixed tangent kernel.",
            warnings: warnings)
        addKernel(&answer)
        addLosses(&answer)
        addOutputs(&answer)
        addSpread(&answer)
        addPictures(&answer)
        return answer
    }

    private func addKernel(_ answer: inout Answer) {
        answer.add("way", theory.way.rawValue, "How it was solved")
        answer.add("train_samples", data.trainCount, "Training points")
        answer.add("largest_stable_learning_rate", theory.maximumStableLearningRate, "Largest stable learning rate")
        answer.add("largest_eigenvalue", theory.largestEigenvalue, "Largest eigenvalue of Θ")
        answer.add("rank", theory.rank, "Modes that are not null")
        answer.add("condition_number", theory.conditionNumber, "Condition number of these")
        answer.add("products", theory.products, "Products with the kernel")
        answer.add("output_error", theory.errorEstimates.max(), "Error of outputs without matrices, about")
        answer.add("infinity_residual", theory.infinityResidual, "Relative residual of infinite time")
        answer.add("posterior_residual", theory.posteriorResidual, "Relative residual of the posterior")
        answer.add("memory", theory.memory, "Memory foreseen", form: .bytes)
    }

    /// Losses of the mean outputs, step by step and at the end.
    private func addLosses(_ answer: inout Answer) {
        let scores = theory.recorded.map(theory.score)
        answer.add("time", steps, "Step", "step")
        var columns: [View.Column] = [.init("time")]
        func series(
            _ name: String, _ title: String, _ symbol: String, form: Quantity.Form = .plain,
            _ value: (LazySolution.Score) -> Double?
        ) {
            let values = scores.map { value($0) ?? .nan }
            if !values.allSatisfy(\.isNaN) {
                answer.add(name, values, along: ["time"], title, symbol, form: form, isPartial: true)
                columns.append(.init(name))
            }
            answer.add(
                "infinity_\(name)", theory.infinity.flatMap { value(theory.score($0)) }, "\(title), after infinite time",
                form: form)
            answer.add(
                "posterior_\(name)", theory.posterior.flatMap { value(theory.score($0)) }, "\(title), posterior of the NNGP",
                form: form)
        }
        series("train_loss", "Training loss", "training loss") { $0.trainLoss }
        series("test_loss", "Test loss", "test loss") { $0.testLoss }
        series("train_accuracy", "Training accuracy", "training accuracy", form: .percent) { $0.trainAccuracy }
        series("test_accuracy", "Test accuracy", "test accuracy", form: .percent) { $0.testAccuracy }
        series("train_deviation", "Deviation of a training output between initialisations", "its deviation") { $0.trainDeviation }
        series("test_deviation", "Deviation of a test output between initialisations", "its deviation") { $0.testDeviation }
        series("mean_train_loss", "Mean training loss over initialisations", "mean training loss") { $0.meanTrainLoss }
        series("mean_test_loss", "Mean test loss over initialisations", "mean test loss") { $0.meanTestLoss }

        var items: [View.Item] = [
            .init("largest_stable_learning_rate", remark: "the study's is \(NumberText.short(study.training.learningRate.base))")
        ]
        let kind = answer["test_loss"] == nil ? "train" : "test"
        for name in ["\(kind)_loss", "test_accuracy"] {
            if answer["infinity_\(name)"] != nil {
                items.append(.init("infinity_\(name)"))
            } else if answer[name] != nil {
                items.append(.init(name, remark: "at the last step"))
            }
        }
        answer.lead = [.highlights(items)]
        let count = steps.count, rows = count > 12 ? (0..<12).map { $0 * (count - 1) / 11 } : Array(0..<count)
        let ends = answer.quantities.map(\.name).filter {
            $0.hasPrefix("infinity_") && $0 != "infinity_residual" || $0.hasPrefix("posterior_") && $0 != "posterior_residual"
        }
        var views: [View] = [.table(columns, rows: rows, caption: "Losses of the mean outputs.")]
        if !ends.isEmpty { views.append(.facts(ends.map { .init($0) })) }
        if count > 1 {
            let panels = [("Training loss", "train_loss"), ("Test loss", "test_loss")].compactMap { title, name -> View.Panel? in
                guard let losses = answer[name]?.values, losses.allSatisfy(\.isFinite) else { return nil }
                return .init(
                    title, x: .init(nil, .logarithmicFromZero),
                    y: .init("loss of the mean outputs", losses.allSatisfy { $0 > 0 } ? .logarithmic : .linear),
                    [.line(name, label: "lazy limit")])
            }
            views.append(.figure("lazy-losses", caption: "Losses against steps.", panels: panels))
        }
        answer.section("Learning", views)
    }

    /// T × P × C and so on; the last axis is dropped for one output.
    private func addOutputs(_ answer: inout Answer) {
        let outputs = data.outputCount
        func shape(_ leading: Int?, _ samples: Int) -> [Int] {
            (leading.map { [$0] } ?? []) + [samples] + (outputs == 1 ? [] : [outputs])
        }
        func stack(_ name: String, _ parts: [Matrix], errors: [Matrix]? = nil, _ title: String) {
            answer.add(
                name, parts.flatMap { $0.transposed.elements }, errors: errors.map { $0.flatMap { $0.transposed.elements } },
                along: ["time"],
                shape: shape(parts.count, parts.first?.rows ?? 0), title, "output")
        }
        func single(_ name: String, _ part: Matrix, _ title: String) {
            answer.add(name, part.transposed.elements, shape: shape(nil, part.rows), title, "output")
        }
        func vectors(_ name: String, _ parts: [[Double]], _ title: String) {
            answer.add(name, parts.flatMap { $0 }, along: ["time"], shape: [parts.count, parts.first?.count ?? 0], title)
        }
        stack("train_output", theory.recorded.map(\.train), "Mean outputs of training points")
        stack("test_output", theory.recorded.map(\.test), "Mean outputs of test points")
        if theory.hasSpread && theory.way == .eigenvectors {
            vectors(
                "train_output_deviation", theory.recorded.compactMap(\.trainDeviations),
                "Their standard deviations over initialisations")
            vectors(
                "test_output_deviation", theory.recorded.compactMap(\.testDeviations),
                "Their standard deviations over initialisations")
        }
        let variances = theory.recorded.compactMap(\.kernelVariance)
        if variances.count == theory.recorded.count {
            let (p, n) = (data.trainCount, data.trainCount + data.testCount)
            for (name, rows) in [("train", Array(0..<p)), ("test", Array(p..<n))] {
                stack(
                    "\(name)_output_kernel_variance", variances.map { $0.value.selectingRows(rows) },
                    errors: variances.map { $0.error.selectingRows(rows) }, "N·variance from fluctuations of the tangent kernel")
            }
        }
        if let infinity = theory.infinity {
            single("train_output_infinity", infinity.train, "Mean outputs of training points after infinite time")
            single("test_output_infinity", infinity.test, "Mean outputs of test points after infinite time")
            if let deviations = infinity.testDeviations {
                answer.add("test_output_infinity_deviation", deviations, "Their standard deviations")
            }
        }
        if let posterior = theory.posterior {
            single("nngp_posterior_mean", posterior.test, "Posterior means of test points")
            if let deviations = posterior.testDeviations {
                answer.add("nngp_posterior_deviation", deviations, "Their standard deviations")
            }
        }
        if !theory.eigenvalues.isEmpty {
            answer.add("eigenvalue", theory.eigenvalues, "Eigenvalues of Θ at the training points, ascending", "eigenvalue")
        }
    }

    /// How far networks of finite width spread because their tangent kernels differ.
    private func addSpread(_ answer: inout Answer) {
        let scores = theory.recorded.map(theory.score)
        var marks: [View.Mark] = []
        let kinds: [(String, KeyPath<LazySolution.Score, Double?>, KeyPath<LazySolution.Score, Double?>)] = [
            ("train", \.scaledTrainDeviation, \.scaledTrainDeviationError),
            ("test", \.scaledTestDeviation, \.scaledTestDeviationError),
        ]
        for (k, (name, deviation, error)) in kinds.enumerated() {
            let values = scores.compactMap { $0[keyPath: deviation] }
            guard values.count == steps.count else { continue }
            answer.add(
                "\(name)_spread", values, errors: scores.map { $0[keyPath: error] ?? 0 }, along: ["time"],
                "√(N·variance) of \(name == "train" ? "training" : "test") outputs, root mean square over points", "√(N·variance)"
            )
            marks.append(.line("\(name)_spread", .series(k), label: "\(name == "train" ? "training" : "test") points"))
        }
        let kind = answer["test_spread"] == nil ? "train" : "test"
        guard let spread = answer["\(kind)_spread"], let last = spread.values.last, let error = spread.errors?.last else {
            return
        }
        let widths = study.simulate?.widths ?? [64, 256, 1024]
        answer.add("width", widths, "Width", "width")
        let roots = widths.map { Double($0).squareRoot() }
        answer.add(
            "width_spread", roots.map { last / $0 }, errors: roots.map { error / $0 }, along: ["width"],
            "Deviation of a \(kind == "train" ? "training" : "test") output at that width after the last step",
            "deviation of an output")
        answer.section(
            "Networks of finite width",
            [
                .table(
                    [.init("width"), .init("width_spread")],
                    caption: "Spread between networks after \(steps.last!) steps that fluctuations of the tangent kernel make "
                        + "(root mean square over points; centred networks have no other)."),
                .figure(
                    "lazy-fluctuations",
                    caption: "√(N·variance) of outputs from fluctuations of the tangent kernel, root mean square over points.",
                    panels: [.init("Spread times √N", x: .init(nil, .logarithmicFromZero), y: .init(including: [0]), marks)]),
            ])
    }

    /// Four outputs, spread over what they end at, with one standard deviation over initialisations; the spectrum.
    private func addPictures(_ answer: inout Answer) {
        let isTest = data.testCount > 0, outputs = theory.recorded.map { isTest ? $0.test : $0.train }
        if steps.count > 1, let last = outputs.last, last.rows > 0 {
            let order = (0..<last.rows).sorted { last[$0, 0] < last[$1, 0] }
            let picks = Set([0.1, 0.4, 0.6, 0.9].map { order[Int($0 * Double(order.count - 1))] }).sorted()
            let panels = picks.map { sample -> View.Panel in
                let mean = outputs.map { $0[sample, 0] }, name = "sample_\(sample + 1)"
                answer.add(
                    name, mean, along: ["time"], "First output of \(isTest ? "test" : "training") sample \(sample + 1)", "output")
                var marks: [View.Mark] = [.line(name, label: "mean")]
                let deviations = theory.recorded.compactMap { (isTest ? $0.testDeviations : $0.trainDeviations)?[sample] }
                if deviations.count == mean.count {
                    answer.add(
                        "\(name)_low", zip(mean, deviations).map(-), along: ["time"], "One standard deviation below it", "output")
                    answer.add(
                        "\(name)_high", zip(mean, deviations).map(+), along: ["time"], "One standard deviation above it", "output"
                    )
                    marks.insert(.band("\(name)_low", "\(name)_high", .series(0), label: "± one standard deviation"), at: 0)
                }
                return .init("\(isTest ? "Test" : "Training") sample \(sample + 1)", x: .init(nil, .logarithmicFromZero), marks)
            }
            answer.section(
                "Outputs",
                [
                    .figure(
                        "lazy-outputs",
                        caption: "First output of single samples, at the 10th, 40th, 60th and 90th percent of the last outputs.",
                        panels: panels)
                ])
        }
        let facts = [
            "train_samples", "largest_eigenvalue", "rank", "condition_number", "products", "output_error", "infinity_residual",
            "posterior_residual", "memory",
        ]
        var views: [View] = [.facts(facts.filter { answer[$0] != nil }.map { .init($0) })]
        let values = theory.eigenvalues.reversed().filter { $0 > 0 }
        if values.count > 1 {
            answer.add("mode", Array(1...values.count), "Mode, largest first", "mode")
            answer.add("mode_eigenvalue", values, along: ["mode"], "Eigenvalue of the mode", "eigenvalue")
            views.append(
                .figure(
                    "lazy-spectrum", caption: "Eigenvalues of the tangent kernel at the training points, largest first.",
                    panels: [
                        .init(
                            "Spectrum", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                            [.line("mode_eigenvalue", label: "tangent kernel")])
                    ]))
        }
        answer.section("Tangent kernel", views)
    }
}
