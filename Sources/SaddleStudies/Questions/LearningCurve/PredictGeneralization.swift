import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict generalization`: training and generalisation error of a linear student with isotropic inputs against time and against
/// the number of samples, by integrals over the density of Marchenko and Pastur.
enum PredictGeneralization: Question {
    static let verb = QuestionVerb.predict
    static let name = "generalization"
    static let phrase = "generalisation of a linear student"
    static let summary = "Training and generalisation error of a linear student with isotropic inputs."
    static let discussion = """
        Inputs x ~ N(0, 1/N), P = αN samples, gradient flow on half the sum of squares: errors against time, best stopping \
        time and ridge, and the fraction of the weights that never moves, by integrals over the density of Marchenko and \
        Pastur.
        """
    static let examples = ["", "--ratio 1 --snr 5", "--ratio 0.5 --inr 3"]
    static let sections = ["generalization"]
    static let shorthands = ["snr": "generalization.signal_to_noise", "inr": "generalization.initial_to_teacher"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.generalization ?? GeneralizationStudy()
        do { return try answer(study, name: context.study.name) } catch let error as RegressionError {
            throw context.study.problem("generalization", "'generalization': \(error)")
        }
    }

    private static func answer(_ study: GeneralizationStudy, name: String) throws -> Answer {
        func regression(_ ratio: Double) throws -> IsotropicRegression {
            try IsotropicRegression(ratio: ratio, signalToNoise: study.signalToNoise, initialToTeacher: study.initialToTeacher)
        }
        let theory = try regression(study.ratio)
        let stop = try theory.bestStoppingTime(last: study.time)
        let best = try theory.generalizationError(ridge: theory.bestRidge)
        var answer = Answer(
            "\(name): generalisation of a linear student",
            subtitle:
                "α = \(NumberText.short(study.ratio)) samples for each input, SNR = \(NumberText.short(study.signalToNoise)), "
                + "INR = \(NumberText.short(study.initialToTeacher)); isotropic inputs, gradient flow")
        answer.add("final_error", try theory.generalizationError(time: .infinity), "E_g at t → ∞", "E_g", mayBeInfinite: true)
        answer.add("best_time", stop.argument, "Best stopping time")
        answer.add("best_time_error", stop.loss, "E_g at that time", "E_g")
        answer.add("best_ridge", theory.bestRidge, "Best ridge")
        answer.add("best_ridge_error", best, "E_g with that ridge", "E_g")
        answer.add("frozen_fraction", theory.frozenFraction, "Frozen fraction of the weights")
        answer.lead = [
            .highlights([
                .init("final_error"), .init("best_time", remark: stop.place == .largest ? "still falling" : ""),
                .init("best_time_error"),
                .init("best_ridge"), .init("best_ridge_error"), .init("frozen_fraction", remark: "never moves"),
            ])
        ]
        let first = min(0.01 / theory.edges.high, study.time)
        let times = (0...80).map { first * pow(study.time / first, Double($0) / 80) }
        answer.add("time", times, "Time", "time", unit: "1/learning rate")
        answer.add(
            "training_error", try times.map { try theory.trainingError(time: $0) }, along: ["time"], "Training error", "E_t")
        answer.add(
            "generalization_error", try times.map { try theory.generalizationError(time: $0) }, along: ["time"],
            "Generalisation error", "E_g")
        answer.add("best_ridge_line", times.map { _ in best }, along: ["time"], "E_g with the best ridge, at every time", "E_g")
        let ratios = resolving((-20...20).map { pow(10, Double($0) / 20) } + [study.ratio], poles: [1])
        answer.add("ratio", ratios, "Samples for each input", "α = P/N")
        answer.add(
            "final_errors", try ratios.map { try regression($0).generalizationError(time: .infinity) }, along: ["ratio"],
            "E_g at t → ∞ against samples", "E_g", mayBeInfinite: true)
        answer.add(
            "best_ridge_errors",
            try ratios.map {
                let theory = try regression($0)
                return try theory.generalizationError(ridge: theory.bestRidge)
            }, along: ["ratio"], "E_g with the best ridge against samples", "E_g")
        answer.section(
            "Errors",
            [
                .figure(
                    "generalization", caption: "In units of the variance of a teacher weight, noise of the labels included.",
                    panels: [
                        .init(
                            "Error against time", x: .init("time", .logarithmic), y: .init("error", including: [0]),
                            [
                                .line("training_error", .series(0), label: "training, E_t"),
                                .line("generalization_error", .series(1), label: "generalisation, E_g"),
                                .line("best_ridge_line", .muted, label: "best ridge", dashed: true),
                            ]),
                        .init(
                            "Error against samples", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                            [
                                .line("final_errors", .series(2), label: "E_g at t → ∞"),
                                .line("best_ridge_errors", .muted, label: "best ridge", dashed: true),
                            ]),
                    ]),
                .paragraph(
                    "Stopping in time does nearly what the best ridge does. What is in the frozen subspace at the start stays there: large "
                        + "initial weights add INR·(1 − α) for α < 1, at any time."),
            ])
        return answer
    }
}
