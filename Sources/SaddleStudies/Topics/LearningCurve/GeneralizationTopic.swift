import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict generalization`: training and generalisation error of a linear student with isotropic inputs against time and against
/// the number of samples, by integrals over the density of Marchenko and Pastur (E15).
public struct GeneralizationTopic: Sendable {
    public init() {}

    struct Numbers: Encodable, Sendable {
        let frozenFraction: Double
        /// Null where it diverges.
        let finalError: Double?
        let bestTime, bestTimeError, bestRidge, bestRidgeError: Double
        let stillFalling: Bool
        let time, trainingError, generalizationError: [Double]
        let ratios, bestRidgeErrors: [Double]
        let finalErrors: [Double?]
    }

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study.generalization ?? GeneralizationStudy()
        func regression(_ ratio: Double) throws -> IsotropicRegression {
            try IsotropicRegression(
                ratio: ratio, signalToNoise: study.signalToNoise, initialToTeacher: study.initialToTeacher)
        }
        let numbers: Numbers
        do {
            let theory = try regression(study.ratio)
            let first = min(0.01 / theory.edges.high, study.time)
            let times = [0] + (0...80).map { first * pow(study.time / first, Double($0) / 80) }
            let stop = try theory.bestStoppingTime(last: study.time)
            let final = try theory.generalizationError(time: .infinity)
            let ratios = resolving((-20...20).map { pow(10, Double($0) / 20) } + [study.ratio], poles: [1])
            numbers = Numbers(
                frozenFraction: theory.frozenFraction, finalError: final.isFinite ? final : nil, bestTime: stop.argument,
                bestTimeError: stop.loss, bestRidge: theory.bestRidge,
                bestRidgeError: try theory.generalizationError(ridge: theory.bestRidge), stillFalling: stop.place == .largest,
                time: times, trainingError: try times.map { try theory.trainingError(time: $0) },
                generalizationError: try times.map { try theory.generalizationError(time: $0) }, ratios: ratios,
                bestRidgeErrors: try ratios.map {
                    let theory = try regression($0)
                    return try theory.generalizationError(ridge: theory.bestRidge)
                },
                finalErrors: try ratios.map {
                    let error = try regression($0).generalizationError(time: .infinity)
                    return error.isFinite ? error : nil
                })
        } catch let error as RegressionError {
            throw context.study.problem("generalization", "'generalization': \(error)")
        }
        return TopicResult("generalization", page: page(context.study.name, study, numbers), numbers: numbers)
    }

    private func page(_ name: String, _ study: GeneralizationStudy, _ n: Numbers) -> Page {
        let x = Array(n.time.dropFirst())
        let against = Chart(
            "Error against time", x: .init("time", .logarithmic), y: .init("error", including: [0]),
            marks: [
                .line(x, Array(n.trainingError.dropFirst()), .series(0), label: "training, E_t"),
                .line(x, Array(n.generalizationError.dropFirst()), .series(1), label: "generalisation, E_g"),
                .line(x, x.map { _ in n.bestRidgeError }, .muted, label: "best ridge", dashed: true),
            ])
        let samples = Chart(
            "Error against samples", x: .init("α = P/N", .logarithmic), y: .init("E_g", .logarithmic),
            marks: [
                .line(n.ratios, n.finalErrors.map { $0 ?? .infinity }, .series(2), label: "E_g at t → ∞"),
                .line(n.ratios, n.bestRidgeErrors, .muted, label: "best ridge", dashed: true),
            ])
        return Page(
            title: "\(name): generalisation of a linear student",
            subtitle:
                "α = \(NumberText.short(study.ratio)) samples for each input, SNR = \(NumberText.short(study.signalToNoise)), "
                + "INR = \(NumberText.short(study.initialToTeacher)); isotropic inputs, gradient flow",
            lead: [
                .highlights([
                    .init("E_g at t → ∞", n.finalError.map { NumberText.short($0, digits: 4) } ?? "∞"),
                    .init(
                        "best stopping time", NumberText.short(n.bestTime),
                        remark: "E_g = \(NumberText.short(n.bestTimeError, digits: 4))"
                            + (n.stillFalling ? ", still falling" : "")),
                    .init(
                        "best ridge", NumberText.short(n.bestRidge),
                        remark: "E_g = \(NumberText.short(n.bestRidgeError, digits: 4))"),
                    .init(
                        "frozen fraction", NumberText.short(n.frozenFraction), remark: "of the weights never moves"),
                ])
            ],
            sections: [
                Page.Section(
                    "Errors",
                    [
                        .figure(
                            Figure(
                                "generalization",
                                caption: "In units of the variance of a teacher weight, noise of the labels included.",
                                panels: [against, samples])),
                        .paragraph(
                            "Stopping in time does nearly what the best ridge does. What is in the frozen subspace at the start stays there: large "
                                + "initial weights add INR·(1 − α) for α < 1, at any time."),
                    ])
            ])
    }
}
