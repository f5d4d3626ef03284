import SaddleModels
import TestSupport
import Testing

// Gaussian averages of activations against closed forms. They would catch a mean that stays in the features, a factor of two in a
// variance, and an even activation that is taken for one that sees the teacher.

@Suite struct FeatureActivationTests {
    /// μ₀, μ₁, E φ²
    @Test(arguments: [
        (Activation.relu, (2 * Double.pi).squareRoot() / (2 * .pi), 0.5, 0.5),
        (.erf, 0, 2 / (3 * Double.pi).squareRoot(), 2 / Double.pi * 0.7297276562269663),
        (.sin, 0, 0.6065306597126334, (1 - 0.1353352832366127) / 2), (.cube, 0, 3, 15),
        (.sign, 0, (2 / Double.pi).squareRoot(), 1), (.exp, 1.6487212707001282, 1.6487212707001282, 7.38905609893065),
    ])
    func closedForms(_ activation: Activation, mean: Double, slope: Double, square: Double) throws {
        let found = try FeatureActivation(activation)
        expectClose(found.mean, mean, within: 1e-13 * square.squareRoot(), activation.name)
        expectClose(found.slope, slope, within: 1e-13 * square.squareRoot(), activation.name)
        expectClose(found.rest, square - mean * mean - slope * slope, within: 1e-13 * square, activation.name)
        expectClose(found.variance, square - mean * mean, within: 1e-13 * square, activation.name)
        #expect(!found.isLinear)
    }

    @Test func linearHasNoRest() throws {
        let found = try FeatureActivation(.linear)
        #expect(found.rest == 0 && abs(found.slope - 1) < 1e-14 && found.mean == 0)
        #expect(FeatureActivation.linear.isLinear)
    }

    @Test(arguments: [Activation.abs, .square, .cos])
    func evenOnesAreRefused(_ activation: Activation) {
        let text = errorText { _ = try FeatureActivation(activation) }
        #expect(
            text?.contains("the activation \(activation.name) cannot make random features: E hφ(h) is 0") == true,
            "\(text ?? "none")")
    }

    @Test func activationsWithoutVarianceAreRefused() {
        let steep = Activation(name: "steep", isSmooth: true) { (1e200 * $0, 1e200, 0) }
        #expect(errorText { _ = try FeatureActivation(steep) }?.contains("is not finite") == true)
    }
}
