import SaddleModels
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The critical points of every named activation. The numbers of swish and gelu are those of Roberts, Yaida, Hanin (2106.10165),
/// section 5.3, to more digits by mpmath; the others are closed forms. Catches a class that is claimed and does not exist
/// (sigmoid, softplus), a lost bias variance, and expansion coefficients off by a factor.
@Suite struct CriticalityTests {
    @Test func scaleInvariantClass() throws {
        for (activation, weightVariance) in [
            (Activation.linear, 1.0), (.relu, 2), (.leakyReLU, 2 / (1 + 1e-4)), (.abs, 1),
        ] {
            let c = try Criticality(of: activation)
            #expect(c.universality == .scaleInvariant && c.points.count == 1 && c.remarks.isEmpty)
            expectClose(c.points[0].weightVariance, weightVariance, within: 1e-15 * weightVariance)
            #expect(c.points[0].biasVariance == 0 && c.points[0].kernel == nil && c.points[0].stability == .neutral)
            let rates = c.points[0].learningRates
            #expect(rates.depthPower == -1 && rates.biasLayerPower == 0 && rates.weightLayerPower == 0)
        }
    }

    /// tanh = x − x³/3, sin = x − x³/6, erf = (2/√π)(x − x³/3).
    @Test func vanishingKernelClass() throws {
        for (activation, weightVariance, a1) in [
            (Activation.tanh, 1.0, -2.0), (.sin, 1, -1), (.erf, Double.pi / 4, -2),
        ] {
            let c = try Criticality(of: activation)
            #expect(c.universality == .vanishingKernel && c.points.count == 1, "\(activation.name): \(c)")
            let point = c.points[0]
            #expect(point.kernel == 0 && point.biasVariance == 0 && point.stability == .attracting)
            expectClose(point.weightVariance, weightVariance, within: 1e-15)
            expectClose(point.curvature, a1, within: 1e-9)
            expectClose(point.slope, a1, within: 1e-9)
            let rates = point.learningRates
            expectClose(rates.depthPower, 0, within: 1e-12)
            expectClose(rates.biasLayerPower, -1, within: 1e-12)
            expectClose(rates.weightLayerPower, 0, within: 1e-12)
        }
    }

    /// K* = (3 + √17)/2 for gelu; at K* = 0 both repel, with a₁ = ¾(σ₂/σ₁)² = 6/π and ¾.
    @Test func halfStableClass() throws {
        for (activation, kernel, weightVariance, biasVariance, atZero) in [
            (Activation.gelu, (3 + 17.0.squareRoot()) / 2, 1.983058257, 0.172922391, 6 / Double.pi),
            (.silu, 14.320173618, 1.988004678, 0.555143171, 0.75),
        ] {
            let c = try Criticality(of: activation)
            #expect(c.universality == .halfStable && c.points.count == 2)
            expectClose(c.points[0].kernel!, kernel, within: activation.name == "gelu" ? 1e-11 : 6e-10)
            expectClose(c.points[0].weightVariance, weightVariance, within: 6e-10)
            expectClose(c.points[0].biasVariance, biasVariance, within: 6e-10)
            guard case .halfStable = c.points[0].stability else {
                Issue.record("\(c.points[0].stability)")
                return
            }
            #expect(c.points[1].kernel == 0 && c.points[1].stability == .repelling)
            expectClose(c.points[1].weightVariance, 4, within: 1e-14)
            expectClose(c.points[1].curvature, atZero, within: 1e-9)
            // b₁ = (σ₂/σ₁)² for σ₃ = 0
            expectClose(c.points[1].slope, atZero * 4 / 3, within: 1e-9)
        }
    }

    /// Near a half-stable point the kernel itself must move as a₁ says: k⁺ − k → a₁k².
    @Test(arguments: [Activation.gelu, .silu]) func curvatureIsThatOfTheMap(_ activation: Activation) throws {
        let point = try Criticality(of: activation).points[0]
        let map = KernelMap(activation, weightVariance: point.weightVariance, biasVariance: point.biasVariance)
        let step = 1e-3
        let (up, down) = (try map.response(at: point.kernel! + step), try map.response(at: point.kernel! - step))
        expectClose((up.next + down.next - 2 * point.kernel!) / (2 * step * step), point.curvature, within: 1e-8)
        expectClose((up.perpendicular - down.perpendicular) / (2 * step), point.slope, within: 1e-8)
        expectClose(try map.response(at: point.kernel!).next, point.kernel!, within: 1e-13 * point.kernel!)
    }

    /// Book, section 5.3.4: the sigmoid would need C_b = −4 at K* = 0, the softplus has no K at all; cos neither.
    @Test func noCriticality() throws {
        let sigmoid = try Criticality(of: .sigmoid)
        #expect(sigmoid.universality == .none && sigmoid.points.isEmpty)
        #expect(sigmoid.remarks.contains { $0.contains("C_b = -4.0") && $0.contains("C_W = 16.0") })
        for (activation, word) in [(Activation.softplus, "exceeds"), (.cos, "is below")] {
            let c = try Criticality(of: activation)
            #expect(c.universality == .none && c.points.isEmpty)
            #expect(c.remarks == ["χ_∥ \(word) χ_⊥ at every K from 1e-4 to 1e4"])
        }
    }

    /// An activation made up here: scaling the argument, φ(ax), scales C_W by 1/a² at K* = 0 and keeps the class.
    @Test func customActivation() throws {
        let steep = Activation(name: "tanh 3x", isSmooth: true) { x in
            let t = tanh(3 * x), d = 1 - t * t
            return (value: t, slope: 3 * d, curvature: -18 * t * d)
        }
        let c = try Criticality(of: steep)
        #expect(c.universality == .vanishingKernel)
        expectClose(c.points[0].weightVariance, 1 / 9.0, within: 1e-15)
        expectClose(c.points[0].curvature, -18, within: 1e-5)
    }
}
