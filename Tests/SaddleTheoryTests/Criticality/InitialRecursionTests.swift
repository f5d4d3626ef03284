import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// The recursion against closed forms and asymptotics, and against the covariances of all kernels of one network, which are another way
/// to the tangent kernel's variance. Catches layers counted from the wrong end, and the single constant that serves two theories.
@Suite struct InitialRecursionTests {
    private func recursion(_ activation: Activation, _ weightVariance: Double, _ biasVariance: Double = 0) -> InitialRecursion {
        let map = KernelMap(activation, weightVariance: weightVariance, biasVariance: biasVariance)
        return InitialRecursion(map, rates: .meanField(map))
    }

    /// N·Var/K² after ℓ layers: 2ℓ for linear and 5ℓ for ReLU, whatever the depth.
    @Test(arguments: [(Activation.linear, 1.0, 2.0), (.relu, 2, 5), (.abs, 1, 2), (.leakyReLU, 2 / 1.0001, 0)])
    func scaleInvariantVertex(_ activation: Activation, weightVariance: Double, constant: Double) throws {
        // 3⟨φ⁴⟩/⟨φ²⟩² − 1 = 6(1 + a⁴)/(1 + a²)² − 1 with a = 0.01
        let expected = constant > 0 ? constant : 6 * (1 + 1e-8) / (1.0001 * 1.0001) - 1
        for layer in try recursion(activation, weightVariance).layers(200) {
            let depth = Double(layer.layer - 1)
            expectClose(layer.vertex / (layer.kernel * layer.kernel), expected * depth, within: 1e-12 * (1 + depth))
            expectClose(layer.kernel, weightVariance, within: 1e-12)
            // H = ℓ for networks without biases, whose kernel ⟨φ²⟩ = 1 and slope χ_⊥ = 1.
            expectClose(layer.tangent, depth + 1, within: 1e-12 * (1 + depth))
            expectClose(layer.kernelCorrection, 0, within: 1e-10)
            expectClose(layer.tangentCorrection, 0, within: 1e-9 * (1 + depth))
        }
    }

    /// One hidden layer: N·Var(h² + z²) = 4 and N·Var(φ² + φ′²z²) = 12 for √2·ReLU.
    @Test func twoLayerTangentVariance() throws {
        expectClose(try recursion(.linear, 1).layers(2)[1].tangentVariance, 4, within: 1e-13)
        // Weights of variance 2 give Φ = 1, z² twice that of √2·ReLU, χ_⊥ = 1: Φ + G¹ with the same law.
        expectClose(try recursion(.relu, 2).layers(2)[1].tangentVariance, 12, within: 1e-13)
    }

    /// After ℓ maps from K = 1: 2ℓK → 1 for tanh, ℓK → 1 for sin, and N·Var/(K²ℓ) → 2/3 for both, the same universality class.
    @Test(arguments: [(Activation.tanh, 2.0, 1.00004, 0.66657), (.sin, 1.0, 0.99995, 0.66671)])
    func vanishingKernelClass(_ activation: Activation, factor: Double, kernel: Double, vertex: Double) throws {
        let recursion = recursion(activation, 1)
        var layer = recursion.first
        while layer.layer <= 100_000 {
            layer = try recursion.next(after: layer)
            let ℓ = Double(layer.layer - 1)
            if ℓ == 30_000 { expectClose(layer.vertex / (layer.kernel * layer.kernel * ℓ), vertex, within: 5.1e-6) }
            if ℓ == 100_000 { expectClose(factor * ℓ * layer.kernel, kernel, within: 5.1e-6) }
        }
    }

    /// N·Cov(Φˡ, Φᵐ) = V min(ℓ, m) and N·Cov(Gˡ, Gᵐ) = V min(L + 1 − ℓ, L + 1 − m), the same V.
    @Test(arguments: [(Activation.linear, 1.0, 2.0), (.relu, 2, 5)])
    func scaleInvariantCovariances(_ activation: Activation, weightVariance: Double, constant: Double) throws {
        let depth = 6
        let c = try InitialCovariances(recursion(activation, weightVariance), hiddenLayers: depth)
        for l in 1...depth {
            expectClose(c.features[l - 1], 1, within: 1e-13)
            expectClose(c.gradients[l - 1], 1, within: 1e-13)
            for m in 1...depth {
                expectClose(c.ofFeatures[l - 1, m - 1], constant * Double(min(l, m)), within: 1e-12)
                expectClose(c.ofGradients[l - 1, m - 1], constant * Double(depth + 1 - max(l, m)), within: 1e-12)
                // Only neurons of the layers ℓ … m that both pass through: ⟨φ²φ′²⟩ − 1 = 0 (linear), 1 (ReLU) for each.
                let shared = constant == 5 ? Double(max(l - m + 1, 0)) : 0
                expectClose(c.mixed[l - 1, m - 1], shared, within: 1e-12)
            }
        }
    }

    /// Layer by layer upwards (A + 2B) and backwards through one network of fixed depth: two ways to N·Var of the tangent kernel, and
    /// to that of the features.
    @Test(arguments: [
        (Activation.tanh, 1.7, 0.2), (.gelu, 2.1, 0.1), (.relu, 1.5, 0.4), (.cos, 1.2, 0), (.softplus, 0.5, 0.3), (.erf, 3, 0),
    ]) func twoWaysToTheVariance(_ activation: Activation, weightVariance: Double, biasVariance: Double) throws {
        let map = KernelMap(activation, weightVariance: weightVariance, biasVariance: biasVariance)
        let recursion = InitialRecursion(map, rates: TangentRates(weight: 0.7, bias: 0.4), inputKernel: 1.3)
        for depth in [1, 2, 5, 9] {
            let output = try recursion.layers(depth + 1)[depth]
            let c = try InitialCovariances(recursion, hiddenLayers: depth)
            expectClose(output.tangentVariance, c.tangentVariance, within: 1e-12 * c.tangentVariance)
            let vertex = weightVariance * weightVariance * c.ofFeatures[depth - 1, depth - 1]
            expectClose(output.vertex, vertex, within: 1e-12 * vertex)
        }
    }

    @Test func nothingToPropagate() {
        let map = KernelMap(.tanh, weightVariance: 1)
        let text = errorText { _ = try InitialRecursion(map, rates: .meanField(map), inputKernel: 0).layers(2) }
        #expect(text?.contains("the kernel of layer 1 is K = 0.0") == true && text?.contains("bias_scale") == true)
        let growing = KernelMap(.relu, weightVariance: 1e9)
        let overflow = errorText { _ = try InitialRecursion(growing, rates: .meanField(growing)).layers(50) }
        #expect(overflow?.hasPrefix("activation relu at kernel K = ") == true && overflow?.hasSuffix("is not finite") == true)
    }
}
