import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport
import TestSupport
import Testing

@testable import SaddleStudies

// The code of Documentation/Extending/AddQuestion.md.

/// `saddle predict gain`: by how much a hidden layer stretches a small change of its input, against the size of that input.
enum PredictGain: Question {
    static let verb = QuestionVerb.predict
    static let name = "gain"
    static let phrase = "averaging slopes"
    static let summary = "The gain of a hidden layer: root mean square slope of φ under Gaussian preactivations."
    static let discussion =
        "√(σ_w² E φ′(√q u)²), u standard normal, for variances q around 1: above 1 a layer stretches small changes."
    static let examples = ["--activation relu --weight-scale 1.4142135623730951", "digits.yaml"]
    static let sections = ["network"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let network = context.study.network
        let variances = (-20...20).map { pow(10, Double($0) / 20) }
        let gains = try variances.map { q -> Double in
            let average = try GaussianQuadrature.averages(of: 1, breaks: network.activation.kinks.map { $0 / q.squareRoot() }) {
                u, square in
                let h = Matrix(rows: u.count, columns: 1, elements: u.map { $0 * q.squareRoot() })
                for (i, slope) in network.activation.derivative(h).elements.enumerated() { square[i] = slope * slope }
            }
            return network.weightScale * average[0].squareRoot()
        }
        var answer = Answer("Gain of \(network.activation.name)", subtitle: "σ_w = \(NumberText.short(network.weightScale))")
        answer.add("variance", variances, "Variance of the preactivations", "q")
        answer.add("gain", gains, along: ["variance"], "Gain of a layer", "σ_w √(E φ′²)")
        answer.add("unit_gain", gains[20], "Gain at q = 1")
        answer.lead = [.highlights([.init("unit_gain")])]
        answer.section(
            "Gain",
            [
                .figure(
                    "gain", caption: "Above 1 small changes of the input grow from layer to layer.",
                    panels: [.init("Gain against variance", x: .init(nil, .logarithmic), [.line("gain", .series(0))])])
            ])
        return answer
    }
}

struct AddQuestion {
    @Test func examplesAreRead() throws {
        for example in PredictGain.examples { try #require(try expectRead(PredictGain.self, words(of: example), example) != nil) }
    }

    /// relu has slope 1 on half of its arguments: σ_w²/2 = 1 is critical, whatever the variance.
    @Test func answersAndIsReadBack() throws {
        let answer = try ask(PredictGain.self, "name: x\nnetwork: {activation: relu, weight_scale: 1.4142135623730951}\n")
        expectClose(try answer.value("unit_gain"), 1, within: 1e-12)
        for gain in try answer.values("gain") { expectClose(gain, 1, within: 1e-12) }
        #expect(answer.page.html().contains("Gain against variance"))
    }
}
