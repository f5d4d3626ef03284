import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

@testable import SaddleStudies
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
        #expect(mup.passes, "\(mup.rows.filter { !$0.passes }.map { ($0.coordinate, $0.fit.exponent) })")
        #expect(mup.rows.count == 10)
        let tangent = try Self.check(.neuralTangent, biasScale: biasScale)
        #expect(tangent.passes, "\(tangent.rows.filter { !$0.passes }.map { ($0.coordinate, $0.fit.exponent) })")
        #expect(Self.slope(tangent, .preactivationUpdate(2)) < -0.4)
    }

    /// SP with c = 1 and the input layer's own multiplier: r = ½, but 3/2 in the first layer.
    @Test func layersMoveEachAtItsRate() throws {
        let p = Parameterization(
            multiplier: .init(input: 0, hidden: 0, output: 0), initialDeviation: .init(input: 0, hidden: 0.5, output: 0.5),
            learningRate: 1)
        let check = try Self.check(p, rate: 0.1)
        #expect(check.passes, "\(check.rows.filter { !$0.passes }.map { ($0.coordinate, $0.fit.exponent) })")
        #expect(Self.slope(check, .preactivationUpdate(1)) < -1.4 && Self.slope(check, .preactivationUpdate(2)) > -0.7)
    }

    /// The negative controls: a kernel regime is not feature learning, and one step size at every width blows up.
    @Test func failAgainstOthers() throws {
        let tangent = try Self.check(.neuralTangent, against: .maximalUpdate)
        #expect(!tangent.passes)
        let wrong = tangent.rows.filter { !$0.passes }.map(\.coordinate)
        #expect(wrong.contains(.preactivationUpdate(1)) && wrong.contains(.preactivationUpdate(2)) && wrong.contains(.output))
        #expect(!wrong.contains(.preactivation(1)) && !wrong.contains(.outputUpdate))

        let standard = try Self.check(.standard, against: .maximalUpdate, rate: 1e-4)
        #expect(!standard.passes)
        #expect(Self.slope(standard, .preactivationUpdate(2)) > 0.4 && Self.slope(standard, .outputUpdate) > 0.7)
        // Against itself too: an unstable parameterisation has no exponents to agree with.
        #expect(try !Self.check(.standard, rate: 1e-4).passes)
        #expect(throws: Divergence.self) { try Self.check(.standard, rate: 1e3) }
    }

    @Test func nothingToMeasure() throws {
        #expect { try Self.check(.meanField, rate: 0) } throws: { error in "\(error)".contains("learning rate 0") }
    }
}
