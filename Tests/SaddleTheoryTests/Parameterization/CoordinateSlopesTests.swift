import SaddleModels
import SaddleTheory
import TestSupport
import Testing

/// Slopes beside those that ensembles of networks are checked against, and counts by hand where these have none.
@Suite struct CoordinateSlopesTests {
    @Test(arguments: [Parameterization.meanField, .maximalUpdate, .neuralTangent])
    func stable(parameterization: Parameterization) throws {
        let theory = ScalingTheory(parameterization, hiddenLayers: 3), sizes = try #require(theory.sizes)
        for (role, layer) in [(LayerRole.input, 0), (.hidden, 2)] {
            expectRange(theory.slopes(of: role, isUpdate: true, step: 3), sizes.featureUpdates[layer])
            expectRange(theory.slopes(of: role, isUpdate: false, step: 0), sizes.features[layer])
        }
        expectRange(theory.slopes(of: .readout, isUpdate: true, step: 3), sizes.outputUpdate)
        expectRange(theory.slopes(of: .readout, isUpdate: false, step: 0), sizes.output)
        // Later, what was there and what came.
        let later = theory.slopes(of: .readout, isUpdate: false, step: 2)
        expectClose(later.lowerBound, min(sizes.output, sizes.outputUpdate), within: 1e-12)
        expectClose(later.upperBound, max(sizes.output, sizes.outputUpdate), within: 1e-12)
    }

    /// W ~ 1/√n and one step size: after a step Δh¹ ~ n^{−½}, Δh² ~ n^{½} and Δf ~ n; then faster.
    @Test func standard() {
        let theory = ScalingTheory(.standard, hiddenLayers: 2)
        expectRange(theory.slopes(of: .input, isUpdate: true, step: 1), -0.5)
        expectRange(theory.slopes(of: .hidden, isUpdate: true, step: 1), 0.5)
        expectRange(theory.slopes(of: .readout, isUpdate: true, step: 1), 1)
        let later = theory.slopes(of: .hidden, isUpdate: true, step: 2)
        #expect(later.lowerBound == 0.5 && later.upperBound == .infinity)
        expectRange(theory.slopes(of: .readout, isUpdate: false, step: 0), 0)
    }

    /// Signs of gradients: every entry of a hidden matrix moves by the step, so that Δh ~ n in the standard parameterisation.
    @Test func adam() {
        let adam = Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), decay: .coupled)
        let theory = ScalingTheory(.standard, hiddenLayers: 2, optimizer: adam)
        expectRange(theory.slopes(of: .input, isUpdate: true, step: 1), 0)
        expectRange(theory.slopes(of: .hidden, isUpdate: true, step: 1), 1)
        // Maximal updates are maximal under every rule.
        let maximal = ScalingTheory(.meanField, hiddenLayers: 2, optimizer: adam)
        for role in LayerRole.allCases { expectRange(maximal.slopes(of: role, isUpdate: true, step: 2), 0) }
    }

    private func expectRange(_ range: ClosedRange<Double>, _ value: Double) {
        expectClose(range.lowerBound, value, within: 1e-12)
        expectClose(range.upperBound, value, within: 1e-12)
    }
}
