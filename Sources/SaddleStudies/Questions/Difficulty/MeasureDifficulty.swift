import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure difficulty`: the information that a learner must bring along beside the samples.
enum MeasureDifficulty: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "difficulty"
    static let phrase = "measuring the difficulty"
    static let summary = "Difficulty of generalisation: bits of inductive bias that a task needs beside its samples."
    static let discussion = """
        The published measure: how many bits single out, among functions that vary no finer than the distance between classes on a sphere of the data's dimension, \
        those that reach the error rate, beyond what the samples tell. Every input is measured, shown and can be set: the dimension (as by 'saddle measure dims'), \
        the resolution (the smallest distance between two classes), the radius, the error rate. A table shows what a change of each does.
        """
    static let examples = ["digits", "mnist/ --error-rate 0.001 --dimension 14", "acts.npz --labels y"]
    static let sections = ["difficulty", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let asked = context.study.difficulty ?? DifficultyStudy(), (item, remarks) = try context.representation()
        guard let classes = item.labels.classes else {
            throw context.study.problem(
                "data.labels", "\(item.name) has no classes; expected labels that are few whole numbers, or names")
        }
        let count = Set(classes.of).count
        if count < 2 { throw context.study.problem("data.labels", "\(item.name): \(UnlabelledError.oneLabel)") }
        let (dimension, resolution) = try context.study.measuring(item) {
            let dimension =
                try asked.dimension
                ?? DimensionEstimates(
                    DimensionSample(
                        item.points, neighbours: 20, progress: { context.progress($0 / $1 / 2, 1) },
                        shouldStop: context.shouldStop),
                    neighbours: 10
                ).extrapolated.dimension
            let resolution =
                try asked.resolution
                ?? LabelSharpness(
                    item.points, item.labels, progress: { context.progress(0.5 + $0 / $1 / 2, 1) }, shouldStop: context.shouldStop
                ).distance
            return (max(dimension, 1), resolution)
        }
        guard resolution > 0 else {
            throw context.study.problem(
                "difficulty.resolution",
                "equal samples of \(item.name) are of two classes: their distance is 0, and no function tells them apart; expected 'difficulty.resolution'"
            )
        }
        let norms = (0..<item.count).map { i in
            (0..<item.dimension).reduce(0.0) { $0 + item.points[i, $1] * item.points[i, $1] }.squareRoot()
        }
        let difficulty = GeneralizationDifficulty(
            .init(
                samples: asked.sampleCount ?? Double(item.count), classes: Double(count), dimension: dimension,
                radius: asked.radius ?? norms.max()!, resolution: resolution, errorRate: asked.errorRate))
        var answer = Answer(
            "Difficulty of \(context.study.name)",
            subtitle: "\(item.name): \(NumberText.count(item.count)) samples of \(count) classes",
            warnings: remarks)
        answer.lead = [callout(difficulty)]
        addInputs(difficulty, asked, to: &answer)
        addChanges(difficulty, to: &answer)
        return answer
    }

    private static func power(_ log: Double?) -> String { log.map { "10^\(NumberText.short($0))" } ?? "none" }

    private static func callout(_ difficulty: GeneralizationDifficulty) -> View {
        .callout(
            .neutral,
            title: difficulty.logBits.map { "\(power($0)) bits" } ?? "Nothing has to be brought along",
            text: difficulty.logBits == nil
                ? "The samples fix as many coefficients as there are functions no finer than the distance between classes."
                : "The power of ten is what compares tasks (the authors give 16 for handwritten digits to 41 for ImageNet); it stands and falls with the dimension and the "
                    + "resolution, as the table below shows. It measures the task, on the assumption of smooth functions on a sphere, and no learner."
        )
    }

    private static func addInputs(_ difficulty: GeneralizationDifficulty, _ asked: DifficultyStudy, to answer: inout Answer) {
        let task = difficulty.task
        answer.add("log10_bits", difficulty.logBits, "log₁₀ of the bits")
        let inputs: [(String, Double, String)] = [
            ("n, samples", task.samples, asked.sampleCount == nil ? "measured" : "given"),
            ("C, classes", task.classes, "measured"),
            ("m, dimension", task.dimension, asked.dimension == nil ? "measured" : "given"),
            ("R, largest norm", task.radius, asked.radius == nil ? "measured" : "given"),
            ("δ, distance between classes", task.resolution, asked.resolution == nil ? "measured" : "given"),
            ("ε, error rate", task.errorRate, "given"), ("M = 2πR/δ, largest frequency", difficulty.largestFrequency, "follows"),
            ("K, degree", difficulty.degree, "follows"), ("log₁₀ E, functions", difficulty.logFunctions, "follows"),
            ("bits for each coefficient", difficulty.bitsEach, "follows"),
        ]
        answer.add("input", words: inputs.map(\.0), "Input")
        answer.add("input_value", inputs.map(\.1), along: ["input"], "Value", "value")
        answer.add("input_origin", words: inputs.map(\.2), along: ["input"], "Origin")
        answer.section("What goes in", [.table(["input", "input_value", "input_origin"].map { .init($0) })])
    }

    private static func addChanges(_ difficulty: GeneralizationDifficulty, to answer: inout Answer) {
        let changes: [(String, (inout GeneralizationDifficulty.Task) -> Void)] = [
            ("m + 1", { $0.dimension += 1 }), ("m − 1", { $0.dimension = max($0.dimension - 1, 1) }),
            ("δ 10 % larger", { $0.resolution *= 1.1 }), ("δ 10 % smaller", { $0.resolution *= 0.9 }),
            ("R 10 % larger", { $0.radius *= 1.1 }), ("ten times the samples", { $0.samples *= 10 }),
            ("a tenth of the error rate", { $0.errorRate /= 10 }), ("twice the classes", { $0.classes *= 2 }),
        ]
        let values = changes.map { difficulty.changing($0.1).logBits }
        answer.add("change", words: changes.map(\.0), "Change")
        answer.add(
            "changed_log10_bits", values.map { $0 ?? .nan }, along: ["change"], "log₁₀ of the bits", "log₁₀ bits", isPartial: true
        )
        answer.add(
            "difference", values.map { value in value.flatMap { v in difficulty.logBits.map { v - $0 } } ?? .nan },
            along: ["change"],
            "Powers of ten more", "change", isPartial: true)
        answer.section(
            "What a change does",
            [
                .table(
                    ["change", "changed_log10_bits", "difference"].map { .init($0) },
                    caption: "Powers of ten of the bits, with one input changed at a time.")
            ])
    }
}
