import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleNetworks
@testable import SaddleStudies

/// Ensembles at initialisation go to the kernels of infinite width, in every parameterisation, and a wrong limit is noticed.
@Suite struct KernelEnsembleTopicTests {
    private func result(_ settings: [String]) throws -> TopicResult {
        let study = try Study(
            text: """
                name: k
                data: {source: gaussian, train: 5, dimension: 6, teacher: linear}
                network: {hidden_layers: 2, activation: relu, bias_scale: 0.3}
                simulate: {widths: [16, 64], networks: 300}
                """, settings: settings, file: "k.yaml")
        return try KernelEnsembleTopic().result(
            TopicRunner.Context(study: study, observe: { _ in }, shouldStop: { false }))
    }

    @Test(arguments: ["mean_field", "ntk", "standard", "mup"]) func goesToTheLimit(parameterization: String) throws {
        let result = try result(["network.parameterization=\(parameterization)"])
        #expect(result.passes && result.warnings.isEmpty, "\(result.text)")
        let object = try JSONSerialization.jsonObject(with: Data(try result.json().utf8)) as? [String: Any]
        let limits = try #require(object?["limits"] as? [[String: Any]])
        #expect(limits.count == 4)
        for limit in limits {
            let (ratio, error) = try (#require(limit["ratio"] as? Double), #require(limit["ratio_error"] as? Double))
            // Errors small enough to notice a missing σ_w² or bias; of variances, a factor two.
            let isMean = limit["quantity"] as? String == "mean"
            #expect(isMean ? error < 0.03 && abs(ratio - 1) < 0.1 : error < 0.3 && abs(ratio - 1) < 0.5)
        }
        #expect(
            Set(result.arrays.map(\.name)).isSuperset(of: ["ntk_scaled_bias_16", "nngp_scaled_variance_64", "ntk_infinite_64"]))
    }

    /// Where no theory of infinite width serves (tanh at variances of 400 and more), the ensemble is still measured, and says so.
    @Test func withoutTheory() throws {
        let result = try result(["network.activation=tanh", "network.weight_scale=20", "simulate.networks=3"])
        #expect(result.warnings.count == 1 && result.warnings[0].hasPrefix("no kernels of infinite width to compare with: "))
        #expect(result.warnings[0].contains("Hermite series of 'tanh'") && result.text.contains("none"), "\(result.text)")
        let names = result.arrays.map(\.name)
        #expect(names.contains("nngp_mean_16") && !names.contains { $0.contains("infinite") }, "\(names)")
        #expect(throws: StudyFileError.self) { try self.result(["simulate.networks=1"]) }
    }

    /// Residual networks have kernels of infinite width.
    @Test func residualHasATheory() throws {
        let result = try result(["network.residual=true", "simulate.networks=3"])
        #expect(result.warnings.isEmpty && result.arrays.contains { $0.name == "ntk_infinite_16" })
    }

    /// The test of the limit on made-up means: K(1 + b/N) passes with its intercept exactly, one off by ten errors does not.
    @Test func limitTest() throws {
        let one = Matrix(rows: 1, columns: 1, repeating: 1), limit = Matrix(rows: 1, columns: 1, repeating: 3)
        func comparison(_ width: Int, offset: Double) -> KernelComparison {
            let diagonal = Estimate(mean: 3 * (1 + offset + 0.5 / Double(width)), standardError: 0.03, count: 50)
            let statistics = KernelEnsemble.Statistics(
                mean: one, meanError: one, variance: one, varianceError: one, diagonal: diagonal)
            return KernelComparison(.ntk, width, statistics, limit, predicted: nil)
        }
        func test(offset: Double) -> LimitTest? {
            LimitTest([10, 40, 100].map { comparison($0, offset: offset) }, .mean)
        }
        let right = try #require(test(offset: 0))
        expectClose(right.limit.mean, 1, within: 1e-14)
        expectClose(right.allowance, 0.05 * 0.05, within: 1e-14)
        #expect(right.passes && right.limit.standardError > 0.005 && right.limit.standardError < 0.02)
        #expect(try #require(test(offset: 10 * right.limit.standardError)).passes == false)
        #expect(LimitTest([], .mean) == nil)
    }
}
