import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

@testable import SaddleStudies

/// `saddle measure hessian` on a study.
@Suite struct HessianTopicTests {
    private func context(_ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: h
                data: {source: gaussian, train: 6, test: 2, dimension: 4, teacher: linear}
                network: {hidden_layers: 2, activation: tanh}
                training: {steps: 20, learning_rate: 0.3}
                predict: {accuracy: 1, sites: 200}
                simulate: {widths: [32, 128], networks: 30}
                record: 4
                hessian: {width: 12}
                """, settings: settings, file: "h.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    /// All eigenvalues and those of quadrature tell the same; trace, parts and sharpness fit each other and theory.
    @Test func answers() throws {
        let exact = try MeasureHessian.answer(context())
        #expect(exact.verdict == .agrees, "\(exact.text)")
        let few = try MeasureHessian.answer(context(["hessian.exact=0", "hessian.lanczos_steps=40"]))
        func value(_ answer: Answer, _ name: String) -> Double { answer[name]!.values[0] }
        for k in 0..<3 {
            let a = exact["largest"]!.values[k], b = few["largest"]!.values[k]
            #expect(abs(a - b) <= few["largest"]!.errors![k] + 1e-7 * abs(a), "\(a), \(b)")
        }
        #expect(abs(value(exact, "trace") - value(few, "trace")) < 5 * few["trace"]!.errors![0])
        #expect(abs(value(exact, "trace") - value(exact, "trace_gauss_newton") - value(exact, "trace_residual")) < 1e-9)
        #expect(exact["sharpness"]!.values.last == exact["gauss_newton"]!.values[0])
        // Of all eigenvalues the course's largest is the last one's.
        #expect(abs(exact["largest_eigenvalue"]!.values.last! - exact["largest"]!.values[0]) < 1e-6)
    }

    /// Negative control: networks whose features learn twice as strongly.
    @Test func anotherRichnessIsNoticed() throws {
        let right = try context(["training.steps=40"]).study,
            wrong = try context(["network.richness=2", "training.steps=40"]).study
        let comparison = try SharpnessComparison(
            right.experiment().experiment, theory: right.predict,
            ensembles: right.simulate!.widths.map { right.simulate!.settings(width: $0, recordsKernels: true) },
            simulating: wrong.experiment().experiment)
        #expect(comparison.check.verdict == .disagrees, "\(comparison.check.reason)")
    }

    @Test(arguments: [
        ("training.optimizer=muon", "units of its step"), ("network.layer_norm=hidden", "not served through a normalisation"),
    ])
    func whatIsNotServedIsNamed(setting: String, words: String) throws {
        #expect { try MeasureHessian.answer(self.context([setting])) } throws: { "\($0)".contains(words) }
    }
}

/// `saddle measure barrier` on a study.
@Suite struct BarrierTopicTests {
    private func context(_ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: b
                data: {source: gaussian, train: 6, test: 2, dimension: 4, teacher: linear}
                network: {hidden_layers: 1, activation: tanh, richness: 2}
                training: {steps: 60, learning_rate: 0.3}
                simulate: {widths: [8, 64], networks: 8}
                barrier: {pairs: 6, points: 11}
                """, settings: settings, file: "b.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    /// Matching lowers the barrier, more so in wide networks; both ends are the networks themselves.
    @Test func matchingLowersTheBarrier() throws {
        let answer = try MeasureBarrier.answer(context())
        let (plain, matched) = (answer["barrier"]!, answer["matched_barrier"]!)
        #expect(plain.values[1] - matched.values[1] > 3 * (plain.errors![1] + matched.errors![1]), "\(answer.text)")
        #expect(matched.values[1] < matched.values[0])
        for width in [8, 64] {
            let (a, b) = (answer["line_\(width)"]!.values, answer["matched_line_\(width)"]!.values)
            #expect(a[0] == b[0] && abs(a[10] - b[10]) < 1e-12 && a[5] != b[5])
        }
    }

    @Test(arguments: ["network.centered=true", "network.residual=true", "network.layer_norm=hidden"])
    func whatIsNotServedIsNamed(setting: String) throws {
        #expect { try MeasureBarrier.answer(self.context([setting])) } throws: { "\($0)".contains("units are matched in chains") }
    }
}
