import Foundation
import SaddleComparisons
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleNetworks
@testable import SaddleStudies

/// Ensembles at initialisation go to the kernels of infinite width, in every parameterisation, and a wrong limit is noticed.
@Suite struct KernelEnsembleTopicTests {
    private func answer(_ settings: String...) throws -> Answer {
        try ask(
            SimulateKernel.self,
            """
            data: {source: gaussian, train: 5, dimension: 6, teacher: linear}
            network: {hidden_layers: 2, activation: relu, bias_scale: 0.3}
            predict: {sites: 2000}
            simulate: {widths: [16, 64], networks: 600}
            """, settings: settings)
    }

    @Test(arguments: ["mean_field", "ntk", "standard", "mup"]) func goesToTheLimit(parameterization: String) throws {
        let answer = try answer("network.parameterization=\(parameterization)")
        #expect(answer.verdict == .agrees && answer.warnings.isEmpty, "\(answer.text)")
        let check = try #require(answer.check)
        // Means and N·variances of two kernels, and 15 entries of each.
        #expect(check.compared == 34)
        for visible in check.visible {
            // Small enough to notice a missing σ_w² or bias; of variances, a factor of 2.5.
            let isMean = visible.quantity.hasPrefix("mean")
            #expect(try #require(visible.relativeError) < (isMean ? 0.1 : 1.5), "\(visible)")
        }
        for name in ["ntk_bias_16", "nngp_variance_64", "ntk_limit_64"] { #expect(answer[name]?.shape == [5, 5], "\(name)") }
    }

    /// Where no theory of infinite width serves (tanh at variances of 400 and more), the ensemble is still measured, and says so.
    @Test func withoutTheory() throws {
        let answer = try answer("network.activation=tanh", "network.weight_scale=20", "simulate.networks=3")
        #expect(answer.warnings.count == 1 && answer.warnings[0].hasPrefix("no kernels of infinite width to compare with: "))
        #expect(answer.warnings[0].contains("Hermite series of 'tanh'"))
        let names = answer.quantities.map(\.name)
        #expect(names.contains("nngp_mean_16") && !names.contains { $0.contains("limit_") }, "\(names)")
        #expect(answer.verdict == .cannotTell)
        #expect(errorText { _ = try self.answer("simulate.networks=1") }?.contains("expected 2 or more") == true)
    }

    /// Residual networks have kernels of infinite width.
    @Test func residualHasATheory() throws {
        let answer = try answer("network.residual=true", "simulate.networks=3")
        #expect(answer.warnings.isEmpty && answer["ntk_limit_16"] != nil)
    }

    /// Convolutional networks too, without N·variances; their strides have not, and finite networks alone are measured.
    @Test func convolutionsGoToTheirLimit() throws {
        let answer = try answer("network.convolution.shape=[6]", "simulate.networks=400", "data.train=3")
        #expect(answer.verdict == .agrees && answer.warnings.isEmpty, "\(answer.text)")
        #expect(answer["ntk_limit_64"] != nil && answer["ntk_variance_predicted_64"] == nil)
        let strided = try self.answer(
            "network.convolution.shape=[6]", "network.convolution.stride=2", "network.hidden_layers=1", "simulate.networks=3",
            "data.train=3")
        #expect(strided.warnings.count == 1 && strided["ntk_mean_64"] != nil && strided["ntk_limit_64"] == nil)
    }

    /// Three networks of two narrow widths: no false alarm in 40 seeds (an older rule had 3).
    @Test func fewNetworksDoNotAlarm() throws {
        for seed in 0..<40 {
            let answer = try answer(
                "simulate.networks=3", "simulate.seed=\(seed)", "simulate.widths=[8, 16]", "predict.sites=200")
            #expect(answer.verdict == .cannotTell, "seed \(seed): \(answer.text)")
        }
    }

    /// Made-up means: K(1 + b/N) agrees, a limit that is off by 5 % does not, and one width cannot tell.
    @Test func madeUpMeans() throws {
        let one = Matrix(rows: 1, columns: 1, repeating: 1), limit = Matrix(rows: 1, columns: 1, repeating: 3)
        let many = Matrix(rows: 1, columns: 1, repeating: 49)
        func comparison(_ width: Int, factor: Double) -> KernelComparison {
            let mean = 3 * factor * (1 + 0.5 / Double(width))
            let statistics = KernelEnsemble.Statistics(
                mean: Matrix(rows: 1, columns: 1, repeating: mean), meanError: Matrix(rows: 1, columns: 1, repeating: 0.01),
                variance: one, varianceError: one, freedom: many,
                diagonal: Estimate(mean: mean, standardError: 0.01, count: 50), diagonalFreedom: 49)
            return KernelComparison(.ntk, width, statistics, limit, accuracy: 0, predicted: nil)
        }
        func check(_ widths: [Int], factor: Double) -> Check { KernelCheck.check(widths.map { comparison($0, factor: factor) }) }
        let right = check([10, 40, 100], factor: 1)
        #expect(right.verdict == .agrees && right.compared == 2)
        expectClose(right.numbers[0].measured, 1, within: 1e-14)
        #expect(check([10, 40, 100], factor: 1.05).verdict == .disagrees)
        #expect(check([40], factor: 1.05).verdict == .cannotTell && check([], factor: 1).verdict == .cannotTell)
    }
}
