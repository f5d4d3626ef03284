import SaddleNumerics
import SaddleReport

/// `saddle simulate walks`: walks that never meet, drawn exactly, beside exact means, the limit shape and its local statistics.
enum SimulateWalks: Question {
    static let verb = QuestionVerb.simulate
    static let name = "walks"
    static let phrase = "noncolliding walks"
    static let summary = "Noncolliding q-exchangeable walks: exact samples, the limit shape of their tiling, local statistics."
    static let discussion = """
        Walks on the integers of which each stays at x with the probability q^x and else goes down by one, conditioned never to meet; their paths are a \
        lozenge tiling of a domain with teeth. Like eigenvalues they repel each other, and like those of complex random matrices they are a determinantal process. \
        Every step is drawn exactly, for hundreds of walks. Beside the samples: the exact mean of Σ q^−x at this number of walks, the limit shape of many, and the \
        incomplete beta kernel of its local statistics.
        """
    static let examples = [
        "", "--walkers 120 --blocks 3 --gap 20", "--spacing 2 --blocks 1", "--q 0.97 --steps 200 --samples 50",
    ]
    static let sections = ["walks"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.walks ?? WalksStudy(), start = study.start, q = study.parameter
        let steps = study.steps ?? 2 * study.walkers
        let found = try WalkComparison(
            start, q: q, steps: steps, samples: study.samples, seed: study.seed, progress: context.progress,
            shouldStop: context.shouldStop)
        var answer = Answer(
            "\(NumberText.count(start.walkers)) noncolliding walks",
            subtitle:
                "q = \(NumberText.short(q, digits: 5)), \(start.blocks == 1 ? "one block" : "\(start.blocks) blocks")\(start.spacing == 1 ? "" : ", one walk in \(start.spacing) places"), "
                + "gap \(start.gap); \(steps) steps, \(study.samples) samples")
        answer.check = CheckSummary(found.check)
        addTiling(found, to: &answer)
        addPotential(found, to: &answer)
        addDensities(found, to: &answer)
        addLocal(found, to: &answer)
        return answer
    }

    private static func addTiling(_ found: WalkComparison, to answer: inout Answer) {
        let tiling = found.tiling
        answer.add("place", Array(0..<tiling.rows), "Places", "place")
        answer.add("step", Array(0..<tiling.columns), "Steps", "step")
        answer.add(
            "tiling", tiling, along: ["place", "step"],
            "Lozenges of the first sample: 0 no walk, 1 a walk that stays, 2 one that goes down")
        answer.add("limit_place", found.limitPlaces, "Places", "place")
        answer.add("limit_step", found.limitTimes, "Steps", "step")
        answer.add(
            "limit_density", found.limit, along: ["limit_place", "limit_step"], "Density of walks in the limit", "density")
        // A figure needs a mark for its axes: the highest walk.
        answer.add("highest", found.picture.dropLast().map { Double($0[0]) }, along: ["step"], "The highest walk", "place")
        answer.section(
            "Tiling",
            [
                .figure(
                    "tiling",
                    caption:
                        "The three lozenges by colour: none, one of a walk that stays, one of a walk that goes down, with the highest walk as a line. Left of it the teeth of the domain, above and below frozen corners.",
                    panels: [
                        .init(
                            "One sample", x: .init("step"), y: .init("place"), [.line("highest", label: "highest walk")],
                            ground: .init("tiling")),
                        .init(
                            "Limit of the density", x: .init("step"), y: .init("place"),
                            [.line("highest", label: "highest walk")],
                            ground: .init("limit_density")),
                    ])
            ])
    }

    private static func addPotential(_ found: WalkComparison, to answer: inout Answer) {
        answer.add("slice", found.slices.map(\.time), "Steps at which walks are measured", "step")
        answer.add(
            "potential", found.slices.map(\.potential), along: ["slice"], "Mean of Σ q^−x, over that of packed walks", "Σ q^−x")
        answer.add(
            "potential_exact", found.slices.map(\.exactPotential), along: ["slice"], "The same, exact at this number of walks",
            "exact")
        answer.section(
            "Exact at this number of walks",
            [
                .checked(caption: "The mean of Σ q^−x over the walks; it goes to q times itself + q^(1−m) − q in every step.")
            ])
    }

    private static func addDensities(_ found: WalkComparison, to answer: inout Answer) {
        answer.add("edges", found.edges, "Edges of bins of places", "place")
        answer.add("middle", zip(found.edges, found.edges.dropFirst()).map { ($0 + $1) / 2 }, "Middles of the bins", "place")
        let panels = found.slices.map { slice in
            answer.add(
                "density_\(slice.time)", slice.densities, along: ["middle"], "Density of walks at step \(slice.time)", "density")
            answer.add("shape_\(slice.time)", slice.limits, along: ["middle"], "Its limit at step \(slice.time)", "limit")
            return View.Panel(
                "Step \(slice.time)", x: .init("place"), y: .init("density", including: [0, 1]),
                [
                    .points("density_\(slice.time)", label: "samples", radius: 2.4),
                    .line("shape_\(slice.time)", label: "limit shape"),
                ])
        }
        answer.section(
            "Limit shape",
            [
                .figure(
                    "densities",
                    caption: "Means over samples with standard errors; the limit is that of many walks, averaged over the bins.",
                    panels: panels)
            ])
    }

    private static func addLocal(_ found: WalkComparison, to answer: inout Answer) {
        guard !found.local.isEmpty else {
            answer.warnings.append("step \(found.localTime) has no liquid place in the limit: no local statistics")
            return
        }
        answer.add("pattern", words: found.local.map(\.name), "Pattern")
        answer.add("pattern_measured", found.local.map(\.measured), along: ["pattern"], "Its probability, samples", "measured")
        answer.add(
            "pattern_limit", found.local.map(\.limit), along: ["pattern"], "Its probability, incomplete beta kernel", "limit")
        answer.section(
            "Local statistics",
            [
                .table(
                    [.init("pattern"), .init("pattern_measured"), .init("pattern_limit")],
                    caption:
                        "Around step \(found.localTime), at places \(found.window.lowerBound) to \(found.window.upperBound - 1): determinants of the incomplete beta kernel with the limit shape's parameter at each place. "
                        + "Finite numbers of walks differ by terms of order 1/m.")
            ])
    }
}
