import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle compare`: networks that were trained elsewhere, judged by a run's theory.
@Suite struct OutsideComparisonTests {
    private static let text = """
        name: s
        data: {source: gaussian, train: 6, test: 5, dimension: 4, teacher: linear}
        network: {hidden_layers: 1, activation: tanh}
        training: {steps: 8, learning_rate: 0.4}
        record: [0, 8]
        kernels: false
        """

    /// Outputs of networks × times × samples, of single networks, scaled.
    private func outputs(_ study: Study, width: Int, networks: Int, scale: Double = 1) throws -> (test: Tensor, train: Tensor) {
        let experiment = try study.experiment().experiment
        var test: [Double] = [], train: [Double] = []
        for seed in 0..<networks {
            let settings = EnsembleSettings(width: width, networks: 1, seed: 100 + seed, recordsKernels: false)
            let result = try Ensemble(experiment, settings).train()
            let values = result.state.moments.mean
            test += values[result.layout[.output(.test)]!.range].map { scale * $0 }
            train += values[result.layout[.output(.train)]!.range].map { scale * $0 }
        }
        return (Tensor(shape: [networks, 2, 5], elements: test), Tensor(shape: [networks, 2, 6, 1], elements: train))
    }

    @Test func networksOfOthersAreJudged() throws {
        try withTemporaryDirectory { folder in
            let study = try Study(text: Self.text, file: "s.yaml"), run = "\(folder)/run"
            _ = try StudyRunner(study, output: run).run(.prediction)
            let found = try outputs(study, width: 48, networks: 60)
            try NPZ.write([("test_output_48", found.test), ("train_output_48", found.train)], to: "\(folder)/mine.npz")
            let summary = try OutsideComparison(run: run, ensemble: "\(folder)/mine.npz").compare()
            #expect(summary.verdict == .agrees || summary.verdict == .cannotTell, "\(summary.explanation ?? "")")
            #expect(summary.folder == "\(run)-mine" && WholeFile.exists("\(run)-mine/report.html"))
            // Means over networks, by hand.
            let losses = (0..<60).map { m -> Double in
                let labels = try! study.experiment().experiment.data.testLabels
                return (0..<5).reduce(0) { sum, i in
                    let miss = found.test.elements[(m * 2 + 1) * 5 + i] - labels[i, 0]
                    return sum + 0.5 * miss * miss / 5
                }
            }
            let measured = try #require(summary.testLoss?.widths[0].measuredMean)
            #expect(abs(measured.value - losses.reduce(0, +) / 60) < 1e-12)
            // The folder can be drawn again, and its networks belong to it.
            let again = try StudyResults(RunFolder(path: "\(run)-mine"))
            #expect(
                again.ensembles.map(\.width) == [48] && again.comparison?.verdict == summary.verdict && again.theoryCost == nil)
            // Outputs that are half as large again are another network's.
            let wrong = try [48, 96].map { ("test_output_\($0)", try outputs(study, width: $0, networks: 60, scale: 1.5).test) }
            try NPZ.write(wrong.map { (name: $0.0, array: $0.1) }, to: "\(folder)/wrong.npz")
            #expect(try OutsideComparison(run: run, ensemble: "\(folder)/wrong.npz").compare().verdict == .disagrees)
        }
    }

    @Test func whatDoesNotFitIsNamed() throws {
        try withTemporaryDirectory { folder in
            let study = try Study(text: Self.text, file: "s.yaml"), run = "\(folder)/run"
            _ = try StudyRunner(study, output: run).run(.prediction)
            let file = "\(folder)/x.npz"
            func failure(_ arrays: [(String, Tensor)]) throws -> String {
                try NPZ.write(arrays.map { (name: $0.0, array: $0.1) }, to: file)
                return errorText { _ = try OutsideComparison(run: run, ensemble: file).compare() } ?? ""
            }
            func zeros(_ shape: [Int]) -> Tensor {
                Tensor(shape: shape, elements: [Double](repeating: 0, count: shape.reduce(1, *)))
            }
            #expect(try failure([("outputs", zeros([2, 2, 5]))]).contains("names such as test_output_64"))
            #expect(try failure([("test_output_8", zeros([3, 5]))]).contains("2 times (steps 0, 8)"))
            #expect(try failure([("test_output_8", zeros([1, 2, 5]))]).contains("two or more"))
            #expect(
                try failure([("test_output_8", zeros([3, 2, 5])), ("train_output_8", zeros([4, 2, 6]))]).contains(
                    "expected the same ones"))
            #expect(
                try failure([("test_output_8", zeros([3, 2, 5])), ("train_output_16", zeros([3, 2, 6]))]).contains(
                    "no 'train_output_8'"))
            var broken = zeros([3, 2, 5])
            broken.elements[27] = .nan
            #expect(try failure([("test_output_8", broken)]).contains("network 2"))
            #expect(errorText { _ = try OutsideComparison(run: folder, ensemble: file).compare() }?.isEmpty == false)
        }
    }
}
