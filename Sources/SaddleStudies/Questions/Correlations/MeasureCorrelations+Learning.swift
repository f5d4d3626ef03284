import SaddleComparisons
import SaddleMeasures
import SaddleReport

extension MeasureCorrelations {
    /// Networks that learn from the data beside networks that learn from clones.
    static func addLearning(
        _ context: QuestionRunner.Context, _ grid: PixelGrid, _ asked: CorrelationsStudy, to answer: inout Answer
    ) throws {
        let study = context.study, (experiment, _) = try study.experiment(includesTheory: false),
            simulation = study.simulate ?? .init()
        guard experiment.data.hasTestLabels else {
            throw study.problem(
                "data.test", "there are no test samples with labels to judge networks on; expected 'data.test' at least 1")
        }
        if simulation.networks < 2 {
            throw study.problem("simulate.networks", "'simulate.networks' is 1; expected 2 or more, for a mean with an error")
        }
        let found = try CloneComparison(
            experiment, simulation.settings(width: simulation.widths.max()!, recordsKernels: false), grid: grid, seed: asked.seed,
            progress: { context.progress(0.2 + 0.8 * $0 / $1, 1) }, shouldStop: context.shouldStop)
        answer.add("step", found.steps, "Recorded steps", "step")
        var marks: [View.Mark] = [], rows: [String] = []
        for (k, course) in found.courses.enumerated() {
            let name = course.clones?.rawValue ?? "data", title = course.clones.map { "\($0.rawValue) clones" } ?? "data"
            answer.add("loss_\(name)", course.losses, along: ["step"], "Test loss, learnt from \(title)", title)
            answer.add("accuracy_\(name)", course.accuracies ?? [], along: ["step"], "Test accuracy, learnt from \(title)", title)
            marks.append(.line("loss_\(name)", .series(k)))
            marks.append(.points("loss_\(name)", .series(k), label: title, radius: 2.4))
            guard course.clones != nil else { continue }
            let parting = found.parting(course)
            answer.add("parting_\(name)", parting, "First step at which learning from \(title) differs")
            rows.append(
                parting.map { "Learning from \(title) differs from step \($0) on." }
                    ?? "Learning from \(title) does not differ within three standard errors.")
        }
        answer.section(
            "What networks use",
            [
                .paragraph(
                    rows.joined(separator: " ")
                        + " \(found.networks) networks of width \(found.width) learnt from each, all judged on the test samples of the data: as long as losses agree, what clones keep is what networks use."
                ),
                .figure(
                    "learning", caption: "Mean test loss with standard errors.",
                    panels: [.init("Test loss on the data", x: .init("step", .logarithmicFromZero), y: .init("loss"), marks)]),
            ])
    }
}
