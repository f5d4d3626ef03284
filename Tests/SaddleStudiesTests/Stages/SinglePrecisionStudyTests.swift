import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// Studies whose networks are trained in single precision. Catches ensembles of one precision that are taken for those of the other,
/// and a warning that nobody sees.
@Suite struct SinglePrecisionStudyTests {
    @Test func ensemblesAreThoseOfTheirPrecision() throws {
        let place = try Workplace()
        var study = try place.study()
        try place.run(study)
        let double = try NPZ(contentsOf: place.folder + "/ensemble.npz").array("test_loss_mean_8").elements
        study.simulate?.precision = .single
        let refused = errorText { try place.run(study) }
        #expect(refused?.contains("(simulate.precision double → single); --force") == true, "\(refused ?? "")")
        let log = Log()
        let summary = try place.run(study, force: true, observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["=", "+", "+", "+", "+"], "\(log.lines)")
        #expect(log.lines[1] == "+ training 12 networks of width 4 in single precision" && summary.warnings == ["made up"])
        let single = try NPZ(contentsOf: place.folder + "/ensemble.npz").array("test_loss_mean_8").elements
        #expect(single != double)
        for (a, b) in zip(single, double) { expectClose(a, b, within: 1e-5 * b) }
    }

    /// A chaotic training, in which rounding decides where networks go.
    @Test func roundingThatMattersIsAWarning() throws {
        let place = try Workplace()
        var study = try place.study(steps: 100, widths: "[8]", networks: 20)
        study.network = Network(hiddenLayers: 2, activation: .sin, weightScale: 2)
        study.training.learningRate.base = 4
        study.simulate?.precision = .single
        let warnings = try place.run(study, goal: .simulation).warnings
        #expect(warnings.contains { $0.hasPrefix("width 8: single precision moves '") && $0.hasSuffix("use precision: double") })
        study.simulate?.precision = .double
        #expect(try place.run(study, goal: .simulation, output: place.path("double")).warnings == [])
    }
}
