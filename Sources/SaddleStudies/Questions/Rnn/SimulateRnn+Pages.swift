import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleReport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SimulateRnn {
    /// Each seed's scores, their spread, and the truth.
    static func addScores(_ found: ReconstructionEnsemble, _ task: ReconstructionTask, to answer: inout Answer) {
        let members = found.members, chaotic = members.filter { $0.fate == .chaos }
        let first = chaotic.map { $0.spectrum!.exponents[0].mean }, mean = Estimate(first)
        answer.add("seed", members.map(\.seed), "Seed", "seed")
        answer.add("fate", words: members.map(\.fate.rawValue), along: ["seed"], "Where the free orbit ends")
        func column(_ name: String, _ title: String, _ symbol: String, _ value: (Reconstruction) -> Double?) {
            answer.add(name, members.map { value($0) ?? .nan }, along: ["seed"], title, symbol, isPartial: true)
        }
        let shown = min(task.truth?.exponents.count ?? 3, members[0].network.latent)
        for k in 0..<shown {
            answer.add(
                "exponent_\(k + 1)", members.map { $0.spectrum?.exponents[k].mean ?? .nan },
                errors: members.map { $0.spectrum?.exponents[k].standardError ?? .nan }, along: ["seed"],
                "Lyapunov exponent \(k + 1) of the network, per unit of time", "λ\(k + 1)", isPartial: true)
        }
        column("dimension", "Dimension of Kaplan and Yorke", "D_KY") { $0.spectrum?.kaplanYorke?.mean }
        column("state_distance", "D_stsp: divergence of the shares of states in cells, 30 a variable", "D_stsp") {
            $0.distances?.stateSpace
        }
        column("spectral_distance", "D_H: Hellinger distance of the power spectra", "D_H") { $0.distances?.spectral }
        let ahead = members.map(\.forecast.count).max() ?? 0
        column("forecast_error", "Error \(ahead) steps ahead, over the deviations", "error") { m in
            m.forecast.count == ahead && ahead > 0 ? m.forecast[ahead - 1] : nil
        }
        if let truth = task.truth {
            answer.add("true_exponent", truth.exponents[0], "Largest exponent of the equations", "λ1")
            let near = members.count { m in
                m.spectrum.map { abs($0.exponents[0].mean - truth.exponents[0].mean) <= 0.1 * abs(truth.exponents[0].mean) }
                    ?? false
            }
            answer.add("near", near, "Networks whose largest exponent is within 10 % of it")
            answer.add("true_dimension", truth.kaplanYorke, "Dimension of Kaplan and Yorke of the equations")
        }
        let finite = first.count > 1
        if finite {
            answer.add("mean_exponent", mean, "Largest exponent, mean over the chaotic networks")
            answer.add(
                "spread", mean.standardError * Double(first.count).squareRoot(), "Its deviation from network to network")
        } else if let only = chaotic.first {
            answer.add("mean_exponent", only.spectrum!.exponents[0], "Largest exponent of the chaotic network")
        }
        let count = "\(chaotic.count) of \(members.count)"
        let tail =
            answer["near"].map {
                " \(Int($0.values[0])) of \(members.count) are within 10 % of the equations' \(NumberText.withError(task.truth!.exponents[0]))."
            } ?? ""
        answer.lead = [
            chaotic.isEmpty
                ? .callout(
                    .bad, title: "No network is chaotic",
                    text: "None of \(members.count) free orbits has a positive exponent." + tail)
                : .callout(
                    .neutral,
                    title:
                        "Largest exponent \(finite ? NumberText.withError(mean) : NumberText.withError(chaotic[0].spectrum!.exponents[0]))",
                    text: "The free orbit of \(count) networks is chaotic." + tail)
        ]
        let facts = ["true_exponent", "mean_exponent", "spread", "near", "true_dimension"].filter { answer[$0] != nil }
        var columns = ["seed", "fate"] + (0..<shown).map { "exponent_\($0 + 1)" } + ["dimension"]
        if answer["state_distance"]!.values.contains(where: { !$0.isNaN }) { columns.append("state_distance") }
        columns += ["spectral_distance", "forecast_error"]
        answer.section(
            "Networks and the system",
            [
                .facts(facts.map { .init($0) }),
                .table(
                    columns.map { .init($0) },
                    caption:
                        "Free orbits of as many times as the test series. D_stsp = Σ p log(p/q) over cells, 30 equal parts of the test series' range of each variable, q with 10⁻⁵ added to every cell. D_H: spectra of segments of 2048 times, smoothed by a Gaussian of 5 frequencies. Errors of exponents are those of one network's orbit."
                        + (task.truth == nil ? " The test series is the last part of the file, with its noise." : "")),
                .figure(
                    "exponents", caption: "Exponents of each network" + (task.truth == nil ? "." : "; lines: of the equations."),
                    panels: exponents(shown, task, &answer)),
            ])
    }

    private static func exponents(_ shown: Int, _ task: ReconstructionTask, _ answer: inout Answer) -> [View.Panel] {
        (0..<shown).map { k in
            var marks: [View.Mark] = [.points("exponent_\(k + 1)", .series(k), label: "networks")]
            if let truth = task.truth?.exponents[k].mean {
                let count = answer["seed"]!.values.count
                answer.add(
                    "truth_\(k + 1)", [Double](repeating: truth, count: count), along: ["seed"],
                    "Exponent \(k + 1) of the equations", "λ")
                marks.append(.line("truth_\(k + 1)", label: "equations"))
            }
            return .init("λ\(k + 1)", x: .init("seed"), y: .init("λ\(k + 1)"), marks)
        }
    }

    /// Attractors, one variable in time, power spectra and forecasts of the network in the middle.
    static func addOrbits(_ found: ReconstructionEnsemble, _ task: ReconstructionTask, to answer: inout Answer) {
        let order = found.members.filter { $0.orbit != nil }.sorted {
            abs($0.spectrum!.exponents[0].mean) < abs($1.spectrum!.exponents[0].mean)
        }
        guard !order.isEmpty else { return }
        let shown = order[order.count / 2], orbit = shown.orbit!, test = task.test
        let last = task.names.count - 1, count = min(test.rows, 3000), x = task.names[0], y = task.names[last]
        func add(_ name: String, _ m: Matrix, _ title: String) {
            answer.add("\(name)_time", (0..<count).map { Double($0) * task.interval }, "Time", "time")
            answer.add("\(name)_x", (0..<count).map { m[$0, 0] }, along: ["\(name)_time"], "\(title), \(x)", x)
            answer.add("\(name)_y", (0..<count).map { m[$0, last] }, along: ["\(name)_time"], "\(title), \(y)", y)
        }
        add("system", test, "System")
        add("network", orbit, "Network")
        let segment = min(2048, test.rows)
        var views: [View] = [
            .figure(
                "attractors",
                caption:
                    "The network of seed \(shown.seed), whose largest exponent is the median. Variables over their deviations.",
                panels: [
                    .init(
                        "System", x: .init(x), y: .init(y), last > 0 ? [.line("system_y", x: "system_x")] : [.line("system_x")]),
                    .init(
                        "Network", x: .init(x), y: .init(y),
                        last > 0 ? [.line("network_y", x: "network_x", .series(0))] : [.line("network_x", .series(0))]),
                ])
        ]
        var panels: [View.Panel] = []
        if let a = PowerSpectrum(Array(test.elements[0..<test.rows]), segment: segment)?.smoothed(by: 5),
            let b = PowerSpectrum(Array(orbit.elements[0..<orbit.rows]), segment: segment)?.smoothed(by: 5)
        {
            answer.add(
                "frequency", a.powers.indices.map { Double($0 + 1) / Double(a.segment) / task.interval }, "Frequency",
                "cycles per time")
            answer.add("system_power", a.powers, along: ["frequency"], "Power spectrum of the system, \(x)", "power")
            answer.add("network_power", b.powers, along: ["frequency"], "Power spectrum of the network, \(x)", "power")
            panels.append(
                .init(
                    "Power spectrum of \(x)", x: .init("cycles per time"), y: .init("share of the power", .logarithmic),
                    [.line("system_power", label: "system"), .line("network_power", .series(0), label: "network")]))
        }
        if !shown.forecast.isEmpty {
            answer.add("ahead", shown.forecast.indices.map { Double($0 + 1) * task.interval }, "Time ahead", "time ahead")
            answer.add("error_ahead", shown.forecast, along: ["ahead"], "Error of the forecast, over the deviations", "error")
            panels.append(
                .init("Forecasts", x: .init("time ahead"), y: .init("error", .logarithmic), [.line("error_ahead", .series(0))]))
        }
        if !panels.isEmpty { views.append(.figure("courses", caption: "", panels: panels)) }
        answer.section("Orbits", views)
    }

    static func addTraining(_ found: ReconstructionEnsemble, _ training: RecurrentTraining, to answer: inout Answer) {
        var panels: [View.Panel] = []
        let whole = found.members.filter { $0.fate != .lost }
        if let some = whole.first, !some.records.isEmpty {
            answer.add("update", some.records.map(\.update), "Update", "update")
            for (k, member) in whole.prefix(6).enumerated() {
                answer.add("loss_\(k + 1)", member.records.map(\.loss), along: ["update"], "Loss of seed \(member.seed)", "loss")
                answer.add(
                    "gradient_\(k + 1)", member.records.map(\.gradientNorm), along: ["update"],
                    "Norm of the gradient of seed \(member.seed)", "norm")
            }
            answer.add("forcing", some.records.map(\.forcing), along: ["update"], "Strength of forcing of seed \(some.seed)", "α")
            let shown = min(whole.count, 6)
            func lines(_ name: String) -> [View.Mark] {
                (0..<shown).map { .line("\(name)_\($0 + 1)", .series($0), label: "seed \(whole[$0].seed)") }
            }
            panels = [
                .init("Loss", x: .init("update"), y: .init("loss", .logarithmic), lines("loss")),
                .init("Norm of the gradient", x: .init("update"), y: .init("norm", .logarithmic), lines("gradient")),
                .init("Strength of forcing", x: .init("update"), y: .init("α", including: [0]), [.line("forcing", .series(0))]),
            ]
        }
        var views: [View] = []
        if !panels.isEmpty { views.append(.figure("training", caption: "Means over some updates.", columns: 3, panels: panels)) }
        if let growth = found.growth { views += addGrowth(growth, to: &answer) }
        answer.section("Training", views)
    }

    /// What gradients are multiplied by along a window, beside the bound.
    private static func addGrowth(_ growth: GradientGrowth, to answer: inout Answer) -> [View] {
        let courses = [("free", growth.free), ("geometric", growth.geometric), ("maximum", growth.maximum)]
        guard courses.allSatisfy({ !$0.1.logNorms.isEmpty }) else { return [] }
        answer.add("largest_norm", growth.largestNorm, "σ, the largest norm of a Jacobian")
        answer.add("safe_forcing", growth.maximum.forcing, "1 − 1/σ, above which no gradient grows")
        answer.add("mean_forcing", growth.geometric.forcing, "The same with the mean growth of the window")
        var marks: [View.Mark] = []
        for (k, (name, course)) in courses.enumerated() {
            answer.add("\(name)_step", Array(1...course.logNorms.count), "Steps back", "steps")
            answer.add(
                "\(name)_growth", course.logNorms, along: ["\(name)_step"],
                "log₁₀ of the norm of the product of Jacobians, α = \(NumberText.short(course.forcing))", "log₁₀ norm")
            marks.append(
                .line("\(name)_growth", .series(k), label: k == 0 ? "without forcing" : "α = \(NumberText.short(course.forcing))")
            )
        }
        answer.add("bound_step", [1, growth.free.logNorms.count], "Ends of the bound", "steps")
        answer.add("bound", [0.0, 0.0], along: ["bound_step"], "Gradients that do not grow", "log₁₀ norm")
        marks.append(.line("bound", label: "bound at α = 1 − 1/σ", dashed: true))
        return [
            .figure(
                "growth",
                caption:
                    "What a gradient is multiplied by after so many steps back: without forcing it grows with the largest exponent; with α = 1 − 1/σ it cannot grow; with σ from the mean growth it stays of the order of one.",
                panels: [.init("Growth of gradients", x: .init("steps back"), y: .init("log₁₀ norm"), marks)]),
            .facts(["largest_norm", "safe_forcing", "mean_forcing"].map { .init($0) }),
        ]
    }
}
