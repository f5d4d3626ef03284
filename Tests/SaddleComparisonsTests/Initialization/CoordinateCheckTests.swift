import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

@testable import SaddleTheory

/// The coordinate check passes for parameterisations against their own exponents and fails against others', by number. Catches a
/// check that passes whatever the slopes, updates measured from the wrong start, and exponents of the wrong layer.
@Suite struct CoordinateCheckTests {
    static func check(
        _ parameterization: Parameterization, against: Parameterization? = nil, rate: Double = 0.3, biasScale: Double = 0
    ) throws -> CoordinateCheck {
        var stream = RandomStream(seed: 4, .test)
        let data = Dataset(
            trainInputs: stream.normals(rows: 6, columns: 5), trainLabels: stream.normals(rows: 6, columns: 1),
            testInputs: Matrix(rows: 0, columns: 5), testLabels: Matrix(rows: 0, columns: 1))
        let network = Network(
            hiddenLayers: 2, activation: .tanh, biasScale: biasScale, parameterization: parameterization)
        let experiment = Experiment(
            network: network, data: data, training: Training(steps: 3, learningRate: LearningRate(base: rate)),
            recordedSteps: [3])
        return try CoordinateCheck(
            experiment, widths: [32, 64, 128, 256, 512], networks: 24, seed: 1,
            expecting: ScalingTheory(against ?? parameterization, hiddenLayers: 2))
    }

    static func slope(_ check: CoordinateCheck, _ coordinate: Coordinate) -> Double {
        check.rows.first { $0.coordinate == coordinate }!.fit.exponent.mean
    }

    @Test(arguments: [0, 0.5]) func pass(biasScale: Double) throws {
        let mup = try Self.check(.maximalUpdate, biasScale: biasScale)
        #expect(mup.check.verdict == .agrees, "\(mup.check.reason)")
        #expect(mup.rows.count == 13)
        let tangent = try Self.check(.neuralTangent, biasScale: biasScale)
        #expect(tangent.check.verdict == .agrees, "\(tangent.check.reason)")
        #expect(Self.slope(tangent, .preactivationUpdate(2)) < -0.4)
    }

    /// SP with c = 1 and the input layer's own multiplier: r = ½, but 3/2 in the first layer.
    @Test func layersMoveEachAtItsRate() throws {
        let p = Parameterization(
            multiplier: .init(input: 0, hidden: 0, output: 0), initialDeviation: .init(input: 0, hidden: 0.5, output: 0.5),
            learningRate: 1)
        let check = try Self.check(p, rate: 0.1)
        #expect(check.check.verdict == .agrees, "\(check.check.reason)")
        #expect(Self.slope(check, .preactivationUpdate(1)) < -1.4 && Self.slope(check, .preactivationUpdate(2)) > -0.7)
    }

    /// The negative controls: a kernel regime is not feature learning, and one step size at every width blows up.
    @Test func failAgainstOthers() throws {
        let tangent = try Self.check(.neuralTangent, against: .maximalUpdate)
        #expect(tangent.check.verdict == .disagrees)
        let wrong = tangent.check.failures.map { "\($0.quantity) \($0.place)" }
        #expect(wrong.contains("slope of Δh layer 1") && wrong.contains("slope of Δh layer 2"))
        #expect(!wrong.contains("slope of h layer 1") && !wrong.contains("slope of Δf "))

        let standard = try Self.check(.standard, against: .maximalUpdate, rate: 1e-4)
        #expect(standard.check.verdict == .disagrees)
        #expect(Self.slope(standard, .preactivationUpdate(2)) > 0.25 && Self.slope(standard, .outputUpdate) > 0.7)
        // An unstable parameterisation has no exponents to agree with.
        #expect(try Self.check(.standard, rate: 1e-4).check.verdict == .cannotTell)
        #expect(throws: Divergence.self) { try Self.check(.standard, rate: 1e3) }
    }

    /// Made-up sizes N^e with scatter: Student's law of the slope keeps its rate with two networks, a tilt of 3/N is no exponent, and half an
    /// exponent is.
    @Test func madeUpSizes() {
        var stream = RandomStream(seed: 2, .test)
        let widths = [64, 128, 256, 512]
        func score(_ networks: Int, exponent: Double = 0, bend: Double = 0, scatter: Double) -> Double {
            let logarithms = widths.map { width in
                stream.normals(networks).map { exponent * log(Double(width)) + bend / Double(width) + scatter * $0 }
            }
            let row = CoordinateCheck.Row(.output, sizes: widths, logarithms, expected: 0)
            return CheckedNumber.mean(
                "", predicted: 0, measured: row.fit.exponent.mean, scale: 1,
                uncertainties: [row.sampling, row.allowance]
            ).score!
        }
        for networks in [2, 3, 4, 12] {
            // 20 expected beyond 2.5758 (1 %); 20 + 5.5 √20 = 45.
            #expect((0..<2000).count { _ in abs(score(networks, scatter: 2)) > 2.5758 } <= 45, "\(networks) networks")
        }
        #expect(abs(score(12, bend: 3, scatter: 0.01)) < 2)
        #expect(abs(score(12, exponent: -0.5, scatter: 0.1)) > 5)
    }

    @Test func nothingToMeasure() throws {
        #expect { try Self.check(.meanField, rate: 0) } throws: { error in "\(error)".contains("learning rate 0") }
    }
}
