// Nothing is computed from the name of an activation: one of the user's own that is called as a known one has the kernels of its own
// function. It would catch a closed form, a degree or a linearity taken from a name.
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct BorrowedNamesTests {
    /// φ(x) = ¼ + tanh x
    private static func impostor(_ name: String) -> Activation {
        Activation(name: name, isSmooth: true) { x in
            let y = tanh(x), slope = 1 / (cosh(x) * cosh(x))
            return (value: y + 0.25, slope: slope, curvature: -2 * y * slope)
        }
    }

    /// Against integrals over the two preactivations.
    @Test(arguments: Activation.named.map(\.name)) func dualIsThatOfTheFunction(name: String) throws {
        let phi = Self.impostor(name), dual = DualActivation(phi)
        #expect(!dual.isHomogeneous)
        for (q, p, k) in [(0.7, 1.3, 0.4), (1.0, 1.0, -0.9), (2.0, 0.3, 0.0)] {
            let covariances = Matrix(rows: 1, columns: 1, repeating: k)
            let (value, slope) = try dual.evaluate(covariances: covariances, rows: [q], columns: [p])
            expectClose(value[0, 0], gaussianAverage(q, p, k) { (phi($0), phi($1)) }, within: 1e-11)
            expectClose(slope[0, 0], gaussianAverage(q, p, k) { (phi.derivative($0), phi.derivative($1)) }, within: 1e-11)
            let derivatives = try dual.derivatives(covariances: covariances, rows: [q], columns: [p])
            let byCovariance = gaussianAverage(q, p, k) { (phi.secondDerivative($0), phi.secondDerivative($1)) }
            expectClose(derivatives.slopeByCovariance[0, 0], byCovariance, within: 1e-8)
        }
        let named = try DualActivation(Activation(named: name)!).evaluate(
            covariances: Matrix(rows: 1, columns: 1, repeating: 0.4), rows: [0.7], columns: [1.3])
        let own = gaussianAverage(0.7, 1.3, 0.4) { (phi($0), phi($1)) }
        #expect(abs(named.value[0, 0] - own) > 1e-2, "negative control: the kernel of that name is another one")
    }

    /// A network's kernels, and what else has a short cut for some activation.
    @Test func shortCutsBelongToTheFunction() throws {
        var stream = RandomStream(seed: 5, .test)
        let x = stream.normals(rows: 4, columns: 3)
        func kernels(_ name: String) throws -> (nngp: Matrix, ntk: Matrix) {
            let network = Network(hiddenLayers: 2, activation: Self.impostor(name), parameterization: .neuralTangent)
            let kernel = try NetworkKernel(network, inputDimension: 3)
            return kernel.within(try kernel.prepare(x)).matrices()
        }
        let plain = try kernels("mine")
        for name in ["relu", "linear", "erf"] {
            let found = try kernels(name)
            #expect(found.nngp == plain.nngp && found.ntk == plain.ntk, "\(name)")
        }
        #expect(!RandomDynamics(activation: Self.impostor("linear")).isLinear && RandomDynamics(activation: .linear).isLinear)
        #expect(try !FeatureActivation(Self.impostor("linear")).isLinear)
        #expect(try FeatureActivation(Self.impostor("relu")) == FeatureActivation(Self.impostor("mine")))
        #expect(try FeatureActivation(Self.impostor("relu")) != FeatureActivation(.relu))
    }

    /// A form that the activation states serves it under any name: φ(x) = 2x + ½|x|, by the arc-cosine kernel of Cho and Saul 2009.
    @Test func statedFormIsUsed() throws {
        let phi = Activation(name: "mine", isSmooth: false, dual: .homogeneous(odd: 2, even: 0.5)) { x in
            (value: 2 * x + 0.5 * abs(x), slope: x > 0 ? 2.5 : 1.5, curvature: 0)
        }
        let dual = DualActivation(phi), (q, p, k) = (0.7, 1.3, -0.4)
        #expect(dual.isHomogeneous)
        let (value, _) = try dual.evaluate(covariances: Matrix(rows: 1, columns: 1, repeating: k), rows: [q], columns: [p])
        let angle = acos(k / (q * p).squareRoot())
        let ofModulus = 2 / Double.pi * (q * p).squareRoot() * (sin(angle) + (.pi / 2 - angle) * cos(angle))
        expectClose(value[0, 0], 4 * k + 0.25 * ofModulus, within: 1e-13)
    }
}
