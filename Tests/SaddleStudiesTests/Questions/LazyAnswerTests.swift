import Foundation
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle predict lazy` from a study file to its arrays. Oracle: deep linear networks, whose kernels are multiples of xxᵀ/D: the loop of
/// gradient descent written out here. Catches a kernel of the wrong parameterisation, arrays in the wrong order, and methods that disagree.
@Suite struct LazyAnswerTests {
    /// Ten points, so that a sum over them is not a mean.
    static func study(_ network: String, _ training: String) -> String {
        """
        name: lazy
        data: {source: gaussian, train: 10, test: 4, dimension: 3, teacher: linear, noise: 0.3}
        network: {hidden_layers: 2, activation: linear, \(network)}
        training: {steps: 200, learning_rate: 0.3, \(training)}
        record: [0, 1, 7, 200]
        """
    }

    /// The answer as its files have it.
    static func answer(_ text: String, _ options: LazyStudy = .init()) throws -> Answer {
        try withTemporaryDirectory { folder in
            var study = try Study(text: text, file: "study.yaml")
            study.lazy = options
            let answer = try QuestionRunner(study, output: folder + "/run").run(PredictLazy.self)
            #expect(try readFile(folder + "/run/predict-lazy.html").count > 1000)
            return try Answer(question: answer.question, in: folder + "/run")
        }
    }

    /// f and its variance over θ₀ in the modes of XXᵀ/D by plain loops: with κ = (L+1)σ^{2L} (mean_field) or (L+1)σ^{2(L+1)} (ntk).
    @Test(arguments: [("weight_scale: 1.2", 1.2, false), ("weight_scale: 1.2, parameterization: ntk", 1.2, true)])
    func linearNetworksAreExact(network: String, scale: Double, isTangent: Bool) throws {
        let found = try Self.answer(Self.study(network, "momentum: 0.5"))
        let data = try Self.data()
        let (p, q) = (10, 4)
        func gram(_ a: Matrix, _ b: Matrix) -> [[Double]] {
            (0..<a.rows).map { i in (0..<b.rows).map { j in (0..<3).reduce(0) { $0 + a[i, $1] * b[j, $1] } / 3 } }
        }
        let s2 = scale * scale
        let factor = 3 * s2 * s2 * (isTangent ? s2 : 1)
        let points = data.train.appendingRows(of: data.test)
        let all = gram(points, points)
        // Columns: the labels' mean prediction, then the response of every output to each of the ten initial training outputs.
        var outputs = [[Double]](repeating: [Double](repeating: 0, count: 1 + p), count: p + q)
        var velocity = outputs
        for step in 0...200 {
            if let t = [0, 1, 7, 200].firstIndex(of: step) {
                for i in 0..<p { expectClose(found["train_output"]!.values[t * p + i], outputs[i][0], within: 1e-11) }
                for i in 0..<q { expectClose(found["test_output"]!.values[t * q + i], outputs[p + i][0], within: 1e-11) }
                if isTangent {
                    // f = f₀ − Σ_k R_k f₀(x_k), with covariance s2³ xxᵀ/D of f₀.
                    for i in 0..<p + q {
                        var weights = [Double](repeating: 0, count: p + q)
                        weights[i] = 1
                        for k in 0..<p { weights[k] -= outputs[i][1 + k] }
                        var variance = 0.0
                        for a in 0..<p + q {
                            for b in 0..<p + q { variance += weights[a] * weights[b] * s2 * s2 * s2 * all[a][b] }
                        }
                        let array = found[i < p ? "train_output_deviation" : "test_output_deviation"]!
                        let value = array.values[i < p ? t * p + i : t * q + i - p]
                        expectClose(value, max(variance, 0).squareRoot(), within: 1e-7)
                    }
                }
            }
            let errors = (0..<p).map { i in
                (0...p).map { c in (c == 0 ? data.labels[i, 0] : c == i + 1 ? 1 : 0) - outputs[i][c] }
            }
            for i in 0..<p + q {
                for c in 0...p {
                    let pull = (0..<p).reduce(0) { $0 + factor * all[i][$1] * errors[$1][c] } / Double(p)
                    velocity[i][c] = 0.5 * velocity[i][c] - pull
                }
            }
            for i in 0..<p + q { for c in 0...p { outputs[i][c] -= 0.3 * velocity[i][c] } }
        }
        #expect((found["train_output_deviation"] != nil) == isTangent)
        #expect(found["rank"]?.values == [3] && found.warnings.isEmpty)
    }

    private static func data() throws -> (train: Matrix, test: Matrix, labels: Matrix) {
        let loaded = try Study(text: study("weight_scale: 1", ""), file: "study.yaml").data.load(loss: .squared).dataset
        return (loaded.trainInputs, loaded.testInputs, loaded.trainLabels)
    }

    /// tanh by matrices and by products; steps for cross-entropy and decay by both; the last step is near infinite time.
    @Test(arguments: ["activation: tanh", "activation: relu, bias_scale: 0.3, parameterization: ntk, centered: true"])
    func methodsAgree(network: String) throws {
        for training in ["momentum: 0.5", "loss: squared, weight_decay: 0"] {
            let text = Self.study(network, training).replacingOccurrences(of: "activation: linear, ", with: "")
            var products = LazyStudy()
            products.method = .matrixFree
            products.tolerance = 1e-9
            products.noiseVariance = 0.01
            var matrices = LazyStudy()
            matrices.noiseVariance = 0.01
            let (dense, free) = try (Self.answer(text, matrices), Self.answer(text, products))
            for name in ["train_output", "test_output", "nngp_posterior_mean", "test_output_infinity"] {
                for (a, b) in zip(dense[name]!.values, free[name]!.values) { expectClose(a, b, within: 1e-7) }
            }
            #expect(dense["way"]?.words == ["eigenvectors"] && free["way"]?.words == ["products"])
        }
        let text = Self.study("activation: relu", "weight_decay: 0.1").replacingOccurrences(of: "activation: linear, ", with: "")
        var products = LazyStudy()
        products.method = .matrixFree
        let (dense, free) = try (Self.answer(text), Self.answer(text, products))
        #expect(dense["way"]?.words == ["steps"])
        for (a, b) in zip(dense["test_output"]!.values, free["test_output"]!.values) {
            expectClose(a, b, within: 1e-12)
        }
    }

    @Test func whatIsNotServedIsNamed() {
        func message(_ network: String, _ training: String, _ change: (inout LazyStudy) -> Void = { _ in }) -> String {
            var options = LazyStudy()
            change(&options)
            return errorText { _ = try Self.answer(Self.study(network, training), options) } ?? ""
        }
        #expect(message("weight_scale: 1", "batch_size: 3").contains("study.yaml:4:"))
        #expect(message("weight_scale: 1", "batch_size: 3").contains("expected full batches"))
        #expect(message("parameterization: standard", "momentum: 0").contains("depends on the width"))
        #expect(message("weight_scale: 5", "momentum: 0").contains("unstable"))
        #expect(
            message("bias_scale: 1, parameterization: ntk", "weight_decay: 0.1") { $0.method = .matrixFree }.contains(
                "without biases only"))
    }
}
